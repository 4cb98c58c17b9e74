"""Which units carry the assistant modifier: minutes by therapist and assistant in, lines out.

Knows minutes and units only. Whether a payer wants CQ or CO at all, and since when, is in its payer file.
Minutes in which therapist and assistant treat together are the therapist's.

Source: the Medicare billing examples for assistants and Pub 100-04 ch.5 §20.1 (passages of ``cms-cq-co``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from citecoder.errors import InputError
from citecoder.rules.units import LEAST, UNIT, KeyedMinutes, allocate, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citecoder.model import Method

EXCEPTION = LEAST
"""Therapist minutes of the final unit from which it carries no modifier, whatever the assistant did."""


@dataclass(frozen=True, slots=True)
class AssistantSplit:
    """Units of one service with and without the assistant modifier.

    Attributes:
        with_modifier: units that the assistant furnished in whole or by more than 10 %.
        without: units that stay the therapist's.
        explanation: the arithmetic in words.
        disallowed_minutes: assistant minutes that may not be billed at all (evaluations).
    """

    with_modifier: int
    without: int
    explanation: str
    disallowed_minutes: int = 0


@dataclass(frozen=True, slots=True)
class AssistantLine:
    """One claim line of a service: its units and, if the assistant's, the modifier."""

    key: str
    units: int
    modifiers: tuple[str, ...]
    explanation: str


class _Final(NamedTuple):
    """What is left of one service once each person's full 15s are taken out."""

    units: int
    therapist: int
    assistant: int


def split_assistant(units: int, therapist: int, assistant: int, together: int = 0) -> AssistantSplit:
    """Split one timed service's units into those with and those without the assistant modifier.

    Each person's full 15s are that person's units. A final unit stays without the modifier when the therapist
    has 8 or more minutes of it, else carries it when the assistant has more than 10 % of it. When two units
    remain, both persons have 9-14 minutes (23-28 together): one carries it and one does not.

    Args:
        units: the units that the day's method gives the service.
        therapist: minutes that the therapist gave alone.
        assistant: minutes that the assistant gave alone.
        together: minutes that both gave at once; they count as the therapist's.

    Raises:
        InputError: minutes are negative, or no method gives that many units for them.

    Source: ``cms-cq-co/ten-percent``, ``…/eight-minute-rule-for-therapist``, ``…/two-remaining-units``,
    ``…/together-counts-as-therapist``. Two units left with fewer than 23 minutes can only come from the
    total-time rule's pooling; sharing them one and one is derived, not read.
    """
    _check(therapist, assistant, together)
    own = therapist + together
    final = _final(units, own, assistant)
    with_modifier, why = _last_units(final)
    whole = assistant // UNIT
    said = f"therapist {own} min, assistant {assistant} min → {counted(units, 'unit')}"
    each = f"full 15s: therapist {own // UNIT}, assistant {whole}"
    return AssistantSplit(
        with_modifier=whole + with_modifier,
        without=units - whole - with_modifier,
        explanation="; ".join(filter(None, (said, each, why))),
    )


def split_untimed(units: int, therapist: int, assistant: int, together: int = 0) -> AssistantSplit:
    """Decide the modifier of an untimed service by the assistant's share of all its minutes.

    More than 10 % carries it; exactly 10 % does not.

    Args:
        units: the units billed (1 for nearly every untimed service); all go the same way.
        therapist: minutes that the therapist gave alone.
        assistant: minutes that the assistant gave alone.
        together: minutes that both gave at once; they count as the therapist's.

    Raises:
        InputError: minutes are negative.

    Source: ``cms-cq-co/untimed-by-share`` (medium confidence).
    """
    _check(therapist, assistant, together)
    needed = _over_ten_percent(assistant, therapist + together)
    text = f"assistant {_share(assistant, therapist + together)}: {'over' if needed else 'not over'} 10 %"
    return AssistantSplit(units if needed else 0, 0 if needed else units, text)


