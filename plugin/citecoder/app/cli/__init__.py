"""The command line: ``citecoder VERB``. One module a verb; this one joins them and answers for errors.

Errors are one line on standard error: what, where, what to do next. Exit codes: 0 answered,
1 a failure, 2 bad usage or input. Verbs load what they need when they run.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder import __version__
from citecoder.app.cli import (
    ask,
    audit,
    chat,
    check,
    evals,
    imports,
    ingest,
    keys,
    lookup,
    mcp,
    prompts,
    records,
    redact,
    search,
    serve,
    stats,
    status,
    suggest,
    units,
)
from citecoder.app.cli.options import Globals
from citecoder.app.cli.terminal import say
from citecoder.errors import CitecoderError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """
Turns a therapy note into procedure codes that can be defended: every line cites the note and a dated source.

Examples:

  citecoder suggest visit.txt --payer medicare --discipline PT

  citecoder suggest - --json < visit.txt

  citecoder ask "Can a PTA do an evaluation?" --payer medicare

  citecoder chat --payer medicare

  citecoder search "does gait training need one-on-one contact" --code 97116

  citecoder lookup 97140 --payer medicare

  citecoder check article.html

  citecoder redact visit.txt

  citecoder units 97110=33 97140=7 --payer medicare

  citecoder eval run --report report.html

Not legal or billing advice; a person signs.
"""

_OBJECTS = 100_000  # new objects between two collections

app = typer.Typer(
    name="citecoder",
    help=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    suggest,
    ask,
    chat,
    search,
    lookup,
    units,
    check,
    redact,
    ingest,
    imports,
    evals,
    status,
    serve,
    mcp,
    keys,
    audit,
    stats,
    records,
    prompts,
):
    verb.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"citecoder {__version__}")
        raise typer.Exit


@app.callback()
def _globals(
    context: typer.Context,
    site: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The site's own folder (CITECODER_SITE).")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the index lies (CITECODER_CACHE).")
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback of an error. It may show note text.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = Globals(site, cache)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # What a start reads stays till the end: looking through it for garbage again and again is a fifth of the start.
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    try:
        code = app(args=given, prog_name="citecoder", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_left()
    except Exception as error:  # noqa: BLE001 - the door answers for everything that comes up to it
        code = _explain(error, debug="--debug" in given)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception, *, debug: bool) -> int:
    """Say an error in one line and return its exit code."""
    if debug:
        traceback.print_exception(error)
    usage = getattr(error, "format_message", None)
    if usage is not None:  # a usage error of typer, which moved its classes between versions
        return _explain_usage(error, usage())
    if isinstance(error, CitecoderError):
        say(f"citecoder: {error}")
        return 2 if isinstance(error, InputError) else 1
    if type(error).__name__ == "Abort":
        return 130
    say(
        f"citecoder: failed with {type(error).__name__}; run `citecoder --debug …` to see where, and report it"
    )
    return 1


def _explain_usage(error: Exception, message: str) -> int:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", None) or "citecoder"
    say(f"citecoder: {message.rstrip('.')}; see `{path} --help`")
    return 2


def _reader_left() -> int:
    """The reader of our output closed it (``| head``): stop quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
