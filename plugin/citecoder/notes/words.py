"""A text → the stems of its words and the kinds of its numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from citecoder.notes.spans import fold

# What a token can open with is looked at first, and digits last: most of a note is letters and blanks.
_TOKEN = re.compile(
    r"(?=[\da-z×?!\"“>→\[☐☑_])(?:(?!\d)(?:(?P<times>[x×]\s?\d+\b)|(?P<word>[a-z]+(?:['’][a-z]+)?)"
    r"|(?P<mark>[?!\"“>→]|\[ ?\]|\[x\]|☐|☑|_{2,}))"
    r"|(?P<clock>\d{1,2}:\d\d)|(?P<sets>\d+\s?[x×]\s?\d+)|(?P<score>\d+(?:\.\d+)?\s?/\s?\d+(?:\.\d+)?)|(?P<percent>\d+(?:\.\d+)?\s?%)"
    r"|(?P<minutes>\d+(?:\.\d+)?\s?(?:min\w*|'))|(?P<load>\d+(?:\.\d+)?\s?(?:lbs?\b|#|kg\b|pounds?\b))|(?P<degrees>\d+(?:\.\d+)?\s?(?:°|deg\w*))"
    r"|(?P<number>\d+(?:[.,]\d+)?))"
)
_ENDINGS = (
    "izations", "ization", "ations", "ation", "ities", "ingly", "ings", "ness", "ment", "ies", "ing", "ied", "ers",
    "ed", "es", "er", "ly", "s",
)  # fmt: skip
_STEM = 3  # letters that a stem keeps at least


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without its ending: "walked", "walking" and "walks" are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _STEM and (word[-1] == word[-2] or word[-1] == "e") else word


def tokens(text: str) -> list[str]:
    """Return the stems and kinds of number of a text, in order: "3x10 w/ 5 lb" is ``#x# w #lb``."""
    found = []
    for match in _TOKEN.finditer(fold(text)):
        kind = match.lastgroup or ""
        words = match.group()
        found.append(stem(words) if kind == "word" else words if kind == "mark" else f"#{kind}")
    return found
