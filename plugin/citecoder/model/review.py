"""What is decided about a note: candidates, lines, gaps, and the review that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from citecoder.model.note import ServiceLine, Span, VisitType
from citecoder.model.sources import Passage

Severity = Literal["required", "recommended"]
Where = Literal["note", "chart", "metadata"]
Outcome = Literal["met", "not_met", "cannot_tell"]
Method = Literal["medicare_total_time", "midpoint"]
Origin = Literal["rules", "llm", "both"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence about a line, with the passages and note words it stands on."""

    about: Literal["code", "timing", "units", "modifier", "substitution", "edit", "status"]
    text: str
    citations: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A code that was considered and not chosen."""

    code: str
    why_not: str
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a proposer offers. Only ``coding/decide.py`` may make more of it."""

    code: str
    service: ServiceLine
    evidence: tuple[Span, ...]
    origin: Origin = "rules"
    confidence: float = 0.5
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A documentation element that the note does not show (or shows unclearly)."""

    id: str
    element: str
    kind: str
    verdict: Literal["not_met", "cannot_tell"]
    severity: Severity
    where: Where
    label: str
    why: str
    query: str
    citations: tuple[str, ...]
    codes: tuple[str, ...] = ()  # the lines that the question is about; none: the visit as a whole
    also: tuple[str, ...] = ()  # elements whose own question was folded into this one


@dataclass(frozen=True, slots=True)
class Met:
    """A documentation element that the note (or the request) shows; ``pointed_by`` names who found the words, if not the rules."""

    element: str
    kind: str
    source: Literal["note", "request"]
    evidence: tuple[Span, ...] = ()
    pointed_by: Literal["llm"] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line that was verified. Made by ``coding/decide.py`` alone."""

    id: str
    code: str
    system: str
    label: str
    discipline: str | None
    units: int | None
    modifiers: tuple[str, ...]
    status: Literal["supported", "needs_documentation"]
    confidence: float
    origin: Origin
    evidence: tuple[Span, ...]
    reasons: tuple[Reason, ...]
    arithmetic: str
    citations: tuple[str, ...]
    missing: tuple[Gap, ...] = ()
    met: tuple[Met, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCoded:
    """A service or code that gets no line, and why. ``reason`` is one of the contract's reasons."""

    code: str | None
    reason: str
    explanation: str
    minutes: int | None = None
    evidence: tuple[Span, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warn:
    """A warning to the reader. ``kind`` is one of the contract's kinds."""

    kind: str
    level: Literal["error", "warning", "info"]
    message: str
    codes: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BilledVerdict:
    """How a billed line compares with what the note supports."""

    code: str
    billed: int | None
    supported: int | None
    verdict: Literal[
        "supported", "overbilled", "underbilled", "unsupported", "wrong_modifier", "missing_from_claim"
    ]
    explanation: str
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two passages that disagree about something this review relies on."""

    claim: str
    said_by: str
    contradicted_by: str
    resolution: str


@dataclass(frozen=True, slots=True)
class UnitsTable:
    """How units came about over the whole visit."""

    method: Method | None
    by_method: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    ties: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Encounter:
    """The visit as the review understood it."""

    visit_type: VisitType
    discipline: str | None
    payer: str | None
    date_of_service: date | None
    rules_as_of: date
    dates_found: tuple[date, ...] = ()
    timed_minutes: int | None = None
    total_minutes: int | None = None
    read_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that citecoder says about one note."""

    note_length: int
    encounter: Encounter
    suggestions: tuple[Suggestion, ...]
    missing: tuple[Gap, ...]
    met: tuple[Met, ...]
    not_coded: tuple[NotCoded, ...]
    warnings: tuple[Warn, ...]
    billed_review: tuple[BilledVerdict, ...]
    conflicts: tuple[Conflict, ...]
    passages: tuple[Passage, ...]
    units: UnitsTable
    engine: dict[str, Any] = field(default_factory=dict)
