"""A note to review, and what it says: words with their places, services, the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

VisitType = Literal["evaluation", "reevaluation", "daily", "progress", "discharge", "other"]
Stage = Literal["final", "draft"]


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
    assistant_spans: tuple[Span, ...] = ()  # words that share its minutes out among persons
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
    record: str = ""  # the text with blanks for what is no record of a visit, where it holds such words

    @property
    def told(self) -> str:
        """Return what may be taken as the record of the visit; its offsets are those of ``text``."""
        return self.record or self.text

    def finding(self, name: str) -> tuple[Span, ...]:
        """Return the spans that show a finding (``goals``, ``patient_response`` …); empty when none does."""
        return dict(self.findings).get(name, ())
