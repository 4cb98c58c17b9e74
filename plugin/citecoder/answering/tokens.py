"""A text → its tokens in order: codes, modifiers, numbers with their units, dates, payers, people, and plain words.

Knows how these are written. Whether they are denied is for ``polarity``, whether they are borne out for ``grounding``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from citecoder.answering.binding import BREAKERS, FINITE, INTRODUCING, STOPS, VERBAL
from citecoder.answering.meanings import meanings
from citecoder.answering.names import (
    COUNTED,
    FIELDS,
    MODIFIERS,
    MONTH,
    NUMBERED,
    PAYERS,
    REWRITES,
    WHO,
)
from citecoder.answering.numbers import (
    AFTER,
    BOUNDS,
    DATE_BOUNDS,
    NUM,
    Bound,
    any_of,
    bound_of,
    date_of,
    spelled,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "code", "modifier", "number", "date", "payer", "who", "field", "label", "word", "negator", "stop"
]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text that says something.

    Attributes:
        value: what is compared: a code, a number, a date, a payer's id, a person, a word's concept, a negator's kind.
        written: as it stands in the text, lower case.
        place: where it stands, counted in words; commas and ends of sentences count as further words.
        clause: the number of its clause; negation reaches no further.
        unit: what a number counts; empty when that is not told.
        bound: whether a number or a date is a least or a most.
        sign: -1 when it is denied, or means the contrary of its concept.
        polar: whether its concept has a contrary.
        sentence: the number of its sentence, or of its part between semicolons.
        denied: whether "without" stands just before it.
        lexical: -1 when the word itself means the contrary of its concept, negators left aside.
        scoped: whether an odd number of negators stands before it in its clause.
    """

    kind: Kind
    value: str
    written: str
    place: float
    clause: int
    unit: str = ""
    bound: Bound = ""
    sign: int = 1
    polar: bool = False
    sentence: int = 0
    denied: bool = False
    lexical: int = 1
    scoped: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What two tokens that mean the same have in common."""
        return self.kind, self.value


_SCAN = re.compile(
    "|".join(
        (
            r"(?P<reference>§+\s?[\w.]+|\bch\.?\s?\d+|\bsection \d[\w.]*|\b\d+ (?:CFR|USC)\s[\w.()]+|\bpub\.? \d[\w-]*)",
            (
                rf"(?:\b(?P<since>{any_of(DATE_BOUNDS)}) (?:and including )?(?:the )?(?:(?:start|beginning|end|middle|close) of )?)?"
                rf"(?P<date>\b\d{{4}}-\d\d(?:-\d\d)?\b|\b(?:{MONTH}) \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b|\b\d{{1,2}} (?:{MONTH}),? (?:19|20)\d\d\b|\b(?:{MONTH}),? (?:of )?(?:19|20)\d\d\b|(?<![$,.])\b(?:19|20)\d\d\b(?![,.]\d))"
            ),
            r"(?P<codes>(?-i:\b(?:\d{5}|[A-Z]\d{4}|\d{4}[TF])\b(?:\s?(?:-|–|to|through|thru)\s?(?:\d{5}|[A-Z]\d{4})\b)?))",
            r"(?P<label>(?-i:\bPart [ACD]\b|\b(?:[A-Z]{2,4}-\d+\w*|\d{2,3}X|[A-Z]{1,2}\d{1,3}\.\d+)\b))",
            rf"(?P<modifier>(?-i:\b(?:{'|'.join(MODIFIERS)})\b))",
            rf"(?:\b(?P<least>{any_of(BOUNDS)}) (?:about |roughly |the (?:first )?|a |an |some |CMS's )?)?(?P<number>(?<![\w.$])(?!\d{{5}}\b|\d{{4}}[TF]\b)\$?(?P<first>{NUM})(?P<ordinal>st|nd|rd|th)?(?P<scale>[ -](?:million|billion|thousand|hundred)\b)?(?:(?:\s?%)?(?:\s?[-–]\s?| (?:to|through|and|or) )\$?(?!\d{{5}})(?P<second>{NUM})(?P<scale2> (?:million|billion|thousand|hundred)\b)?(?![\d-]*\d{{3}}))?(?!\w))(?P<after>{any_of(AFTER)})?",
            r"(?P<break>[.!?;](?=\s|$)|\n\s*\n|[—]|\s–\s)",
            r"(?P<comma>[,:()|+=])",
            r"(?P<word>[A-Za-z][\w&]*(?:['’/-][A-Za-z]\w*)*|%)",
        )
    ),
    re.IGNORECASE,
)
_NAMES = re.compile(
    "|".join(
        (
            *(rf"(?P<p{i}>\b(?:{said})(?!\w))" for i, (_, said) in enumerate(PAYERS)),
            *(rf"(?P<w{i}>\b(?:{said})\b)" for i, (_, _, said) in enumerate(WHO)),
            *(rf"(?P<f{i}>\b(?:{said})\b)" for i, (_, said) in enumerate(FIELDS)),
        )
    ),
    re.IGNORECASE,
)
_SHORT = re.compile(r"\b(PT|OT|SLP|ST)\b(?! (?:may|plan|services?|evaluation|tier))")
_UNIT = re.compile(
    r"[\s-]*(?:or (?:more|fewer|less)\s|and more\s)?(?:(?!(?:and|or|of|to|in|on|by|for|from|with|per|each|is|are|makes?|gives?|earns?|comes?|one|the|an?|while|has|have|must|may|can|under|plus|which|that|then|than|as|at|on|make|give|does|do|need)\b)[a-z]+[\s-]){0,2}?("
    + "|".join(sorted(COUNTED, key=len, reverse=True))
    + r")(?![a-z])",
    re.IGNORECASE,
)
_VAGUE = ("one", "1", "two", "three", "four")
"""Numbers that say nothing unless it is told what they count."""
_NOT = frozenset(("not", "never"))
_NO = frozenset(
    ("no", "none", "nothing", "nobody", "neither", "nor", "hardly", "missing", "absent", "lacking", "lacks")
)
_WITHOUT = frozenset(("without", "insteadof", "except"))
_NEGATORS = "not|never|no|none|nothing|nobody|neither|nor|without|insteadof|except"
_PIECE = re.compile(
    rf"\s*(?:(?:and|so|or|but) )?(?:(?:{_NEGATORS})\b|(?:[\w'-]+ ){{0,6}}?(?:is|are|was|were|does|do|did|has|have|may|can|must|will|should|pays|covers|takes|wants|needs|carries|goes|stands|counts|asks|applies|gives|excludes|cuts|adds|earns|decides|bills|denies|marks|makes|came|follows|stays)\b)",
    re.IGNORECASE,
)
"""What follows a comma when it is a clause of its own, and no member of a list."""
_FINITE_AHEAD = re.compile(rf"\s*(?:{'|'.join(FINITE)}|{_NEGATORS})\b", re.IGNORECASE)
_JOINED = re.compile(
    r"\s*(?:[\w'-]+ ){1,3}?(?:is|are|does|do|did|has|have|may|can|must|will)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\s*with\b", re.IGNORECASE)
_DENIAL = re.compile(rf"\s*(?:(?:and|or|but|also) ){{0,2}}(?:{_NEGATORS})\b", re.IGNORECASE)
COMMA, END = 1.5, 6.0


def tokens(text: str, place: float = 0.0, clause: int = 0, sentence: int = 0) -> list[Token]:
    """Cut a text into tokens, signs not yet set but by the words themselves.

    Args:
        text: prose; tables are to be written out before.
        place: where the first token stands.
        clause: the number of its first clause.
        sentence: the number of its first sentence.
    """
    return list(_Scanner(text, place, clause, sentence).run())


class _Scanner:
    """Goes through one text and keeps where it is."""

    def __init__(self, text: str, place: float, clause: int, sentence: int) -> None:
        self._sentence = sentence
        self._opened = False
        self._starts = True
        self._verb = False
        self._subordinate = False
        self._outer: list[int] = []
        self._newest = clause
        for pattern, instead in REWRITES:
            text = pattern.sub(instead, text)
        self._text = text
        self._place = place
        self._clause = clause
        self._names = {m.start(): m for m in _NAMES.finditer(text)} | {
            m.start(): m for m in _SHORT.finditer(text)
        }

    def run(self) -> Iterator[Token]:
        at = 0
        while found := _SCAN.search(self._text, at):
            name = self._name_at(at, found)
            if name:
                yield from self._named(name)
                at = name.end()
                continue
            yield from self._read(found)
            at = found.end()

    def _name_at(self, at: int, found: re.Match[str]) -> re.Match[str] | None:
        name = self._names.get(found.start())
        return name if name and name.start() >= at else None

    def _token(self, kind: Kind, value: str, written: str, unit: str = "", bound: Bound = "") -> Token:
        self._place += 1
        return Token(
            kind, value, written.casefold(), self._place, self._clause, unit, bound, sentence=self._sentence
        )

    def _named(self, name: re.Match[str]) -> Iterator[Token]:
        group = name.lastgroup
        if group is None:
            yield self._token("who", "therapist", name[0])
            yield self._token("field", name[0].casefold().replace("st", "slp"), name[0])
        elif group[0] == "p":
            yield self._token("payer", PAYERS[int(group[1:])][0], name[0])
        elif group[0] == "w":
            who, field, _ = WHO[int(group[1:])]
            yield self._token("who", who, name[0])
            if field:
                yield self._token("field", field, name[0])
            elif who == "assistant" and name[0][0].casefold() != "a":
                yield self._token("word", f"={name[0][0].casefold()}-assistant", name[0])
        else:
            yield self._token("field", FIELDS[int(group[1:])][0], name[0])

    def _read(self, found: re.Match[str]) -> Iterator[Token]:
        kind = found.lastgroup
        if found["break"] is not None:
            self._place += END
            self._outer.clear()
            self._next_clause()
            self._sentence += 1
            self._opened = False
            self._starts = True
        elif found["comma"] is not None:
            self._place += COMMA
            self._after_comma(found)
        elif found["date"] is not None:
            yield self._token(
                "date", date_of(found["date"]), found["date"], "", bound_of(found["since"], DATE_BOUNDS)
            )
        elif found["codes"] is not None:
            for code in spelled(found["codes"]):
                yield self._token("code", code, code)
        elif found["label"] is not None:
            yield self._token("label", found["label"].casefold(), found["label"])
        elif found["modifier"] is not None:
            yield self._token("modifier", found["modifier"], found["modifier"])
        elif found["number"] is not None:
            yield from self._numbers(found)
        elif kind == "word":
            yield from self._word(found["word"].casefold(), found.end())

    def _after_comma(self, found: re.Match[str]) -> None:
        mark = found[0]
        if mark == "(":
            self._outer.append(self._clause)
            self._next_clause()
        elif mark == ")" and self._outer:
            self._clause = self._outer.pop()
        elif (
            mark == ":"
            or (self._opened and (self._subordinate or not self._verb))
            or (mark == "," and self._verb and _PIECE.match(self._text, found.end()))
        ) or (
            mark == ","
            and (
                _DENIAL.match(self._text, found.end())
                or (self._verb and _ASIDE.match(self._text, found.end()))
            )
        ):
            self._next_clause()

    def _next_clause(self) -> None:
        self._newest += 1
        self._clause = self._newest
        self._opened = False
        self._verb = False

    def _numbers(self, found: re.Match[str]) -> Iterator[Token]:
        bound = bound_of(found["least"], BOUNDS) or bound_of(found["after"], AFTER)
        end = found.end()
        counted = _UNIT.match(self._text[end : end + 60])
        unit = "dollar" if "$" in found[0] else (COUNTED[counted[1].casefold()] if counted else "")
        vague = found["first"].casefold() in _VAGUE and not (found["least"] or found["after"])
        if vague and not unit and not found["second"]:
            yield self._token("stop", value_of(found["first"]), found["first"])
            return
        value = value_of(found["first"], found["scale"] or (found["scale2"] if found["second"] else None))
        if not unit and value in NUMBERED and not found["second"]:
            yield self._token("modifier", value, found["first"])
            return
        spans = bool(found["second"]) and not bound and self._spans(found)
        yield self._token("number", value, found["first"], unit, "at least" if spans else bound)
        if found["second"]:
            high: Bound = "at most" if spans else bound
            yield self._token(
                "number", value_of(found["second"], found["scale2"]), found["second"], unit, high
            )

    def _spans(self, found: re.Match[str]) -> bool:
        """Tell whether two numbers are the ends of a range: "2 to 15", "between 20 and 39", and not "10 and 8"."""
        joined = self._text[found.end("first") : found.start("second")]
        listed = re.search(r"\b(?:and|or)\b", joined, re.IGNORECASE)
        return not listed or self._text[: found.start()].rstrip().casefold().endswith("between")

    def _word(self, word: str, at: int) -> Iterator[Token]:
        if word in INTRODUCING and self._starts:
            self._opened = True
            self._subordinate = word in BREAKERS or word in ("as", "because", "without")
        self._starts = False
        if word in BREAKERS:
            opened = self._opened
            self._next_clause()
            self._opened = opened or word in INTRODUCING
            self._subordinate = True
        if word in ("and", "or") and (
            _FINITE_AHEAD.match(self._text, at)
            or (self._verb and word == "and" and _JOINED.match(self._text, at))
        ):
            self._next_clause()
        self._verb = self._verb or word in VERBAL
        if word in _NOT | _NO | _WITHOUT:
            kind = "not" if word in _NOT else "no" if word in _NO else "without"
            yield self._token("negator", kind, word)
            return
        if word in STOPS:
            yield self._token("stop", word, word)
            return
        for known in meanings(word):
            token = self._token("word", known.concept, word)
            plain = known.sign > 0 and not known.polar
            yield token if plain else replace(token, sign=known.sign, lexical=known.sign, polar=known.polar)
