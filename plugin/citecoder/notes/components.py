"""The components of an evaluation that a note names: history, examination, presentation, decision making.

Only what is named counts; nothing is inferred from findings, so that no tier is read into a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from citecoder.model import Span
from citecoder.notes.times import number

_N = r"(\d{1,2}|one|two|three|four|five|six|seven|eight|no|none|zero)"
_LEVEL = r"(low|moderate|mod|high)"
Level = Literal["low", "moderate", "high"]


def _count(moderate: int, high: int) -> Callable[[str], Level]:
    def level(words: str) -> Level:
        value = 0 if words.lower() in ("no", "none", "zero") else number(words) or 0
        return "high" if value >= high else "moderate" if value >= moderate else "low"

    return level


def _listed(moderate: int, high: int) -> Callable[[str], Level]:
    """Count the items of a list: "ROM, strength, balance and gait" is four."""

    def level(words: str) -> Level:
        items = [i for i in re.split(r",|\band\b|/", words) if re.search(r"\w", i)]
        return "high" if len(items) >= high else "moderate" if len(items) >= moderate else "low"

    return level


def _digits(moderate: int, high: int) -> Callable[[str], Level]:
    """Count the items of "1 grip 2 strength 3 coordination": the numbers that go up by one."""

    def level(words: str) -> Level:
        wanted = 0
        for found in re.findall(r"(?:^|\s)(\d)(?=\s{1,24}\D)", words):
            wanted += int(found) == wanted + 1
        return _count(moderate, high)(str(wanted))

    return level


def _parts(moderate: int, high: int) -> Callable[[str], Level]:
    """Count what semicolons, commas and lines part."""
    return lambda words: _count(moderate, high)(
        str(len([x for x in re.split(r"[;,\n]", words) if re.search(r"\w", x)]))
    )


def _lines(moderate: int, high: int) -> Callable[[str], Level]:
    """Count the lines of a list."""
    return lambda words: _count(moderate, high)(str(len([x for x in words.splitlines() if x.strip()])))


def _numbered(moderate: int, high: int) -> Callable[[str], Level]:
    """Count the items of a numbered list: "1) … 2) …" is two."""

    def level(words: str) -> Level:
        items = re.findall(r"\d\)", words)
        return "high" if len(items) >= high else "moderate" if len(items) >= moderate else "low"

    return level


def _named(**levels: Level) -> Callable[[str], Level]:
    return lambda words: next(level for word, level in levels.items() if word in words.lower())


def _tier(words: str) -> Level:
    return _named(mod="moderate", low="low", high="high")(words)


_PT: tuple[tuple[str, str, Callable[[str], Level]], ...] = (
    ("history", rf"{_N}(?:\s{{1,24}}or more)?\s{{1,24}}(?:personal factors?|comorbidit\w+|factors?)", _count(1, 3)),
    ("history", r"(?:history|personal factors?|comorbidit\w+)\s{0,24}(?:component)?\s{0,24}[:=-]?\s{0,24}" + _N + r"\b", _count(1, 3)),
    ("history", r"(?:comorbidit|personal factors?)[^\n]{0,160}\((\d)\)", _count(1, 3)),
    ("exam", r"body structures?[^\n]{0,200}\((\d)\)", _count(3, 4)),
    ("history", r"factors affecting[^\n:|]*[:|]\s{0,24}((?:\(?\d\)[^\n]+))", _numbered(1, 3)),
    ("exam", r"body struct\w*\s{0,24}/\s{0,24}func\w*\s{0,24}[:|]\s{0,24}([^\n]+(?:\n\s{0,24}(?:activit|particip)[^\n]+)*)", _parts(3, 4)),
    ("history", r"(?:comorbidit|personal factors?)[^\n:|]*[:|]\s{0,24}((?:\d\)[^\n]+))", _numbered(1, 3)),
    ("history", r"(?:factors|comorbidities) (?:that )?affect\w*[^\n(]{0,30}\(([^)\d]+)\)", _listed(1, 3)),
    ("exam", r"deficits in\s{1,24}((?:[^.;,\n]+,\s{0,24})+[^.\n]+)", _listed(3, 4)),
    ("exam", r"body structures?\s{0,24}/\s{0,24}functions?\s{0,24}[:|]\s{0,24}([^\n]+(?:\n\s{0,24}(?:activit|particip)[^\n]+)*)", _listed(3, 4)),
    ("exam", rf"{_N}(?:\s{{1,24}}or more)?\s{{1,24}}(?:elements|body structures?|body functions?|exam(?:ination)? elements|impairments(?: and| /|,| of)|body systems)", _count(3, 4)),
    ("exam", r"(?:examination|exam|body (?:systems|structures)[\w\s/]*)\s{0,24}[:=-]\s{0,24}" + _N + r"\b", _count(3, 4)),
    ("exam", r"\bexamin(?:ed|ation (?:of|included|covered|found))\s{1,24}((?:[^.;,\n]+,\s{0,24})+[^.;\n]+)", _listed(3, 4)),
    ("exam", rf"{_N}\s{{1,24}}(?:elements|structures|systems|functions)\s{{1,24}}(?:were )?examined", _count(3, 4)),
    ("presentation", r"(?:clinical )?presentation\s{0,24}(?:is|[:=|-])?\s{0,24}(?:with\s{1,24})?(stable|evolving|changing|unstable|unpredictable|uncomplicated)", _named(unstable="high", unpredictable="high", evolving="moderate", changing="moderate", stable="low", uncomplicated="low")),
    ("presentation", r"(stable|evolving|unstable|unpredictable)(?:[\w\s,/&]{0,20})?(?:clinical )?presentation", _named(unstable="high", unpredictable="high", evolving="moderate", stable="low")),
    ("decision", rf"(?:clinical )?(?:decision[- ]making|cdm)\s{{0,24}}(?:is|[:=|-]|of)?\s{{0,24}}{_LEVEL}", _tier),
    ("decision", rf"{_LEVEL}(?: complexity)?\s{{1,24}}(?:clinical )?(?:decision[- ]making|cdm)", _tier),
)  # fmt: skip
_OT: tuple[tuple[str, str, Callable[[str], Level]], ...] = (
    ("profile", r"(brief|expanded|extensive)\s{1,24}(?:\w+\s{1,24}){0,2}(?:review|history|hx|chart|profile|occupational profile|record)", _named(brief="low", expanded="moderate", extensive="high")),
    ("profile", r"(?:occupational profile|profile|history)(?:/\w+)?\s{0,24}[:=-]?\s{0,24}(brief|expanded|extensive)", _named(brief="low", expanded="moderate", extensive="high")),
    ("deficits", rf"{_N}(?:\s{{1,24}}or more)?\s{{1,24}}(?:performance\s{{1,24}}|occupational\s{{1,24}})?(?:performance )?deficits", _count(4, 6)),
    ("profile", r"\b(expanded|extensive)\s{1,24}because", _named(expanded="moderate", extensive="high")),
    ("deficits", r"performance deficits?\s{0,24}[:|]\s{0,24}((?!\d)[^\n.]+)", _listed(4, 6)),
    ("deficits", r"deficits?[^\n]{0,12}\n((?:[ \t]*[-•]?[ \t]?\d[.)]?[ \t]+[^\n]+\n?){1,20})", _lines(4, 6)),
    ("deficits", r"deficits?:\s{0,24}((?:\d\s{1,24}\D[^\n]*))", _digits(4, 6)),
    ("deficits", r"deficits?(?: (?:identified|found|named))?\s{0,24}[:=(|]\s{0,24}" + _N + r"\b", _count(4, 6)),
    ("decision", rf"(?:clinical )?(?:decision[- ]making|cdm)\s{{0,24}}(?:is|[:=|-]|of)?\s{{0,24}}{_LEVEL}", _tier),
    ("decision", rf"{_LEVEL}(?: complexity)?\s{{1,24}}(?:clinical )?(?:decision[- ]making|cdm|analytic)", _tier),
    ("decision", rf"(?:assessment\s{{0,24}}[:=]\s{{0,24}}{_LEVEL}\s{{1,24}}complex|(?<!\w)complexity\s{{0,24}}[:=]\s{{0,24}}{_LEVEL}\b)", _tier),
    ("decision", r"(few|limited|several|multiple)\s{1,24}(?:\w+\s{1,24})?options", _named(few="low", limited="low", several="moderate", multiple="high")),
)  # fmt: skip
_GRIDS = {"PT": _PT, "OT": _OT}


def find_components(text: str, discipline: str | None) -> tuple[tuple[str, Level, Span], ...]:
    """Return (component, level, where it is named) for each component that the note names, first naming first.

    An OT count that two tiers share (3 and 5 deficits) is read as the lower tier's; the rest of the grid decides.
    """
    found: dict[str, tuple[str, Level, Span]] = {}
    for name, pattern, level in _GRIDS.get(discipline or "", ()):
        match = re.search(pattern, text, re.IGNORECASE)
        if match and name not in found:
            found[name] = (
                name,
                level(next(g for g in match.groups() if g)),
                Span(match.start(), match.end(), match.group()),
            )
    return tuple(found.values())
