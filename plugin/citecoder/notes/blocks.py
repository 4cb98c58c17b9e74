"""Headers, lists, tables and dictated run-ons → blocks, and segments that inherit from them.

A block is what stands under one header. A segment is a sentence, list item or table row: the unit in which
services, minutes and their status are read. Knows sections; knows nothing of services' meaning.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from citecoder.model import Block, Span
from citecoder.notes.spans import fold
from citecoder.notes.tables import Row, find_rows
from citecoder.notes.terms import Lexicon

_BULLET = re.compile(r"\s{0,24}(?:[-*•▪◦–]+|\(?\d{1,2}[.)](?!\d)|[a-z][.)])\s{1,24}")
_LABEL = re.compile(r"(?P<key>[^\n:=]{1,64}?)\s{0,24}(?::(?!\d)|=(?=\s))")
# A look-behind in place of a run of blanks: long runs of blanks must not cost their square.
_SOAP_INLINE = re.compile(r"(?:(?<=[.!?;)\"”\]]\s)|(?<=\s\s))(?P<key>[SOAP])[ \t]*[:=](?=\s)")
_SOAP_DOT = re.compile(
    r"(?P<key>[SOAP])\.[ \t]{2,24}(?=\S)"
)  # "P.  Continue": two blanks, so that it is no initial
_WORD_INLINE = re.compile(
    r"(?:(?<=[.!?;)\"”\]]\s)|(?<=\s\s\s))(?P<key>[A-Z][A-Za-z'/ ]{1,40}?)[ \t]{0,4}:(?=\s)"
)
_ABBREVIATIONS = "gr|no|approx|dr|mr|mrs|ms|st|lat|med|ecc|ext|wm|vs|e\\.g|i\\.e|pt|ft|in|lbs?|reps?|sec|deg|inc|b\\.i\\.d|flex|abd|incl|incl"
_SENTENCE_END = re.compile(r"[.!?](?![.!?])[\"”')\]]*\s{1,24}(?!of\b|x\s?\d)|;\s{1,24}")
_SHORT_WORD = re.compile(rf"(?:^|[\s(])(?:{_ABBREVIATIONS}|[a-z])\.$", re.IGNORECASE)
_PART = re.compile(r"\bP\s{0,24}:.*\bA\s{0,24}:.*\bR\s{0,24}:.*\bT\s{0,24}:", re.DOTALL)
_COPIED = re.compile(
    r"\s{0,24}[\[*<(]*\s{0,24}(?:text |note |section )?(?:copied|pulled|carried|brought)\s{1,24}(?:forward|from)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\s{0,8}\d")
_OF_TIME = re.compile(r"(?:total )?(?:minutes|mins|min|time)", re.IGNORECASE)
_RULE = re.compile(r"\A(?:[-=_*~]{3,}[ \t]*[\r\n]{1,4})+")  # a line drawn below is no list
_HEADER_LENGTH = 90
_TOLD = frozenset({"subjective", "history", "diagnosis"})
_LONE_LABEL = re.compile(
    r"[A-Z][\w'/ ]{2,40}?\s{0,4}(?::|[-–—])\s{0,24}"
)  # "Per level –" over a list ends what is told
_LONGEST_KEY = 64
_RUN_ON = 260
_LONGEST = 2_000  # characters of a segment: twice the longest sentence that was ever seen in a note
_GOES_ON = re.compile(
    r",?\s{1,24}(?=(?:and\s{1,24})?(?:then|after that|before that|so today|today we|next we|followed by|finished with|afterwards?|(?:he|she|we|i|pt) (?:did|also)|and we put|plan is|assessment is)\b)",
    re.IGNORECASE,
)
_LEFT_BLANK = re.compile(r"_{2,}|\.{3,}|…")  # a field of one line, not a header over what follows
_ONE_LINE = frozenset({"diagnosis", "home_program", "goals", "prior_visit", "history"})


class Segment(NamedTuple):
    """A sentence, list item or table row, with what it inherits.

    ``dose`` is the span of a table's minutes cell; ``absent``: it is of another visit, or the
    visit's column of a flowsheet is empty;
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
    starts = _closed(text, [(0, 0, "unknown"), *marks])
    blocks = []
    for (start, body, section), following in zip(starts, [*starts[1:], (len(text), 0, "")], strict=True):
        if following[0] > start:
            header = Span(start, body, text[start:body]) if body > start else None
            blocks.append(Block(section, max(start, body), following[0], header))
    return tuple(blocks)


