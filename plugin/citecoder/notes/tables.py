"""Tables and flowsheets in a note: rows with their minutes cell, and which column is the visit's."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from citecoder.notes.dates import find_dates
from citecoder.notes.spans import fold

_ROW = re.compile(r"^[^\n]*(?:\t[^\n]*\t|\|[^\n|]*\|)[^\n]*$|^[^\n\t|]+[\t|][^\n\t|]+$")
_MINUTES_HEAD = re.compile(r"\bmins?\b|\bminutes?\b|\btime\b|duration")
_CLOCK_HEAD = re.compile(r"in/?out|start|end|stop")
_MINUTES_CELL = re.compile(r"\d{1,3}\s{0,24}(?:min|mins|minutes|')?")
_NOT_DONE = frozenset({"", "-", "–", "—", "no", "n", "0", "held", "hold", "n/a", "na"})
_HEAD_ROWS = 3


class Row(NamedTuple):
    """One row of a table.

    ``dose``: the cell with its minutes. ``absent``: it was not done at the visit. ``flowsheet``: the columns are
    dates, so that minutes in it are parameters of several visits.
    """

    start: int
    end: int
    head: bool
    dose: tuple[int, int] | None
    absent: bool
    flowsheet: bool


class _Line(NamedTuple):
    start: int
    end: int


def find_rows(text: str, visit_date: date | None) -> list[Row]:
    """Return the rows of every table: two or more lines on end that tabs or pipes divide."""
    rows: list[Row] = []
    group: list[_Line] = []
    for match in [*re.finditer(r"[^\r\n]+", text), None]:
        line = _Line(match.start(), match.end()) if match and _ROW.match(match.group()) else None
        if line and (not group or line.start - group[-1].end <= 2):
            group.append(line)
            continue
        if len(group) >= 2:
            rows += _rows(text, group, visit_date)
        group = [line] if line else []
    return rows


def _rows(text: str, lines: list[_Line], visit_date: date | None) -> list[Row]:
    heads = [[fold(text[a:b]) for a, b in _cells(text, line)] for line in lines[:_HEAD_ROWS]]
    first = next((i for i, head in enumerate(heads) if _minutes_column(head) is not None), 0)
    minutes = _minutes_column(heads[first])
    dated = {i: d[0].value for i, h in enumerate(heads[first]) if (d := find_dates(h, year_hint=visit_date))}
    column = _visit_column(dated, visit_date)
    rows = []
    for i, line in enumerate(lines):
        cells = _cells(text, line)
        if any(re.search(r"\w", text[a:b]) for a, b in cells):
            rows.append(_row(text, line, cells, minutes, column, head=i <= first, flowsheet=len(dated) > 1))
    return rows


def _row(
    text: str, line: _Line, cells: list[tuple[int, int]], minutes: int | None, column: int | None, *, head: bool, flowsheet: bool
) -> Row:  # fmt: skip
    dose = cells[minutes] if minutes is not None and minutes < len(cells) and not head else None
    told = fold(text[dose[0] : dose[1]]) if dose else ""
    is_minutes = dose is not None and _MINUTES_CELL.fullmatch(told) is not None
    zero = is_minutes and re.fullmatch(r"0+\D*", told) is not None
    seen = column is None or (
        column < len(cells) and fold(text[slice(*cells[column])]).strip() not in _NOT_DONE
    )
    absent = not head and (zero or not seen)
    return Row(line.start, line.end, head, dose if is_minutes and not zero else None, absent, flowsheet)


def _cells(text: str, line: _Line) -> list[tuple[int, int]]:
    """Return the (start, end) of each cell, blanks trimmed; the outer pipes of a row are dropped."""
    row = text[line.start : line.end]
    edges = [-1, *(m.start() for m in re.finditer(r"[\t|]", row)), len(row)]
    cells = [(a + 1, b) for a, b in pairwise(edges)]
    if row.lstrip().startswith("|"):
        cells = cells[1:]
    return [_trimmed(row, line.start, a, b) for a, b in cells]


def _trimmed(row: str, base: int, start: int, end: int) -> tuple[int, int]:
    piece = row[start:end]
    left = len(piece) - len(piece.lstrip())
    return (
        (base + start + left, base + start + len(piece.rstrip()))
        if piece.strip()
        else (base + start, base + start)
    )


def _minutes_column(head: list[str]) -> int | None:
    return next(
        (
            i
            for i, h in enumerate(head)
            if _MINUTES_HEAD.search(h) and not _CLOCK_HEAD.search(h) and len(h) < 24
        ),
        None,
    )


def _visit_column(dated: dict[int, date], visit_date: date | None) -> int | None:
    """Return the flowsheet's column of the visit: its date, else the last date."""
    if len(dated) < 2:
        return None
    day = visit_date and (visit_date.month, visit_date.day)
    exact = [i for i, d in dated.items() if (d.month, d.day) == day]
    return exact[0] if exact else max(dated, key=lambda i: (dated[i], i))
