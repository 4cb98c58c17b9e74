"""The draft that the passes of ``decide`` hand on, and the policy that they decide by. All frozen.

A line leaves a draft only through :func:`refuse`, which writes down why: lines in = lines out + not coded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from citecoder.codes import Code, CodeSet
from citecoder.elements import Element
from citecoder.model import (
    Alternative,
    Candidate,
    Conflict,
    Gap,
    Met,
    Method,
    NotCoded,
    Note,
    Origin,
    Reason,
    Request,
    ServiceLine,
    Span,
    UnitsTable,
    Warn,
)  # fmt: skip
from citecoder.notes.heard import Heard
from citecoder.retrieval.claims import PolicyClaim
from citecoder.retrieval.search import PassageStore
from citecoder.rules.editions import Edition
from citecoder.rules.edits import Edits
from citecoder.rules.payer import Payer


@dataclass(frozen=True)
class Policy:
    """What a visit is decided by: the code set, the payer's rules in force, the edits and the sources."""

    codes: CodeSet
    payer: Payer | None
    edits: Edits
    elements: tuple[Element, ...]
    store: PassageStore
    on: date
    claims: tuple[PolicyClaim, ...] = ()

    @property
    def medicare_like(self) -> bool:
        """Whether the CMS manuals are this payer's own rules."""
        return self.payer is not None and self.payer.edits == "ncci"


@dataclass(frozen=True)
class Line:
    """A line in the making. ``units`` None is not known; 0 is not kept (the line is refused)."""

    code: Code
    service: ServiceLine
    evidence: tuple[Span, ...]
    minutes: int | None
    origin: Origin
    confidence: float
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    units: int | None = None
    modifiers: tuple[str, ...] = ()
    arithmetic: str = ""
    missing: tuple[Gap, ...] = ()
    met: tuple[Met, ...] = ()
    part: int = 1

    @property
    def id(self) -> str:
        """A name that stays while the note is edited around the line: its code, and which part of it when split."""
        return self.code.code if self.part == 1 else f"{self.code.code}-{self.part}"

    @property
    def citations(self) -> tuple[str, ...]:
        """Every passage that the line stands on, once each, in order."""
        parts = (
            *(c for r in self.reasons for c in r.citations),
            *(c for a in self.alternatives for c in a.citations),
            *(c for g in self.missing for c in g.citations),
        )
        return tuple(dict.fromkeys(parts))

    def because(self, reason: Reason) -> Line:
        """Return the line with one more reason."""
        return replace(self, reasons=(*self.reasons, reason))


@dataclass(frozen=True)
class Draft:
    """A review in the making, handed from pass to pass.

    ``stale`` are the editions, by table, that decided something for a day that they don't cover. ``heard`` is the note
    laid open for what a language model points to, and ``pointed`` where it points for questions that were left open.
    """

    request: Request
    note: Note
    policy: Policy
    lines: tuple[Line, ...] = ()
    not_coded: tuple[NotCoded, ...] = ()
    warnings: tuple[Warn, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[Gap, ...] = ()
    met: tuple[Met, ...] = ()
    method: Method | None = None
    table: UnitsTable = field(default_factory=lambda: UnitsTable(None))
    unsure_minutes: str | None = None
    stale: tuple[tuple[str, Edition], ...] = ()
    heard: Heard | None = None
    pointed: Mapping[str, Span] = field(default_factory=dict)


def line_of(candidate: Candidate, codes: Mapping[str, Code]) -> Line:
    """Return the line that a candidate asks for."""
    return Line(
        code=codes[candidate.code], service=candidate.service, evidence=candidate.evidence,
        minutes=candidate.service.minutes, origin=candidate.origin, confidence=candidate.confidence,
        reasons=candidate.reasons, alternatives=candidate.alternatives,
    )  # fmt: skip


def swap(draft: Draft, old: Line, new: Line) -> Draft:
    """Return the draft with one line in another's place."""
    return replace(draft, lines=tuple(new if x is old else x for x in draft.lines))


def refuse(draft: Draft, line: Line, reason: str, explanation: str, citations: tuple[str, ...]) -> Draft:
    """Take a line out of the draft and write down why."""
    gone = NotCoded(line.code.code, reason, explanation, line.minutes, line.evidence, citations)
    return replace(
        draft, lines=tuple(x for x in draft.lines if x is not line), not_coded=(*draft.not_coded, gone)
    )


def warn(draft: Draft, warning: Warn) -> Draft:
    """Return the draft with one more warning."""
    return replace(draft, warnings=(*draft.warnings, warning))
