"""citecoder status: what is installed and what the index holds."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from citecoder.app.cli.options import JsonOption, open_parts

if TYPE_CHECKING:
    from citecoder import wire

HELP = """
Show versions, what the index holds, the editions of the edit tables, and the folders.

Examples:

  citecoder status

  citecoder status --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("status", help=HELP, short_help="Show versions, the index and the folders.")(run)


def run(context: typer.Context, as_json: JsonOption = False) -> None:
    """Print the status."""
    from citecoder import wire
    from citecoder.app.cli.terminal import write_out
    from citecoder.app.verbs.status import status

    told = status(open_parts(context))
    if as_json:
        write_out(wire.to_json(told))
    else:
        _show(told)


def _show(told: wire.StatusResponse) -> None:
    from rich.table import Table
    from rich.text import Text

    from citecoder.app.cli.imports import licence_line
    from citecoder.app.cli.terminal import page

    by_authority = ", ".join(f"{count} {name}" for name, count in told.by_authority.items())
    rows = {
        "citecoder": f"{told.version} (contract {told.contract})",
        "index": f"{told.index}: {told.passages} passages ({by_authority})",
        "": f"{told.ingested} ingested here, {told.disputed} disputed",
        "codes": f"{told.codes} codes, {len(told.payers)} payers",
        "editions": ", ".join(
            f"{name.upper()} {edition or 'unknown'}" for name, edition in told.editions.items()
        ),
        **({"imported": ", ".join(each.id for each in told.imports)} if told.imports else {}),
        **({"descriptors": licence_line(told.descriptors)} if told.descriptors else {}),
        "embeddings": told.embeddings,
        "language model": _language_model(told.language_model),
        "tracing": "allowed, without texts unless CITECODER_TRACE_TEXT is set"
        if told.tracing_allowed
        else "off",
        "records": told.records or "off: no reviews, decisions or keys are kept",
        **told.folders,
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        grid.add_row(Text(name), Text(value))
    page().print(grid)


def _language_model(told: wire.LanguageModelStatus | None) -> str:
    if told is None:
        return "off"
    return f"{told.name}: {told.fault or 'usable, as far as can be told without a call'}"
