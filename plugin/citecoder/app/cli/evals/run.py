"""citecoder eval run: ask arms a suite's cases and score the answers."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citecoder.app.cli.evals.options import (
    CaseOption,
    JsonOut,
    LimitOption,
    SetOption,
    SuiteOption,
    TagOption,
    TimeoutOption,
    WorkersOption,
    runs_folder,
)
from citecoder.app.cli.terminal import progress_bar, say, write_out
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from citecoder.evals.evaluate import Question
    from citecoder.evals.results import Result
    from citecoder.evals.runner import Ways

HELP = """
Ask one or several arms the cases of a suite, and show their scores side by side.

An arm is `rules` (this installation), `command:CMD` (JSON lines in and out), `http:URL` (a service), or a name of
the set's arms.yaml. A run that is interrupted goes on when the same command is given again.

Examples:

  citecoder eval run

  citecoder eval run --suite robustness --limit 40

  citecoder eval run --arm rules --arm http:http://127.0.0.1:8000 --report report.html

  citecoder eval run --case r012 --case r044

  citecoder eval run --split test --release 1.0

Exit code: 0 every case was answered, 1 some were not, 2 bad usage or input.
"""


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("run", help=HELP, short_help="Ask arms the cases of a suite.")(run)


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    suite: SuiteOption = "coding",
    arm: Annotated[
        list[str] | None,
        typer.Option("--arm", metavar="ARM", help="rules, command:CMD, http:URL or a name; may be repeated."),
    ] = None,
    place: SetOption = None,
    split: Annotated[
        str, typer.Option("--split", metavar="PART", help="train, dev, test, several with commas, or all.")
    ] = "train,dev",
    case: CaseOption = None,
    tag: TagOption = None,
    limit: LimitOption = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, metavar="N", help="Ask each case N times.")] = 1,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 120.0,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Ask everything anew and keep nothing.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin a new run, though one was interrupted.")
    ] = False,
    release: Annotated[
        str | None,
        typer.Option(
            "--release", metavar="VERSION", help="For the test part: which release is measured; it is logged."
        ),
    ] = None,
    reproduce: Annotated[
        bool, typer.Option("--reproduce", help="Measure a release again to check its figures; it is logged.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the report as one HTML file.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Write scores without any text, as a baseline."),
    ] = None,
    as_json: JsonOut = False,
) -> None:
    """Run and show."""
    from citecoder.evals.arms import find_arm
    from citecoder.evals.evaluate import Question, open_set
    from citecoder.evals.runner import Ways
    from citecoder.evals.suites.suite import Selection, check_splits

    selection = Selection(check_splits(split), tuple(case or ()), tuple(tag or ()), limit)
    arms = arm or ["rules"]
    for path in (report, save):
        check_folder(path)
    for each in arms:  # what can't be asked is told before the first is
        find_arm(each, open_set(place).place)
    if save is not None and len(arms) > 1:
        raise InputError("--save takes the scores of one arm; name one --arm", "--save")
    ways = Ways(
        runs_folder(context), timeout=timeout, cached=not no_cache, resumed=not fresh and not no_cache
    )
    ways = ways if workers is None else _with(ways, workers=workers)
    results = [
        _one(Question(suite, each, place, selection, repeat), ways, release, reproduce=reproduce)
        for each in arms
    ]
    _write(results, ways, report, save)
    if as_json:
        from citecoder.app.cli.evals.view import as_json_text

        write_out(as_json_text(results))
    else:
        from citecoder.app.cli.evals.view import show_results
        from citecoder.app.cli.terminal import page

        show_results(page(), results)
    raise typer.Exit(0 if all(not result.unanswered for result in results) else 1)


def check_folder(path: Path | None) -> None:
    """Say before a long run that what comes of it could not be written.

    Raises:
        InputError: the folder is not there.
    """
    if path is not None and not path.absolute().parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.absolute().parent}; make it first")


def _with(ways: Ways, **changed: object) -> Ways:
    from dataclasses import replace

    return replace(ways, **changed)  # type: ignore[arg-type]


def _one(question: Question, ways: Ways, release: str | None, *, reproduce: bool) -> Result:
    """Run one arm, with a bar; the test part only for a release, once, and logged."""
    from citecoder.evals import releases
    from citecoder.evals.evaluate import evaluate, open_set

    log = releases.for_question(open_set(question.place), question, release, reproduce=reproduce)
    if log is not None:
        log.begin(question)
    with bar(question.arm) as progress:
        _, result = evaluate(question, _with(ways, progress=progress))
    if log is not None:
        log.write(result)
    return result


class bar:  # noqa: N801 - used as a function
    """A bar with count and time left, from the numbers done and in all."""

    def __init__(self, title: str) -> None:
        self._title = title[:30]
        self._open: Any = None
        self._step: Callable[[], None] = lambda: None
        self._shown = 0

    def __enter__(self) -> Callable[[int, int], None]:
        return self._show

    def _show(self, done: int, total: int) -> None:
        if self._open is None:
            self._open = progress_bar(self._title, total)
            self._step = self._open.__enter__()
        for _ in range(done - self._shown):
            self._step()
        self._shown = max(done, self._shown)

    def __exit__(self, *raised: object) -> None:
        if self._open is not None:
            self._open.__exit__(*raised)


def _write(results: list[Result], ways: Ways, report: Path | None, save: Path | None) -> None:
    from citecoder.evals.scores_file import write_scores

    if save is not None:
        write_scores(save, results[0])
        say(f"scores: {save}")
    if report is not None:
        from citecoder.evals.reports.write import write_report

        runs = [ways.folder / "runs" / result.manifest.id for result in results]
        write_report(report, runs)
        say(f"report: {report} (it shows the notes of the cases)")
