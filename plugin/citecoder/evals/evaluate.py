"""From names to a scored run: the one function that the command line, the fixture for pytest and scripts call."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from citecoder.codes import load_codes
from citecoder.errors import InputError
from citecoder.evals.arms import find_arm
from citecoder.evals.results import score
from citecoder.evals.runner import Plan, run
from citecoder.evals.runs import RunFolder, hash_of, runs_in
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.suites import find_suite
from citecoder.evals.suites.suite import EvalSet, Selection
from citecoder.evals.values import load_values
from citecoder.paths import DataRoots, packaged_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.arms import Arm
    from citecoder.evals.outcomes import Task
    from citecoder.evals.results import Result
    from citecoder.evals.runner import Ways


@dataclass(frozen=True)
class Question:
    """What is to be evaluated.

    Attributes:
        suite: the suite's name.
        arm: ``rules``, ``command:…``, ``http:URL``, or a name of ``arms.yaml``.
        place: the set; None is the one that ships.
        selection: what of it.
        repeat: how often each case is asked.
    """

    suite: str = "coding"
    arm: str = "rules"
    place: Path | None = None
    selection: Selection = field(default_factory=Selection)
    repeat: int = 1


def open_set(place: Path | None = None) -> EvalSet:
    """Open a set: a folder, a file of JSON lines, or the one that ships."""
    packaged = packaged_root() / "evals"
    return EvalSet(Path(place) if place is not None else packaged, packaged)


def yardstick(of: EvalSet) -> Yardstick:
    """Return what direction is measured with: values, and which codes are taken for each other."""
    codes = load_codes(DataRoots(packaged_root())).codes.values()
    alike = {code.code: frozenset(other.code for other in code.confused_with) for code in codes}
    return Yardstick(load_values(of.folder("values.yaml").parent), alike)


def evaluate(question: Question, ways: Ways) -> tuple[RunFolder, Result]:
    """Run a suite and score it.

    Raises:
        InputError: the set, the suite, the arm or the selection can't be used.
    """
    return evaluate_arm(question, find_arm(question.arm, open_set(question.place).place), ways)


def evaluate_arm(question: Question, arm: Arm, ways: Ways) -> tuple[RunFolder, Result]:
    """Do the same with an arm that was made already, whatever the question calls it."""
    of, suite = open_set(question.place), find_suite(question.suite)
    tasks = suite.tasks(of, question.selection)
    plan = Plan(suite.name, tasks, str(of.place), question.repeat, asdict(question.selection))
    finished = run(plan, arm, ways)
    return finished, score(finished.manifest, suite, tasks, finished.answers(), yardstick(of))


def reopen(folder: RunFolder) -> tuple[Result, list[Task]]:
    """Score a run that is on disk, with the labels as they are now.

    Raises:
        InputError: the set is gone, or its cases or labels have changed since.
    """
    manifest = folder.manifest
    of, suite = open_set(Path(manifest.place)), find_suite(manifest.suite)
    tasks = suite.tasks(of, _selection(manifest.selection))
    if hash_of(tasks) != manifest.asked:
        raise InputError(
            f"run {manifest.id}: the cases or labels of {manifest.place} have changed since; run it again"
        )
    return score(manifest, suite, tasks, folder.answers(), yardstick(of)), tasks


def _selection(told: dict[str, object]) -> Selection:
    def names(key: str) -> tuple[str, ...]:
        value = told.get(key) or ()
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()

    limit = told.get("limit")
    return Selection(
        names("splits") or Selection().splits,
        names("cases"),
        names("tags"),
        limit if isinstance(limit, int) else None,
    )


def find_run(folder: Path, name: str) -> RunFolder:
    """Return a run by its id, the beginning of it, a path, ``latest`` or ``latest~N``.

    Raises:
        InputError: there is none, or the beginning fits several.
    """
    if (Path(name) / "run.json").is_file():
        return RunFolder.open(Path(name))
    runs: Sequence[RunFolder] = runs_in(folder / "runs")
    base, _, back = name.partition("~")
    if base == "latest":
        at = 1 + int(back or 0) if (back or "0").isdigit() else 0
        if 1 <= at <= len(runs):
            return runs[-at]
    found = [run for run in runs if run.manifest.id.startswith(name)]
    if len(found) != 1:
        what = "fits several runs" if found else "is no run"
        raise InputError(f"{name[:80]!r} {what}; `citecoder eval list` shows them")
    return found[0]
