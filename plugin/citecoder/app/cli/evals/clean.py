"""citecoder eval clean: remove runs and kept answers."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.evals.options import runs_folder
from citecoder.app.cli.terminal import say

HELP = """
Remove kept answers and runs. They hold quotes of notes; they are private to you until then.

Examples:

  citecoder eval clean

  citecoder eval clean --keep-runs
"""


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("clean", help=HELP, short_help="Remove runs and kept answers.")(run)


def run(
    context: typer.Context,
    keep_runs: Annotated[bool, typer.Option("--keep-runs", help="Remove only the kept answers.")] = False,
) -> None:
    """Remove and say how much."""
    from citecoder.evals.private import remove

    folder = runs_folder(context)
    size = remove(folder / "answers") if keep_runs else remove(folder)
    say(f"removed {size / 1e6:.1f} MB from {folder}")
