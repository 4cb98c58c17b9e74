"""Passages laid out so that a token of a sentence finds its counterparts, and how alike their surroundings are.

Knows tokens and places. What follows from a likeness is for ``grounding``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import groupby
from math import sqrt
from typing import TYPE_CHECKING

from citecoder.answering.aligning import stream
from citecoder.answering.polarity import Clause, clauses, focuses
from citecoder.answering.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from citecoder.model import Passage

_GAP = 40.0
"""Words between two texts: nothing of one is near to the other."""
_FAR = 30.0
_OTHER_SENTENCE = 0.25
"""What nearness counts across the end of a sentence."""
_COMMON, _RARE = 0.35, 0.9
"""What a word counts that every passage has, and how much more one that few have."""
_PAYER = 0.5
"""What a payer counts: passages of a payer's policy name it everywhere."""
_JOINING = frozenset(("and", "or", "nor", "the", "to", "also", "a", "an"))
"""Words inside of a list."""
_APART = 5
"""How far the members of a list are apart at the most, in words."""

Key = tuple[str, str]


class Evidence:
    """What passages say.

    Attributes:
        tokens: in the order of their places; ``clauses`` the same, clause by clause.
        frame: tokens of headings, titles, publishers, codes and dates, which stand around every sentence.
        named: kind and value of everything named, frame included.
        listed: the place of each token → the number of its list: "GP, GO or GN" is one list, "CQ with GP" is none.
        sentences: the clauses of each sentence.
        focuses: the words around everything negative.
    """

    def __init__(self, passages: Sequence[Passage], rarity: Mapping[str, float]) -> None:
        self._rarity = rarity
        self.clauses: list[Clause] = []
        self.frame: list[Token] = []
        self._last: Token | None = None
        self._said: list[Token] = []
        for passage in passages:
            for text in (passage.lead or "", tables_as_text(passage.text)):
                self._add(text)
            self.frame += tokens(_frame(passage))
        self.stream = stream(self._said)
        self.tokens = [token for clause in self.clauses for token in clause.tokens if token.kind != "stop"]
        self.of: dict[Key, list[Token]] = defaultdict(list)
        self.of_kind: dict[str, list[Token]] = defaultdict(list)
        self._places: dict[Key, list[float]] = defaultdict(list)
        self._clauses_with: dict[Key, list[Clause]] = defaultdict(list)
        for token in self.tokens:
            self.of[token.key].append(token)
            self._places[token.key].append(token.place)
            self.of_kind[token.kind].append(token)
        for clause in self.clauses:
            for key in {t.key for t in clause.tokens}:
                self._clauses_with[key].append(clause)
        self.listed = _lists(self.clauses)
        self.sentences = [
            tuple(group)
            for _, group in groupby((c for c in self.clauses if c.tokens), lambda c: c.tokens[0].sentence)
        ]
        self.focuses = list(focuses(self.clauses))
        self.named = {token.key for token in (*self.tokens, *self.frame)}

    def _add(self, text: str) -> None:
        last = self._last
        found = tokens(text, last.place + _GAP, last.clause + 1, last.sentence + 1) if last else tokens(text)
        self._last = found[-1] if found else last
        self.clauses += clauses(found)
        self._said += found

    def with_clause(self, token: Token) -> Iterator[tuple[Clause, Token]]:
        """Yield the tokens that mean the same, each with its clause."""
        for clause in self._clauses_with.get(token.key, ()):
            yield from ((clause, t) for t in clause.tokens if t.key == token.key)

    def weight(self, token: Token) -> float:
        """Return what a token tells of a place: rare ones more; 0 when the passages don't have it."""
        count = len(self.of.get(token.key, ()))
        if not count:
            return 0.0
        if token.kind == "word":
            return (_COMMON + _RARE * self._rarity.get(token.value, 1.0)) / sqrt(count)
        return (_PAYER if token.kind == "payer" else 1.0) / sqrt(count)

    def likeness(self, token: Token, candidate: Token, context: Iterable[Token], half: float) -> float:
        """Return how alike the surroundings of a token in its sentence and of a candidate here are.

        Args:
            token: of the sentence.
            candidate: of these passages.
            context: the sentence's tokens.
            half: words at which two tokens have half as much to do with each other as when they touch.
        """
        total = 0.0
        for other in context:
            nearness = 0.0 if other is token else self._nearness(other.key, candidate, half)
            if nearness:
                away = (other.place - token.place) / (2 * half)
                total += self.weight(other) * nearness / (1 + away * away)
        return total

    def _nearness(self, key: Key, candidate: Token, half: float) -> float:
        places = self._places.get(key)
        if not places:
            return 0.0
        at = bisect_left(places, candidate.place)
        best = 0.0
        for index in range(max(0, at - 1), min(len(places), at + 2)):
            away = abs(places[index] - candidate.place)
            if 0 < away < _FAR:
                near = 1 / (1 + (away / half) ** 2)
                same = self.of[key][index].sentence == candidate.sentence
                best = max(best, near if same else near * _OTHER_SENTENCE)
        return best


def _lists(clauses: Sequence[Clause]) -> dict[float, int]:
    listed: dict[float, int] = {}
    last: Token | None = None
    joined = False
    number = 0
    for token in (token for clause in clauses for token in clause.tokens):
        if token.kind == "stop":
            joined = joined and token.written in _JOINING
            continue
        goes_on = joined and last and (last.kind, last.sentence) == (token.kind, token.sentence)
        if not (goes_on and last and token.place - last.place <= _APART):
            number += 1
        listed[token.place] = number
        last, joined = token, True
    return listed


def tables_as_text(text: str) -> str:
    """Write each cell of a Markdown table out with its column's and its row's head."""
    lines: list[str] = []
    head: list[str] = []
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            head = []
            lines.append(line)
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not head:
            head = cells
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            lines += [
                f"\n\n{head[i] if i < len(head) else ''} {cells[0]} {cell}.\n\n"
                for i, cell in enumerate(cells)
                if i
            ]
    return "\n".join(lines)


def _frame(passage: Passage) -> str:
    source = passage.source
    days = (source.published, source.effective, source.ends, source.checked)
    parts = (
        *passage.heading,
        " ".join(passage.codes),
        source.title,
        source.publisher,
        (source.payer or "").replace("_", " "),
        source.locator or "",
        *(str(day) for day in days if day),
    )
    return ". ".join(part for part in parts if part)
