"""What the adapter asks of redaction: texts in, texts without identifiers out, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol


class Redacted(Protocol):
    """Texts without identifiers."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts by name, with placeholders where identifiers stood."""
        ...

    def restore(self, text: str) -> str:
        """Return a text with the identifiers in the place of their placeholders."""
        ...


Redact = Callable[[Mapping[str, str]], Redacted]


def counts_of(redacted: object) -> dict[str, int]:
    """Return how many identifiers were taken out, by kind, where the object tells its marks.

    Args:
        redacted: has perhaps ``marks``: marks with a ``kind``, or such marks by the text's name.
    """
    marks: Any = getattr(redacted, "marks", ())
    flat: Iterable[Any] = (
        marks if not isinstance(marks, Mapping) else (m for each in marks.values() for m in each)
    )
    return dict(Counter(str(getattr(mark, "kind", "other")) for mark in flat))
