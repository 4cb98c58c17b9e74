"""What a skill finds: sentences that rest on computed values and passages, and the values themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citecoder.answers import Abstention, Sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """Sentences of an answer, the first being the answer itself.

    Attributes:
        kind: what was computed (``units``, ``pair`` …), the key under ``computed``.
        values: the values as JSON values.
        reason: set when what was asked can't be computed: then the sentences say what is needed.
        complete: nothing needs to be added from the sources.
    """

    kind: str
    sentences: tuple[Sentence, ...]
    values: Mapping[str, Any]
    reason: Abstention | None = None
    complete: bool = True
