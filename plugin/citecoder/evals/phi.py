"""Does a note look as if it were of a real person: patterns of identifiers that a synthetic note has no need of.

A pattern that matches is a warning for a person to look at, not a verdict; finding nothing is no proof. Invented names
can't be told from real ones and are not looked for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PATTERNS = {
    "a social security number": re.compile(
        r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"
    ),
    "a telephone number that is not 555-01xx": re.compile(
        r"(?<![\w.-])(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"
    ),
    "an e-mail address outside example.org": re.compile(
        r"[\w.+-]+@(?!(?:[\w-]+\.)*example\.(?:org|com|net)\b|[\w.-]+\.(?:test|invalid|example)\b)[\w-]+(?:\.[\w-]+)+"
    ),
    "a web address outside example.org": re.compile(
        r"https?://(?!(?:[\w-]+\.)*example\.(?:org|com|net)\b|[\w.-]+\.(?:test|invalid|example)\b)[\w.-]+\.\w+"
    ),
    "a Medicare number": re.compile(
        r"\b[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\b"
    ),
    "a record number without TEST": re.compile(
        r"(?i)\b(?:MRN|medical record (?:no|number))\b[ .:#]*(?!TEST)\d{5,}"
    ),
    "a street address": re.compile(
        r"\b\d{2,5} (?:[A-Z][a-z]+ ){1,2}(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd)\b\.?,? +[A-Z][a-z]+,? +[A-Z]{2} \d{5}"
    ),
}
_FICTION = re.compile(r"555[ .-]?01\d\d")


class Suspicion(NamedTuple):
    """What was found, and on which line of the note. The words themselves are not repeated."""

    what: str
    line: int


def suspicions(note: str) -> list[Suspicion]:
    """Return what looks like an identifier of a real person."""
    found: list[Suspicion] = []
    for what, pattern in _PATTERNS.items():
        found += [
            Suspicion(what, note.count("\n", 0, match.start()) + 1)
            for match in pattern.finditer(note)
            if not _FICTION.search(match.group())
        ]
    return sorted(found, key=lambda each: (each.line, each.what))
