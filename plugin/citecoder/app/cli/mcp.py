"""citecoder mcp: the verbs as tools for language models."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import open_parts
from citecoder.app.cli.serve import SAME, LogFormat
from citecoder.errors import CitecoderError, InputError

if TYPE_CHECKING:
    from citecoder.app.logs import LogFormat as LogName
    from citecoder.app.wiring import Parts

HELP = """
Serve the Model Context Protocol: tools suggest_codes, ask_coding_question, search_sources and lookup_code.

A client starts it and speaks on standard input and output. Note text goes to whichever model calls the tools.

Examples:

  citecoder mcp

  citecoder mcp --http --port 8766

  npx @modelcontextprotocol/inspector --cli citecoder mcp --method tools/list

In a client's configuration:

\b
  {
    "mcpServers": {
      "citecoder": {
        "command": "citecoder",
        "args": ["mcp"]
      }
    }
  }

For a client that speaks HTTP, start `citecoder mcp --http` and give it:

\b
  {"mcpServers": {"citecoder": {"type": "http", "url": "http://127.0.0.1:8766/mcp"}}}
"""
HOST, PORT = "127.0.0.1", 8766
_PACKAGES = {"mcp", "mcp_types"}


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("mcp", help=HELP, short_help="Serve the verbs as tools for language models (MCP).")(run)


def run(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Streamable HTTP instead of standard input.")] = False,
    host: Annotated[
        str | None,
        typer.Option(
            help=f"With --http, where to listen: {HOST}; beyond this machine only with keys.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help=f"With --http: {PORT}; 0 takes a free one.", show_default=False),
    ] = None,
    log_format: Annotated[
        LogFormat | None, typer.Option("--log-format", help="Default: console on a terminal, else json.")
    ] = None,
) -> None:
    """Serve until the client goes, or until stopped."""
    if not http and (host is not None or port is not None):
        raise InputError(
            "--host and --port need --http; without it a client speaks on standard input", "--http"
        )
    parts = open_parts(context)
    try:
        _serve(parts, (host or HOST, PORT if port is None else port) if http else None, log_format)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise CitecoderError(
            "the MCP server needs a package that is not installed: install citecoder with its extra `mcp` "
            "(pip install 'citecoder[mcp]') and start it again"
        ) from None


def _serve(parts: Parts, at: tuple[str, int] | None, log_format: LogFormat | None) -> None:
    log: LogName | None = log_format.value if log_format else None
    if at is None:
        from citecoder.app.mcp_server import run_stdio

        run_stdio(parts, log)
        return
    from citecoder.app.mcp_server.web import serve

    serve(parts, SAME.get(at[0], at[0]), at[1], log)
