"""Where sentences end in prose, lists left aside."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|nos|dr|mr|mrs|ms|ch|sec|fig|pub|approx|min|hr|ext|inc|st|jan|feb|mar|apr|jun|jul|aug"
    r"|sept?|oct|nov|dec|u\.s|p|pp)|\b[A-Z]|^\d{1,2})\.$",
    re.IGNORECASE,
)

_TAIL = 24
"""Code points at the end of a sentence in which an abbreviation is looked for."""


def sentences(text: str) -> list[str]:
    """Split prose into sentences; a dot after an abbreviation, an initial or a list number ends none.

    >>> sentences("Bill one unit, e.g. 97140. Then stop.")
    ['Bill one unit, e.g. 97140.', 'Then stop.']
    """
    found: list[str] = []
    start = 0
    for gap in _END.finditer(text):
        candidate = text[start : gap.start()].strip()
        if candidate and not _NOT_AN_END.search(candidate[-_TAIL:] if len(candidate) > _TAIL else candidate):
            found.append(text[start : gap.end()].strip())
            start = gap.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]
