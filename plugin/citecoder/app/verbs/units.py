"""units: minutes of each code in, units and claim lines out, with the arithmetic and its sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from citecoder import wire
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
    from collections.abc import Iterable, Mapping
    from datetime import date

    from citecoder import model
    from citecoder.app.wiring import Parts
    from citecoder.codes import Code
    from citecoder.rules.payer import Payer

METHODS: tuple[model.Method, ...] = ("medicare_total_time", "midpoint")
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
)


class _Day(NamedTuple):
    """One day's question, with what the code set and the payer say about it."""

    asked: wire.UnitsRequest
    timed: tuple[tuple[str, int], ...]
    special: Mapping[str, BlockUnits]
    codes: Mapping[str, Code]
    payer: Payer | None
    on: date
    modifier: str | None  # what assistant units carry; None when this payer wants none


def units(parts: Parts, asked: wire.UnitsRequest) -> wire.UnitsResponse:
    """Count a day's units.

    Raises:
        UnknownCodeError: a code is not in the code set.
        InputError: assistant minutes that don't fit the minutes.
    """
    day = _day(parts, asked)
    methods, method_cites = _methods(day)
    counts = {method: allocate(day.timed, method) for method in methods}
    by_method = {method: dict(count.units) for method, count in counts.items()}
    timed = {code: _agreed(by_method[method][code] for method in methods) for code, _ in day.timed}
    everything = {**timed, **{code: block.units for code, block in day.special.items()}}
    cites = _citations(day, methods, method_cites, counts)
    known = {passage.id: passage for passage in parts.authored if passage.id in cites}
    return wire.UnitsResponse(
        id=asked.id,
        payer=asked.payer,
        method=methods[0] if len(methods) == 1 else None,
        minutes=asked.minutes,
        total_timed_minutes=sum(minutes for _, minutes in day.timed),
        units={code: everything[code] for code in asked.minutes},
        total_units=_agreed(count.total_units for count in counts.values())
        if None not in timed.values()
        else None,
        by_method=by_method,
        lines=_lines(day, methods, everything),
        ties=[list(tie) for tie in dict.fromkeys(tie for count in counts.values() for tie in count.ties)],
        explanation=_explain(day, counts),
        citations=[cite for cite in cites if cite in known],
        passages=wire.passages_to_wire([known[cite] for cite in cites if cite in known]),
    )


def _day(parts: Parts, asked: wire.UnitsRequest) -> _Day:
    codes = {code: parts.codes.get(code) for code in asked.minutes}
    for code, helped in asked.assistant_minutes.items():
        if helped > asked.minutes.get(code, -1):
            raise InputError(
                f"assistant minutes of {code} are more than its minutes; the minutes include the assistant's",
                "assistant_minutes",
            )
    payer = parts.payers.get(asked.payer) if asked.payer else None
    on = asked.date or datetime.now(UTC).date()
    unwanted = payer is not None and used_on(payer.assistant_modifiers, on) is False
    modifier = None if unwanted else assistant_modifier(asked.discipline) or "CQ"
    return _Day(
        asked=asked,
        timed=tuple((code, minutes) for code, minutes in asked.minutes.items() if codes[code].timed),
        special={
            code: special_units(codes[code].timing, minutes)
            for code, minutes in asked.minutes.items()
            if not codes[code].timed
        },
        codes=codes,
        payer=payer,
        on=on,
        modifier=modifier,
    )


def _methods(day: _Day) -> tuple[tuple[model.Method, ...], tuple[str, ...]]:
    """Return the methods to count by, and what says so: a payer without a known method is counted by both."""
    if day.asked.method:
        return (day.asked.method,), ()
    fact = method_fact_on(day.payer, day.on) if day.payer else None
    if fact is None or fact.method == "both":
        return METHODS, fact.cites if fact else ()
    return (fact.method,), fact.cites


