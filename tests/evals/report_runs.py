"""Runs on disk to report on: made-up cases, answers that are often wrong, and a note that means harm."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from citecoder.evals.cases import Case
from citecoder.evals.evaluate import open_set
from citecoder.evals.outcomes import Answer
from citecoder.evals.runs import Manifest, RunFolder, hash_of
from citecoder.evals.suites import find_suite
from citecoder.evals.suites.suite import Selection
from tests.evals import making

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><!--<script>&amp; \u2028\u2029 http://example.com/"
MARKED = "Patient 🙂 arrived.\r\nTherapeutic exercise x 23 min, SLR 3x10 🦵🏽 L knee.\r\nManual therapy x 15 min.\r\n"
LABELLED, PREDICTED = "Therapeutic exercise x 23 min", "23 min, SLR 3x10 🦵🏽"


def marked_case() -> Case:
    """Return a case whose evidence lies after characters of two units, over lines that end in CRLF."""
    lines = [
        {"code": "97110", "units": 2, "modifiers": ["GP"], "evidence": [LABELLED]},
        {"code": "97140", "units": 1, "evidence": ["Manual therapy x 15 min"]},
    ]
    refusals = [{"code": "97035", "reason": "planned", "evidence": ["arrived"]}]
    gaps = [
        {"code": "97140", "kind": "body_region", "verdict": "not_met"},
        {"kind": "goals", "verdict": "met"},
    ]
    return making.case(
        "marked",
        note=MARKED,
        codes=lines,
        not_coded=refusals,
        gaps=gaps,
        why="Both are named with minutes.",
        tags=("emoji", "daily"),
    )


def marked_answer() -> dict[str, Any]:
    """Return an answer that has one code right with too many units, one swapped, and one gap asked for."""
    start = MARKED.index(PREDICTED)
    span = {"start": start, "end": start + len(PREDICTED), "quote": PREDICTED}
    first = making.line(
        "97110", 3, evidence=[span], confidence=0.92, rationale=HOSTILE, status="confirmed", modifiers=["GP"]
    )
    other = making.line("97530", 1, confidence=0.6, missing=[{"kind": "body_region", "verdict": "not_met"}])
    return making.answer(
        first,
        other,
        missing=[{"kind": "goals", "verdict": "not_met"}],
        not_coded=[{"code": "97035", "reason": "planned", "explanation": "Next time.", "evidence": []}],
        warnings=[{"kind": "provider", "message": HOSTILE}],
    )


def cases_of(count: int) -> list[Case]:
    """Return the two cases above all, then random ones."""
    rng = random.Random(7)  # noqa: S311 - made-up cases
    rest = [
        making.random_case(rng, f"case-{n:03}").model_copy(
            update={"tags": (rng.choice(["eval", "daily", "progress"]),)}
        )
        for n in range(count)
    ]
    return [
        making.case("hostile", note=f"{HOSTILE} Therapeutic exercise {HOSTILE}", tags=("daily",)),
        marked_case(),
        *rest,
    ]


def write_set(folder: Path, count: int = 30) -> Path:
    """Write the cases as JSON lines."""
    place = folder / "set.jsonl"
    place.write_text("".join(f"{case.model_dump_json()}\n" for case in cases_of(count)), encoding="utf-8")
    return place


def _response(case: Case, rng: random.Random) -> dict[str, Any]:
    told = marked_answer() if case.id == "marked" else making.random_answer(rng, case)
    for line in told["suggestions"]:
        line.setdefault("confidence", rng.choice([0.55, 0.7, 0.85, 0.9, 0.95, 1.0]))
    return json.loads(json.dumps(told))  # type: ignore[no-any-return]


def write_run(
    folder: Path,
    place: Path,
    *,
    seed: int = 1,
    arm: str = "rules",
    suite: str = "coding",
    fail: Sequence[str] = (),
) -> Path:
    """Write a finished run over a set; answers are random under the seed, and the named cases time out."""
    tasks = find_suite(suite).tasks(open_set(place), Selection())
    manifest = Manifest(
        id=folder.name, suite=suite, arm=arm, identity=None, place=str(place), asked=hash_of(tasks), tasks=len(tasks),
        repeat=1, begun="2026-11-22T04:00:00+00:00", version="0.1.0", selection={}, finished=True, seconds=1.0,
    )  # fmt: skip
    run, rng = RunFolder.make(folder, manifest), random.Random(seed)  # noqa: S311 - made-up answers
    for task in tasks:
        if task.id in fail:
            run.tell(Answer(task.id, "timed_out", why="no answer within 60 s"))
        else:
            run.tell(Answer(task.id, "answered", _response(task.gold, rng), ms=rng.lognormvariate(3, 0.8)))
    run.finish(1.0)
    return folder
