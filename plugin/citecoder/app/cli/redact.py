"""citecoder redact: what of a text would leave this machine for a language model."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

import sys
from typing import Annotated

import typer

from citecoder.app.cli.options import DateOption, JsonOption, iso_date, open_parts
from citecoder.errors import InputError

HELP = """
Show what of a note would leave for a language model: the identifiers of HIPAA's Safe Harbor are placeholders.

FILE is a text file in UTF-8, or - for standard input. Nothing is sent. Days are told from --date, else from the date of
service that the note writes. What stood in a placeholder's place is printed only with --map; take care where that goes.

Examples:

  citecoder redact visit.txt

  citecoder redact - < visit.txt

  citecoder redact visit.txt --json | jq -r .text

  citecoder redact visit.txt --name "Maria Alvarez" --map
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("redact", help=HELP, short_help="Show a note without its identifiers.")(run)


def run(
    context: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE|-]", show_default=False)] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="Somebody who is known; may be repeated."),
    ] = None,
    date: DateOption = None,
    show_map: Annotated[
        bool, typer.Option("--map", help="Print too what each placeholder stands for.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Redact one text and show it."""
    from citecoder import wire
    from citecoder.app.cli import redact_view
    from citecoder.app.cli.batch import read_bytes
    from citecoder.app.cli.terminal import page, write_out
    from citecoder.redaction import Names, redact

    if file is None and sys.stdin.isatty():
        raise InputError("no text was given; name a FILE, or - to read standard input")
    name = file or "-"
    text = wire.read_text(read_bytes(name), "standard input" if name == "-" else name)
    known = Names(tuple(names or ()))
    told = redact(text, open_parts(context).redaction_wording, known, iso_date(date))
    if as_json:
        write_out(redact_view.as_json(told, show_map=show_map))
    else:
        redact_view.show(page(), told, show_map=show_map)
