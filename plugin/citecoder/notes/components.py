"""The components of an evaluation that a note tells: history, examination, presentation, decision making.

What the grid's own words name comes first; a component that they leave open may be told in plain words ("the picture is
still moving"), heard by learned weights. Only what is told counts; nothing is inferred from findings, so that no tier is
read into a note. Source: the grids of evaluation-tiers/pt-tiers and evaluation-tiers/ot-tiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from citecoder.model import Component, Span
from citecoder.notes.learned import ReadingModel, Weights
from citecoder.notes.sentences import blank_unticked, count_items, describe_sentences
from citecoder.notes.spans import cut
from citecoder.notes.times import number
from citecoder.notes.words import tokens

_N = r"(\d{1,2}|one|two|three|four|five|six|seven|eight|no|none|zero)"
_LEVEL = r"(low|moderate|mod|high)"
_STATED_TIER = re.compile(
    rf"\b(?:evaluation|eval)\b[^.;\n]{{0,40}}\b{_LEVEL}[ -]{{1,3}}complexity\b|\b(?:evaluation|eval)\b[^.;\n]{{0,24}}\bcomplexity\s{{0,3}}[:=(-]\s{{0,3}}{_LEVEL}\b"
    rf"|\b{_LEVEL}[ -]{{1,3}}complexity\b[^.;\n]{{0,30}}\b(?:evaluation|eval)\b",
    re.IGNORECASE,
)
_OF_DECISION = re.compile(r"decision|\bcdm\b|reasoning|analytic", re.IGNORECASE)
_TICK = re.compile(r"\[[xX✓]\]|\([xX✓]\)|☑|☒")
_BEARS = r"(?:affect|bear|limit|complicat|slow|influenc|impact|add(?:s|ing)? (?:in)?to|change how)"
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
    ("history", rf"{_N}(?:\s{{1,24}}other)?(?:\s{{1,24}}medical)?\s{{1,24}}conditions\s{{1,24}}(?:\w+\s{{1,24}}){{0,2}}{_BEARS}", _count(1, 3)),
    ("history", rf"(both) of (?:which|these|those|them)\s{{1,24}}(?:\w+\s{{1,24}}){{0,2}}{_BEARS}", _named(both="moderate")),
    ("exam", r"body structures?[^\n]{0,200}\((\d)\)", _count(3, 4)),
    ("history", r"factors affecting[^\n:|]*[:|]\s{0,24}((?:\(?\d\)[^\n]+))", _numbered(1, 3)),
    ("exam", r"body struct\w*\s{0,24}(?:/|and|&)\s{0,24}func\w*\s{0,24}[:|]\s{0,24}([^\n]+(?:\n\s{0,24}(?:activit|particip)[^\n]+)*)", _parts(3, 4)),
    ("history", r"(?:comorbidit|personal factors?)[^\n:|]*[:|]\s{0,24}((?:\d\)[^\n]+))", _numbered(1, 3)),
    ("history", r"(?:factors|comorbidities) (?:that )?affect\w*[^\n(]{0,30}\(([^)\d]+)\)", _listed(1, 3)),
    ("exam", r"deficits in\s{1,24}((?:[^.;,\n]+,\s{0,24})+[^.\n]+)", _listed(3, 4)),
    ("exam", r"body structures?\s{0,24}(?:/|and|&)\s{0,24}functions?\s{0,24}[:|]\s{0,24}([^\n]+(?:\n\s{0,24}(?:activit|particip)[^\n]+)*)", _listed(3, 4)),
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
    ("deficits", r"performance deficits?\s{0,24}[:|]\s{0,24}((?![\d\s])[^\n.]+)", _listed(4, 6)),
    ("deficits", r"deficits?[^\n]{0,12}\n((?:[ \t]*[-•]?[ \t]?\d[.)]?[ \t]+[^\n]+\n?){1,20})", _lines(4, 6)),
    ("deficits", r"deficits?:\s{0,24}((?:\d\s{1,24}\D[^\n]*))", _digits(4, 6)),
    ("deficits", r"deficits?(?: (?:identified|found|named))?\s{0,24}[:=(|]\s{0,24}" + _N + r"\b", _count(4, 6)),
    ("decision", rf"(?:clinical )?(?:decision[- ]making|cdm)\s{{0,24}}(?:is|[:=|-]|of)?\s{{0,24}}{_LEVEL}", _tier),
    ("decision", rf"{_LEVEL}(?: complexity)?\s{{1,24}}(?:clinical )?(?:decision[- ]making|cdm|analytic)", _tier),
    ("decision", rf"(?:assessment\s{{0,24}}[:=]\s{{0,24}}{_LEVEL}\s{{1,24}}complex|(?<!\w)complexity\s{{0,24}}[:=]\s{{0,24}}{_LEVEL}\b)", _tier),
    ("decision", r"(few|limited|several|multiple|many|numerous)\s{1,24}(?:\w+\s{1,24})?(?:options|choices)", _named(few="low", limited="low", several="moderate", multiple="high", many="high", numerous="high")),
)  # fmt: skip
_GRIDS = {"PT": _PT, "OT": _OT}
_SURE = 0.4  # likelihood from which a component and its level count as told, the same for every level
_LEVELS: dict[str, Level] = {"low": "low", "moderate": "moderate", "high": "high"}
_COUNTS = {"exam": (3, 4), "deficits": (4, 6)}  # moderate from, high from
_ELSEWHERE = frozenset({"k:goal", "k:before", "h:goal", "hl:goal", "h:plan", "hl:plan", "h:hep", "hl:hep"})
_CUES = {
    name: frozenset([*(f"k:{kind}" for kind in kinds.split()), *(f"h:{w}" for w in tokens(labels))])
    for name, kinds, labels in (
        ("history", "nothing bears illness", "factors"),
        ("exam", "lacking treated", "exam examination elements"),
        ("presentation", "same mending simple shifting unsure", "presentation course"),
        ("decision", "weighed reworked unhelped simple", "decision cdm"),
    )
}
"""The ways to say what the PT grid asks, or labels that ask it: a sentence without one of them tells no component.

