"""Search over passages: keyword and vector scores fused, rules of payer, date and authority as masks.

The core knows no vector store: vector scores come in as one number per passage. Equal query and passages give
an equal answer: scores are rounded before they are compared, ties go to the higher authority, then to the id.

Both scores are first brought to 0…1 for the query (keyword: share of the best passage's score; vector: the way
from the average passage to the nearest), because embedding models differ in how far apart they put things.
A hit's ``score`` therefore ranks passages within one query; its ``keyword`` and ``vector`` are absolute and say
whether the passage speaks of the matter at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from citecoder.model import Hit, Passage
from citecoder.retrieval.columns import CODE, ColumnCollector, Columns, Wanted
from citecoder.retrieval.keywords import KeywordIndex, WordCollector

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from citecoder.retrieval.abbreviations import Abbreviations

KEYWORD_WEIGHT = 0.6
VECTOR_WEIGHT = 0.4
CODE_BOOST = 0.2
"""Added when the query writes a code out and the passage is about that very code."""

DISPUTED = 0.8
"""What the score of a passage counts that a better source contradicts: it is found, after what is right."""

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
        """Return every passage, in a fixed order. There may be many: ``select`` is quicker."""
        ...

    def select(
        self, *, code: str | None = None, ingested_for: str | None = None, disputed: bool = False
    ) -> Sequence[Passage]:
        """Return the passages about a code, ingested for a payer or contradicted by a better source, in order."""
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
        disputed: bool | None = None,
    ) -> list[Hit]:
        """Return the ``k`` best passages, the best first; ``disputed`` wants only those, or only the others."""
        ...


Beside = Callable[[str], Passage | None]
"""Tells a passage that is only cited, never searched, by its id."""


def nothing_beside(_: str) -> Passage | None:
    """Tell that there is no such passage."""
    return None


def keyword_text(passage: Passage) -> str:
    """Return what keywords are looked for in: headings count twice, then codes, lead, questions and text."""
    headings = " ".join(passage.heading)
    return " ".join((headings, headings, *passage.codes, passage.lead or "", *passage.answers, passage.text))


def vector_text(passage: Passage) -> str:
    """Return what is embedded of a passage: its headings, its leading sentence and its text."""
    return ". ".join(part for part in (*passage.heading, passage.lead, passage.text) if part)


class Prepared(NamedTuple):
    """What a search needs to know of all passages besides the passages themselves, in their order."""

    ids: Sequence[str]
    keywords: KeywordIndex
    columns: Columns


class Preparation:
    """Takes passages one by one and makes them ready for search, without keeping them.

    Args:
        abbreviations: the field's short forms.
    """

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._ids: list[str] = []
        self._words = WordCollector(abbreviations)
        self._columns = ColumnCollector()

    def add(self, passage: Passage) -> None:
        """Take the next passage."""
        self._ids.append(passage.id)
        self._words.add(keyword_text(passage))
        self._columns.add(passage)

    def done(self) -> Prepared:
        """Return what was made of them."""
        return Prepared(self._ids, self._words.index(), self._columns.columns())


class SearchIndex:
    """Passages made ready for search, and the search itself.

    Args:
        passages: what is searched; the order is the order of vector scores. Only those that are asked for are
            taken out of it.
        abbreviations: the field's short forms.
        prepared: what a ``Preparation`` made of these passages; None makes it now.
    """

    def __init__(
        self, passages: Sequence[Passage], abbreviations: Abbreviations, prepared: Prepared | None = None
    ) -> None:
        self.passages = passages
        self.abbreviations = abbreviations
        self.ids, self._keywords, self.columns = prepared or _prepare(passages, abbreviations)
        self._places = {key: place for place, key in enumerate(self.ids)}

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        place = self.place(passage_id)
        return None if place is None else self.passages[place]

    def place(self, passage_id: str) -> int | None:
        """Return where the passage of that id stands, or None."""
        return self._places.get(passage_id)

    def select(
        self, *, code: str | None = None, ingested_for: str | None = None, disputed: bool = False
    ) -> list[Passage]:
        """Return the passages about a code, ingested for a payer or contradicted by a better source, in order."""
        columns = self.columns
        mask = columns.admitted(Wanted(code=code))
        if ingested_for is not None:
            mask &= columns.ingested & (columns.payer == columns.payer_place(ingested_for))
        if disputed:
            mask &= columns.disputed
        return [self.passages[place] for place in np.flatnonzero(mask).tolist()]

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
        admitted = np.flatnonzero((fused > 0) & self.columns.admitted(wanted))
        score: NDArray[np.float64] = fused.astype(np.float64).round(_DIGITS)
        shares = self._keywords.shares(query, self._best(score, admitted, k))
        names = wanted.names()
        return [
            Hit(self.passages[i], float(score[i]), round(share, 4), _cosine(vectors, i), names)
            for i, share in shares.items()
        ]

    def _best(self, score: NDArray[np.float64], places: NDArray[np.int64], k: int) -> list[int]:
        """Return the ``k`` best places; equal scores go by authority, then by id."""
        if k <= 0:
            return []
        if len(places) > k:  # sort only those that the k-th best does not exclude
            least = np.partition(score[places], len(places) - k)[len(places) - k]
            places = places[score[places] >= least]
        rank = self.columns.rank
        return sorted(places.tolist(), key=lambda i: (-score[i], -rank[i], self.ids[i]))[:k]

    def _fused(self, query: str, vectors: NDArray[np.float32] | None) -> NDArray[np.float32]:
        fused = self._keywords.scores(query)
        if vectors is not None and vectors.size:
            average = float(vectors.mean())
            spread = max(float(vectors.max()) - average, 1e-6)
            fused = KEYWORD_WEIGHT * fused + VECTOR_WEIGHT * np.clip((vectors - average) / spread, 0.0, 1.0)
        boosted = (fused + CODE_BOOST * self._names_a_code(query)) / (1 + CODE_BOOST)
        return np.where(self.columns.disputed, boosted * DISPUTED, boosted).astype(np.float32)

    def _names_a_code(self, query: str) -> NDArray[np.float32]:
        named = np.zeros(len(self.ids), np.float32)
        for code in set(CODE.findall(query.upper())):
            named[self.columns.about(code)] = 1.0
        return named


def _prepare(passages: Sequence[Passage], abbreviations: Abbreviations) -> Prepared:
    preparation = Preparation(abbreviations)
    for passage in passages:
        preparation.add(passage)
    return preparation.done()


def _cosine(vectors: NDArray[np.float32] | None, place: int) -> float:
    return 0.0 if vectors is None else round(float(np.clip(vectors[place], 0.0, 1.0)), 4)


class KeywordStore:
    """A ``PassageStore`` in memory, without vectors: for tests, and where no index can be built.

    ``beside`` tells passages that are only cited, never searched.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        abbreviations: Abbreviations,
        version: str = "memory",
        beside: Beside = nothing_beside,
    ) -> None:
        self._index = SearchIndex(tuple(passages), abbreviations)
        self._version = version
        self._beside = beside

    @property
    def version(self) -> str:
        """Return the name given to these passages."""
        return self._version

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._index.get(passage_id) or self._beside(passage_id)

    def passages(self) -> Sequence[Passage]:
        """Return every passage, in the order given."""
        return self._index.passages

    def select(
        self, *, code: str | None = None, ingested_for: str | None = None, disputed: bool = False
    ) -> list[Passage]:
        """Return the passages about a code, ingested for a payer or contradicted by a better source, in order."""
        return self._index.select(code=code, ingested_for=ingested_for, disputed=disputed)

    def search(
        self,
        query: str,
        *,
        k: int = 8,
        code: str | None = None,
        payer: str | None = None,
        authority: str | None = None,
        on: date | None = None,
        disputed: bool | None = None,
    ) -> list[Hit]:
        """Return the ``k`` best passages by keyword, the best first."""
        return self._index.search(query, k=k, wanted=Wanted(code, payer, authority, on, disputed))
