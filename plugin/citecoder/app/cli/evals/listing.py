"""citecoder eval list: runs, suites, arms and cases that are there."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from citecoder.app.cli.evals.options import SetOption, runs_folder
from citecoder.app.cli.terminal import page

HELP = """
List runs, the newest last; or the suites, the arms that the set names, and its cases.

Examples:

  citecoder eval list

  citecoder eval list --suites

  citecoder eval list --cases --set my-cases
"""


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("list", help=HELP, short_help="List runs, suites, arms or cases.")(run)


def run(
    context: typer.Context,
    suites: Annotated[bool, typer.Option("--suites", help="The suites.")] = False,
    arms: Annotated[bool, typer.Option("--arms", help="The arms that the set names.")] = False,
    cases: Annotated[bool, typer.Option("--cases", help="The cases of the set.")] = False,
    place: SetOption = None,
) -> None:
    """Print a table."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    rows = _suites() if suites else _arms(place) if arms else _cases(place) if cases else _runs(context)
    for title in rows[0]:
        table.add_column(title, overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    page().print(table)


def _suites() -> list[tuple[str, ...]]:
    from citecoder.evals.suites import SUITES

    return [("suite", "what it measures"), *((suite.name, suite.about) for suite in SUITES.values())]


def _arms(place: object) -> list[tuple[str, ...]]:
    from citecoder.evals.arms.named import named_arms
    from citecoder.evals.evaluate import open_set

    named = named_arms(open_set(place).place)  # type: ignore[arg-type]
    rows = [(name, each.arm, each.about) for name, each in named.items()]
    return [("arm", "stands for", "what it is"), ("rules", "", "this installation"), *rows]


def _cases(place: object) -> list[tuple[str, ...]]:
    from citecoder.evals.evaluate import open_set

    cases = open_set(place).cases  # type: ignore[arg-type]
    rows = [
        (case.id, case.split, case.ask.discipline or "–", case.ask.payer or "–", " ".join(case.tags))
        for case in cases
    ]
    return [("case", "split", "discipline", "payer", "tags"), *rows]


def _runs(context: typer.Context) -> list[tuple[str, ...]]:
    from citecoder.evals.runs import runs_in

    rows = [
        (m.id, m.suite, m.arm[:40], str(m.tasks * m.repeat), "done" if m.finished else "interrupted")
        for run in runs_in(runs_folder(context) / "runs")
        for m in [run.manifest]
    ]
    return [("run", "suite", "arm", "answers", ""), *rows]
