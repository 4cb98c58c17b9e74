"""What the words around a service say against it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.model import Note


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Ultrasound held today.", "deferred"),
        ("Held off on the ultrasound because of irritation.", "deferred"),
        ("Patient declined ultrasound.", "declined"),
        ("Ultrasound offered, pt declined.", "declined"),
        ("No ultrasound.", "not_performed"),
        ("Ultrasound was not performed.", "not_performed"),
        ("No strengthening, ultrasound or functional training this visit.", "not_performed"),
        ("No modalities, manual work and ultrasound today.", "not_performed"),
        ("Ultrasound contraindicated over the plate.", "contraindicated"),
        ("Will add ultrasound next visit.", "planned"),
        ("Consider ultrasound if pain persists.", "planned"),
        ("Ultrasound x 8 min planned for next visit.", "planned"),
        ("Advised to use ultrasound unit in the evening.", "home_program"),
        ("Last visit we did ultrasound for 8 min.", "other_date"),
        ("Had ultrasound in the past without relief.", "history"),
        ("Pt states ultrasound at another clinic did not help.", "history"),
        ("Ultrasound at home unit per the patient.", "home_program"),
        ("Plan: ultrasound, traction.", "planned"),
    ],
)
def test_a_service_that_was_not_delivered_says_why(
    read_note: Callable[..., Note], sentence: str, reason: str
) -> None:
    note = read_note(f"PT daily note.\nTherapeutic exercise x 15 min: SLR 3x10.\n{sentence}", discipline="PT")

    found = [s for s in note.services if s.concept == "ultrasound"]

    assert [s.status for s in found] == [reason]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ultrasound x 8 min 1 MHz R shoulder.",
        "No manual therapy today, ultrasound 8 min R shoulder.",
        "Isometrics held 5 sec x 10, ultrasound 8 min after.",
    ],
)
def test_minutes_and_a_clause_of_its_own_let_a_service_stand(
    read_note: Callable[..., Note], sentence: str
) -> None:
    note = read_note(f"PT daily note.\n{sentence}", discipline="PT")

    assert [s.minutes for s in note.services if s.concept == "ultrasound" and s.status == "performed"] == [8]


def test_work_with_an_aide_is_somebody_else_s(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "Aide took pt through mat exercises x 15 min. PT then gave manual therapy 15 min R knee.",
        discipline="PT",
    )

    assert {s.concept: s.status for s in note.services} == {
        "therapeutic_exercise": "other_provider",
        "manual_therapy": "performed",
    }


def test_the_home_of_a_task_does_not_send_a_dosed_service_home(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "Ther act 23 min: transfers from a low surface, to get out of bed at home.", discipline="PT"
    )

    assert [(s.concept, s.status) for s in note.services] == [("therapeutic_activities", "performed")]


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("CMT of L5 (lumbar) and T6 (thoracic); cervical, sacral and pelvic areas not treated.", "2"),
        ("CMT lumbar and thoracic. No cervical adjustment.", "2"),
        ("CMT C5, T6 and L4 with no adverse reaction.", "3"),
        ("CMT C5, T6 and L4. Did not adjust the sacrum or pelvis.", "3"),
    ],
)
def test_regions_that_were_not_treated_do_not_count(
    read_note: Callable[..., Note], told: str, count: str
) -> None:
    note = read_note(f"Chiropractic visit.\nTx: {told}", discipline="DC")

    facts = [dict(s.facts) for s in note.services if s.concept == "spinal_manipulation"]

    assert [f.get("spinal_regions") for f in facts] == [count]
