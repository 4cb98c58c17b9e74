"""The nouns, all frozen: what a note says, what a source says, and what is decided.

Offsets count Unicode code points of the note exactly as sent. Minutes are whole minutes.
This module computes nothing and reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Authority = Literal["regulator", "contractor", "association", "payer", "practice", "article"]
Confidence = Literal["high", "medium", "low"]
Severity = Literal["required", "recommended"]
Where = Literal["note", "chart", "metadata"]
Outcome = Literal["met", "not_met", "cannot_tell"]
VisitType = Literal["evaluation", "reevaluation", "daily", "progress", "discharge", "other"]
Method = Literal["medicare_total_time", "midpoint"]
Stage = Literal["final", "draft"]
Origin = Literal["rules", "llm", "both"]

AUTHORITY_RANK: dict[str, int] = {
    "regulator": 5, "contractor": 4, "association": 3, "payer": 2, "practice": 1, "article": 0,
}  # fmt: skip


# --- the note ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A verbatim piece of the note: ``note[start:end] == quote``."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line that somebody already put on the claim."""

    code: str
    units: int | None = None
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """What the request states about the episode of care; None is unknown."""

    visit_number: int | None = None
    start: date | None = None
    certified_through: date | None = None
    last_progress_report: date | None = None
    charges_to_date: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One note to review. Only ``note`` is needed; what is None stays unknown."""

    note: str
    payer: str | None = None
    discipline: str | None = None
    date_of_service: date | None = None
    stage: Stage = "final"
    billed: tuple[BilledLine, ...] = ()
    signed: bool | None = None
    performed_by: str | None = None
    episode: Episode | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes as the note states them, with the words that state them."""

    value: int
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the note under one header, with what it inherits from it.

    ``section`` is a section id of the lexicon (subjective, treatment, plan, goals …).
    """

    section: str
    start: int
    end: int
    header: Span | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a concept.

    ``kind``: the clinician's own *name* for a service, a phrase of its *content*, or a clause that *described* it in
    words that no lexicon lists, with the ``facts`` that those words tell.
    """

    concept: str
    kind: Literal["name", "content", "described"]
    span: Span
    phrase: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service of the visit as the note describes it: a cluster of mentions, merged.

    ``status`` is ``performed`` or one of the contract's ``not_coded`` reasons.
    ``minutes`` are all minutes of the service, the assistant's included; None is not stated.
    ``facts`` are facts that a family's rules look at (``attended``, ``muscles``, ``levels`` …).
    """

    concept: str
    status: str
    mentions: tuple[Mention, ...]
    minutes: int | None = None
    minute_spans: tuple[Span, ...] = ()
    assistant_minutes: int = 0
    performer: str = "unknown"  # therapist | assistant | aide | student | other | unknown
    evidence: tuple[Span, ...] = ()
    contents: tuple[str, ...] = ()
    regions: tuple[Span, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    status_span: Span | None = None
    start: int = 0

    def fact(self, name: str) -> str | None:
        """Return the fact of that name, or None when the note doesn't tell it."""
        return dict(self.facts).get(name)


@dataclass(frozen=True, slots=True)
class Visit:
    """What is settled about the visit before any service is read."""

    visit_type: VisitType = "other"
    discipline: str | None = None
    author: str = "unknown"  # therapist | assistant | student | physician | other | unknown
    delivered: bool = True
    why_not: str | None = None  # a not_coded reason, when nothing was delivered today
    why_not_span: Span | None = None
    type_span: Span | None = None  # the words that say what kind of visit it is
    recorded: float = 1.0  # how likely the note, by all its words, records services given at this visit
    payer: str | None = None
    date_of_service: date | None = None
    dates_found: tuple[date, ...] = ()
    visit_dates: tuple[date, ...] = ()
    read_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code that the note itself types, with the words it stands beside. A claim to check, never evidence."""

    code: str
    span: Span
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """A component of an evaluation that the note tells, the level that it reaches, and the words that tell it."""

    name: str
    level: Literal["low", "moderate", "high"]
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """A note that has been read: concepts and spans, never codes to bill."""

    text: str
    visit: Visit
    blocks: tuple[Block, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    findings: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    stated_timed: Minutes | None = None
    stated_total: Minutes | None = None
    clock_minutes: Minutes | None = None
    typed_codes: tuple[TypedCode, ...] = ()
    unknown_interventions: tuple[Span, ...] = ()
    injection: tuple[Span, ...] = ()
    components: tuple[Component, ...] = ()
    stated_tier: Component | None = None  # what the note calls the evaluation as a whole

    def finding(self, name: str) -> tuple[Span, ...]:
        """Return the spans that show a finding (``goals``, ``patient_response`` …); empty when none does."""
        return dict(self.findings).get(name, ())


# --- the sources ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage comes from. ``summary``: it is our own wording of the original at ``locator``."""

    id: str
    title: str
    publisher: str
    authority: Authority
    confidence: Confidence
    checked: date
    section: str = ""
    locator: str | None = None
    summary: bool = True
    published: date | None = None
    effective: date | None = None
    ends: date | None = None
    revision: str | None = None
    supersedes: str | None = None
    url: str | None = None
    payer: str | None = None
    licence: str | None = None
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A passage's claim that a better source contradicts."""

    by: str
    because: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of a source. ``id`` is readable and stable: ``<article>/<heading-slug>[#n]``."""

    id: str
    text: str
    source: Source
    heading: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    disputed: Dispute | None = None
    answers: tuple[str, ...] = ()
    lead: str | None = None
    ingested: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found: the fused score and its parts, each in 0…1."""

    passage: Passage
    score: float
    keyword: float = 0.0
    vector: float = 0.0
    filters: tuple[str, ...] = ()


# --- what is decided -----------------------------------------------------------------------------


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
    """A documentation element that the note (or the request) shows."""

    element: str
    kind: str
    source: Literal["note", "request"]
    evidence: tuple[Span, ...] = ()


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
