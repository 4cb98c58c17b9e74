"""Minutes go to the service that they stand beside; stated totals choose where it is open."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from citecoder.model import Note


def _minutes(note: Note) -> dict[str, int | None]:
    return {s.concept: s.minutes for s in note.services if s.status == "performed"}


def test_minutes_of_work_that_is_told_at_length_stay_with_it(read_note: Callable[..., Note]) -> None:
    text = "Manual therapy to the neck 15 min.\nThen put her winter coat on and reached the upper plates off the second kitchen shelf, 9 min."
    assert _minutes(read_note(text))["manual_therapy"] == 15


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "TE 20 min: SLR, bridges. MT 15 min: patellar mobs.",
            {"therapeutic_exercise": 20, "manual_therapy": 15},
        ),
        ("20 min TE, 15 min MT", {"therapeutic_exercise": 20, "manual_therapy": 15}),
        ("TE 20, MT 15, GT 10", {"therapeutic_exercise": 20, "manual_therapy": 15, "gait_training": 10}),
        (
            "We did twenty minutes of therapeutic exercise, then fifteen minutes of manual therapy to the neck.",
            {"therapeutic_exercise": 20, "manual_therapy": 15},
        ),
        (
            "Therapeutic exercise - 25 min\n- quad sets 3x10\n- SLR 3x10\nManual therapy - 15 min\n- grade III mobs R knee",
            {"therapeutic_exercise": 25, "manual_therapy": 15},
        ),
        (
            "| Intervention | Minutes |\n| Therapeutic exercise: bridges | 23 |\n| Gait training with cane | 12 |",
            {"therapeutic_exercise": 23, "gait_training": 12},
        ),
        (
            "0900-0915 gait training. 0915-0930 therapeutic exercise.",
            {"gait_training": 15, "therapeutic_exercise": 15},
        ),
        ("bike, HS curls, leg press 3x10 - 15 min", {"therapeutic_exercise": 15}),
        ("TE and MT 30 min", {"therapeutic_exercise": None, "manual_therapy": None}),
        ("Manual therapy R knee. 15 minutes.", {"manual_therapy": 15}),
        (
            "THERAPUTIC EXERSISE 20 MINS PULLEYS MANUEL THERAPY 10 MINS GLIDES",
            {"therapeutic_exercise": 20, "manual_therapy": 10},
        ),
    ],
)
def test_minutes_are_linked(
    read_note: Callable[..., Note], text: str, expected: dict[str, int | None]
) -> None:
    assert _minutes(read_note(text, discipline="PT")) == expected


def test_a_summary_repeats_and_does_not_add(read_note: Callable[..., Note]) -> None:
    note = read_note(
        "Manual: suboccipital release, UPA C2-3 x 18 min. MT 18 min. Total tx time 18 min.", discipline="PT"
    )

    assert _minutes(note) == {"manual_therapy": 18}


def test_a_stated_total_chooses_to_add(read_note: Callable[..., Note]) -> None:
    text = "TE 10 min bike. MT 15 min knee mobs. TE 10 min. Total timed 35 min."

    assert _minutes(read_note(text, discipline="PT")) == {"therapeutic_exercise": 20, "manual_therapy": 15}


def test_without_that_total_the_same_words_count_once(read_note: Callable[..., Note]) -> None:
    text = "TE 10 min bike. MT 15 min knee mobs. TE 10 min. Total timed 25 min."

    assert _minutes(read_note(text, discipline="PT")) == {"therapeutic_exercise": 10, "manual_therapy": 15}


def test_an_addendum_replaces_what_it_corrects(read_note: Callable[..., Note]) -> None:
    text = (
        "TE 15 min: bike. MT 10 min: patellar mobs. Timed 25 / total 25.\n"
        "ADDENDUM: TE entered in error, correct TE time 25 min. Total timed 35."
    )

    note = read_note(text, discipline="PT")

    assert _minutes(note) == {"therapeutic_exercise": 25, "manual_therapy": 10}
    assert note.stated_timed is not None
    assert note.stated_timed.value == 35


def test_a_flowsheet_gives_only_the_column_of_the_visit(read_note: Callable[..., Note]) -> None:
    text = "EX\tsets\t11/2\t11/9\nBike\t8'\tx\tx\nUS 3MHz\t8'\tx\t-\n11/9: direct TE time 22'."

    note = read_note(text, discipline="PT")

    assert _minutes(note) == {"therapeutic_exercise": 22}


def test_every_span_is_verbatim(read_note: Callable[..., Note]) -> None:
    text = "Té 😀 note.\r\nTE 20 min: SLR.\r\nMT 15 min: grade III mobs R knee 😀."
    note = read_note(text, discipline="PT")

    spans = [s for line in note.services for s in (*line.evidence, *line.minute_spans, *line.regions)]

    assert spans
    assert all(text[s.start : s.end] == s.quote for s in spans)


_WORST = [
    " ", "\n", ".", ":", "- ", "9", "|", "(", "10 min ", "15' ", "x15' ", "TE ", "TE 15 min, MT 10 min, ", "MT 10 min\n", "TE; ", "a: ",
    "a|b|c\n", "| TE | 15 | bridges |\n", "body structure ", "exercise ", "theraputic exersise ", "no ", "held ", "97110 ",
    "1/2/2026 ", "2026-01-02 ", "9:00-9:15 ", "time in 9:00 out 9:30 ", "2 patients ", "wife alone w/ me ", "Total timed 25 ",
    "[ ] TE ", "Gait training 10 min with pt. ",
]  # fmt: skip
_LONG_WORDS = ["a", "ab0", "|", "rn", "_", "l1"]


def _took(read_note: Callable[..., Note], text: str) -> float:
    began = time.process_time()
    read_note(text, discipline="PT")
    return time.process_time() - began


@pytest.mark.slow
@pytest.mark.parametrize("piece", _WORST)
def test_a_worst_case_text_is_read_in_time_that_grows_with_its_length(
    read_note: Callable[..., Note], piece: str
) -> None:
    short, long = ((piece * size)[:size] + "x" for size in (10_000, 60_000))

    took = _took(read_note, short), _took(read_note, long)

    assert took[1] < 10
    assert (
        took[1] < 6 * 2 * took[0] + 0.5
    )  # six times the text; its square would take thirty-six times as long


@pytest.mark.parametrize(
    "piece", ["TE 15 min, MT 10 min, ", "9:00-9:15 ", "1/2/2026 ", "|", "2 patients ", "[ ] TE "]
)
def test_a_list_without_end_is_read_soon(read_note: Callable[..., Note], piece: str) -> None:
    assert _took(read_note, (piece * 8_000)[:8_000]) < 3


@pytest.mark.parametrize("piece", _LONG_WORDS)
def test_a_word_without_end_in_a_scanned_note_is_read_soon(
    read_note: Callable[..., Note], piece: str
) -> None:
    text = "l5 rnin sh0ulder I0 sh0ulder l5 " + (piece * 20_000)[:20_000] + "9"

    assert _took(read_note, text) < 3


def test_a_sentence_without_end_keeps_its_minutes(read_note: Callable[..., Note]) -> None:
    text = "TE 15 min with " + "pt. and " * 600 + "then manual therapy 12 min"

    assert _minutes(read_note(text, discipline="PT")) == {"therapeutic_exercise": 15, "manual_therapy": 12}


def test_the_hours_of_a_test_hold_its_report(read_note: Callable[..., Note]) -> None:
    """Source: cms-pfs-2026/aphasia-cognitive-tests."""
    note = read_note(
        "The Western Aphasia Battery was administered today, 10:00 to 11:20. "
        "Scoring, interpretation and the report took another 45 minutes.",
        discipline="SLP",
    )
    assert _minutes(note)["aphasia_test"] == 125
