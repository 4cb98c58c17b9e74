"""``hear``: what stands against taking words of a note as a service given today, clause by clause.

``read`` says which services a note tells of. This says of any words that somebody else points to where they stand, what
the reader makes of the clauses that they touch, and which minutes stand beside them. Knows concepts and never codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from citecoder.model import Mention, Request, ServiceLine, Span
from citecoder.notes.blocks import Segment
from citecoder.notes.clusters import Cluster
from citecoder.notes.features import Found
from citecoder.notes.people import role_of
from citecoder.notes.reader import Parsed, parse
from citecoder.notes.scans import quoted_from
from citecoder.notes.services import merge
from citecoder.notes.spoken import likely_services
from citecoder.notes.status import SECTION_REASON, denial, find_cues
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

_STUDENT = re.compile(r"\b(?:SPT|SPTA|OTS|OTAS|S\.P\.T\.|[Ss]tudent (?:PT|OT|SLP|therapist|clinician))\b")


@dataclass(frozen=True)
class HeardClause:
    """A clause and what speaks against its being work of today.

    Attributes:
        sentence: start and end of its sentence, list item or row.
        against: reasons that its section gives, and who did it; empty where nothing does.
        status: the likeliest status by the learned weights, ``performed`` the likelihood that it was done today.
        silence: the likelihood that it tells of no service.
        services: how likely its words speak of each concept.
    """

    start: int
    end: int
    sentence: tuple[int, int]
    against: tuple[str, ...]
    status: str
    performed: float
    silence: float
    services: dict[str, float]


@dataclass(frozen=True, eq=False)
class Heard:
    """A note laid open for words that somebody points to."""

    sent: str
    lexicon: Lexicon
    parsed: Parsed
    clauses: tuple[HeardClause, ...]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Every phrase of the lexicon, before any was dropped for what its clause speaks of."""
        return self.parsed.named

    @property
    def tells_of_student(self) -> bool:
        """Whether a student is named anywhere in the note."""
        if self.parsed.visit.author == "student" or _STUDENT.search(self.sent):
            return True
        return any(h.payload == "student" for h in self.lexicon.roles.find(self.parsed.text))

    def clauses_of(self, span: Span) -> tuple[HeardClause, ...]:
        """Return the clauses that words touch."""
        return tuple(c for c in self.clauses if c.start < span.end and span.start < c.end)

    def mentions_of(self, span: Span) -> tuple[Mention, ...]:
        """Return the phrases that stand in words, or reach into them."""
        return tuple(m for m in self.mentions if m.span.start < span.end and span.start < m.span.end)

    def denied(self, words: Span) -> bool:
        """Tell whether words that deny stand in the clauses of a quote, or beside them where they are about it."""
        lexicon, text = self.lexicon, self.parsed.text
        near = [(words.start, words.end), *((c.start, c.end) for c in self.clauses_of(words))]
        for segment in self.parsed.segments:
            if segment.start < words.end and words.start < segment.end:
                cues = find_cues(lexicon, text, segment.start, segment.end)
                if any(c.start < end and start < c.end for c in cues for start, end in near):
                    return True
                within = (segment.start, segment.end)
                if denial(lexicon, text, within, (words.start, words.end), dosed=False, cues=cues):
                    return True
        return False

    def doses_in(self, span: Span) -> tuple[TimeMention, ...]:
        """Return the minutes in words; empty where any of them has another role than that of a dose."""
        touched = [t for t in self.parsed.times if t.start < span.end and span.start < t.end]
        return tuple(touched) if all(t.role == "dose" for t in touched) else ()

    def service(self, concept: str, words: Span, doses: Sequence[TimeMention]) -> ServiceLine:
        """Return words of one sentence as a service that was given today, with all that the reader hears around it.

        Args:
            concept: what it is.
            words: where it is told.
            doses: its minutes; none is not told.
        """
        text, visit = self.parsed.text, self.parsed.visit
        segment = next(s for s in self.parsed.segments if s.start < words.end and words.start < s.end)
        own = tuple(m for m in self.mentions_of(words) if m.concept == concept)
        told = Mention(concept, "described", words, text[words.start : words.end].casefold())
        role = role_of(self.lexicon, text, segment.start, words.end, words.start)
        cluster = Cluster(concept, own or (told,), segment, named=False, doses=tuple(doses), role=role)
        return quoted_from(self.sent, merge(self.lexicon, text, visit, [cluster], None)[0])


def hear(request: Request, lexicon: Lexicon) -> Heard:
    """Lay a note open.

    Args:
        request: the note and what the caller states.
        lexicon: the compiled lexicon.
    """
    parsed = parse(request, lexicon)
    text = parsed.text
    found = Found(text, parsed.blocks, parsed.segments, parsed.named, parsed.times, parsed.visit.discipline)
    against = lru_cache(maxsize=None)(lambda segment: _against(lexicon, text, segment))
    clauses = tuple(
        HeardClause(
            s.start, s.end, (s.segment.start, s.segment.end), against(s.segment), s.status, s.performed, s.silence, likely
        )
        for s, likely in zip(parsed.spoken, likely_services(lexicon, found), strict=True)
    )  # fmt: skip
    return Heard(request.note, lexicon, parsed, clauses)


def _against(lexicon: Lexicon, text: str, segment: Segment) -> tuple[str, ...]:
    """Return the reasons that the place of a sentence gives, and who did what it tells."""
    told = ["other_date"] if segment.absent else []
    if segment.section in SECTION_REASON:
        told.append(SECTION_REASON[segment.section])
    if role_of(lexicon, text, segment.start, segment.end, segment.start) == "aide":
        told.append("other_provider")
    return tuple(dict.fromkeys(told))
