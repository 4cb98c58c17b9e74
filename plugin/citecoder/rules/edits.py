"""The one reader of knowledge/edits: pairs of codes that exclude each other, daily limits, and their editions.

Knows the tables, not who applies them (a payer file says so) nor what becomes of a line. Beside the shipped tables
lie those that a site imported. For one day the editions are asked in the order of ``Edition.nearness``, and the first
that speaks of the pair (or the code) decides: a part that was not imported takes no pair away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from citecoder.errors import KnowledgeError
from citecoder.model import Confidence
from citecoder.paths import DataRoots, find_files
from citecoder.rules.editions import Edition, edition_of, load_imports
from citecoder.rules.typed import Closed, read_rows, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "knowledge/edits"

Day = date | None
Trust = Confidence | None

PAIR_COLUMNS = ("column1", "column2", "indicator", "status", "from", "until", "rationale")
MUE_COLUMNS = ("code", "units", "mai", "edition_checked", "confidence")
IMPORTED_MUE_COLUMNS = (*MUE_COLUMNS, "rationale")


Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class PairEdit(Closed):
    """A row of the pair table.

    Attributes:
        column1: the code that is paid when both are billed.
        column2: the code that is denied, unless it is separate and the indicator allows a modifier.
        status: ``active`` in the edition, ``deleted`` before it, or ``none`` (looked for, no edit found).
        indicator: ``0`` never together, ``1`` with a modifier when truly separate, ``9`` deleted.
        since: the first day in force; None is not known.
        until: the last day in force; None for an edit that has not ended.
    """

    column1: str
    column2: str
    status: Literal["active", "deleted", "none"]
    indicator: Literal["0", "1", "9", ""] = ""
    since: Annotated[Day, Field(alias="from")] = None
    until: Day = None
    rationale: str = ""

    @property
    def pair(self) -> Pair:
        """The two codes, whichever is column 1."""
        return frozenset((self.column1, self.column2))

    @property
    def separable(self) -> bool:
        """Whether a 59 or X modifier may stand when the two services were truly separate."""
        return self.status == "active" and self.indicator == "1"

    def in_force(self, day: date) -> bool:
        """Tell whether the edit applied on a day; an unknown first day counts as long ago."""
        return (
            self.status == "active"
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )

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
        mai: 1 is a limit of one claim line, 2 a fixed daily limit, 3 a clinical one that records may overcome.
        edition_checked: the edition in which the value was read (``2026-10-01``, ``2024-07``).
        rationale: CMS's own word for why, in an imported table.
    """

    code: str
    units: int
    mai: int | None
    edition_checked: str
    confidence: Trust
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class _MueRow(Closed):
    code: str
    units: int | None = None  # empty: no practitioner limit was found
    mai: Literal["1", "2", "3"] | None = None
    edition_checked: str = ""
    confidence: Trust = None
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Editions(Closed):
    """One edition of each of the two tables."""

    ncci: Edition
    mue: Edition


@dataclass(frozen=True)
class PairTable:
    """One edition of the pair table: the rows of each pair, in the order of their first days."""

    edition: Edition
    rows: Mapping[Pair, tuple[PairEdit, ...]]


@dataclass(frozen=True)
class LimitTable:
    """One edition of the daily limits, by code."""

    edition: Edition
    limits: Mapping[str, Mue]


@dataclass(frozen=True)
class Edits:
    """All editions of both tables, ready to ask for one day.

    Attributes:
        day: the day that is asked about; None is the first day of the newest edition of each table.
    """

    pair_tables: tuple[PairTable, ...]
    limit_tables: tuple[LimitTable, ...]
    day: Day = None

    def on(self, day: date) -> Edits:
        """Return the same tables, asked about a day."""
        return replace(self, day=day)

    @property
    def editions(self) -> Editions:
        """The edition of each table that is asked first."""
        return Editions(self._pair_tables()[0].edition, self._limit_tables()[0].edition)

    def between(self, a: str, b: str) -> PairEdit | None:
        """Return the edit in force between two codes, whichever is column 1, or None."""
        row = self.row(a, b)
        return row if row and row.in_force(self._pair_day()) else None

    def row(self, a: str, b: str) -> PairEdit | None:
        """Return what the tables say about two codes, a deleted edit or a known absence included."""
        found = self._found(frozenset((a, b)))
        return found[1] if found else None

    def edition_of(self, edit: PairEdit) -> Edition:
        """Return the edition that a pair edit of this day was read in."""
        found = self._found(edit.pair)
        return found[0] if found else self.editions.ncci

    def all_for(self, code: str) -> tuple[PairEdit, ...]:
        """Return the edits of a code that are in force, by partner."""
        pairs = {pair for table in self.pair_tables for pair in table.rows if code in pair}
        edits = [edit for pair in pairs if (edit := self.between(*pair))]
        return tuple(sorted(edits, key=lambda edit: edit.other(code)))

    def mue(self, code: str) -> Mue | None:
        """Return the daily limit of a code, or None when none is known."""
        return next((t.limits[code] for t in self._limit_tables() if code in t.limits), None)

    def edition_of_mue(self, limit: Mue) -> Edition:
        """Return the edition that a daily limit was read in; some shipped values are of an older one."""
        table = next(t for t in self._limit_tables() if limit.code in t.limits).edition
        cites = table.earlier.get(limit.edition_checked)
        if cites is None:
            return table
        return replace(table, edition=date.fromisoformat(f"{limit.edition_checked}-01"), cites=cites)

    def _found(self, pair: Pair) -> tuple[Edition, PairEdit] | None:
        day = self._pair_day()
        for table in self._pair_tables():
            rows = table.rows.get(pair)
            if rows:
                return table.edition, next((row for row in reversed(rows) if row.in_force(day)), rows[-1])
        return None

    def _pair_day(self) -> date:
        return self.day or max(table.edition.edition for table in self.pair_tables)

    def _pair_tables(self) -> list[PairTable]:
        day = self._pair_day()
        return sorted(self.pair_tables, key=lambda table: table.edition.nearness(day))

    def _limit_tables(self) -> list[LimitTable]:
        day = self.day or max(table.edition.edition for table in self.limit_tables)
        return sorted(self.limit_tables, key=lambda table: table.edition.nearness(day))


