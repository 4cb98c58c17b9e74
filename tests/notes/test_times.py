"""Minutes have a role before they have an owner."""

from __future__ import annotations

import pytest

from citecoder.notes.times import find_times, number, with_local_totals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TE 15 min: bike", [(15, "dose")]),
        ("x15' of gait work", [(15, "dose")]),
        ("for twenty-three minutes we did", [(23, "dose")]),
        ("8:05–8:20 manual", [(15, "dose")]),
        ("1015-1038 gait", [(23, "dose")]),
        ("10:50-11:10am ther ex", [(20, "dose")]),
        ("Time in 2:00 Time out 2:45 pm", [(45, "clock")]),
        ("Total timed 38 min, total 53 min", [(38, "timed_total"), (53, "grand_total")]),
        ("Timed 25 / total 45.", [(25, "timed_total"), (45, "grand_total")]),
        ("six-minute walk test 900 ft", [(6, "test")]),
        ("recalled 3 words after a 5-minute delay", [(5, "test")]),
        ("arrived 20 min late", [(20, "other")]),
        ("tolerates standing 15 minutes", [(15, "other")]),
        ("rested 5 min between sets", [(5, "rest")]),
        ("ice 10-15 min prn", [(15, "other")]),
        ("ten minutes, scratch that, make it twelve", [(12, "dose")]),
        ("1 hr 15 min of testing", [(75, "dose")]),
        ("Height is 5'10\".", []),
        ("RBANS total 58, low average.", []),
        ("Attention 82. Total 72, 3rd %ile.", []),
        ("Total 24 = moderate.", []),
        ("Timed 10MWT 8.2 s", []),
        ("pain 5/10, flexion 110 deg", []),
    ],
)
def test_every_statement_of_minutes_gets_its_value_and_role(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert [(t.value, t.role) for t in find_times(text)] == expected


@pytest.mark.parametrize(
    ("words", "value"), [("15", 15), ("forty", 40), ("twenty-two", 22), ("nine", 9), ("lots", None)]
)
def test_numbers_are_read_in_digits_and_words(words: str, value: int | None) -> None:
    assert number(words) == value


def test_times_point_at_their_words() -> None:
    text = "Manual therapy x 15 min, then gait 8:00-8:10."

    for item in find_times(text):
        assert text[item.start : item.end].strip() in ("15 min", "8:00-8:10")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("TE for a quarter of an hour", 15),
        ("three quarters of an hour of TE", 45),
        ("TE 1/2 hour", 30),
        ("TE ½ hr", 30),
        ("an hour and a half of TE", 90),
        ("an hour of TE", 60),
    ],
)
def test_fractions_of_an_hour(text: str, minutes: int) -> None:
    assert [t.value for t in find_times(text)] == [minutes]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (
            "TE 40 min\nUltrasound held today.\nTimed 30 min, total 35 min",
            ["dose", "timed_total", "grand_total"],
        ),
        ("Splint edges rolled, fit checked. 17 min total.\nTendon glides 25 min", ["dose", "dose"]),
        ("US 8 min, ice 10 min, 18 min total\nTherEx 25 min", ["dose", "dose", "other", "dose"]),
        ("TherEx 25 min\nTotal treatment time: 20 min", ["dose", "grand_total"]),
        ("TherEx 25 min\nSeen by both of us, 40 min total", ["dose", "grand_total"]),
    ],
)
def test_a_total_less_than_the_other_lines_is_its_own_line_s(text: str, roles: list[str]) -> None:
    assert [t.role for t in with_local_totals(text, find_times(text))] == roles
