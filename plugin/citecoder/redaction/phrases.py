"""Set phrases found in a text as whole words, in one pass, whatever their case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import ahocorasick

Payload = TypeVar("Payload")


def fold(text: str) -> str:
    """Return a text in lower case with straight apostrophes, every character at its place."""
    low = text.lower()
    if len(low) != len(text):  # a few capitals have two small letters
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return low.replace("’", "'").replace("‘", "'")


class Phrases(Generic[Payload]):
    """Phrases, each with a payload. Of phrases that overlap, the longest that starts first is told.

    Args:
        entries: (phrase, payload) pairs; a phrase given twice keeps its first payload.
    """

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for phrase, payload in entries:
            if fold(phrase) not in self._automaton:
                self._automaton.add_word(fold(phrase), (len(phrase), payload))
        if len(self._automaton):
            self._automaton.make_automaton()

    def find(self, folded: str) -> list[tuple[Payload, int, int]]:
        """Return (payload, start, end) of every phrase in a folded text, in order, without overlaps."""
        if not len(self._automaton):
            return []
        hits = [
            (last - size + 1, last + 1, payload)
            for last, (size, payload) in self._automaton.iter(folded)
            if _whole(folded, last - size + 1, last + 1)
        ]
        found: list[tuple[Payload, int, int]] = []
        reach = 0
        for start, end, payload in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
            if start >= reach:
                found.append((payload, start, end))
                reach = end
        return found


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether no letter or digit goes on before or after."""
    before = start and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