_PAIR = TypeAdapter(PairEdit)
_MUE = TypeAdapter(_MueRow)
_EDITIONS = TypeAdapter(Editions)


def load_edits(roots: DataRoots) -> Edits:
    """Read the pair edits, the daily limits and their editions: what ships, and what the site imported.

    A site's file replaces the packaged one of the same name; an imported edition lies beside it.

    Raises:
        KnowledgeError: a file is missing or breaks its format, or a shipped pair is active twice.
    """
    shipped = read_yaml(_file(roots, "editions.yaml"), _EDITIONS)
    pairs = [PairTable(shipped.ncci, _pairs(_file(roots, "ncci_ptp.csv")))]
    limits = [LimitTable(shipped.mue, _limits(_file(roots, "mue.csv"), MUE_COLUMNS))]
    for path, record in load_imports(roots):
        if not path.is_file():
            raise KnowledgeError(
                f"{path} is missing. Import that edition again, or run `citecoder import --remove {record.id}`."
            )
        if record.table == "ncci":
            pairs.append(PairTable(edition_of(record), _dated_pairs(path)))
        else:
            limits.append(LimitTable(edition_of(record), _limits(path, IMPORTED_MUE_COLUMNS)))
    return Edits(tuple(pairs), tuple(limits))


def _file(roots: DataRoots, name: str) -> Path:
    for path in find_files(roots, FOLDER, name):
        if path.name == name:
            return path
    raise KnowledgeError(
        f"{FOLDER}/{name} is missing below {roots.packaged}. Restore it: without it no pair is checked."
    )


def _pairs(path: Path) -> dict[Pair, tuple[PairEdit, ...]]:
    """Index the rows by pair; an active row outweighs an older one of the same pair."""
    pairs: dict[Pair, tuple[PairEdit, ...]] = {}
    for row in read_rows(path, _PAIR, PAIR_COLUMNS):
        _check_row(path, row)
        known = pairs.get(row.pair, (None,))[0]
        if known and known.status == row.status == "active":
            raise KnowledgeError(f"{path}: {row.column1}/{row.column2} is active twice. Keep one row.")
        if not known or known.status != "active":
            pairs[row.pair] = (row,)
    return pairs


def _dated_pairs(path: Path) -> dict[Pair, tuple[PairEdit, ...]]:
    """Index the rows of an imported table: a pair has a row for each stretch of time that it was in force."""
    pairs: dict[Pair, list[PairEdit]] = {}
    for row in read_rows(path, _PAIR, PAIR_COLUMNS):
        _check_row(path, row)
        pairs.setdefault(row.pair, []).append(row)
    return {pair: tuple(sorted(rows, key=_first_day)) for pair, rows in pairs.items()}


def _first_day(row: PairEdit) -> tuple[date, str]:
    return (row.since or date.min, row.column1)


def _check_row(path: Path, row: PairEdit) -> None:
    if row.column1 == row.column2:
        raise KnowledgeError(f"{path}: {row.column1} is paired with itself. Correct column2.")
    if row.status == "active" and row.indicator not in ("0", "1"):
        raise KnowledgeError(
            f"{path}: {row.column1}/{row.column2} is active, so its indicator must be 0 or 1."
        )


def _limits(path: Path, columns: tuple[str, ...]) -> dict[str, Mue]:
    rows = read_rows(path, _MUE, columns)
    return {row.code: limit for row in rows if (limit := _limit(row))}


def _limit(row: _MueRow) -> Mue | None:
    if row.units is None:
        return None
    mai = int(row.mai) if row.mai else None
    return Mue(row.code, row.units, mai, row.edition_checked, row.confidence, row.rationale)
