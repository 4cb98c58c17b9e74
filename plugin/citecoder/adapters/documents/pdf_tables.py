"""Tables of a PDF: rows told by gaps in a line, and cells that go on below or beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.adapters.documents.pdf_lines import Line

_WIDER = 1.25
_MUCH_WIDER = 2.2
_TALLEST_ROW = 12
_SLACK = 3.0


def goes_on(rows: Sequence[Line], line: Line, step: float) -> bool:
    """Tell whether a line right of the first column belongs to the last row: near below, or up beside it.

    Args:
        rows: the table's lines so far.
        line: the next line of the page.
        step: the usual distance of lines, in sizes.
    """
    last = rows[-1]
    if line.page != last.page or not _is_inside(rows, line):
        return False
    usual = step * max(line.size, last.size)
    down = last.y - line.y
    # Under the very start of a column a line may stand farther down: cells have a distance of lines of their own.
    aligned = any(abs(start - line.starts[0]) <= _SLACK for each in rows for start in each.starts[1:])
    if 0 <= down <= (_MUCH_WIDER if aligned else _WIDER) * usual:
        return True
    top = max(each.y for each in rows if each.page == line.page)
    return down < 0 and -down <= _TALLEST_ROW * usual and line.y <= top + usual


def _is_inside(rows: Sequence[Line], line: Line) -> bool:
    first = min(each.starts[0] for each in rows)
    return line.starts[0] > first + 1.5 * line.size


def is_table(lines: Sequence[Line]) -> bool:
    """Tell a table from a lone line that has a wide gap: two rows at least."""
    return sum(len(line.cells) > 1 for line in lines) >= 2


def rows_of(lines: Sequence[Line]) -> list[tuple[list[str], int]]:
    """Put lines into rows and columns: each row's cells, and its page.

    The row with the most cells gives the columns; a line that doesn't begin in the first one goes on in its row.
    """
    starts = max(lines, key=lambda each: len(each.cells)).starts
    rows: list[tuple[list[str], int]] = []
    for line in lines:
        inside = line.starts[0] > starts[0] + 1.5 * line.size and bool(rows)
        row = rows[-1][0] if inside else [""] * len(starts)
        for cell, start in zip(line.cells, line.starts, strict=True):
            at = _column(starts, start, lone=inside)
            row[at] = f"{row[at]} {cell}".strip()
        if not inside:
            rows.append((row, line.page))
    return rows


def _column(starts: Sequence[float], start: float, *, lone: bool) -> int:
    """Return the nearest column; for what goes on in a row, the last one that begins to its left (it may be centred)."""
    if lone:
        return max((at for at, each in enumerate(starts) if each <= start + _SLACK), default=0)
    return min(range(len(starts)), key=lambda at: abs(starts[at] - start))
