"""CMS's quarterly tables as published → rows that concern our codes: pair edits (PTP) and daily limits (MUE).

The files open with copyright lines and a header that may run over several rows. The practitioner table of pairs comes
as several files of some million rows; they are read row by row. Which edition and whose table it is, is taken from
the names and the lines above the header, and never guessed.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.table_files import Row, Table, tables
from citecoder.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.rules.editions import Origin, Setting, TableName

HEADER_WITHIN = 60
"""Rows among which the header has to stand."""
STEP = 1_000
"""Rows between two moves of the progress bar."""
NAMED = 5
"""Bad rows that are named; the others are counted."""

Parse = Callable[[tuple[str, ...], Mapping[str, int]], tuple[str, ...] | None]
Step = Callable[[], None]

_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_PTP = {
    "column1": re.compile(r"column ?1\b(?!.*column ?2)"),
    "column2": re.compile(r"column ?2\b"),
    "since": re.compile(r"effective\b"),
    "until": re.compile(r"deletion\b"),
    "indicator": re.compile(r"modifier\b"),
}
_MUE = {
    "code": re.compile(r"hcpcs"),
    "units": re.compile(r".*\bmue values?\b"),
    "mai": re.compile(r".*\badjudication indicator\b"),
}
_RATIONALE = re.compile(r".*\brationale\b")
_SETTINGS: tuple[tuple[Setting, re.Pattern[str]], ...] = (
    ("changes", re.compile(r"additions|deletions[-_ ]revisions|changes")),
    ("medicaid", re.compile(r"medicaid")),
    ("hospital", re.compile(r"ccioph|hospital")),
    ("dme", re.compile(r"\bdme|supplier")),
    ("practitioner", re.compile(r"ccipra|practitioner")),
)
_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_QUARTER = re.compile(r"(?<!\d)(20\d\d)[-_ ]?q([1-4])(?!\d)")
_VERSION = re.compile(r"cci[a-z]{3}[-_ ]?v(3\d)([0-3])r\d")
_EFFECTIVE = re.compile(r"eff(?:ective)?\.?(?: date)?:?[-_ ]*(\d{1,2})[-_/](\d{1,2})[-_/](20\d\d)")
_ISO = re.compile(r"eff(?:ective)?(?: date)?[-_ :]*(20\d\d)-(\d\d)-(\d\d)")
_WORDS = re.compile(rf"effective:? (?:date:? )?({'|'.join(_MONTHS)}) (\d{{1,2}}),? (20\d\d)")


@dataclass
class FileRead:
    """What was read of one file; ``kept`` are rows of the site's CSV, without the edition."""

    name: str
    rows_read: int = 0
    kept: list[tuple[str, ...]] = field(default_factory=list)
    bad: int = 0
    named: list[str] = field(default_factory=list)
    setting: Setting = "unknown"
    editions: dict[date, Origin] = field(default_factory=dict)


class _Header(NamedTuple):
    columns: Mapping[str, int]
    above: str
    line: int


def read_table(path: Path, kind: TableName, codes: Collection[str], step: Step = lambda: None) -> FileRead:
    """Read one of CMS's files.

    Args:
        path: a zip, workbook or text file.
        kind: which table it should be.
        codes: the code numbers that rows are kept for.
        step: called after every thousandth row.

    Raises:
        InputError: it can't be read, or has no header of that table.
    """
    told = FileRead(path.name)
    columns, parse = (_PTP, _pair_parser(codes)) if kind == "ncci" else (_MUE, _limit_parser(codes))
    headers = 0
    for table in tables(path):
        header = _find_header(table, columns)
        if header is None:
            continue
        headers += 1
        _recognise(told, table, header)
        _read_rows(told, table, header, parse, step)
    if not headers:
        raise InputError(f"{path}: no known header; {_EXPECTED[kind]}")
    if not told.rows_read:
        raise InputError(f"{path}: a header and no rows below it; download the table again")
    return told


_EXPECTED = {
    "ncci": "CMS's pair table has the columns Column 1, Column 2, Effective Date, Deletion Date, Modifier",
    "mue": "CMS's table of daily limits has the columns HCPCS/CPT Code, … MUE Values, MUE Adjudication Indicator",
}


# --- header, edition, whose table ------------------------------------------------------------------


def _find_header(table: Table, wanted: Mapping[str, re.Pattern[str]]) -> _Header | None:
    above: list[str] = []
    for row in islice(table.rows, HEADER_WITHIN):
        cells = [_plain(cell) for cell in row.cells]
        found = {
            name: at
            for name, pattern in (*wanted.items(), ("rationale", _RATIONALE))
            if (at := next((i for i, cell in enumerate(cells) if pattern.match(cell)), -1)) >= 0
        }
        if wanted.keys() <= found.keys():
            return _Header(found, " ".join((*above, *cells)), row.line)
        above += cells
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s*/\s*", "/", " ".join(text.lower().split()))


