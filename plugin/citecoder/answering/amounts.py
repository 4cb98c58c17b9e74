"""Minutes in a question, each put to the service that it belongs to: "23 min TE and 15 of 97140, 8 of them by the PTA".

Knows places of services and of minutes in a text; which code a service is, is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from citecoder.notes.times import find_times

if TYPE_CHECKING:
    from citecoder.answering.wording import Wording

_BARE = re.compile(
    r"(?:\s*(?:x|×|=|:|@|for|was|is|-|–|\(|at)?\s*)(\d{1,3})(?![\d%.,]*\d|\s*(?:%|units?\b|x\b|times\b|patients?\b|visits?\b|days?\b))",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(\d{1,3})\s*(?:min\w*\s*)?(?:out )?of (?:the |those |these |his |her |my )?(?:total )?(\d{1,3})(?!\d)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:total|altogether|in all|timed (?:treatment|minutes|time)|all together|combined|one[- ]on[- ]one)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(\d{1,3}) (?:total |timed |direct |billable |skilled |treatment |one-on-one |1:1 )+min", re.IGNORECASE
)
_RULE = re.compile(
    r"\b(?:8|eight|15|fifteen)[ -]?min(?:ute)?s? (?:rule|unit|increment|threshold)s?", re.IGNORECASE
)
_JOINT = re.compile(
    r"\b(?:together|jointly|both|assist(?:ed|ing)|help(?:ed|ing)|alongside|side by side|at the same time)\b",
    re.IGNORECASE,
)
"""Words of minutes that therapist and assistant gave together: they are the therapist's."""
_BY = re.compile(
    r"\b(\d{1,3})\s*(?:min\w*\s*)?(?:(?:was|were|is|are|of (?:it|them|those|that)|done|given)\s+)*(?:by|from|with)\s+(?:the\s+|a\s+|our\s+)?",
    re.IGNORECASE,
)
"""A number with the person behind it: "10 by the PTA"."""
_MODIFIER = re.compile(r"(?<=\d)-\s?(?:59|25|[A-Z]{2})\b")
"""A modifier behind its code: 97110-59."""
_UNCLEAR = re.compile(
    r"\d\s*(?:-|–|to)\s*\d+\s*(?:m\b|min)|\d\.\d|\b(?:longer|shorter|fewer|less|more|extra|another|additional|late|early|session|hours?|hrs?)\b",
    re.IGNORECASE,
)
"""Ranges, parts of minutes, and words that change a number told elsewhere."""
_SEVERAL = re.compile(
    r"\b(?:[A-Z] (?:and|&|\+) [A-Z]|(?:[Bb]oth|[Tt]wo|[Tt]hree|2|3) (?:pts?|patients|people|kids|children))\b[^.?;\d]{0,20}\btogether\b"
    r"|\btogether\b[^.?;\d]{0,20}\b(?:pts|patients)\b"
)
"""Minutes that several patients had at once: they are no one's own."""
_MOST = 240
"""Minutes of one service over which a number is taken to be something else."""
_NEAR = 60
"""Code points between a person and the minutes that they gave."""


class Place(NamedTuple):
    """A service named in the text: its code, and where."""

    code: str
    start: int
    end: int


class _Amount(NamedTuple):
    value: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """Minutes that a question tells.

    Attributes:
        minutes: by code, the assistant's included, in the order of the question.
        assistant: by code, the part that an assistant gave alone.
        total: minutes told of no service ("38 timed minutes"); None when there are none or several.
        numbers: how many numbers of minutes are told.
        plain: whether every number of minutes has its service, so that units may be counted of them.
    """

    minutes: Mapping[str, int] = field(default_factory=dict)
    assistant: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    plain: bool = True
    numbers: int = 0


def find_amounts(text: str, places: Sequence[Place], wording: Wording) -> Amounts:
    """Put the minutes of a question to its services.

    Args:
        text: the question.
        places: the services that it names, in order, not overlapping.
        wording: the words for who gave them.
    """
    for aside in (_RULE, _MODIFIER):
        text = aside.sub(lambda match: " " * len(match[0]), text)
    services = _joined(text, places)
    amounts = _amounts(text, services, wording)
    if not amounts:
        return Amounts()
    if not services:
        return Amounts(total=amounts[0].value) if len({each.value for each in amounts}) == 1 else Amounts()
    found = (
        _of_one(text, services[0].code, amounts, wording)
        if len({each.code for each in services}) == 1
        else _of_several(text, services, amounts, wording)
    )
    return replace(found, plain=_is_plain(text, services, amounts, wording), numbers=len(amounts))


def _is_plain(text: str, services: Sequence[Place], amounts: Sequence[_Amount], wording: Wording) -> bool:
    """Tell whether there is no more than one number for each service, or people whose numbers add up to it."""
    people = wording.assistants.search(text) is not None
    numbers = len(_without_sum(amounts)) - sum(bool(_near_total(text, each)) for each in amounts)
    several = _SEVERAL.search(text) is not None and not people
    odd = several or _UNCLEAR.search(text) is not None or any(each.value > _MOST for each in amounts)
    return not odd and (people or numbers <= len(services))


def _near_total(text: str, amount: _Amount) -> bool:
    return _TOTAL.search(text[max(0, amount.start - 24) : amount.end + 24]) is not None


