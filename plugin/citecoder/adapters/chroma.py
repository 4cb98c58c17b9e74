"""The passage store in Chroma, through langchain-chroma: the only module that imports either.

An index is a cache of the authored and the ingested passages; ``index_versions.py`` keeps its versions. A version is
the hash of all passages, the embedding model and the layout here, so another model means another index. Every query
looks at the pointer: a running server serves a new index at once.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import chromadb
import numpy as np
from chromadb.config import Settings
from langchain_chroma import Chroma

from citecoder.adapters.embeddings import fingerprint
from citecoder.adapters.index_records import SCHEMA, Record, RememberingEmbeddings, records_of, version_of
from citecoder.adapters.index_versions import IndexVersions
from citecoder.adapters.ingested import IngestedFolder, IngestReport
from citecoder.adapters.passage_json import passage_from_json
from citecoder.errors import IndexUnavailableError, InputError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.search import SearchIndex, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from citecoder.model import Hit, Passage
    from citecoder.retrieval.abbreviations import Abbreviations

    Progress = Callable[[str], None]

__all__ = ["ChromaPassageStore", "IngestReport", "open_store"]

COLLECTION = "passages"
EXACT_UP_TO = 20_000
"""Up to so many vectors, similarities are computed exactly in memory; beyond, Chroma's graph is asked."""
OVERFETCH = 2_000
_BATCH = 500
_LOG = logging.getLogger(__name__)


def open_store(
    cache: Path,
    embeddings: Embeddings,
    passages: Sequence[Passage],
    progress: Progress | None = None,
    *,
    roots: DataRoots | None = None,
) -> ChromaPassageStore:
    """Open the index over the given passages and the site's ingested ones; build it first if it isn't there.

    Args:
        cache: the cache folder; the index lies in ``index`` below it.
        embeddings: any LangChain embeddings.
        passages: the authored passages.
        progress: told in words what is being done, when it takes a moment.
        roots: the data folders, for the abbreviations and for ``<site>/ingested``. Without a site folder nothing
            can be ingested.

    Raises:
        IndexUnavailableError: the index can't be built or opened.
    """
    store = ChromaPassageStore(cache, embeddings, passages, roots or DataRoots(packaged_root()), progress)
    store.refresh()
    return store


class _Opened(NamedTuple):
    """A version that is open: what a query needs, never changed."""

    version: str
    client: Any
    vectorstore: Chroma
    searcher: SearchIndex
    matrix: NDArray[np.float32]
    owners: NDArray[np.int64]
    places: dict[str, int]


