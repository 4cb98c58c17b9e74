"""A web page → its main content as Markdown: the only trafilatura.

Menus, cookie banners, sidebars and footers are left out. Headings, lists, tables, questions and answers stay.
Nothing is fetched and nothing is run: scripts, styles and links are dropped.
"""

from __future__ import annotations

import logging
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import trafilatura
from trafilatura.metadata import extract_metadata

from citecoder.adapters.documents.document import Document, without_fence
from citecoder.adapters.documents.encodings import decode
from citecoder.adapters.documents.source_lines import SourceLines
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Its log lines can carry text of the page, and what matters of them is said by our own errors and remarks.
for _name in ("trafilatura", "htmldate", "courlan", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

_FURNITURE = frozenset(
    {"nav", "footer", "aside", "header", "script", "style", "noscript", "form", "button", "template", "svg"}
)
_FURNITURE_NAME = re.compile(
    r"cookie|consent|sidebar|menu|breadcrumb|newsletter|related|share", re.IGNORECASE
)
_TAG_LIKE = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])")
_SPACES = re.compile(r"[ \t\r\n]+")
_ENOUGH = 0.5
_DATE_CONFIG = {"extensive_search": False, "original_date": True}


def read_page(data: bytes, where: str) -> Document:
    """Read a web page.

    Args:
        data: the file's bytes.
        where: the file, for the message.

    Raises:
        InputError: not text, not a page, or a page without content.
    """
    decoded = decode(data, where, declares=True)
    tree = _tree(decoded.text, where)
    found = extract_metadata(tree, date_config=_DATE_CONFIG)
    text, remark = _content(tree)
    if not text.strip():
        raise InputError(
            f"{where}: the page holds no text of its own (a script may have to fill it); save its text as .md or .txt"
        )
    lines = [_TAG_LIKE.sub(r"\\<", line.rstrip()) for line in _titled(text, found.title).split("\n")]
    source = SourceLines(decoded.text)
    placed = without_fence([(line, source.find(line)) for line in lines])
    return Document(
        text="\n".join(line for line, _ in placed),
        kind="html",
        title=found.title or None,
        url=_web_address(found.url),
        published=_day(found.date),
        places=tuple(place for _, place in placed),
        remarks=tuple(each for each in (decoded.remark, remark) if each),
    )


def _tree(text: str, where: str) -> Any:
    tree = trafilatura.load_html(text)
    if tree is None:
        # It refuses fragments and pages without a body: wrapped, they are pages.
        tree = trafilatura.load_html(f"<html><body>{text}</body></html>")
    if tree is None:
        raise InputError(f"{where}: can't be read as a web page; save its text as .md or .txt")
    _straighten(tree)
    for each in list(tree.iter("dl")):
        _mark_questions(each)
    return tree


def _straighten(tree: Any) -> None:
    """Make line breaks of the source, which a reader doesn't see, into spaces; not in ``pre``, where they show."""
    for node in tree.iter():
        if node.text and node.tag != "pre":
            node.text = _SPACES.sub(" ", node.text)
        if node.tail and next(node.iterancestors("pre"), None) is None:
            node.tail = _SPACES.sub(" ", node.tail)


def _mark_questions(pairs: Any) -> None:
    """Mark the terms of a definition list that are questions, and their answers: ``Q:`` and ``A:``."""
    terms = ["".join(each.itertext()).strip() for each in pairs.iter("dt")]
    if not terms or not all(term.endswith("?") for term in terms):
        return
    pairs.tag = "div"
    for each in list(pairs.iter("dt", "dd")):
        each.text = f"{'Q' if each.tag == 'dt' else 'A'}: {(each.text or '').lstrip()}"
        each.tag = "p"


def _content(tree: Any) -> tuple[str, str]:
    """Return the main content, and a remark when much of the page is not in it."""
    text = _extracted(tree, recall=False)
    whole = sum(map(len, _words_outside_furniture(tree)))
    if _letters(text) < _ENOUGH * whole:
        text = max(text, _extracted(tree, recall=True), key=_letters)
    if not text.strip():
        return trafilatura.baseline(tree)[1], "no main content was found; all of its paragraphs were taken"
    share = _letters(text) / max(whole, 1)
    return text, "" if share >= _ENOUGH else (
        f"about {share:.0%} of the page's text was taken as its main content; look at its passages"
    )


def _extracted(tree: Any, *, recall: bool) -> str:
    return (
        trafilatura.extract(
            tree, output_format="markdown", include_comments=False, include_tables=True, favor_recall=recall
        )
        or ""
    )


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _words_outside_furniture(tree: Any) -> Iterator[str]:
    """Yield the letters of the page's body that stand outside what is furniture by its tag or its name."""
    bodies = tree.xpath("//body") or [tree]
    waiting = [bodies[0]]
    while waiting:
        node = waiting.pop()
        if node is not bodies[0] and node.tail:
            yield "".join(filter(str.isalnum, node.tail))
        named = f"{node.get('id') or ''} {node.get('class') or ''} {node.get('role') or ''}"
        if not isinstance(node.tag, str) or node.tag in _FURNITURE or _is_furniture(node, named, bodies[0]):
            continue
        if node.text:
            yield "".join(filter(str.isalnum, node.text))
        waiting.extend(node)


def _is_furniture(node: Any, named: str, body: Any) -> bool:
    return node is not body and bool(_FURNITURE_NAME.search(named))


def _titled(text: str, title: str | None) -> str:
    """Put the page's title above a content that has no top heading: headings make the ids of passages."""
    has_top = re.search(r"^# \S", text, re.MULTILINE)
    return text if has_top or not title else f"# {' '.join(title.split())}\n\n{text}"


def _web_address(found: str | None) -> str | None:
    """Return an address of the web, nothing else: no ``javascript:``, ``file:`` or relative path."""
    try:
        parts = urlsplit(found or "")
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.hostname else None


def _day(found: str | None) -> date | None:
    try:
        return date.fromisoformat(found) if found else None
    except ValueError:
        return None
