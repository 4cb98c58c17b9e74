"""Units of services whose unit is not 15 minutes of a shared day total: untimed codes and time blocks.

Knows the ``timing`` names of the code files and minutes, never codes. None as units means that no source
read here settles it: the caller says so and asks, it doesn't guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from citecoder.errors import InputError, KnowledgeError
from citecoder.rules.units import counted

if TYPE_CHECKING:
    from citecoder.model import Confidence


@dataclass(frozen=True, slots=True)
class BlockUnits:
    """Units of one service outside the 15-minute pool, with the arithmetic in words."""

    units: int | None
    explanation: str
    confidence: Confidence


class _Block(NamedTuple):
    minutes: int
    once: bool  # at most one: the first block, longer times go to the add-on
    confidence: Confidence


# A block is earned by more than half of it. Read for the first 15 and 30 and what follows them
# (cms-pfs-2026/cognitive-training, caregiver-training/who-and-when: 16+ minutes, then 8+ more) and for the
# first hour of a test (asha-slp-codes/standardized-cognitive-test: 31+). The same logic is carried to later
# hours and to the device hours of speech codes; nobody was read saying so, hence low.
_MORE_THAN_HALF: dict[str, _Block] = {
    "first15": _Block(15, True, "medium"),
    "add15": _Block(15, False, "medium"),
    "first30": _Block(30, True, "medium"),
    "add30": _Block(30, False, "low"),
    "first60": _Block(60, True, "low"),
    "per_hour": _Block(60, False, "low"),
}

# Work hardening: two hours, then each further hour. Payers differ on part blocks (cms-pfs-2026/work-hardening), so only what every reading gives is given.
_WHOLE_OR_HALF: dict[str, _Block] = {
    "first120": _Block(120, True, "medium"),
    "add60": _Block(60, False, "medium"),
    "per_30min": _Block(30, False, "low"),
}

_ONE_WHATEVER_THE_MINUTES: dict[str, BlockUnits] = {
    "untimed": BlockUnits(1, "untimed: 1 unit whatever the minutes", "high"),
    "per_session": BlockUnits(1, "counted by the session: 1 unit whatever the minutes", "medium"),
    "per_day": BlockUnits(1, "counted by the day: 1 unit whatever the minutes", "medium"),
    # The code is chosen by the whole time, the days with data or the episode; the line is one.
    "minutes_range": BlockUnits(1, "the code is chosen by the whole time: 1 unit", "medium"),
    "per_30days": BlockUnits(1, "counted once in 30 days: 1 unit", "medium"),
    "per_episode": BlockUnits(1, "counted once in an episode: 1 unit", "medium"),
    "monthly": BlockUnits(1, "counted once in a calendar month: 1 unit", "medium"),
    # Any area up to 20 sq cm is the one unit of this code; what goes beyond is its add-on's.
    "first20sqcm": BlockUnits(1, "1 unit for the first 20 sq cm or less", "high"),
    # A line is at least one, and the daily limit of the unlisted therapy codes is one.
    "unlisted": BlockUnits(1, "unlisted: reported once", "low"),
}

# Remote monitoring: each block of a calendar month's minutes has to be full (remote-monitoring/whole-blocks).
_WHOLE: dict[str, _Block] = {
    "first20month": _Block(20, True, "medium"),
    "add20month": _Block(20, False, "medium"),
}
_BLOCKS = _MORE_THAN_HALF | _WHOLE_OR_HALF | _WHOLE

# Counted by wound area, or in a way that no source settles: one visit's minutes don't decide.
_NOT_BY_MINUTES = frozenset({"add20sqcm", "other"})


def special_units(timing: str, minutes: int | None) -> BlockUnits:
    """Return the units of a service that stays outside the 15-minute total.

    Untimed services give 1 whatever the minutes. Blocks are earned by more than half: per-hour tests give 1
    for 31-90 minutes and 2 from 91 (midpoint logic, low confidence).

    Args:
        timing: a ``timing`` of the code files other than ``timed15``.
        minutes: the service's minutes; for an add-on (``add15`` …) those beyond the first block, as
            ``base_and_add_on`` splits them. None is not stated.

    Returns:
        Units, or None where the minutes are unknown or don't settle it, with the reason.

    Raises:
        InputError: the minutes are negative.
        KnowledgeError: the timing is unknown, or is ``timed15``.

    Source: ``cms-cpm-5/untimed-one-unit`` and the passages named beside the tables above.
    """
    if minutes is not None and minutes < 0:
        raise InputError(f"Minutes can't be negative: {minutes}. Give whole minutes.", "minutes")
    if timing in _ONE_WHATEVER_THE_MINUTES:
        return _ONE_WHATEVER_THE_MINUTES[timing]
    if timing in _NOT_BY_MINUTES:
        return BlockUnits(None, "not counted by the minutes of one visit", "medium")
    rule = _rule(timing)
    if minutes is None:
        return BlockUnits(
            None, f"counted in blocks of {rule.minutes} minutes, and no minutes are stated", rule.confidence
        )
    if timing in _WHOLE:
        return _whole(rule, minutes)
    return _more_than_half(rule, minutes) if timing in _MORE_THAN_HALF else _whole_or_half(rule, minutes)


def base_and_add_on(base: str, add_on: str, minutes: int) -> tuple[BlockUnits, BlockUnits]:
    """Share one service's minutes out between its first block and its add-on.

    Args:
        base: the timing of the first block (``first15``, ``first30``, ``first60``, ``first120``, ``first20month``).
        add_on: the timing of the add-on (``add15``, ``add30``, ``add60``, ``add20month``).
        minutes: all minutes of the service.

    Returns:
        The units of the first block and those of the add-on, which counts what lies beyond a full first block.

    Raises:
        InputError: the minutes are negative.
        KnowledgeError: ``base`` is no first block or ``add_on`` no timing.
    """
    rule = _rule(base)
    if not rule.once:
        raise KnowledgeError(f"timing {base!r} is no first block. Use one of {', '.join(_first_blocks())}.")
    return special_units(base, minutes), special_units(add_on, max(0, minutes - rule.minutes))


def _rule(timing: str) -> _Block:
    rule = _BLOCKS.get(timing)
    if rule is None:
        why = "is shared out over the day by units.py" if timing == "timed15" else "isn't known"
        known = sorted({*_BLOCKS, *_ONE_WHATEVER_THE_MINUTES, *_NOT_BY_MINUTES})
        raise KnowledgeError(f"timing {timing!r} {why}. Here stand: {', '.join(known)}.")
    return rule


def _first_blocks() -> list[str]:
    return [name for name, rule in _BLOCKS.items() if rule.once]


def _more_than_half(rule: _Block, minutes: int) -> BlockUnits:
    units = _capped(rule, _earned_by_half(rule, minutes))
    least = rule.minutes // 2 + 1
    text = f"{counted(minutes, 'minute')} → {counted(units, 'unit')} (blocks of {rule.minutes}, each earned from {least} minutes)"
    return BlockUnits(units, text, rule.confidence)


def _whole(rule: _Block, minutes: int) -> BlockUnits:
    units = _capped(rule, minutes // rule.minutes)
    text = f"{counted(minutes, 'minute')} in full blocks of {rule.minutes} → {counted(units, 'unit')}"
    return BlockUnits(units, text, rule.confidence)


def _whole_or_half(rule: _Block, minutes: int) -> BlockUnits:
    """Give what full blocks and more-than-half blocks agree on, else None."""
    full = _capped(rule, minutes // rule.minutes)
    half = _capped(rule, _earned_by_half(rule, minutes))
    text = f"{counted(minutes, 'minute')} in blocks of {rule.minutes}"
    if full == half:
        return BlockUnits(full, f"{text} → {counted(full, 'unit')}", rule.confidence)
    return BlockUnits(
        None, f"{text}: payers differ, or no source settles, a part block ({full} or {half} units)", "low"
    )


def _earned_by_half(rule: _Block, minutes: int) -> int:
    return (minutes + (rule.minutes - 1) // 2) // rule.minutes


def _capped(rule: _Block, units: int) -> int:
    return min(units, 1) if rule.once else units
