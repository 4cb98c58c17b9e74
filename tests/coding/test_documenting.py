"""Documentation verdicts: what a note shows is not asked for, what it lacks is asked for once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.model import Review


def asked(review: Review) -> set[str]:
    """Return the elements that a review asks for, of the visit and of its lines."""
    return {g.element for s in review.suggestions for g in s.missing} | {g.element for g in review.missing}


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
    assert "note.response" not in {g.element for g in review.missing}


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
