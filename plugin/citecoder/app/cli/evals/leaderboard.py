"""citecoder eval leaderboard: arms with the figures they reached, and what reproduces them."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

import typer

from citecoder.app.cli.evals.options import SetOption
from citecoder.app.cli.terminal import page

HELP = """
Show the leaderboard of a set: each row with the command that gives its figures again.

Example:

  citecoder eval leaderboard
"""
FIGURES = (
    "f1",
    "macro_f1",
    "exact_codes",
    "no_code_specificity",
    "units_right",
    "gap_recall",
    "gap_false_rate",
)


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("leaderboard", help=HELP, short_help="Show arms and the figures they reached.")(run)


def run(place: SetOption = None) -> None:
    """Print the table."""
    from rich.table import Table
    from rich.text import Text

    from citecoder.evals.evaluate import open_set
    from citecoder.evals.leaderboard import read_leaderboard
    from citecoder.evals.reports.flat import figure

    rows = read_leaderboard(open_set(place).place)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("arm", "F1", "95 %", "macro", "exact", "silent", "units", "gaps", "needless"):
        table.add_column(title)
    for row in rows:
        span = "–" if row.f1_95 is None else f"{row.f1_95[0]:.3f}–{row.f1_95[1]:.3f}"
        values = [figure(row.figures.get(name), "share") for name in FIGURES]
        table.add_row(row.arm, values[0], span, *values[1:])
    console = page()
    console.print(table)
    for row in rows:
        console.print(
            Text(
                f"{row.arm}: {row.suite}, {row.split}, release {row.release}, {row.measured}: {row.command}",
                "dim",
            )
        )
    if not rows:
        console.print("No row yet; leaderboard.yaml of the set holds them.")
