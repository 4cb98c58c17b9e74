"""Search over passages: keyword and vector scores fused, rules of payer, date and authority as masks.

The core knows no vector store: vector scores come in as one number per passage. Equal query and passages give
an equal answer: scores are rounded before they are compared, ties go to the higher authority, then to the id.

Both scores are first brought to 0…1 for the query (keyword: share of the best passage's score; vector: the way
from the average passage to the nearest), because embedding models differ in how far apart they put things.
A hit's ``score`` therefore ranks passages within one query; its ``keyword`` and ``vector`` are absolute and say
whether the passage speaks of the matter at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from citecoder.model import AUTHORITY_RANK, Hit, Passage
from citecoder.retrieval.keywords import KeywordIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from citecoder.retrieval.abbreviations import Abbreviations

KEYWORD_WEIGHT = 0.6
VECTOR_WEIGHT = 0.4
CODE_BOOST = 0.2
"""Added when the query writes a code out and the passage is about that very code."""

_CODE = re.compile(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b")
_DIGITS = 6


class PassageStore(Protocol):
    """Where passages are looked up and searched. ``version`` changes whenever a passage does."""

    @property
    def version(self) -> str:
        """Return the name of the passages' present state."""
        ...

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        ...

    def passages(self) -> Sequence[Passage]:
        """Return every passage, in a fixed order."""
        ...

    def search(
        self,
        query: str,
        *,
        k: int = 8,
        code: str | None = None,
        payer: str | None = None,
        authority: str | None = None,
        on: date | None = None,
    ) -> list[Hit]:
        """Return the ``k`` best passages, the best first."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a hit must satisfy; None asks nothing.

    Attributes:
        code: the passage is about this code.
        payer: the passage speaks of this payer or of none in particular.
        authority: the source's authority.
        on: the passage is in force on this day.
    """

    code: str | None = None
    payer: str | None = None
    authority: str | None = None
    on: date | None = None

    def names(self) -> tuple[str, ...]:
        """Return each filter in words, as a hit reports it."""
        return tuple(
            f"{label} {value}"
            for label, value in (
                ("about", self.code),
                ("for payer", self.payer),
                ("authority", self.authority),
                ("in force", self.on and self.on.isoformat()),
            )
            if value
        )

    def admits(self, passage: Passage) -> bool:
        """Tell whether the passage satisfies every filter."""
        source = passage.source
        return (
            (self.code is None or self.code in codes_of(passage))
            and (self.payer is None or source.payer in (None, self.payer))
            and (self.authority is None or source.authority == self.authority)
            and (self.on is None or in_force(passage, self.on))
        )


def in_force(passage: Passage, on: date) -> bool:
    """Tell whether a passage's rule holds on a day: begun by then (or start unknown) and not yet superseded."""
    source = passage.source
    return (source.effective is None or source.effective <= on) and (source.ends is None or on < source.ends)


def codes_of(passage: Passage) -> frozenset[str]:
    """Return the codes that a passage is about: those it declares and those its words name."""
    return frozenset(passage.codes) | frozenset(_CODE.findall(" ".join((*passage.heading, passage.text))))


def keyword_text(passage: Passage) -> str:
    """Return what keywords are looked for in: headings count twice, then codes, lead, questions and text."""
    headings = " ".join(passage.heading)
    return " ".join((headings, headings, *passage.codes, passage.lead or "", *passage.answers, passage.text))


def vector_text(passage: Passage) -> str:
    """Return what is embedded of a passage: its headings, its leading sentence and its text."""
    return ". ".join(part for part in (*passage.heading, passage.lead, passage.text) if part)


class SearchIndex:
    """Passages made ready for search, and the search itself.

    Args:
        passages: what is searched; the order is the order of vector scores.
        abbreviations: the field's short forms.
    """

    def __init__(self, passages: Sequence[Passage], abbreviations: Abbreviations) -> None:
        self.passages = tuple(passages)
        self.abbreviations = abbreviations
        self._by_id = {p.id: p for p in self.passages}
        self._keywords = KeywordIndex([keyword_text(p) for p in self.passages], abbreviations)
        self._codes = [codes_of(p) for p in self.passages]

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._by_id.get(passage_id)

    def spelled_out(self, query: str) -> str:
        """Return the query followed by the long forms of its abbreviations: the text to embed."""
        return " ".join((query, *self.abbreviations.long_forms(query)))

    def search(
        self,
        query: str,
        vectors: NDArray[np.float32] | None = None,
        *,
        k: int = 8,
        wanted: Wanted | None = None,
    ) -> list[Hit]:
        """Return the ``k`` best passages that are admitted and share a word or a meaning with the query.

        Args:
            query: a question, a phrase of a note or a code.
            vectors: one cosine similarity for each passage; None searches by keyword alone.
            k: how many hits at most.
            wanted: filters, applied as a mask and never by the vector store.
        """
        wanted = wanted or Wanted()
        fused = self._fused(query, vectors)
        found = [i for i in np.flatnonzero(fused > 0).tolist() if wanted.admits(self.passages[i])]
        score = np.round(fused.astype(np.float64), _DIGITS).tolist()
        found.sort(
            key=lambda i: (-score[i], -AUTHORITY_RANK[self.passages[i].source.authority], self.passages[i].id)
        )
        shares = self._keywords.shares(query, found[: max(k, 0)])
        cosines = np.zeros(len(score)) if vectors is None else np.clip(vectors, 0.0, 1.0)
        names = wanted.names()
        return [
            Hit(self.passages[i], score[i], round(share, 4), round(float(cosines[i]), 4), names)
            for i, share in shares.items()
        ]

    def _fused(self, query: str, vectors: NDArray[np.float32] | None) -> NDArray[np.float32]:
        fused = self._keywords.scores(query)
        if vectors is not None and vectors.size:
            average = float(vectors.mean())
            spread = max(float(vectors.max()) - average, 1e-6)
            fused = KEYWORD_WEIGHT * fused + VECTOR_WEIGHT * np.clip((vectors - average) / spread, 0.0, 1.0)
        return ((fused + CODE_BOOST * self._names_a_code(query)) / (1 + CODE_BOOST)).astype(np.float32)

    def _names_a_code(self, query: str) -> NDArray[np.float32]:
        named = set(_CODE.findall(query.upper()))
        return np.array([bool(named & codes) for codes in self._codes], np.float32)


class KeywordStore:
    """A ``PassageStore`` in memory, without vectors: for tests, and where no index can be built."""

    def __init__(
        self, passages: Sequence[Passage], abbreviations: Abbreviations, version: str = "memory"
    ) -> None:
        self._index = SearchIndex(passages, abbreviations)
        self._version = version

    @property
    def version(self) -> str:
        """Return the name given to these passages."""
        return self._version

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._index.get(passage_id)

    def passages(self) -> Sequence[Passage]:
        """Return every passage, in the order given."""
        return self._index.passages

    def search(
        self,
        query: str,
        *,
        k: int = 8,
        code: str | None = None,
        payer: str | None = None,
        authority: str | None = None,
        on: date | None = None,
    ) -> list[Hit]:
        """Return the ``k`` best passages by keyword, the best first."""
        return self._index.search(query, k=k, wanted=Wanted(code, payer, authority, on))
