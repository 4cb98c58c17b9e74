"""What the note shows beside its services: response, skill, goals, parameters … and facts about a service."""

from __future__ import annotations

import re
from collections.abc import Sequence

from citecoder.model import Span
from citecoder.notes.blanks import unfilled_fields
from citecoder.notes.spans import cut
from citecoder.notes.terms import Lexicon, longest

_MANY = 12
_NUMBER_WORDS = {
    w: n for n, w in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight"), 1)
}
Findings = tuple[tuple[str, tuple[Span, ...]], ...]
_LEVELS = re.compile(r"\b([CTLS])(\d{1,2})(?:\s{0,24}[-/]\s{0,24}([CTLS])?(\d{1,2}))?\b")
_TREATED = r"(?:treated|adjusted|manipulated|addressed|done|performed|mobili[sz]ed|touched)"
_LEFT_OUT = re.compile(
    rf"(?:^|(?<=[.;:\n]))[^.;:\n]{{0,160}}?\b(?:(?:was|were|is|are)n't|not|never)\s+(?:been\s+)?{_TREATED}\b"
    r"|\b(?:no|without)\s+(?:[\w/]+[\s,]+){1,6}(?:adjustments?|adjusting|manipulations?|cmt|treatment)\b"
    rf"|\bdid(?: not|n't) (?:treat|adjust|manipulate|touch)\b[^.;:\n]{{0,120}}",
    re.IGNORECASE | re.MULTILINE,
)
"""Words that say of what stands in them that it was not treated."""
_PRACTICE = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def find_findings(lexicon: Lexicon, text: str, start: int = 0, end: int | None = None) -> Findings:
    """Return the findings between two offsets, each with its first few spans; a field left blank shows nothing."""
    stop = len(text) if end is None else end
    unfilled = unfilled_fields(text, start, stop)
    found: dict[str, list[Span]] = {}
    for hit in lexicon.findings.find(text, start, stop):
        for name in hit.payload:
            found.setdefault(name, []).append(Span(hit.start, hit.end, text[hit.start : hit.end]))
    for name, pattern in lexicon.finding_patterns:
        for match in pattern.finditer(text, start, stop):
            span = cut(text, match.start(), match.end())
            if span.quote:
                found.setdefault(name, []).append(span)
    told = {
        name: [s for s in spans if not any(a < s.end and s.start < b for a, b in unfilled)]
        for name, spans in found.items()
    }
    return tuple((name, tuple(sorted(spans)[:_MANY])) for name, spans in sorted(told.items()) if spans)


def find_regions(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[tuple[Span, str, str], ...]:
    """Return (span, group, region) of the body regions between two offsets."""
    hits = longest(lexicon.regions.find(text, start, end))
    return tuple((Span(h.start, h.end, text[h.start : h.end]), h.payload[0], h.payload[1]) for h in hits)


def find_facts(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[tuple[str, str], ...]:
    """Return the facts that a family's rules look at, as stated between two offsets; "no" outranks "yes"."""
    facts: dict[str, str] = {}
    for hit in longest(lexicon.facts.find(text, start, end)):
        name, value = hit.payload
        if facts.get(name) != "no":
            facts[name] = value
    return tuple(sorted(facts.items()))


def find_numbers(
    lexicon: Lexicon, text: str, concept: str, windows: Sequence[tuple[int, int]]
) -> dict[str, str]:
    """Return the numbers that a concept's rules look at, such as days with data, where the words give just one."""
    found: dict[str, set[int]] = {}
    for name, concepts, pattern in lexicon.numbers:
        if concept in concepts:
            told = (m[1] for a, b in windows for m in pattern.finditer(text, a, b))
            found.setdefault(name, set()).update(number for n in told if (number := _number(n)) is not None)
    return {name: str(values.pop()) for name, values in found.items() if len(values) == 1}


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else _NUMBER_WORDS.get(word.casefold())


def muscles_in(lexicon: Lexicon, text: str, start: int, end: int) -> int:
    """Count the distinct muscles named between two offsets."""
    return len({h.payload for h in longest(lexicon.muscles.find(text, start, end))})


def _inside(at: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def spinal_regions(lexicon: Lexicon, text: str, start: int, end: int) -> tuple[tuple[str, Span], ...]:
    """Return the distinct spinal regions named between two offsets, by level (C5, T4, L5-S1) or by name.

    Regions that are said not to have been treated are left out.
    """
    found: dict[str, Span] = {}
    line_end = text.find("\n", end)
    first, last = text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end
    left_out = [m.span() for m in _LEFT_OUT.finditer(text, first, last)]
    for match in _LEVELS.finditer(text, start, end):
        if _inside(match.start(), left_out):
            continue
        for letter in {match[1], match[3] or match[1]}:
            found.setdefault(_PRACTICE[letter], Span(match.start(), match.end(), match.group()))
    for span, group, region in find_regions(lexicon, text, start, end):
        if _inside(span.start, left_out):
            continue
        if group == "spine" and region not in found and not _LEVELS.fullmatch(span.quote):
            found[region] = span
    return tuple(found.items())
