"""citecoder stats: what people made of the suggestions."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import JsonOption, day_or_days, open_parts

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from citecoder import wire

HELP = """
Show what was accepted, edited and rejected, code by code, and which documentation was missing most.

Each note counts once, as its review last stood. Days are those of UTC.

Examples:

  citecoder stats

  citecoder stats --since 30d

  citecoder stats --since 2026-10-01 --json
"""
WIDTH = 20
MARKS = (("accepted", "█"), ("edited", "▓"), ("rejected", "░"), ("undecided", "·"))
MOST_GAPS = 10


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("stats", help=HELP, short_help="What people made of the suggestions.")(run)


def run(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(metavar="DAYSd|YYYY-MM-DD", help="Count reviews from this day on.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the statistics."""
    from citecoder import wire
    from citecoder.app.cli.terminal import page, write_out
    from citecoder.app.verbs.records import stats

    told = stats(open_parts(context), day_or_days(since, "--since"))
    if as_json:
        write_out(wire.to_json(told))
    else:
        show(page(), told)


def show(console: Console, told: wire.StatsResponse) -> None:
    """Print the statistics for a person."""
    from rich.text import Text

    from citecoder.app.cli.rows import heading

    since = f" since {told.since}" if told.since else ""
    empty = f" · {told.without_lines} without a line" if told.without_lines else ""
    console.print(Text(f"{told.reviews} notes reviewed{since}{empty} · {told.decisions} decisions", "bold"))
    if told.codes:
        heading(console, "LINES BY CODE", legend="  ".join(f"{mark} {name}" for name, mark in MARKS))
        console.print(_codes(told))
    if told.gaps:
        heading(console, "MISSING MOST OFTEN")
        console.print(_gaps(told))


def bar(line: wire.CodeStats) -> str:
    """Draw a line's shares; whatever occurred is seen, however seldom."""
    counts = [getattr(line, name) for name, _ in MARKS]
    parts = [max(1, round(WIDTH * count / line.suggested)) if count else 0 for count in counts]
    while sum(parts) != WIDTH:  # rounding: the widest part gives or takes
        widest = parts.index(max(parts))
        parts[widest] += 1 if sum(parts) < WIDTH else -1
    return "".join(mark * part for part, (_, mark) in zip(parts, MARKS, strict=True))


def _codes(told: wire.StatsResponse) -> Table:
    table = _table("code", "lines", "", "accepted", "commonest reason")
    for line in told.codes:
        decided = line.suggested - line.undecided
        share = f"{line.accepted} of {decided} ({line.accepted / decided:.0%})" if decided else "–"
        reason = max(line.reasons, key=line.reasons.__getitem__, default="")
        table.add_row(*_texts(line.code, str(line.suggested), bar(line), share, reason.replace("_", " ")))
    return table


def _gaps(told: wire.StatsResponse) -> Table:
    table = _table("element", "", "asked", "dismissed")
    for gap in told.gaps[:MOST_GAPS]:
        table.add_row(*_texts(gap.label, gap.element, str(gap.asked), str(gap.dismissed)))
    return table


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 1), header_style="dim")
    for column in columns:
        number = column in {"lines", "asked", "dismissed"}
        table.add_column(
            column, justify="right" if number else "left", overflow="fold", no_wrap=column == "code"
        )
    return table


def _texts(*words: str) -> list[Text]:
    from rich.text import Text

    return [Text(each) for each in words]
