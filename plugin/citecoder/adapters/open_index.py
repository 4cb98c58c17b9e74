"""One index version that is open for queries: its passages in memory or on call, Chroma only when it is needed."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from citecoder.adapters.index_build import CHROMA
from citecoder.adapters.index_records import passage_id_of
from citecoder.errors import IndexUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from citecoder.adapters.chroma_collection import Collection
    from citecoder.adapters.vector_file import Vectors
    from citecoder.retrieval.search import SearchIndex


class OpenIndex:
    """A version that is open: what a query needs, never changed.

    Args:
        folder: the version's folder.
        searcher: its passages and keywords.
        vectors: its vectors; None leaves them to Chroma.
    """

    def __init__(self, folder: Path, searcher: SearchIndex, vectors: Vectors | None) -> None:
        self.version = folder.name
        self.searcher = searcher
        self.vectors = vectors
        self._chroma = folder / CHROMA
        self._opening = threading.Lock()

    @cached_property
    def _collection(self) -> Collection:
        from citecoder.adapters.chroma_collection import Collection  # noqa: PLC0415 - most searches need no Chroma

        return Collection(self._chroma)

    @property
    def collection(self) -> Collection:
        """Chroma's collection, opened when it is first asked for."""
        with self._opening:
            try:
                return self._collection
            except Exception as error:  # Chroma raises many kinds
                raise IndexUnavailableError(
                    f"{self._chroma}: Chroma can't open it ({type(error).__name__}); delete the folder above it to rebuild it"
                ) from error

    def close(self) -> None:
        """Let go of Chroma's files, if they were opened."""
        if "_collection" in self.__dict__:
            self._collection.close()


def similarities(opened: OpenIndex, query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each passage the cosine of the query (of length 1) with the nearest of its records."""
    if opened.vectors is not None and len(opened.vectors.rows):
        similar, owners = opened.vectors.rows @ query, opened.vectors.owners
    else:
        similar, owners = _asked(opened, query)
    # A passage that Chroma's graph did not reach is no nearer than the farthest that it did.
    nearest = np.full(len(opened.searcher.ids), similar.min(initial=0.0), np.float32)
    np.maximum.at(nearest, owners, similar)
    return nearest


def _asked(opened: OpenIndex, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    from citecoder.adapters.chroma_collection import OVERFETCH  # noqa: PLC0415 - as above

    collection = opened.collection
    ids, similar = collection.nearest(query, max(1, min(OVERFETCH, collection.count())))
    places = [opened.searcher.place(passage_id_of(each)) for each in ids]
    return similar, np.array([0 if place is None else place for place in places], np.int32)
