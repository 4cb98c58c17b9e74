"""A text as words with what names are told by: capitals, lists, and what stands between."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from citecoder.redaction.phrases import fold
from citecoder.redaction.wording import Wording

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "'s", "ion", "ions", "al", "ally", "ness", "able")
_LINE_LETTERS = 12
_LOUD_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its possessive.

    Attributes:
        text, low: as written, and in lower case.
        start, end: where it stands.
        loud: its whole line is in capitals, so that its own say nothing.
        opens: it begins a sentence or a line.
    """

    text: str
    low: str
    start: int
    end: int
    loud: bool
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether its capital tells something."""
        return self.text[0].isupper() and not self.loud

    @property
    def title(self) -> bool:
        """Whether it is written like a name: a capital, then small letters."""
        return self.capital and not (self.text.isupper() and len(self.text) > 1)


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
        return self.text[self.words[i - 1].end : self.words[i].start] if i else self.text[: self.words[0].start]

    def after(self, i: int, most: int = 24) -> str:
        """Return what follows word ``i``."""
        return self.text[self.words[i].end : self.words[i].end + most]

    def given(self, word: Word) -> bool:
        """Whether it may be a given name."""
        return _listed(word.low, self.wording.given)

    def surname(self, word: Word) -> bool:
        """Whether it may be a family name."""
        return _listed(word.low, self.wording.surnames)

    def ordinary(self, word: Word) -> bool:
        """Whether it is mostly no name."""
        if word.title and word.low in self.wording.foremost:
            return False
        return ordinary(word.low, self.wording)

    def barred(self, word: Word) -> bool:
        """Whether it is no name at all."""
        low = word.low
        return low in self.wording.never or low in self.wording.proper or low in self.wording.titles

    def eponym(self, word: Word) -> bool:
        """Whether a test, sign or disease is named so."""
        return _listed(word.low, self.wording.eponyms)

    def headed(self, i: int) -> bool:
        """Whether word ``i`` is followed by what makes it a test's or a method's name."""
        for k in (i + 1, i + 2):
            if k >= len(self.words) or re.fullmatch(r"['’]?s?[ \t\n-]{1,3}|['’]s?[ \t]", self.gap(k)) is None:
                return False
            if self.words[k].low in self.wording.eponym_heads:
                return True
            if k == i + 1 and not (self.eponym(self.words[k]) or self.words[k].capital):
                return False
        return False


def tokens(text: str, wording: Wording) -> Tokens:
    """Cut a text into words."""
    loud = _loud_lines(text)
    line = 0
    made: list[Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        while line + 1 < len(loud) and loud[line + 1][0] <= start:
            line += 1
        written = match.group()
        if re.search(r"['’][sS]$", written) and len(written) > 3:
            written, end = written[:-2], end - 2
        before = text[max(0, start - 6) : start]
        opens = re.search(r"(?:^|[\n.:;!?•*]|- )[ \t\"(]*$", before) is not None and not re.search(r"\b(?:Dr|Mr|Mrs|Ms|Pt|St|[A-Z])\. ?$", before)
        made.append(Word(written, fold(written), start, end, loud[line][1], opens))
    return Tokens(text, tuple(made), wording)


def ordinary(low: str, wording: Wording) -> bool:
    """Tell whether a word is one of the language or of the field, in any of its forms."""
    words = wording.ordinary
    if low in words:
        return True
    parts = re.split(r"['-]", low)
    if len(parts) > 1:
        return all(part in words or len(part) < 3 for part in parts)
    if low in wording.given or low in wording.surnames:
        return False
    return any(low.endswith(s) and (low[: -len(s)] in words or low[: -len(s)] + "e" in words) for s in _SUFFIXES if len(low) > len(s) + 2)


def _listed(low: str, names: frozenset[str]) -> bool:
    if low in names:
        return True
    parts = re.split(r"['-]", low)
    if len(parts) == 2 and min(map(len, parts)) == 2:
        return False
    if len(parts) == 2 and len(parts[0]) == 1:  # O'Brien, D'Angelo
        return "".join(parts) in names or parts[1] in names
    return len(parts) > 1 and all(part in names for part in parts)


def _loud_lines(text: str) -> list[tuple[int, bool]]:
    """Return where each line starts, and whether it is in capitals throughout."""
    lines: list[tuple[int, bool]] = []
    at = 0
    for line in text.splitlines(keepends=True) or [""]:
        capitals, letters = sum(map(str.isupper, line)), sum(map(str.isalpha, line))
        lines.append((at, letters >= _LINE_LETTERS and capitals > _LOUD_SHARE * letters))
        at += len(line)
    return lines
