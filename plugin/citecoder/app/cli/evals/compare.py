"""citecoder eval compare: two runs over the same cases, and a gate."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.evals.options import JsonOut, runs_folder
from citecoder.app.cli.terminal import page, say, write_out
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.evals.results import Result

HELP = """
Compare two runs case by case: differences with interval and p-value, cases that were fixed and broken.

A and B are ids of runs (or their beginnings), `latest`, `latest~1`, folders of runs, or files of `eval run --save`.

Examples:

  citecoder eval compare latest~1 latest

  citecoder eval compare baseline.json latest --fail-if-worse

  citecoder eval compare baseline.json latest --fail-if-worse --metric f1 --metric units_right --margin 0.01

  citecoder eval compare latest~1 latest --markdown > summary.md

--fail-if-worse exits 1 where the bound of a difference says that B is worse by more than the margin, or where B fails
on a case that A answered. The headline figures of the suite are judged, or those that --metric names; together they
alarm by chance one time in twenty.
"""
GATED = {
    "coding": ("f1", "units_right", "no_code_specificity"),
    "units": ("days_right",),
    "gaps": ("gap_recall", "gap_false_rate"),
    "retrieval": ("ndcg@10",),
    "robustness": ("same_claim", "f1"),
    "answers": ("facts_all", "wrong", "declined_rightly"),
}


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("compare", help=HELP, short_help="Compare two runs case by case.")(run)


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", show_default=False)],
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Judge this figure; may be repeated.")
    ] = None,
    margin: Annotated[float, typer.Option("--margin", min=0.0, help="How much worse is let through.")] = 0.0,
    fail_if_worse: Annotated[bool, typer.Option("--fail-if-worse", help="Exit 1 where B is worse.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Write both runs with their differences as one HTML file."
        ),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown for a pull request.")] = False,
    as_json: JsonOut = False,
) -> None:
    """Compare and show."""
    from citecoder.evals.comparing import compare

    folder = runs_folder(context)
    before, after = _open(folder, a), _open(folder, b)
    judged = _judged(before, after, metric)
    comparison = compare(before, after, margin=margin, judged=judged)
    if report is not None:
        _write_report(folder, report, a, b)
    if as_json:
        write_out(json.dumps({**comparison.as_json(), "judged": judged}, sort_keys=True))
    elif markdown:
        from citecoder.evals.reports.flat import markdown_of_comparison

        write_out(markdown_of_comparison(comparison).rstrip("\n"))
    else:
        from citecoder.app.cli.evals.view import show_comparison

        show_comparison(page(), comparison)
    worse = comparison.worse(judged)
    for each in worse:
        say(
            f"worse: {each.metric} {each.value:+.4f}, 95 % {each.low:+.4f} to {each.high:+.4f}, p = {each.p:.4f}"
        )
    if comparison.lost:
        say(f"not answered any more: {len(comparison.lost)} cases, the first {comparison.lost[0]}")
    raise typer.Exit(1 if fail_if_worse and (worse or comparison.lost) else 0)


def _judged(before: Result, after: Result, named: list[str] | None) -> list[str]:
    """Return the figures that the gate looks at: those that are named, else the suite's headline figures."""
    if named:
        return named
    known = {metric.name for metric in (*before.metrics, *after.metrics)}
    return [name for name in GATED.get(before.suite.name, (before.metrics[0].name,)) if name in known]


def _open(folder: Path, name: str) -> Result:
    from citecoder.evals.evaluate import find_run, reopen
    from citecoder.evals.scores_file import read_scores

    if Path(name).is_file():
        return read_scores(Path(name))
    return reopen(find_run(folder, name))[0]


def _write_report(folder: Path, report: Path, a: str, b: str) -> None:
    from citecoder.evals.evaluate import find_run
    from citecoder.evals.reports.write import write_comparison

    if Path(a).is_file() or Path(b).is_file():
        raise InputError(
            "--report needs the notes and answers of two runs; a file of scores holds none", "--report"
        )
    write_comparison(report, find_run(folder, a).path, find_run(folder, b).path)
    say(f"report: {report} (it shows the notes of the cases)")
