"""Units of minutes that a question tells, by the payer's method, by the one that it names, or by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.coverage import facts_of
from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.rules.day import METHODS, Day, DayUnits, codes_of_day, count_day, methods_of
from citecoder.rules.units import counted, total_units, units_range

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.rules.day import ClaimLine

_NAMES = {"medicare_total_time": "Medicare's total-time method", "midpoint": "the midpoint method"}
_ASK = (
    Sentence("The minutes of each service are not plain from the question, so no units are counted of them."),
    Sentence("Tell them code by code (97110 20 minutes, 97140 15 minutes), who gave them, and the payer."),
)
_TOTAL_CITES = ("cms-cpm-5/units-table",)
_MIDPOINT_CITES = ("midpoint-method/code-by-code",)


def day_units(asked: Asked, desk: Desk) -> Finding | None:
    """Count the units of minutes that are told by code."""
    if not asked.amounts.minutes or not _wants_units(asked) or "uncounted" in asked.wants:
        return None
    if not _is_plain(asked, desk):
        return (
            None if _is_bare(asked) else Finding("units", _ASK, {"codes": list(asked.services)}, "needs_more")
        )
    engine = desk.engine
    day = Day(
        minutes=asked.amounts.minutes,
        codes=codes_of_day(engine.codes, asked.amounts.minutes),
        on=asked.on,
        payer=engine.payers.get(asked.payer or ""),
        payer_named=asked.payer is not None,
        method=None if asked.payer else asked.method,
        assistant_minutes=asked.amounts.assistant,
        discipline=asked.discipline,
    )
    counted_day = count_day(day)
    facts = (
        Sentence(fact.because, fact.cites)
        for code in asked.amounts.minutes
        for fact in (facts_of(day.payer, code, asked.on) if day.payer else ())
    )
    return Finding("units", (*dict.fromkeys(facts), *_told(counted_day, day)), _values(counted_day))


def _is_plain(asked: Asked, desk: Desk) -> bool:
    """Tell whether the minutes of every service that is named are told, and of nothing else."""
    codes = desk.engine.codes
    named = {code for code in asked.services if codes.get(code).timed}
    placed = [
        {rule.code for rule in codes.rules_for(concept)} & set(asked.services) for concept in asked.concepts
    ]
    return (
        asked.amounts.plain
        and named <= set(asked.amounts.minutes)
        and (all(placed) or asked.amounts.numbers == 1)
    )


def _wants_units(asked: Asked) -> bool:
    return _is_bare(asked) or "units" in asked.wants or bool(asked.amounts.assistant)


def _is_bare(asked: Asked) -> bool:
    """Tell whether services with their minutes are all that is said."""
    return asked.wants <= {"beside"} and set(asked.amounts.minutes) == set(asked.services)


def _told(day: DayUnits, asked: Day) -> list[Sentence]:
    agreed = None not in day.units.values()
    lead = _lead(day, asked) if agreed else _by_both(day)
    arithmetic = f"The arithmetic: {day.explanation}."
    return [Sentence(lead, day.citations), Sentence(arithmetic, day.citations)]


def _lead(day: DayUnits, asked: Day) -> str:
    total = sum(units for units in day.units.values() if units)
    lines = ", ".join(_line(line) for line in day.lines) or "nothing"
    tied = {code for tie in day.ties for code in tie}
    none = [code for code, units in day.units.items() if not units and code not in tied]
    unbilled = f"; {', '.join(none)} earns none" if none else ""
    unbilled += "".join(
        f"; {' and '.join(tie)} tie for a unit, and the clinician chooses which has it" for tie in day.ties
    )
    by = "by both methods" if len(day.methods) > 1 else f"by {_NAMES[day.methods[0]]}"
    timed = f"{counted(day.total_timed_minutes, 'timed minute')}, " if day.total_timed_minutes else ""
    untimed = all(code.timing == "untimed" for code in asked.codes.values())
    how = f"{timed}{by}" if timed else "untimed" if untimed else "by blocks of time of their own"
    return f"{counted(total, 'unit')}: {lines}{unbilled} ({how})."


def _line(line: ClaimLine) -> str:
    modifiers = f" with {' '.join(line.modifiers)}" if line.modifiers else ""
    return f"{line.code} × {line.units}{modifiers}"


def _by_both(day: DayUnits) -> str:
    """Say what each method gives where they differ and nobody told the payer."""
    each = []
    for method in day.methods:
        units = day.by_method[method]
        shares = ", ".join(f"{code} × {count}" for code, count in units.items())
        each.append(f"{_NAMES[method]} gives {counted(sum(units.values()), 'unit')} ({shares})")
    tied = "".join(
        f"; by total time {' and '.join(tie)} tie for a unit, and the clinician chooses which has it"
        for tie in day.ties
    )
    return f"It depends on the payer: {' and '.join(each)}{tied}."


def _values(day: DayUnits) -> dict[str, object]:
    return {
        "methods": list(day.methods),
        "units": dict(day.units),
        "total_units": day.total_units,
        "total_timed_minutes": day.total_timed_minutes,
        "by_method": {method: dict(units) for method, units in day.by_method.items()},
        "lines": [{"code": x.code, "units": x.units, "modifiers": list(x.modifiers)} for x in day.lines],
        "ties": [list(tie) for tie in day.ties],
    }


def total_only(asked: Asked, desk: Desk) -> Finding | None:
    """Say how many units a day's timed minutes carry, where no service is named."""
    total = asked.amounts.total
    if total is None or asked.services or asked.concepts or not {"units", "whole_day"} <= asked.wants:
        return None
    methods = methods_of(
        desk.engine.payers.get(asked.payer or ""), asked.on, None if asked.payer else asked.method
    )
    if methods == ("midpoint",):
        said = "The midpoint method counts each code alone, so the minutes of each code are needed, not their sum."
        return Finding("units", (Sentence(said, _MIDPOINT_CITES),), {"methods": ["midpoint"]}, "needs_more")
    units = total_units(total)
    said = f"{counted(units, 'unit')}: {counted(total, 'timed minute')} by Medicare's total-time method ({units_range(units)} minutes)."
    sentences = [Sentence(said, _TOTAL_CITES)]
    if len(methods) == len(METHODS):
        more = "A payer that follows the midpoint method counts each code alone, so there the minutes of each code decide."
        sentences.append(Sentence(more, _MIDPOINT_CITES))
    return Finding(
        "units",
        tuple(sentences),
        {"methods": list(methods), "total_units": units, "total_timed_minutes": total},
    )
