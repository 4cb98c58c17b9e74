"""What a report shows, as plain data: figures, tables, and every case with its note, labels and answer.

The JSON report is this; the HTML report is this with a way to look at it. It holds the notes of the cases that its
user chose, and says so.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from citecoder.evals.cases import Case
from citecoder.evals.questions import AnswerCase
from citecoder.evals.scoring.proof import occurrences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citecoder.evals.comparing import Comparison
    from citecoder.evals.outcomes import Answer, Row, Task
    from citecoder.evals.results import Result

HEAD = "This report shows the text of the evaluated notes. Keep it where the notes may be kept."


def report_of(result: Result, tasks: Sequence[Task], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return everything about one run."""
    estimates = result.estimates()
    by_task = {(answer.task, answer.repeat): answer for answer in answers}
    rows: dict[str, list[Row]] = {}
    for row in result.rows:
        rows.setdefault(row.task, []).append(row)
    return {
        "head": HEAD,
        "manifest": asdict(result.manifest),
        "states": result.states(),
        "unanswered": [{"case": a.task, "state": a.state, "why": a.why} for a in result.unanswered],
        "figures": [
            {
                "name": metric.name,
                "label": metric.label,
                "unit": metric.unit,
                "better": metric.better,
                "value": result.figures[metric.name],
                "low": _number(estimates[metric.name].low),
                "high": _number(estimates[metric.name].high),
            }
            for metric in result.metrics
        ],
        "families": len({row.family for row in result.rows}),
        "pass_k": result.pass_k(),
        "extras": result.extras(),
        "usage": usage(answers),
        "cases": [_case(task, rows.get(task.id, []), by_task) for task in tasks],
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def usage(answers: Sequence[Answer]) -> dict[str, Any]:
    """Add up tokens and cost where an arm reports them, under ``engine.usage``; None where none does."""
    told = [u for a in answers if (u := ((a.response or {}).get("engine") or {}).get("usage"))]
    if not told:
        return {"input_tokens": None, "output_tokens": None, "cost": None}
    return {
        key: sum(float(each.get(key) or 0) for each in told)
        for key in ("input_tokens", "output_tokens", "cost")
    }


def _case(task: Task, rows: Sequence[Row], by_task: Mapping[tuple[str, int], Answer]) -> dict[str, Any]:
    """Return one case: its first answer, and how often it passed."""
    answer = by_task.get((task.id, 0))
    row = rows[0] if rows else None
    told: dict[str, Any] = {
        "id": task.id,
        "case": task.case,
        "family": task.family,
        "tags": list(task.tags),
        "variant": task.variant,
        "state": answer.state if answer else "crashed",
        "why": answer.why if answer else "",
        "ms": row.ms if row else None,
        "passed": row.passed if row else None,
        "passes": [bool(each.passed) for each in rows if each.passed is not None],
        "detail": row.detail if row else {},
        "ask": {key: value for key, value in task.request.items() if key != "note"},
    }
    response = (answer.response if answer else None) or {}
    if isinstance(task.gold, Case):
        told |= {"note": task.gold.note, "gold": gold_of(task.gold), "answer": answer_of(response)}
    elif task.verb == "ask":
        told |= {"note": None, "gold": key_of(task.gold), "answer": said_of(response)}
    else:
        told |= {
            "note": None,
            "gold": task.gold,
            "answer": {k: v for k, v in response.items() if k != "passages"},
        }
    return told


def gold_of(case: Case) -> dict[str, Any]:
    """Return the labels of a case, each quote with the places where it stands."""
    return {
        "codes": [
            {
                "code": line.code,
                "units": line.units,
                "modifiers": line.modifiers,
                "alt_codes": line.alt_codes,
                "required": line.required,
                "spans": [place for quote in line.evidence for place in occurrences(quote, case.note)],
            }
            for line in case.codes
        ],
        "not_coded": [
            {
                "code": each.code,
                "reason": each.reason,
                "spans": [place for quote in each.evidence for place in occurrences(quote, case.note)],
            }
            for each in case.not_coded
        ],
        "gaps": [{"code": gap.code, "kind": gap.kind, "verdict": gap.verdict} for gap in case.gaps],
        "acceptable": case.acceptable,
        "forbidden": case.forbidden,
        "why": case.why,
    }


def answer_of(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a review the viewer shows."""
    return {
        "codes": [
            {
                "code": line["code"],
                "units": line.get("units"),
                "modifiers": line.get("modifiers") or [],
                "status": line.get("status"),
                "confidence": line.get("confidence"),
                "rationale": line.get("rationale") or "",
                "spans": [(span["start"], span["end"]) for span in line.get("evidence") or ()],
                "missing": [(gap["kind"], gap.get("verdict")) for gap in line.get("missing") or ()],
            }
            for line in response.get("suggestions") or ()
        ],
        "not_coded": [
            {
                "code": each.get("code"),
                "reason": each.get("reason"),
                "explanation": each.get("explanation") or "",
                "spans": [(span["start"], span["end"]) for span in each.get("evidence") or ()],
            }
            for each in response.get("not_coded") or ()
        ],
        "missing": [(gap["kind"], gap.get("verdict")) for gap in response.get("missing") or ()],
        "warnings": [
            {"kind": each.get("kind"), "message": each.get("message") or ""}
            for each in response.get("warnings") or ()
        ],
    }


def key_of(case: AnswerCase | None) -> dict[str, Any]:
    """Return the key of a question in words; an earlier turn of a conversation has none."""
    if case is None:
        return {}
    told: dict[str, Any] = {
        "means": case.means,
        "must state": [fact.fact for fact in case.must],
        "must not state": [fact.fact for fact in case.must_not],
        "may be declined": list(case.decline),
        "against": case.conflict and case.conflict.model_dump(),
        "sources": list(case.sources),
    }
    return {name: value for name, value in told.items() if value}


def said_of(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an answer the viewer shows: its words, why it was declined, conflicts, and what its marks mean."""
    if not response:
        return {}
    shown = [f"[{place}] {each['id']}" for place, each in enumerate(response.get("passages") or (), start=1)]
    told: dict[str, Any] = {
        "answer": response["answer"],
        "declined": (response.get("reason") or "no reason") if response["abstained"] else None,
        "conflicts": [
            {key: each[key] for key in ("claim", "resolution") if key in each}
            for each in response.get("conflicts") or ()
        ],
        "passages": shown,
    }
    return {name: value for name, value in told.items() if value}


def comparison_of(comparison: Comparison, a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """Return both reports and their differences; cases stand side by side under the id of their task.

    Args:
        comparison: the differences.
        a: the report of A.
        b: the report of B.
    """
    told = comparison.as_json()
    labels = {metric.name: metric for metric in (*comparison.a.metrics, *comparison.b.metrics)}
    for each in told["differences"]:
        metric = labels[each["metric"]]
        each |= {"label": metric.label, "unit": metric.unit, "better": metric.better}
    of_a = {case["id"]: case for case in a["cases"]}
    return {
        "head": HEAD,
        "comparison": {
            k: told[k] for k in ("paired", "left_out", "differences", "fixed", "broken", "changed")
        },
        "a": {k: v for k, v in a.items() if k != "cases"},
        "b": {k: v for k, v in b.items() if k != "cases"},
        "cases": [{**case, "before": of_a[case["id"]]} for case in b["cases"] if case["id"] in of_a],
    }
