"""A document, Markdown or plain text, cut into blocks: headings, paragraphs, lists, tables, questions with answers.

Knows layout only. What is furniture of the page stands in ``furniture.py``, what becomes a passage in ``chunking.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

Kind = Literal["heading", "paragraph", "list", "table", "qa"]


class Block(NamedTuple):
    """One block. ``level`` is a heading's (1…6); ``links`` the share of the words that are links (Markdown only)."""

    kind: Kind
    lines: tuple[str, ...]
    level: int = 0
    links: float = 0.0

    @property
    def text(self) -> str:
        """The block's text: a line for each item, row, question or answer."""
        return "\n".join(self.lines)


_ATX = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[•◦▪‣·*–-]|\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_QUESTION = re.compile(r"^\s*(?:\*\*)?(?:Q|Question)\s*\d*\s*[:.)]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"^\s*(?:\*\*)?(?:A|Answer)\s*\d*\s*[:.)]\s*", re.IGNORECASE)
_RULE = re.compile(r"^\s*[-=_*~.]{3,}\s*$")
_END_OF_SENTENCE = (".", "!", ";", ",", ":", "…")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the and or of to in on for with by at is are vs from as into about your it its do does how what when why who",
    )
)
_LONGEST_HEADING = 100
_LONGEST_HEADER_ROW = 60


def read_blocks(text: str) -> list[Block]:
    """Cut a document into blocks.

    Args:
        text: the document without front matter. Markdown is recognised by a ``#`` heading.

    Returns:
        The blocks in order; nothing is dropped but markup.
    """
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    blocks = _markdown(clean) if _ATX.search(clean) else _plain(clean)
    return list(_questions_with_answers(blocks))


# --- Markdown ------------------------------------------------------------------------------------


