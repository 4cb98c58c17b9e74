"""Where a section ends that no header ends: what the patient tells goes over into the record of the work.

Many notes head only the first of their parts ("S: …") and go on with the treatment on the lines below.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from citecoder.model import Block
from citecoder.notes.blocks import Segment
from citecoder.notes.times import TimeMention

_TOLD = frozenset({"subjective", "history", "diagnosis"})
_OF_LIFE = re.compile(
    r"\b(?:ago|yesterday|at home|at work|per day|a day|daily|each (?:day|night|morning)|before (?:pain|it|she|he|needing)|"
    r"last|since|until|usually|used to|reports?|states?|says?|tolerates?|able to|can (?:sit|stand|walk)|sleeps?|lasts?|pain|pn|px)\b",
    re.IGNORECASE,
)


def until_the_work(
    text: str, blocks: Sequence[Block], segments: Sequence[Segment], times: Sequence[TimeMention]
) -> list[Segment]:
    """Return the segments; those from the first line of work on, in a section of what is told, are of no section.

    A line of work opens below the section's first line, as an item or after an empty line, and gives minutes
    that are not of the patient's life.
    """
    doses = [t for t in times if t.role == "dose"]
    starts = [t.start for t in doses]
    opened = [b.start for b in blocks]
    found: list[Segment] = []
    released: tuple[int, int] = (0, 0)
    for segment in segments:
        if segment.start >= released[1]:
            at = bisect_left(opened, segment.start + 1) - 1
            block = blocks[at] if at >= 0 else None
            dosed = bisect_left(starts, segment.start) < bisect_left(starts, segment.end)
            if block and segment.section in _TOLD and dosed and _opens_work(text, block, segment):
                released = (segment.start, block.end)
        inside = released[0] <= segment.start < released[1] and segment.section in _TOLD
        found.append(segment._replace(section="unknown") if inside else segment)
    return found


def _opens_work(text: str, block: Block, segment: Segment) -> bool:
    start = text.rfind("\n", 0, segment.start) + 1
    if start <= block.start:
        return False
    gap = text[: start - 1].rstrip(" \t\r").endswith("\n")
    return (segment.bullet or gap) and not _OF_LIFE.search(text, segment.start, segment.end)
