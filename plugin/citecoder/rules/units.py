"""Timed units by both methods: minutes of each service in, units of each service out.

Knows minutes and arithmetic only, never codes, payers or prices. Two methods, told apart by their
arithmetic because their nicknames are used for either:

* total time (Medicare and payers that copy it): the day's timed minutes are summed, the sum gives the
  number of units, and the units go to the services by full 15s and then by largest leftover.
  Source: Pub 100-04 ch.5 §20.2, read as quoted by others (passages of ``cms-cpm-5``).
* midpoint: each service alone; its nth unit needs 15(n-1)+8 minutes (passages of ``midpoint-method``).

Services whose unit is not 15 minutes are in ``blocks.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.model import Method

UNIT = 15
"""Minutes in a timed unit."""

LEAST = 8
"""Minutes that earn a unit: more than half of 15."""

KeyedMinutes = Sequence[tuple[str, int]]
"""Minutes of each timed service as (key, minutes), in the order of the note, each key once."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units of one day's timed services.

    Attributes:
        method: the rule that was used.
        units: (key, units) in the order given; a service that earns nothing stands with 0.
        total_units: the units of all services together.
        total_minutes: the timed minutes of all services together.
        ties: groups of keys with equal leftovers where the rule leaves the last unit(s) to the
            clinician; the keys first in the note were given them.
        explanation: the arithmetic in words.
    """

    method: Method
    units: tuple[tuple[str, int], ...]
    total_units: int
    total_minutes: int
    ties: tuple[tuple[str, ...], ...]
    explanation: str

    def of(self, key: str) -> int:
        """Return the units of one service; 0 for a key that was not there."""
        return dict(self.units).get(key, 0)


class _Contest(NamedTuple):
    """Who gets the units beyond the full 15s, as positions in the note."""

    sure: tuple[int, ...]  # larger leftovers: they get one in any case
    tied: tuple[int, ...]  # equal leftovers, more of them than units
    share: int  # units for the tied ones


def total_units(minutes_total: int) -> int:
    """Return the timed units that a day's timed minutes carry: floor((m + 7) / 15), 0 below 8.

    Args:
        minutes_total: whole minutes, 0 or more.

    Raises:
        InputError: the minutes are negative.

    Source: the minutes table of Pub 100-04 ch.5 §20.2 (``cms-cpm-5/units-table``).
    """
    if minutes_total < 0:
        raise InputError(f"Minutes can't be negative: {minutes_total}. Give whole minutes.", "minutes")
    return (minutes_total + UNIT - LEAST) // UNIT


def allocate(minutes: KeyedMinutes, method: Method) -> Allocation:
    """Return the units of each service by the method named."""
    by_method: dict[Method, Callable[[KeyedMinutes], Allocation]] = {
        "medicare_total_time": allocate_total_time,
        "midpoint": allocate_midpoint,
    }
    return by_method[method](minutes)


def allocate_total_time(minutes: KeyedMinutes) -> Allocation:
    """Share the day's units out by total time.

    One unit for each full 15 minutes of a service; what the day still has goes to the largest leftovers,
    even those under 8; equal leftovers go to the service first in the note and are listed in ``ties``.
    The sum is never above ``total_units`` of the day.

    Args:
        minutes: timed services only, (key, whole minutes) in the order of the note.

    Raises:
        InputError: a key stands twice or minutes are negative.

    Source: Pub 100-04 ch.5 §20.2 (``cms-cpm-5/unit-allocation``, ``cms-cpm-5/equal-leftovers``).
    """
    total = _checked_total(minutes)
    contest = _contest(minutes)
    units = _units_with(minutes, (*contest.sure, *contest.tied[: contest.share]))
    keys = tuple(key for key, _ in minutes)
    return Allocation(
        method="medicare_total_time",
        units=tuple(zip(keys, units, strict=True)),
        total_units=total_units(total),
        total_minutes=total,
        ties=(tuple(keys[i] for i in contest.tied),) if contest.tied else (),
        explanation=_explain_total_time(minutes, contest),
    )


def allocate_midpoint(minutes: KeyedMinutes) -> Allocation:
    """Give each service its own units: the nth unit at 15(n-1)+8 minutes, nothing pooled.

    Args:
        minutes: timed services only, (key, whole minutes) in the order of the note.

    Raises:
        InputError: a key stands twice or minutes are negative.

    Source: payer and association pages (``midpoint-method/code-by-code``, medium confidence).
    """
    total = _checked_total(minutes)
    units = tuple((key, total_units(own)) for key, own in minutes)
    each = "; ".join(f"{key}: {_arrow(own, 'minute')}" for key, own in minutes)
    return Allocation(
        method="midpoint",
        units=units,
        total_units=sum(count for _, count in units),
        total_minutes=total,
        ties=(),
        explanation=f"each code alone, its nth unit at 15(n-1)+8 minutes: {each}"
        if each
        else "no timed minutes",
    )


def allowed_allocations(minutes: KeyedMinutes) -> set[tuple[int, ...]]:
    """Return every way of sharing units out that the total-time rule allows when leftovers tie.

    Each tuple has one number of units for each service, in the order given.

    Raises:
        InputError: a key stands twice or minutes are negative.
    """
    _checked_total(minutes)
    contest = _contest(minutes)
    return {
        _units_with(minutes, (*contest.sure, *chosen)) for chosen in combinations(contest.tied, contest.share)
    }


def units_range(units: int) -> str:
    """Return the timed minutes that carry so many units, as text: ``38-52``."""
    return f"{UNIT * units - 7}–{UNIT * units + 7}" if units else "under 8"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 unit``, ``2 units``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _checked_total(minutes: KeyedMinutes) -> int:
    keys = [key for key, _ in minutes]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InputError(
            f"{', '.join(twice)} stands twice in the minutes. Add its minutes up first.", "minutes"
        )
    below = [key for key, own in minutes if own < 0]
    if below:
        raise InputError(f"Minutes of {', '.join(below)} are negative. Give whole minutes.", "minutes")
    return sum(own for _, own in minutes)


def _contest(minutes: KeyedMinutes) -> _Contest:
    """Rank leftovers for the units beyond the full 15s.

    Leftovers are at most 14 each, so there are always at least as many services with a leftover as there
    are units to share out: nobody gets a second one, and nobody without a leftover gets any.
    """
    left = [own % UNIT for _, own in minutes]
    spare = total_units(sum(own for _, own in minutes)) - sum(own // UNIT for _, own in minutes)
    if spare == 0:
        return _Contest((), (), 0)
    cut = sorted(left, reverse=True)[spare - 1]
    above = tuple(i for i, own in enumerate(left) if own > cut)
    level = tuple(i for i, own in enumerate(left) if own == cut)
    share = spare - len(above)
    return _Contest(above, level, share) if share < len(level) else _Contest((*above, *level), (), 0)


def _units_with(minutes: KeyedMinutes, winners: Sequence[int]) -> tuple[int, ...]:
    return tuple(own // UNIT + (i in winners) for i, (_, own) in enumerate(minutes))


def _arrow(minutes: int, noun: str) -> str:
    units = total_units(minutes)
    return f"{counted(minutes, noun)} → {counted(units, 'unit')} ({units_range(units)})"


def _explain_total_time(minutes: KeyedMinutes, contest: _Contest) -> str:
    each = [f"{key}: {counted(own // UNIT, 'full 15')}, {own % UNIT} left" for key, own in minutes]
    return "; ".join(
        [_arrow(sum(own for _, own in minutes), "timed minute"), *each, *_explain_last(minutes, contest)]
    )


def _explain_last(minutes: KeyedMinutes, contest: _Contest) -> list[str]:
    """Say where the units beyond the full 15s go."""
    names = [key for key, _ in minutes]
    said = []
    if contest.sure:
        winners = ", ".join(names[i] for i in sorted(contest.sure))
        said.append(f"{counted(len(contest.sure), 'further unit')} by largest leftover: {winners}")
    if contest.tied:
        level = ", ".join(names[i] for i in contest.tied)
        first = ", ".join(names[i] for i in contest.tied[: contest.share])
        left = minutes[contest.tied[0]][1] % UNIT
        said.append(
            f"{level} tie at {left} left for {counted(contest.share, 'unit')}: {first}, named first, is shown with it, and the clinician may choose"
        )
    return said
