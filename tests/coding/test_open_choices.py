"""Services that need more than their name: what decides their code is read, or named as open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from citecoder.model import Review
from tests.coding.reading import lines


@pytest.mark.parametrize(
    ("note", "open_facts"),
    [
        (
            "Negative pressure wound therapy applied to sacral wound.",
            ("disposable device", "durable pump", "wound area"),
        ),
        ("RTM treatment management time, not yet totalled.", ("minutes",)),
        ("RTM device: knee sensor issued.", ("data days", "data kind")),
        ("Virtual check-in 14 min by phone.", ("minutes", "office visit clinician")),
        ("Caregiver training 30 min with the patient taking part.", ("patient absent",)),
    ],
)
def test_a_service_whose_code_is_open_is_refused_with_what_would_decide(
    suggest: Callable[..., Review], note: str, open_facts: tuple[str, ...]
) -> None:
    review = suggest(note, discipline="PT")

    assert not review.suggestions
    (told,) = review.not_coded
    assert (told.code, told.reason) == (None, "not_described")
    assert all(fact in told.explanation for fact in open_facts)
    assert told.citations


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (9, {}),
        (10, {"98979": 1}),
        (19, {"98979": 1}),
        (20, {"98980": 1}),
        (39, {"98980": 1}),
        (40, {"98980": 1, "98981": 1}),
        (80, {"98980": 1, "98981": 3}),
    ],
)
def test_the_minutes_of_a_month_choose_and_count_the_management_codes(
    suggest: Callable[..., Review], minutes: int, expected: dict[str, int]
) -> None:
    review = suggest(f"RTM management {minutes} min this month, live call with patient 6/3.", discipline="PT")

    assert {code: units for code, (units, _) in lines(review).items()} == expected


@pytest.mark.parametrize(
    ("days", "code"), [(1, None), (2, "98985"), (15, "98985"), (16, "98977"), (30, "98977"), (31, None)]
)
def test_the_days_with_data_choose_the_device_code(
    suggest: Callable[..., Review], days: int, code: str | None
) -> None:
    review = suggest(f"RTM device supply, musculoskeletal sensor: {days} days with data.", discipline="PT")

    assert list(lines(review)) == ([code] if code else [])


def test_codes_of_2026_are_refused_before_2026(suggest: Callable[..., Review]) -> None:
    note = "RTM management 14 min this month, live call with patient 6/3."
    review = suggest(note, discipline="PT", date_of_service=date(2025, 6, 30))

    assert not review.suggestions
    assert [n.reason for n in review.not_coded] == ["outside_code_set"]


@pytest.mark.parametrize(
    ("size", "code"),
    [("50 sq cm", "97605"), ("50.5 sq cm", "97606"), ("12 x 5 x 2 cm", "97606"), ("5 x 4 cm", "97605")],
)
def test_area_chooses_the_negative_pressure_code(
    suggest: Callable[..., Review], size: str, code: str
) -> None:
    review = suggest(f"NPWT changed with durable pump, sacral wound {size}, 125 mmHg.", discipline="PT")

    assert list(lines(review)) == [code]


def test_two_wounds_given_by_length_and_width_leave_the_area_open(suggest: Callable[..., Review]) -> None:
    review = suggest("NPWT with durable pump: hip 6 x 5 cm, sacrum 8 x 4 cm.", discipline="PT")

    assert not review.suggestions


def test_the_total_of_the_only_service_is_its_minutes(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "E-visit closed, patient-initiated, total of 25 minutes across seven days.", discipline="PT"
    )

    (line,) = review.suggestions
    assert (line.code, line.units) == ("98972", 1)
    assert "ev.minutes" in {m.element for m in line.met}


def test_a_refused_service_of_several_codes_names_none(suggest: Callable[..., Review]) -> None:
    review = suggest("Ther ex x 15 min: SLR 3x10. RTM management declined by patient.", discipline="PT")

    assert [(n.code, n.reason) for n in review.not_coded] == [(None, "declined")]


@pytest.mark.parametrize(
    ("said", "met"), [("video call with patient 6/3", True), ("no live call yet", False), ("", False)]
)
def test_words_kept_for_one_element_show_that_element(
    suggest: Callable[..., Review], said: str, met: bool
) -> None:
    (line,) = suggest(f"RTM management 24 min this month. {said}", discipline="PT").suggestions

    assert ("rtm.live" in {m.element for m in line.met}) is met
    assert line.status == ("supported" if met else "needs_documentation")


def test_telephone_assessments_carry_medicare_s_open_question(suggest: Callable[..., Review]) -> None:
    review = suggest("Telephone assessment 8 min: pt asked about stairs.", payer="medicare", discipline="PT")

    assert any("98966" in w.codes and "not confirmed" in w.message for w in review.warnings)
