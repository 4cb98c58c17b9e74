"""A document → statements: sentences, list items, table cells, answers, each with the codes that govern it.

A code in a title or heading governs what stands below it until the next heading of its rank. Nothing is copied: a
statement's text has the length of the piece of the document that it stands for, so offsets carry over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from citecoder.retrieval.sentences import sentences

CODE = re.compile(r"(?<![\w.$#])(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])(?![\w%]|,\d{3}|\.\d)")
_RANGE = re.compile(
    r"\b(\d{5}|[A-Z]\d{4})(?:\s?(?:-|–|—|to|through|thru)\s?(\d{5}|[A-Z]\d{4})|[-–](\d{2}))\b(?!\s?(?:minutes|min|days))"
)
_ATX = re.compile(r"^(#{1,6})\s+(?=\S)")
_ITEM = re.compile(r"^(?:[•◦▪‣·*–—-]|\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_QUESTION = re.compile(r"^(?:Q|Question)\s*\d*\s*[:.)]\s*(?=\S)", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:A|Answer)\s*\d*\s*[:.)]\s*(?=\S)", re.IGNORECASE)
_RULE = re.compile(r"^[-=_*~.|:\s]{3,}$")
_MARKUP = re.compile(r"[*_`]+|\]\([^)\s]{0,500}\)|[\[>](?=\S)|<[^>\n]{1,200}>")
_SENTENCE_END = (".", "!", "?", ";", ":", ",", "…", ".”", '."', ".)")
_LONGEST_HEADING = 110
_WRAPPED = 55
_LOOK_AHEAD = 20
_SHARE = 0.6
_OFTEN = 3

Kind = Literal["heading", "sentence", "item", "cell", "answer", "question"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a document says.

    Attributes:
        text: its words; markup is blanked out, so that offsets stay those of the document.
        start: where it begins in the document, in code points.
        line: the line of its first word, from 1.
        kind: where it stands in the layout.
        governed_by: codes of the nearest heading (or title) that names any.
        lead: what it continues: the sentence that announces a list, a table's column, the question answered.
        row_codes: in a table, the codes of the row.
        headed: it is the first sentence below a heading that names a code: "it" is that code.
        block: number of the paragraph, list or table, so that "it" is looked for in the same one.
    """

    text: str
    start: int
    line: int
    kind: Kind
    governed_by: tuple[str, ...] = ()
    lead: str = ""
    row_codes: tuple[str, ...] = ()
    block: int = 0
    headed: bool = False


class _Line(NamedTuple):
    text: str  # markup blanked, not stripped
    start: int
    number: int

    @property
    def bare(self) -> str:
        return self.text.strip()


class _Piece(NamedTuple):
    """A paragraph, item, heading, row, question or answer before it is cut into sentences."""

    kind: str
    text: str
    start: int
    number: int
    level: int = 0


