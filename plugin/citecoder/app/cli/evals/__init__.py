"""citecoder eval: labelled cases against arms; scores, comparisons, reports and gates. One module a command."""

from __future__ import annotations

import typer

from citecoder.app.cli.evals import clean, compare, impact, leaderboard, listing, report, run, sets

HELP = """
Measure suggestions against labelled cases: which arm, knowledge or rule is better, by how much, in which direction.

Examples:

  citecoder eval run

  citecoder eval run --suite coding --arm rules --arm "command:python peer.py" --report report.html

  citecoder eval compare latest~1 latest --fail-if-worse

  citecoder eval impact --base main

  citecoder eval init my-cases

Runs and kept answers are private to you and lie in the cache; `citecoder eval clean` removes them.
"""


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(name="eval", help=HELP, no_args_is_help=True, rich_markup_mode=None)
    for module in (run, compare, report, impact, listing, leaderboard, sets, clean):
        module.add_to(group)
    app.add_typer(group, name="eval", short_help="Measure suggestions against labelled cases.")
