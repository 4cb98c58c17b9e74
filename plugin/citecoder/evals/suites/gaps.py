"""Suite ``gaps``: which documentation is there, which is missing, which can't be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from citecoder.errors import InputError
from citecoder.evals.metrics import Metric, divide, ratio, share
from citecoder.evals.scoring import tables
from citecoder.evals.scoring.gaps import SAID
from citecoder.evals.suites.notes import row_of, task_of
from citecoder.evals.suites.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Array, Sums
    from citecoder.evals.outcomes import Row, Task
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection

VERDICTS = ("met", "not_met", "cannot_tell")


def _right_verdicts(sums: Sums) -> Array:
    right = [sums[f"verdict:{verdict}:{verdict}"] for verdict in VERDICTS]
    scored = [sums[f"verdict:{verdict}:{said}"] for verdict in VERDICTS for said in SAID]
    return divide(np.sum(right, axis=0), np.sum(scored, axis=0))


def _of_kind(kind: str) -> Metric:
    return Metric(
        f"gap_recall:{kind}", f"gaps asked for: {kind}", share(f"gap_asked@{kind}", f"gap_missed@{kind}")
    )


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the figures, and recall for each kind that the labels hold."""
    kinds = sorted({*sums.suffixes("gap_asked@"), *sums.suffixes("gap_missed@")})
    return (
        Metric("gap_recall", "required gaps asked for", share("gap_asked", "gap_missed")),
        Metric("gap_false_rate", "what is there, asked for", ratio("present_asked", "present"), "lower"),
        Metric("verdicts_right", "verdicts as labelled", _right_verdicts),
        Metric("gaps_cited", "gaps cited", ratio("line_gaps_cited", "line_gaps")),
        *map(_of_kind, kinds),
    )


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask for a review of every case with a labelled gap."""
    found = [task_of(case) for case in of.select(selection) if case.gaps]
    if not found:
        raise InputError(
            "no case that was chosen has a labelled gap; suite gaps needs `gaps:` in the cases", "--suite"
        )
    return found


def extras(rows: Sequence[Row]) -> Extras:
    """Return the confusion of verdicts, in all and by kind."""
    return {"verdicts": tables.verdict_confusion(rows), "speed": tables.speed(rows)}


SUITE = Suite(
    "gaps", "documentation: what is met, not met, or can't be told", tasks, row_of, metrics, extras=extras
)
