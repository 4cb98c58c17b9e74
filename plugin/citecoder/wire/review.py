"""What goes out of suggest: a review, read straight off the frozen nouns."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, computed_field

from citecoder import __version__, model
from citecoder.wire.fields import (
    CONTRACT,
    Discipline,
    ElementKind,
    NotCodedReason,
    Told,
    WarningKind,
    mapping,
    mapping_of_pairs,
)


class Span(Told):
    """A verbatim piece of the note, in Unicode code points."""

    start: int
    end: int
    quote: str


class Reason(Told):
    """One sentence about a line, with what it stands on."""

    about: Literal["code", "timing", "units", "modifier", "substitution", "edit", "status"]
    text: str
    citations: list[str]
    evidence: list[Span]


class Gap(Told):
    """A documentation element that the note does not show."""

    id: str
    element: str
    kind: ElementKind
    verdict: Literal["not_met", "cannot_tell"]
    severity: model.Severity
    where: model.Where
    label: str
    why: str
    query: str
    citations: list[str]
    codes: list[str] = Field(default_factory=list)
    also: list[str] = Field(default_factory=list)


def _unsaid(value: object) -> bool:
    """Leave a field out where there is nothing to say, so that reviews without a language model stay as they are."""
    return value is None


class Met(Told):
    """A documentation element that the note or the request shows."""

    element: str
    kind: ElementKind
    source: Literal["note", "request"] = Field(alias="from")
    evidence: list[Span]
    pointed_by: Literal["llm"] | None = Field(default=None, exclude_if=_unsaid)


class Alternative(Told):
    """A code that was considered and not chosen."""

    code: str
    why_not: str
    citations: list[str]


class Suggestion(Told):
    """A verified line."""

    id: str
    code: str
    system: Literal["CPT", "HCPCS"]
    label: str
    discipline: Discipline | None
    units: int | None
    modifiers: list[str]
    status: Literal["supported", "needs_documentation"]
    confidence: Annotated[float, Field(ge=0, le=1)]
    origin: model.Origin
    evidence: list[Span]
    reasons: list[Reason]
    arithmetic: str
    citations: list[str]
    missing: list[Gap]
    met: list[Met]
    alternatives: list[Alternative]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rationale(self) -> str:
        """The reasons joined."""
        return " ".join(reason.text for reason in self.reasons)


class NotCoded(Told):
    """A service that gets no line, and why."""

    code: str | None
    minutes: int | None
    evidence: list[Span]
    reason: NotCodedReason
    explanation: str
    citations: list[str]


class Warn(Told):
    """Something the reader must know."""

    kind: WarningKind
    level: Literal["error", "warning", "info"]
    message: str
    codes: list[str]
    evidence: list[Span]
    citations: list[str]


class BilledVerdict(Told):
    """A billed line beside what the note supports."""

    code: str
    billed: int | None
    supported: int | None
    verdict: Literal[
        "supported", "overbilled", "underbilled", "unsupported", "wrong_modifier", "missing_from_claim"
    ]
    explanation: str
    citations: list[str]


class Conflict(Told):
    """Two passages that disagree, and which one this review follows."""

    claim: str
    said_by: str
    contradicted_by: str
    resolution: str


class Source(Told):
    """Where a passage comes from."""

    id: str
    title: str
    publisher: str
    section: str
    locator: str | None
    summary: bool
    authority: model.Authority
    confidence: model.Confidence
    published: date | None
    effective: date | None
    ends: date | None
    revision: str | None
    checked: date
    url: str | None
    payer: str | None


class Dispute(Told):
    """What contradicts a passage."""

    by: str
    because: str


class Passage(Told):
    """A citable piece of a source."""

    id: str
    text: str
    source: Source
    heading: list[str]
    codes: list[str]
    disputed: Dispute | None
    ingested: bool


class Encounter(Told):
    """The visit as the review understood it."""

    visit_type: model.VisitType
    discipline: Discipline | None
    payer: str | None
    date_of_service: date | None
    rules_as_of: date
    dates_found: list[date]
    timed_minutes: int | None
    total_minutes: int | None
    read_from: Annotated[dict[str, Literal["request", "note", "unknown"]], BeforeValidator(mapping)]


class UnitsTable(Told):
    """How units came about over the whole visit."""

    method: model.Method | None
    by_method: Annotated[dict[str, dict[str, int]], BeforeValidator(mapping_of_pairs)]
    ties: list[list[str]]


class ModelUsage(Told):
    """What a language model took: tokens, US dollars where a price is known, and seconds."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class EngineInfo(Told):
    """What made the answer."""

    contract: str = CONTRACT
    version: str = __version__
    knowledge: str | None = None
    editions: dict[str, str | None] = Field(default_factory=dict)
    prompt: str | None = None
    llm: str | None = None
    llm_failure: str | None = Field(default=None, exclude_if=_unsaid)
    usage: ModelUsage | None = Field(default=None, exclude_if=_unsaid)
    elapsed_ms: float | None = None


class SuggestResponse(Told):
    """Everything that citecoder says about one note."""

    id: str | int
    note_length: int
    encounter: Encounter
    suggestions: list[Suggestion]
    missing: list[Gap]
    met: list[Met]
    not_coded: list[NotCoded]
    warnings: list[Warn]
    billed_review: list[BilledVerdict]
    conflicts: list[Conflict]
    passages: list[Passage]
    units: UnitsTable
    engine: EngineInfo
