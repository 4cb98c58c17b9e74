"""Running headers, footers and page numbers of a PDF: what comes back at the edge of pages, and stands apart there."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citecoder.adapters.documents.pdf_lines import Line

_DEEPEST = 4
_SAME_HEIGHT = 3.0
_APART = 1.15
_LONE_PAGE_NUMBER = re.compile(
    r"^\W*(?:page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s+of\s+\d{1,4})\W*$", re.IGNORECASE
)

_Key = tuple[str, int]


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop running headers, footers and page numbers.

    A line is dropped when it comes back at the same height on several pages, the same but for a number that runs with
    the pages; when all that is nearer to the edge is dropped too; and when a gap parts it from the text. So a sentence
    or a numbered heading that several pages happen to open with stays.

    Args:
        pages: the lines of each page, in the file's order.
    """
    seen: defaultdict[_Key, set[int]] = defaultdict(set)
    for line in (line for page in pages for line in page):
        for key in _keys(line):
            seen[key].add(line.page)
    full = sum(bool(page) for page in pages)
    needed = 2 if full <= 4 else max(3, round(0.3 * full))
    running = frozenset(key for key, on in seen.items() if len(on) >= needed)
    usual = _usual_gap(pages)
    return [_trimmed(page, running, usual) for page in pages]


def _keys(line: Line) -> Iterator[_Key]:
    """Yield what makes a line the same one on another page: its words, one number of them relative to the page."""
    text = line.text.casefold()
    texts = {text}
    for number in list(re.finditer(r"\d{1,4}", text))[:6]:
        offset = int(number[0]) - line.page
        texts.add(f"{text[: number.start()]}#{offset}{text[number.end() :]}")
    height = round(line.y / _SAME_HEIGHT)
    return ((each, near) for each in texts for near in (height - 1, height, height + 1))


def _usual_gap(pages: Iterable[Sequence[Line]]) -> float:
    gaps = [low - high for page in pages for low, high in pairwise(_heights(page))]
    return median(map(abs, gaps)) if gaps else 0.0


def _heights(page: Sequence[Line]) -> list[int]:
    return sorted({round(line.y) for line in page}, reverse=True)


def _trimmed(page: Sequence[Line], running: frozenset[_Key], usual: float) -> list[Line]:
    heights = _heights(page)
    dropped = {*_outer(heights, page, running, usual), *_outer(heights[::-1], page, running, usual)}
    return [line for line in page if round(line.y) not in dropped]


def _outer(
    heights: Sequence[int], page: Sequence[Line], running: frozenset[_Key], usual: float
) -> Sequence[int]:
    """Return the heights, from the edge inwards, at which all is running, up to a gap."""
    deep = 0
    for height in heights[:_DEEPEST]:
        lines = [line for line in page if round(line.y) == height]
        if not all(_runs(line, running) for line in lines):
            break
        deep += 1
    while deep and deep < len(heights) and abs(heights[deep] - heights[deep - 1]) < _APART * usual:
        deep -= 1
    return heights[:deep]


def _runs(line: Line, running: frozenset[_Key]) -> bool:
    return bool(_LONE_PAGE_NUMBER.match(line.text)) or not running.isdisjoint(_keys(line))
