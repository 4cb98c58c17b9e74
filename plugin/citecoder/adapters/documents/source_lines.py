"""Where a line of extracted text stands in the source of a web page."""

from __future__ import annotations

import html
import re
from bisect import bisect_right

_PIECE = re.compile(r"<[^<>]*>|[^<]+|<")
_UNSEEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|\d{1,3}\.\s+|>\s+|[QA]:\s+)*")
_PROBE = 60


class SourceLines:
    """The letters and digits of a page's source with their line numbers; lines are asked for in reading order.

    Tags, spaces and punctuation are left out on both sides, so that markup inside a sentence hides nothing.

    Args:
        source: the page's source.
    """

    def __init__(self, source: str) -> None:
        starts, lines, pieces, at = [], [], [], 0
        for number, piece in _visible(source):
            letters = _letters(html.unescape(piece))
            if letters:
                starts.append(at)
                lines.append(number)
                pieces.append(letters)
                at += len(letters)
        self._letters, self._starts, self._lines = "".join(pieces), starts, lines
        self._from = 0

    def find(self, line: str) -> int | None:
        """Return the source's line (from 1) where a line of text begins, or None when it isn't found."""
        probe = _letters(_MARKS.sub("", line))[:_PROBE]
        if not probe:
            return None
        at = self._letters.find(probe, self._from)
        if at < 0:
            return None
        self._from = at + len(probe)
        return self._lines[bisect_right(self._starts, at) - 1]


def _visible(source: str) -> list[tuple[int, str]]:
    """Cut a source into lines of text outside tags, scripts and styles, in one pass."""
    found: list[tuple[int, str]] = []
    number, unseen = 1, False
    for match in _PIECE.finditer(source):
        piece = match[0]
        mark = _UNSEEN.match(piece)
        if mark:
            unseen = not mark[1]
        elif not unseen and not piece.startswith("<"):
            found += [(number + step, part) for step, part in enumerate(piece.split("\n"))]
        number += piece.count("\n")
    return found


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
