"""Options that the commands of ``eval`` share, and where runs lie."""
# ruff: noqa: PLC0415 - heavy imports wait until a command runs, so that --help is instant

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import Globals

if TYPE_CHECKING:
    from citecoder.app.settings import Settings

SetOption = Annotated[
    Path | None,
    typer.Option(
        "--set", metavar="PATH", help="A folder with cases/, or a file of JSON lines; ours by default."
    ),
]
SuiteOption = Annotated[
    str,
    typer.Option(
        "--suite", metavar="NAME", help="coding, units, gaps, retrieval, robustness, mentions or answers."
    ),
]
CaseOption = Annotated[
    list[str] | None, typer.Option("--case", metavar="ID", help="Only this case; may be repeated.")
]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="T", help="Only cases with this tag; may be repeated.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N cases.")
]
WorkersOption = Annotated[
    int | None,
    typer.Option("--workers", min=1, metavar="N", help="How many at a time; one a core by default."),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="Give a case up after this.")
]
JsonOut = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def settings_of(context: typer.Context) -> Settings:
    """Return the settings, and hand what stood before the verb on to the processes that answer."""
    from citecoder.app.settings import load_settings

    given = context.find_object(Globals) or Globals()
    settings = load_settings(given.site, given.cache)
    os.environ["CITECODER_SITE"] = str(settings.site)
    os.environ["CITECODER_CACHE"] = str(settings.cache)
    return settings


def runs_folder(context: typer.Context) -> Path:
    """Return the private folder of runs and kept answers."""
    return settings_of(context).cache / "evals"