def _closed(text: str, marks: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """End a one-line section ("Dx: …", "HEP: …") with its line, unless a list goes on below it."""
    closed: list[tuple[int, int, str]] = []
    for mark, following in zip(marks, [*marks[1:], (len(text), 0, "")], strict=True):
        closed.append(mark)
        line_end = text.find("\n", mark[1])
        inline = text[mark[1] : line_end].strip() if line_end > 0 else ""
        one_line = mark[2] in _ONE_LINE or _LEFT_BLANK.fullmatch(inline)
        if one_line and inline and line_end < following[0]:
            rest = _RULE.sub("", text[line_end : line_end + _RUN_ON].lstrip("\r\n"))
            if not _BULLET.match(rest) and not rest[:1].isspace():
                closed.append((line_end + 1, line_end + 1, "unknown"))
    return closed


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
            if pattern is _SOAP_INLINE and _PART.search(
                text[max(0, match.start() - 200) : match.start() + 200]
            ):
                continue  # a chiropractor's P-A-R-T findings
            if _FIGURE.match(text, match.end()) and _OF_TIME.fullmatch(match["key"].strip()):
                continue  # "[x] Wax   Minutes: 15" is an item with its minutes
            section = section_of(lexicon, match["key"])
            here = marks[-1][2] if marks else current
            if (
                pattern is _WORD_INLINE
                and section == "treatment"
                and here in ("plan", "goals", "prior_visit", "home_program")
            ):
                continue  # "Plan: … Modalities: ice" stays a plan
            if section and all(match.start("key") != m[0] for m in marks):
                marks.append((match.start("key"), match.end(), section))
    return sorted(marks)


def _first_header(
    lexicon: Lexicon, text: str, start: int, end: int, current: str
) -> tuple[int, int, str] | None:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    line = text[start : min(end, start + _HEADER_LENGTH)]
    bracket = re.match(r"\s{0,24}\[([a-zA-Z ]+)\]", line)
    if bracket and section_of(lexicon, bracket[1]):
        return start, start + bracket.end(), section_of(lexicon, bracket[1]) or ""
    if _COPIED.match(line):
        return start, start, "prior_visit"
    section = section_of(lexicon, line)
    if section and end - start < 70 and not _LEFT_BLANK.search(line):
        return start, end, section
    if current in _TOLD and end - start < _HEADER_LENGTH and _LONE_LABEL.fullmatch(line):
        return start, end, "other"
    label = _LABEL.match(line)
    if not label:
        return _set_off_header(lexicon, line, start)
    section = section_of(lexicon, label["key"])
    if section:
        return start, start + label.end(), section
    key = label["key"].strip()
    if _is_new_header(lexicon, key) and current not in ("plan", "goals", "home_program"):
        return start, start + label.end(), "other"
    return _set_off_header(lexicon, line, start)


def _is_new_header(lexicon: Lexicon, key: str) -> bool:
    """Capitals before a colon open a block of their own, unless they name a service ("MT 12':")."""
    plain = key.isupper() and len(key) > 3 and not re.search(r"\d", key)
    return plain and not lexicon.services.find(key) and not lexicon.shorts.find(key)


def _set_off_header(lexicon: Lexicon, line: str, start: int) -> tuple[int, int, str] | None:
    """Return a header that a dash sets off, or a letter with its dot and blanks."""
    letter = _SOAP_DOT.match(line)
    if letter:
        return start, start + letter.end(), section_of(lexicon, letter["key"]) or "unknown"
    found = re.match(
        r"\s{0,24}([A-Za-z' ]{1,40}?)(?:\s{1,24}[-–—]{1,2}|(?<=^.)-|(?<=^..)-|(?<=[A-Z]{4})-)\s{1,24}(?=\S)",
        line,
    )
    section = section_of(lexicon, found[1]) if found else None
    return (start, start + found.end(), section) if found and section else None


def section_of(lexicon: Lexicon, words: str) -> str | None:
    """Return the section that a header opens, or None when the words are no known header."""
    if len(words) > _HEADER_LENGTH:
        return None
    key = " ".join(fold(words).split()).strip(" \t:#*_=[]().-–—•")
    key = re.sub(r" ?#?\d{1,3}$", "", key)
    if not key or len(key) > _LONGEST_KEY:
        return None
    if key in lexicon.headers:
        return lexicon.headers[key]
    for prefix, section in lexicon.header_prefixes:
        if key.startswith(prefix.strip()):
            return section
    parts = [lexicon.headers.get(part.strip()) for part in key.split("/")]
    if len(parts) > 1 and all(parts):
        return "treatment" if "treatment" in parts else parts[0]
    if len(parts) == 2 and parts[0] and re.fullmatch(r"[so]/[a-z]{4,}", key):
        return parts[0]  # "O/Comments"
    head = re.split(r"\s{0,24}[—–(/]|\s-\s", key)[0].strip()
    if head != key and head in lexicon.headers and len(head) > 3:
        return lexicon.headers[head]
    return None


def parse_segments(
    lexicon: Lexicon, text: str, blocks: tuple[Block, ...], visit_date: date | None
) -> tuple[Segment, ...]:
    """Cut every block into segments, in order."""
    segments: list[Segment] = []
    tables, wrapped = find_rows(text, visit_date), _is_wrapped(text)
    newlines = [m.start() for m in re.finditer("\n", text)]
    for block in blocks:
        for line in _joined_lines(text, block.start, block.end, wrapped=wrapped):
            row = _row_at(tables, line.start)
            if row:
                found = [_row_segment(row, block, bisect_left(newlines, row.start))]
            else:
                found = _sentences(lexicon, text, line, block.section, bisect_left(newlines, line.start))
            segments += [piece for segment in found for piece in _pieces(text, segment)]
    return tuple(segments)


def _pieces(text: str, segment: Segment) -> Iterator[Segment]:
    """Cut what is too long for a sentence or a row at blanks; a cell of minutes goes with its piece.

    Within a segment services, minutes and denials are held against one another, which must not cost its square.
    """
    dose, start, opens = segment.dose, segment.start, True
    while segment.end - start > _LONGEST:
        blank = text.rfind(" ", start + 1, start + _LONGEST)
        cut = blank if blank > 0 else start + _LONGEST
        own = dose if dose and start <= dose[0] < cut else None
        yield segment._replace(start=start, end=cut, dose=own, header_only=segment.header_only and opens)
        start, opens = cut, False
    if opens:
        yield segment
    else:
        own = dose if dose and start <= dose[0] else None
        yield segment._replace(start=start, dose=own, header_only=False)


def _row_at(rows: list[Row], start: int) -> Row | None:
    at = bisect_right(rows, start, key=lambda r: r.start) - 1
    return rows[at] if at >= 0 and start < rows[at].end else None


def _row_segment(row: Row, block: Block, line: int) -> Segment:
    start = max(row.start, block.start)
    return Segment(
        start,
        row.end,
        block.section,
        line,
        bullet=True,
        header_only=row.head,
        dose=row.dose,
        absent=row.absent,
        flowsheet=row.flowsheet,
    )


def _joined_lines(text: str, start: int, end: int, *, wrapped: bool) -> list[_Line]:
    """Return the lines of a block; a line that goes on in lower case is joined to the one before."""
    lines: list[_Line] = []
    for match in re.finditer(r"[^\r\n]+", text[start:end]):
        line = _Line(start + match.start(), start + match.end())
        if wrapped and lines and _goes_on(text, lines[-1], line):
            lines[-1] = _Line(lines[-1].start, line.end)
        elif match.group().strip():
            lines.append(line)
    return lines


def _is_wrapped(text: str) -> bool:
    """Tell whether lines break in mid-sentence; where most lines open in lower case, that is the author's style."""
    opens = [m.group()[:1] for m in re.finditer(r"(?<=\n)[^\s].*", text)]
    return sum(c.islower() for c in opens) <= 0.3 * len(opens)


def _goes_on(text: str, before: _Line, line: _Line) -> bool:
    head, gap = text[line.start : line.end].lstrip(), text[before.end : line.start]
    tail = text[before.start : before.end].rstrip()
    long_enough = before.end - before.start > 70
    return head[:1].islower() and tail[-1:] not in ".:;!?" and gap.count("\n") == 1 and long_enough


def _sentences(lexicon: Lexicon, text: str, line: _Line, section: str, number: int) -> list[Segment]:
    bullet = _BULLET.match(text, line.start, line.end)
    at = bullet.end() if bullet else line.start
    cuts = [
        m
        for m in _SENTENCE_END.finditer(text, at, line.end)
        if not _SHORT_WORD.search(text[max(at, m.start() - 6) : m.start() + 1])
    ]
    found = []
    cuts += _run_on_cuts(text, at, line.end, cuts)
    cuts.sort(key=lambda m: m.start())
    for first, last in zip(
        [at, *(m.end() for m in cuts)],
        [*(m.end() if m.group().isspace() else m.start() + 1 for m in cuts), line.end],
        strict=True,
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


def _run_on_cuts(text: str, start: int, end: int, cuts: list[re.Match[str]]) -> list[re.Match[str]]:
    """Cut a dictated run-on at the words by which speakers go on to the next thing."""
    edges = [start, *(m.end() for m in cuts), end]
    long = [(a, b) for a, b in pairwise(edges) if b - a > _RUN_ON]
    return [m for a, b in long for m in _GOES_ON.finditer(text, a, b)]


def _lead_section(lexicon: Lexicon, text: str, start: int, end: int) -> str | None:
    """Return the section that a dictated sentence opens with its first words."""
    for hit in lexicon.leads.find(text, start, min(end, start + 40)):
        if not re.search(r"\w", text[start : hit.start].lower().replace("okay", "").replace("and", "")):
            return str(hit.payload)
    return None
