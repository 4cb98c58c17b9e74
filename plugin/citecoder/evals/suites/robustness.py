"""Suite ``robustness``: notes changed in ways that must not change their codes.

Each case is asked plain and with each change. ``same_claim`` is the share of changed notes whose codes and units are
those of the plain note, right or wrong: it measures steadiness. ``f1`` beside it measures rightness, against the labels.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from citecoder.evals.changes import CHANGES, change
from citecoder.evals.metrics import Metric, divide, f1, ratio
from citecoder.evals.outcomes import Task
from citecoder.evals.scoring import tables
from citecoder.evals.suites.notes import request_of, row_of, task_of
from citecoder.evals.suites.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Row
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask every case plain, and changed in each way that finds something to change."""
    found = []
    for case in of.select(selection):
        plain = task_of(case)
        found.append(plain)
        for name in CHANGES:
            note = change(name, case.note, case.id)
            if note != case.note:
                found.append(
                    Task(
                        f"{case.id}~{name}", case.id, case.family, "suggest", request_of(case, note),
                        gold=case.model_copy(update={"note": note}), variant=name, tags=case.tags,
                    )
                )  # fmt: skip
    return found


def relate(rows: Sequence[Row]) -> list[Row]:
    """Hold every changed note's claim against the plain one's, and count each change apart."""
    plain = {(row.case, row.repeat): row for row in rows if row.variant is None}
    related = []
    for row in rows:
        base = plain.get((row.case, row.repeat))
        if row.variant is None or base is None:
            related.append(replace(row, counts={}))
            continue
        same = row.detail["predicted"] == base.detail["predicted"]
        counts = {key: row.counts.get(key, 0) for key in ("tp", "fp", "fn")}
        counts |= {"changed": 1, "same": same}
        counts |= {f"plain_{key}": base.counts.get(key, 0) for key in ("tp", "fp", "fn")}
        counts |= {f"{key}~{row.variant}": counts[key] for key in ("tp", "fp", "fn", "changed", "same")}
        detail = {**row.detail, "plain": base.detail["predicted"]}
        related.append(replace(row, counts=counts, detail=detail, passed=same))
    return related


def _f1_of(prefix: str = "", suffix: str = "") -> Metric:
    def figure(sums: Sums) -> object:
        tp, fp, fn = (sums[f"{prefix}{of}{suffix}"] for of in ("tp", "fp", "fn"))
        return divide(2 * tp, 2 * tp + fp + fn)

    name = f"f1{suffix}" if suffix else f"{prefix}f1"
    return Metric(name, f"codes, F1{' of ' + suffix[1:] if suffix else ' of the plain notes'}", figure)  # type: ignore[arg-type]


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return steadiness and rightness, over all changes and for each."""
    names = sums.suffixes("changed~")
    return (
        Metric("same_claim", "same claim after a change", ratio("same", "changed")),
        Metric("f1", "codes, F1 after a change", f1),
        _f1_of("plain_"),
        *(
            Metric(f"same_claim~{name}", f"same claim: {name}", ratio(f"same~{name}", f"changed~{name}"))
            for name in names
        ),
        *(_f1_of(suffix=f"~{name}") for name in names),
    )


def extras(rows: Sequence[Row]) -> Extras:
    """Return how fast it was."""
    return {"speed": tables.speed(rows)}


SUITE = Suite(
    "robustness",
    "notes changed in ways that must not change their codes",
    tasks,
    row_of,
    metrics,
    relate,
    extras,
)
