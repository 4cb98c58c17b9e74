"""Numbers, dates and code ranges as they are written, and the words that make them a least or a most.

Knows spellings and values only.
"""

from __future__ import annotations

import re
from typing import Literal

from citecoder.answering.names import MONTHS, TENS, UNITS, WORD_NUMBER

Bound = Literal["", "at least", "over", "at most", "under", "exactly"]

NUM = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?|\.\d+|\b(?:{WORD_NUMBER})\b"
_THAN = r"(?: \w+)? than(?: or equal to)?"
BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("at most", rf"(?:no|not|never)(?: be)? (?:more|greater|longer|later|higher|larger){_THAN}|not (?:over|above|beyond)|at (?:the )?most|up to|(?:a |the )?maximum(?: of)?|(?:does|do|may|must) not exceed|not exceeding|(?:limited|capped) (?:to|at)|no more|within"),
    ("at least", rf"(?:no|not)(?: be)? (?:less|fewer|lower|shorter|earlier|sooner|smaller){_THAN}|not (?:under|below)|at (?:the )?(?:very )?least|(?:a |the )?minimum(?: of)?|a full|as (?:few|little) as"),
    ("over", rf"(?:more|greater|longer|higher|larger){_THAN}|over|above|exceed(?:s|ing|ed)?|in excess of|beyond|surpass(?:es)?"),
    ("under", rf"(?:less|fewer|lower|shorter|smaller){_THAN}|under|below|short of|shy of"),
    ("exactly", r"exactly|precisely"),
)  # fmt: skip
DATE_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("at most", r"until|through|till|before|prior to|up to|no later than|to|ended|ends|ending"),
    ("at least", r"since|from|after|as of|starting(?: with)?|effective|beginning(?: with)?|later than|following"),
)  # fmt: skip
AFTER: tuple[tuple[Bound, str], ...] = (
    ("at least", r"\+(?!\s*\w)|,? (?:or|and|to) (?:more|longer|higher|greater|above|over|up|upwards?|later|older)\b| upwards?\b| on(?=[,.;]|$)|,? minimum\b"),
    ("at most", r",? (?:or|and) (?:fewer|less|under|below|shorter|lower|younger)\b|,? maximum\b"),
)  # fmt: skip


def any_of(rows: tuple[tuple[Bound, str], ...]) -> str:
    """Return one alternative of all the wordings."""
    return "|".join(said for _, said in rows)


def bound_of(said: str | None, rows: tuple[tuple[Bound, str], ...]) -> Bound:
    """Return which bound a wording sets; none for no wording."""
    said = (said or "").casefold()
    return next((bound for bound, pattern in rows if said and re.fullmatch(pattern, said)), "")


def spelled(written: str) -> list[str]:
    """Return the codes of a range one by one."""
    ends = re.findall(r"[A-Z]?\d{4,5}[TF]?", written)
    if len(ends) < 2 or not (ends[0].isdigit() and ends[1].isdigit()):
        return ends
    inside = range(int(ends[0]), int(ends[1]) + 1)
    return [f"{code:05}" for code in inside] if 0 < len(inside) <= 20 else ends


def value_of(written: str, scale: str | None = None) -> str:
    """Return a number in digits or words, with its scale, as plain digits."""
    plain = written.casefold().replace(",", "").replace("-", " ")
    if re.match(r"[\d.]", plain):
        value = float(plain)
    else:
        value = float(sum(_of_word(word) for word in plain.split()))
    value *= {"million": 1e6, "billion": 1e9, "thousand": 1e3, "hundred": 100}.get(
        (scale or "").strip(" -").casefold(), 1
    )
    return f"{value:g}" if value < 1e5 else f"{value:.0f}"


def _of_word(word: str) -> int:
    if word in UNITS:
        return UNITS.index(word)
    if word in TENS:
        return 10 * (TENS.index(word) + 2)
    return {"hundred": 100, "dozen": 12}[word]


def date_of(written: str) -> str:
    """Return ``2024``, ``2024-03`` or ``2024-03-01``."""
    if re.fullmatch(r"[\d-]+", written):
        return written
    year = re.findall(r"(?:19|20)\d\d", written)[-1]
    named = re.search(r"[a-z]{3}", written.casefold())
    month = next((i for i, m in enumerate(MONTHS, 1) if named and m.startswith(named[0])), 0)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?!\d)", written.replace(year, ""))
    return f"{year}-{month:02}" + (f"-{int(day[1]):02}" if day else "")
