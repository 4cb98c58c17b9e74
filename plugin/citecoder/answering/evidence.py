"""Passages laid out so that a token of a sentence finds its counterparts, and how alike their surroundings are.

Knows tokens and places. What follows from a likeness is for ``grounding``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from citecoder.answering.polarity import Clause, clauses
from citecoder.answering.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder.model import Passage

_GAP = 40.0
"""Words between two texts: nothing of one is near to the other."""
_FAR = 30.0
_HALF = 4.0
"""Words at which two tokens have half as much to do with each other as when they touch."""
_OTHER_SENTENCE = 0.25
"""What nearness counts across the end of a sentence."""

Key = tuple[str, str]


class Evidence:
    """What passages say.

    Attributes:
        tokens: in the order of their places; ``clauses`` the same, clause by clause.
        frame: tokens of headings, titles, publishers, codes and dates, which stand around every sentence.
        named: kind and value of everything named, frame included.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.clauses: list[Clause] = []
        self.frame: list[Token] = []
        self._last: Token | None = None
        for passage in passages:
            for text in (passage.lead or "", tables_as_text(passage.text)):
                self._add(text)
            self.frame += tokens(_frame(passage))
        self.tokens = [token for clause in self.clauses for token in clause.tokens if token.kind != "stop"]
        self.of: dict[Key, list[Token]] = defaultdict(list)
        self.of_kind: dict[str, list[Token]] = defaultdict(list)
        self._places: dict[Key, list[float]] = defaultdict(list)
        self.clauses_with: dict[Key, list[int]] = defaultdict(list)
        for token in self.tokens:
            self.of[token.kind, token.value].append(token)
            self._places[token.kind, token.value].append(token.place)
            self.of_kind[token.kind].append(token)
        self.run: dict[float, int] = {}
        run = 0
        for before, token in zip((None, *self.tokens), self.tokens, strict=False):
            if before is None or before.kind != token.kind or token.place - before.place > 4:
                run += 1
            self.run[token.place] = run
        for at, clause in enumerate(self.clauses):
            for key in {(t.kind, t.value) for t in clause.tokens}:
                self.clauses_with[key].append(at)
        self.named = {(t.kind, t.value) for t in (*self.tokens, *self.frame)}

    def _add(self, text: str) -> None:
        last = self._last
        found = tokens(text, last.place + _GAP, last.clause + 1, last.sentence + 1) if last else tokens(text)
        self._last = found[-1] if found else last
        self.clauses += clauses(found)

    def with_clause(self, token: Token) -> list[tuple[Clause, Token]]:
        """Return the tokens that mean the same, each with its clause."""
        key = (token.kind, token.value)
        found = (self.clauses[at] for at in self.clauses_with.get(key, ()))
        return [(clause, t) for clause in found for t in clause.tokens if (t.kind, t.value) == key]

    def beside(self, at: int) -> set[Key]:
        """Return what the other clauses of a clause's sentence name."""
        sentence = self.clauses[at].tokens[0].sentence if self.clauses[at].tokens else -1
        return {
            (t.kind, t.value)
            for i in range(max(0, at - 3), min(len(self.clauses), at + 4))
            if i != at
            for t in self.clauses[i].tokens
            if t.sentence == sentence and t.kind != "stop"
        }

    def weight(self, token: Token) -> float:
        """Return what a token tells of a place: rare ones more; 0 when the passages don't have it."""
        count = len(self.of.get((token.kind, token.value), ()))
        return (0.5 if token.kind == "payer" else 1.0) / count**0.5 if count else 0.0

    def likeness(self, token: Token, candidate: Token, context: Iterable[Token]) -> float:
        """Return how alike the surroundings of a token in its sentence and of a candidate here are."""
        total = 0.0
        for other in context:
            if other is token or other.kind == "stop":
                continue
            nearness = self._nearness((other.kind, other.value), candidate)
            if nearness:
                total += (
                    self.weight(other) * nearness / (1 + ((other.place - token.place) / (2 * _HALF)) ** 2)
                )
        return total

    def _nearness(self, key: Key, candidate: Token) -> float:
        places = self._places.get(key)
        if not places:
            return 0.0
        at = bisect_left(places, candidate.place)
        best = 0.0
        for index in range(max(0, at - 1), min(len(places), at + 2)):
            token = self.of[key][index]
            away = abs(token.place - candidate.place)
            if 0 < away < _FAR:
                near = 1 / (1 + (away / _HALF) ** 2)
                best = max(best, near if token.sentence == candidate.sentence else near * _OTHER_SENTENCE)
        return best


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
