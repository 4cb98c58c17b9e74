"""Runs of text on a page → lines with cells: what stands on one height, and where a column's gap parts it."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Run(NamedTuple):
    """Text in one font, as the file writes it. Places and sizes are in points, from the left and from below."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


class Line(NamedTuple):
    """A line of a page. ``cells``: its parts with column gaps between, each beginning at its place in ``starts``."""

    cells: tuple[str, ...]
    starts: tuple[float, ...]
    page: int
    y: float
    size: float
    bold: bool

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(cell for cell in self.cells if cell)


_LETTER_WIDTH = 0.5
_GAP = 2.0
_GAP_IN_COLUMN = 0.3
_WORDWISE = 12


def lines_of(runs: Sequence[Run], page: int) -> list[Line]:
    """Join runs to lines, which end where a run holds a newline.

    Args:
        runs: a page's runs in the file's order.
        page: its number, from 1.
    """
    rows = list(_rows(runs))
    columns = _columns(rows)
    return [_line(row, page, columns) for row in rows]


def _rows(runs: Sequence[Run]) -> Iterator[list[Run]]:
    row: list[Run] = []
    for run in runs:
        for place, part in enumerate(run.text.split("\n")):
            if place and row:
                yield row
                row = []
            if part.strip():
                row.append(run._replace(text=part))
    if row:
        yield row


def _columns(rows: Sequence[Sequence[Run]]) -> frozenset[int]:
    """Return the places at which several lines have a run that is not their first: columns of tables.

    A file that writes word by word has such places by chance, so there they say nothing.
    """
    if not rows or median(len(run.text) for row in rows for run in row) < _WORDWISE:
        return frozenset()
    seen = Counter(round(run.x) for row in rows for run in row[1:])
    return frozenset(x for x, count in seen.items() if count + seen[x + 1] >= 2)


def _line(row: Sequence[Run], page: int, columns: frozenset[int]) -> Line:
    cells: list[str] = []
    starts: list[float] = []
    end = math.inf
    for run in row:
        # Widths of letters are not asked for: half the size is near enough to see a column's gap.
        aligned = any(round(run.x) + near in columns for near in (-1, 0, 1))
        if not cells or run.x - end > (_GAP_IN_COLUMN if aligned else _GAP) * run.size:
            cells.append("")
            starts.append(run.x)
        cells[-1] += run.text
        end = run.x + len(run.text.strip()) * run.size * _LETTER_WIDTH
    longest = max(row, key=lambda each: len(each.text))
    return Line(
        cells=tuple(" ".join(cell.split()) for cell in cells),
        starts=tuple(starts),
        page=page,
        y=row[0].y,
        size=round(longest.size * 2) / 2,
        bold=all(run.bold for run in row),
    )
