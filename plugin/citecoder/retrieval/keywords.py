"""Keyword scores (BM25) with the field's abbreviations written out on both sides.

Knows texts and words only; what a passage is and how scores are combined stands in ``search.py``.
"""

from __future__ import annotations

import logging
import re
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING

import bm25s
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from citecoder.retrieval.abbreviations import Abbreviations

K1 = 1.2
B = 0.75
EXPANSION_WEIGHT = 0.6
"""What a word counts that the query doesn't have but the long form of its abbreviation."""

_WORD = re.compile(r"[a-z0-9]+")
_PREFIX = re.compile(r"\b(re|co|non|pre|sub)-(?=[a-z]{3})")
_CODE_RANGE = re.compile(r"\b(\d{5})\s?(?:-|–|to|through)\s?(\d{5})\b")
_LONGEST_RANGE = 12
_STOP = frozenset(
    re.findall(
        r"\w+",
        """a an and any are as at be been but by can could did do does doing for from get give had has have how i if in
        into is it its me may might must my of on or our shall should so than that the their them then there these they
        this those to us was we were what when where which who why will with would you your about much many need per s""",
    )
)
_ENDINGS = (
    *(
        "ications",
        "ication",
        "ations",
        "ation",
        "ating",
        "ated",
        "ates",
        "ate",
        "ments",
        "ment",
        "ings",
        "ing",
    ),
    *("ages", "age", "ied", "ies", "edly", "ed", "es", "ly", "s", "e", "y"),
)
_SHORTEST_STEM = 4

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells every index that it builds


def words(text: str) -> list[str]:
    """Return the text's words as they are indexed: lower case, no stop words, endings cut, code ranges spelled out.

    >>> words("Re-evaluations of 97161-97163")
    ['reevalu', '97161', '97162', '97163']
    """
    plain = _PREFIX.sub(r"\1", _CODE_RANGE.sub(_spell_out, text).casefold())
    return [_stem(word) for word in _WORD.findall(plain) if word not in _STOP]


def _spell_out(found: re.Match[str]) -> str:
    first, last = int(found[1]), int(found[2])
    inside = range(first, last + 1) if 0 <= last - first < _LONGEST_RANGE else (first, last)
    return " ".join(f"{number:05}" for number in inside)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    if word[0].isdigit() or word[-1].isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


class _Documents:
    """The word numbers of each text, kept in one flat array: what bm25s goes through several times."""

    def __init__(self, numbers: array[int], ends: array[int]) -> None:
        self._numbers = numbers
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[list[int]]:
        start = 0
        for end in self._ends:
            yield self._numbers[start:end].tolist()
            start = end


class WordCollector:
    """Takes texts one by one and keeps the numbers of their words, not the texts.

    Args:
        abbreviations: written out in the texts.
    """

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        self._known: dict[str, int] = {}
        self._numbers = array("I")
        self._ends = array("Q")

    def add(self, text: str) -> None:
        """Take the next text."""
        spelled = words(" ".join((text, *self._abbreviations.long_forms(text))))
        self._numbers.extend(self._known.setdefault(word, len(self._known)) for word in spelled)
        self._ends.append(len(self._numbers))

    def index(self) -> KeywordIndex:
        """Return the index over what was taken."""
        bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        if self._known:
            bm25.scores = bm25.build_index_from_ids(
                range(len(self._known)), _Documents(self._numbers, self._ends), show_progress=False
            )
            bm25.vocab_dict = self._known
            bm25.unique_token_ids_set = set(self._known.values())
        return KeywordIndex(bm25 if self._known else None, len(self._ends), self._abbreviations)


class KeywordIndex:
    """BM25 over a fixed list of texts; made by ``WordCollector.index`` or read by ``load``.

    Args:
        bm25: the scores, None when no text has a word.
        size: how many texts there are.
        abbreviations: written out in every query.
    """

    def __init__(self, bm25: bm25s.BM25 | None, size: int, abbreviations: Abbreviations) -> None:
        self._bm25 = bm25
        self._size = size
        self._abbreviations = abbreviations

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        folder.mkdir(exist_ok=True)
        if self._bm25 is not None:
            self._bm25.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int, abbreviations: Abbreviations) -> KeywordIndex:
        """Read what ``save`` wrote.

        Raises:
            OSError, ValueError: it can't be read.
        """
        empty = not any(folder.iterdir())
        return cls(None if empty else bm25s.BM25.load(str(folder), show_progress=False), size, abbreviations)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return one score in 0…1 for each text: its BM25 score over the best one's; all 0 when no word is known."""
        own = dict.fromkeys(words(query))
        added = dict.fromkeys(words(" ".join(self._abbreviations.long_forms(query))))
        total = self._raw(own) + EXPANSION_WEIGHT * self._raw(word for word in added if word not in own)
        best = float(total.max(initial=0.0))
        return (total / best if best > 0 else total).astype(np.float32)

    def shares(self, query: str, places: Sequence[int]) -> dict[int, float]:
        """Return, for texts by place, the share of the query's words that the text has, rare words counting more.

        Unlike ``scores`` this is absolute: 0 for a text that shares nothing with the query, 1 for one that has
        every word of it. A word that no text knows counts most.
        """
        spelled = dict.fromkeys(words(self._abbreviations.written_out(query)))
        having = {word: self._having(word) for word in spelled}
        weights = {word: np.log(1 + self._size / (1 + len(texts))) for word, texts in having.items()}
        whole = sum(weights.values()) or 1.0
        return {
            at: float(sum(v for word, v in weights.items() if _contains(having[word], at)) / whole)
            for at in places
        }

    def _having(self, word: str) -> NDArray[np.int32]:
        """Return the places of the texts that have a word, ascending."""
        if self._bm25 is None or word not in self._bm25.vocab_dict:
            return np.zeros(0, np.int32)
        number, scores = self._bm25.vocab_dict[word], self._bm25.scores
        places: NDArray[np.int32] = scores["indices"][scores["indptr"][number] : scores["indptr"][number + 1]]
        return places

    def _raw(self, query_words: Iterable[str]) -> NDArray[np.float32]:
        known = [word for word in query_words if self._bm25 is not None and word in self._bm25.vocab_dict]
        if self._bm25 is None or not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._bm25.get_scores(known), np.float32)


def _contains(ascending: NDArray[np.int32], value: int) -> bool:
    at = int(np.searchsorted(ascending, value))
    return at < len(ascending) and int(ascending[at]) == value
