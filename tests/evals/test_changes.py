"""Changes that must not change a claim: what they leave alone, and that each does what it says."""

from __future__ import annotations

import re

import pytest

from citecoder.evals.case_files import load_cases
from citecoder.evals.changes import CHANGES, change
from citecoder.evals.outcomes import Row
from citecoder.evals.suites.robustness import relate
from tests.conftest import CHECKOUT

NOTES = [case.note for case in load_cases(CHECKOUT / "evals" / "earlier" / "first_look.jsonl")]
NUMBER = re.compile(r"\d+(?:[.:/]\d+)*")
SOAP = "S: pain 3/10\nO: Gait training 15 min\nA: improving\nP: continue 2x/week\n"


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_case_is_changed_the_same_way(name: str) -> None:
    for note in NOTES[:5]:
        assert change(name, note, "c1") == change(name, note, "c1")


@pytest.mark.parametrize("name", ["typos", "upper_case", "lower_case", "abbreviated", "spelled_out"])
def test_no_number_is_touched(name: str) -> None:
    for note in NOTES:
        assert NUMBER.findall(change(name, note, "c1")) == NUMBER.findall(note)


def test_typos_change_some_words_and_none_that_decide() -> None:
    changed = [change("typos", note, f"c{n}") for n, note in enumerate(NOTES)]
    assert sum(a != b for a, b in zip(NOTES, changed, strict=True)) > len(NOTES) / 2
    assert all(
        after.count("minute") == before.count("minute") for before, after in zip(NOTES, changed, strict=True)
    )


def test_sections_are_turned_and_none_is_lost() -> None:
    turned = change("section_order", SOAP, "c1")
    assert turned == "A: improving\nP: continue 2x/week\nS: pain 3/10\nO: Gait training 15 min\n"
    assert change("section_order", "no sections", "c1") == "no sections"


@pytest.mark.parametrize("name", ["copy_forward", "injection", "long_note"])
def test_what_is_added_leaves_the_note_whole(name: str) -> None:
    for note in NOTES[:5]:
        assert note in change(name, note, "c1")
        assert len(change(name, note, "c1")) > len(note)


def test_words_are_shortened_and_spelled_out_whole() -> None:
    assert (
        change("abbreviated", "Patient did therapeutic exercise without pain", "x")
        == "pt did TherEx w/o pain"
    )
    assert (
        change("spelled_out", "HEP reviewed; HEPatic no", "x") == "home exercise program reviewed; HEPatic no"
    )


def test_steadiness_is_held_against_the_plain_note() -> None:
    def row(variant: str | None, predicted: dict[str, int], **counts: float) -> Row:
        return Row(f"c~{variant}", "c", "f", counts, detail={"predicted": predicted}, variant=variant)

    rows = relate(
        [
            row(None, {"97110": 1}, tp=1),
            row("typos", {"97110": 1}, tp=1),
            row("injection", {"97110": 6}, tp=1),
        ]
    )
    assert [each.counts.get("same") for each in rows] == [None, 1, 0]
    assert rows[2].counts["same~injection"] == 0
