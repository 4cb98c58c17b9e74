"""Fields that nobody filled in: a label and a blank ("Response: ___"). Their words ask for something and tell nothing.

A blank with words or a number after it was filled without being rubbed out, and counts as filled.
"""

from __future__ import annotations

import re

_LONGEST = 120  # a label with its blank
_FIELD = re.compile(
    r"(?<![^\s.;|,])(?P<label>[^\W\d_][^\n:.;|_…]{0,80})(?::[ \t]{0,8})?(?:_{2,}|\.{3,}|…{1,})"
    r"[ \t]{0,8}(?:/[ \t]?10|%|(?:min(?:ute)?s?|deg(?:rees)?|cm|lbs?|reps?|sets?|times|visits|weeks?|wks?)\b)?"
    r"(?=[ \t]{0,8}(?:[.;|,)]|\n|$)|[ \t]{1,8}[^\W\d_][^\n:.;|_…]{0,80}:)",
    re.MULTILINE,
)


def unfilled_fields(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return start and end of the fields without content that reach into a stretch of a note."""
    first = max(text.rfind("\n", 0, start) + 1, start - _LONGEST)
    stop = min(len(text), end + _LONGEST)
    if not any(blank in text[first:stop] for blank in ("__", "...", "…")):
        return []
    return [match.span() for match in _FIELD.finditer(text, first, stop)]
