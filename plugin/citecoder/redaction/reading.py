"""A text as it was meant where a scanner misread it: letters for digits, digits for letters, each at its place."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=[0-9OolIS./():-]{0,20}\d)[0-9OolI(][0-9OolIS./():-]{1,20}(?![A-Za-z0-9])")
_WITHIN = re.compile(r"(?<=[A-Za-z]{2})[01]{1,2}(?=[a-z])|(?<=[A-Z])[01](?=[a-z]{3})|(?<=[a-z]{3})0(?![\w-])")
_DIGITS = str.maketrans("OolIS", "00115")
_LETTERS = str.maketrans("01", "ol")
_MIXED = re.compile(r"[OolIS]")


def as_meant(text: str) -> str:
    """Return a text of the same length with misread digits in numbers and misread letters in words put right."""
    digits = _NUMBER.sub(lambda found: _as_number(found.group()), text)
    return _WITHIN.sub(lambda found: found.group().translate(_LETTERS), digits)


def _as_number(written: str) -> str:
    """Return a run as a number, where its digits outnumber what looks like digits or it is as long as a year."""
    digits = sum(map(str.isdigit, written))
    letters = len(_MIXED.findall(written))
    if not letters or digits < 2 or letters > digits:
        return written
    return written.translate(_DIGITS)
