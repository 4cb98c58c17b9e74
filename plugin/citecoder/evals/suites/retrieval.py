"""Suite ``retrieval``: labelled queries against the sources, measured by ir-measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ir_measures
from ir_measures import RR, Judged, R, nDCG

from citecoder.errors import InputError
from citecoder.evals.metrics import Metric, ratio
from citecoder.evals.outcomes import Row, Task
from citecoder.evals.queries import ANSWERS, read_queries
from citecoder.evals.scoring import tables
from citecoder.evals.suites.suite import Suite, check_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Answer
    from citecoder.evals.queries import LabelledQuery
    from citecoder.evals.scoring.direction import Yardstick
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection

DEPTH = 20
MEASURES = {
    "ndcg@10": nDCG @ 10,
    "recall@5": R @ 5,
    "recall@5_answers": R(rel=ANSWERS) @ 5,
    "mrr@10": RR @ 10,
    "judged@10": Judged @ 10,
}
"""Gains are the grades, 2 and 1. The last is no measure of quality: what was not judged counts as no answer."""
_SPLIT = {"tune": "dev", "test": "test"}


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask every query that has an answer."""
    queries = [query for query in read_queries(file=of.folder("queries") / "queries.jsonl") if query.labels]
    splits = {query.id: _SPLIT[query.split] for query in queries}
    for name in selection.cases:
        check_named(name, splits.get(name), selection, of.place)
    found = [
        Task(q.id, q.id, q.topic, "search", {"query": q.query, "k": DEPTH}, gold=_grades(q), tags=(q.style,))
        for q in queries
        if splits[q.id] in selection.splits and (not selection.cases or q.id in selection.cases)
        if set(selection.tags) <= {q.style}
    ]
    if not found:
        raise InputError("no query was chosen; widen --split, --tag or --case", "--split")
    return found[: selection.limit]


def _grades(query: LabelledQuery) -> dict[str, int]:
    """Return the grade of every passage that was judged."""
    return {**dict.fromkeys(query.rejected, 0), **query.labels}


def score(task: Task, answer: Answer, by: Yardstick) -> Row:
    """Measure one ranking."""
    told = answer.response or {}
    ranked = [hit["passage"]["id"] for hit in told["hits"]]
    run = {task.id: {key: float(len(ranked) - at) for at, key in enumerate(dict.fromkeys(ranked))}}
    counts: dict[str, float] = {"queries": 1}
    found = ir_measures.iter_calc(list(MEASURES.values()), {task.id: task.gold}, run) if ranked else ()
    by_measure = {str(each.measure): each.value for each in found}
    for name, measure in MEASURES.items():
        if name == "recall@5_answers" and ANSWERS not in task.gold.values():
            continue
        counts |= {name: by_measure.get(str(measure), 0.0), f"{name}:n": 1}
    detail = {"wanted": task.gold, "found": ranked[:10]}
    return Row(
        task.id,
        task.case,
        task.family,
        counts,
        detail=detail,
        ms=answer.ms,
        repeat=answer.repeat,
        tags=task.tags,
    )


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the figures: means over queries."""
    return tuple(
        Metric(name, name, ratio(name, f"{name}:n"), "neither" if name == "judged@10" else "higher")
        for name in MEASURES
    )


def extras(rows: Sequence[Row]) -> Extras:
    """Return how fast it was."""
    return {"speed": tables.speed(rows)}


SUITE = Suite("retrieval", "labelled queries against the sources", tasks, score, metrics, extras=extras)
