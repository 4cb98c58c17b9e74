"""citecoder audit: does the audit trail hold."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.options import JsonOption, open_parts

HELP = """
Look through the audit trail of reviews, decisions and keys.

Examples:

  citecoder audit verify
"""
VERIFY = """
Look through the whole audit trail and name each entry that was changed, moved, left out or put in.

It prints the trail's head. Keep that elsewhere: given back by --head, it shows whether the end was cut off or history
rewritten since, even by somebody who holds this site's secret.

Examples:

  citecoder audit verify > head-2026-11.txt

  citecoder audit verify --head "$(cat head-2026-11.txt)"

  citecoder audit verify --json

Exit code: 0 the trail holds, 1 it doesn't, 2 bad usage or input.
"""


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(name="audit", help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_group)  # one command alone would otherwise take the group's place
    group.command("verify", help=VERIFY, short_help="Does the audit trail hold.")(verify)
    app.add_typer(group, short_help="Look through the audit trail.")


def _group() -> None:
    """Nothing stands between the group and its command."""


def verify(
    context: typer.Context,
    head: Annotated[
        str | None, typer.Option(metavar="NUMBER:HASH", help="A head printed earlier and kept elsewhere.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the head, and what does not hold."""
    from citecoder import wire
    from citecoder.app.cli.terminal import say, write_out
    from citecoder.app.verbs.records import audit

    told = audit(open_parts(context), head)
    write_out(wire.to_json(told) if as_json else told.head)
    if not as_json:
        for fault in told.faults:
            say(f"citecoder: {fault}")
        say(
            f"{told.entries} entries, {'all hold' if told.holds else 'not all hold'}; keep the head elsewhere"
        )
    raise typer.Exit(0 if told.holds else 1)
