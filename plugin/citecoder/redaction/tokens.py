"""A text as words with what names are told by: capitals, lists, and what stands between."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from citecoder.redaction.phrases import fold
from citecoder.redaction.wording import Wording

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SUFFIXES = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "'s",
    "ion",
    "ions",
    "al",
    "ally",
    "ness",
    "able",
)
_SHORTENING = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Pt|St|[A-Z])\.$")
_BETWEEN = re.compile(r"['’]?s?[ \t\n-]{1,3}|['’]s?[ \t]")
_HINGE = re.compile(r"['-]")
_LINE_LETTERS = 12
_LOUD_SHARE = 0.85


class Traits(NamedTuple):
    """What the lists say of a word, whatever its case.

    Attributes:
        given, surname: it may be a given name, a family name.
        ordinary: it is mostly no name.
        barred: it is no name at all.
        eponym: a test, a sign or a disease is named so.
    """

    given: bool
    surname: bool
    ordinary: bool
    barred: bool
    eponym: bool


class Word(NamedTuple):
    """A word without its possessive.

    Attributes:
        text, low: as written, and in lower case.
        start, end: where it stands.
        loud: its whole line is in capitals, so that its own say nothing.
        opens: it begins a sentence or a line.
        capital: its capital tells something.
        title: it is written like a name, a capital and then small letters.
        traits: what the lists say.
    """

    text: str
    low: str
    start: int
    end: int
    loud: bool
    opens: bool
    capital: bool
    title: bool
    traits: Traits


@dataclass(frozen=True)
class Tokens:
    """The words of a text, and what the lists say of each."""

    text: str
    words: tuple[Word, ...]
    wording: Wording

    @cached_property
    def starts(self) -> list[int]:
        """Where each word stands."""
        return [word.start for word in self.words]

    def at(self, offset: int) -> int:
        """Return the number of the first word that stands at an offset or later."""
        return bisect_left(self.starts, offset)

    def gap(self, i: int) -> str:
        """Return what stands between word ``i`` and the one before."""
        return (
            self.text[self.words[i - 1].end : self.words[i].start] if i else self.text[: self.words[0].start]
        )

    def after(self, i: int, most: int = 24) -> str:
        """Return what follows word ``i``."""
        return self.text[self.words[i].end : self.words[i].end + most]

    def given(self, word: Word) -> bool:
        """Whether it may be a given name."""
        return word.traits.given

    def surname(self, word: Word) -> bool:
        """Whether it may be a family name."""
        return word.traits.surname

    def ordinary(self, word: Word) -> bool:
        """Whether it is mostly no name, written as it is."""
        if not word.traits.ordinary or word.low not in self.wording.foremost:
            return word.traits.ordinary
        return not (word.title or (word.text.isupper() and word.low not in self.wording.also_said))

    def barred(self, word: Word) -> bool:
        """Whether it is no name at all."""
        return word.traits.barred

    def eponym(self, word: Word) -> bool:
        """Whether a test, sign or disease is named so."""
        return word.traits.eponym

    def headed(self, i: int) -> bool:
        """Whether word ``i`` is followed by what makes it a test's or a method's name."""
        for k in (i + 1, i + 2):
            if k >= len(self.words) or _BETWEEN.fullmatch(self.gap(k)) is None:
                return False
            if self.words[k].low in self.wording.eponym_heads:
                return True
            if k == i + 1 and not (self.eponym(self.words[k]) or self.words[k].capital):
                return False
        return False


def tokens(text: str, wording: Wording) -> Tokens:
    """Cut a text into words."""
    loud = loud_lines(text)
    known: dict[str, Traits] = {}
    line = 0
    made: list[Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        while line + 1 < len(loud) and loud[line + 1][0] <= start:
            line += 1
        written = match.group()
        if written[-1] in "sS" and len(written) > 3 and written[-2] in "'’":
            written, end = written[:-2], end - 2
        low = fold(written)
        if low not in known:
            known[low] = traits_of(low, wording)
        capital = written[0].isupper() and not loud[line][1]
        title = capital and not (len(written) > 1 and written.isupper())
        opens = written[0].isupper() and _opens(text[max(0, start - 6) : start])
        made.append(Word(written, low, start, end, loud[line][1], opens, capital, title, known[low]))
    return Tokens(text, tuple(made), wording)


def traits_of(low: str, wording: Wording) -> Traits:
    """Return what the lists say of a word in lower case."""
    return Traits(
        _listed(low, wording.given),
        _listed(low, wording.surnames),
        ordinary(low, wording),
        low in wording.never or low in wording.proper or low in wording.titles,
        _listed(low, wording.eponyms),
    )


def _opens(before: str) -> bool:
    """Tell whether a sentence or a line ends in a piece of text, abbreviations left aside."""
    plain = before.rstrip(' \t"(')
    if not plain or plain[-1] in "\n:;!?•*":
        return True
    if plain[-1] == "-":
        return plain != before
    return plain[-1] == "." and _SHORTENING.search(plain) is None


def ordinary(low: str, wording: Wording) -> bool:
    """Tell whether a word is one of the language or of the field, in any of its forms."""
    words = wording.ordinary
    if low in words:
        return True
    if "-" in low or "'" in low:
        parts = _HINGE.split(low)
        return all(part in words or len(part) < 3 for part in parts)
    if low in wording.given or low in wording.surnames:
        return False
    return any(
        low.endswith(s) and (low[: -len(s)] in words or low[: -len(s)] + "e" in words)
        for s in _SUFFIXES
        if len(low) > len(s) + 2
    )


def _listed(low: str, names: frozenset[str]) -> bool:
    if low in names:
        return True
    if "-" not in low and "'" not in low:
        return False
    parts = _HINGE.split(low)
    if len(parts) == 2 and min(map(len, parts)) == 2:
        return False
    if len(parts) == 2 and min(map(len, parts)) == 1 and len(parts[1]) < 3:
        return False
    if len(parts) == 2 and len(parts[0]) == 1:  # O'Brien, D'Angelo
        return "".join(parts) in names or parts[1] in names
    return len(parts) > 1 and all(part in names for part in parts)


def loud_lines(text: str) -> list[tuple[int, bool]]:
    """Return where each line starts, and whether it is in capitals throughout."""
    lines: list[tuple[int, bool]] = []
    at = 0
    for line in text.splitlines(keepends=True) or [""]:
        capitals, letters = sum(map(str.isupper, line)), sum(map(str.isalpha, line))
        lines.append((at, letters >= _LINE_LETTERS and capitals > _LOUD_SHARE * letters))
        at += len(line)
    return lines
