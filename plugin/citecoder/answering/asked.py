"""One turn of an asker → what it names: codes, payer, day, minutes, and what it asks for.

What nobody named stays unknown. All of it is data: nothing in a question is an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from citecoder.answering.amounts import Amounts, Place, find_amounts
from citecoder.answering.wording import words_of
from citecoder.model import Method
from citecoder.notes.terms import Lexicon, Phrases, find_mentions
from citecoder.retrieval.columns import CODE
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from citecoder.answering.wording import Wording
    from citecoder.codes import CodeSet

YEAR = re.compile(r"(?<![\d$,.])\b(20[0-3]\d)\b")
_RANGE = re.compile(r"\b(\d{5})\s?(?:-|–|to|through)\s?(\d{5})\b")
_YES_NO = re.compile(
    r"(?:^|[.,;:?!]\s|\bso\s|\bbut\s|\band\s)(?:can|could|may|might|must|should|shall|do|does|did|is|are|was|were|will|would|has|have)(?:n.t)?\s",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\bnon-?|\bnot?\s|n't have\s|\bwithout\s|\b(?:un)?like\s|\bsame (?:\w+ )?as\s|\bcompared (?:to|with)\s|\bthan\s|\bvs\.?\s|\bnot (?:have|on|with)\s)(?:a |an |the |any )?$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"\b(?:what|how) about (?:the |a )?$", re.IGNORECASE)
_SORTS = frozenset({"commercial", "medicare_advantage"})
"""Sorts of payers: beside a company's name they say which of its plans."""
_ITS_RULE = re.compile(
    r"(?:'s)?\s(?:8|eight|unit|total|rules?\b|method|way\b|guid|counting|manual)", re.IGNORECASE
)
_LONG = 30
"""Words over which a question is searched by its sentences of the field alone: who tells a story asks in few of them."""
_BETWEEN_ALTERNATIVES = re.compile(
    r"\s*,?\s*(?:\bor\b|/)\s*(?:\b(?:with|beside|on|a|an|the|for)\b\s*)*", re.IGNORECASE
)


@dataclass(frozen=True)
class Asked:
    """What a question names.

    Attributes:
        text: the question as it stands alone, with what earlier turns add.
        own: this turn's own words.
        matter: the same without the story around it, if it is long.
        codes: the codes written out, in order.
        services: those and the codes that named services plainly mean, in order.
        alternatives: those of the services that stand beside an "or": asked about one at a time.
        concepts: every service that is named, of one code or of several.
        payer: a payer id, or None.
        payers: every payer that is named, whether or not the question is about one of them.
        on: the day whose rules count.
        day_named: whether the asker told that day or year.
        past: whether that day lies in an earlier year.
        wants: what is asked for, by the names of ``knowledge/answers/asking.yaml``.
        continues: whether the turn goes on with the one before.
        note: the note that came with the question, exactly as it stands.
    """

    text: str
    own: str
    matter: str
    on: date
    codes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    alternatives: frozenset[str] = frozenset()
    concepts: tuple[str, ...] = ()
    payer: str | None = None
    payers: frozenset[str] = frozenset()
    day_named: bool = False
    past: bool = False
    method: Method | None = None
    discipline: str | None = None
    amounts: Amounts = field(default_factory=Amounts)
    wants: frozenset[str] = frozenset()
    continues: bool = False
    note: str | None = None

    @property
    def year(self) -> int:
        """The calendar year that is asked about."""
        return self.on.year

    @cached_property
    def is_yes_no(self) -> bool:
        """Whether the question can be answered with yes or no."""
        return bool(_YES_NO.search(self.own)) or self.own.rstrip().lower().endswith(
            (" ok?", " right?", " allowed?")
        )

    @property
    def opens_yes_no(self) -> bool:
        """Whether its first words ask for yes or no."""
        return bool(_YES_NO.match(self.own))


@dataclass(frozen=True)
class Hearing:
    """What it takes to understand a question.

    Attributes:
        today: the day of a question that names none.
    """

    wording: Wording
    lexicon: Lexicon
    codes: CodeSet
    today: date

    @cached_property
    def payers(self) -> Phrases:
        """Names of payers, those of notes and those of questions."""
        return Phrases([(name, payer) for payer, names in self._payer_names().items() for name in names])

    @cached_property
    def plainly(self) -> Mapping[str, str]:
        """Concept → its code, for the services that only one code stands for."""
        meant = {c.id: {rule.code for rule in self.codes.rules_for(c.id)} for c in self.codes.concepts()}
        return {concept: next(iter(codes)) for concept, codes in meant.items() if len(codes) == 1}

    def _payer_names(self) -> dict[str, tuple[str, ...]]:
        names = {payer: tuple(said) for payer, said in self.wording.payers.items()}
        for payer, said in self.lexicon.vocabulary["visit"]["payers"].items():
            names[payer] = (*said, *names.get(payer, ()))
        return names


