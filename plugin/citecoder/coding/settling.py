"""The pass that holds a visit's minutes against the totals and clock times that the note states."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from citecoder.coding.counting import FIRST_TO_ADD
from citecoder.coding.draft import Draft, swap, warn
from citecoder.model import Reason, Span, Warn
from citecoder.notes.times import clock_range, disjoint
from citecoder.rules.units import total_units

_AGREE = ("coding-principles/clock-time-conflict", "cms-cpm-5/typed-minutes-support-units")
_DELIVERED = ("edit", "bundled", "payer_not_covered", "provider_not_qualified")


def settle_minutes(draft: Draft) -> Draft:
    """Hold the minutes against the totals that the note states; deduce the one that is left open."""
    draft = _deduced(draft)
    overlap = _overlap(draft)
    if overlap:
        message = "One-on-one services stand at overlapping clock times; a minute counts once."
        draft = replace(draft, unsure_minutes=message)
        return warn(draft, Warn("overlap", "warning", message, (), overlap, _AGREE))
    timed = [x for x in draft.lines if x.code.timed]
    if not timed or any(x.minutes is None for x in timed):
        return draft
    total = sum(x.minutes or 0 for x in timed)
    conflict = _conflict(draft, total)
    told = conflict or _difference(draft, total)
    if told is None:
        return draft
    message, spans = told
    codes = tuple(x.code.code for x in timed)
    if conflict is None:
        return warn(draft, Warn("units", "info", message, codes, spans, _AGREE))
    draft = replace(draft, unsure_minutes=message)
    return warn(draft, Warn("time_conflict", "warning", message, codes, spans, _AGREE))


def _refused_minutes(draft: Draft) -> int:
    """Return the minutes of timed services that were given and have no line: a stated total may hold them."""
    known = draft.policy.codes.codes
    given = (n for n in draft.not_coded if n.reason in _DELIVERED and n.code in known)
    return sum(n.minutes or 0 for n in given if known[n.code or ""].timed)


def _deduced(draft: Draft) -> Draft:
    """Give the only timed service without minutes what the stated timed total leaves."""
    stated = draft.note.stated_timed
    timed = [x for x in draft.lines if x.code.timed or x.code.timing in FIRST_TO_ADD]
    open_lines = [x for x in timed if x.minutes is None and x.service.fact("shared") is None]
    if stated is None and len(draft.lines) == 1:
        stated = draft.note.stated_total  # one service in the visit: its time is the visit's
    if stated is None or len(open_lines) != 1:
        return draft
    left = stated.value - sum(x.minutes or 0 for x in timed) - _refused_minutes(draft)
    if left <= 0:
        return draft
    told = replace(open_lines[0].service, minutes=left, minute_spans=(stated.span,))
    told = replace(told, assistant_minutes=left if told.performer == "assistant" else 0)
    reason = Reason(
        "timing",
        f"The stated total of {stated.value} minutes leaves {left} for it.",
        ("cms-bpm-15/total-timed-minutes",),
        (stated.span,),
    )
    moved = replace(open_lines[0], minutes=left, service=told).because(reason)
    return swap(draft, open_lines[0], moved)


def _overlap(draft: Draft) -> tuple[Span, ...]:
    """Return two stretches of clock time of different timed services that overlap, if any do."""
    held = [
        (told, s, line)
        for line in draft.lines
        if line.code.timed
        for s in line.service.minute_spans
        if (told := clock_range(s.quote))
    ]
    for (a, first, mine), (b, second, other) in combinations(held, 2):
        if mine is not other and first != second and not disjoint(a, b):
            return (first, second)
    return ()


def _conflict(draft: Draft, total: int) -> tuple[str, tuple[Span, ...]] | None:
    """Return what the note contradicts itself in, when the units depend on it."""
    note = draft.note
    stated, clocks = note.stated_timed, [m for m in (note.clock_minutes, note.stated_total) if m]
    agreed = {total_units(total), total_units(total + _refused_minutes(draft))}
    if stated and total_units(stated.value) not in agreed:
        return (
            f"The timed services add up to {total} minutes; the note states a timed total of {stated.value}.",
            (stated.span,),
        )
    short = [m for m in clocks if m.value < total and total_units(m.value) != total_units(total)]
    if short:
        text = f"The timed services add up to {total} minutes; the visit is stated as {short[0].value}."
        return text, (short[0].span,)
    return None


def _difference(draft: Draft, total: int) -> tuple[str, tuple[Span, ...]] | None:
    """Return how a stated timed total differs from the services, where the units are the same by either."""
    stated = draft.note.stated_timed
    if stated is None or stated.value in (total, total + _refused_minutes(draft)):
        return None
    text = f"The timed services add up to {total} minutes; the note states a timed total of {stated.value}. The units are the same by either."
    return text, (stated.span,)
