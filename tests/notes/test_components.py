"""Components of an evaluation: as the grids' words name them, and told in plain words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citecoder.app.wiring import Parts
from citecoder.model import Request, Review
from citecoder.notes.components import find_components
from citecoder.notes.learned import UNTRAINED
from citecoder.notes.reader import read
from citecoder.notes.spans import verbatim


def _levels(text: str, discipline: str) -> dict[str, str]:
    """Return what the grids' words alone name."""
    return {c.name: c.level for c in find_components(text, discipline, UNTRAINED)}


def test_all_four_pt_components_are_read() -> None:
    text = "2 personal factors, 3 body structures examined, evolving presentation, moderate complexity decision making."

    assert _levels(text, "PT") == {
        "history": "moderate",
        "exam": "moderate",
        "presentation": "moderate",
        "decision": "moderate",
    }


def test_findings_alone_name_no_component() -> None:
    assert _levels("Diabetes, hypertension. ROM, strength and gait limited.", "PT") == {}


@pytest.mark.parametrize(
    ("count", "level"), [("2", "low"), ("3", "low"), ("4", "moderate"), ("5", "moderate"), ("6", "high")]
)
def test_a_shared_ot_count_is_read_as_the_lower_tier_s(count: str, level: str) -> None:
    assert _levels(f"{count} performance deficits", "OT")["deficits"] == level


@pytest.mark.parametrize("ticked", ["stable", "evolving", "unstable"])
def test_only_what_is_ticked_is_told(ticked: str) -> None:
    boxes = "  ".join(f"[{'x' if o == ticked else ' '}] {o}" for o in ("stable", "evolving", "unstable"))
    wanted = {"stable": "low", "evolving": "moderate", "unstable": "high"}
    found = find_components(f"Presentation: {boxes}", "PT", UNTRAINED)
    assert [(c.name, c.level) for c in found] == [("presentation", wanted[ticked])]
    assert found[0].span.quote in f"Presentation: {boxes}"


@pytest.mark.parametrize(
    ("words", "discipline", "told"),
    [
        ("Gout and COPD, both of which affect the plan.", "PT", ("history", "moderate")),
        ("Three other conditions bear on her care.", "PT", ("history", "high")),
        ("Body structure and function: motion, swelling, endurance.", "PT", ("exam", "moderate")),
        ("Many options were weighed.", "OT", ("decision", "high")),
        (
            "Performance deficits: 1 grip  2 reach  3 dressing  4 writing  5 cooking  6 driving",
            "OT",
            ("deficits", "high"),
        ),
    ],
)
def test_the_grid_s_words_in_other_shapes(words: str, discipline: str, told: tuple[str, str]) -> None:
    assert told in _levels(words, discipline).items()


# Told in plain words; none of these sentences is in the fragments or in the labelled set.
PLAIN = [
    ("Nothing in his medical record has any bearing on rehab.", "PT", ("history", "low")),
    ("We are working on hip strength, stair climbing and returning to choir.", "PT", ("exam", "moderate")),
    ("Everything is healing on schedule, an uncomplicated course.", "PT", ("presentation", "low")),
    (
        "Her picture is evolving: the numbness keeps shifting and has spread since last week.",
        "PT",
        ("presentation", "moderate"),
    ),
    (
        "He is unpredictable, fine one day and unable to stand the next, no pattern.",
        "PT",
        ("presentation", "high"),
    ),
    ("I asked only about the wrist and took a short history.", "OT", ("profile", "low")),
    (
        "Reviewed her hospital records and therapy notes and asked about work and home.",
        "OT",
        ("profile", "moderate"),
    ),
    ("Five problem areas: shaving, cooking, typing, driving and sleeping.", "OT", ("deficits", "moderate")),
    (
        "He finished every test unaided, nothing had to be changed, one obvious treatment.",
        "OT",
        ("decision", "low"),
    ),
    (
        "Each task had to be broken down and done with hand-over-hand help throughout.",
        "OT",
        ("decision", "high"),
    ),
]


@pytest.mark.parametrize(("words", "discipline", "told"), PLAIN)
def test_plain_words_are_understood(parts: Parts, words: str, discipline: str, told: tuple[str, str]) -> None:
    found = find_components(words, discipline, parts.engine.lexicon.reading)
    assert told in [(c.name, c.level) for c in found]
    assert all(verbatim(c.span, words) for c in found)


@pytest.mark.parametrize(
    "words",
    [
        "Goals: patient will climb stairs, walk outdoors and sleep through in eight weeks.",
        "Plan: twice a week for six weeks.",
        "Ultrasound to the elbow, 8 min, skin intact after.",
        "Prior level: independent with all self-care.",
    ],
)
@pytest.mark.parametrize("discipline", ["PT", "OT"])
def test_goals_plans_and_treatment_tell_no_component(parts: Parts, words: str, discipline: str) -> None:
    assert find_components(words, discipline, parts.engine.lexicon.reading) == ()


def test_no_discipline_without_a_grid_has_components(parts: Parts) -> None:
    assert find_components(PLAIN[0][0], "SLP", parts.engine.lexicon.reading) == ()
    assert find_components(PLAIN[0][0], None, parts.engine.lexicon.reading) == ()


def test_components_are_read_in_evaluations_only(parts: Parts) -> None:
    words = "Everything is healing on schedule, an uncomplicated course."
    first = read(Request(f"PT initial evaluation\n{words}", discipline="PT"), parts.engine.lexicon)
    assert [c.name for c in first.components] == ["presentation"]
    daily = read(Request(f"PT daily note\n{words}", discipline="PT"), parts.engine.lexicon)
    assert daily.components == ()


def test_a_component_left_out_keeps_the_tier_low(suggest: Callable[..., Review]) -> None:
    note = (
        "OT initial evaluation\nExtensive review of records. {deficits}\n"
        "Each task had to be broken down and done with hand-over-hand help throughout."
    )
    for deficits, code in (
        ("Seven limits: grip, reach, dressing, cooking, writing, driving, sleep.", "97167"),
        ("", "97165"),
    ):
        review = suggest(note.format(deficits=deficits), discipline="OT", payer="medicare")
        assert [line.code for line in review.suggestions] == [code]