class ChromaPassageStore:
    """A ``PassageStore`` in Chroma. Make it with ``open_store``; many threads may use it."""

    def __init__(
        self,
        cache: Path,
        embeddings: Embeddings,
        passages: Sequence[Passage],
        roots: DataRoots,
        progress: Progress | None = None,
    ) -> None:
        self._versions = IndexVersions(cache / "index")
        self._embeddings = embeddings
        self._model = fingerprint(embeddings)
        self._authored = tuple(passages)
        self._abbreviations = load_abbreviations(roots)
        self._ingested = IngestedFolder(roots.site / "ingested" if roots.site else None)
        self._progress = progress or (lambda _: None)
        self._swap = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._open: _Opened | None = None
        self._retired: _Opened | None = None

    # --- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """Return the version of the index that queries are answered from."""
        return self._current().version

    @property
    def vectorstore(self) -> Chroma:
        """Return the LangChain vector store of this version, for reading. Its records name their passage."""
        return self._current().vectorstore

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._current().searcher.get(passage_id)

    def passages(self) -> Sequence[Passage]:
        """Return every passage: the authored ones in their order, then the ingested ones by article."""
        return self._current().searcher.passages

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
        """Return the ``k`` best passages, the best first.

        Args:
            query: a question, a phrase of a note, or a code.
            k: how many at most.
            code: only passages about this code.
            payer: only passages about this payer or about none.
            authority: only sources of this authority.
            on: only passages in force on this day.
        """
        opened = self._current()
        if not query.strip():
            return []
        vector = _unit(
            np.array([self._embeddings.embed_query(opened.searcher.spelled_out(query))], np.float32)
        )[0]
        similar = _similarities(opened, vector)
        return opened.searcher.search(query, similar, k=k, wanted=Wanted(code, payer, authority, on))

    # --- writing ---------------------------------------------------------------------------------

    def replace(self, article_id: str, passages: Sequence[Passage]) -> IngestReport:
        """Put an ingested article's passages in place of those that it had, and serve them.

        Ingesting the same article again changes nothing. No reader ever sees half of it.

        Raises:
            InputError: the id belongs to an authored article, or the passages to another article.
            IndexUnavailableError: the new index can't be built; the old one is served on.
        """
        return self.replace_many({article_id: passages})[article_id]

    def replace_many(self, articles: Mapping[str, Sequence[Passage]]) -> dict[str, IngestReport]:
        """Replace several articles and build the index once; raises like ``replace``, before anything is written."""
        for article, passages in articles.items():
            self._check_ingestible(article, passages)
        with self._versions.locked():
            reports = {article: self._ingested.replace(article, new) for article, new in articles.items()}
            self._build_and_switch()
        return reports

    def remove(self, article_id: str) -> IngestReport:
        """Take an ingested article out.

        Raises:
            InputError: no such article was ingested.
        """
        with self._versions.locked():
            report = self._ingested.remove(article_id)
            self._build_and_switch()
        return report

    def _check_ingestible(self, article: str, passages: Sequence[Passage]) -> None:
        if any(passage.source.id == article for passage in self._authored):
            raise InputError(
                f"article id '{article}' belongs to a source that ships; choose another id", "id"
            )
        ids = {passage.id for passage in passages}
        if len(ids) != len(passages) or any(not key.startswith(f"{article}/") for key in ids):
            raise InputError(f"article '{article}': every passage needs its own id, '{article}/…'", "id")

    # --- versions --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Serve the index of the present passages, building it when nobody has.

        Raises:
            IndexUnavailableError: it can't be built or opened.
        """
        version = version_of(self._all_passages(), self._model)
        if self._versions.pointer().version == version and self._serve_if_built(version):
            self._seen = self._versions.stamp()
            return
        with self._versions.locked():
            self._build_and_switch()

    def close(self) -> None:
        """Let go of the index's files."""
        for opened in (self._open, self._retired):
            if opened:
                opened.client.close()
        self._open = self._retired = None

    def _current(self) -> _Opened:
        """Return the open version, after a look at the pointer."""
        stamp = self._versions.stamp()
        if stamp not in (None, self._seen) and self._swap.acquire(blocking=False):
            try:
                self._follow_pointer(stamp)
            finally:
                self._swap.release()
        if self._open is None:
            raise IndexUnavailableError(f"{self._versions.folder}: the index is closed; open the store again")
        return self._open

    def _follow_pointer(self, stamp: tuple[int, int] | None) -> None:
        """Serve the version that another process built, if it was built with our model; else stay with ours."""
        pointer = self._versions.pointer()
        if pointer.version and pointer.model == self._model:
            self._serve_if_built(pointer.version)
        self._seen = stamp

    def _build_and_switch(self) -> None:
        """Make the version of the present passages current, building it unless it is there. Needs the lock."""
        passages = self._all_passages()
        version = version_of(passages, self._model)
        with self._swap:
            if not self._serve_if_built(version):
                self._build(version, passages)
                self._serve(self._load(version))
            self._versions.point_to(version, self._model)
            self._seen = self._versions.stamp()
        self._versions.prune(version)

    def _all_passages(self) -> tuple[Passage, ...]:
        authored = {passage.source.id for passage in self._authored}
        ingested = self._ingested.passages()
        for article in sorted({passage.source.id for passage in ingested} & authored):
            _LOG.warning("ingested article %s is left out: a source that ships has the same id", article)
        return (*self._authored, *(passage for passage in ingested if passage.source.id not in authored))

    def _serve_if_built(self, version: str) -> bool:
        """Serve a version that was built before; False when there is none that works."""
        if self._open and self._open.version == version:
            return True
        if not self._versions.manifest(version):
            return False
        try:
            self._serve(self._load(version))
        except IndexUnavailableError as error:
            _LOG.warning("%s", error)
            return False
        return True

    def _serve(self, opened: _Opened) -> None:
        """Answer from another version. The one before stays open for queries that are under way."""
        if self._retired:
            self._retired.client.close()
        self._retired, self._open = self._open, opened

    def _load(self, version: str) -> _Opened:
        folder = self._versions.path(version)
        try:
            return _open_version(
                folder, self._versions.manifest(version), self._embeddings, self._abbreviations
            )
        except Exception as error:  # Chroma raises many kinds, and a broken cache must never be fatal
            raise IndexUnavailableError(
                f"{folder}: the index can't be opened ({type(error).__name__}); delete the folder to rebuild it"
            ) from error

    def _build(self, version: str, passages: Sequence[Passage]) -> None:
        records = [record for at, passage in enumerate(passages) for record in records_of(passage, at)]
        embeddings = RememberingEmbeddings(self._embeddings, _vectors_by_text(self._open))
        manifest = {"version": version, "embeddings": self._model, "schema": SCHEMA, "records": len(records)}
        with self._versions.building(version, manifest) as folder:
            _fill(folder, records, embeddings, self._progress)


