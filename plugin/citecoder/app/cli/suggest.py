"""citecoder suggest: a note's lines, gaps and reasons."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citecoder.app.cli.options import (
    DateOption,
    Discipline,
    DisciplineOption,
    JsonOption,
    PayerOption,
    Stage,
    iso_date,
    open_parts,
)
from citecoder.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from citecoder.app.wiring import Parts

HELP = """
Suggest codes, units and modifiers for a note; every line cites the note and a dated source.

FILE is a text file in UTF-8, or - for standard input. Several FILEs print one JSON line each.

Examples:

  citecoder suggest visit.txt --payer medicare --discipline PT --date 2026-05-01

  citecoder suggest - --json < visit.txt

  citecoder suggest --jsonl visits.jsonl > reviews.jsonl

A line of --jsonl: {"id": 1, "note": "…", "payer": "medicare"}; options given here stand in for fields a line leaves out.
Exit code: 0 answered, 1 something was not answered, 2 bad usage or input.
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("suggest", help=HELP, short_help="Suggest codes for a note.")(run)


def run(
    context: typer.Context,
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE…|-]", show_default=False)] = None,
    payer: PayerOption = None,
    discipline: DisciplineOption = None,
    date: DateOption = None,
    stage: Annotated[
        Stage | None, typer.Option(help="draft holds back what is only recommended, and the signature.")
    ] = None,
    as_json: JsonOption = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE|-", help="One request a line in, one answer a line out."),
    ] = None,
) -> None:
    """Answer the notes that are named."""
    given = {
        "payer": payer,
        "discipline": _value(discipline),
        "date_of_service": iso_date(date),
        "stage": _value(stage),
    }
    asked = {name: value for name, value in given.items() if value is not None}
    if jsonl is not None and files:
        raise InputError("give FILEs or --jsonl, not both")
    names = _names(files) if jsonl is None else []
    parts = open_parts(context)
    if jsonl is not None:
        good = _answer_jsonl(parts, jsonl, asked)
    elif len(names) > 1:
        good = _answer_files(parts, names, asked)
    else:
        good = _answer_one(parts, names[0], asked, as_json=as_json)
    raise typer.Exit(0 if good else 1)


def _value(choice: Discipline | Stage | None) -> str | None:
    return choice.value if choice else None


def _names(files: list[str] | None) -> list[str]:
    if files:
        return files
    if sys.stdin.isatty():
        raise InputError("no note was given; name a FILE, or - to read standard input")
    return ["-"]


def _answer_jsonl(parts: Parts, name: str, asked: dict[str, Any]) -> bool:
    from citecoder import wire
    from citecoder.app.cli.batch import answer_lines, open_bytes
    from citecoder.app.verbs.suggest import suggest

    def answer(raw: object) -> BaseModel:
        merged = {**asked, **raw} if isinstance(raw, dict) else raw
        return suggest(parts, wire.read(wire.SuggestRequest, merged))

    with open_bytes(name):
        _ = parts.chain  # what stops every line should be told once, before the first
    return answer_lines(name, answer)


def _answer_files(parts: Parts, names: list[str], asked: dict[str, Any]) -> bool:
    from citecoder import wire
    from citecoder.app.cli.batch import answer_or_tell
    from citecoder.app.cli.terminal import progress_bar, write_out

    _ = parts.chain
    good = True
    with progress_bar("notes", len(names)) as step:
        for name in names:
            told = answer_or_tell(name, lambda name=name: _review(parts, name, asked)[1])  # type: ignore[misc]
            good = good and not isinstance(told, wire.LineFailure)
            write_out(wire.to_json(told, lines=True))
            step()
    return good


def _answer_one(parts: Parts, name: str, asked: dict[str, Any], *, as_json: bool) -> bool:
    from citecoder import wire
    from citecoder.app.cli.review_view import show
    from citecoder.app.cli.terminal import page, write_out

    note, response = _review(parts, name, asked)
    if as_json:
        write_out(wire.to_json(response))
    else:
        show(page(), note, response)
    return True


def _review(parts: Parts, name: str, asked: dict[str, Any]) -> tuple[str, Any]:
    """Read one file and review it; a file's name is its id."""
    from citecoder import wire
    from citecoder.app.cli.batch import read_bytes
    from citecoder.app.verbs.suggest import suggest

    where = "standard input" if name == "-" else name
    note = wire.read_text(read_bytes(name), where)
    fields = {**asked, "note": note, "id": None if name == "-" else name}
    return note, suggest(parts, wire.read(wire.SuggestRequest, fields))
