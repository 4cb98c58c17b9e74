"""Which dates a text gives as those of visits, and which stretches of it record other visits than the one reviewed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from citecoder.model import Block
from citecoder.notes.dates import find_dates
from citecoder.notes.terms import Lexicon

_ASIDE_SECTIONS = frozenset({"history", "subjective", "diagnosis", "goals", "prior_visit"})
SIGNATURE_LINE = re.compile(r"\b(?:PT|DPT|PTA|OTR?(?:/L)?|COTA(?:/L)?|CCC-SLP|SLP|DC)\b")
_SIGNED = re.compile(r"\bsign(?:ed|ature)\b|/s/", re.IGNORECASE)


def other_visits(
    lexicon: Lexicon, text: str, blocks: Sequence[Block], mine: date | None
) -> list[tuple[int, int]]:
    """Return the stretches of a text that record visits of other dates than the one reviewed.

    A visit reaches from its date to the next visit's. Nothing is set apart while the text names one date, or
    while the date reviewed is not among those that it names.
    """
    fields = sorted(date_fields(lexicon, text, blocks), key=lambda f: f[1])
    if mine is None or mine not in {value for value, _ in fields}:
        return []
    ends = [*(start for _, start in fields[1:]), len(text)]
    return [(start, end) for (value, start), end in zip(fields, ends, strict=True) if value != mine]


def date_fields(lexicon: Lexicon, text: str, blocks: Sequence[Block]) -> list[tuple[date, int]]:
    """Return the dates of explicit visit-date fields with their offsets; without any, of weaker signs.

    The weaker signs are a bare "Date:" and a line that a date opens, outside histories and signatures.
    """
    names = lexicon.vocabulary["visit"]["date_fields"]
    plain = [n for n in names if " " not in n and n != "dos"]
    explicit = _fields_named(text, [n for n in names if n not in plain])
    if explicit:
        return explicit
    weak = [*_fields_named(text, plain), *_opened_by_dates(text)]
    return [f for f in weak if not _told_aside(text, blocks, f[1])]


def _fields_named(text: str, names: Sequence[str]) -> list[tuple[date, int]]:
    said = "|".join(re.escape(n) for n in names)
    pattern = re.compile(
        rf"(?:^|\n|[|\t]|(?<=\s\s)|(?<=\.\s))[ \t]{{0,8}}(?:[-*•][ \t]?)?(?:(?:{said})\s{{0,24}}[:=#]?\s{{0,24}}|visit\s{{0,24}}#?\s{{0,24}}\d+\s{{0,24}}[(:,-]*\s{{0,24}})(?=\w*\s?\d)",
        re.IGNORECASE,
    )
    return _dates_at(text, [(m.start(), m.end()) for m in pattern.finditer(text)])


def _opened_by_dates(text: str) -> list[tuple[date, int]]:
    opening = re.compile(
        r"(?:^|\n)[ \t]{0,12}(?=\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}[ \t]{0,4}(?:[:–-]|\n))"
    )
    return _dates_at(text, [(m.start(), m.end()) for m in opening.finditer(text)])


def _dates_at(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[date, int]]:
    found = []
    for start, at in places:
        first = next((d for d in find_dates(text[at : at + 24]) if d.full and d.start <= 2), None)
        if first:
            found.append((first.value, start))
    return found


def _told_aside(text: str, blocks: Sequence[Block], start: int) -> bool:
    """Tell whether a date stands in a history, a diagnosis or a goal, or beside a signature."""
    at = bisect_right(blocks, start, key=lambda b: b.start) - 1
    inside = at >= 0 and start < blocks[at].end and blocks[at].section in _ASIDE_SECTIONS
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return inside or _SIGNED.search(before) is not None or SIGNATURE_LINE.search(before) is not None
