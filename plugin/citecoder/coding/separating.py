"""Passes on pairs: what never stands together, what may with a separate region or time, and the modifiers.

A modifier that says "separate" goes on a line only if the note shows it; else the missing statement is a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Literal

from citecoder.codes import CodeSet
from citecoder.coding.dated import decided_by
from citecoder.coding.draft import Draft, Line, refuse, swap, warn
from citecoder.leading import why_leading
from citecoder.model import Gap, Reason, Severity, Span, Warn
from citecoder.notes.spans import cut, fold
from citecoder.notes.times import clock_range, disjoint
from citecoder.rules.edition_passages import pair_cites
from citecoder.rules.edits import PairEdit
from citecoder.rules.modifiers import ordered, plan_modifier
from citecoder.rules.payer import Payer, used_on

_SAME = ("same area", "same region", "same site", "same segment", "same level")
_APART = (
    "separate region",
    "different region",
    "separate area",
    "different area",
    "separate session",
    "distinct region",
    "separate time",
    "separate encounter",
    "distinct area",
    "separate body",
)
_NOT_APART = re.compile(r"\b(?:no|not|without|never|neither|if)\b[^.;\n]*$")
_DENIED_AFTER = re.compile(r"[^.;\n]*\bnot\b")
_MEANING = ("cms-ncci-ptp-2024q3/indicator-meaning",)
_NEVER = ("cms-ncci-ptp-2024q3/never-together-pairs", *_MEANING)


def _pairs(draft: Draft) -> Iterator[tuple[Line, Line, PairEdit]]:
    """Yield (column 1 line, column 2 line, edit) of every pair of lines with an active edit."""
    for a, b in combinations(draft.lines, 2):
        edit = draft.policy.edits.between(a.code.code, b.code.code)
        if edit is not None and a.code.code != b.code.code:
            yield (a, b, edit) if edit.column1 == a.code.code else (b, a, edit)


def _applies(draft: Draft) -> bool:
    return draft.policy.payer is None or draft.policy.payer.edits != "none"


def drop_indicator_0(draft: Draft) -> Draft:
    """Refuse the second code of a pair that never stands together; its minutes leave the pool."""
    if not _applies(draft):
        return draft
    for first, second, edit in list(_pairs(draft)):
        if edit.indicator == "0" and first in draft.lines and second in draft.lines:
            why = f"{second.code.code} never stands beside {first.code.code} (pair edit, indicator 0)."
            draft = refuse(draft, second, "edit", why, pair_cites(draft.policy.edits, edit, _NEVER))
            draft = _used_edition(draft, edit)
    return draft


def same_region(draft: Draft) -> Draft:
    """Refuse the second code of a separable pair when the note gives both to the same region."""
    for first, second, edit in list(_pairs(draft)):
        if not edit.separable or first not in draft.lines or second not in draft.lines:
            continue
        if "98940" <= first.code.code <= "98942" and _one_region(draft, first, second):
            why = f"The note gives {second.code.code} to the region of {first.code.code}; only a separate region is counted."
            pairs = pair_cites(draft.policy.edits, edit, ("cms-ncci-ptp-2024q3/chiropractic-pairs",))
            draft = refuse(draft, second, "edit", why, ("medicare-chiropractic/separate-region", *pairs))
            draft = _used_edition(draft, edit)
    return draft


def _one_region(draft: Draft, first: Line, second: Line) -> bool:
    words = fold(draft.note.told)
    if any(w in words for w in _SAME):
        return True
    mine, other = _region_names(first), _region_names(second)
    return bool(mine and other and mine & other)


def _region_names(line: Line) -> set[str]:
    """Return the canonical regions that the note gives to a line (cervical, lumbar, shoulder …)."""
    return set((line.service.fact("region_names") or "").split(",")) - {""}


def separate_services(draft: Draft) -> Draft:
    """Suggest 59 for a separable pair that the note shows apart; else ask what sets the two apart."""
    if not _applies(draft):
        return draft
    ordered_pairs = [(draft.lines.index(a), draft.lines.index(b), e) for a, b, e in _pairs(draft)]
    for at, beside, edit in ordered_pairs:
        first, second = draft.lines[at], draft.lines[beside]  # a pair before may have changed either
        if not edit.separable or "59" in second.modifiers:
            continue
        draft = _used_edition(draft, edit)
        cites = _separate_cites(draft, edit)
        shown = _apart(draft, first, second)
        if shown and draft.policy.medicare_like:
            why = (
                f"{second.code.code} beside {first.code.code} is a separable pair; the note shows them apart."
            )
            reason = Reason("edit", why, cites, shown)
            draft = swap(draft, second, replace(second, modifiers=(*second.modifiers, "59")).because(reason))
        elif shown:
            text = f"{second.code.code} beside {first.code.code} may need a modifier for separate services with this payer; the note shows them apart."
            draft = warn(
                draft, Warn("ncci_edit", "info", text, (first.code.code, second.code.code), shown, cites)
            )
        else:
            draft = _ask(draft, first, second, cites)
    return draft


def _separate_cites(draft: Draft, edit: PairEdit) -> tuple[str, ...]:
    return ("cms-modifier-59/separate-service", *pair_cites(draft.policy.edits, edit, _MEANING))


def _apart(draft: Draft, first: Line, second: Line) -> tuple[Span, ...]:
    """Return the words that show two services apart: separate regions, separate clock times, or a statement."""
    words = fold(draft.note.told)
    for phrase in _APART:
        for found in re.finditer(re.escape(phrase), words):
            before, after = (
                words[max(0, found.start() - 40) : found.start()],
                words[found.end() : found.end() + 30],
            )
            if not (_NOT_APART.search(before) or _DENIED_AFTER.match(after)):
                return (cut(draft.note.text, found.start(), found.end()),)
    mine = [(clock_range(s.quote), s) for s in first.service.minute_spans]
    other = [(clock_range(s.quote), s) for s in second.service.minute_spans]
    clocked = mine and other and all(c is not None for c, _ in (*mine, *other))
    if clocked and all(disjoint(a, b) for a, _ in mine for b, _ in other if a and b):
        return (mine[0][1], other[0][1])
    return ()


def _ask(draft: Draft, first: Line, second: Line, cites: tuple[str, ...]) -> Draft:
    pair = f"{second.code.code} and {first.code.code}"
    severity: Severity = "required" if draft.policy.medicare_like else "recommended"
    gap = Gap(
        id=f"{second.id}/{second.code.code}.separate.{first.code.code}", element=f"{second.code.code}.separate", kind="other",
        verdict="not_met", severity=severity, where="note", label=f"What sets {pair} apart",
        why=f"{pair} are a pair that is paid together only for separate regions or times, and the note must show it.",
        query=apart_question(draft.policy.codes, second.service.concept, first.service.concept), citations=cites,
    )  # fmt: skip
    draft = swap(draft, second, replace(second, missing=(*second.missing, gap)))
    text = f"{second.code.code} beside {first.code.code}: a pair edit allows both only when they are separate; no 59 is suggested on what the note says."
    level: Literal["warning", "info"] = "warning" if draft.policy.medicare_like else "info"
    return warn(draft, Warn("ncci_edit", level, text, (first.code.code, second.code.code), (), cites))


def apart_question(codes: CodeSet, one: str, other: str) -> str:
    """Ask when and where two concepts were given; a code's own label may tell its tier or its amount.

    Where their names don't tell them apart, or would lead, the question names neither.
    """
    asked = f"In which regions and at which times were {codes.name_of(one)} and {codes.name_of(other)} given?"
    if codes.name_of(one) == codes.name_of(other) or why_leading(asked):
        return "In which regions and at which times was each of the two services given?"
    return asked


def _used_edition(draft: Draft, edit: PairEdit) -> Draft:
    return decided_by(draft, "ncci", draft.policy.edits.edition_of(edit))


def plan_modifiers(draft: Draft) -> Draft:
    """Put the plan modifier (GP, GO, GN) and AT where the payer wants them, in the order of a claim."""
    if draft.policy.payer is None:
        return draft
    return replace(
        draft, lines=tuple(_with_modifiers(draft, draft.policy.payer, line) for line in draft.lines)
    )


def _with_modifiers(draft: Draft, payer: Payer, line: Line) -> Line:
    plan, use, on = plan_modifier(draft.note.visit.discipline), payer.plan_modifiers, draft.policy.on
    if plan and used_on(use, on) and line.code.therapy_status in ("always", "sometimes"):
        line = _marked(line, plan, use.because, use.cites)
    active = payer.active_cmt_modifier
    if active.modifier and line.code.code in active.codes and used_on(active, on):
        line = _marked(line, active.modifier, active.because, active.cites)
    return replace(line, modifiers=ordered(line.modifiers))


def _marked(line: Line, modifier: str, because: str | None, cites: tuple[str, ...]) -> Line:
    reason = Reason("modifier", f"{modifier}: {because or 'the payer asks for it.'}", cites)
    return replace(line, modifiers=(*line.modifiers, modifier)).because(reason)
