"""A day's units: minutes of each code in, units and claim lines out, with the arithmetic and what stands behind it.

Knows codes and payers; every way of asking for units (the verb, a question in chat) ends here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.rules.assistants import (
    AssistantLine,
    AssistantSplit,
    assistant_lines,
    split_evaluation,
    split_untimed,
)
from citecoder.rules.blocks import BlockUnits, special_units
from citecoder.rules.modifiers import assistant_modifier
from citecoder.rules.payer import method_fact_on, used_on
from citecoder.rules.units import Allocation, allocate

if TYPE_CHECKING:
    from datetime import date

    from citecoder.codes import Code, CodeSet
    from citecoder.model import Method
    from citecoder.rules.payer import Payer

METHODS: tuple[Method, ...] = ("medicare_total_time", "midpoint")
_CITES = {
    "medicare_total_time": (
        "cms-cpm-5/counting-minutes",
        "cms-cpm-5/unit-allocation",
        "cms-cpm-5/units-table",
    ),
    "midpoint": ("midpoint-method/code-by-code",),
}
_TIE_CITES = ("cms-cpm-5/equal-leftovers",)
_UNTIMED_CITES = ("cms-cpm-5/untimed-one-unit",)
_ASSISTANT_CITES = (
    "cms-cq-co/assistant-modifiers",
    "cms-cq-co/ten-percent",
    "cms-cq-co/eight-minute-rule-for-therapist",
    "cms-cq-co/two-remaining-units",
)


@dataclass(frozen=True)
class Day:
    """One day's minutes and who asks.

    Attributes:
        minutes: whole minutes of each code, the assistant's included, in the order of the note.
        assistant_minutes: the minutes of each that an assistant gave alone.
        codes: what the code set says about each code.
        payer: whose rules count; None counts by every method unless ``method`` says which.
        payer_named: a payer was named, known here or not.
        on: the day whose rules count.
    """

    minutes: Mapping[str, int]
    codes: Mapping[str, Code]
    on: date
    payer: Payer | None = None
    payer_named: bool = False
    method: Method | None = None
    assistant_minutes: Mapping[str, int] = field(default_factory=dict)
    discipline: str | None = None

    @cached_property
    def timed(self) -> tuple[tuple[str, int], ...]:
        """The minutes of the codes in the pool of 15-minute services."""
        return tuple((code, minutes) for code, minutes in self.minutes.items() if self.codes[code].timed)

    @cached_property
    def special(self) -> Mapping[str, BlockUnits]:
        """The units of every other code."""
        return {
            code: special_units(self.codes[code].timing, minutes)
            for code, minutes in self.minutes.items()
            if not self.codes[code].timed
        }

    @cached_property
    def modifier(self) -> str | None:
        """What an assistant's units carry; None when this payer wants none."""
        unwanted = self.payer is not None and used_on(self.payer.assistant_modifiers, self.on) is False
        return None if unwanted else assistant_modifier(self.discipline) or "CQ"


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of the claim; ``units`` is None where the methods differ and nobody says which applies."""

    code: str
    units: int | None
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayUnits:
    """The units of a day.

    Attributes:
        methods: the methods that were counted by; more than one where the payer's is unknown.
        units: by code in the order asked; None where the methods differ.
        by_method: the timed units of each method.
        explanation: the arithmetic in words.
        citations: passages that say so.
    """

    methods: tuple[Method, ...]
    total_timed_minutes: int
    units: Mapping[str, int | None]
    total_units: int | None
    by_method: Mapping[Method, Mapping[str, int]]
    lines: tuple[ClaimLine, ...]
    ties: tuple[tuple[str, ...], ...]
    explanation: str
    citations: tuple[str, ...]


def codes_of_day(codes: CodeSet, minutes: Iterable[str]) -> dict[str, Code]:
    """Return what the code set says about each code.

    Raises:
        UnknownCodeError: a code is not in the code set.
    """
    return {code: codes.get(code) for code in minutes}


def count_day(day: Day) -> DayUnits:
    """Count a day's units.

    Raises:
        InputError: assistant minutes that don't fit the minutes.
    """
    _check_assistant(day)
    methods, method_cites = _methods(day)
    counts = {method: allocate(day.timed, method) for method in methods}
    by_method = {method: dict(count.units) for method, count in counts.items()}
    timed = {code: _agreed(by_method[method][code] for method in methods) for code, _ in day.timed}
    everything = {**timed, **{code: block.units for code, block in day.special.items()}}
    return DayUnits(
        methods=methods,
        total_timed_minutes=sum(minutes for _, minutes in day.timed),
        units={code: everything[code] for code in day.minutes},
        total_units=None
        if None in timed.values()
        else _agreed(count.total_units for count in counts.values()),
        by_method=by_method,
        lines=tuple(_lines(day, methods, everything)),
        ties=tuple(dict.fromkeys(tie for count in counts.values() for tie in count.ties)),
        explanation=_explain(day, counts),
        citations=_citations(day, methods, method_cites, counts),
    )


def _check_assistant(day: Day) -> None:
    for code, helped in day.assistant_minutes.items():
        if helped > day.minutes.get(code, -1):
            raise InputError(
                f"assistant minutes of {code} are more than its minutes; the minutes include the assistant's",
                "assistant_minutes",
            )


def methods_of(payer: Payer | None, on: date, method: Method | None = None) -> tuple[Method, ...]:
    """Return the methods to count by: the one named, else the payer's, else both."""
    if method:
        return (method,)
    fact = method_fact_on(payer, on) if payer else None
    return METHODS if fact is None or fact.method == "both" else (fact.method,)