def codes_in(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return the known codes that a text names, ranges spelled out, in order.

    >>> codes_in("97161-97163 and 97035", frozenset({"97161", "97162", "97163", "97035"}))
    ('97161', '97162', '97163', '97035')
    """
    found = [(m.start(), m[0]) for m in CODE.finditer(text)]
    for match in _RANGE.finditer(text):
        first, last = match[1], match[2] or match[3]
        last = first[: -len(last)] + last if len(last) < len(first) else last
        found += [(match.start(), c) for c in sorted(known) if first < c <= last and len(c) == len(first)]
    return tuple(dict.fromkeys(code for _, code in sorted(found, key=lambda f: f[0]) if code in known))


def read_statements(text: str, known: frozenset[str]) -> list[Statement]:
    """Cut a document into statements, in order.

    Args:
        text: the document as it is: plain text or Markdown. Offsets count its code points.
        known: the codes of the code set; other numbers are no codes.
    """
    pieces = list(_pieces(text))
    main = _main_code(text, known)
    return list(_governed(pieces, known, main))


def line_of(text: str, offset: int) -> int:
    """Return the line, from 1, in which an offset stands."""
    return text.count("\n", 0, offset) + 1


# --- lines into pieces ---------------------------------------------------------------------------


def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for number, raw in enumerate(text.split("\n"), 1):
        lines.append(_Line(_MARKUP.sub(lambda m: " " * len(m[0]), _kept_bullet(raw)), at, number))
        at += len(raw) + 1
    return lines


def _kept_bullet(raw: str) -> str:
    """A ``*`` bullet is no emphasis: it becomes a dash before emphasis is blanked."""
    return re.sub(r"^(\s*)\*(?=\s)", r"\1-", raw.replace("\u00a0", " ").replace("\r", " ").replace("\t", " "))


def _pieces(text: str) -> Iterator[_Piece]:
    lines = _lines(text)
    open_from: list[_Line] = []
    raw = text.split("\n")
    fenced = False
    fences = sum(line.lstrip().startswith("```") for line in raw)
    for index, line in enumerate(lines):
        if raw[index].lstrip().startswith("```"):
            fences -= 1
            fenced = not fenced and fences > 0  # a fence that is never closed hides nothing
            continue
        special = _special(lines, index, raw)
        if fenced or special or not line.bare or (open_from and not _continues(open_from, line)):
            yield from _flush(open_from)
            open_from = []
        if fenced or not line.bare:
            continue
        if special:
            yield special
        else:
            open_from.append(line)
    yield from _flush(open_from)


def _continues(opened: Sequence[_Line], line: _Line) -> bool:
    """Tell whether a line goes on with the paragraph: it was wrapped, not begun anew."""
    if _ITEM.match(line.bare) or _QUESTION.match(line.bare) or _ANSWER.match(line.bare):
        return False
    before = opened[-1].bare
    if line.bare[:1].islower() and not before.endswith(_SENTENCE_END):
        return True
    in_item = bool(_ITEM.match(opened[0].bare)) and not line.text.startswith(" ")
    return len(before) > _WRAPPED and not in_item


def _flush(lines: Sequence[_Line]) -> Iterator[_Piece]:
    if not lines:
        return
    text = " ".join(each.text for each in lines)
    first = lines[0]
    lead = len(text) - len(text.lstrip())
    kind = "paragraph"
    for kind_of, mark in (("item", _ITEM), ("question", _QUESTION), ("answer", _ANSWER)):
        found = mark.match(text.strip())
        if found:
            kind, lead = kind_of, lead + found.end()
            rest = text[lead:].strip()
            for again, inner in (("question", _QUESTION), ("answer", _ANSWER)):
                nested = inner.match(rest)
                if kind_of == "item" and nested:
                    kind, lead = again, lead + nested.end()
            break
    yield _Piece(kind, text[lead:].rstrip(), first.start + lead, first.number)


def _special(lines: Sequence[_Line], index: int, raw: Sequence[str]) -> _Piece | None:
    """Return a heading, a table row or a rule that the line is by itself, or None."""
    line = lines[index]
    bare = line.bare
    lead = len(line.text) - len(line.text.lstrip())
    atx = _ATX.match(raw[index].strip())
    if atx:
        shift = raw[index].index("#") + len(atx[1])
        shift += len(raw[index][shift:]) - len(raw[index][shift:].lstrip())
        return _Piece("heading", line.text[shift:].rstrip(), line.start + shift, line.number, len(atx[1]))
    if bare and _RULE.match(bare):
        return _Piece("rule", bare, line.start, line.number)
    if bare.count("|") >= 1 and (bare.startswith("|") or bare.count("|") >= 2 or " | " in bare):
        return _Piece("row", line.text, line.start, line.number)
    if _is_heading(lines, index, raw):
        return _Piece("heading", bare, line.start + lead, line.number, 1 if index == 0 else 2)
    return None


def _is_heading(lines: Sequence[_Line], index: int, raw: Sequence[str]) -> bool:
    bare = lines[index].bare
    if not bare or len(bare) > _LONGEST_HEADING or _ITEM.match(bare) or _ANSWER.match(bare):
        return False
    if _QUESTION.match(bare):
        return False
    alone = (index == 0 or not lines[index - 1].bare) and (
        index + 1 == len(lines) or not lines[index + 1].bare
    )
    bold = bool(re.fullmatch(r"\s*\*\*[^*]+\*\*:?\s*", raw[index]))
    underlined = index + 1 < len(lines) and bool(re.fullmatch(r"\s*(?:={3,}|-{3,})\s*", raw[index + 1]))
    ends = bare.endswith(_SENTENCE_END) and not (bold and bare.endswith(":"))
    followed = any(each.bare for each in lines[index + 1 : index + 1 + _LOOK_AHEAD])
    wordy = len(re.findall(r"\b(?:is|are|was|may|can|must|should|does|do|not|requires?|needs?)\b", bare)) > 0
    first = index == 0 and followed and not wordy
    return (
        not ends
        and followed
        and ((alone and not (wordy and index and not _titled(bare))) or bold or underlined or first)
    )


def _titled(bare: str) -> bool:
    """Tell whether most words of a line begin with a capital, as in a heading."""
    words = re.findall(r"[A-Za-z]{4,}", bare)
    return bool(words) and sum(w[0].isupper() for w in words) >= len(words) * _SHARE


# --- pieces into statements ----------------------------------------------------------------------


def _main_code(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return the code that most of the document is about, when there is one."""
    counted = Counter(c for c in CODE.findall(text) if c in known)
    if not counted:
        return ()
    code, often = counted.most_common(1)[0]
    return (code,) if often >= _OFTEN and often >= _SHARE * counted.total() else ()


@dataclass
class _Place:
    """Where in the document we are: the headings above, and what is being continued."""

    headings: list[tuple[int, tuple[str, ...]]]
    lead: str = ""
    columns: tuple[str, ...] = ()
    block: int = 0
    was: str = ""

    def governing(self, main: tuple[str, ...]) -> tuple[str, ...]:
        return next((codes for _, codes in reversed(self.headings) if codes), main)


def _governed(pieces: Sequence[_Piece], known: frozenset[str], main: tuple[str, ...]) -> Iterator[Statement]:
    place = _Place([])
    for index, piece in enumerate(pieces):
        following = pieces[index + 1].kind if index + 1 < len(pieces) else ""
        if piece.kind != place.was or piece.kind not in ("item", "row"):
            place.block += 1
        if piece.kind == "heading":
            place.headings = [h for h in place.headings if h[0] < piece.level]
            place.headings.append((piece.level, codes_in(piece.text, known)))
            place.lead, place.columns = "", ()
            kind: Kind = "question" if piece.text.rstrip().endswith("?") else "heading"
            yield _statement(piece, kind, place, main)
            place.lead = piece.text if kind == "question" else ""
        elif piece.kind == "row":
            yield from _row(piece, place, main, known, first=place.was != "row", headed=following == "rule")
        elif piece.kind != "rule":
            yield from _sentences(piece, place, main)
        if piece.kind not in ("row", "rule"):
            place.columns = ()
        if not (piece.kind == "rule" and place.was == "row"):
            place.was = piece.kind


def _statement(piece: _Piece, kind: Kind, place: _Place, main: tuple[str, ...]) -> Statement:
    return Statement(
        piece.text, piece.start, piece.number, kind, place.governing(main), place.lead, (), place.block
    )


def _sentences(piece: _Piece, place: _Place, main: tuple[str, ...]) -> Iterator[Statement]:
    whole = _statement(piece, "sentence", place, main)
    asked = ""
    if piece.kind == "item":
        whole = replace(whole, kind="item")
    elif piece.kind == "answer" or (place.lead.rstrip().endswith("?") and piece.kind == "paragraph"):
        whole, asked = replace(whole, kind="answer"), place.lead
    at, parts = 0, _parts(piece.text)
    for number, part in enumerate(parts):
        at = piece.text.index(part, at)
        before = parts[number - 1] if number else ""
        kind: Kind = "question" if part.rstrip(" \"”’')").endswith("?") else whole.kind
        lead = place.lead if piece.kind == "item" else ""
        if kind != "question" and before.endswith("?"):
            kind, lead = "answer", before
        elif kind == "answer":
            kind, lead = ("sentence", "") if number else ("answer", asked)
        headed = number == 0 and bool(place.headings and place.headings[-1][1])
        yield replace(whole, text=part, start=piece.start + at, kind=kind, lead=lead, headed=headed)
        at += len(part)
    last = parts[-1].rstrip() if parts else ""
    if piece.kind == "question" or last.endswith("?"):
        place.lead = last
    elif piece.kind != "item":
        place.lead = last if last.endswith(":") else ""


def _parts(text: str) -> list[str]:
    """Cut into sentences; "No." that answers is one of its own, though it looks like a number's abbreviation."""
    found: list[str] = []
    for part in sentences(text):
        word = re.match(r"(?:Yes|No)\.(?=\s+\S)", part)
        found += [word[0], part[word.end() :].strip()] if word else [part]
    return found


def _row(
    piece: _Piece, place: _Place, main: tuple[str, ...], known: frozenset[str], *, first: bool, headed: bool
) -> Iterator[Statement]:
    cells = _cells(piece)
    if first and headed:
        place.columns = tuple(text.strip() for text, _ in cells)
        return
    codes = codes_in(piece.text, known)
    for index, (text, start) in enumerate(cells):
        if text.strip() and not (index == 0 and not codes and len(cells) > 1):
            column = place.columns[index] if index < len(place.columns) else ""
            if not codes and index:
                column = f"{column} {cells[0][0].strip()}".strip()
            lead = len(text) - len(text.lstrip())
            yield Statement(
                text.strip(),
                start + lead,
                piece.number,
                "cell",
                place.governing(main),
                column,
                codes,
                place.block,
            )


def _cells(piece: _Piece) -> list[tuple[str, int]]:
    found, at = [], 0
    for part in piece.text.split("|"):
        found.append((part, piece.start + at))
        at += len(part) + 1
    return [cell for i, cell in enumerate(found) if cell[0].strip() or 0 < i < len(found) - 1]
