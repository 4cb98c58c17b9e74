"""Which blocks are furniture of the page (menus, dates, cookie and newsletter lines, tables of contents), not content.

By general features: a line that is no sentence and stands alone, lists of bare links, calls to act, lines that come
back on every page. A section without content falls away by itself in ``chunking.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.retrieval.blocks import Block

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE_ONLY = re.compile(
    rf"^(?:(?:published|updated|posted|last\s+\w+)\s*(?:on|:)?\s*)?(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?,?\s+)?"
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}})"
    r"(?:\s*(?:at\s+)?\d{1,2}:\d{2}.*)?$",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:subscribe|sign\s*(?:up|in)|log\s*(?:in|out)|newsletter|learn more|read more|click here|follow us|share (?:this|on)"
    r"|skip to (?:main )?content|cookies?|privacy policy|terms of (?:use|service)|all rights reserved|powered by|copyright"
    r"|©|leave a (?:reply|comment)|(?:recent|no|\d+) comments?|related (?:articles|posts)|most popular|back to top"
    r"|print this page|download (?:the )?pdf|free trial|book a demo|request a demo|contact us|no menu items|advertis\w+"
    r"|min(?:ute)?s? read|written by|reviewed by|by admin|page \d+(?: of \d+)?)\b|©",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^\S*\s*(?:https?://|www\.)\S+$|\b[\w-]+\.(?:com|org|net|io)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?:;][\"'”’)]?$")
_SHORT_LINE = 120
_MENU_WORDS = 4
_LINK_LIST = 0.8
_COMES_BACK = 3


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks that are content, in order.

    Args:
        blocks: the whole document, because what opens it and what comes back can be seen only there.
    """
    seen = Counter(_without_digits(block.text) for block in blocks if len(block.text) <= _SHORT_LINE)
    titles = [block.text.casefold() for block in blocks if block.kind == "heading"]
    cleaned = [_without_furniture_lines(block, titles) for block in blocks]
    kept = [block for block in cleaned if block.lines and not _is_furniture(block, seen)]
    start = next((at for at, block in enumerate(kept) if _is_content(block)), 0)
    title = [at for at in range(start) if kept[at].kind == "heading"]
    # What opens the page before its title is a banner; the headings right above the first content stay.
    return [block for at, block in enumerate(kept) if at >= start or at in title]


def _without_furniture_lines(block: Block, titles: Sequence[str]) -> Block:
    """Take dates, calls to act and breadcrumbs ("Home › Billing › <a heading of this page>") out of a run of lines."""
    if block.kind not in ("paragraph", "table") or len(block.lines) < 2:
        return block
    lines = tuple(line for line in block.lines if not _is_furniture_line(line.strip(), titles))
    return block._replace(lines=lines)


def _is_furniture_line(line: str, titles: Sequence[str]) -> bool:
    if _DATE_ONLY.match(line) or (len(line) <= _SHORT_LINE and _CALL.search(line)):
        return True
    folded = line.casefold()
    return any(
        folded != title and folded.endswith(title) and len(title) > len(folded) / 2 for title in titles
    )


def _is_furniture(block: Block, seen: Counter[str]) -> bool:
    text = block.text.strip()
    if block.kind == "list" and block.links >= _LINK_LIST and len(block.lines) > 1:
        return True
    if block.kind in ("paragraph", "table") and _is_menu(block):
        return True
    if len(text) > _SHORT_LINE or block.kind in ("list", "qa"):
        return False
    comes_back = block.kind != "heading" and seen[_without_digits(text)] >= _COMES_BACK
    return bool(comes_back or _DATE_ONLY.match(text) or _CALL.search(text) or _is_address(text))


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.search(text)) and not _SENTENCE.search(text)


def _is_menu(block: Block) -> bool:
    """A run of very short lines without a digit: the entries of a menu."""
    lines = [line.strip() for line in block.lines]
    return len(lines) >= 3 and all(
        len(line.split()) <= _MENU_WORDS and not _SENTENCE.search(line) and not re.search(r"\d", line)
        for line in lines
    )


def _is_content(block: Block) -> bool:
    if block.kind == "heading":
        return False
    return (
        block.kind in ("list", "qa", "table")
        or len(block.text) > _SHORT_LINE
        or bool(_SENTENCE.search(block.text))
    )


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())
