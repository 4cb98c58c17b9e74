"""citecoder lookup: everything known about one code."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.options import DateOption, JsonOption, PayerOption, iso_date, open_parts

HELP = """
Show what is known about a code: what it is, how it is counted, what must be written, which codes it excludes.

Examples:

  citecoder lookup 97140

  citecoder lookup 97014 --payer medicare --date 2026-05-01

  citecoder lookup G0283 --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("lookup", help=HELP, short_help="Show what is known about a code.")(run)


def run(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", show_default=False)],
    payer: PayerOption = None,
    date: DateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one code."""
    from citecoder import wire
    from citecoder.app.cli.code_view import show
    from citecoder.app.cli.terminal import page, write_out
    from citecoder.app.verbs.lookup import lookup

    found = lookup(open_parts(context), code, payer, iso_date(date))
    if as_json:
        write_out(wire.to_json(found))
    else:
        show(page(), found)
