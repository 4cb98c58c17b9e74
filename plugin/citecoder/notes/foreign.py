"""Stretches of a note that are no record of a visit: what speaks to software instead, and markup that carries it.

A therapy note is untrusted text. What stands in these stretches is blanked before anything is read, so that no service,
minutes, code, finding, date or payer comes from it. The words are those of knowledge/lexicon/foreign.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citecoder.notes.markup import Marks, carried, compile_marks, resumes_at
from citecoder.notes.spans import fold
from citecoder.notes.unseen import as_seen, closed_up, is_disguised, secrets

_SENTENCE = re.compile(r"[.!?][\"”’')\]]{0,4}(?=\s|\Z)|;(?=\s)|。|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:dr|mr|mrs|ms|st|no|pt|vs|approx|e\.g|i\.e|attn|a\.i|[a-z])\.$", re.IGNORECASE
)
_QUOTE = re.compile(
    r"\"([^\"\n]{3,400})\"|“([^”\n]{3,400})”|«([^»\n]{3,400})»|(?<!\w)['‘]([^'’\n]{8,400})['’](?!\w)"
)
_ANNOUNCES = re.compile(
    r":\W*$|\b(?:the following|as follows|(?:listed|given|shown) below|below|these)\W*$", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"\W*(?:and|also|then|plus|additionally|in addition|likewise|furthermore|moreover|next|finally|include|add|list|"
    r"return|output|report|count|bill|code|charge|do not|don't|never|this is (?:an?|the|your)|these|they|it|each|both|all of|treat|mark|use|with)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[-*•▪+]|\(?\d{1,2}[.)](?!\d))\s")
_SOFT_BREAK = re.compile(r"[ \t]*[a-z(]")
_SIGNATURE = re.compile(
    r"\s*[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3}, ?(?:(?:PT|PTA|DPT|OT|OTR(?:/L)?|OTD|COTA(?:/L)?|OTA|SLP|CCC-SLP|SLPA|DC|ATC|LAT|MS|MA),? ?)+(?=,| )"
)
_BEFORE_QUOTE = 160
_LONGEST = 1_200  # characters of a sentence that are looked at


@dataclass(frozen=True)
class Foreign:
    """A stretch that is no record.

    Attributes:
        order: it speaks to software, or is hidden, and is warned of; otherwise it is passed over in silence.
    """

    start: int
    end: int
    order: bool


@dataclass(frozen=True)
class ForeignWords:
    """What tells such stretches, compiled from knowledge/lexicon/foreign.yaml.

    Attributes:
        orders: patterns of a sentence that gives an order to software.
        saying: who says what is quoted, up to the quotation mark.
        charged, timed: words of a charge, and minutes, inside of a quote.
    """

    marks: Marks
    orders: tuple[re.Pattern[str], ...]
    saying: re.Pattern[str]
    charged: re.Pattern[str]
    timed: re.Pattern[str]


def compile_foreign(data: Mapping[str, Any], headers: Mapping[str, str]) -> ForeignWords:
    """Compile the words.

    Args:
        data: knowledge/lexicon/foreign.yaml.
        headers: the headers of a note's sections, in lower case.
    """
    words: Mapping[str, str] = data["words"]
    return ForeignWords(
        marks=compile_marks(data, headers, lambda pattern: _filled(pattern, words)),
        orders=tuple(re.compile(_filled(p, words), re.IGNORECASE | re.DOTALL) for p in data["orders"]),
        saying=re.compile(_filled(data["saying"], words), re.IGNORECASE),
        charged=re.compile(_filled(data["charged"], words), re.IGNORECASE),
        timed=re.compile(words["minutes"], re.IGNORECASE),
    )


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """Return a pattern with the lists of words that it names put in, and those that they name in turn."""
    while named := re.search(r"%([a-z]+)%", pattern):
        pattern = pattern.replace(named.group(), words[named[1]])
    return pattern


def find_foreign(words: ForeignWords, text: str) -> list[Foreign]:
    """Return the stretches that are no record, in order and without overlaps."""
    closed = closed_up(text)
    seen = as_seen(closed)
    found = [Foreign(a, b, order=True) for a, b in secrets(text)]
    found += [Foreign(a, b, order) for a, b, order in carried(words.marks, seen)]
    rest = blanked(seen, found)
    found += [Foreign(a, b, order=True) for a, b in _orders(words, text, rest)]
    found += _said(words, rest)
    return _merged(found)


def blanked(text: str, stretches: Sequence[Foreign]) -> str:
    """Return the text with blanks for what is foreign, line ends kept; the same object where nothing is."""
    if not stretches:
        return text
    parts, at = [], 0
    for each in sorted(stretches, key=lambda s: s.start):
        start = max(at, each.start)
        parts += [text[at:start], re.sub(r"[^\r\n]", " ", text[start : max(start, each.end)])]
        at = max(at, each.end)
    return "".join((*parts, text[at:]))


def _merged(found: Sequence[Foreign]) -> list[Foreign]:
    merged: list[Foreign] = []
    for each in sorted(found, key=lambda s: (s.start, s.end)):
        if merged and each.start <= merged[-1].end:
            last = merged.pop()
            each = Foreign(last.start, max(last.end, each.end), last.order or each.order)  # noqa: PLW2901 - both are one
        if each.end > each.start:
            merged.append(each)
    return merged


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence; one that is broken softly goes on over the line's end."""
    start = 0
    for match in _SENTENCE.finditer(text):
        stop = match.end()
        if match.group() == "\n":
            wrapped = text[start : match.start()].strip() and _SOFT_BREAK.match(text, stop)
            if wrapped and not _ITEM.match(text, stop) and text[stop : stop + 1] not in "\n\r":
                continue
        elif match.group().startswith(".") and _ABBREVIATION.search(text[max(start, stop - 12) : stop]):
            continue
        if text[start:stop].strip():
            yield start, stop
        start = stop
    if text[start:].strip():
        yield start, len(text)