# --- one version: building and opening -----------------------------------------------------


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _collection(client: Any) -> Any:
    return client.get_collection(COLLECTION, embedding_function=None)


def _fill(folder: Path, records: Sequence[Record], embeddings: Embeddings, progress: Progress) -> None:
    """Write the records into a new folder and make sure that they are there."""
    # Vectors stay in the write-ahead log, which survives a kill; the graph file doesn't always.
    hnsw: CreateHNSWConfiguration = {
        "space": "cosine",
        "ef_search": OVERFETCH,
        "sync_threshold": 10 * len(records) + 1_000,
    }
    client = _client(folder)
    try:
        store = Chroma(COLLECTION, embeddings, client=client, collection_configuration={"hnsw": hnsw})
        for start in range(0, len(records), _BATCH):
            progress(f"building the passage index: {start} of {len(records)} texts")
            batch = records[start : start + _BATCH]
            store.add_texts([r.text for r in batch], [r.metadata for r in batch], [r.id for r in batch])
        if _collection(client).count() != len(records):
            raise IndexUnavailableError(f"{folder}: not every record was stored; try again")
    finally:
        client.close()
    progress(f"building the passage index: {len(records)} of {len(records)} texts")


def _open_version(
    folder: Path, manifest: Mapping[str, Any], embeddings: Embeddings, abbreviations: Abbreviations
) -> _Opened:
    client = _client(folder)
    stored = _collection(client).get(include=["metadatas"])
    if manifest.get("schema") != SCHEMA or len(stored["ids"]) != manifest.get("records"):
        client.close()
        raise IndexUnavailableError(f"{folder}: the index is incomplete; delete the folder to rebuild it")
    bodies = sorted(
        (m for m in stored["metadatas"] if m["kind"] == "passage"), key=lambda m: int(m["position"])
    )
    places = {key: int(m["position"]) for key, m in zip(stored["ids"], stored["metadatas"], strict=True)}
    matrix, owners = _matrix(client, places)
    return _Opened(
        version=folder.name,
        client=client,
        vectorstore=Chroma(COLLECTION, embeddings, client=client, create_collection_if_not_exists=False),
        searcher=SearchIndex([passage_from_json(str(m["json"])) for m in bodies], abbreviations),
        matrix=matrix,
        owners=owners,
        places=places,
    )


def _matrix(client: Any, places: Mapping[str, int]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the stored vectors at length 1 and the place of each one's passage; empty when there are too many."""
    if not 0 < len(places) <= EXACT_UP_TO:
        return np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
    stored = _collection(client).get(include=["embeddings"])
    return _unit(np.asarray(stored["embeddings"], np.float32)), np.array(
        [places[key] for key in stored["ids"]], np.int64
    )


def _vectors_by_text(opened: _Opened | None) -> dict[str, list[float]]:
    if opened is None:
        return {}
    stored = _collection(opened.client).get(include=["documents", "embeddings"])
    return {
        text: vector.tolist() for text, vector in zip(stored["documents"], stored["embeddings"], strict=True)
    }


def _similarities(opened: _Opened, query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each passage the cosine of the query (of length 1) with the nearest of its records."""
    if len(opened.matrix):
        similar, owners = opened.matrix @ query, opened.owners
    else:
        found = _collection(opened.client).query(
            query_embeddings=[query.tolist()],
            n_results=max(1, min(OVERFETCH, len(opened.places))),
            include=["distances"],
        )
        similar = 1 - np.asarray(found["distances"][0], np.float32)
        owners = np.array([opened.places[key] for key in found["ids"][0]], np.int64)
    # A passage that Chroma's graph did not reach is no nearer than the farthest that it did.
    nearest = np.full(len(opened.searcher.passages), similar.min(initial=0.0), np.float32)
    np.maximum.at(nearest, owners, similar)
    return nearest


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
