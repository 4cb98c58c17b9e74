"""Quotes and offsets: the one place where a quote is checked against the note.

Offsets count Unicode code points of the note exactly as sent, line endings included.
"""

from __future__ import annotations

import re

from citecoder.model import Span

_SPACES = re.compile(r"\s+")


def cut(text: str, start: int, end: int) -> Span:
    """Return the span from ``start`` to ``end`` without white space at its edges."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece) - len(piece.rstrip())
    if left == len(piece):
        return Span(start, start, "")
    return Span(start + left, end - right, text[start + left : end - right])


def verbatim(span: Span, text: str) -> bool:
    """Tell whether the span's quote stands in the text at its offsets."""
    return bool(span.quote) and text[span.start : span.end] == span.quote


def locate(quote: str, text: str, *, near: int = 0) -> Span | None:
    """Find a quote in the text: verbatim, else with white space folded, else with case folded too; never looser.

    Args:
        quote: words that are claimed to stand in the text.
        text: the note.
        near: of several places, the one nearest to this offset.

    Returns:
        The span as it stands in the text, or None when the words are not there.
    """
    wanted = quote.strip()
    if not wanted:
        return None
    pattern = r"\s+".join(re.escape(word) for word in _SPACES.split(wanted))
    for each, flags in ((re.escape(wanted), 0), (pattern, 0), (pattern, re.IGNORECASE)):
        found = min(re.finditer(each, text, flags), key=lambda m: abs(m.start() - near), default=None)
        if found:
            return Span(found.start(), found.end(), found.group())
    return None


def fold(text: str) -> str:
    """Lower-case the text without changing its length, so that offsets stay true."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
