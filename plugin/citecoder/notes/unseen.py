"""Characters that nobody sees: words are read without them, and text that is made of them is no record.

Offsets never move: a word is closed up and padded at its end, so that the text that is read has the length of what was sent.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = "\u00ad\u034f\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
_ANY = re.compile(f"[{_MARKS}]")
_BETWEEN_KINDS = re.compile(rf"(?<=[^\W\d_])[{_MARKS}]+(?=\d)|(?<=\d)[{_MARKS}]+(?=[^\W\d_])")
_WORD = re.compile(rf"[\w{_MARKS}]*[{_MARKS}][\w{_MARKS}]*")
_INSIDE = re.compile(
    "(?<=[A-Za-z])[\u200b\u200c\u200d\u200e\u200f\u2060-\u2064\ufeff\u180e\u034f]+(?=[A-Za-z])"
)
_ALIKE_INSIDE = re.compile(r"(?<=[A-Za-z])[\u0391-\u03a9\u03bf\u0400-\u052f](?=[A-Za-z])")
_MIXED = re.compile(r"[^\W\d_]*[A-Za-z][^\W\d_]*")
_SECRET = re.compile(
    r"[\U000e0020-\U000e007f]+"  # letters of the tag block
    rf"|[{_MARKS}]{{6,}}"  # a message in characters without width
    r"|[\u202b\u202d\u202e\u2067][^\u202c\u2069\n]*(?:[\u202c\u2069]|(?=\n)|\Z)"  # shown in another order than it is written
)
_MANY = re.compile(f"[{_MARKS}]{{4,}}")
_MOST_INSIDE = 3  # a few come along from a web page; more were put there
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "ABESIJKMHOPCTYXaesijopcyxdqwgABEZHIKMNOPTYXoi"
)


def closed_up(text: str) -> str:
    """Return the text without the characters that nobody sees, at the same length; the same object where it has none."""
    if not _ANY.search(text):
        return text
    apart = _BETWEEN_KINDS.sub(lambda m: " " * len(m.group()), text)
    return _WORD.sub(lambda m: _ANY.sub("", m.group()).ljust(len(m.group())), apart)


def as_seen(text: str) -> str:
    """Return closed-up text in the Latin letters that it looks like, at the same length."""
    if text.isascii():
        return text
    plain = "".join(_plain(c) for c in text)
    return _MIXED.sub(lambda m: m.group().translate(_ALIKE), plain)


def _plain(char: str) -> str:
    """Return the letter that a wide or ornate one stands for."""
    if char.isascii() or not char.isalnum():
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isascii() and plain.isalpha() else char


def secrets(text: str) -> list[tuple[int, int]]:
    """Return start and end of what is written in characters that nobody sees, or shown otherwise than written."""
    return [] if text.isascii() else [m.span() for m in _SECRET.finditer(text)]


def is_disguised(sentence: str) -> bool:
    """Tell whether words are wrapped in or taken apart by characters without width, or hold another alphabet's letters."""
    if sentence.isascii():
        return False
    return (
        bool(_MANY.search(sentence))
        or len(_INSIDE.findall(sentence)) > _MOST_INSIDE
        or len(_ALIKE_INSIDE.findall(sentence)) > _MOST_INSIDE
    )