def read_turn(text: str, hearing: Hearing) -> Asked:
    """Read a turn by itself."""
    wording, places = hearing.wording, list(_places(text, hearing))
    year, matter = YEAR.search(text), _matter(text, hearing)
    return Asked(
        text=matter,
        own=text,
        matter=matter,
        on=_day(int(year[1]), hearing.today) if year else hearing.today,
        codes=tuple(written_codes(text)),
        services=tuple(dict.fromkeys(place.code for place in places)),
        alternatives=frozenset(_alternatives(text, places)),
        concepts=tuple(dict.fromkeys(m.concept for m in find_mentions(hearing.lexicon, text))),
        payer=payer_in(text, hearing),
        payers=frozenset(hit.payload for hit in hearing.payers.find(text)),
        day_named=year is not None,
        method=next((method for method, said in wording.methods.items() if said.search(text)), None),
        discipline=next((name for name, said in wording.disciplines.items() if said.search(text)), None),
        amounts=find_amounts(text, places, wording),
        wants=wording.asking(text),
    )


def _matter(text: str, hearing: Hearing) -> str:
    """Return a long question without the sentences that ask nothing, name nothing of the field and have other words."""
    told = sentences(text)
    if len(text.split()) <= _LONG or len(told) <= 2:
        return text
    kept = [each for each in told if "?" in each or _of_the_field(each, hearing)]
    return " ".join(kept) or text


def _of_the_field(text: str, hearing: Hearing) -> bool:
    named = hearing.payers.find(text) or find_mentions(hearing.lexicon, text) or re.search(r"\d", text)
    return bool(named) or all(word in hearing.wording.known for word in words_of(text))


def written_codes(text: str) -> Iterator[str]:
    """Yield the codes that are written out, each once, ranges spelled out."""
    upper = text.upper()
    ranges = {
        str(n)
        for a, b in _RANGE.findall(upper)
        if 0 <= int(b) - int(a) < 12
        for n in range(int(a), int(b) + 1)
    }
    yield from dict.fromkeys((*CODE.findall(upper), *sorted(ranges)))


def _places(text: str, hearing: Hearing) -> Iterator[Place]:
    """Yield the services that a question names, in order: codes as written, names that one code stands for."""
    found = [
        Place(match[0], match.start(), match.end())
        for match in CODE.finditer(text.upper())
        if match[0] in hearing.codes.codes
    ]
    for mention in find_mentions(hearing.lexicon, text):
        code = hearing.plainly.get(mention.concept)
        if code and mention.kind == "name":
            found.append(Place(code, mention.span.start, mention.span.end))
    last = -1
    for place in sorted(found, key=lambda p: (p.start, -p.end)):
        if place.start >= last:
            last = place.end
            yield place


def _alternatives(text: str, places: Sequence[Place]) -> Iterator[str]:
    """Yield the codes between which only an "or" stands."""
    for one, other in pairwise(places):
        if one.code != other.code and _BETWEEN_ALTERNATIVES.fullmatch(text, one.end, other.start):
            yield from (one.code, other.code)


def payer_in(text: str, hearing: Hearing) -> str | None:
    """Return the payer that is named; of names that overlap the longest, and none where several are left.

    A payer that is denied or compared with is not the question's, nor is Medicare where only its rule is named.
    """
    hits = hearing.payers.find(text)
    outer = [
        h
        for h in hits
        if not any(
            o.start <= h.start and h.end <= o.end and o is not h and o.end - o.start > h.end - h.start
            for o in hits
        )
    ]
    meant = [h for h in outer if not _DENIED.search(text[max(0, h.start - 24) : h.start])]
    own = [h for h in meant if not _ITS_RULE.match(text, h.end)] or meant
    turned_to = [h for h in own if _WHAT_ABOUT.search(text[max(0, h.start - 24) : h.start])]
    payers = {h.payload for h in turned_to or own}
    companies = payers - _SORTS or payers
    return next(iter(companies)) if len(companies) == 1 else None


def _day(year: int, today: date) -> date:
    """Return the day that stands for a year: today in this year, the last day of a past one, the first of a coming one."""
    if year == today.year:
        return today
    return date(year, 12, 31) if year < today.year else date(year, 1, 1)
