"""The nouns of redaction: what was found, what stands in its place, and the way back to the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from citecoder.model import Span

Kind = Literal[
    "name", "date", "age", "geo", "phone", "fax", "email", "ssn", "mrn", "plan", "account", "licence", "vehicle", "device",
    "url", "ip", "biometric", "photo", "other",
]  # fmt: skip
"""The identifiers of 45 CFR 164.514(b)(2)(i), with ages over 89 apart from dates."""

Precision = Literal["day", "month", "none", "birth"]


@dataclass(frozen=True, slots=True)
class Names:
    """Who is known beforehand, each as the site writes it ("Maria Alvarez", "Alvarez, Maria")."""

    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier in a text.

    Attributes:
        kind: which of the identifiers.
        start, end: where it stands.
        value: the day that a date means, where it can be told; the first of a month where only that is told.
        precision: how much of a date is told.
        service: the date is labelled as the visit's.
        dated: the year is written.
    """

    kind: Kind
    start: int
    end: int
    value: date | None = None
    precision: Precision = "none"
    service: bool = False
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder and what it stands for.

    Attributes:
        kind: which of the identifiers.
        start, end: where the identifier stands in the original.
        redacted_start, redacted_end: where the placeholder stands in the redacted text.
        placeholder: the placeholder with its brackets.
    """

    kind: Kind
    start: int
    end: int
    redacted_start: int
    redacted_end: int
    placeholder: str


@dataclass(frozen=True, slots=True)
class Key:
    """Placeholder → the words it stands for. It is as confidential as the note, and never leaves the machine.

    Attributes:
        originals: the words by placeholder, brackets included.
        opening, closing: the brackets of this call.
    """

    originals: Mapping[str, str] = field(repr=False)
    opening: str = "["
    closing: str = "]"

    def restore(self, said: str) -> str:
        """Return a text with the original words in place of its placeholders; what is none of ours stays."""
        shape = re.escape(self.opening) + r"[A-Za-z0-9+.-]{1,48}" + re.escape(self.closing)
        return re.sub(shape, lambda found: self.originals.get(found.group(), found.group()), said)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its identifiers.

    Attributes:
        text: what may leave.
        marks: the placeholders, in order.
        source: the original text.
        key: the way back, shared by the texts of one call.
    """

    text: str
    marks: tuple[Mark, ...]
    source: str = field(repr=False)
    key: Key = field(repr=False)

    def restore(self, said: str) -> str:
        """Return what a model said with the original words in place of the placeholders."""
        return self.key.restore(said)

    def original(self, span: Span) -> Span:
        """Return where a piece of the redacted text stands in the original, with the original's words.

        A piece that begins or ends inside a placeholder takes the whole identifier.

        Raises:
            ValueError: the span does not lie in the redacted text.
        """
        if not 0 <= span.start <= span.end <= len(self.text):
            raise ValueError(f"a span of {span.start} to {span.end} is not in a text of {len(self.text)}")
        start = self._original_offset(span.start, end=False)
        end = max(start, self._original_offset(span.end, end=True)) if span.end > span.start else start
        return Span(start, end, self.source[start:end])

    def _original_offset(self, offset: int, *, end: bool) -> int:
        """Map an offset; one inside a placeholder goes to the identifier's edge on the side that is asked."""
        at = bisect_right(self.marks, offset - end, key=lambda mark: mark.redacted_start) - 1
        if at < 0:
            return offset
        mark = self.marks[at]
        if offset < mark.redacted_end or (end and offset == mark.redacted_end):
            return mark.end if end else mark.start
        return mark.end + offset - mark.redacted_end


@dataclass(frozen=True, slots=True)
class Redaction:
    """Several texts without their identifiers, under one numbering.

    Attributes:
        texts: the redacted texts by the names they were given under.
        key: the way back for all of them.
    """

    texts: Mapping[str, Redacted]
    key: Key = field(repr=False)

    def restore(self, said: str) -> str:
        """Return what a model said with the original words in place of the placeholders."""
        return self.key.restore(said)

    def counts(self) -> dict[Kind, int]:
        """Return how many identifiers of each kind were taken out."""
        counted: dict[Kind, int] = {}
        for redacted in self.texts.values():
            for mark in redacted.marks:
                counted[mark.kind] = counted.get(mark.kind, 0) + 1
        return counted
