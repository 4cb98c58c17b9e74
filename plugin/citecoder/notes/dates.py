"""Calendar dates in a text. Says where a date stands, not what it means."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from itertools import accumulate
from typing import NamedTuple

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?(?![\d/]|-\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NAMED = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s{1,24}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,24}(\d{4})\b",
    re.IGNORECASE,
)


class DateMention(NamedTuple):
    """A date at a place; ``full`` tells whether the year is written."""

    value: date
    start: int
    end: int
    full: bool


def find_dates(text: str, *, year_hint: date | None = None) -> list[DateMention]:
    """Return the dates of a text in order. A date without a year is taken only with a hint of the year."""
    found = [_made(int(m[1]), int(m[2]), int(m[3]), m, full=True) for m in _ISO.finditer(text)]
    for match in _NAMED.finditer(text):
        month = _MONTHS.index(match[1][:3].lower()) + 1
        found.append(_made(int(match[3]), month, int(match[2]), match, full=True))
    written = sorted((f.start, f.end) for f in found if f)
    reach = [0, *accumulate((end for _, end in written), max)]  # how far the first so many reach
    for match in _NUMERIC.finditer(text):
        if match.start() < reach[bisect_right(written, (match.start(), len(text)))]:
            continue
        if match[3]:
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            found.append(_made(year, int(match[1]), int(match[2]), match, full=True))
        elif "/" in match.group():
            year = year_hint.year if year_hint else 2000
            found.append(_made(year, int(match[1]), int(match[2]), match, full=False))
    return sorted((f for f in found if f), key=lambda f: f.start)


def _made(year: int, month: int, day: int, match: re.Match[str], *, full: bool) -> DateMention | None:
    try:
        return DateMention(date(year, month, day), match.start(), match.end(), full)
    except ValueError:
        return None
