"""citecoder records: the tables of the records, and how long they are kept."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.options import JsonOption, day_or_days, open_parts
from citecoder.errors import InputError

HELP = """
Upgrade the tables of the records, and delete what need not be kept any longer.

Examples:

  citecoder records upgrade

  citecoder records prune --before 365d
"""
UPGRADE = """
Bring the tables to this version. The service does so by itself when it first needs them.

Examples:

  citecoder records upgrade
"""
DOWNGRADE = """
Take the tables down to an earlier migration, before an earlier version of citecoder is installed again.

What only later tables can hold is lost; `base` removes all tables and all that is in them. Make a backup first.

Examples:

  citecoder records downgrade base --yes
"""
PRUNE = """
Delete reviews that nobody decided on, and kept notes and comments, from before a day (UTC).

Decisions, the reviews that they were made on, and the audit trail stay.

Examples:

  citecoder records prune --before 2026-01-01

  citecoder records prune --before 365d --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(name="records", help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("upgrade", help=UPGRADE, short_help="Bring the tables to this version.")(upgrade)
    group.command("downgrade", help=DOWNGRADE, short_help="Take the tables down again.")(downgrade)
    group.command("prune", help=PRUNE, short_help="Delete what is older than a day.")(prune)
    app.add_typer(group, short_help="Upgrade and prune the records.")


def upgrade(context: typer.Context) -> None:
    """Upgrade the tables."""
    from citecoder.app.cli.terminal import say
    from citecoder.app.verbs.records import opened

    parts = open_parts(context)
    with opened(parts) as records:
        records.check()
    say(f"the records at {parts.records_place} are of this version")


def downgrade(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(metavar="MIGRATION", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Lose what the earlier tables can't hold.")] = False,
) -> None:
    """Downgrade the tables."""
    from citecoder.app.cli.terminal import say
    from citecoder.app.verbs.records import opened

    if not yes:
        raise InputError(
            "this deletes what the earlier tables can't hold; make a backup, then add --yes", "--yes"
        )
    parts = open_parts(context)
    with opened(parts) as records:
        records.downgrade(revision)
    say(f"the records at {parts.records_place} are at migration {revision}")


def prune(
    context: typer.Context,
    before: Annotated[
        str, typer.Option(metavar="DAYSd|YYYY-MM-DD", help="Delete what is from before this day.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Delete what is older than a day."""
    from citecoder import wire
    from citecoder.app.cli.terminal import say, write_out
    from citecoder.app.verbs.records import prune as pruned

    day = day_or_days(before, "--before")
    if day is None:
        raise InputError(
            "--before: name a day, such as 2026-01-01, or a number of days, such as 365d", "--before"
        )
    told = pruned(open_parts(context), day)
    if as_json:
        write_out(wire.to_json(told))
    else:
        say(
            f"deleted {told.reviews} undecided reviews, {told.notes} notes and {told.comments} comments"
            f" from before {told.before:%Y-%m-%d} (UTC)"
        )