def _recognise(told: FileRead, table: Table, header: _Header) -> None:
    """Read whose table and which edition it is; the names are asked before the lines above the header."""
    names = " ".join(table.names).lower()
    title = re.sub(r"column ?1.*", "", header.above)
    setting = _setting(names) or _setting(title, beside=("changes",)) or "unknown"
    told.setting = setting if told.setting == "unknown" else told.setting
    by_name = _editions(names)
    told.editions |= dict.fromkeys(by_name or _editions(title), "file name" if by_name else "header")


def _setting(text: str, beside: Collection[str] = ()) -> Setting | None:
    return next((name for name, pattern in _SETTINGS if name not in beside and pattern.search(text)), None)


def _editions(text: str) -> set[date]:
    """Return the editions that a text plainly tells.

    CMS names its pair files ``ccipra-vYYQr…``: 320 is the first quarter of 2026, 313 the last of 2025.
    """
    days = [date(int(year), int(quarter) * 3 - 2, 1) for year, quarter in _QUARTER.findall(text)]
    days += [date(1994 + int(year), int(quarter) * 3 + 1, 1) for year, quarter in _VERSION.findall(text)]
    for month, day, year in _EFFECTIVE.findall(text):
        days += _real(int(year), int(month), int(day))
    for year, month, day in _ISO.findall(text):
        days += _real(int(year), int(month), int(day))
    for month, day, year in _WORDS.findall(text):
        days += _real(int(year), _MONTHS.index(month) + 1, int(day))
    return set(days)


def _real(year: int, month: int, day: int) -> list[date]:
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


# --- rows ------------------------------------------------------------------------------------------


class _BadRowError(Exception):
    """A row can't be understood; the message says which column and why, never what stood there."""


def _read_rows(told: FileRead, table: Table, header: _Header, parse: Parse, step: Step) -> None:
    first, needed = min(header.columns.values()), max(header.columns.values()) + 1
    begun = False
    for row in table.rows:
        cells = row.cells if len(row.cells) >= needed else (*row.cells, *[""] * (needed - len(row.cells)))
        begun = begun or bool(cells[first])
        if not begun or not any(cells):  # the header runs on below its first row
            continue
        told.rows_read += 1
        if told.rows_read % STEP == 0:
            step()
        try:
            kept = parse(cells, header.columns)
        except _BadRowError as error:
            _bad(told, table, row, str(error))
            continue
        if kept is not None:
            told.kept.append(kept)


def _bad(told: FileRead, table: Table, row: Row, why: str) -> None:
    told.bad += 1
    if len(told.named) < NAMED:
        told.named.append(f"{table.where} line {row.line}: {why}")


def _pair_parser(codes: Collection[str]) -> Parse:
    """Return what makes ``column1, column2, indicator, status, from, until, rationale`` of a row."""

    def parse(cells: tuple[str, ...], at: Mapping[str, int]) -> tuple[str, ...] | None:
        one, two = _code(cells[at["column1"]], "column 1"), _code(cells[at["column2"]], "column 2")
        if one not in codes or two not in codes:
            return None
        if one == two:
            raise _BadRowError("a code is paired with itself")
        indicator = cells[at["indicator"]]
        if indicator not in ("0", "1", "9"):
            raise _BadRowError("the modifier indicator is not 0, 1 or 9")
        since, until = _day(cells[at["since"]], "effective date"), _day(cells[at["until"]], "deletion date")
        status = "deleted" if indicator == "9" else "active"
        return (one, two, indicator, status, since, until, _rationale(cells, at))

    return parse


def _limit_parser(codes: Collection[str]) -> Parse:
    """Return what makes ``code, units, mai, rationale`` of a row."""

    def parse(cells: tuple[str, ...], at: Mapping[str, int]) -> tuple[str, ...] | None:
        code = _code(cells[at["code"]], "the code")
        if code not in codes:
            return None
        if not re.fullmatch(r"\d{1,6}", cells[at["units"]]):
            raise _BadRowError("the MUE value is not a whole number")
        mai = cells[at["mai"]][:1]
        if mai not in ("1", "2", "3"):
            raise _BadRowError("the adjudication indicator does not begin with 1, 2 or 3")
        return (code, str(int(cells[at["units"]])), mai, _rationale(cells, at))

    return parse


def _rationale(cells: tuple[str, ...], at: Mapping[str, int]) -> str:
    return cells[at["rationale"]] if "rationale" in at else ""


@lru_cache(maxsize=65_536)  # a table names each code many thousand times
def _code(text: str, where: str) -> str:
    code = text.upper()
    if not _CODE.fullmatch(code):
        raise _BadRowError(f"{where} is not a code")
    return code


def _day(text: str, where: str) -> str:
    """Return a date as YYYY-MM-DD; ``*`` and nothing are no date."""
    if text in ("", "*"):
        return ""
    for pattern in ("%Y%m%d", "%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    raise _BadRowError(f"the {where} is not a date")