def _methods(day: Day) -> tuple[tuple[Method, ...], tuple[str, ...]]:
    """Return the methods to count by, and what says so: a payer without a known method is counted by both."""
    fact = method_fact_on(day.payer, day.on) if day.payer and not day.method else None
    return methods_of(day.payer, day.on, day.method), fact.cites if fact else ()


def _agreed(values: Iterable[int]) -> int | None:
    """Return the value that all readings share, or None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _lines(day: Day, methods: tuple[Method, ...], everything: Mapping[str, int | None]) -> list[ClaimLine]:
    """Return the claim lines in the order asked; a code that earns nothing has none."""
    readings = [_timed_lines(day, method) for method in methods]
    lines: list[ClaimLine] = []
    for code in day.minutes:
        if code in day.special:
            lines += _special_lines(day, code)
        elif all(reading.get(code) == readings[0].get(code) for reading in readings):
            lines += readings[0].get(code, [])
        else:
            lines.append(ClaimLine(code, everything[code]))
    return lines


def _timed_lines(day: Day, method: Method) -> dict[str, list[ClaimLine]]:
    found: dict[str, list[ClaimLine]] = {}
    for line in _split_lines(day, method):
        told = ClaimLine(line.key, line.units, line.modifiers)
        found.setdefault(line.key, []).append(told)
    return found


def _split_lines(day: Day, method: Method) -> tuple[AssistantLine, ...]:
    timed = dict(day.timed)
    helped = {code: own for code, own in day.assistant_minutes.items() if code in timed and day.modifier}
    return assistant_lines(day.timed, helped, method, day.modifier or "")


def _special_lines(day: Day, code: str) -> list[ClaimLine]:
    units_of = day.special[code].units
    helped = day.assistant_minutes.get(code, 0)
    if units_of is None or not (helped and day.modifier):
        return [ClaimLine(code, units_of)] if units_of != 0 else []
    split = _split(day, code, units_of, helped)
    both: tuple[tuple[int, tuple[str, ...]], ...] = (
        (split.with_modifier, (str(day.modifier),)),
        (split.without, ()),
    )
    return [ClaimLine(code, count, names) for count, names in both if count]


def _split(day: Day, code: str, units_of: int, helped: int) -> AssistantSplit:
    """Split an untimed service's units; no part of an evaluation is the assistant's."""
    own = day.minutes[code] - helped
    split = split_evaluation if day.codes[code].attendance == "evaluation" else split_untimed
    return split(units_of, own, helped)


def _of_assistant(day: Day, code: str) -> str:
    """Say what an assistant's part of an untimed service comes to."""
    helped, counted = day.assistant_minutes.get(code, 0), day.special[code].units
    if not helped or counted is None or day.modifier is None:
        return ""
    return f", {_split(day, code, counted, helped).explanation}"


def _explain(day: Day, counts: Mapping[Method, Allocation]) -> str:
    parts = [
        f"{'total time' if method == 'medicare_total_time' else 'midpoint'}: {count.explanation}"
        for method, count in counts.items()
        if day.timed
    ]
    parts += [f"{code}: {block.explanation}{_of_assistant(day, code)}" for code, block in day.special.items()]
    if day.payer_named and day.payer is None:
        parts.append("This payer is not known here, so both methods are counted")
    elif len(counts) > 1 and day.timed:
        parts.append("Which method applies is not known here, so both are counted; ask the payer")
    said = {line.key: line.explanation for line in _split_lines(day, next(iter(counts)))}
    parts += [f"{code}: {said[code]}" for code in day.assistant_minutes if said.get(code)]
    if day.assistant_minutes and day.modifier and not day.discipline:
        parts.append("CQ is the modifier of physical therapy; occupational therapy uses CO")
    if day.assistant_minutes and not day.modifier:
        parts.append("This payer takes no assistant modifier")
    return ". ".join(parts)


def _citations(
    day: Day,
    methods: tuple[Method, ...],
    method_cites: tuple[str, ...],
    counts: Mapping[Method, Allocation],
) -> tuple[str, ...]:
    cites = [*method_cites]
    for method in methods if day.timed else ():
        cites += _CITES[method]
    if any(count.ties for count in counts.values()):
        cites += _TIE_CITES
    for code, block in day.special.items():
        if day.codes[code].timing != "untimed":
            cites += day.codes[code].timing_cites
        elif block.units == 1:
            cites += _UNTIMED_CITES
    if day.assistant_minutes and day.modifier:
        cites += _ASSISTANT_CITES
    return tuple(dict.fromkeys(cites))
