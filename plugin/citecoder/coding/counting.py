"""Passes that count: units by the payer's method, assistants, daily limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from citecoder.codes import Code
from citecoder.coding.dated import decided_by
from citecoder.coding.draft import Draft, Line, refuse, swap, warn
from citecoder.model import Method, Reason, UnitsTable, Warn
from citecoder.rules.assistants import AssistantSplit, split_assistant, split_untimed
from citecoder.rules.blocks import base_and_add_on, special_units
from citecoder.rules.edition_passages import mue_cites
from citecoder.rules.modifiers import assistant_modifier
from citecoder.rules.payer import MethodName, method_fact_on, method_on, used_on
from citecoder.rules.units import Allocation, allocate

_METHODS: tuple[Method, Method] = ("medicare_total_time", "midpoint")
_CITES: dict[Method, tuple[str, ...]] = {
    "medicare_total_time": ("cms-cpm-5/counting-minutes", "cms-cpm-5/unit-allocation"),
    "midpoint": ("midpoint-method/code-by-code",),
}
_UNTIMED = ("cms-cpm-5/untimed-one-unit",)


def units(draft: Draft) -> Draft:
    """Count units by the payer's method, or by both where the payer's rule is not known."""
    method = _method(draft)
    draft = _method_warnings(draft, method)
    draft = _add_ons(draft)
    draft = replace(draft, lines=tuple(x if x.code.timed else _untimed(x) for x in draft.lines))
    for line in [x for x in draft.lines if x.units == 0]:
        why = f"Its {line.minutes} minutes earn no unit: {line.arithmetic}."
        draft = refuse(draft, line, "below_minimum", why, line.code.timing_cites or _UNTIMED)
    return _timed(draft, method)


def _method(draft: Draft) -> MethodName:
    return method_on(draft.policy.payer, draft.policy.on) if draft.policy.payer else "both"


def _method_warnings(draft: Draft, method: MethodName) -> Draft:
    if not any(x.code.timed for x in draft.lines):
        return draft
    if method == "both":
        who = draft.policy.payer.name if draft.policy.payer else "no payer"
        text = f"Units are counted by both methods ({who}: the rule is not known); where they differ, units stay open."
        return warn(
            draft,
            Warn(
                "payer_method",
                "info",
                text,
                (),
                (),
                ("midpoint-method/names-differ", *_CITES["medicare_total_time"][:1]),
            ),
        )
    return draft


def _untimed(line: Line) -> Line:
    counted = special_units(line.code.timing, line.minutes)
    if line.units is not None:
        return line
    reason = Reason(
        "units",
        f"{counted.explanation[:1].upper()}{counted.explanation[1:]}.",
        _UNTIMED if line.code.timing == "untimed" else line.code.timing_cites,
    )
    return replace(line, units=counted.units, arithmetic=counted.explanation).because(reason)


def _add_ons(draft: Draft) -> Draft:
    """Split the minutes of a first-block code with its add-on code: 97129/97130, 97545/97546."""
    lines: list[Line] = []
    for line in draft.lines:
        if line.code.timing == "first20sqcm" and line.service.fact("area_sqcm"):
            lines += _by_area(draft, line, float(line.service.fact("area_sqcm") or 0))
            continue
        add_on = _add_on_of(draft, line)
        if add_on is None or line.minutes is None:
            lines.append(line)
            continue
        base, more = base_and_add_on(line.code.timing, add_on.timing, line.minutes)
        about = Reason(
            "units", f"{base.explanation[:1].upper()}{base.explanation[1:]}.", line.code.timing_cites
        )
        lines.append(replace(line, units=base.units, arithmetic=base.explanation).because(about))
        if more.units:
            extra = Reason(
                "units", f"{more.explanation[:1].upper()}{more.explanation[1:]}.", add_on.timing_cites
            )
            first = Reason(
                "code",
                f"It goes with {line.code.code} for the time beyond its first block.",
                add_on.cites,
                line.evidence[:1],
            )
            lines.append(
                replace(
                    line,
                    code=add_on,
                    units=more.units,
                    arithmetic=more.explanation,
                    reasons=(first, extra),
                    alternatives=(),
                )
            )
    return replace(draft, lines=tuple(lines))


def _by_area(draft: Draft, line: Line, area: float) -> list[Line]:
    """Count wound area: the first 20 sq cm are one unit, each further 20 or part of it one of the add-on code."""
    said = f"{area:g} sq cm: 1 unit for the first 20"
    first = replace(line, units=1, arithmetic=said).because(
        Reason("units", f"{said}.", line.code.timing_cites)
    )
    add_on = _add_on_of(draft, line)
    more = math.ceil((area - 20) / 20) if area > 20 else 0
    if not more or add_on is None:
        return [first]
    rest = f"{area - 20:g} sq cm beyond the first 20: {more} unit{'s' if more > 1 else ''}"
    about = Reason(
        "code",
        f"It goes with {line.code.code} for the area beyond the first 20 sq cm.",
        add_on.cites,
        line.evidence[:1],
    )
    counted = Reason("units", f"{rest}.", add_on.timing_cites)
    return [
        first,
        replace(line, code=add_on, units=more, arithmetic=rest, reasons=(about, counted), alternatives=()),
    ]


FIRST_TO_ADD = {
    "first20sqcm": "add20sqcm",
    "first15": "add15",
    "first120": "add60",
    "first30": "add15",
    "first60": "add30",
    "first20month": "add20month",
}


def _add_on_of(draft: Draft, line: Line) -> Code | None:
    """Return the add-on code of a first-block code: the next number of its family, timed beyond the block.

    Where the next number is another service (92605, whose add-on is 92618), it is the add-on that follows no
    other first block.
    """
    wanted = FIRST_TO_ADD.get(line.code.timing)
    if wanted is None or not line.code.code.isdigit():
        return None
    family = [c for c in draft.policy.codes.codes.values() if c.family == line.code.family]
    add_ons = {c.code: c for c in family if c.timing == wanted}
    following = str(int(line.code.code) + 1)
    if following in add_ons:
        return add_ons[following]
    taken = {str(int(c.code) + 1) for c in family if c.timing == line.code.timing and c.code.isdigit()}
    left = [c for code, c in add_ons.items() if code not in taken]
    return left[0] if len(left) == 1 else None


# --- timed services --------------------------------------------------------------------------------


def _timed(draft: Draft, method: MethodName) -> Draft:
    timed = [x for x in draft.lines if x.code.timed]
    pool = [(x.code.code, x.minutes) for x in timed if x.minutes is not None]
    tables = {m: allocate(pool, m) for m in _METHODS}
    use: tuple[Method, ...] = _METHODS if method == "both" else (method,)
    ties = tables["medicare_total_time"].ties if "medicare_total_time" in use else ()
    table = UnitsTable(
        method=None if method == "both" else method,
        by_method=tuple((m, tables[m].units) for m in _METHODS), ties=ties,
    )  # fmt: skip
    draft = replace(draft, table=table, method=table.method)
    if table.method == "midpoint" and tables["midpoint"].units != tables["medicare_total_time"].units:
        text = (
            "Counted code by code (midpoint); by total time the units would differ: confirm the payer's rule."
        )
        fact = method_fact_on(draft.policy.payer, draft.policy.on) if draft.policy.payer else None
        draft = warn(
            draft,
            Warn(
                "payer_method",
                "info",
                text,
                tuple(c for c, _ in pool),
                (),
                (fact.cites if fact and fact.cites else _CITES["midpoint"]),
            ),
        )
    whole = len(pool) == len(timed)
    for line in timed:
        draft = _count(draft, line, [tables[m] for m in use], whole=whole)
    return draft


def _count(draft: Draft, line: Line, tables: Sequence[Allocation], *, whole: bool) -> Draft:
    if line.minutes is None:
        reason = Reason(
            "units",
            "The note states no minutes for it, so units stay open.",
            ("cms-cpm-5/typed-minutes-support-units",),
        )
        return swap(draft, line, replace(line, units=None, arithmetic="minutes not stated").because(reason))
    told = [t.of(line.code.code) for t in tables]
    cites = tuple(c for t in tables for c in _CITES[t.method])
    alone = tables[0].method == "midpoint" or (told[0] == line.minutes // 15 and told[0] > 0)
    sure = len(set(told)) == 1 and (whole or alone)
    arithmetic = "; ".join(dict.fromkeys(t.explanation for t in tables))
    if draft.unsure_minutes is not None:
        reason = Reason(
            "units", f"{draft.unsure_minutes} Units stay open.", ("cms-cpm-5/typed-minutes-support-units",)
        )
        return swap(draft, line, replace(line, units=None, arithmetic=draft.unsure_minutes).because(reason))
    if not sure:
        why = (
            f"By one method it is {told[0]}, by the other {told[-1]}."
            if len(set(told)) > 1
            else "Other timed services have no minutes."
        )
        return swap(
            draft,
            line,
            replace(line, units=None, arithmetic=arithmetic).because(
                Reason("units", f"{why} Units stay open.", cites)
            ),
        )
    if told[0] == 0:
        return _without_unit(draft, line, tables[0], cites)
    reason = Reason("units", arithmetic, cites, line.service.minute_spans[:2])
    return swap(draft, line, replace(line, units=told[0], arithmetic=arithmetic).because(reason))


def _without_unit(draft: Draft, line: Line, table: Allocation, cites: tuple[str, ...]) -> Draft:
    tied = any(line.code.code in group for group in table.ties)
    if tied:
        why = "It tied for the last unit, which went to the service first in the note; the clinician may choose."
        return refuse(draft, line, "tie", why, ("cms-cpm-5/equal-leftovers",))
    why = f"Its {line.minutes} minutes earn no unit: {table.explanation}"
    return refuse(draft, line, "below_minimum", why, cites)


_LIMIT_KINDS = {
    None: "its kind is not known",
    1: "a limit of one claim line",
    2: "a fixed limit",
    3: "a clinical limit that records may overcome on appeal",
}

# --- assistants and limits -------------------------------------------------------------------------


def assistants(draft: Draft) -> Draft:
    """Mark, or split off, the units of which an assistant gave more than a tenth, where the payer wants it."""
    payer, discipline = draft.policy.payer, draft.note.visit.discipline
    modifier = assistant_modifier(discipline)
    if payer is None or modifier is None or not used_on(payer.assistant_modifiers, draft.policy.on):
        return draft
    cites = (
        *payer.assistant_modifiers.cites,
        "cms-cq-co/ten-percent",
        "cms-cq-co/eight-minute-rule-for-therapist",
    )
    lines = [part for line in draft.lines for part in _split_line(line, modifier, cites)]
    return replace(draft, lines=tuple(lines))


def _split_line(line: Line, modifier: str, cites: tuple[str, ...]) -> list[Line]:
    helped = line.service.assistant_minutes
    if line.minutes and line.units and helped and line.code.attendance != "evaluation":
        split = _shared_out(line, line.minutes - helped, helped)
        told = f"{split.explanation[:1].upper()}{split.explanation[1:]}."
        why = Reason("modifier", told, cites, line.service.assistant_spans)
        parts = [(u, m) for u, m in ((split.with_modifier, (modifier,)), (split.without, ())) if u]
        return [
            replace(line, units=u, modifiers=m, part=i).because(why)
            for i, (u, m) in enumerate(parts, start=1)
        ]
    whole = line.minutes is None or helped == line.minutes
    if line.service.performer == "assistant" and whole and line.code.attendance != "evaluation":
        why = Reason(
            "modifier", f"The assistant gave the service, so {modifier} stands on the line.", cites[:2]
        )
        return [replace(line, modifiers=(modifier,)).because(why)]
    return [line]


def _shared_out(line: Line, therapist: int, assistant: int) -> AssistantSplit:
    units = line.units or 0
    if line.code.timed:
        return split_assistant(units, therapist, assistant)
    return split_untimed(units, therapist, assistant)


def mue(draft: Draft) -> Draft:
    """Warn of units above the daily limit; a limit is never met by cutting units silently."""
    if draft.policy.payer is not None and draft.policy.payer.mue == "none":
        return draft
    for code in dict.fromkeys(x.code.code for x in draft.lines):
        limit = draft.policy.edits.mue(code)
        total = sum(x.units or 0 for x in draft.lines if x.code.code == code)
        if limit and limit.units and total > limit.units:
            text = f"{code} has {total} units; the daily limit is {limit.units} ({_LIMIT_KINDS[limit.mai]})."
            cites = mue_cites(draft.policy.edits, limit)
            draft = warn(draft, Warn("mue", "warning", text, (code,), (), cites))
            draft = decided_by(draft, "mue", draft.policy.edits.edition_of_mue(limit))
    return draft
