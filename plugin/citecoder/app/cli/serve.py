"""citecoder serve: the pages and the HTTP routes."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from citecoder.app.cli.options import open_parts

HELP = """
Serve the pages and the HTTP routes. This machine needs no key; other machines are let in only with one.

Examples:

  citecoder serve

  citecoder serve --port 9000 --open

  curl -s http://127.0.0.1:8765/v1/suggestions -H 'Content-Type: application/json' -d '{"note": "…"}'

  citecoder keys create clinic && CITECODER_ALLOWED_HOSTS=cite.example citecoder serve --host 0.0.0.0
"""
SAME = {"localhost": "127.0.0.1", "[::1]": "::1"}


class LogFormat(StrEnum):
    """How the log is written."""

    json = "json"
    console = "console"


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("serve", help=HELP, short_help="Serve the pages and the HTTP routes.")(run)


def run(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Where to listen; beyond this machine only with keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8765,
    log_format: Annotated[
        LogFormat | None, typer.Option("--log-format", help="Default: console on a terminal, else json.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Serve until stopped."""
    from citecoder.app.server import serve

    serve(
        open_parts(context), SAME.get(host, host), port, log_format.value if log_format else None, show=show
    )
