"""Clauses → readable features, for the weights that were learned from marked notes.

One set of features serves both questions: which service a clause speaks of, and whether it was done today. A
feature is a short word with a prefix: ``w:`` a word's stem, ``b:`` two in a row, ``f:`` a word's first letters,
``l:`` a phrase of the lexicon; ``p``, ``n`` and ``s`` in front of them tell the clause before, the one after and
the rest of the sentence; ``h:`` the words of the header or of the line's opening; ``sec:`` the section.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from citecoder.model import Block, Mention
from citecoder.notes.blocks import Segment
from citecoder.notes.clauses import Clause, parse_clauses
from citecoder.notes.company import Company, find_company
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention
from citecoder.notes.words import tokens

_FIRST = 4  # letters of the feature that unites a word with its misspellings and short forms
_CLOSE = 60  # characters to minutes outside the sentence
_NEAR = 12  # phrases of the lexicon in a clause, and on either side of it, that are looked at
_FAR = 8  # clauses on either side that are looked at
_WITH = 160  # characters over which words about who was there reach on
_HEADER = 8  # words of a header or a line's opening that are looked at


@dataclass(frozen=True)
class Described:
    """A clause with its features."""

    clause: Clause
    segment: Segment
    features: tuple[str, ...]


class Found(NamedTuple):
    """What was found in a note before its clauses are described.

    Attributes:
        text: the note.
        blocks: its blocks, for the words of their headers.
        segments: its sentences, items and rows.
        mentions: the phrases of the lexicon that stand in it.
        times: its statements of time with their roles.
        discipline: the visit's, when it is known.
    """

    text: str
    blocks: Sequence[Block]
    segments: Sequence[Segment]
    mentions: Sequence[Mention]
    times: Sequence[TimeMention]
    discipline: str | None


def describe(lexicon: Lexicon, note: Found) -> list[Described]:
    """Return every clause of a note with its features, in order."""
    text, mentions = note.text, note.mentions
    cut = [(s, c) for s in note.segments for c in parse_clauses(text, s)]
    words = [tokens(text[c.start : c.end]) for _, c in cut]
    owners = [s for s, _ in cut]
    distinct = [tuple(dict.fromkeys(w)) for w in words]
    elsewhere = [
        [f"s:{w}" for w in told] for told in distinct
    ]  # made once, told to every clause of the sentence
    starts = [m.span.start for m in mentions]
    minutes = [t for t in note.times if t.role == "dose"]
    company = find_company(text)
    headers = _header_words(text, note.blocks, note.segments)
    described = []
    for i, (segment, clause) in enumerate(cut):
        first, last = bisect_left(starts, clause.start), bisect_left(starts, clause.end)
        found = [
            *_own(words[i]),
            *_phrases(lexicon, text, mentions[first : min(last, first + _NEAR)], clause),
            *_around(mentions[max(0, first - _NEAR) : first], mentions[last : last + _NEAR], segment),
            *_context(owners, distinct, elsewhere, i),
            *_company_near(company, segment),
            *_minutes_near(minutes, segment, clause),
            f"sec:{segment.section}",
            f"d:{note.discipline}",
            *headers.get(segment.start, ()),
        ]
        if clause.start == segment.start:
            found.append("opens")
        described.append(Described(clause, segment, tuple(dict.fromkeys(found))))
    return described


def _phrases(lexicon: Lexicon, text: str, inside: Sequence[Mention], clause: Clause) -> list[str]:
    """Tell what the lexicon knows in a clause: phrases of services, a body region, a muscle."""
    found = [f"l:{m.concept}:{m.kind}" for m in inside] + [f"lp:{m.phrase}" for m in inside]
    found += [f"r:{h.payload[0]}" for h in lexicon.regions.find(text, clause.start, clause.end)[:1]]
    return found + ["muscle" for _ in lexicon.muscles.find(text, clause.start, clause.end)[:1]]


def _around(before: Sequence[Mention], after: Sequence[Mention], segment: Segment) -> list[str]:
    """Tell which services the lexicon knows elsewhere in the sentence."""
    return [f"sl:{m.concept}" for m in (*before, *after) if segment.start <= m.span.start < segment.end]


def _context(
    owners: Sequence[Segment], words: Sequence[Sequence[str]], elsewhere: Sequence[Sequence[str]], at: int
) -> list[str]:
    """Tell the words of the clauses on both sides, and of the other clauses of the sentence.

    ``owners`` are the segments of the clauses; a clause of another sentence is marked in capitals, and one beyond a
    blank line is not looked at. ``elsewhere`` are the words as the other clauses of their sentence are told them.
    """
    own = owners[at]
    found: list[str] = []
    for j in range(max(0, at - _FAR), min(len(owners), at + _FAR + 1)):
        same = owners[j] is own
        if abs(j - at) == 1 and abs(owners[j].line - own.line) <= 1:
            side = "p" if j < at else "n"
            found += [f"{side if same else side.upper()}:{w}" for w in words[j]]
        if same and j != at:
            found += elsewhere[j]
    return found


def _company_near(company: Sequence[Company], segment: Segment) -> list[str]:
    """Tell who was in the room, by the words of the sentence or of those close before it."""
    first = bisect_left(company, segment.start - _WITH, key=lambda c: c.start)
    last = bisect_left(company, segment.end + _CLOSE, key=lambda c: c.start)
    inside = [segment.start <= c.start < segment.end for c in company[first:last]]
    return sorted(
        {f"{'co' if own else 'cn'}:{c.kind}" for c, own in zip(company[first:last], inside, strict=True)}
    )


def describe_visit(text: str) -> tuple[str, ...]:
    """Return the features of a whole note, for what kind of visit it records: its words, and two in a row."""
    words = tokens(text)
    return tuple(dict.fromkeys([*(f"w:{w}" for w in words), *(f"b:{a} {b}" for a, b in pairwise(words))]))


def _minutes_near(minutes: Sequence[TimeMention], segment: Segment, clause: Clause) -> list[str]:
    """Tell where minutes stand: in the clause, before or after it in its sentence, or close by outside it."""
    first = bisect_left(minutes, segment.start, key=lambda t: t.start)
    last = bisect_left(minutes, segment.end, key=lambda t: t.start)
    at = bisect_left(minutes, clause.start, key=lambda t: t.start)
    past = bisect_left(minutes, clause.end, key=lambda t: t.start)
    found = []
    if first < at:
        found.append("min:before")
    if at < past:
        found.append("min:own")
    if past < last:
        found.append("min:after")
    if last < len(minutes) and minutes[last].start - segment.end < _CLOSE:
        found.append("min:next")
    if first > 0 and segment.start - minutes[first - 1].end < _CLOSE:
        found.append("min:last")
    return found or ["min:none"]


def _own(words: Sequence[str]) -> list[str]:
    own = [f"w:{w}" for w in words]
    own += [f"b:{a} {b}" for a, b in pairwise(words)]
    own += [f"f:{w[:_FIRST]}" for w in words if len(w) > _FIRST]
    own.append(f"len:{min(len(words), 12) // 3}")
    if words:
        own.append(f"1:{words[0]}")
    return own


def _header_words(text: str, blocks: Sequence[Block], segments: Sequence[Segment]) -> dict[int, list[str]]:
    """Return, by segment start, the words of the block's header and of the line that the segment stands in."""
    found: dict[int, list[str]] = {}
    at = 0
    heading: list[str] = []
    last_line = -1
    opened, opening = "", list[str]()
    named = _header_of(blocks[0]) if blocks else []
    for segment in segments:
        while at + 1 < len(blocks) and blocks[at + 1].start <= segment.start:
            at += 1
            named = _header_of(blocks[at])
        if segment.header_only:
            heading = [f"hl:{w}" for w in tokens(text[segment.start : segment.end])[:_HEADER]]
            last_line = segment.line
        elif segment.line - last_line > 6:
            heading = []
        line_start = text.rfind("\n", 0, segment.start) + 1
        line = text[line_start : min(segment.start, line_start + 60)]
        if line != opened:  # the sentences of a long line all have its opening
            opened, opening = line, [f"lo:{w}" for w in tokens(line)[:_HEADER]]
        found[segment.start] = [*named, *heading, *opening]
    return found


def _header_of(block: Block) -> list[str]:
    return [f"h:{w}" for w in tokens(block.header.quote)[:_HEADER]] if block.header else []
