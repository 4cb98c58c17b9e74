"""citecoder keys: who may ask the service from elsewhere."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import JsonOption, day_or_days, open_parts

if TYPE_CHECKING:
    from datetime import datetime

    from citecoder import wire
    from citecoder.records import Key

HELP = """
Make, list and revoke the keys that the service asks for from other machines.

Examples:

  citecoder keys create "front desk EHR"

  citecoder keys create monitoring --scope metrics --expires 90d

  citecoder keys list

  citecoder keys revoke 4f1c2a9be07d
"""
CREATE = """
Make a key. Its token goes to standard output, once: only a hash of it is kept.

Examples:

  citecoder keys create "front desk EHR" --scope suggest --scope sources --scope decide --expires 2027-01-31

  citecoder keys create "chat client" --scope ask

  citecoder keys create monitoring --scope metrics --expires 90d > token
"""
LIST = """
List the keys, the oldest first, with what each may do and when it was last used (to the minute).

Examples:

  citecoder keys list

  citecoder keys list --json
"""
REVOKE = """
Revoke a key for good; a running service refuses it from the next request on.

Examples:

  citecoder keys revoke 4f1c2a9be07d
"""


class ScopeName(StrEnum):
    """What a key may do."""

    suggest = "suggest"
    ask = "ask"
    sources = "sources"
    decide = "decide"
    metrics = "metrics"


DEFAULT = (ScopeName.suggest, ScopeName.ask, ScopeName.sources, ScopeName.decide)


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(name="keys", help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("create", help=CREATE, short_help="Make a key; its token is shown once.")(create)
    group.command("list", help=LIST, short_help="List the keys.")(list_keys)
    group.command("revoke", help=REVOKE, short_help="Revoke a key.")(revoke)
    app.add_typer(group, short_help="Make, list and revoke keys to the service.")


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="Whose it is.")],
    scope: Annotated[
        list[ScopeName] | None,
        typer.Option(
            "--scope", help="What it may do; may be repeated. Default: suggest, ask, sources, decide."
        ),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="DAYSd|YYYY-MM-DD", help="How long it works, or its last day (UTC).")
    ] = None,
) -> None:
    """Print the token of a new key."""
    from citecoder.app.cli.terminal import say, write_out
    from citecoder.app.verbs.records import create_key

    scopes = [each.value for each in scope or DEFAULT]
    key, token = create_key(open_parts(context), name, scopes, day_or_days(expires, "--expires"))
    write_out(token)
    say(
        f"key {key.id} ({key.name}): {_may(key)}, {_until(key.expires)}; keep the token now, it is not shown again"
    )


def list_keys(context: typer.Context, as_json: JsonOption = False) -> None:
    """Print the keys."""
    from citecoder import wire
    from citecoder.app.cli.terminal import write_out
    from citecoder.app.verbs.records import keys

    told = keys(open_parts(context))
    if as_json:
        write_out(wire.to_json(told))
    else:
        _show(told)


def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="As `keys list` shows it.")],
) -> None:
    """Revoke a key."""
    from citecoder.app.cli.terminal import say
    from citecoder.app.verbs.records import revoke_key

    key = revoke_key(open_parts(context), key_id)
    say(f"key {key.id} ({key.name}) is revoked since {_minute(key.revoked)}")


def _show(told: wire.KeysResponse) -> None:
    from rich.table import Table
    from rich.text import Text

    from citecoder.app.cli.terminal import page, say

    if not told.keys:
        say("no keys yet; `citecoder keys create NAME` makes one")
        return
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("id", "name", "may", "works", "last used"):
        grid.add_column(column, overflow="fold")
    for key in told.keys:
        state = f"revoked {_minute(key.revoked)}" if key.revoked else _until(key.expires)
        used = _minute(key.last_used) if key.last_used else "never"
        grid.add_row(
            *(Text(each, "dim" if key.revoked else "") for each in (key.id, key.name, _may(key), state, used))
        )
    page().print(grid)


def _may(key: Key | wire.KeyView) -> str:
    return ", ".join(sorted(key.scopes))


def _until(moment: datetime | None) -> str:
    return f"until {_minute(moment)}" if moment else "no end"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