What a PT note finds and does is close in its words to what the grid asks; the OT grid's words stand apart.
"""


def find_components(text: str, discipline: str | None, model: ReadingModel) -> tuple[Component, ...]:
    """Return each component that the note tells, once: as the grid's words name it, or else in plain words.

    Args:
        text: the note.
        discipline: the visit's; only ``PT`` and ``OT`` evaluations have components.
        model: the learned weights.
    """
    ticked = blank_unticked(text)
    found = {c.name: c for c in _named_in(text, ticked, discipline)}
    weights = model.components.get(discipline or "")
    for each in _heard(text, ticked, discipline, weights) if weights else ():
        found.setdefault(each.name, each)
    return tuple(found.values())


def find_stated_tier(text: str) -> Component | None:
    """Return the tier that a note gives its evaluation as a whole; the level of its decision making is another thing."""
    for match in _STATED_TIER.finditer(blank_unticked(text)):
        line = text[max(0, text.rfind("\n", 0, match.start()) + 1) : match.end()]
        if not _OF_DECISION.search(line + text[match.end() : match.end() + 24].partition("\n")[0]):
            level = next(g for g in match.groups() if g)
            return Component("evaluation", _tier(level), cut(text, match.start(), match.end()))
    return None


def _named_in(text: str, ticked: str, discipline: str | None) -> Iterator[Component]:
    """Yield what the grid's words name; the first pattern that finds a component speaks for it.

    An OT count that two tiers share (3 and 5 deficits) is read as the lower tier's; the rest of the grid decides.
    """
    close, places = _closed_up(ticked)
    seen: set[str] = set()
    for name, pattern, level in _GRIDS.get(discipline or "", ()):
        match = None if name in seen else re.search(pattern, close, re.IGNORECASE)
        if match:
            seen.add(name)
            start, end = places[match.start()], places[match.end() - 1] + 1
            yield Component(
                name, level(next(g for g in match.groups() if g)), Span(start, end, text[start:end])
            )


def _closed_up(ticked: str) -> tuple[str, list[int]]:
    """Return the text with each tick and each run of blanks as one blank, and where its characters stand in the text."""
    plain = _TICK.sub(lambda m: " " * len(m.group()), ticked)
    places = [i for i, c in enumerate(plain) if c != " " or plain[i - 1 : i] != " "]
    return "".join(plain[i] for i in places), places


def _heard(text: str, ticked: str, discipline: str | None, weights: Weights) -> Iterator[Component]:
    """Yield each component and level that a sentence is likely enough to tell: of several sentences the likeliest."""
    sentences = [s for s in describe_sentences(ticked) if _ELSEWHERE.isdisjoint(s.features)]
    if not sentences:
        return
    shares = weights.likelihoods([s.features for s in sentences])
    names = [c.split(".") for c in weights.classes]
    for name in dict.fromkeys(n[0] for n in names if len(n) == 2):
        columns = [i for i, n in enumerate(names) if n[0] == name]
        cues = _CUES.get(name) if discipline == "PT" else None
        cued = np.array([cues is None or not cues.isdisjoint(s.features) for s in sentences])
        told = shares[:, columns] * cued[:, None]
        if name in _COUNTS:  # what is counted decides the level
            told = told.sum(axis=1, keepdims=True)
        at, best = np.unravel_index(int(told.argmax()), told.shape)
        if told[at, best] >= _SURE:
            span = cut(text, sentences[at].start, sentences[at].end)
            yield Component(name, _counted(name, _LEVELS[names[columns[best]][1]], span.quote), span)


def _counted(name: str, level: Level, words: str) -> Level:
    """Return the level that the things told bear out: where the grid counts, each one counted must be named."""
    if name not in _COUNTS:
        return level
    moderate, high = _COUNTS[name]
    return _count(moderate, high)(str(count_items(words)))
