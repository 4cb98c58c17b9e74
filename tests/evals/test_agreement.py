"""Our scores and those of the scorer that outside checks use, on the same made-up answers: equal to the last digit."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from citecoder.evals.case_files import load_cases, to_row
from citecoder.evals.outcomes import Answer
from citecoder.evals.results import Result, score
from citecoder.evals.runs import Manifest
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.suites import find_suite
from citecoder.evals.suites.notes import task_of
from tests.evals.making import random_answer, random_case

MANIFEST = Manifest("r", "coding", "made up", None, "-", "-", 0, 1, "-", "-", {}, finished=True)
SAME = (
    "precision", "recall", "f1", "exact_codes", "perfect_codes_units", "forbidden_per_case", "no_code_specificity",
    "units_right", "units_invented", "modifiers_right", "gap_recall", "gap_false_rate", "evidence_verbatim",
    "gaps_cited", "suggestions_cited", "macro_f1",
)  # fmt: skip


def _ours(cases: list[object], answers: dict[str, object], by: Yardstick) -> Result:
    tasks = [task_of(case) for case in cases]  # type: ignore[arg-type]
    told = [Answer(task.id, "answered", answers[task.id]) for task in tasks]  # type: ignore[arg-type]
    return score(MANIFEST, find_suite("coding"), tasks, told, by)


@pytest.mark.parametrize("seed", range(6))
def test_both_scorers_give_the_same_figures(seed: int, shared: Path, tmp_path: Path, by: Yardstick) -> None:
    rng = random.Random(seed)  # noqa: S311 - made-up cases
    made = [random_case(rng, f"c{n:03}") for n in range(120)]
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps(to_row(case)) for case in made), encoding="utf-8")
    cases = load_cases(rows)
    answers = {case.id: random_answer(rng, case) for case in made}
    told = tmp_path / "told.jsonl"
    told.write_text(
        "\n".join(json.dumps({"id": key, **value}) for key, value in answers.items()), encoding="utf-8"
    )

    ran = subprocess.run(
        [sys.executable, shared / "score.py", rows, "--pred", told],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(ran.stdout.splitlines()[-1])
    from_rows, from_cases = _ours(cases, answers, by).figures, _ours(made, answers, by).figures

    assert theirs["precision"] < 1
    assert theirs["units_right"] < 1
    assert {name: from_rows[name] for name in SAME} == {name: theirs[name] for name in SAME}
    assert {name: from_cases[name] for name in SAME} == {name: theirs[name] for name in SAME}
