"""Sections: which header opens one, and where one ends that no header ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.model import Note


def _given(note: Note) -> set[str]:
    return {s.concept for s in note.services if s.status == "performed"}


def test_the_work_below_what_the_patient_tells_is_work(read_note: Callable[..., Note]) -> None:
    note = read_note(
        'Subj: "Less swelling this week." Walks the dog for 20 min.\n'
        "- Ultrasound to the flexor tendon, 8 min\n"
        "- Putty squeezes and blocked tendon glides 3x10, 12 min",
        discipline="OT",
    )
    assert _given(note) == {"ultrasound", "therapeutic_exercise"}


def test_minutes_of_the_patient_s_life_are_no_work(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "S: Knee better.\n- Rode the exercise bike at home 20 min daily\n- Sleeps well", discipline="PT"
    )
    assert not _given(note)


@pytest.mark.parametrize("header", ["O - ", "O/Comments: ", "O.  "])
def test_a_letter_opens_a_section_however_it_is_set_off(read_note: Callable[..., Note], header: str) -> None:
    note = read_note(f"S - sore today\n{header}gait training with a cane 15 min\nP - ice", discipline="PT")
    assert _given(note) == {"gait_training"}


@pytest.mark.parametrize(
    "line",
    [
        "Tape/ice/machines: none.",
        "Told him to ice after work.",
        "Ice/heat: ________",
        "No ice on the steps today.",
    ],
)
def test_ice_is_not_always_a_service(read_note: Callable[..., Note], line: str) -> None:
    note = read_note(f"PT daily note\nTherapeutic exercise 20 min: squats 3x10\n{line}", discipline="PT")
    assert _given(note) == {"therapeutic_exercise"}


def test_what_no_minutes_stand_beside_is_seen_on_the_day_of_an_evaluation_too(
    read_note: Callable[..., Note],
) -> None:
    note = read_note(
        "PT INITIAL EVALUATION, wound clinic\nHistory: heel ulcer for 3 months, diabetes.\n"
        "Exam: 4 x 5 cm, 60% yellow slough.\n"
        "Then I cut away the slough with scalpel and forceps down to pink tissue, 20 sq cm, and dressed it with foam.\n"
        "Goals: closed in 10 weeks. Plan: 2x/week.",
        discipline="PT",
    )
    assert "selective_debridement" in _given(note)


def test_a_diagnosis_ends_at_the_line_drawn_below_it(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "LUMBAR FLOW SHEET   Dx: L5-S1 disc, R leg pain\n------------------------------\nMechanical traction, hooklying, 15 min\nTherapeutic exercise 20 min",
        discipline="PT",
    )
    assert _given(note) == {"mechanical_traction", "therapeutic_exercise"}


@pytest.mark.parametrize(
    "line",
    [
        "Whirlpool was stopped 6/10.",
        "Was due for: gait training with a cane.",
        "E-stim offered, she'd rather not.",
        "Ice pack given to take home.",
        "Not done: ultrasound, machine out.",
    ],
)
def test_what_was_stopped_due_or_offered_is_not_given(read_note: Callable[..., Note], line: str) -> None:
    note = read_note(f"PT daily note\nTherapeutic exercise 20 min: squats 3x10\n{line}", discipline="PT")
    assert _given(note) == {"therapeutic_exercise"}
