"""What stands beside a name and belongs to it: a given name that is a common word, a nickname in quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from citecoder.redaction.extent import PARTICLES, is_credential, is_initial
from citecoder.redaction.tokens import Tokens, Word

_QUOTED = re.compile(r"[\"“(]{1,2}(?P<name>[A-Z][^\W\d_]{1,14}(?:[ -][A-Z][^\W\d_]{1,14})?)[\"”)]{1,2}")
_CALLED = re.compile(
    r"(?:goes by|called|calls? (?:him|her|them)(?:self)?|likes|prefers|aka|a\.k\.a\.|nickname|feels|named|pref)[ \t:]{1,3}$",
    re.IGNORECASE,
)
_TAIL = re.compile(r" (?:Jr|Sr|II|III|IV)\b\.?| [A-Z]\.(?: (?P<last>[A-Z][a-z]{2,20}))?(?![\w.])")
_GAPS = frozenset({" ", " & "})
_BESIDE = 3  # characters between a name and its nickname


def stretched(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """Return where a name starts and ends with the capitalised words beside it that no list bars from names."""
    i, j = tokens.at(start), tokens.at(end)
    if i >= len(tokens.words) or tokens.words[i].start != start:
        return start, end
    if (
        i > 0
        and tokens.gap(i) in _GAPS
        and _joins(tokens, i - 1)
        and _joins_before(tokens, tokens.words[i - 1])
    ):
        start = tokens.words[i - 1].start
    while (
        i > 0
        and tokens.words[i - 1].low in PARTICLES
        and tokens.words[i - 1].text[0].isupper()
        and tokens.gap(i) == " "
    ):
        i -= 1
        start = min(start, tokens.words[i].start)
    follows = 0 < j < len(tokens.words) and tokens.words[j - 1].end == end and tokens.gap(j) == " "
    if follows and _joins(tokens, j) and not tokens.headed(j) and not is_credential(tokens, j):
        end = tokens.words[j].end
    return start, _with_tail(tokens, end)


def _with_tail(tokens: Tokens, end: int) -> int:
    """Return where a name ends with "IV", or with an initial and the family name behind it."""
    tail = _TAIL.match(tokens.text, end)
    if tail is None:
        return end
    if tail["last"] is None:
        return tail.end()
    return end if tokens.barred(tokens.words[tokens.at(tail.start("last"))]) else tail.end()


def _joins(tokens: Tokens, i: int) -> bool:
    """Whether a word beside a name may be part of it."""
    word = tokens.words[i]
    if not word.title or word.loud or is_initial(word):
        return False
    if tokens.barred(word) and (word.low not in tokens.wording.proper or not tokens.given(word)):
        return False
    if tokens.eponym(word) and tokens.gap(i + 1 if i + 1 < len(tokens.words) else i) != " & ":
        return False
    wording = tokens.wording
    if word.low in wording.eponym_heads or word.low in wording.generic or word.low in wording.degrees:
        return False
    return (
        tokens.given(word)
        or tokens.surname(word)
        or not tokens.ordinary(word)
        or word.low not in wording.does
    )


def _joins_before(tokens: Tokens, word: Word) -> bool:
    """Whether a word before a name is no relation, profession, or what is done with people."""
    folded = word.low
    listed = tokens.given(word) or tokens.surname(word)
    wording = tokens.wording
    if folded in wording.before or wording.roles.find(folded) or wording.labels.find(folded):
        return False
    return (
        not wording.leads.find(folded)
        and not wording.facilities.find(folded)
        and (listed or not folded.endswith(("ed", "ing")))
    )


def nicknames(tokens: Tokens, marks: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands in quotes or brackets beside a name, or after "goes by"."""
    starts, ends = {start for start, _ in marks}, {end for _, end in marks}
    for match in _QUOTED.finditer(tokens.text):
        before = any(match.start() - gap in ends for gap in range(_BESIDE))
        after = any(match.end() + gap in starts for gap in range(_BESIDE))
        called = _CALLED.search(tokens.text[max(0, match.start() - 24) : match.start()])
        quoted = match.group()[0] != "(" or match.group()[1] in '"“'
        first = tokens.words[tokens.at(match.start("name"))]
        if ((before or after) and quoted) or (before and tokens.given(first)) or (called and quoted):
            yield match.span("name")
