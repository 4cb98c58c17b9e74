"""``understand``: a question with its history → what it names: codes, payer, day, minutes, and what it asks for.

A turn that goes on with the one before ("and for Medicare?") is completed from it: what it names replaces what was
named, the rest stays. What nobody named stays unknown. All of it is data: nothing in a question is an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    from citecoder.answers import Question
    from citecoder.codes import CodeSet

_YEAR = re.compile(r"(?<![\d$,.])\b(20[0-3]\d)\b")
_RANGE = re.compile(r"\b(\d{5})\s?(?:-|–|to|through)\s?(\d{5})\b")
_YES_NO = re.compile(
    r"(?:^|[.,;:?!]\s|\bso\s|\bbut\s|\band\s)(?:can|could|may|might|must|should|shall|do|does|did|is|are|was|were|will|would|has|have)(?:n.t)?\s",
    re.IGNORECASE,
)
_TOPICS = frozenset({"units", "together", "threshold", "timing", "limit", "covered", "tier", "missing"})
"""What a turn may ask for of its own: then what the turn before asked for is over."""
_FRESH = re.compile(
    r"\b(?:another|other|different|next|new|second) (?:\w+ ){0,2}(?:patient|pt|client|case|claim)\b|^\W*now (?:a|an|my) ",
    re.IGNORECASE,
)
"""Words of a turn that begins anew."""
_ADDS = re.compile(r"\b(?:add(?:ed|ing)?|plus|also|as well|too|on top|and)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:longer|shorter|less|fewer|more|drop(?:ped)?|without|minus|remove|skip(?:ped)?|leave out|all of (?:it|them)|half|\d+ of (?:them|it|those))\b",
    re.IGNORECASE,
)
"""Words by which a turn changes minutes told before in a way that is not worked out here."""
_DENIED = re.compile(
    r"(?:\bnon-?|\bnot?\s|n't have\s|\bwithout\s|\bunlike\s|\bcompared (?:to|with)\s|\bthan\s|\bvs\.?\s|\bnot (?:have|on|with)\s)(?:a |an |the |any )?$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"\b(?:what|how) about (?:the |a )?$", re.IGNORECASE)
_ITS_RULE = re.compile(
    r"(?:'s)?\s(?:8|eight|unit|total|rules?\b|method|way\b|guid|counting|manual)", re.IGNORECASE
)
_FEW = 7
"""Words below which a turn that points back is no question of its own."""
_LONG = 30
"""Words over which a question is searched by its sentences of the field alone: who tells a story asks in few of them."""
_READ_BACK = 8
"""Turns of the asker that a question may rest on; a chat that is longer is read from there."""
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


def understand(question: Question, hearing: Hearing) -> Asked:
    """Read a question in the light of what was said before.

    Args:
        question: the question; its fields stand for what its words don't say, and a payer that they name outranks the field.
        hearing: the words and codes that are known.
    """
    asked: Asked | None = None
    said = [turn.content for turn in question.history if turn.role == "user" and turn.content.strip()]
    for content in said[-_READ_BACK:]:
        asked = _after(asked, _read(content, hearing), hearing)
    asked = _after(asked, _read(question.text, hearing), hearing)
    on = question.date_of_service or asked.on
    return replace(
        asked,
        payer=_payer(question.text, hearing) or question.payer or asked.payer,
        discipline=question.discipline or asked.discipline,
        on=on,
        past=on.year < hearing.today.year,
        day_named=asked.day_named or question.date_of_service is not None,
        note=question.note,
    )


def _read(text: str, hearing: Hearing) -> Asked:
    wording, places = hearing.wording, list(_places(text, hearing))
    year, matter = _YEAR.search(text), _matter(text, hearing)
    return Asked(
        text=matter,
        own=text,
        matter=matter,
        on=_day(int(year[1]), hearing.today) if year else hearing.today,
        codes=tuple(written_codes(text)),
        services=tuple(dict.fromkeys(place.code for place in places)),
        alternatives=frozenset(_alternatives(text, places)),
        concepts=tuple(dict.fromkeys(m.concept for m in find_mentions(hearing.lexicon, text))),
        payer=_payer(text, hearing),
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


def _payer(text: str, hearing: Hearing) -> str | None:
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
    return next(iter(payers)) if len(payers) == 1 else None


def _day(year: int, today: date) -> date:
    """Return the day that stands for a year: today in this year, the last day of a past one, the first of a coming one."""
    if year == today.year:
        return today
    return date(year, 12, 31) if year < today.year else date(year, 1, 1)


def _after(before: Asked | None, now: Asked, hearing: Hearing) -> Asked:
    """Complete a turn from the one before, if it goes on with it."""
    if _FRESH.search(now.own):
        return now
    told = before is not None and _tells_who(before, now, hearing.wording)
    if before is None or not (told or _goes_on(before, now, hearing.wording)):
        return now
    return replace(
        now,
        text=f"{_without(before, now)} {now.matter}",
        codes=now.codes or before.codes,
        services=before.services if told else _joined_services(before, now),
        concepts=now.concepts or before.concepts,
        payer=now.payer or (None if now.method else before.payer),
        on=now.on if now.day_named else before.on,
        day_named=now.day_named or before.day_named,
        method=now.method or (None if now.payer else before.method),
        discipline=now.discipline or before.discipline,
        amounts=_by_assistant(before, now) if told else _joined_amounts(before, now),
        wants=now.wants if now.wants & _TOPICS else now.wants | before.wants,
        continues=True,
    )


def _goes_on(before: Asked, now: Asked, wording: Wording) -> bool:
    words = len(now.own.split())
    others = bool(set(now.codes) - set(before.codes) - set(before.services))
    names = bool(now.codes or now.concepts)
    if (
        words <= _FEW
        and (now.codes or now.payer or now.day_named or now.amounts.total)
        and not _YES_NO.match(now.own)
    ):
        return True
    opens = bool(wording.opens.match(now.own))
    points = bool(wording.points.search(now.own))
    return (
        (words <= 3 and not now.wants & _TOPICS)
        or (opens and (words <= 2 * _FEW or points))
        or (points and not others and (words <= 2 * _FEW or not names))
    )


def _tells_who(before: Asked, now: Asked, wording: Wording) -> bool:
    """Tell whether a turn says that an assistant gave a service whose minutes were told: "the PTA did the 97140"."""
    theirs = bool(now.services) and set(now.services) <= set(before.amounts.minutes)
    return theirs and not now.amounts.minutes and bool(wording.assistants.search(now.own))


def _without(before: Asked, now: Asked) -> str:
    """Return the earlier question without the codes and the years that this turn replaces."""
    text = before.text
    if now.codes and len(now.codes) >= len(before.codes):
        text = CODE.sub("", text)
    return _YEAR.sub("", text) if now.day_named else text


def _joined_services(before: Asked, now: Asked) -> tuple[str, ...]:
    if "together" in now.wants and len(now.services) == 1 and before.services and "units" not in before.wants:
        return tuple(dict.fromkeys((before.services[0], *now.services)))
    return now.services or before.services


def _by_assistant(before: Asked, now: Asked) -> Amounts:
    """Let the minutes of the services that this turn names be the assistant's."""
    whole = {code: before.amounts.minutes[code] for code in now.services}
    return replace(before.amounts, assistant={**before.amounts.assistant, **whole})


def _joined_amounts(before: Asked, now: Asked) -> Amounts:
    """Let minutes of this turn replace those of the same service; a bare number goes to the only service."""
    old, new = before.amounts, now.amounts
    if new.total is not None and len(old.minutes) == 1:
        return Amounts(dict.fromkeys(old.minutes, new.total), plain=not _CHANGES.search(now.own))
    if new.total is not None and len(before.services) == 1 and not old.minutes and old.total is None:
        return Amounts({before.services[0]: new.total})
    if not new.minutes and new.total is None:
        return replace(old, plain=old.plain and not _CHANGES.search(now.own))
    if not set(new.minutes) & set(old.minutes) and not _ADDS.search(now.own):
        return new
    if _CHANGES.search(now.own):
        return replace(new, plain=False)
    return Amounts({**old.minutes, **new.minutes}, {**old.assistant, **new.assistant}, new.total)
