"""Two runs over the same cases, side by side: differences with their chance, and which cases were fixed or broken."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from citecoder.errors import InputError
from citecoder.evals.statistics import ALPHA
from citecoder.evals.statistics import compare as compare_metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.outcomes import Row
    from citecoder.evals.results import Result
    from citecoder.evals.statistics import Difference


@dataclass(frozen=True)
class Comparison:
    """B beside A.

    Attributes:
        differences: one for each figure, the headline first.
        fixed: cases that A had wrong and B has right.
        broken: cases that A had right and B has wrong.
        changed: cases whose answer differs with neither.
        paired: how many cases both answered; ``left_out`` those that only one did.
        lost: those that A answered and B failed on.
    """

    a: Result
    b: Result
    differences: tuple[Difference, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    changed: tuple[str, ...]
    paired: int
    left_out: tuple[str, ...]
    lost: tuple[str, ...] = ()

    def worse(self, names: Sequence[str]) -> list[Difference]:
        """Return the named figures that are worse by more than chance."""
        return [each for each in self.differences if each.metric in names and each.worse]

    def as_json(self) -> dict[str, Any]:
        """Return it for a file."""
        return {
            "a": asdict(self.a.manifest),
            "b": asdict(self.b.manifest),
            "paired": self.paired,
            "left_out": list(self.left_out),
            "lost": list(self.lost),
            "differences": [_finite(asdict(each)) for each in self.differences],
            "fixed": list(self.fixed),
            "broken": list(self.broken),
            "changed": list(self.changed),
        }


def _finite(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(v, float) and not np.isfinite(v) else v for key, v in raw.items()}


def compare(
    a: Result,
    b: Result,
    *,
    margin: float = 0.0,
    names: Sequence[str] | None = None,
    judged: Sequence[str] = (),
) -> Comparison:
    """Compare two runs case by case; cases that only one of them answered are left out and told.

    Args:
        a: the run that is the measure.
        b: the run that is judged.
        margin: how much worse a figure may be before it counts as worse.
        names: the figures; all by default.
        judged: those that a gate looks at: each gets its share of the chance of a false alarm.

    Raises:
        InputError: the runs are of different suites or labels, or share no case, or a figure is unknown.
    """
    if a.suite.name != b.suite.name:
        raise InputError(
            f"{a.manifest.id} is of suite {a.suite.name}, {b.manifest.id} of {b.suite.name}; compare like with like"
        )
    rows_a, rows_b = _means(a.rows), _means(b.rows)
    both = sorted(set(rows_a) & set(rows_b))
    if not both:
        raise InputError(
            f"{a.manifest.id} and {b.manifest.id} share no answered case; run both over the same set"
        )
    pairs = [(rows_a[task], rows_b[task]) for task in both]
    _check_labels(pairs)
    known = {metric.name: metric for metric in (*a.metrics, *b.metrics)}
    if unknown := [name for name in (*(names or ()), *judged) if name not in known]:
        raise InputError(
            f"{unknown[0][:40]!r} is not a figure of suite {a.suite.name}; choose of {', '.join(known)}"
        )
    of_a, of_b = [one for one, _ in pairs], [other for _, other in pairs]
    share = ALPHA / max(1, len(judged))
    differences = tuple(
        compare_metric(of_a, of_b, metric, margin=margin, alpha=share if metric.name in judged else ALPHA)
        for metric in known.values()
        if names is None or metric.name in names
    )
    failed = {answer.task for answer in b.unanswered}
    return Comparison(
        a,
        b,
        differences,
        fixed=tuple(one.task for one, other in pairs if one.passed is False and other.passed),
        broken=tuple(one.task for one, other in pairs if one.passed and other.passed is False),
        changed=tuple(o.task for o, other in pairs if o.passed == other.passed and o.counts != other.counts),
        paired=len(both),
        left_out=tuple(sorted(set(rows_a) ^ set(rows_b))),
        lost=tuple(sorted(task for task in rows_a if task in failed)),
    )


def _means(rows: Sequence[Row]) -> dict[str, Row]:
    """Return one row a task: the mean of its repeats, right where all of them are."""
    by_task: dict[str, list[Row]] = {}
    for row in rows:
        by_task.setdefault(row.task, []).append(row)
    return {task: each[0] if len(each) == 1 else _mean(each) for task, each in by_task.items()}


def _mean(rows: Sequence[Row]) -> Row:
    keys = {key for row in rows for key in row.counts}
    counts = {key: sum(row.counts.get(key, 0) for row in rows) / len(rows) for key in keys}
    passed = None if any(row.passed is None for row in rows) else all(row.passed for row in rows)
    return replace(rows[0], counts=counts, passed=passed)


def _check_labels(pairs: Sequence[tuple[Row, Row]]) -> None:
    """Refuse rows of one case that were scored by different labels."""
    for one, other in pairs:
        if one.labels != other.labels:
            raise InputError(
                f"case {one.task} has other labels, or another note, in the two runs; run both over the set as it is"
            )