def _markdown(text: str) -> list[Block]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    blocks: list[Block] = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        block = _markdown_block(tokens[at : end + 1])
        if block and block.text.strip():
            blocks.append(block)
        at = end + 1
    return blocks


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Return the place of the token that closes the one at ``at`` (itself when it doesn't nest)."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _markdown_block(tokens: Sequence[Token]) -> Block | None:
    first = tokens[0]
    links = _share_of_links(tokens)
    if first.type == "heading_open":
        return Block("heading", (_inline(tokens[1]),), int(first.tag[1]), links)
    if first.type in ("bullet_list_open", "ordered_list_open"):
        return Block("list", tuple(_items(tokens)), links=links)
    if first.type == "table_open":
        return Block("table", tuple(_rows(tokens)), links=links)
    if first.type in ("fence", "code_block"):
        return Block("paragraph", tuple(first.content.strip().split("\n")))
    inlines = [_inline(token) for token in tokens if token.type == "inline"]
    lines = tuple(line for inline in inlines for line in inline.split("\n") if line.strip())
    return Block("paragraph", lines, links=links) if lines else None


def _items(tokens: Sequence[Token]) -> Iterator[str]:
    depth, marks, fresh = 0, ["-"], False
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            marks, fresh = [f"{token.info}." if token.info else "-"], True
        elif token.type == "inline":
            indent = "  " * (depth - 1)
            yield f"{indent}{marks[0]} {_one_line(token)}" if fresh else f"{indent}  {_one_line(token)}"
            fresh = False


def _rows(tokens: Sequence[Token]) -> Iterator[str]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(_one_line(token))
        elif token.type == "tr_close":
            yield " | ".join(cells)
            cells = []


def _one_line(token: Token) -> str:
    return " ".join(_inline(token).split())


def _inline(token: Token) -> str:
    """Return what a reader sees of inline text: no emphasis marks, link targets, images or HTML tags."""
    parts = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
    return "".join(parts).strip()


def _share_of_links(tokens: Sequence[Token]) -> float:
    inside, linked, whole = 0, 0, 0
    for token in tokens:
        for child in token.children or ():
            inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            count = len(child.content.split()) if child.type == "text" else 0
            linked, whole = linked + (count if inside else 0), whole + count
    return linked / whole if whole else 0.0


# --- plain text ----------------------------------------------------------------------------------


def _plain(text: str) -> list[Block]:
    groups = [group.split("\n") for group in re.split(r"\n[ \t]*\n+", text)]
    blocks: list[Block] = []
    for group in groups:
        lines = [line.strip() for line in group if line.strip() and not _RULE.match(line)]
        blocks.extend(_group(lines))
    return blocks


def _group(lines: list[str]) -> Iterator[Block]:
    """Cut lines that stand together without a blank line between them."""
    if len(lines) == 1 and is_heading(lines[0]):
        yield Block("heading", (lines[0],), 2)
        return
    run: list[str] = []
    kind = ""
    for line in lines:
        now = "item" if _ITEM.match(line) else "question" if _QUESTION.match(line) else "other"
        continues = now == "other" and kind == "item" and line[:1].islower()
        if run and now != kind and not continues and not (kind == "question" and now == "other"):
            yield _run(run, kind)
            run = []
        run, kind = (
            [*run, line],
            kind if continues or (kind == "question" and now == "other" and run) else now,
        )
    if run:
        yield _run(run, kind)


def _run(lines: list[str], kind: str) -> Block:
    if kind == "item":
        return Block("list", tuple(_joined_items(lines)))
    if kind == "question":
        return Block("paragraph", tuple(lines))
    return Block("table", tuple(lines)) if _is_table(lines) else Block("paragraph", (" ".join(lines),))


def _joined_items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not items:
            number = re.match(r"^\s*(\d{1,2})[.)]", line)
            items.append((f"{number[1]}. " if number else "- ") + _ITEM.sub("", line))
        else:
            items[-1] += " " + line
    return items


def _is_table(lines: list[str]) -> bool:
    """Rows of a table that lost its borders: a short header, and every row begins anew (no wrapped prose)."""
    if len(lines) < 2 or any(_QUESTION.match(line) or _ANSWER.match(line) for line in lines):
        return False
    header = lines[0]
    begins_anew = all(line[0].isupper() or line[0].isdigit() for line in lines)
    return begins_anew and len(header) <= _LONGEST_HEADER_ROW and not header.endswith(_END_OF_SENTENCE)


def is_heading(line: str) -> bool:
    """Tell whether a line that stands alone reads as a heading: short, in title case, no sentence."""
    words = re.findall(r"[A-Za-z0-9][\w'’&-]*", line)
    if not words or len(line) > _LONGEST_HEADING or line.endswith(_END_OF_SENTENCE) or _ITEM.match(line):
        return False
    if _QUESTION.match(line) or _ANSWER.match(line) or re.search(r"[.!?]\s+\S", line):
        return False
    telling = [word for word in words if word.casefold() not in _SMALL]
    capital = sum(not word[0].islower() for word in telling)
    return bool(telling) and (line[0].isupper() or line[0].isdigit()) and capital >= 0.75 * len(telling)


# --- questions with answers ----------------------------------------------------------------------


def _questions_with_answers(blocks: Sequence[Block]) -> Iterator[Block]:
    """Join each "Q:" with its "A:", whether they stand in one paragraph or in two; part pairs that stand together."""
    pair: list[str] = []
    for block in blocks:
        lines = list(block.lines)
        if block.kind == "paragraph" and _QUESTION.match(lines[0]):
            for line in lines:
                if _QUESTION.match(line) and pair:
                    yield Block("qa", tuple(pair))
                    pair = []
                pair.append(line)
        elif (
            block.kind != "heading"
            and pair
            and (_ANSWER.match(lines[0]) or len(pair) == 1 or block.kind == "list")
        ):
            pair.extend(lines)
        else:
            if pair:
                yield Block("qa", tuple(pair))
                pair = []
            yield block
    if pair:
        yield Block("qa", tuple(pair))


def question_of(block: Block) -> str:
    """Return the question of a "qa" block without its mark."""
    return _QUESTION.sub("", block.lines[0]).strip("* ")


def answer_of(block: Block) -> str:
    """Return the answer of a "qa" block without its mark."""
    answer = "\n".join(block.lines[1:])
    return _ANSWER.sub("", answer, count=1).strip("* ")
