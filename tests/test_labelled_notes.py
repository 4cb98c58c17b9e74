"""Labelled notes, scored by the scorer that outside checks use; run where that scorer lies beside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from citecoder import wire
from citecoder.app.wiring import Parts

EVALS = Path(__file__).resolve().parent.parent / "evals" / "earlier"


def _score(parts: Parts, scorer: Path, cases: Path, out: Path) -> dict[str, float]:
    """Answer the cases in this process and let the outside scorer judge the answers."""
    lines = []
    for row in map(json.loads, cases.read_text(encoding="utf-8").splitlines()):
        discipline = {"chiropractic": "DC"}.get(row["discipline"], row["discipline"])
        asked = {
            "note": row["note"],
            "payer": row["payer"],
            "discipline": discipline,
            "date_of_service": row.get("date_of_service"),
        }
        review = parts.chain.invoke(wire.read_request(asked))
        lines.append(wire.to_json(wire.review_to_wire(review, row["id"], 0.0)).replace("\n", " "))
    out.write_text("\n".join(lines), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, scorer, cases, "--pred", out], capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def test_the_outside_notes_are_coded_as_wanted(parts: Parts, shared: Path, tmp_path: Path) -> None:
    figures = _score(parts, shared / "score.py", shared / "cases" / "notes.jsonl", tmp_path / "out.jsonl")

    assert figures["f1"] >= 0.95
    assert figures["macro_f1"] >= 0.90
    assert figures["no_code_specificity"] >= 0.97
    assert figures["units_right"] >= 0.97
    assert figures["gap_recall"] >= 0.90
    assert figures["gap_false_rate"] <= 0.05
    assert figures["evidence_verbatim"] == figures["suggestions_cited"] == figures["gaps_cited"] == 1.0


@pytest.mark.parametrize(("name", "least"), [("first_look", 0.92), ("development", 0.93)])
def test_our_own_notes_do_not_get_worse(
    parts: Parts, shared: Path, tmp_path: Path, name: str, least: float
) -> None:
    figures = _score(parts, shared / "score.py", EVALS / f"{name}.jsonl", tmp_path / "out.jsonl")

    assert figures["f1"] >= least
    assert figures["units_invented"] == 0
    assert figures["evidence_verbatim"] == figures["suggestions_cited"] == figures["gaps_cited"] == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("preface", ["Riverside Clinic\n\n", "Visit record printed from the system.\n\n"])
def test_a_line_of_the_office_above_a_note_changes_no_line(parts: Parts, preface: str) -> None:
    rows = [json.loads(r) for r in (EVALS / "development.jsonl").read_text(encoding="utf-8").splitlines()]

    changed = [row["id"] for row in rows if _lines(parts, row, "") != _lines(parts, row, preface)]

    assert len(changed) <= 1, changed  # one note's only title is already far down


def _lines(parts: Parts, row: dict[str, str], preface: str) -> list[tuple[object, ...]]:
    asked = {
        "note": preface + row["note"],
        "payer": row["payer"],
        "discipline": {"chiropractic": "DC"}.get(row["discipline"], row["discipline"]),
    }
    review = parts.chain.invoke(wire.read_request(asked))
    return [(s.code, s.units, s.modifiers) for s in review.suggestions]
