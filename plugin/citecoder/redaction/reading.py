"""A text as it was meant where a scanner misread it: letters for digits, digits for letters, each at its place."""

from __future__ import annotations

import re
from collections.abc import Collection

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])(?=[0-9OolIS./():-]{0,20}\d)[0-9OolI(][0-9OolIS./():-]{1,20}(?![A-Za-z0-9])"
)
_WITHIN = re.compile(r"(?<=[A-Za-z]{2})[01]{1,2}(?=[a-z])|(?<=[A-Z])[01](?=[a-z]{3})|(?<=[a-z]{3})0(?![\w-])")
_DIGITS = str.maketrans("OolIS", "00115")
_WORD = re.compile(r"(?<![A-Za-z01])[A-Za-z]{1,30}[01][A-Za-z01]{0,30}")
_MIXED = re.compile(r"[OolIS]")


def as_meant(text: str, words: Collection[str]) -> str:
    """Return a text of the same length with misread digits in numbers and misread letters in words put right.

    Args:
        text: any text.
        words: those of the language, which tell whether a one was an i or an l.
    """
    digits = _NUMBER.sub(lambda found: _as_number(found.group()), text)
    return _WORD.sub(lambda found: _as_word(found.group(), words), digits)


def _as_word(written: str, words: Collection[str]) -> str:
    """Return a word with letters for the digits within it; the reading that is a word, where one is."""
    ways = [
        _WITHIN.sub(lambda found: found.group().replace("0", "o").replace("1", letter), written)  # noqa: B023
        for letter in "li"
    ]
    return next((way for way in ways if way.lower() in words), ways[0])


def _as_number(written: str) -> str:
    """Return a run as a number, where its digits outnumber what looks like digits or it is as long as a year."""
    digits = sum(map(str.isdigit, written))
    letters = len(_MIXED.findall(written))
    if not letters or digits < 2 or letters > digits:
        return written
    return written.translate(_DIGITS)
