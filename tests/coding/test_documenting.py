"""Documentation verdicts: what a note shows is not asked for, what it lacks is asked for once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.leading import why_leading
from citecoder.model import Review


def asked(review: Review) -> set[str]:
    """Return the elements that a review asks for, of the visit and of its lines."""
    gaps = [g for s in review.suggestions for g in s.missing] + list(review.missing)
    return {element for g in gaps for element in (g.element, *g.also)}


MANUAL = "PT visit note.\nO: Manual therapy L hip 15 min: long-axis distraction grade III. Hip IR 18.\n{}\nK. Abara, PT"


@pytest.mark.parametrize(
    "told",
    [
        "Hip IR 27 following treatment.",
        "After the mobilizations IR was 26.",
        "IR 27 at the end.",
        "Pain 5 before, 2 after.",
        "Post: IR 27.",
    ],
)
def test_a_measure_taken_after_the_work_tells_the_response(suggest: Callable[..., Review], told: str) -> None:
    assert not {"97140.response", "note.response"} & asked(suggest(MANUAL.format(told), discipline="PT"))


@pytest.mark.parametrize(
    "told",
    [
        "Hip IR 18, 6 weeks after surgery.",
        "Pain 5/10 after walking the dog.",
        "Pain after: ___ /10",
        "P: measure IR after the session, 30 is the aim.",
    ],
)
def test_a_measure_of_another_time_tells_no_response(suggest: Callable[..., Review], told: str) -> None:
    assert "97140.response" in asked(suggest(MANUAL.format(told), discipline="PT"))


def test_what_was_only_seen_is_no_measured_response_to_manual_therapy(
    suggest: Callable[..., Review],
) -> None:
    review = suggest(MANUAL.format("Adductors softer by the end."), discipline="PT")

    assert "97140.response" in asked(review)
    assert "note.response" not in asked(review)


@pytest.mark.parametrize(
    "told", ["named 9 of 12 items correct", "8/10 sentences with a phonemic cue", "65% accuracy"]
)
def test_accuracy_is_told_as_a_share_of_the_trials(suggest: Callable[..., Review], told: str) -> None:
    note = f"SLP visit note.\nO: Language treatment 30 min: verb naming, {told}.\nT. Noor, CCC-SLP"

    assert not {"92507.accuracy", "92507.response"} & asked(suggest(note, discipline="SLP"))


def test_swallows_and_consistencies_tell_of_a_swallowing_treatment(suggest: Callable[..., Review]) -> None:
    note = (
        "SLP visit note.\nO: Swallowing treatment 30 min: supraglottic swallow, nectar-thick juice by spoon. "
        "Two throat clears in ten swallows.\nT. Noor, CCC-SLP"
    )
    bare = "SLP visit note.\nO: Swallowing treatment 30 min: supraglottic swallow.\nT. Noor, CCC-SLP"
    elements = {"92526.diet", "92526.signs", "92526.response"}

    assert not elements & asked(suggest(note, discipline="SLP"))
    assert elements <= asked(suggest(bare, discipline="SLP"))


def test_what_a_patient_showed_tells_how_training_was_taken(suggest: Callable[..., Review]) -> None:
    note = "OT visit note.\nO: ADL training 15 min: one-handed buttoning, {}\nJ. Weld, OTR/L"

    assert "97535.teachback" not in asked(
        suggest(note.format("managed the cuff without help."), discipline="OT")
    )
    assert "97535.teachback" in asked(suggest(note.format("button hook."), discipline="OT"))


@pytest.mark.parametrize(
    ("discipline", "told"),
    [
        ("OT", "Took part in the baking group."),
        ("PT", "Chair yoga class, followed every pose."),
        ("SLP", "Joined a small group; told a joke, waited for the others."),
        ("PT", "Group: marching, heel raises."),
        ("PT", "Group therapy."),
    ],
)
def test_group_work_of_unknown_size_is_asked_about(
    suggest: Callable[..., Review], discipline: str, told: str
) -> None:
    note = f"{discipline} daily note.\nS: Slept well.\nO: {told}\nA: Doing better.\nP: Continue."

    assert {"note.group"} & asked(suggest(note, discipline=discipline))


@pytest.mark.parametrize(
    "told",
    [
        "Declined the balance group today.",
        "Strengthened each muscle group of the hip, 12 min.",
        "Balance group: four patients, 30 min, therapist led.",
        "Lives in a group home. Gait training 15 min.",
    ],
)
def test_no_group_or_one_of_known_size_is_not_asked_about(suggest: Callable[..., Review], told: str) -> None:
    assert "note.group" not in asked(suggest(f"PT daily note.\nO: {told}\nP: Join a class next month."))


GRID = "Personal factors: {}. Examined gait and strength. Stable presentation. Clinical decision making: {}.\nB. Roy, PT"


@pytest.mark.parametrize(
    "written", ["High-complexity PT eval.", "PT evaluation (97163).", "PT eval, complexity: high."]
)
def test_a_tier_that_the_note_writes_and_does_not_bear_out_is_named(
    suggest: Callable[..., Review], written: str
) -> None:
    review = suggest(f"{written}\n{GRID.format('none', 'low complexity')}", discipline="PT")
    line = next(s for s in review.suggestions if s.code == "97161")

    assert line.confidence <= 0.6
    warning = next(w for w in review.warnings if w.kind == "typed_code_unsupported")
    assert "97163" in warning.codes
    assert warning.citations


def test_a_tier_that_the_note_bears_out_and_the_level_of_its_decisions_raise_no_doubt(
    suggest: Callable[..., Review],
) -> None:
    told = suggest(
        f"PT evaluation of low complexity.\n{GRID.format('none', 'low complexity')}", discipline="PT"
    )
    part = suggest(f"PT evaluation.\n{GRID.format('none', 'high complexity')}", discipline="PT")

    for review in (told, part):
        assert review.suggestions[0].code == "97161"
        assert review.suggestions[0].confidence > 0.9
        assert not [w for w in review.warnings if w.kind == "typed_code_unsupported"]


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ("Reviewed the home exercises with her son. Return Friday.", "outside_code_set"),
        ("Went over HEP, then 2x/week.", "outside_code_set"),
        ("HEP review next week.", "planned"),
    ],
)
def test_a_home_programme_that_was_reviewed_is_not_planned(
    suggest: Callable[..., Review], plan: str, reason: str
) -> None:
    review = suggest(f"PT visit note.\nO: Gait training 15 min.\nP: {plan}\nB. Roy, PT", discipline="PT")

    assert [n.reason for n in review.not_coded] == [reason]


SEVERAL = "PT visit note.\nO: Therapeutic exercise 15 min: bridges.\nNeuromuscular re-education 15 min: foam.\nE-stim unattended 10 min.\nB. Roy, PT"


def test_the_response_is_asked_for_once_and_names_the_lines(suggest: Callable[..., Review]) -> None:
    review = suggest(SEVERAL, discipline="PT")
    gaps = [g for s in review.suggestions for g in s.missing] + list(review.missing)
    responses = [g for g in gaps if g.kind == "patient_response"]

    assert [g.id for g in responses] == ["note/note.response"]
    assert responses[0].codes == ("97110", "97112", "97014")
    assert {"97110.response", "97112.response", "97014.response"} == set(responses[0].also)


def test_what_a_line_requires_stays_on_it_and_takes_in_what_asks_the_same(
    suggest: Callable[..., Review],
) -> None:
    note = SEVERAL.replace("E-stim", "Manual therapy hip 15 min: grade III glides.\nE-stim")
    review = suggest(note, discipline="PT")
    gaps = [g for s in review.suggestions for g in s.missing] + list(review.missing)
    responses = [g for g in gaps if g.kind == "patient_response"]
    manual = next(s for s in review.suggestions if s.code == "97140")

    assert [g.id for g in responses] == [f"{manual.id}/97140.response"]
    assert set(responses[0].codes) == {"97140", "97110", "97112", "97014"}
    assert manual.status == "needs_documentation"


def test_several_questions_of_one_kind_about_one_line_are_one(suggest: Callable[..., Review]) -> None:
    review = suggest(
        "PT visit note.\nO: Ultrasound R knee 8 min.\nB. Roy, PT", payer="medicare", discipline="PT"
    )
    settings = [g for g in review.suggestions[0].missing if g.kind == "parameters"]

    assert len(settings) == 1
    assert settings[0].query.count("?") == 1 + len(settings[0].also) == 3
    assert not why_leading(settings[0].query)


def test_ids_of_questions_stay_while_the_note_is_edited_around_them(suggest: Callable[..., Review]) -> None:
    first, later = suggest(SEVERAL, discipline="PT"), suggest(f"Visit 3.\n{SEVERAL}", discipline="PT")

    assert [g.id for g in first.missing] == [g.id for g in later.missing]
