"""citecoder search: passages of the sources."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import DateOption, JsonOption, PayerOption, iso_date, open_parts
from citecoder.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from citecoder import wire

HELP = """
Search the sources; every hit says who says it, since when, and whether it is disputed.

Examples:

  citecoder search "does gait training need one-on-one contact" --code 97116

  citecoder search "certification of the plan of care" --payer medicare --date 2026-05-01

  citecoder search "KX threshold" -k 3 --json

  citecoder search --jsonl questions.jsonl

A line of --jsonl: {"id": 1, "query": "KX threshold", "k": 3}.
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("search", help=HELP, short_help="Search the sources.")(run)


def run(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", show_default=False)] = None,
    code: Annotated[
        str | None, typer.Option("--code", metavar="C", help="Only passages about this code.")
    ] = None,
    payer: PayerOption = None,
    date: DateOption = None,
    count: Annotated[int, typer.Option("-k", min=1, max=100, help="How many hits.")] = 8,
    as_json: JsonOption = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE|-", help="One request a line in, one answer a line out."),
    ] = None,
) -> None:
    """Print the best passages."""
    from citecoder import wire
    from citecoder.app.cli.terminal import page, write_out
    from citecoder.app.verbs.search import search

    if jsonl is not None:
        if text is not None:
            raise InputError("give TEXT or --jsonl, not both")
        raise typer.Exit(0 if _answer_jsonl(context, jsonl) else 1)
    if text is None:
        raise InputError('no text was given; write what to search for, such as "plan of care certification"')
    fields = {"query": text, "code": code, "payer": payer, "date": iso_date(date), "k": count}
    found = search(open_parts(context), wire.read(wire.SearchRequest, fields))
    if as_json:
        write_out(wire.to_json(found))
        return
    console = page()
    for number, hit in enumerate(found.hits, start=1):
        _show_hit(console, number, hit)
    if not found.hits:
        console.print("Nothing found. Try other words, or drop a filter.")


def _answer_jsonl(context: typer.Context, name: str) -> bool:
    from citecoder import wire
    from citecoder.app.cli.batch import answer_lines
    from citecoder.app.verbs.search import search

    parts = open_parts(context)
    _ = parts.store  # what stops every line should be told once, before the first
    return answer_lines(name, lambda raw: search(parts, wire.read(wire.SearchRequest, raw)))


def _show_hit(console: Console, number: int, hit: wire.Hit) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from citecoder.app.cli.note_view import clean
    from citecoder.app.cli.source_view import Numbers, source_line

    passage = hit.passage
    console.print(
        Text.assemble((f"{number:>2}  ", "dim"), (passage.id, "bold"), (f"  {hit.score:.2f}", "dim"))
    )
    console.print(Padding(Text(clean(passage.text)), (0, 0, 0, 4)))
    console.print(Padding(source_line(passage, Numbers([])), (0, 0, 1, 4)))
