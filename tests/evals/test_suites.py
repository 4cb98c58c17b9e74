"""Suites other than coding: what they ask and what comes of known answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from citecoder.errors import InputError
from citecoder.evals.evaluate import open_set
from citecoder.evals.mentions import faults_of_mentions
from citecoder.evals.metrics import as_told, table_of
from citecoder.evals.outcomes import Answer, Row, Task
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.suites import SUITES, find_suite
from citecoder.evals.suites.suite import Selection, Suite
from citecoder.evals.writing import write_case
from tests.evals.making import NOTE, answer, case, line

OURS = open_set()


def _figures(suite: Suite, rows: list[Row]) -> dict[str, float | None]:
    rows = suite.relate(rows)
    sums = table_of(rows).total()
    return as_told({metric.name: float(metric(sums)[0]) for metric in suite.metrics(sums)})


def _scored(
    suite: Suite, tasks: list[Task], told: dict[str, object], by: Yardstick
) -> dict[str, float | None]:
    rows = [suite.score(task, Answer(task.id, "answered", told[task.id]), by) for task in tasks]  # type: ignore[arg-type]
    return _figures(suite, rows)


def test_every_suite_says_what_it_measures() -> None:
    assert {"coding", "units", "gaps", "retrieval", "robustness", "mentions", "answers"} <= set(SUITES)
    assert all(suite.about for suite in SUITES.values())
    with pytest.raises(InputError, match="'poetry' is not known"):
        find_suite("poetry")


def test_worked_days_are_right_or_over_or_under(by: Yardstick) -> None:
    suite = find_suite("units")
    tasks = suite.tasks(OURS, Selection(cases=("day-01-total", "day-02-total", "day-15-assistant")))
    told = {task.id: {"units": task.gold["units"], "lines": task.gold.get("lines")} for task in tasks}
    assert _scored(suite, tasks, told, by)["days_right"] == 1.0
    told["day-01-total"] = {"units": {"97112": 3, "97110": 0}}
    told["day-15-assistant"] = {**told["day-15-assistant"], "lines": []}
    figures = _scored(suite, tasks, told, by)
    assert figures["days_right"] == round(2 / 3, 4)
    assert (figures["units_over"], figures["units_under"]) == (round(1 / 3, 4), round(1 / 3, 4))
    assert figures["modifiers_right"] == 0.0


def test_a_perfect_ranking_is_one_and_an_empty_one_nothing(by: Yardstick) -> None:
    suite = find_suite("retrieval")
    (task,) = suite.tasks(OURS, Selection(limit=1))
    best = sorted(task.gold, key=lambda key: -task.gold[key])
    perfect = {"hits": [{"passage": {"id": key}} for key in best]}
    assert _scored(suite, [task], {task.id: perfect}, by)["ndcg@10"] == 1.0
    assert _scored(suite, [task], {task.id: perfect}, by)["judged@10"] == 1.0
    assert _scored(suite, [task], {task.id: {"hits": []}}, by)["ndcg@10"] == 0.0


def test_queries_of_the_test_part_are_not_asked_unless_wanted() -> None:
    suite = find_suite("retrieval")
    dev, test = (suite.tasks(OURS, Selection(splits=(split,))) for split in ("dev", "test"))
    assert (len(dev), len(test)) == (80, 79)
    assert not {task.id for task in dev} & {task.id for task in test}


def test_changed_notes_are_asked_beside_the_plain_one(make_set: Callable[..., Path], by: Yardstick) -> None:
    suite = find_suite("robustness")
    tasks = suite.tasks(open_set(make_set(case("c1"))), Selection())
    variants = {task.variant for task in tasks}
    assert {None, "upper_case", "injection", "long_note", "copy_forward"} <= variants
    told: dict[str, object] = {task.id: answer(line()) for task in tasks}
    told["c1~injection"] = answer(line(), line("97535", 4))
    figures = _scored(suite, tasks, told, by)
    changed = len(tasks) - 1
    assert figures["same_claim"] == round((changed - 1) / changed, 4)
    assert (figures["same_claim~injection"], figures["f1~injection"], figures["plain_f1"]) == (
        0.0,
        0.6667,
        1.0,
    )
    assert figures["f1"] == round(2 * changed / (2 * changed + 1), 4)


def test_gaps_need_labels(make_set: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="no case that was chosen has a labelled gap"):
        find_suite("gaps").tasks(open_set(make_set(case("c1"))), Selection())


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A set of one case whose services are marked: one performed, one planned."""
    write_case(tmp_path, case("c1"))
    spans = []
    for quote, code, status in (
        ("Therapeutic exercise", "97110", "performed"),
        ("ultrasound", "97035", "planned"),
    ):
        at = NOTE.index(quote)
        spans.append(
            {
                "start": at,
                "end": at + len(quote),
                "quote": quote,
                "service": quote,
                "code": code,
                "status": status,
            }
        )
    (tmp_path / "mentions").mkdir()
    (tmp_path / "mentions" / "m.jsonl").write_text(json.dumps({"id": "c1", "mentions": spans}) + "\n")
    return tmp_path


def _evidence(quote: str) -> list[dict[str, object]]:
    return [{"start": NOTE.index(quote), "end": NOTE.index(quote) + len(quote), "quote": quote}]


@pytest.mark.parametrize(
    ("told", "figures"),
    [
        (answer(line(evidence=_evidence("exercise"))), {"found": 1.0, "unseen": 0.0, "billed": 0.0}),
        (answer(), {"found": 0.0, "unseen": 1.0, "billed": 0.0}),
        (
            answer(
                not_coded=[
                    {"code": "97110", "reason": "planned", "evidence": _evidence("Therapeutic exercise")}
                ]
            ),
            {"refused": 1.0},
        ),
        (answer(line("97530", evidence=_evidence("Therapeutic"))), {"taken_for": 1.0}),
        (
            answer(line("97035", evidence=_evidence("ultrasound"))),
            {"unseen": 1.0, "billed": 1.0, "billed~planned": 1.0},
        ),
    ],
)
def test_an_error_is_located(
    marked: Path, by: Yardstick, told: dict[str, object], figures: dict[str, float]
) -> None:
    suite = find_suite("mentions")
    tasks = suite.tasks(open_set(marked), Selection())
    found = _scored(suite, tasks, {"c1": told}, by)
    assert {name: found[name] for name in figures} == figures


def test_a_span_that_does_not_hold_its_quote_is_named(marked: Path) -> None:
    file = marked / "mentions" / "m.jsonl"
    file.write_text(
        file.read_text().replace('"quote": "ultrasound"', '"quote": "Ultrasound"')
        + "{broken\n"
        + '{"id": "nobody"}\n'
    )
    told = [f"{fault.line}: {fault.what}" for fault in faults_of_mentions(marked, {"c1": NOTE})]
    assert told[0].startswith("1: c1: the quote at ")
    assert told[1:] == ["2: is not JSON; mend or delete this line", "3: nobody is not a case of this set"]
