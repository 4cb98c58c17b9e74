"""citecoder serve: the page and the HTTP routes, for this machine only."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.options import open_parts
from citecoder.errors import InputError

HELP = """
Serve the page and the HTTP routes to this machine. There is no login, so no other machine is let in.

Examples:

  citecoder serve

  citecoder serve --port 9000

  curl -s http://127.0.0.1:8765/v1/suggestions -H 'Content-Type: application/json' -d '{"note": "…"}'
"""
LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1", "[::1]": "::1"}


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("serve", help=HELP, short_help="Serve the page and the HTTP routes to this machine.")(run)


def run(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="127.0.0.1, localhost or ::1.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8765,
) -> None:
    """Serve until stopped."""
    if host not in LOOPBACK:
        raise InputError(
            f"--host {host[:40]!r} would show notes to other machines without a login; use 127.0.0.1, localhost or ::1",
            "--host",
        )
    from citecoder.app.server import serve

    serve(open_parts(context), LOOPBACK[host], port)
