"""Lines of PDF pages → Markdown: running headers dropped, lines joined, headings, lists and tables marked.

A PDF holds marks on paper and no structure: what is a heading is told by size and weight, what is a paragraph by the
distance of lines, what is a table by gaps in rows. All of it is pure.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.documents.pdf_edges import without_running_lines
from citecoder.adapters.documents.pdf_tables import goes_on, is_table, rows_of
from citecoder.retrieval.blocks import is_heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.adapters.documents.pdf_lines import Line


class _Style(NamedTuple):
    """What is usual in the document. ``step``: from line to line, in sizes. ``ranks``: heading styles, largest first."""

    size: float
    step: float
    ranks: tuple[tuple[float, bool], ...]


class _Block(NamedTuple):
    kind: str
    lines: list[Line]


_LARGER = 1.12
_WIDER = 1.25
_LONGEST_HEADING = 120
_DEEPEST = 4
_BULLET = re.compile(r"^\s*(?:[•◦▪■□▫●○‣·∙➢➤✓\uf0a7\uf0b7\uf0d8\uf0fc–]|[-*o](?=\s))\s*")
_NUMBER = re.compile(r"^\s*(\d{1,2})[.)]\s+(?=\S)")
_LETTER = re.compile(r"^\s*(\(?[a-z][.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;][\"'”’)]*$")
_KEEPS_HYPHEN = frozenset(
    re.findall(
        r"\w+",
        "self non well one two three four high low long short full half cross co pre post sub inter follow hands face "
        "up on off in out time range home skill pain work group team age end",
    )
)
_AMBIGUOUS = re.compile(r"^(#{1,6}\s|>|\+\s|\||={3,}|-{3,}|\*{3,}|_{3,}|~{3,}|`{3,})")
_CONTENTS = re.compile(r"(?:\.[ .]?){5,}\s*(?:\d{1,4}|[ivx]{1,6})$")
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")


def to_markdown(pages: Sequence[Sequence[Line]]) -> list[tuple[str, int]]:
    """Return the Markdown lines of a document, each with the page on which it begins."""
    lines = [
        line for page in without_running_lines(pages) for line in page if not _CONTENTS.search(line.text)
    ]
    if not lines:
        lines = [line for page in pages for line in page]
    style = _style(lines)
    blocks = _joined_over_pages(list(_blocks(lines, style)))
    if not style.ranks:
        blocks = [_heading_by_words(block) for block in blocks]
    words = frozenset(word for line in lines for word in re.findall(r"[\w-]+", line.text.casefold()))
    written: list[tuple[str, int]] = []
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        written += _written(block, style, words)
        if not (following and block.kind == following.kind == "item"):
            written.append(("", block.lines[-1].page))
    return written


# --- what is usual -------------------------------------------------------------------------------


def _style(lines: Sequence[Line]) -> _Style:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    size = letters.most_common(1)[0][0] if letters else 0.0
    steps = [
        (above.y - line.y) / size
        for above, line in pairwise(lines)
        if size
        and above.page == line.page
        and above.size == line.size == size
        and 0 < above.y - line.y < 4 * size
    ]
    step = median(steps) if steps else 1.2
    ranks = sorted({(line.size, line.bold) for line in lines if _stands_out(line, size)}, reverse=True)
    return _Style(size, step, tuple(ranks))


def _stands_out(line: Line, body: float) -> bool:
    """Tell whether a line looks like a heading: larger than the text or bold, short, one cell, no sentence."""
    text = line.text
    if len(line.cells) > 1 or len(text) > _LONGEST_HEADING or not re.search(r"[A-Za-z]{2}", text):
        return False
    if _BULLET.match(text) or text.endswith((".", ",", ";", ":")):
        return False
    return line.size >= _LARGER * body or (line.bold and line.size >= 0.97 * body)


# --- lines → blocks ------------------------------------------------------------------------------


def _blocks(lines: Sequence[Line], style: _Style) -> Iterator[_Block]:
    """Group lines: headings, items, rows of a table, paragraphs."""
    block: _Block | None = None
    for line in lines:
        kind = _kind(line, style)
        if block and _continues(block, line, kind, style):
            block.lines.append(line)
            continue
        if block:
            yield _settled(block)
        block = _Block("paragraph" if kind == "more" else kind, [line])
    if block:
        yield _settled(block)


def _kind(line: Line, style: _Style) -> str:
    if len(line.cells) > 1 and not _is_mark(line.cells[0]):
        return "table"
    if (line.size, line.bold) in style.ranks and _stands_out(line, style.size):
        return "heading"
    if _BULLET.match(line.text) or _NUMBER.match(line.text) or _LETTER.match(line.text):
        return "item"
    return "more"


def _is_mark(cell: str) -> bool:
    """Tell a bullet or number that stands apart from its item's text."""
    return len(cell) <= 4 and bool(
        _BULLET.match(f"{cell} ") or _NUMBER.match(f"{cell} x") or _LETTER.match(f"{cell} x")
    )


