"""What the adapter asks of redaction: texts in, texts without identifiers out, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class RedactedText(Protocol):
    """One text with placeholders where identifiers stood."""

    @property
    def text(self) -> str:
        """What may be sent."""
        ...


class Redacted(Protocol):
    """Texts that go together, under one numbering."""

    @property
    def texts(self) -> Mapping[str, RedactedText]:
        """The texts by name."""
        ...

    def restore(self, said: str, /) -> str:
        """Return a text with the identifiers in the place of their placeholders."""
        ...

    def counts(self) -> Mapping[Any, int]:
        """Return how many identifiers were taken out, by kind."""
        ...


Redact = Callable[[Mapping[str, str]], Redacted]
