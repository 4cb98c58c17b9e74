"""Untimed services and time blocks other than 15 minutes of the day's pool."""

from __future__ import annotations

import pytest

from citecoder.errors import InputError, KnowledgeError
from citecoder.rules.blocks import base_and_add_on, special_units


@pytest.mark.parametrize("timing", ["untimed", "per_session", "per_day", "unlisted"])
@pytest.mark.parametrize("minutes", [None, 0, 5, 55])
def test_untimed_services_give_one_whatever_the_minutes(timing: str, minutes: int | None) -> None:
    assert special_units(timing, minutes).units == 1


@pytest.mark.parametrize(
    ("timing", "minutes", "units"),
    [
        ("per_hour", 30, 0), ("per_hour", 31, 1), ("per_hour", 90, 1), ("per_hour", 91, 2),
        ("first15", 7, 0), ("first15", 8, 1), ("first15", 50, 1),
        ("add15", 7, 0), ("add15", 8, 1), ("add15", 23, 2),
        ("first30", 15, 0), ("first30", 16, 1), ("first30", 75, 1),
        ("first60", 30, 0), ("first60", 31, 1), ("add30", 15, 0), ("add30", 16, 1), ("add30", 46, 2),
        ("first120", 60, 0), ("first120", 120, 1), ("first120", 200, 1),
        ("add60", 30, 0), ("add60", 60, 1), ("add60", 90, 1), ("add60", 120, 2),
    ],
)  # fmt: skip
def test_a_block_is_earned_by_more_than_half_of_it(timing: str, minutes: int, units: int) -> None:
    assert special_units(timing, minutes).units == units


@pytest.mark.parametrize(
    ("timing", "minutes"), [("first120", 61), ("first120", 119), ("add60", 31), ("add60", 95)]
)
def test_a_part_block_of_work_hardening_is_left_open_because_payers_differ(timing: str, minutes: int) -> None:
    answer = special_units(timing, minutes)
    assert answer.units is None
    assert "payers differ" in answer.explanation


@pytest.mark.parametrize("timing", ["add20sqcm", "other"])
def test_what_minutes_do_not_decide_is_left_open(timing: str) -> None:
    assert special_units(timing, 25).units is None


@pytest.mark.parametrize("timing", ["first20sqcm", "per_30days", "per_episode", "monthly", "minutes_range"])
def test_a_code_chosen_by_days_or_by_the_whole_time_is_one_line(timing: str) -> None:
    assert special_units(timing, 25).units == 1


@pytest.mark.parametrize(
    ("minutes", "units"), [(19, (0, 0)), (20, (1, 0)), (39, (1, 0)), (40, (1, 1)), (59, (1, 1)), (60, (1, 2))]
)
def test_a_month_of_monitoring_counts_full_blocks_of_twenty(minutes: int, units: tuple[int, int]) -> None:
    first, more = base_and_add_on("first20month", "add20month", minutes)
    assert (first.units, more.units) == units


@pytest.mark.parametrize("timing", ["first15", "per_hour", "first120"])
def test_a_block_without_stated_minutes_is_left_open(timing: str) -> None:
    answer = special_units(timing, None)
    assert answer.units is None
    assert "no minutes are stated" in answer.explanation


@pytest.mark.parametrize("timing", ["per_hour", "add30", "first60"])
def test_logic_that_nobody_was_read_stating_has_low_confidence(timing: str) -> None:
    assert special_units(timing, 60).confidence == "low"


@pytest.mark.parametrize(
    ("base", "add_on", "minutes", "units"),
    [
        ("first15", "add15", 7, (0, 0)), ("first15", "add15", 22, (1, 0)), ("first15", "add15", 38, (1, 2)),
        ("first30", "add15", 15, (0, 0)), ("first30", "add15", 37, (1, 0)), ("first30", "add15", 38, (1, 1)),
        ("first60", "add30", 75, (1, 0)), ("first60", "add30", 76, (1, 1)),
        ("first120", "add60", 120, (1, 0)), ("first120", "add60", 180, (1, 1)), ("first120", "add60", 160, (1, None)),
    ],
)  # fmt: skip
def test_minutes_beyond_the_first_block_go_to_the_add_on(
    base: str, add_on: str, minutes: int, units: tuple[int, int | None]
) -> None:
    first, more = base_and_add_on(base, add_on, minutes)
    assert (first.units, more.units) == units


def test_timed_services_are_sent_to_the_shared_pool() -> None:
    with pytest.raises(KnowledgeError, match=r"timed15.*units\.py"):
        special_units("timed15", 20)


def test_an_unknown_timing_names_the_known_ones() -> None:
    with pytest.raises(KnowledgeError, match=r"fortnight.*per_hour"):
        special_units("fortnight", 20)


def test_an_add_on_is_no_first_block() -> None:
    with pytest.raises(KnowledgeError, match=r"add15.*first15"):
        base_and_add_on("add15", "add15", 20)


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(InputError):
        special_units("untimed", -3)
