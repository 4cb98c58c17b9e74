"""The assistant modifier: the worked cases 1-8 and what holds for any minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citecoder.errors import InputError
from citecoder.rules.assistants import assistant_lines, split_assistant, split_evaluation, split_untimed
from citecoder.rules.units import allocate

if TYPE_CHECKING:
    from citecoder.model import Method

# All minutes, the assistant's among them, then (code, units, modifiers) of each line.
WORKED = {
    "1 full 15 of the assistant and a therapist's final unit": (
        [("97110", 36), ("97140", 30)], {"97110": 23},
        [("97110", 1, ("CQ",)), ("97110", 1, ()), ("97140", 2, ())],
    ),
    "2 therapist under 8 of the only unit": ([("97110", 15)], {"97110": 10}, [("97110", 1, ("CQ",))]),
    "3 therapist has 8 of the only unit": ([("97110", 15)], {"97110": 7}, [("97110", 1, ())]),
    "4 two units remain": ([("97110", 25)], {"97110": 13}, [("97110", 1, ("CQ",)), ("97110", 1, ())]),
    "5 assistant under a tenth": ([("97140", 15)], {"97140": 1}, [("97140", 1, ())]),
    "6 assistant over a tenth but therapist has 8": ([("97140", 15)], {"97140": 2}, [("97140", 1, ())]),
}  # fmt: skip


@pytest.mark.parametrize("method", ["medicare_total_time", "midpoint"])
@pytest.mark.parametrize(("minutes", "helped", "lines"), WORKED.values(), ids=WORKED.keys())
def test_worked_case(
    minutes: list[tuple[str, int]],
    helped: dict[str, int],
    lines: list[tuple[str, int, tuple[str, ...]]],
    method: Method,
) -> None:
    found = assistant_lines(minutes, helped, method)
    assert [(line.key, line.units, line.modifiers) for line in found] == lines


def test_worked_case_7_untimed_group_goes_by_share_of_all_minutes() -> None:
    split = split_untimed(1, therapist=30, assistant=4)
    assert (split.with_modifier, split.without) == (1, 0)
    assert "4 of 34 minutes (11.8%)" in split.explanation


@pytest.mark.parametrize("assistant", [0, 5, 40])
def test_worked_case_8_an_evaluation_never_carries_the_modifier(assistant: int) -> None:
    split = split_evaluation(1, therapist=30, assistant=assistant)
    assert (split.with_modifier, split.without, split.disallowed_minutes) == (0, 1, assistant)


def test_an_evaluation_by_the_assistant_alone_gives_no_unit() -> None:
    assert split_evaluation(1, therapist=0, assistant=40).without == 0


def test_exactly_a_tenth_of_an_untimed_service_does_not_trigger() -> None:
    assert split_untimed(1, therapist=27, assistant=3).with_modifier == 0
    assert split_untimed(1, therapist=26, assistant=3).with_modifier == 1


def test_minutes_given_together_are_the_therapists() -> None:
    assert split_assistant(1, therapist=0, assistant=7, together=8).with_modifier == 0
    assert split_untimed(1, therapist=0, assistant=3, together=27).with_modifier == 0


@pytest.mark.parametrize(("therapist", "assistant"), [(9, 14), (14, 9), (12, 12), (14, 14), (12, 11)])
def test_two_remaining_units_are_shared_one_and_one(therapist: int, assistant: int) -> None:
    split = split_assistant(2, therapist, assistant)
    assert (split.with_modifier, split.without) == (1, 1)


@pytest.mark.parametrize(
    ("units", "therapist", "assistant", "with_modifier"),
    [(2, 22, 8, 1), (2, 23, 7, 0), (2, 7, 23, 2), (3, 30, 8, 1), (1, 7, 1, 1), (1, 0, 8, 1), (1, 8, 0, 0)],
)
def test_the_final_unit_goes_by_eight_minutes_then_by_a_tenth(
    units: int, therapist: int, assistant: int, with_modifier: int
) -> None:
    assert split_assistant(units, therapist, assistant).with_modifier == with_modifier


def test_two_services_by_two_people_keep_their_own_units() -> None:
    lines = assistant_lines([("97110", 22), ("97140", 23)], {"97110": 22}, "medicare_total_time")
    assert [(line.key, line.units, line.modifiers) for line in lines] == [
        ("97110", 1, ("CQ",)),
        ("97140", 2, ()),
    ]


def test_a_rest_under_eight_that_the_therapist_gave_alone_carries_no_modifier() -> None:
    lines = assistant_lines([("97110", 20), ("97140", 20)], {"97140": 20}, "medicare_total_time")
    assert [(line.key, line.units, line.modifiers) for line in lines] == [
        ("97110", 2, ()),
        ("97140", 1, ("CQ",)),
    ]


def test_two_units_left_by_pooling_with_few_minutes_are_shared_one_and_one() -> None:
    pooled = [("97110", 16), *((f"service {i}", 16) for i in range(7))]
    lines = assistant_lines(pooled, {"97110": 6}, "medicare_total_time")
    assert [(line.units, line.modifiers) for line in lines if line.key == "97110"] == [(1, ("CQ",)), (1, ())]


def test_occupational_therapy_carries_its_own_modifier() -> None:
    lines = assistant_lines([("97530", 15)], {"97530": 15}, "medicare_total_time", modifier="CO")
    assert lines[0].modifiers == ("CO",)


def test_a_service_without_units_gives_no_line() -> None:
    lines = assistant_lines([("97110", 30), ("97035", 5)], {"97035": 5}, "medicare_total_time")
    assert [line.key for line in lines] == ["97110"]


@pytest.mark.parametrize("units", [0, 3])
def test_units_that_the_minutes_cannot_give_are_refused(units: int) -> None:
    with pytest.raises(InputError, match="can't come of"):
        split_assistant(units, 15, 8)


@pytest.mark.parametrize("helped", [{"97140": 5}, {"97110": 16}, {"97110": -1}])
def test_assistant_minutes_outside_the_service_are_refused_by_name(helped: dict[str, int]) -> None:
    with pytest.raises(InputError, match=next(iter(helped))) as caught:
        assistant_lines([("97110", 15)], helped, "medicare_total_time")
    assert caught.value.field == "assistant_minutes"


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(InputError):
        split_untimed(1, -1, 4)


shares = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4)
methods = st.sampled_from(["medicare_total_time", "midpoint"])


@given(shares, methods)
def test_lines_add_up_and_full_fifteens_stay_with_whoever_gave_them(
    people: list[tuple[int, int]], method: Method
) -> None:
    minutes = [(f"service {i}", therapist + assistant) for i, (therapist, assistant) in enumerate(people)]
    helped = {f"service {i}": assistant for i, (_, assistant) in enumerate(people)}
    lines = assistant_lines(minutes, helped, method)
    units = allocate(minutes, method)
    for i, (therapist, assistant) in enumerate(people):
        mine = [line for line in lines if line.key == f"service {i}"]
        marked = sum(line.units for line in mine if line.modifiers)
        plain = sum(line.units for line in mine if not line.modifiers)
        assert marked + plain == units.of(f"service {i}")
        assert marked >= assistant // 15
        assert plain >= therapist // 15
        assert assistant or not marked
        assert therapist or not plain


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_minute_moved_to_the_assistant_never_takes_a_modifier_away(therapist: int, assistant: int) -> None:
    units = (therapist + assistant + 7) // 15
    more = split_assistant(units, therapist, assistant)
    less = split_assistant(units, therapist + 1, assistant - 1)
    assert less.with_modifier <= more.with_modifier
