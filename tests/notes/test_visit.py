"""What kind of document a text is, before any service is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from citecoder.model import Note


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PHYSICAL THERAPY INITIAL EVALUATION\nR knee pain.", "evaluation"),
        ("RE-EVALUATION: new symptoms since 11/8, POC revised.", "reevaluation"),
        ("DISCHARGE SUMMARY\nSeen for 8 sessions, goals met.", "discharge"),
        ("PROGRESS NOTE\nVisit 10.", "progress"),
        ("Follow up visit, right knee. Ther ex 20 minutes.", "daily"),
        ("Plan: PT evaluation next week.", "other"),
        ("Initial evaluation was completed last week. TE 15 min.", "daily"),
        ("Hand therapy, 1st visit. Grip 40 lb.", "evaluation"),
        ("Prosthetic clinic, first visit with the new limb. Gait training 20 min.", "daily"),
    ],
)
def test_the_kind_of_visit(read_note: Callable[..., Note], text: str, kind: str) -> None:
    assert read_note(text, discipline="PT").visit.visit_type == kind


@pytest.mark.parametrize(
    "text",
    [
        "Knee, s/p meniscus repair.\nRe-assessment, 20 min: flexion 118 (was 95), quad 4/5. New problem: lateral hip pain since the fall Sunday. Goals rewritten, plan revised and sent to the surgeon.",
        "Visit #: 10\nRETEST 25 minutes. Grip 41 (30). Found new swelling over the thumb. Goals met, two new goals set, plan changed.",
    ],
)
def test_a_re_examination_with_minutes_of_its_own_is_one(read_note: Callable[..., Note], text: str) -> None:
    assert read_note(text, discipline="PT").visit.visit_type == "reevaluation"


def test_a_third_visit_is_no_evaluation(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "Shoulder f/u, 3rd visit.\nOn exam: flexion 110, strength 3+/5.\nGoals: reach overhead in 8 weeks. Plan of care: 2x/week for 8 weeks. Prognosis good. Rehab potential good.",
        discipline="PT",
    )
    assert note.visit.visit_type != "evaluation"


def test_an_assistant_s_signature_makes_the_visit_the_assistant_s(read_note: Callable[..., Note]) -> None:
    note = read_note("TE 20 min: SLR.\nJ. Ruiz, PTA, co-signed by M. Okafor, PT", discipline="PT")

    assert note.visit.author == "assistant"
    assert [s.assistant_minutes for s in note.services] == [20]


def test_a_surgeon_s_note_delivers_no_therapy(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "PREOPERATIVE DIAGNOSIS: stiff knee.\nANESTHESIA: general.\nThe knee was manipulated and mobilized under anesthesia."
    )

    assert note.visit.author == "physician"
    assert not note.visit.delivered


@pytest.mark.parametrize(
    "text",
    [
        "NO SHOW. Called pt.",
        "Visit cancelled, pt ill.\nTE __ min MT __ min",
        "Complimentary screen, no charge.",
    ],
)
def test_nothing_was_delivered(read_note: Callable[..., Note], text: str) -> None:
    assert not read_note(text, discipline="PT").visit.delivered


@pytest.mark.parametrize(
    ("text", "delivered"),
    [
        ("Telephone assessment 8 min: pt asked about stairs.", True),
        ("Telephone note: pt asked about stairs.", False),
    ],
)
def test_a_title_inside_the_name_of_a_service_is_no_title(
    read_note: Callable[..., Note], text: str, delivered: bool
) -> None:
    assert read_note(text, discipline="PT").visit.delivered is delivered


def test_the_date_comes_from_a_visit_date_field_only(read_note: Callable[..., Note]) -> None:
    note = read_note("DOS: 03/04/2026. Surgery 01/15/2026. TE 15 min.", discipline="PT")

    assert note.visit.date_of_service == date(2026, 3, 4)
    assert date(2026, 1, 15) in note.visit.dates_found


def test_a_date_in_the_history_is_no_date_of_service(read_note: Callable[..., Note]) -> None:
    assert read_note("Fell on 10/03/2025. TE 15 min.", discipline="PT").visit.date_of_service is None


def test_an_evaluation_without_a_title_shows_the_words_it_is_known_by(read_note: Callable[..., Note]) -> None:
    visit = read_note(
        "PMH: asthma. Prior level of function: independent. Referred for new right shoulder pain after a fall from a ladder in May. Lives alone, works as a roofer, was independent.\n"
        "On exam: flexion 110, abduction 95, strength 3+/5, painful arc, Hawkins positive. Neck clear.\n"
        "Goals: reach overhead in 8 weeks, return to roofing. Plan of care: 2x/week for 8 weeks. Prognosis good.",
        discipline="PT",
    ).visit
    assert visit.visit_type == "evaluation"
    assert visit.type_span is not None
    assert visit.type_span.quote == "On exam"
