"""Headers, lists, tables and dictated run-ons → blocks, and segments that inherit from them.

A block is what stands under one header. A segment is a sentence, list item or table row: the unit in which
services, minutes and their status are read. Knows sections; knows nothing of services' meaning.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from citecoder.model import Block, Span
from citecoder.notes.dates import find_dates
from citecoder.notes.spans import fold
from citecoder.notes.terms import Lexicon

_BULLET = re.compile(r"\s*(?:[-*•▪◦–]+|\(?\d{1,2}[.)](?!\d)|[a-z][.)])\s+")
_LABEL = re.compile(r"(?P<key>[^\n:=]{1,64}?)\s*(?::(?!\d)|=(?=\s))")
_SOAP_INLINE = re.compile(r"(?:(?<=[.!?;)\"”\]])\s+|\s{2,})(?P<key>[SOAP])\s*[:=](?=\s)")
_WORD_INLINE = re.compile(r"(?:(?<=[.!?;)\"”\]])\s+|\s{3,})(?P<key>[A-Z][A-Za-z'/ ]{1,40}?)\s*:(?=\s)")
_ABBREVIATIONS = "gr|no|approx|dr|mr|mrs|ms|st|lat|med|ecc|ext|wm|vs|e\\.g|i\\.e|pt|ft|in|lbs?|reps?|sec|deg|inc|b\\.i\\.d|flex|abd|incl|incl"
_SENTENCE_END = re.compile(r"[.!?]+[\"”')\]]*\s+(?!of\b|x\s?\d)|;\s+")
_SHORT_WORD = re.compile(rf"(?:^|[\s(])(?:{_ABBREVIATIONS}|[a-z])\.$", re.IGNORECASE)
_TABLE_ROW = re.compile(r"^[^\n]*(?:\t[^\n]*\t|\|[^\n|]*\|)[^\n]*$|^[^\n\t|]+[\t|][^\n\t|]+$")
_ABSENT = {"", "-", "–", "—", "no", "n", "0", "held", "n/a", "na", "x̶"}


class Segment(NamedTuple):
    """A sentence, list item or table row, with what it inherits.

    ``dose`` is the span of a table's minutes cell; ``absent``: the visit's column of a flowsheet is empty;
    ``flowsheet``: minutes in it are parameters of past and present visits, not doses.
    """

    start: int
    end: int
    section: str
    line: int
    bullet: bool = False
    header_only: bool = False
    dose: tuple[int, int] | None = None
    absent: bool = False
    flowsheet: bool = False


class _Line(NamedTuple):
    start: int
    end: int


def parse_blocks(lexicon: Lexicon, text: str) -> tuple[Block, ...]:
    """Split a note at its headers. Text before the first header is a block of section ``unknown``."""
    marks: list[tuple[int, int, str]] = []
    for line in _lines(text):
        marks += _line_marks(lexicon, text, line, marks[-1][2] if marks else "unknown")
    starts = [(0, 0, "unknown"), *marks]
    blocks = []
    for (start, body, section), following in zip(starts, [*starts[1:], (len(text), 0, "")], strict=True):
        if following[0] > start:
            header = Span(start, body, text[start:body]) if body > start else None
            blocks.append(Block(section, max(start, body), following[0], header))
    return tuple(blocks)


def _lines(text: str) -> list[_Line]:
    return [_Line(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", text)]


def _line_marks(lexicon: Lexicon, text: str, line: _Line, current: str) -> list[tuple[int, int, str]]:
    """Return (start, body start, section) of every header in a line."""
    bullet = _BULLET.match(text, line.start, line.end)
    start = bullet.end() if bullet else line.start
    marks = []
    first = _first_header(lexicon, text, start, line.end, current)
    if first:
        marks.append(first)
    body = first[1] if first else start
    for pattern in (_SOAP_INLINE, _WORD_INLINE):
        for match in pattern.finditer(text, body, line.end):
            section = section_of(lexicon, match["key"])
            here = marks[-1][2] if marks else current
            if pattern is _WORD_INLINE and section == "treatment" and here in ("plan", "goals"):
                continue  # "Plan: … Modalities: ice" stays a plan
            if section and all(match.start("key") != m[0] for m in marks):
                marks.append((match.start("key"), match.end(), section))
    return sorted(marks)


def _first_header(
    lexicon: Lexicon, text: str, start: int, end: int, current: str
) -> tuple[int, int, str] | None:
    line = text[start:end]
    bracket = re.match(r"\s*\[([a-zA-Z ]+)\]", line)
    if bracket and section_of(lexicon, bracket[1]):
        return start, start + bracket.end(), section_of(lexicon, bracket[1]) or ""
    section = section_of(lexicon, line)
    if section and len(line) < 70:
        return start, end, section
    label = _LABEL.match(line)
    if not label:
        return _dash_header(lexicon, line, start)
    section = section_of(lexicon, label["key"])
    if section:
        return start, start + label.end(), section
    key = label["key"].strip()
    if (
        key.isupper()
        and len(key) > 3
        and not lexicon.services.find(key)
        and current not in ("plan", "goals", "home_program")
    ):
        return start, start + label.end(), "other"
    return None


def _dash_header(lexicon: Lexicon, line: str, start: int) -> tuple[int, int, str] | None:
    found = re.match(r"\s*([A-Za-z' ]{1,40}?)\s+[-–—]{1,2}\s+(?=\S)", line)
    section = section_of(lexicon, found[1]) if found else None
    return (start, start + found.end(), section) if found and section else None


def section_of(lexicon: Lexicon, words: str) -> str | None:
    """Return the section that a header opens, or None when the words are no known header."""
    key = re.sub(r"\s+", " ", fold(words)).strip(" \t:#*_=[]().-–—•")
    if not key or len(key) > 64:
        return None
    if key in lexicon.headers:
        return lexicon.headers[key]
    for prefix, section in lexicon.header_prefixes:
        if key.startswith(prefix.strip()):
            return section
    head = re.split(r"\s*[—–(/]|\s-\s", key)[0].strip()
    if head != key and head in lexicon.headers and len(head) > 3:
        return lexicon.headers[head]
    return None


def parse_segments(
    lexicon: Lexicon, text: str, blocks: tuple[Block, ...], visit_date: date | None
) -> tuple[Segment, ...]:
    """Cut every block into segments, in order."""
    segments: list[Segment] = []
    tables = _tables(text, visit_date)
    for block in blocks:
        for line in _joined_lines(text, block.start, block.end):
            row = next((r for r in tables if r.start <= line.start < r.end), None)
            if row:
                segments.append(row._replace(section=block.section, start=max(row.start, block.start)))
            else:
                segments += _sentences(lexicon, text, line, block.section)
    return tuple(segments)


def _joined_lines(text: str, start: int, end: int) -> list[_Line]:
    """Return the lines of a block; a line that goes on in lower case is joined to the one before."""
    lines: list[_Line] = []
    for match in re.finditer(r"[^\r\n]+", text[start:end]):
        line = _Line(start + match.start(), start + match.end())
        if lines and _goes_on(text, lines[-1], line):
            lines[-1] = _Line(lines[-1].start, line.end)
        elif match.group().strip():
            lines.append(line)
    return lines


def _goes_on(text: str, before: _Line, line: _Line) -> bool:
    head, gap = text[line.start : line.end].lstrip(), text[before.end : line.start]
    tail = text[before.start : before.end].rstrip()
    long_enough = before.end - before.start > 55
    return head[:1].islower() and tail[-1:] not in ".:;!?" and gap.count("\n") == 1 and long_enough


def _sentences(lexicon: Lexicon, text: str, line: _Line, section: str) -> list[Segment]:
    bullet = _BULLET.match(text, line.start, line.end)
    at = bullet.end() if bullet else line.start
    number = text.count("\n", 0, line.start)
    cuts = [
        m
        for m in _SENTENCE_END.finditer(text, at, line.end)
        if not _SHORT_WORD.search(text[max(at, m.start() - 6) : m.start() + 1])
    ]
    found = []
    for first, last in zip(
        [at, *(m.end() for m in cuts)], [*(m.start() + 1 for m in cuts), line.end], strict=True
    ):
        if text[first:last].strip():
            found.append(
                Segment(
                    first, last, _lead_section(lexicon, text, first, last) or section, number, bool(bullet)
                )
            )
    if len(found) == 1 and text[found[0].start : found[0].end].rstrip().endswith(":"):
        found[0] = found[0]._replace(header_only=True)
    return found


def _lead_section(lexicon: Lexicon, text: str, start: int, end: int) -> str | None:
    """Return the section that a dictated sentence opens with its first words."""
    for hit in lexicon.leads.find(text, start, min(end, start + 40)):
        if not re.search(r"\w", text[start : hit.start].lower().replace("okay", "").replace("and", "")):
            return str(hit.payload)
    return None


# --- tables ----------------------------------------------------------------------------------------


def _tables(text: str, visit_date: date | None) -> list[Segment]:
    rows: list[Segment] = []
    group: list[_Line] = []
    for line in [*_lines(text), None]:
        if (
            line
            and _TABLE_ROW.match(text[line.start : line.end])
            and (not group or line.start - group[-1].end <= 2)
        ):
            group.append(line)
            continue
        if len(group) >= 2:
            rows += _table_rows(text, group, visit_date)
        group = [line] if line and _TABLE_ROW.match(text[line.start : line.end]) else []
    return rows


def _cells(text: str, line: _Line) -> list[tuple[int, int]]:
    """Return the (start, end) of each cell, blanks trimmed; the edges of a piped row are dropped."""
    cells: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\t|]*", text[line.start : line.end]):
        if match.start() == match.end() and cells and cells[-1][1] == line.start + match.start():
            continue
        cells.append((line.start + match.start(), line.start + match.end()))
    trimmed = []
    for start, end in cells:
        piece = text[start:end]
        trimmed.append((start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))))
    if text[line.start : line.end].lstrip().startswith("|"):
        trimmed = trimmed[1:]
    return trimmed


def _table_rows(text: str, lines: list[_Line], visit_date: date | None) -> list[Segment]:
    head = [fold(text[a:b]) for a, b in _cells(text, lines[0])]
    minutes = next(
        (
            i
            for i, h in enumerate(head)
            if re.search(r"\bmin|\btime\b|duration", h) and not re.search(r"in/?out|start|end", h)
        ),
        None,
    )
    dated = {i: found[0].value for i, h in enumerate(head) if (found := find_dates(h, year_hint=visit_date))}
    column = _visit_column(dated, visit_date)
    rows = []
    for line in lines:
        cells = _cells(text, line)
        if all(not re.search(r"\w", text[a:b]) for a, b in cells):
            continue
        dose = (
            cells[minutes] if minutes is not None and minutes < len(cells) and line is not lines[0] else None
        )
        is_minutes = bool(
            dose and re.fullmatch(r"\d{1,3}\s*(?:min|mins|minutes|')?", fold(text[dose[0] : dose[1]]))
        )
        absent = column is not None and (
            column >= len(cells) or fold(text[cells[column][0] : cells[column][1]]).strip() in _ABSENT
        )
        rows.append(
            Segment(
                line.start, line.end, "unknown", text.count("\n", 0, line.start), bullet=True,
                dose=dose if is_minutes else None, absent=absent and line is not lines[0],
                flowsheet=len(dated) > 1, header_only=line is lines[0],
            )
        )  # fmt: skip
    return rows


def _visit_column(dated: dict[int, date], visit_date: date | None) -> int | None:
    """Return the flowsheet's column of the visit: its date, else the last date."""
    if len(dated) < 2:
        return None
    exact = [
        i for i, d in dated.items() if visit_date and (d.month, d.day) == (visit_date.month, visit_date.day)
    ]
    return exact[0] if exact else max(dated, key=lambda i: (dated[i], i))
