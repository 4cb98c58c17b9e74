"""Identifiers → placeholders that a model can read: the same one for the same words, dates with their distance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from citecoder.redaction.marking import Found, Key, Kind, Mark, Redacted
from citecoder.redaction.phrases import fold

WORDS: Mapping[Kind, str] = {
    "name": "NAME", "date": "DATE", "age": "AGE-90-OR-OVER", "geo": "PLACE", "phone": "PHONE", "fax": "FAX", "email": "EMAIL",
    "ssn": "SSN", "mrn": "CHART-NUMBER", "plan": "PLAN-NUMBER", "account": "ACCOUNT", "licence": "LICENSE", "vehicle": "VEHICLE",
    "device": "DEVICE", "url": "URL", "ip": "IP", "biometric": "BIOMETRIC", "photo": "PHOTO", "other": "ID",
}  # fmt: skip
_BRACKETS = (("[", "]"), ("⟦", "⟧"), ("{", "}"), ("<", ">"))
_DAYS_TOLD = 730  # days are told up to two years; beyond, the year is free to tell and the day is not
_OLDEST = 89  # 45 CFR 164.514(b)(2)(i)(C): what tells an age above 89 is told as one class
_PART = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")


class Numbering:
    """Gives placeholders to the identifiers of one call, in the order in which they come.

    Args:
        texts: every text of the call; no placeholder can be mistaken for their own words.
        people: every name found in them.
        anchor: the day that dates are told from; None numbers them instead.
    """

    def __init__(self, texts: Iterable[str], people: Iterable[str], anchor: date | None) -> None:
        self._opening, self._closing = _free_brackets(list(texts))
        self._anchor = anchor
        self._whole = _whole_names(people)
        self._groups: dict[
            str, dict[str, tuple[int, dict[str, int]]]
        ] = {}  # word → group → its number, its ways
        self._originals: dict[str, str] = {}

    @property
    def key(self) -> Key:
        """The way back, for what has been numbered so far."""
        return Key(self._originals, self._opening, self._closing)

    def replace(self, text: str, found: Sequence[Found]) -> Redacted:
        """Return the text with placeholders for what was found; ``found`` is in order and does not overlap."""
        pieces: list[str] = []
        marks: list[Mark] = []
        at = length = 0
        for one in found:
            placeholder = self._placeholder(one, text[one.start : one.end])
            pieces += (text[at : one.start], placeholder)
            length += one.start - at
            marks.append(Mark(one.kind, one.start, one.end, length, length + len(placeholder), placeholder))
            length += len(placeholder)
            at = one.end
        return Redacted("".join([*pieces, text[at:]]), tuple(marks), text, self.key)

    def _placeholder(self, found: Found, words: str) -> str:
        word, group = self._group(found, words)
        groups = self._groups.setdefault(word, {})
        number, ways = groups.setdefault(group, (len(groups) + 1, {}))
        numbered = f"{word}-{number}" if group else word
        way = ways.setdefault(words, len(ways) + 1)
        placeholder = f"{self._opening}{numbered}{f'.{way}' if way > 1 else ''}{self._closing}"
        self._originals[placeholder] = words
        return placeholder

    def _group(self, found: Found, words: str) -> tuple[str, str]:
        """Return the placeholder's word, and what is the same identifier, or nothing where the word says it all."""
        if found.kind == "age":
            return WORDS["age"], ""
        if found.kind == "name":
            return WORDS["name"], self._whole.get(_parts(words), fold(words))
        if found.kind != "date":
            return WORDS[found.kind], re.sub(r"\W", "", fold(words)) or words
        if found.precision == "birth":
            return "BIRTH-DATE", words
        if self._anchor is None or found.value is None:
            return "DATE", f"{found.value} {found.precision}" if found.value else fold(words)
        return "DATE" + _distance(self._anchor, found), ""


def _distance(anchor: date, found: Found) -> str:
    """Say how far a date is from the anchor: days, months where only the month is told, years where it is long ago."""
    day = found.value or anchor
    days = (day - anchor).days
    if abs(days) > _DAYS_TOLD:
        years = round(days / 365.25)
        return f"{years:+d}y" if abs(years) <= _OLDEST else f"{'+' if years > 0 else '-'}{_OLDEST + 1}y"
    if found.precision == "month":
        return f"{(day.year - anchor.year) * 12 + day.month - anchor.month:+d}mo"
    return f"{days:+d}d"


def _free_brackets(texts: list[str]) -> tuple[str, str]:
    """Return brackets with which no text of the call says any word of ours."""
    words = {*WORDS.values(), "BIRTH-DATE"}
    for opening, closing in _BRACKETS:
        if not any(opening + word in text for text in texts for word in words):
            return opening, closing
    tag = next(
        n for n in range(1, len(texts) + sum(map(len, texts)) + 2) if not any(f"[R{n}-" in t for t in texts)
    )
    return f"[R{tag}-", "]"


def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a name that make it one, in a fixed order."""
    return tuple(sorted({fold(part) for part in _PART.findall(name)}))


def _whole_names(people: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Return the parts of each name → the longest name that holds them all."""
    names = sorted({_parts(person) for person in people}, key=lambda parts: (-len(parts), parts))
    holding: dict[str, list[tuple[str, ...]]] = {}
    for parts in names:
        for part in parts:
            holding.setdefault(part, []).append(parts)
    whole: dict[tuple[str, ...], str] = {}
    for parts in names:
        if parts:
            longest = next(n for n in holding[parts[0]] if set(parts) <= set(n))
            whole[parts] = " ".join(longest)
    return whole