def split_evaluation(units: int, therapist: int, assistant: int) -> AssistantSplit:
    """Keep an evaluation or re-evaluation the therapist's: an assistant may not give any part of it.

    Returns:
        Never a unit with the modifier; no unit at all when the therapist gave no minute of it;
        ``disallowed_minutes`` are the assistant's.

    Raises:
        InputError: minutes are negative.

    Source: ``cms-cq-co/not-on-evaluations``, ``cms-bpm-15/evaluation-by-clinician``.
    """
    _check(therapist, assistant, 0)
    given = 0 if assistant and not therapist else units
    text = "an evaluation is the therapist's alone"
    if assistant:
        text += f"; {counted(assistant, 'assistant minute')} can't be billed"
    return AssistantSplit(0, given, text, disallowed_minutes=assistant)


def assistant_lines(
    minutes: KeyedMinutes,
    assistant_minutes: Mapping[str, int],
    method: Method,
    modifier: str = "CQ",
) -> tuple[AssistantLine, ...]:
    """Return the claim lines of a day's timed services, split where the assistant's units need a modifier.

    The units come from the day's method over everybody's minutes; each service is then split by itself.

    Args:
        minutes: all minutes of each timed service, the assistant's included, in the order of the note.
        assistant_minutes: the minutes of each that the assistant gave alone; a key left out is 0.
        method: how units are counted.
        modifier: ``CQ`` (physical therapy) or ``CO`` (occupational therapy).

    Returns:
        Lines in the order of the note, the one with the modifier first; services without units give none.

    Raises:
        InputError: the assistant has more minutes than the service, or a service that isn't there.
    """
    allocation = allocate(minutes, method)
    _check_known(minutes, assistant_minutes)
    lines: list[AssistantLine] = []
    for key, own in minutes:
        helped = assistant_minutes.get(key, 0)
        split = split_assistant(allocation.of(key), own - helped, helped)
        lines += _lines(key, split, modifier)
    return tuple(lines)


def _lines(key: str, split: AssistantSplit, modifier: str) -> list[AssistantLine]:
    both = ((split.with_modifier, (modifier,)), (split.without, ()))
    return [AssistantLine(key, units, modifiers, split.explanation) for units, modifiers in both if units]


def _final(units: int, therapist: int, assistant: int) -> _Final:
    """Take each person's full 15s out and check that the rest can carry the units that remain."""
    left = units - therapist // UNIT - assistant // UNIT
    final = _Final(left, therapist % UNIT, assistant % UNIT)
    rest = final.therapist + final.assistant
    most = -(-rest // UNIT)  # one unit for each 15 minutes begun: no method gives more
    if not 0 <= left <= most:
        raise InputError(
            f"{counted(units, 'unit')} can't come of {therapist} therapist and {assistant} assistant minutes. "
            "Count the units from the same minutes first.",
            "assistant_minutes",
        )
    return final


def _last_units(final: _Final) -> tuple[int, str]:
    """Return how many of the remaining units carry the modifier, and why."""
    left = f"left: therapist {final.therapist}, assistant {final.assistant}"
    if final.units == 0:
        return 0, ""
    if final.units == 2:
        return 1, f"{left}: two units remain, one with the modifier and one without"
    if final.therapist >= EXCEPTION:
        return 0, f"{left}: the therapist has {EXCEPTION} or more of the final unit, no modifier"
    share = _share(final.assistant, final.therapist)
    if _over_ten_percent(final.assistant, final.therapist):
        return (
            1,
            f"{left}: the therapist has under {EXCEPTION} of the final unit and the assistant {share}, modifier",
        )
    return 0, f"{left}: the assistant has {share} of the final unit, no modifier"


def _over_ten_percent(assistant: int, therapist: int) -> bool:
    return assistant * 10 > assistant + therapist


def _share(assistant: int, therapist: int) -> str:
    every = assistant + therapist
    return f"{assistant} of {every} minutes ({assistant / every:.1%})" if every else "0 minutes"


def _check(*minutes: int) -> None:
    if any(own < 0 for own in minutes):
        raise InputError("Minutes can't be negative. Give whole minutes.", "assistant_minutes")


def _check_known(minutes: KeyedMinutes, assistant_minutes: Mapping[str, int]) -> None:
    known = dict(minutes)
    for key, helped in assistant_minutes.items():
        if key not in known:
            raise InputError(
                f"{key} has assistant minutes but no minutes. Give its minutes too.", "assistant_minutes"
            )
        if not 0 <= helped <= known[key]:
            raise InputError(
                f"{key}: {helped} assistant minutes of {known[key]} in all. The whole includes the assistant's.",
                "assistant_minutes",
            )
