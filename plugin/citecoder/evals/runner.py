"""Ask an arm a suite's tasks: what is known already is taken from the cache or the interrupted run, the rest is asked."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from citecoder import __version__
from citecoder.evals.answer_cache import AnswerCache
from citecoder.evals.conversations import continued, turns
from citecoder.evals.private import private_folder
from citecoder.evals.runs import Manifest, RunFolder, hash_of, interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from citecoder.evals.arms import Arm
    from citecoder.evals.outcomes import Answer, Task

DEFAULT_TIMEOUT = 120.0


@dataclass(frozen=True)
class Plan:
    """What is to be run.

    Attributes:
        suite: the suite's name.
        tasks: what to ask.
        place: the set's name for people.
        repeat: how often to ask each.
        selection: what was chosen of the set, for the record.
    """

    suite: str
    tasks: Sequence[Task]
    place: str
    repeat: int = 1
    selection: dict[str, Any] | None = None


@dataclass(frozen=True)
class Ways:
    """How to run it.

    Attributes:
        folder: where runs and kept answers lie.
        workers: how many tasks may be worked on at a time.
        timeout: seconds for one case.
        cached: whether answers may be taken from the cache.
        resumed: whether an interrupted run of the same goes on.
        progress: told the number done and the number in all.
    """

    folder: Path
    workers: int = max(1, os.cpu_count() or 1)
    timeout: float = DEFAULT_TIMEOUT
    cached: bool = True
    resumed: bool = True
    progress: Callable[[int, int], None] = lambda _done, _total: None


def run(plan: Plan, arm: Arm, ways: Ways) -> RunFolder:
    """Run a plan to its end and return the run, with one answer for every task and repeat.

    Raises:
        InputError: the arm can't be started at all.
    """
    begun = time.monotonic()
    for folder in (ways.folder, ways.folder / "runs", ways.folder / "answers"):
        private_folder(folder)
    run = _begin(plan, arm, ways)
    cache = AnswerCache(ways.folder / "answers" if ways.cached else None, arm.identity)
    done, total = len(run.answers()), len(plan.tasks) * plan.repeat
    ways.progress(done, total)
    counted = _Counter(done, total, ways.progress)
    try:
        for repeat in range(plan.repeat):
            for turn in turns(plan.tasks):
                told = {answer.task: answer for answer in run.answers() if answer.repeat == repeat}
                waiting = [continued(task, told) for task in turn if task.id not in told]
                _repeat(run, arm, waiting, repeat, cache, counted.one, ways)
        run.finish(time.monotonic() - begun)
    finally:
        run.close()
    return run


def _repeat(
    run: RunFolder,
    arm: Arm,
    waiting: Sequence[Task],
    repeat: int,
    cache: AnswerCache,
    counted: Callable[[], None],
    ways: Ways,
) -> None:
    """Answer each task once: from the cache where it is kept, else by the arm."""
    by_id = {task.id: task for task in waiting}

    def tell(answer: Answer) -> None:
        answer = replace(answer, repeat=repeat)
        cache.put(by_id[answer.task], answer)
        run.tell(answer)
        counted()

    asked = []
    for task in waiting:
        kept = cache.get(task, repeat)
        if kept is None:
            asked.append(task)
        else:
            run.tell(kept)
            counted()
    _ask(run, arm, asked, tell, ways)


def _ask(run: RunFolder, arm: Arm, tasks: Sequence[Task], tell: Callable[[Answer], None], ways: Ways) -> None:
    with run.errors() as errors:
        if hasattr(arm, "errors"):
            arm.errors = errors
        for verb in dict.fromkeys(task.verb for task in tasks):
            of_verb = [task for task in tasks if task.verb == verb]
            arm.answer(verb, of_verb, tell, workers=ways.workers, timeout=ways.timeout)


def _begin(plan: Plan, arm: Arm, ways: Ways) -> RunFolder:
    now = datetime.now(UTC)
    manifest = Manifest(
        id=f"{now:%Y%m%d-%H%M%S}-{plan.suite}-{secrets.token_hex(2)}",
        suite=plan.suite,
        arm=arm.name,
        identity=arm.identity,
        place=plan.place,
        asked=hash_of(plan.tasks),
        tasks=len(plan.tasks),
        repeat=plan.repeat,
        begun=now.isoformat(timespec="milliseconds"),
        version=__version__,
        selection=plan.selection or {},
    )
    old = interrupted(ways.folder / "runs", manifest) if ways.resumed else None
    if old is not None:
        return old.go_on(manifest.begun)
    return RunFolder.make(ways.folder / "runs" / manifest.id, manifest)


class _Counter:
    """Counts answers over threads."""

    def __init__(self, done: int, total: int, progress: Callable[[int, int], None]) -> None:
        self._numbers, self._total, self._progress = count(done + 1), total, progress

    def one(self) -> None:
        """Count one more."""
        self._progress(next(self._numbers), self._total)
