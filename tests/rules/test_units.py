"""Timed units: the printed table, worked examples under both methods, and both against brute force."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citecoder.errors import InputError
from citecoder.rules.units import (
    allocate,
    allocate_midpoint,
    allocate_total_time,
    allowed_allocations,
    total_units,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from citecoder.model import Method
    from citecoder.rules.units import Allocation, KeyedMinutes

Day = list[tuple[str, int]]
Units = tuple[int, ...]

# Minutes from, minutes to, units: the published table, row by row.
TABLE = [
    (1, 7, 0), (8, 22, 1), (23, 37, 2), (38, 52, 3), (53, 67, 4),
    (68, 82, 5), (83, 97, 6), (98, 112, 7), (113, 127, 8),
]  # fmt: skip

# Minutes in note order, units by total time, the tie if there is one, units by midpoint.
WORKED = [
    ([("97112", 24), ("97110", 23)], (2, 1), (), (2, 2)),
    ([("97110", 20), ("97140", 20)], (2, 1), (("97110", "97140"),), (1, 1)),
    ([("97110", 33), ("97140", 7)], (2, 1), (), (2, 0)),
    ([("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8)], (1, 1, 1, 0), (), (1, 1, 1, 1)),
    ([("97110", 7), ("97140", 7), ("97112", 7)], (1, 0, 0), (("97110", "97140", "97112"),), (0, 0, 0)),
    ([("97110", 10), ("97140", 10)], (1, 0), (("97110", "97140"),), (1, 1)),
    ([("97110", 8), ("97140", 8)], (1, 0), (("97110", "97140"),), (1, 1)),
    ([("97110", 22), ("97140", 8)], (1, 1), (), (1, 1)),
    ([("97110", 22), ("97140", 22), ("97112", 8)], (1, 1, 1), (), (1, 1, 1)),
    ([("97110", 30), ("97140", 8)], (2, 1), (), (2, 1)),
    ([("97110", 12), ("97140", 12), ("97112", 12)], (1, 1, 0), (("97110", "97140", "97112"),), (1, 1, 1)),
    ([("97110", 5), ("97140", 5)], (1, 0), (("97110", "97140"),), (0, 0)),
    ([("97110", 15), ("97140", 7)], (1, 0), (), (1, 0)),
    ([("97530", 16), ("97110", 16), ("97140", 6)], (1, 1, 1), (), (1, 1, 0)),
]


def name(minutes: Day) -> str:
    return " ".join(f"{key}={own}" for key, own in minutes)


WORKED_IDS = [name(row[0]) for row in WORKED]


def units_of(allocation: Allocation) -> Units:
    return tuple(count for _, count in allocation.units)


@pytest.mark.parametrize(("low", "high", "units"), TABLE, ids=[f"{low}-{high}" for low, high, _ in TABLE])
def test_every_minute_of_a_table_row_gives_its_units(low: int, high: int, units: int) -> None:
    assert {total_units(minutes) for minutes in range(low, high + 1)} == {units}


def test_no_minutes_give_no_unit() -> None:
    assert total_units(0) == 0


@pytest.mark.parametrize(("minutes", "units", "ties", "_midpoint"), WORKED, ids=WORKED_IDS)
def test_worked_example_by_total_time(
    minutes: Day, units: Units, ties: tuple[tuple[str, ...], ...], _midpoint: Units
) -> None:
    allocation = allocate_total_time(minutes)
    assert units_of(allocation) == units
    assert allocation.ties == ties
    assert allocation.total_units == sum(units) == total_units(allocation.total_minutes)


@pytest.mark.parametrize(("minutes", "_units", "_ties", "midpoint"), WORKED, ids=WORKED_IDS)
def test_worked_example_by_midpoint(
    minutes: Day, _units: Units, _ties: tuple[tuple[str, ...], ...], midpoint: Units
) -> None:
    allocation = allocate_midpoint(minutes)
    assert units_of(allocation) == midpoint
    assert allocation.ties == ()
    assert allocation.total_units == sum(midpoint)


def test_a_tie_goes_to_whichever_service_is_first_in_the_note() -> None:
    assert allocate_total_time([("97140", 20), ("97110", 20)]).of("97140") == 2
    assert allocate_total_time([("97110", 20), ("97140", 20)]).of("97110") == 2


def test_a_tie_allows_every_choice_among_the_tied() -> None:
    assert allowed_allocations(WORKED[10][0]) == {(1, 1, 0), (1, 0, 1), (0, 1, 1)}


def test_total_time_explains_its_arithmetic() -> None:
    said = allocate_total_time([("97110", 33), ("97140", 7)]).explanation
    assert said == (
        "40 timed minutes → 3 units (38–52); 97110: 2 full 15s, 3 left; 97140: 0 full 15s, 7 left; "
        "1 further unit by largest leftover: 97140"
    )


def test_a_tie_is_said_aloud() -> None:
    said = allocate_total_time([("97110", 5), ("97140", 5)]).explanation
    assert "97110, 97140 tie at 5 left for 1 unit: 97110, named first, is shown with it" in said


def test_midpoint_explains_each_code() -> None:
    said = allocate_midpoint([("97110", 33), ("97140", 7)]).explanation
    assert "97110: 33 minutes → 2 units (23–37)" in said
    assert "97140: 7 minutes → 0 units (under 8)" in said


@pytest.mark.parametrize("method", ["medicare_total_time", "midpoint"])
def test_no_timed_service_is_an_answer(method: Method) -> None:
    allocation = allocate([], method)
    assert (allocation.units, allocation.total_units, allocation.method) == ((), 0, method)


@pytest.mark.parametrize("rule", [allocate_total_time, allocate_midpoint, allowed_allocations])
@pytest.mark.parametrize(
    "minutes", [[("97110", 5), ("97110", 9)], [("97110", -1)]], ids=["twice", "negative"]
)
def test_minutes_that_make_no_sense_are_refused_by_name(
    rule: Callable[[KeyedMinutes], object], minutes: Day
) -> None:
    with pytest.raises(InputError, match="97110") as caught:
        rule(minutes)
    assert caught.value.field == "minutes"


def test_negative_total_is_refused() -> None:
    with pytest.raises(InputError):
        total_units(-1)


def test_a_key_that_was_not_there_has_no_units() -> None:
    assert allocate_total_time([("97110", 15)]).of("97140") == 0


# --- against brute force -------------------------------------------------------------------------

days = st.lists(st.integers(0, 64), max_size=5).map(
    lambda own: [(f"service {i}", m) for i, m in enumerate(own)]
)


def units_of_day(total: int) -> int:
    """The table as a definition: u units are 15u-7 to 15u+7 minutes, and a unit needs 8."""
    return next(u for u in range(total // 15 + 2) if total <= 15 * u + 7)


def every_vector(minutes: Day) -> list[Units]:
    """All ways to share the day's units out that give each service its full 15s."""
    own = [m for _, m in minutes]
    day = units_of_day(sum(own))
    spare = day - sum(m // 15 for m in own)
    choices = [range(m // 15, m // 15 + spare + 1) for m in own]
    return [vector for vector in product(*choices) if sum(vector) == day]


def best_covered(minutes: Day) -> set[Units]:
    """The vectors whose units cover the most minutes that were really given."""
    covered = {
        v: sum(min(15 * u, m) for u, (_, m) in zip(v, minutes, strict=True)) for v in every_vector(minutes)
    }
    return {vector for vector, cover in covered.items() if cover == max(covered.values())}


def never_passed_over(minutes: Day) -> set[Units]:
    """The vectors in which no service left out has more minutes left than one that was given a unit for its rest."""
    fair = set()
    for vector in every_vector(minutes):
        extra = [u - m // 15 for u, (_, m) in zip(vector, minutes, strict=True)]
        left = [m % 15 for _, m in minutes]
        given_one = [own for own, more in zip(left, extra, strict=True) if more]
        left_out = [own for own, more in zip(left, extra, strict=True) if not more]
        if max(extra, default=0) <= 1 and min(given_one, default=15) >= max(left_out, default=0):
            fair.add(vector)
    return fair


@given(days)
def test_total_time_allows_exactly_what_brute_force_allows(minutes: Day) -> None:
    assert allowed_allocations(minutes) == best_covered(minutes) == never_passed_over(minutes)


@given(days)
def test_total_time_takes_the_allowed_way_that_favours_the_note_order(minutes: Day) -> None:
    allocation, allowed = allocate_total_time(minutes), allowed_allocations(minutes)
    assert units_of(allocation) == max(allowed)
    assert bool(allocation.ties) == (len(allowed) > 1)
    assert allocation.total_units == sum(units_of(allocation)) == units_of_day(allocation.total_minutes)


@given(days)
def test_tied_services_are_those_that_differ_between_allowed_ways(minutes: Day) -> None:
    columns = zip(*allowed_allocations(minutes), strict=True)
    differ = tuple(key for (key, _), column in zip(minutes, columns, strict=True) if len(set(column)) > 1)
    assert allocate_total_time(minutes).ties == ((differ,) if differ else ())


@given(days)
def test_midpoint_counts_the_thresholds_that_each_code_reaches(minutes: Day) -> None:
    thresholds = [15 * (n - 1) + 8 for n in range(1, 10)]
    reached = tuple(sum(m >= least for least in thresholds) for _, m in minutes)
    assert units_of(allocate_midpoint(minutes)) == reached
