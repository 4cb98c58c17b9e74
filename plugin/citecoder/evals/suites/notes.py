"""What the suites on notes share: a case becomes a request, an answer becomes a row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from citecoder.evals.outcomes import Line, Row, Task
from citecoder.evals.scoring import claim as claims
from citecoder.evals.scoring import direction, gaps, proof, refusals

if TYPE_CHECKING:
    from citecoder.evals.cases import Case
    from citecoder.evals.outcomes import Answer
    from citecoder.evals.scoring.direction import Yardstick


def request_of(case: Case, note: str | None = None) -> dict[str, Any]:
    """Return the request of a case: its note, or a changed one, and what is known of the visit."""
    asked = case.ask.model_dump(mode="json")
    return {"note": case.note if note is None else note, **asked}


def task_of(case: Case) -> Task:
    """Return the plain task of a case."""
    return Task(case.id, case.id, case.family, "suggest", request_of(case), gold=case, tags=case.tags)


def row_of(task: Task, answer: Answer, by: Yardstick) -> Row:
    """Score one review in every respect."""
    case: Case = task.gold
    response: dict[str, Any] = answer.response or {}
    claim = claims.judge(case, response)
    gap_counts, gap_detail = gaps.judge(case, response)
    direction_counts, errors = direction.judge(case, claim, by)
    counts: Counter[str] = Counter(claim.counts)
    for part in (
        gap_counts,
        direction_counts,
        proof.judge(case, response, claim),
        refusals.judge(case, response),
    ):
        counts.update(part)
    detail = {
        "missed": list(claim.missed),
        "extra": list(claim.extra),
        "forbidden": list(claim.forbidden),
        "units_wrong": [list(each) for each in claim.units_wrong],
        "modifiers_wrong": [list(each) for each in claim.modifiers_wrong],
        "errors": errors,
        "predicted": dict(claim.units),
        **gap_detail,
    }
    return Row(
        task.id,
        task.case,
        task.family,
        dict(counts),
        _lines(case, claim),
        detail,
        passed=claim.perfect,
        ms=answer.ms,
        repeat=answer.repeat,
        tags=task.tags,
        variant=task.variant,
    )


def _lines(case: Case, claim: claims.Claim) -> tuple[Line, ...]:
    """Return each predicted code with its lowest confidence, and whether the labels allow it."""
    return tuple(
        Line(code, min(float(each.get("confidence", 1.0)) for each in lines), code not in claim.extra)
        for code, lines in claim.lines.items()
    )
