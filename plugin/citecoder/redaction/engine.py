"""redact(): texts → texts that may leave, with the way back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from citecoder.redaction.ages import find_ages
from citecoder.redaction.contacts import find_contacts
from citecoder.redaction.dates import find_dates, with_years
from citecoder.redaction.marking import Found, Names, Redacted, Redaction
from citecoder.redaction.names import find_initials, find_mentions, find_names
from citecoder.redaction.numbering import Numbering
from citecoder.redaction.numbers import find_numbers
from citecoder.redaction.phrases import fold
from citecoder.redaction.places import find_places
from citecoder.redaction.reading import as_meant
from citecoder.redaction.tokens import Tokens, tokens
from citecoder.redaction.weighing import weigh
from citecoder.redaction.wording import Wording

_NOBODY = Names()
_TITLED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx)\.? ?$", re.IGNORECASE)
_ALNUM = re.compile(r"[^\W_]")


def redact(
    text: str, wording: Wording, known: Names = _NOBODY, date_of_service: date | None = None
) -> Redacted:
    """Take the identifiers of 45 CFR 164.514(b)(2)(i) out of a text.

    Args:
        text: any text.
        wording: what knowledge/redaction says.
        known: who is known beforehand.
        date_of_service: the day that dates are told from; else the one that the text labels so, else its first full date.
    """
    return redact_all({"text": text}, wording, known, date_of_service).texts["text"]


def redact_all(
    texts: Mapping[str, str],
    wording: Wording,
    known: Names = _NOBODY,
    date_of_service: date | None = None,
) -> Redaction:
    """Take the identifiers out of several texts that go together (a note, a question, what was said before).

    The same words get the same placeholder in all of them, and a name that one text tells is taken out of the others.
    """
    read = {name: tokens(as_meant(text, wording.ordinary), wording) for name, text in texts.items()}
    named = {name: find_names(one, fold(one.text)) for name, one in read.items()}
    people = {one.text[found.start : found.end] for name, one in read.items() for found in named[name]}
    weighed = {
        name: weigh(texts[name], _all_found(one, named[name], people, known), wording)
        for name, one in read.items()
    }
    told = {person for name, each in weighed.items() for person in _names(texts[name], each)}
    found = {}
    for name, one in read.items():
        sure = _joined(find_mentions(one, told, known.people))
        found[name] = _apart([*weighed[name], *sure], one.text)
    anchor = date_of_service or _anchor(found.values())
    if anchor:
        found = {name: [with_years(one, anchor) for one in each] for name, each in found.items()}
    said = {person for name, each in found.items() for person in _names(texts[name], each)}
    numbering = Numbering(texts.values(), said | set(known.people), anchor)
    redacted = {name: numbering.replace(text, found[name]) for name, text in texts.items()}
    return Redaction(redacted, numbering.key)


def ruled(text: str, wording: Wording) -> list[Found]:
    """Return what the rules hold for identifiers in a text, before the tagger is asked."""
    read = tokens(as_meant(text, wording.ordinary), wording)
    named = find_names(read, fold(read.text))
    return _all_found(read, named, {read.text[one.start : one.end] for one in named}, _NOBODY)


def _all_found(read: Tokens, named: Sequence[Found], people: Iterable[str], known: Names) -> list[Found]:
    text, folded, wording = read.text, fold(read.text), read.wording
    groups = (
        find_contacts(text),
        _numbers(text, folded, wording),
        find_ages(text),
        find_places(text, folded, wording),
        _states_kept(
            _joined([*named, *find_initials(text), *find_mentions(read, people, known.people)]),
            read,
            {*people, *known.people},
        ),
    )
    return _apart([one for group in groups for one in group], text)


def _names(text: str, found: Iterable[Found]) -> set[str]:
    return {text[one.start : one.end] for one in found if one.kind == "name"}


def _states_kept(names: Iterable[Found], read: Tokens, people: set[str]) -> list[Found]:
    """Leave out what looks like a name and is a state ("Virginia", "north dakota"), unless somebody is called so."""
    states = [(start, end) for _, start, end in read.wording.states.find(fold(read.text))]
    inside = {at for start, end in states for at in range(start, end)}
    called = {
        part
        for person in people
        if len(person.split()) > 1
        for part in re.findall(r"[^\W\d_]+", fold(person))
    }
    return [
        one
        for one in names
        if not (one.start in inside and one.end - 1 in inside)
        or fold(read.text[one.start : one.end]) in called
        or _TITLED.search(read.text[max(0, one.start - 8) : one.start])
    ]


def _joined(names: Iterable[Found]) -> list[Found]:
    """Make one of names that overlap."""
    joined: list[Found] = []
    for one in sorted(names, key=lambda name: (name.start, -name.end)):
        if joined and one.start < joined[-1].end:
            joined[-1] = Found("name", joined[-1].start, max(one.end, joined[-1].end))
        else:
            joined.append(one)
    return joined


def _numbers(text: str, folded: str, wording: Wording) -> list[Found]:
    """Labelled numbers first, then dates, then numbers that nothing labels."""
    numbers = list(find_numbers(text, folded, wording))
    labelled = [one for one in numbers if one.kind != "other"]
    return [*labelled, *find_dates(text), *(one for one in numbers if one.kind == "other")]


def _apart(found: Sequence[Found], text: str) -> list[Found]:
    """Make what was found lie apart: the earlier in the list wins, and of a later one stays what is left uncovered."""
    taken = bytearray(len(text))
    kept: list[Found] = []
    for one in found:
        for start, end in _free(taken, one.start, one.end):
            if _ALNUM.search(text, start, end):
                whole = (start, end) == (one.start, one.end)
                value = one.value if whole or one.kind != "date" else None
                kept.append(Found(one.kind, start, end, value, one.precision, one.service, one.dated))
                taken[start:end] = b"\x01" * (end - start)
    return sorted(kept, key=lambda one: one.start)


def _free(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Return the runs of a stretch that nothing has taken."""
    runs: list[tuple[int, int]] = []
    at = start
    while at < end:
        first = taken.find(0, at, end)
        if first < 0:
            break
        stop = taken.find(1, first, end)
        at = stop if stop >= 0 else end
        runs.append((first, at))
    return runs


def _anchor(found: Iterable[Sequence[Found]]) -> date | None:
    """Return the day that a text labels as the visit's, else the first day that is written with its year."""
    dates = [
        one for each in found for one in each
        if one.kind == "date" and one.value and one.dated and one.precision == "day"
    ]  # fmt: skip
    return next((one.value for one in dates if one.service), dates[0].value if dates else None)
