"""What a site keeps of its reviews, of what people decided on them, and of who may ask: nouns, all frozen.

None of them holds words of a note, unless the site turned that on: a note is kept as a keyed hash, and evidence not at
all. Where they are kept is for ``adapters/records``. Times are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from citecoder.errors import InputError

Scope = Literal["suggest", "ask", "sources", "decide", "metrics"]
"""``suggest`` reviews notes, ``ask`` answers questions, ``sources`` searches, looks up and counts units, ``decide`` records
decisions."""
Action = Literal["accept", "edit", "reject", "dismiss_gap"]
ReasonCode = Literal[
    "wrong_code", "wrong_units", "not_performed", "payer_rule", "documented_elsewhere", "other"
]

SCOPES: frozenset[Scope] = frozenset(get_args(Scope))


class UnknownReviewError(InputError):
    """A decision names a review, or a line of one, that is not kept (HTTP 404)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the holder of a key, or somebody at this machine without one.

    Attributes:
        id: the key's id, or ``local``.
        scopes: what the caller may do.
    """

    id: str
    scopes: frozenset[Scope]


LOCAL = Caller("local", SCOPES)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, without its secret: only a hash of that is kept, and it is shown once, when it is made."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on a line or a gap of a review.

    Attributes:
        suggestion_id: the ``id`` of the review.
        line_id: the ``id`` of one of its lines, or of a gap for ``dismiss_gap``.
        reason_code: why; needed for ``reject``.
        edit: for ``edit``, what the line became: ``code``, ``units``, ``modifiers``, any of them.
        comment: free text, only where the site turned it on.
    """

    suggestion_id: str
    line_id: str
    action: Action
    reason_code: ReasonCode | None = None
    edit: tuple[tuple[str, Any], ...] = ()
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision as it was kept. ``code`` is the code of its line or of the gap's line; None for a gap of the visit."""

    id: str
    at: datetime
    caller: str
    code: str | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a look through the audit trail found.

    Attributes:
        entries: how many there are.
        head: ``<number>:<hash>`` of the last one; kept elsewhere, it shows later that nothing was cut off.
        faults: what does not hold, each in one sentence with the entry's number; empty when all holds.
    """

    entries: int
    head: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was deleted from before a time; decisions and the audit trail stay."""

    before: datetime
    reviews: int
    notes: int
    comments: int


@dataclass(frozen=True, slots=True)
class CodeStats:
    """What people decided on the lines of one code. ``undecided`` lines stood in a review and got no decision."""

    code: str
    suggested: int
    accepted: int
    edited: int
    rejected: int
    undecided: int
    reasons: tuple[tuple[ReasonCode, int], ...]


@dataclass(frozen=True, slots=True)
class GapStats:
    """How often one documentation element was missing, and how often a person dismissed the question."""

    element: str
    label: str
    asked: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a site's reviews came to since a day; each review counts once, as it last stood."""

    since: date | None
    reviews: int
    without_lines: int
    decisions: int
    codes: tuple[CodeStats, ...]
    gaps: tuple[GapStats, ...]
