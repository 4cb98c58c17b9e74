"""What a document says of rules that hold whatever the code: thresholds, reports, supervision, the table of units.

Such a claim is told of the code that its section is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from citecoder.checking.claims import Attribute, Facts, Judged, Said
from citecoder.checking.clauses import Clause
from citecoder.checking.counting import with_lead
from citecoder.notes.times import NUMBER_WORD, number
from citecoder.rules.units import total_units

_DOLLARS = re.compile(r"\$\s?(\d{1,2},?\d{3})(?:\.00)?\b")
_THRESHOLD = re.compile(r"\b(?:KX|threshold|cap)\b", re.IGNORECASE)
_REVIEW = re.compile(r"\b(?:medical|targeted) review\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(20[12]\d)\b")
_RANGE = re.compile(r"\b(\d{1,3})\s?(?:-|–|—|to|through)\s?(\d{1,3})\b(?! days| percent|%| years)")
_UNITS_OF_RANGE = re.compile(rf"\b(\d{{1,2}}|{NUMBER_WORD}) units?\b", re.IGNORECASE)


class _Rule(NamedTuple):
    """A thing often said wrongly: the words that say it, and what holds instead."""

    attribute: Attribute
    says: re.Pattern[str]
    because: str
    cites: tuple[str, ...]


_RULES = (
    _Rule(
        "documentation",
        re.compile(
            r"\bevery (?!10(?:th)?\b|ten(?:th)?\b|single\b|few\b|other\b)(?:\d{1,2}|\w+)(?:th)? (?:treatment days?|visits?|treatments)\b",
            re.IGNORECASE,
        ),
        "A progress report is due at least every 10 treatment days.",
        ("cms-bpm-15/progress-report",),
    ),
    _Rule(
        "provider",
        re.compile(
            r"\b(?:assistants?|PTAs?|OTAs?)\b[^.;]{0,60}\b(?:set|change|establish|write|update|revise)\w* (?:new |the |their own )?goals\b|\b(?:assistants?|PTAs?|OTAs?)\b[^.;]{0,60}\bjudge progress\b",
            re.IGNORECASE,
        ),
        "An assistant may not set or change goals, judge progress or take charge of the case.",
        ("cms-bpm-15/assistants-limits",),
    ),
    _Rule(
        "provider",
        re.compile(
            r"\b(?:on[- ]site|in the (?:office|building|suite|clinic)|direct supervision)\b[^.;]{0,50}\b(?:assistants?|PTAs?|OTAs?)\b|\b(?:assistants?|PTAs?|OTAs?)\b[^.;]{0,60}\b(?:on[- ]site|in the (?:office|building|suite)|direct supervision)\b",
            re.IGNORECASE,
        ),
        "Medicare asks for general supervision of assistants in private practice too, since 2025-01-01.",
        ("cms-bpm-15/assistant-supervision",),
    ),
    _Rule(
        "modifier",
        re.compile(
            r"\b(?:(?:always|routinely|simply) (?:add|append|put|use|attach) (?:modifier )?-?59|(?:modifier )?-?59 (?:on|to|with) (?:every|all|each)\b)",
            re.IGNORECASE,
        ),
        "59 belongs only on a pair that an edit allows and the record shows as separate.",
        ("cms-modifier-59/separate-service",),
    ),
)
_NOT_NOW = re.compile(r"\b(?:not|never|no longer|used to|until|cannot|formerly)\b|n['’]t\b", re.IGNORECASE)
_MEDICARE_ONLY = frozenset({"cms-bpm-15/assistant-supervision"})
_REPORT = re.compile(r"\bprogress reports?\b|\breports? (?:is|are) due\b", re.IGNORECASE)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of rules at large."""
    if len(clause.codes) != 1:
        return
    text = with_lead(clause)
    shift = len(text) - len(clause.text)
    for said in (*_rules(clause, text), *_thresholds(clause, facts, text), *_table(clause, facts, text)):
        yield said._replace(start=max(0, said.start - shift), end=max(1, said.end - shift))


def _rules(clause: Clause, text: str) -> Iterator[Said]:
    for rule in _RULES:
        match = rule.says.search(text)
        if match and re.search(r"\bused to\b|\buntil 20", text):
            continue
        if match is None or (
            rule.attribute == "documentation" and not _REPORT.search(f"{clause.statement.lead} {text}")
        ):
            continue
        if _MEDICARE_ONLY & set(rule.cites) and not re.search(
            r"\b(?:medicare|private practice)\b", text, re.IGNORECASE
        ):
            continue
        if _NOT_NOW.search(match[0]):
            continue
        judged = Judged(False, rule.because, rule.cites)
        yield Said(
            rule.attribute,
            clause.codes[0],
            match.start(),
            match.end(),
            judged,
            clause.denied(match.start(), match.end()),
        )


def _thresholds(clause: Clause, facts: Facts, text: str) -> Iterator[Said]:
    """Yield the threshold of a year, held against the payer's file."""
    amount, whole = _DOLLARS.search(text), f"{clause.statement.lead} {clause.statement.text}"
    year = _YEAR.search(whole)
    if amount is None or year is None or not _THRESHOLD.search(whole) or _REVIEW.search(whole):
        return
    known = next(
        (t for t in facts.payers["medicare"].thresholds if t.kind == "kx" and t.year == int(year[1])), None
    )
    if known is None or known.confidence == "low" or len(set(_YEAR.findall(whole))) > 1:
        return
    told = int(amount[1].replace(",", ""))
    because = f"The KX threshold of {known.year} is ${known.pt_slp:,.0f} for PT and speech together and ${known.ot:,.0f} for OT."
    judged = Judged(told in (known.pt_slp, known.ot), because, known.cites)
    yield Said("payer", clause.codes[0], amount.start(), amount.end(), judged, denied=False)


def _table(clause: Clause, facts: Facts, text: str) -> Iterator[Said]:
    """Yield a row of the table of units: a range of minutes and what it earns."""
    code = facts.codes.get(clause.codes[0])
    found = _RANGE.search(text)
    if found is None or not code.timed:
        return
    units = _UNITS_OF_RANGE.search(text, found.end())
    cell = (
        re.search(r"(?<![\d,])(\d{1,2})\s*$", text)
        if clause.statement.kind == "cell" and "unit" in text.casefold()
        else None
    )
    stated = units or cell
    low, high = int(found[1]), int(found[2])
    if (
        stated is None
        or stated.start() < found.end()
        or not re.search(r"minute|min\b|unit", text, re.IGNORECASE)
        or high <= low
    ):
        return
    told = number(stated[1])
    earned = {total_units(low), total_units(high)}
    because = f"{low} to {high} timed minutes earn {' to '.join(str(u) for u in sorted(earned))} units by total time."
    judged = Judged(
        told in earned if len(earned) == 1 else (None if told in earned else False),
        because,
        ("cms-cpm-5/units-table",),
    )
    yield Said("units", code.code, found.start(), stated.end(), judged, denied=False)
