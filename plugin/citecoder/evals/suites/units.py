"""Suite ``units``: worked days in minutes, counted by the verb ``units``. The one reader of ``evals/units``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.metrics import Metric, ratio
from citecoder.evals.outcomes import Row, Task
from citecoder.evals.scoring import tables
from citecoder.evals.suites.suite import Suite
from citecoder.evals.yaml_lines import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Answer
    from citecoder.evals.scoring.direction import Yardstick
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection

METRICS = (
    Metric("days_right", "days counted right", ratio("right", "days")),
    Metric("units_over", "units too many a day", ratio("over", "days"), "lower", "count"),
    Metric("units_under", "units too few a day", ratio("under", "days"), "lower", "count"),
    Metric("modifiers_right", "assistant lines right", ratio("lines_right", "days_with_lines")),
)
_KEYS = {"id", "family", "method", "payer", "minutes", "assistant_minutes", "units", "lines", "why"}


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask every worked day."""
    found = [task for path in sorted(of.folder("units").glob("*.yaml")) for task in _read(path)]
    if selection.cases:
        found = [task for task in found if task.case in selection.cases]
    if not found:
        raise InputError("no worked day was chosen; suite units reads units/*.yaml of the set", "--case")
    return found[: selection.limit]


def _read(path: Path) -> Iterator[Task]:
    raw, line_of = read_yaml(path)
    if not isinstance(raw, list):
        raise InputError(f"{path}:1: is no list of days; write one day an item")
    for number, day in enumerate(raw):
        line = line_of((number,))
        if not isinstance(day, dict) or not {"id", "minutes", "units"} <= set(day) <= _KEYS:
            raise InputError(
                f"{path}:{line}: a day has id, minutes and units, and of the rest only {sorted(_KEYS)}"
            )
        asked = {key: day[key] for key in ("method", "payer", "minutes", "assistant_minutes") if key in day}
        yield Task(
            str(day["id"]), str(day["id"]), str(day.get("family", day["id"])), "units", asked, gold=day
        )


def score(task: Task, answer: Answer, by: Yardstick) -> Row:
    """Hold the units of a day, and its lines where they are labelled, against what they should be."""
    gold, told = task.gold, answer.response or {}
    said: dict[str, int | None] = told["units"]
    pairs = [(said.get(code), want) for code, want in gold["units"].items()]
    right = all(one == want for one, want in pairs) and set(said) == set(gold["units"])
    differ = [(one or 0) - (want or 0) for one, want in pairs]
    counts: dict[str, float] = {
        "days": 1,
        "right": right,
        "over": sum(max(0, each) for each in differ),
        "under": sum(max(0, -each) for each in differ),
    }
    if "lines" in gold:
        counts |= {
            "days_with_lines": 1,
            "lines_right": _lines(told.get("lines") or []) == _lines(gold["lines"]),
        }
        right = right and bool(counts["lines_right"])
    detail = {} if right else {"said": said, "wanted": gold["units"], "minutes": gold["minutes"]}
    return Row(
        task.id,
        task.case,
        task.family,
        counts,
        detail=detail,
        passed=right,
        ms=answer.ms,
        repeat=answer.repeat,
    )


def _lines(lines: Sequence[dict[str, Any]]) -> list[tuple[str, Any, tuple[str, ...]]]:
    return sorted((each["code"], each["units"], tuple(sorted(each.get("modifiers") or ()))) for each in lines)


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the figures."""
    return METRICS


def extras(rows: Sequence[Row]) -> Extras:
    """Return how fast it was."""
    return {"speed": tables.speed(rows)}


SUITE = Suite(
    "units", "minutes of a day → units, by the payer's method", tasks, score, metrics, extras=extras
)
