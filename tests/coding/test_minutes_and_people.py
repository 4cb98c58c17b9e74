"""Minutes, dates and people: what may be summed, whose it is, and what stays open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from citecoder.model import Review
from tests.coding.reading import kinds, lines, reasons

TWO_VISITS = (
    "Date of service: 03/01/2026\nTE 20 min: SLR.\n\nDate of service: 03/03/2026\nTE 25 min: bridges, cues."
)


def test_of_several_visits_only_the_one_asked_for_is_read(suggest: Callable[..., Review]) -> None:
    review = suggest(TWO_VISITS, payer="medicare", discipline="PT", date_of_service=date(2026, 3, 3))

    assert review.encounter.timed_minutes == 25
    assert "multiple_visits" not in kinds(review)


def test_nothing_outweighs_that_a_service_is_of_another_visit(suggest: Callable[..., Review]) -> None:
    text = (
        "DOS: 05/04/2026\nO: Therapeutic exercise 20 min: calf raises 3x12, cues. "
        "Neuromuscular re-education 12 min: single-leg stance on foam L, 4x30 s, few corrections.\n\n"
        "DOS: 05/07/2026\nO: Therapeutic exercise 15 min: step-downs 3x8, heel raises on one leg."
    )
    review = suggest(text, payer="medicare", discipline="PT", date_of_service=date(2026, 5, 7))

    assert [line.code for line in review.suggestions] == ["97110"]
    assert review.encounter.timed_minutes == 15
    assert [(n.code, n.reason) for n in review.not_coded] == [("97112", "other_date")]


@pytest.mark.parametrize("asked", [None, date(2026, 3, 9)])
def test_several_visits_without_the_one_asked_for_give_no_line_and_no_sum(
    suggest: Callable[..., Review], asked: date | None
) -> None:
    review = suggest(TWO_VISITS, payer="medicare", discipline="PT", date_of_service=asked)

    assert not review.suggestions
    assert [n.minutes for n in review.not_coded] == [None]
    assert "multiple_visits" in kinds(review)


@pytest.mark.parametrize(
    "text",
    [
        "TE 23 min (PTA): SLR\nMT R knee 15 min grade III (PT)",
        "TE 23 min by John Roe, PTA. MT R knee 15 min by Jane Doe, PT.",
        "PTA Roe: TE 23 min SLR\nPT Doe: MT R knee 15 min\nSigned: J Roe PTA; Jane Doe PT",
    ],
)
def test_the_therapist_s_own_service_carries_no_assistant_modifier(
    suggest: Callable[..., Review], text: str
) -> None:
    review = suggest(text, payer="medicare", discipline="PT")

    assert lines(review) == {"97110": (2, ("GP", "CQ")), "97140": (1, ("GP",))}


def test_a_service_of_two_persons_is_split_with_the_minutes_of_both(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "TE PTA 12 min, PT 13 min: SLR, bridges. Jane Doe, PT", payer="medicare", discipline="PT"
    )

    assert [(s.id, s.units, s.modifiers) for s in review.suggestions] == [
        ("97110", 1, ("GP", "CQ")),
        ("97110-2", 1, ("GP",)),
    ]


@pytest.mark.parametrize(
    "told",
    [
        "Ther ex 24 min quad strengthening; PTA M. Cole provided 10 of the 24 min.",
        "Ther ex 24 min quad strengthening (10 of these by the PTA, rest by PT).",
        "Ther ex 24 min quad strengthening, the PTA gave 10 minutes of it.",
        "Ther ex 24 min quad strengthening. 10 min of the ther ex were provided by the PTA.",
        "Ther ex 24 min quad strengthening. PTA did the last 10 min of ther ex.",
        "Ther ex 24 min quad strengthening (PT 14, PTA 10).",
        "Ther ex 24 min quad strengthening: 14 min PT, then 10 min with PTA Cole alone.",
    ],
)
def test_a_part_that_the_assistant_gave_splits_the_service_it_is_a_part_of(
    suggest: Callable[..., Review], told: str
) -> None:
    note = f"{told} Gait training 16 min on stairs. Total timed 40 min. A. Poe, PT, DPT"
    review = suggest(note, payer="medicare", discipline="PT")

    assert [(s.code, s.units, s.modifiers) for s in review.suggestions] == [
        ("97110", 1, ("GP", "CQ")),
        ("97110", 1, ("GP",)),
        ("97116", 1, ("GP",)),
    ]
    assert "supervision" not in kinds(review)


def test_a_part_in_a_sentence_of_its_own_is_shown_with_its_words(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "Therapeutic activities 16 min: coin sorting, lid opening. COTA J. Marsh did the coin work (12 of the 16 min).\n"
        "Manual therapy: scar massage and joint mobs 10 min.\nA. Reed, OTR/L",
        payer="medicare",
        discipline="OT",
    )

    assert lines(review) == {"97530": (1, ("GO", "CO")), "97140": (1, ("GO",))}
    shown = [
        r.evidence for s in review.suggestions for r in s.reasons if r.about == "modifier" and r.evidence
    ]
    assert [s.quote for spans in shown for s in spans] == [
        "COTA J. Marsh did the coin work (12 of the 16 min"
    ]


@pytest.mark.parametrize(
    "told",
    [
        "PTA not available for the first 10 min.",
        "PTA did not do 10 of the 24 min.",
        "PTA out sick so I covered the last 10 min.",
        "PTA Cole will do the last 15 min next visit.",
        "Next visit PTA to take the first 15 min.",
        "Pt told the PTA that she walks 10 of the 24 min.",
        "MT R knee 15 min grade III. The PTA did the last 10 min.",
    ],
)
def test_what_no_assistant_gave_and_what_is_of_no_plain_service_is_marked_nowhere(
    suggest: Callable[..., Review], told: str
) -> None:
    review = suggest(
        f"Ther ex 24 min: SLR, bridges. {told} A. Poe, PT, DPT", payer="medicare", discipline="PT"
    )

    assert not {m for s in review.suggestions for m in s.modifiers} & {"CQ", "CO"}


@pytest.mark.parametrize(
    "told",
    [
        "(PT 14 min, PTA 10 min)",
        "PTA Cole did 10 of the 24 min. Summary: PTA 10 of the 24 min.",
        "PTA did 10 of the 24 min. Gait training 24 min: stairs.",
    ],
)
def test_a_part_is_counted_once_and_is_of_the_service_before_it(
    suggest: Callable[..., Review], told: str
) -> None:
    review = suggest(
        f"Ther ex 24 min: SLR, bridges. {told} A. Poe, PT, DPT", payer="medicare", discipline="PT"
    )

    assert [(s.code, s.units, s.modifiers) for s in review.suggestions][:2] == [
        ("97110", 1, ("GP", "CQ")),
        ("97110", 1, ("GP",)),
    ]
    assert all("CQ" not in s.modifiers for s in review.suggestions if s.code == "97116")


def test_help_for_a_part_of_the_minutes_is_the_therapist_s(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "Ther ex 24 min: quads, sit to stand, PTA assisted with guarding for 10 of the 24 min. A. Poe, PT",
        payer="medicare",
        discipline="PT",
    )

    assert lines(review) == {"97110": (2, ("GP",))}
    assert "supervision" in kinds(review)


def test_a_part_of_no_service_s_minutes_is_told_and_marks_nothing(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "Ther ex 24 min: quads, sit to stand. PTA Cole did 20 of the 45 min. A. Poe, PT",
        payer="medicare",
        discipline="PT",
    )

    assert lines(review) == {"97110": (2, ("GP",))}
    assert "supervision" in kinds(review)


def test_overlapping_clock_times_leave_the_units_open(suggest: Callable[..., Review]) -> None:
    review = suggest("TE 9:00-9:30: SLR. MT R knee 9:20-9:45.", payer="medicare", discipline="PT")

    assert [s.units for s in review.suggestions] == [None, None]
    assert "overlap" in kinds(review)


def test_a_service_below_its_first_unit_is_refused_not_suggested_with_none(
    suggest: Callable[..., Review],
) -> None:
    review = suggest("Cognitive training 5 min: attention tasks.", payer="medicare", discipline="SLP")

    assert not review.suggestions
    assert reasons(review) == {"97129": "below_minimum"}


@pytest.mark.parametrize(
    "note",
    [
        "TE 15 min quad sets R knee. Balance normal. Strength 5/5 all planes. Full ROM.",
        "TE 15 min quad sets.\nPlan: gait training next visit.",
        "[x] TE 15 min quad sets  [ ] Gait training ___ min",
    ],
)
def test_a_normal_finding_a_plan_or_a_service_s_name_is_no_deficit(
    suggest: Callable[..., Review], note: str
) -> None:
    line = suggest(note, payer="medicare", discipline="PT").suggestions[0]

    assert "97110.deficit" in {g.element for g in line.missing}


def test_the_words_that_set_services_apart_do_not_count_when_denied(suggest: Callable[..., Review]) -> None:
    note = "MT 15 min R knee mobs. Theract 15 min stairs. Not a separate session."

    review = suggest(note, payer="medicare", discipline="PT")

    assert all("59" not in s.modifiers for s in review.suggestions)


@pytest.mark.parametrize(
    "opening", ["No show fee discussed.", "Telephone number updated.", "Referring physician: A. Smith, MD"]
)
def test_words_of_the_office_do_not_undo_a_visit(suggest: Callable[..., Review], opening: str) -> None:
    review = suggest(f"{opening}\nTE 20 min SLR 3x10.", payer="medicare", discipline="PT")

    assert lines(review) == {"97110": (1, ("GP",))}


def test_two_services_of_one_statement_of_minutes_have_none_of_their_own(
    suggest: Callable[..., Review],
) -> None:
    review = suggest("30 min: gait training and ADL training.", payer="medicare", discipline="PT")

    assert [s.units for s in review.suggestions] == [None, None]


def test_rest_inside_the_minutes_is_not_counted(suggest: Callable[..., Review]) -> None:
    review = suggest("TE 30 min including 10 min rest breaks: SLR.", payer="medicare", discipline="PT")

    assert lines(review) == {"97110": (1, ("GP",))}


def test_a_total_that_closes_a_list_of_exercises_is_the_service_s_own(suggest: Callable[..., Review]) -> None:
    note = (
        "UBE 5 min warm up then wrist ext 3x15, hammer pronation 2x12 - 20 min total w/ cues.\n"
        "Friction to common extensor origin 10 min, radial head mobs gr III 5 min.\nIn 1:00 out 2:02."
    )

    review = suggest(note, payer="medicare", discipline="PT")

    assert lines(review) == {"97110": (1, ("GP",)), "97140": (1, ("GP",))}
    assert review.encounter.total_minutes == 62


def test_any_stated_time_that_cannot_hold_the_timed_minutes_is_a_conflict(
    suggest: Callable[..., Review],
) -> None:
    note = "TE 30 min: SLR.\nMT R knee 15 min: mobs.\nTotal treatment time 20 min. In 1:00 out 2:02."

    assert "time_conflict" in kinds(suggest(note, payer="medicare", discipline="PT"))


def test_the_sacroiliac_joint_is_a_spinal_region(suggest: Callable[..., Review]) -> None:
    review = suggest("Chiro. Diversified adj L4, T6, R SI.", payer="medicare", discipline="DC")

    assert "98941" in lines(review)


def test_a_stated_total_that_differs_is_told_even_where_the_units_are_the_same(
    suggest: Callable[..., Review],
) -> None:
    text = "TE 23 min: SLR. MT R knee 15 min: grade III mobs. Gait training 10 min with cues. Timed 38 min, total 53 min."
    review = suggest(text, payer="medicare", discipline="PT")
    told = [w for w in review.warnings if w.kind == "units"]

    assert [(w.level, w.message[:88]) for w in told] == [
        ("info", "The timed services add up to 48 minutes; the note states a timed total of 38. The units ")
    ]
    assert sum(line.units or 0 for line in review.suggestions) == 3


@pytest.mark.parametrize(
    "words",
    [
        "PTA Ruiz helped with the sling",
        "with the assistance of a PTA",
        "PTA was present to spot, PTA spotting throughout",
        "physical therapy assistant stood by",
    ],
)
@pytest.mark.parametrize("payer", [None, "medicare"])
def test_an_assistant_who_helps_gives_no_minutes_and_is_asked_about(
    suggest: Callable[..., Review], words: str, payer: str | None
) -> None:
    note = f"PT visit note.\nO: Gait training 30 min on stairs, {words}.\nA: Steadier.\nL. Ortiz, PT"
    review = suggest(note, payer=payer, discipline="PT")

    assert "CQ" not in review.suggestions[0].modifiers
    assert "supervision" in kinds(review)
    gap = next(g for g in review.missing if g.element == "note.assistant")
    assert gap.verdict == "cannot_tell"


@pytest.mark.parametrize("words", ["by the PTA", "PTA gave min assist"])
def test_an_assistant_who_treats_has_the_minutes(suggest: Callable[..., Review], words: str) -> None:
    note = f"PT visit note.\nO: Gait training 30 min on stairs, {words}.\nA: Steadier.\nL. Ortiz, PT"
    review = suggest(note, payer="medicare", discipline="PT")

    assert review.suggestions[0].modifiers == ("GP", "CQ")
    assert "supervision" not in kinds(review)


def test_help_named_beside_the_signature_does_not_make_it_the_assistants_visit(
    suggest: Callable[..., Review],
) -> None:
    note = "PT visit note.\nO: Gait training 30 min on stairs.\nPTA assisted. L. Ortiz, PT"
    mine = "PT visit note.\nO: Gait training 30 min on stairs, PTA assisted pt at the rail.\nL. Ortiz, PTA"

    assert suggest(note, payer="medicare", discipline="PT").suggestions[0].modifiers == ("GP",)
    assert suggest(mine, payer="medicare", discipline="PT").suggestions[0].modifiers == ("GP", "CQ")


@pytest.mark.parametrize("told", ["COTA J. Marsh did the coin work.", "Of the 16 min 12 min by COTA."])
def test_an_assistant_s_part_whose_minutes_are_not_read_is_never_passed_over(
    suggest: Callable[..., Review], told: str
) -> None:
    text = (
        f"OT daily note.\nO: Therapeutic activities 16 min: jars, buttons, coins, vc for pinch. No splinting today. {told}\n"
        "A: grip R 38 lb, was 31. Buttoned a shirt in 1:50.\nP: add putty next visit.\nTotal tx 16 min.\nK. Bay, OTR/L"
    )

    review = suggest(text, payer="medicare", discipline="OT")

    assert [w.kind for w in review.warnings].count("supervision") == 1
    assert not {"CO", "CQ"} & {m for line in review.suggestions for m in line.modifiers}
