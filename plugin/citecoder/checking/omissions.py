"""What a document on a code leaves out that decides claims: the payer's own code, the unit rule, a pair that never stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from citecoder.checking.claims import Claim, Facts, Omission, is_evaluation
from citecoder.checking.statements import Statement, codes_in
from citecoder.codes import Code
from citecoder.rules.payer import bundled_by, not_covered_by, substitution_for, used_on

_NEEDED = 3
_UNIT_RULE = re.compile(
    r"\b(?:untimed|timed|time[- ]based|(?:8|eight)[- ]minute|midpoint|units?\b|(?:15|fifteen)[- ]minute|per (?:hour|day|session|visit))",
    re.IGNORECASE,
)


def omissions(
    text: str, statements: Sequence[Statement], claims: Sequence[Claim], facts: Facts
) -> Iterator[Omission]:
    """Yield what is left out about each code that the document is about."""
    for code in subjects(text, statements, facts.known):
        found = facts.codes.get(code)
        told = {c.attribute for c in claims if c.code == code and c.verdict == "supported"}
        yield from _medicare(found, text, facts)
        yield from _unit_rule(found, told)
        yield from _attendance(found, told)
        yield from _special(found, text, facts)
        yield from _never_with(found, text, facts)


def subjects(text: str, statements: Sequence[Statement], known: frozenset[str]) -> tuple[str, ...]:
    """Return the codes that a document is about: named in a title or heading and at least three times in all."""
    headed = {c for s in statements if s.kind in ("heading", "question") for c in codes_in(s.text, known)}
    return tuple(c for c in sorted(headed) if len(re.findall(rf"\b{c}\b", text)) >= _NEEDED)


def _medicare(code: Code, text: str, facts: Facts) -> Iterator[Omission]:
    medicare = facts.payers["medicare"]
    swap = substitution_for(medicare, code.code, facts.on)
    if swap and swap.by not in text:
        yield Omission(code.code, f"Medicare takes {swap.by} in place of {code.code}.", swap.cites)
    fact = bundled_by(medicare, code.code, facts.on) or not_covered_by(medicare, code.code, facts.on)
    if fact and not re.search(r"\bmedicare\b", text, re.IGNORECASE):
        yield Omission(code.code, fact.because, fact.cites)


def _unit_rule(code: Code, told: AbstractSet[str]) -> Iterator[Omission]:
    if told & {"timing", "units"}:
        return
    if code.timing == "timed15":
        what = f"The unit rule: {code.code} is counted in 15-minute units, a first one from 8 minutes; Medicare pools the minutes of all timed codes, other payers judge each code."
        yield Omission(code.code, what, ("cms-cpm-5/counting-minutes", "midpoint-method/code-by-code"))
    elif code.timing in ("untimed", "per_day"):
        what = f"The unit rule: {code.code} is untimed, one unit a day whatever the minutes."
        yield Omission(code.code, what, ("cms-cpm-5/untimed-one-unit", *code.timing_cites[:1]))


def _attendance(code: Code, told: AbstractSet[str]) -> Iterator[Omission]:
    if code.attendance == "constant" and "attendance" not in told:
        yield Omission(code.code, f"{code.code} asks for constant attendance by the clinician.", code.cites)


def _special(code: Code, text: str, facts: Facts) -> Iterator[Omission]:
    active = facts.payers["medicare"].active_cmt_modifier
    if code.code in active.codes and used_on(active, facts.on) and not re.search(r"\bAT\b", text):
        yield Omission(
            code.code,
            "Medicare wants modifier AT on active treatment; without it the line is taken for maintenance.",
            active.cites,
        )
    if is_evaluation(code) and not re.search(r"complexity", text, re.IGNORECASE):
        because = f"The tiers: {code.label}; the lowest component decides between low, moderate and high complexity."
        yield Omission(code.code, because, code.cites)


def _never_with(code: Code, text: str, facts: Facts) -> Iterator[Omission]:
    """Name the best-known partner that is never billed the same day, when the document names none of them."""
    rows = [
        r for r in facts.edits.all_for(code.code) if not r.separable and r.other(code.code) in facts.known
    ]
    near = {c.code for c in code.confused_with}
    others = [r.other(code.code) for r in rows]
    close = [o for o in others if o in near]
    if close and not any(o in text for o in others):
        what = f"{code.code} is never billed the same day as {', '.join(close)}, with or without a modifier."
        yield Omission(code.code, what, facts.edits.editions.ncci.cites)