def _agreed(values: Iterable[int]) -> int | None:
    """Return the value that all readings share, or None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _lines(
    day: _Day, methods: tuple[model.Method, ...], everything: Mapping[str, int | None]
) -> list[wire.UnitsLine]:
    """Return the claim lines in the order asked; a code that earns nothing has none."""
    readings = [_timed_lines(day, method) for method in methods]
    lines: list[wire.UnitsLine] = []
    for code in day.asked.minutes:
        if code in day.special:
            lines += _special_lines(day, code)
        elif all(reading.get(code) == readings[0].get(code) for reading in readings):
            lines += readings[0].get(code, [])
        else:
            lines.append(wire.UnitsLine(code=code, units=everything[code], modifiers=[]))
    return lines


def _timed_lines(day: _Day, method: model.Method) -> dict[str, list[wire.UnitsLine]]:
    found: dict[str, list[wire.UnitsLine]] = {}
    for line in _split_lines(day, method):
        told = wire.UnitsLine(code=line.key, units=line.units, modifiers=list(line.modifiers))
        found.setdefault(line.key, []).append(told)
    return found


def _split_lines(day: _Day, method: model.Method) -> tuple[AssistantLine, ...]:
    timed = dict(day.timed)
    helped = {
        code: own for code, own in day.asked.assistant_minutes.items() if code in timed and day.modifier
    }
    return assistant_lines(day.timed, helped, method, day.modifier or "")


def _special_lines(day: _Day, code: str) -> list[wire.UnitsLine]:
    units_of = day.special[code].units
    helped = day.asked.assistant_minutes.get(code, 0)
    if units_of is None or not (helped and day.modifier):
        return [wire.UnitsLine(code=code, units=units_of, modifiers=[])] if units_of != 0 else []
    split = _split(day, code, units_of, helped)
    both: tuple[tuple[int, list[str]], ...] = (
        (split.with_modifier, [str(day.modifier)]),
        (split.without, []),
    )
    return [wire.UnitsLine(code=code, units=count, modifiers=names) for count, names in both if count]


def _split(day: _Day, code: str, units_of: int, helped: int) -> AssistantSplit:
    """Split an untimed service's units; no part of an evaluation is the assistant's."""
    own = day.asked.minutes[code] - helped
    split = split_evaluation if day.codes[code].attendance == "evaluation" else split_untimed
    return split(units_of, own, helped)


def _of_assistant(day: _Day, code: str) -> str:
    """Say what an assistant's part of an untimed service comes to."""
    helped, counted = day.asked.assistant_minutes.get(code, 0), day.special[code].units
    if not helped or counted is None or day.modifier is None:
        return ""
    return f", {_split(day, code, counted, helped).explanation}"


def _explain(day: _Day, counts: Mapping[model.Method, Allocation]) -> str:
    parts = [
        f"{'total time' if method == 'medicare_total_time' else 'midpoint'}: {count.explanation}"
        for method, count in counts.items()
        if day.timed
    ]
    parts += [f"{code}: {block.explanation}{_of_assistant(day, code)}" for code, block in day.special.items()]
    if day.asked.payer and day.payer is None:
        parts.append("this payer is not known here, so both methods are counted")
    elif len(counts) > 1:
        parts.append("which method applies is not known here, so both are counted; ask the payer")
    said = {line.key: line.explanation for line in _split_lines(day, next(iter(counts)))}
    parts += [f"{code}: {said[code]}" for code in day.asked.assistant_minutes if said.get(code)]
    if day.asked.assistant_minutes and day.modifier and not day.asked.discipline:
        parts.append("CQ is the modifier of physical therapy; occupational therapy uses CO")
    if day.asked.assistant_minutes and not day.modifier:
        parts.append("this payer takes no assistant modifier")
    return ". ".join(parts)


def _citations(
    day: _Day,
    methods: tuple[model.Method, ...],
    method_cites: tuple[str, ...],
    counts: Mapping[model.Method, Allocation],
) -> list[str]:
    cites = [*method_cites]
    for method in methods if day.timed else ():
        cites += _CITES[method]
    if any(count.ties for count in counts.values()):
        cites += _TIE_CITES
    if any(block.units == 1 for block in day.special.values()):
        cites += _UNTIMED_CITES
    if day.asked.assistant_minutes and day.modifier:
        cites += _ASSISTANT_CITES
    return list(dict.fromkeys(cites))
