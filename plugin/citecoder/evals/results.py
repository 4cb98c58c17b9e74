"""A finished run, scored: rows, figures with intervals, tables. What reports and comparisons are made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from citecoder.evals.metrics import Sums, as_told, table_of
from citecoder.evals.outcomes import STATES, Answer
from citecoder.evals.runs import hash_of_task
from citecoder.evals.statistics import estimate, pass_k

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Metric, Table
    from citecoder.evals.outcomes import Row, Task
    from citecoder.evals.runs import Manifest
    from citecoder.evals.scoring.direction import Yardstick
    from citecoder.evals.statistics import Estimate
    from citecoder.evals.suites.suite import Suite


@dataclass(frozen=True)
class Result:
    """A scored run.

    Attributes:
        manifest: what was asked of whom.
        suite: the suite that scored it.
        rows: one for each answer that is there.
        unanswered: what failed: task, state and why.
    """

    manifest: Manifest
    suite: Suite
    rows: Sequence[Row]
    unanswered: Sequence[Answer]

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """The figures that this run has."""
        return self.suite.metrics(self._sums)

    @cached_property
    def _table(self) -> Table:
        return table_of(self.rows, weight=1 / self.manifest.repeat)

    @cached_property
    def _sums(self) -> Sums:
        return self._table.total()

    @cached_property
    def figures(self) -> dict[str, float | None]:
        """The points, rounded as they are told."""
        return as_told({metric.name: float(metric(self._sums)[0]) for metric in self.metrics})

    def estimates(self, names: Sequence[str] | None = None) -> dict[str, Estimate]:
        """Return the figures with their intervals."""
        return {m.name: estimate(self._table, m) for m in self.metrics if names is None or m.name in names}

    def states(self) -> dict[str, int]:
        """Return how many answers ended in which state."""
        counts = Counter(answer.state for answer in self.unanswered)
        counts["answered"] = len(self.rows)
        return {state: counts[state] for state in STATES}

    def pass_k(self) -> dict[int, float]:
        """Return pass^k for every k up to the number of repeats, where cases pass or fail as a whole."""
        by_task: dict[str, list[bool]] = defaultdict(list)
        for row in self.rows:
            if row.passed is not None:
                by_task[row.task].append(row.passed)
        repeats = range(1, self.manifest.repeat + 1)
        told = {k: pass_k(list(by_task.values()), k) for k in repeats} if by_task else {}
        return {k: value for k, value in told.items() if not np.isnan(value)}

    def extras(self) -> dict[str, Any]:
        """Return the suite's tables."""
        return self.suite.extras(self.rows)


def score(
    manifest: Manifest, suite: Suite, tasks: Sequence[Task], answers: Sequence[Answer], by: Yardstick
) -> Result:
    """Score the answers of a run; what was not answered is kept apart and scored by nothing."""
    known = {task.id: task for task in tasks}
    there = {(answer.task, answer.repeat): answer for answer in answers if answer.task in known}
    lost = Answer("", "interrupted", why="the run ended before it")
    rows, unanswered = [], []
    for key in ((task.id, repeat) for repeat in range(manifest.repeat) for task in tasks):
        answer = there.get(key) or replace(lost, task=key[0], repeat=key[1])
        if answer.state != "answered":
            unanswered.append(answer)
            continue
        try:
            row = suite.score(known[answer.task], answer, by)
            rows.append(replace(row, labels=hash_of_task(known[answer.task])))
        except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
            wrong = f"the answer can't be scored: {type(error).__name__}"
            unanswered.append(replace(answer, state="invalid", response=None, why=wrong))
    return Result(manifest, suite, suite.relate(rows), unanswered)
