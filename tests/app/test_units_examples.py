"""Every worked example, through the front door: ``citecoder units --jsonl``."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.rules.test_assistants import WORKED as ASSISTANTS
from tests.rules.test_units import WORKED as UNITS


def _ask(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    said = "".join(json.dumps({"id": i, **row}) + "\n" for i, row in enumerate(rows))
    command = [sys.executable, "-c", "from citecoder.app.cli import main; main()", "units", "--jsonl", "-"]
    ran = subprocess.run(command, input=said, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_every_worked_example_by_both_methods() -> None:
    rows: list[dict[str, object]] = [
        {"method": method, "minutes": dict(minutes)}
        for minutes, *_ in UNITS
        for method in ("medicare_total_time", "midpoint")
    ]

    answers = [tuple(a["units"].values()) for a in _ask(rows)]  # type: ignore[attr-defined]

    assert answers == [units for _, total, _, midpoint in UNITS for units in (total, midpoint)]


def test_every_worked_example_with_an_assistant() -> None:
    timed = [(minutes, helped, lines) for minutes, helped, lines in ASSISTANTS.values()]
    rows: list[dict[str, object]] = [
        {"method": "medicare_total_time", "minutes": dict(m), "assistant_minutes": dict(h)}
        for m, h, _ in timed
    ]

    answers = [
        {(a["code"], a["units"], tuple(a["modifiers"])) for a in answer["lines"]} for answer in _ask(rows)
    ]  # type: ignore[attr-defined]

    assert answers == [set(lines) for _, _, lines in timed]


def test_an_untimed_service_is_shared_out_and_an_evaluation_is_not() -> None:
    group, evaluation = _ask(
        [
            {"payer": "medicare", "minutes": {"97150": 34}, "assistant_minutes": {"97150": 4}},
            {"payer": "medicare", "minutes": {"97161": 30}, "assistant_minutes": {"97161": 10}},
        ]
    )

    assert group["lines"] == [{"code": "97150", "units": 1, "modifiers": ["CQ"]}]
    assert evaluation["lines"] == [{"code": "97161", "units": 1, "modifiers": []}]
    assert "can't be billed" in str(evaluation["explanation"])
