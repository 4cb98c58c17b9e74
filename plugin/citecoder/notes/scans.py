"""Scanned notes: letters and digits that a scanner took for one another, put right without moving any offset.

``sh0ulder``, ``l5 rnin`` and ``I0`` are read as shoulder, 15 min and 10. The text that is read has the length of the
text that was sent, so that every offset holds; quotes are cut from what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from citecoder.model import Span
from citecoder.notes.spans import fold

_T = TypeVar("_T")
_NOISY = 4  # words with a digit among their letters, before a note counts as scanned
_WORD_WITH_DIGIT = re.compile(
    r"(?<![\w#])[A-Za-z]{2,40}[01][a-z]{0,40}[01]?[a-z]{0,40}(?!\w)|(?<![\w#])[a-z]?[01][a-z]{2,40}[01]?[a-z]{0,40}(?!\w)"
)
_NUMBER_WITH_LETTER = re.compile(
    r"(?<![\w#])(?=[\dlIO|]{0,24}\d)(?=[\dlIO|]{0,24}[lIO|])[\dlIO|]{2,4}(?![A-Za-z\d])"
)
_LONE = re.compile(r"(?<![\w#])[lI]O(?=\s+r?n?m?in\b)")
_RN = re.compile(r"(?<![A-Za-z])[A-Za-z]{0,40}?rn[A-Za-z]*")
_DIGITS = str.maketrans("lIO|", "1101")
_UNITS = frozenset({"min", "mins", "minutes", "minute", "mm", "cm", "mhz", "am", "pm"})


def mend(text: str, known: Callable[[str], bool]) -> str:
    """Return the text as it was before it was scanned, as far as that can be told; the same text when it was not.

    Args:
        text: the note as sent.
        known: tells whether a word, in lower case, is one that notes use.
    """
    if len(_WORD_WITH_DIGIT.findall(text)) + len(_NUMBER_WITH_LETTER.findall(text)) < _NOISY:
        return text
    mended = _WORD_WITH_DIGIT.sub(lambda m: _in_letters(m.group(), known), text)
    mended = _NUMBER_WITH_LETTER.sub(lambda m: m.group().translate(_DIGITS), mended)
    mended = _LONE.sub("10", mended)
    return _RN.sub(lambda m: _with_m(m.group(), known), mended)


def _in_letters(word: str, known: Callable[[str], bool]) -> str:
    """Return a word with letters for its digits: 0 is o, 1 is l or i, whichever makes it a word."""
    letters = word.replace("0", "o").replace("|", "l")
    told = (letters.replace("1", "l"), letters.replace("1", "i"))
    return next((w for w in told if known(fold(w))), told[0])


def _with_m(word: str, known: Callable[[str], bool]) -> str:
    """Return a word with m for rn, padded to its length, where only that makes it a word."""
    told = word.replace("rn", "m")
    plain = fold(told)
    means = plain in _UNITS or known(plain)
    return told + " " * (len(word) - len(told)) if means and not known(fold(word)) else word


def quoted_from(sent: str, told: _T) -> _T:
    """Return frozen data with every quote in it cut anew from the text that was sent."""
    if isinstance(told, Span):
        return replace(told, quote=sent[told.start : told.end])
    if isinstance(told, tuple) and not hasattr(told, "_fields"):
        return tuple(quoted_from(sent, each) for each in told)  # type: ignore[return-value]
    if is_dataclass(told) and not isinstance(told, type):
        changed: dict[str, Any] = {}
        for field in fields(told):
            value = getattr(told, field.name)
            if isinstance(value, tuple) or is_dataclass(value):
                changed[field.name] = quoted_from(sent, value)
        return replace(told, **changed)
    return told
