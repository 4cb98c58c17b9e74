"""Keyword scores (BM25) with the field's abbreviations written out on both sides.

Knows texts and words only; what a passage is and how scores are combined stands in ``search.py``.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import bm25s
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


class KeywordIndex:
    """BM25 over a fixed list of texts.

    Args:
        texts: the texts, in the order in which scores are returned.
        abbreviations: written out in the texts and in every query.
    """

    def __init__(self, texts: Sequence[str], abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        self._size = len(texts)
        tokens = [words(" ".join((text, *abbreviations.long_forms(text)))) for text in texts]
        self._words = [frozenset(document) for document in tokens]
        self._known = Counter(word for document in self._words for word in document)
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        if self._known:
            self._bm25.index(tokens, show_progress=False)

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
        weights = {word: np.log(1 + self._size / (1 + self._known[word])) for word in spelled}
        whole = sum(weights.values()) or 1.0
        return {
            at: float(sum(v for word, v in weights.items() if word in self._words[at]) / whole)
            for at in places
        }

    def _raw(self, query_words: Iterable[str]) -> NDArray[np.float32]:
        known = [word for word in query_words if word in self._known]
        if not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._bm25.get_scores(known), np.float32)
