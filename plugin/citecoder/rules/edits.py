"""The one reader of knowledge/edits: pairs of codes that exclude each other, daily limits, and their editions.

Knows the tables, not who applies them (a payer file says so) nor what becomes of a line.
A pair belongs to the edition named in ``editions.yaml``; what later quarters changed isn't known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from citecoder.errors import KnowledgeError
from citecoder.model import Confidence
from citecoder.paths import DataRoots, find_files
from citecoder.rules.typed import Closed, read_rows, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "knowledge/edits"

Day = date | None
Trust = Confidence | None

PAIR_COLUMNS = ("column1", "column2", "indicator", "status", "from", "until", "rationale")
MUE_COLUMNS = ("code", "units", "mai", "edition_checked", "confidence")


@dataclass(frozen=True, slots=True)
class PairEdit(Closed):
    """A row of the pair table.

    Attributes:
        column1: the code that is paid when both are billed.
        column2: the code that is denied, unless it is separate and the indicator allows a modifier.
        status: ``active`` in the edition, ``deleted`` before it, or ``none`` (looked for, no edit found).
        indicator: ``0`` never together, ``1`` with a modifier when truly separate, ``9`` deleted.
    """

    column1: str
    column2: str
    status: Literal["active", "deleted", "none"]
    indicator: Literal["0", "1", "9", ""] = ""
    since: Annotated[Day, Field(alias="from")] = None
    until: Day = None
    rationale: str = ""

    @property
    def separable(self) -> bool:
        """Whether a 59 or X modifier may stand when the two services were truly separate."""
        return self.status == "active" and self.indicator == "1"

    def other(self, code: str) -> str:
        """Return the partner of one of the two codes."""
        return self.column2 if code == self.column1 else self.column1

    def column_of(self, code: str) -> Literal[1, 2]:
        """Return the column in which one of the two codes stands."""
        return 1 if code == self.column1 else 2


@dataclass(frozen=True, slots=True)
class Mue:
    """The most units of a code that are paid a day.

    Attributes:
        mai: 2 is a fixed limit, 3 a clinical one that records may overcome on appeal.
        edition_checked: the edition in which the value was read (``2026-10-01``, ``2024-07``).
    """

    code: str
    units: int
    mai: int | None
    edition_checked: str
    confidence: Trust


@dataclass(frozen=True, slots=True)
class _MueRow(Closed):
    code: str
    units: int | None = None  # empty: no practitioner limit was found
    mai: Literal["1", "2", "3"] | None = None
    edition_checked: str = ""
    confidence: Trust = None


@dataclass(frozen=True, slots=True)
class Edition(Closed):
    """Which table was read, when it was in force, and what was not read."""

    edition: date
    source: str
    cites: tuple[str, ...]
    table: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Editions(Closed):
    """The editions of the two tables."""

    ncci: Edition
    mue: Edition


@dataclass(frozen=True)
class Edits:
    """Both tables, ready to ask."""

    editions: Editions
    pairs: dict[frozenset[str], PairEdit]
    by_code: dict[str, tuple[PairEdit, ...]]
    limits: dict[str, Mue]

    def between(self, a: str, b: str) -> PairEdit | None:
        """Return the active edit between two codes, whichever is column 1, or None."""
        row = self.row(a, b)
        return row if row and row.status == "active" else None

    def row(self, a: str, b: str) -> PairEdit | None:
        """Return what the table says about two codes, a deleted edit or a known absence included."""
        return self.pairs.get(frozenset((a, b)))

    def all_for(self, code: str) -> tuple[PairEdit, ...]:
        """Return the active edits of a code, by partner."""
        return self.by_code.get(code, ())

    def mue(self, code: str) -> Mue | None:
        """Return the daily limit of a code, or None when none is known."""
        return self.limits.get(code)


_PAIR = TypeAdapter(PairEdit)
_MUE = TypeAdapter(_MueRow)
_EDITIONS = TypeAdapter(Editions)


def load_edits(roots: DataRoots) -> Edits:
    """Read the pair edits, the daily limits and their editions, a site's file replacing the packaged one.

    Raises:
        KnowledgeError: a file is missing or breaks its format, or an active pair stands twice.
    """
    pairs = _pairs(_file(roots, "ncci_ptp.csv"))
    return Edits(
        editions=read_yaml(_file(roots, "editions.yaml"), _EDITIONS),
        pairs=pairs,
        by_code=_by_code(pairs),
        limits=_limits(_file(roots, "mue.csv")),
    )


def _file(roots: DataRoots, name: str) -> Path:
    for path in find_files(roots, FOLDER, name):
        if path.name == name:
            return path
    raise KnowledgeError(
        f"{FOLDER}/{name} is missing below {roots.packaged}. Restore it: without it no pair is checked."
    )


def _pairs(path: Path) -> dict[frozenset[str], PairEdit]:
    """Index the rows by pair; an active row outweighs an older one of the same pair."""
    pairs: dict[frozenset[str], PairEdit] = {}
    for row in read_rows(path, _PAIR, PAIR_COLUMNS):
        _check_row(path, row)
        key = frozenset((row.column1, row.column2))
        known = pairs.get(key)
        if known and known.status == row.status == "active":
            raise KnowledgeError(f"{path}: {row.column1}/{row.column2} is active twice. Keep one row.")
        if not known or known.status != "active":
            pairs[key] = row
    return pairs


def _check_row(path: Path, row: PairEdit) -> None:
    if row.column1 == row.column2:
        raise KnowledgeError(f"{path}: {row.column1} is paired with itself. Correct column2.")
    if row.status == "active" and row.indicator not in ("0", "1"):
        raise KnowledgeError(
            f"{path}: {row.column1}/{row.column2} is active, so its indicator must be 0 or 1."
        )


def _by_code(pairs: dict[frozenset[str], PairEdit]) -> dict[str, tuple[PairEdit, ...]]:
    found: dict[str, list[PairEdit]] = {}
    for row in pairs.values():
        if row.status == "active":
            found.setdefault(row.column1, []).append(row)
            found.setdefault(row.column2, []).append(row)
    return {code: tuple(sorted(rows, key=lambda row: row.other(code))) for code, rows in found.items()}


def _limits(path: Path) -> dict[str, Mue]:
    rows = read_rows(path, _MUE, MUE_COLUMNS)
    return {row.code: limit for row in rows if (limit := _limit(row))}


def _limit(row: _MueRow) -> Mue | None:
    if row.units is None:
        return None
    return Mue(row.code, row.units, int(row.mai) if row.mai else None, row.edition_checked, row.confidence)
