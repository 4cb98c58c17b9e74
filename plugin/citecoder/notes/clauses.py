"""A sentence → clauses: the smallest stretches that may speak of a service of their own.

A list of exercises is many clauses, a sentence that tells one thing is one. Offsets stay those of the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from citecoder.notes.blocks import Segment

_CUT = re.compile(
    r"[;|•▪\r\n]|,(?!\d)|\s[+&]\s|\s[–—-]{1,2}\s|\s/\s|\.\s|\s->\s|→|\s(?:and|then|followed by|plus|after that|before that)\s|:\s|\.{3,}",
    re.IGNORECASE,
)
_LONGEST = 240  # characters; a run-on without a comma is no one thing
_WORD = re.compile(r"[^\W_]")


class Clause(NamedTuple):
    """A stretch of a sentence, blanks at its ends left out."""

    start: int
    end: int


def parse_clauses(text: str, segment: Segment) -> list[Clause]:
    """Cut a segment at commas, semicolons, dashes, "and", "then" and the bars of a table."""
    edges = [segment.start]
    for match in _CUT.finditer(text, segment.start, segment.end):
        edges += [match.start(), match.end()]
    edges.append(segment.end)
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        for first, last in _pieces(text, start, end):
            words = text[first:last]
            if _WORD.search(words):
                lead = len(words) - len(words.lstrip())
                found.append(Clause(first + lead, last - (len(words) - len(words.rstrip()))))
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch in pieces of no more than ``_LONGEST`` characters, cut at blanks where there are any."""
    while end - start > _LONGEST:
        blank = text.rfind(" ", start + 1, start + _LONGEST)
        cut = blank if blank > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end