def _continues(block: _Block, line: Line, kind: str, style: _Style) -> bool:
    last = block.lines[-1]
    if block.kind == "table":
        return (kind == "table" and last.page == line.page) or goes_on(block.lines, line, style.step)
    if block.kind == "heading":
        return (
            kind == "heading"
            and (last.size, last.bold) == (line.size, line.bold)
            and _is_near(last, line, style)
        )
    return kind == "more" and _is_near(last, line, style)


def _is_near(last: Line, line: Line, style: _Style) -> bool:
    """Tell whether a line follows the last one at the usual distance, in about the same size."""
    down = last.y - line.y
    usual = style.step * max(last.size, line.size)
    return last.page == line.page and 0 <= down <= _WIDER * usual and abs(last.size - line.size) <= 1


def _settled(block: _Block) -> _Block:
    """Call a lone row with gaps, or bold text too long for a heading, a paragraph."""
    if block.kind == "table" and not is_table(block.lines):
        return _Block("paragraph", block.lines)
    if block.kind == "heading" and sum(len(line.text) for line in block.lines) > _LONGEST_HEADING * 1.5:
        return _Block("paragraph", block.lines)
    return block


def _joined_over_pages(blocks: Sequence[_Block]) -> list[_Block]:
    """Join a paragraph or item that goes on at the top of the next page or column: no end, and a small letter."""
    joined: list[_Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        first = block.lines[0]
        if (
            last
            and last.kind in ("paragraph", "item")
            and block.kind == "paragraph"
            and (first.page != last.lines[-1].page or first.y > last.lines[-1].y)
            and first.text[:1].islower()
            and not _ENDS.search(last.lines[-1].text)
        ):
            last.lines.extend(block.lines)
        else:
            joined.append(block)
    return joined


def _heading_by_words(block: _Block) -> _Block:
    """Where no line stands out by size or weight, a line alone in title case is a heading."""
    lone = block.kind == "paragraph" and len(block.lines) == 1 and is_heading(block.lines[0].text)
    return _Block("heading", block.lines) if lone else block


# --- blocks → Markdown ---------------------------------------------------------------------------


def _written(block: _Block, style: _Style, words: frozenset[str]) -> list[tuple[str, int]]:
    first = block.lines[0]
    if block.kind == "table":
        return _table(block)
    text = _TAG_LIKE.sub(r"\\<", _flowing([line.text for line in block.lines], words))
    if block.kind == "heading":
        return [(f"{'#' * _depth(first, style)} {text}", first.page)]
    if block.kind == "item":
        return [(_item(text), first.page)]
    return [(_AMBIGUOUS.sub(r"\\\1", text), first.page)]


def _depth(line: Line, style: _Style) -> int:
    place = style.ranks.index((line.size, line.bold)) + 1 if (line.size, line.bold) in style.ranks else 2
    return min(place, _DEEPEST)


def _item(text: str) -> str:
    number = _NUMBER.match(text)
    if number:
        return f"{number[1]}. {text[number.end() :]}"
    return f"- {_BULLET.sub('', text)}"


def _flowing(texts: Sequence[str], words: frozenset[str]) -> str:
    """Join lines to running text and mend words that were parted at a line's end."""
    whole = texts[0] if texts else ""
    for text in texts[1:]:
        parted = re.search(r"([\w-]*[a-z])-$", whole)
        rest = re.match(r"[a-z]\w*", text)
        if parted and rest:
            whole = (whole if _hyphen_stays(parted[1], rest[0], words) else whole[:-1]) + text
        else:
            whole = f"{whole} {text}"
    return whole


def _hyphen_stays(before: str, after: str, words: frozenset[str]) -> bool:
    """Ask the document's other words first; failing that, whether the first part is one of a compound."""
    before, after = before.casefold(), after.casefold()
    if f"{before}-{after}" in words:
        return True
    if f"{before}{after}" in words:
        return False
    return "-" in before or before in _KEEPS_HYPHEN


def _table(block: _Block) -> list[tuple[str, int]]:
    rows = rows_of(block.lines)
    rule = ("|" + "---|" * len(rows[0][0]), rows[0][1])
    written = [("| " + " | ".join(map(_cell, cells)) + " |", page) for cells, page in rows]
    return [written[0], rule, *written[1:]]


def _cell(text: str) -> str:
    return _TAG_LIKE.sub(r"\\<", text.replace("|", r"\|"))