def _joined(text: str, places: Sequence[Place]) -> list[Place]:
    """Take a code and the name beside it for one: "97110 (therapeutic exercise)"."""
    joined: list[Place] = []
    for place in places:
        last = joined[-1] if joined else None
        if last and last.code == place.code and not re.search(r"\d", text[last.end : place.start]):
            joined[-1] = Place(last.code, last.start, place.end)
        else:
            joined.append(place)
    return joined


def _amounts(text: str, services: Sequence[Place], wording: Wording) -> list[_Amount]:
    """Return the minutes of a text; a bare number counts as minutes where it stands right behind a service."""
    found = {
        t.start: _Amount(t.value, t.start, t.end) for t in find_times(text) if t.role not in ("rest", "clock")
    }
    found |= {m.start(1): _Amount(int(m[1]), m.start(1), m.end(1)) for m in _WHOLE.finditer(text)}
    for place in services:
        bare = _BARE.match(text, place.end)
        if bare and not any(each.start <= bare.start(1) < each.end for each in found.values()):
            found[bare.start(1)] = _Amount(int(bare[1]), bare.start(1), bare.end(1))
    if found:
        found |= _written_before(text, services, found)
        found |= _by_people(text, found, wording)
    return [found[at] for at in sorted(found)]


def _written_before(text: str, services: Sequence[Place], found: Mapping[int, _Amount]) -> dict[int, _Amount]:
    """Return bare numbers right before a service, in a question that tells minutes elsewhere: "33 97110"."""
    more = {}
    for place in services:
        before = re.search(r"(?<![\d$.])(\d{1,3})\s+(?:of\s+)?$", text[max(0, place.start - 8) : place.start])
        start = place.start - len(before[0]) if before else -1
        if before and not any(each.start <= start < each.end for each in found.values()):
            more[start] = _Amount(int(before[1]), start, start + len(before[1]))
    return more


def _by_people(text: str, found: Mapping[int, _Amount], wording: Wording) -> dict[int, _Amount]:
    """Return bare numbers with the person behind them, in a question that tells minutes elsewhere: "10 by the PTA"."""
    people = (wording.assistants, wording.therapists)
    return {
        by.start(): _Amount(int(by[1]), by.start(), by.end(1))
        for by in _BY.finditer(text)
        if not any(each.start <= by.start() < each.end for each in found.values())
        and any(person.match(text, by.end()) for person in people)
    }


def _of_one(text: str, code: str, amounts: Sequence[_Amount], wording: Wording) -> Amounts:
    """One service: the minutes are its own, told whole, by person, or as a part of the whole."""
    part = _OF.search(text)
    if part and wording.assistants.search(text):
        helped, whole = int(part[1]), int(part[2])
        own = not _is_assistant(text, part.start(), wording)
        return (
            Amounts({code: whole}, {code: whole - helped if own else helped})
            if helped <= whole
            else Amounts()
        )
    parts = _without_sum(amounts)
    has_sum, amounts = len(parts) < len(amounts), parts
    theirs = [each for each in amounts if _is_assistant(text, each.start, wording)]
    others = [each for each in amounts if each not in theirs]
    helped = sum(each.value for each in theirs)
    whole_is_told = not has_sum and bool(_TOTAL.search(text))
    if theirs and others and whole_is_told and max(each.value for each in others) > helped:
        return Amounts({code: max(each.value for each in others)}, {code: helped})
    whole = sum(each.value for each in amounts)
    return Amounts({code: whole}, {code: helped} if helped else {})


def _of_several(
    text: str, services: Sequence[Place], amounts: Sequence[_Amount], wording: Wording
) -> Amounts:
    """Several services: as many minutes as services go in order, otherwise each goes to the nearest."""
    spare = [each for each in amounts if _near_total(text, each)]
    if len(amounts) > len(services):
        amounts = _without_sum([each for each in amounts if each not in spare] or amounts)
    in_order = len(amounts) == len(services)
    minutes: dict[str, int] = {}
    helped: dict[str, int] = {}
    for at, each in enumerate(amounts):
        code = services[at].code if in_order else min(services, key=lambda s: _distance(s, each)).code
        minutes[code] = minutes.get(code, 0) + each.value
        if _is_assistant(text, each.start, wording):
            helped[code] = helped.get(code, 0) + each.value
    return Amounts(minutes, helped)


def _without_sum(amounts: Sequence[_Amount]) -> list[_Amount]:
    """Leave out an amount that is the sum of all others: "30 minutes, 20 by the PT and 10 by the PTA"."""
    whole = sum(each.value for each in amounts)
    total = next((each for each in amounts if 2 * each.value == whole), None)
    several = len(amounts) > 2 and total is not None
    return [each for each in amounts if not (several and each is total)]


def _distance(place: Place, amount: _Amount) -> int:
    return amount.start - place.end if amount.start >= place.end else place.start - amount.end


def _is_assistant(text: str, at: int, wording: Wording) -> bool:
    """Tell whether the person last named before a number is an assistant, in the same sentence, and worked alone."""
    before = re.split(r"[.;?!]\s", text[max(0, at - _NEAR) : at])[-1]
    after = re.split(r"[.;?!]\s|,", text[at : at + _NEAR])[0]
    if _JOINT.search(before) or _JOINT.search(after):
        return False
    if by := _BY.match(text, at):
        return bool(wording.assistants.match(text, by.end()))
    assistant = max((m.end() for m in wording.assistants.finditer(before)), default=-1)
    therapist = max((m.end() for m in wording.therapists.finditer(before)), default=-1)
    return assistant > therapist
