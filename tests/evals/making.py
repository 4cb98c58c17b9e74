"""Made-up cases and answers: enough variety that every branch of scoring is met."""

from __future__ import annotations

import random
from typing import Any

from citecoder.evals.cases import Case

CODES = [
    "97110",
    "97112",
    "97140",
    "97530",
    "97035",
    "20560",
    "98940",
    "99213",
    "G0283",
    "29125",
    "L1833",
    "97161",
]
KINDS = ["minutes", "body_region", "technique", "patient_response", "total_timed_minutes", "goals"]
NOTE = (
    "Therapeutic exercise 15 min. Manual therapy to the left knee 10 min. Plan: ultrasound next time. 🙂 End."
)
WORDS = ["Therapeutic exercise", "Manual therapy", "15 min", "ultrasound", "🙂"]


def case(case_id: str = "c1", **changed: Any) -> Case:
    """Return a small case; what is given replaces what it has."""
    raw: dict[str, Any] = {
        "id": case_id,
        "family": case_id,
        "note": NOTE,
        "codes": [{"code": "97110", "units": 1, "modifiers": ["GP"], "evidence": ["Therapeutic exercise"]}],
    }
    return Case.model_validate(raw | changed)


def line(code: str = "97110", units: int | None = 1, **more: Any) -> dict[str, Any]:
    """Return a suggested line as an arm tells it."""
    return {
        "code": code,
        "units": units,
        "modifiers": [],
        "evidence": [],
        "citations": [],
        "missing": [],
        **more,
    }


def answer(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an answer with these lines."""
    return {"suggestions": list(lines), "missing": [], "passages": [], **more}


def random_case(rng: random.Random, case_id: str) -> Case:
    """Return a case with random labels."""
    codes = rng.sample(CODES, rng.randrange(4))
    lines = [
        {
            "code": code,
            "units": rng.choice([None, 1, 1, 2, 3]),
            "modifiers": rng.choice([None, [], ["GP"], ["GP", "59"]]),
            "modifiers_optional": rng.choice([[], ["59"]]),
            "alt_codes": rng.sample(CODES, rng.choice([0, 0, 1, 2])),
            "required": rng.random() < 0.85,
        }
        for code in codes for _ in range(rng.choice([1, 1, 1, 2]))
    ]  # fmt: skip
    free = [code for code in CODES if code not in codes]
    gaps = {
        (rng.choice(["note", *CODES]), rng.choice(KINDS)): (
            rng.choice(["met", "not_met", "cannot_tell", "missing", "not_needed"]),
            rng.choice(["required", "required", "recommended"]),
        )
        for _ in range(rng.randrange(8))
    }
    return case(
        case_id,
        family=f"f{rng.randrange(40)}",
        codes=lines,
        gaps=[
            # A flat row holds no severity for what is there: it is always scored.
            {
                "code": code,
                "kind": kind,
                "verdict": verdict,
                "severity": severity if verdict in {"missing", "not_met", "cannot_tell"} else "required",
            }
            for (code, kind), (verdict, severity) in gaps.items()
        ],
        acceptable=rng.sample(free, rng.choice([0, 0, 1])),
        forbidden=rng.sample(free, rng.choice([0, 1, 3])),
        unit_alternatives=[{code: rng.randrange(1, 4) for code in codes}]
        if codes and rng.random() < 0.3
        else [],
    )


def random_answer(rng: random.Random, of: Case) -> dict[str, Any]:
    """Return an answer that is right about half the time."""
    wanted = [gold.code for gold in of.codes]
    codes = [code for code in wanted if rng.random() < 0.7] + rng.sample(CODES, rng.choice([0, 0, 1, 2]))
    return answer(
        *(_random_line(rng, code) for code in codes),
        missing=[_random_gap(rng) for _ in range(rng.randrange(3))],
        passages=[{"id": "p1", "text": "97110 is exercise"}, {"id": "p2", "text": "nothing"}],
    )


def _random_line(rng: random.Random, code: str) -> dict[str, Any]:
    word = rng.choice(WORDS)
    start = NOTE.index(word) + rng.choice([0, 0, 0, 1])
    return line(
        code,
        rng.choice([None, 0, 1, 1, 2, 3]),
        modifiers=rng.choice([[], ["GP"], ["59", "GP"]]),
        evidence=rng.choice([[], [{"start": start, "end": start + len(word), "quote": word}]]),
        citations=rng.choice([[], ["p1"], ["p1", "p9"]]),
        missing=[_random_gap(rng) for _ in range(rng.randrange(3))],
        confidence=rng.random(),
    )


def _random_gap(rng: random.Random) -> dict[str, Any]:
    gap = {
        "kind": rng.choice(KINDS),
        "verdict": rng.choice(["not_met", "cannot_tell"]),
        "citations": rng.choice([[], ["p1"]]),
    }
    return gap if rng.random() < 0.2 else {**gap, "severity": rng.choice(["required", "recommended"])}