def _orders(words: ForeignWords, sent: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences that give orders to software, each with what goes on from it."""
    sentences = list(_sentences(text))
    until = -1  # the end of the line that an order opened
    listing = items = going_on = False
    for start, end in sentences:
        sentence = text[start : min(end, start + _LONGEST)]
        body = _without_label(words, sentence)
        fresh = (
            text[max(0, text.rfind("\n", 0, start + len(sentence) - len(sentence.lstrip()))) : start].strip()
            == ""
        )
        resumed = resumes_at(words.marks, text, start, end)
        item = bool(_ITEM.match(sentence))
        listed = listing and not resumed and (item or not (items or _empty_line_before(text, start)))
        items = item if listed else False
        onward = going_on and not resumed and bool(_GOES_ON.match(sentence)) and not fresh
        order = is_disguised(sent[start:end]) or _gives_order(words, body)
        if order or listed or onward or (end <= until and not resumed):
            signed = _SIGNATURE.match(sentence) if order else None
            yield start + signed.end() if signed else start, end
            if order and fresh:
                until = _line_end(text, end - 1)
            listing = listed or (order and _ANNOUNCES.search(sentence.rstrip()) is not None)
            going_on = order or onward
        else:
            listing = going_on = False
            if resumed:
                until = -1


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _empty_line_before(text: str, start: int) -> bool:
    lead = text[max(0, start - 80) : start]
    ahead = re.match(r"\s*", text[start : start + 80])
    gap = lead[len(lead.rstrip()) :] + (ahead.group() if ahead else "")
    return gap.count("\n") > 1


def _without_label(words: ForeignWords, sentence: str) -> str:
    """Return a sentence without the item's mark or the number at its beginning."""
    item = _ITEM.match(sentence)
    return sentence[item.end() :] if item else sentence


def _gives_order(words: ForeignWords, sentence: str) -> bool:
    text = " ".join(sentence.split())
    return any(p.search(text) for p in words.orders)


def _said(words: ForeignWords, text: str) -> Iterator[Foreign]:
    """Yield what somebody is quoted as saying about charges or minutes: it shows nothing that was done."""
    if not any(mark in text for mark in "\"“«'‘"):
        return
    for match in _QUOTE.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        before = fold(text[max(line, match.start() - _BEFORE_QUOTE) : match.start()])
        charged = words.charged.search(match.group()) is not None
        if words.saying.search(before) and (charged or words.timed.search(match.group())):
            yield Foreign(match.start() + 1, match.end() - 1, order=charged)
