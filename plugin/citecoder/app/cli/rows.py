"""The few shapes that every terminal view is made of: a heading, and an item that hangs under its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from citecoder.app.cli.source_view import source_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from citecoder import wire
    from citecoder.app.cli.source_view import Numbers


def heading(console: Console, title: str, count: int | None = None, legend: str = "") -> None:
    """Print a section's heading after an empty line; a legend stands beside it."""
    console.print()
    counted = title if count is None else f"{title} ({count})"
    console.print(Text.assemble((counted, "bold"), (f"   {legend}" if legend else "", "dim")))


def item(console: Console, text: Text, mark: str, indent: int = 4, style: str = "dim") -> None:
    """Print a wrapped item whose further lines stand under its first word, not under its mark."""
    grid = Table.grid()
    if mark:
        grid.add_column(width=cell_len(mark))
    grid.add_column(overflow="fold")
    grid.add_row(*([Text(mark, style)] if mark else []), text)
    console.print(Padding(grid, (0, 0, 0, indent)))


def sources(
    console: Console, cited: Sequence[tuple[int, wire.Passage]], numbers: Numbers, *, because: bool = True
) -> None:
    """Print numbered sources; ``because``: say why a disputed one is, where nothing above has said it."""
    if not cited:
        return
    heading(console, "SOURCES", len(cited))
    for number, passage in cited:
        item(console, source_line(passage, numbers, because=because), f"[{number}] ", 1)
