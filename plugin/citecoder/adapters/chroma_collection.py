"""One Chroma collection in one folder: filled, checked, asked. The only module that imports chromadb."""
# ruff: noqa: PLC0415 - langchain-chroma is loaded only for those who ask for its vector store

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import chromadb
import numpy as np
from chromadb.config import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from citecoder.adapters.index_records import Record

COLLECTION = "passages"
OVERFETCH = 2_000
"""How many neighbours are asked for: filters come afterwards."""
_SYNC_EVERY = 10_000
"""So many vectors may wait in the write-ahead log, to be read back by each process that opens the graph. A kill while
the graph is written can ruin it; that only happens in a folder that nobody points at yet."""


class Collection:
    """The collection of one folder.

    Args:
        folder: where Chroma keeps its files.
        new: make the collection, in an empty folder.
    """

    def __init__(self, folder: Path, *, new: bool = False) -> None:
        client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        self.client = client
        hnsw: CreateHNSWConfiguration = {
            "space": "cosine",
            "ef_search": OVERFETCH,
            "sync_threshold": _SYNC_EVERY,
        }
        try:
            self._found: Any = (
                self.client.create_collection(
                    COLLECTION, embedding_function=None, configuration={"hnsw": hnsw}
                )
                if new
                else self.client.get_collection(COLLECTION, embedding_function=None)
            )
        except BaseException:
            self.client.close()
            raise

    def add(self, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Store some records with their vectors, which have shape (records, width)."""
        self._found.add(
            ids=[record.id for record in records],
            embeddings=vectors,
            documents=[record.text for record in records],
            metadatas=[record.metadata for record in records],
        )

    def count(self) -> int:
        """Return how many records are stored."""
        return int(self._found.count())

    def has(self, ids: Sequence[str]) -> bool:
        """Tell whether all these records are stored."""
        return set(self._found.get(ids=list(ids), include=[])["ids"]) == set(ids)

    def nearest(self, vector: NDArray[np.float32], most: int) -> tuple[list[str], NDArray[np.float32]]:
        """Return the ids of the nearest records and their cosine with the vector, the nearest first."""
        found = self._found.query(query_embeddings=[vector.tolist()], n_results=most, include=["distances"])
        return found["ids"][0], 1 - np.asarray(found["distances"][0], np.float32)

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """Return the collection as a LangChain vector store, for reading."""
        from langchain_chroma import Chroma

        return Chroma(COLLECTION, embeddings, client=self.client, create_collection_if_not_exists=False)

    def close(self) -> None:
        """Let go of the files."""
        self.client.close()
