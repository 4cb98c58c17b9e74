"""The passage store in Chroma, through langchain-chroma: the only module that imports either.

The index is a cache, one folder for each version below ``<cache>/index``, never changed once it is complete. A pointer
file names the current one and is switched with ``os.replace``; every query looks at it, so a running server serves a
new index at once, and a killed build leaves nothing that anybody opens.

A version is the hash of all passages, the embedding model and the layout below: another model, another index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

import chromadb
import numpy as np
from chromadb.config import Settings
from filelock import FileLock, Timeout
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from citecoder.adapters.embeddings import fingerprint
from citecoder.adapters.ingested import IngestedFolder, IngestReport
from citecoder.adapters.passage_json import passage_from_json, passage_to_json
from citecoder.errors import IndexUnavailableError, InputError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.search import SearchIndex, Wanted, vector_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from numpy.typing import NDArray

    from citecoder.model import Hit, Passage
    from citecoder.retrieval.abbreviations import Abbreviations

    Progress = Callable[[str], None]

_LOG = logging.getLogger(__name__)

SCHEMA = 1
COLLECTION = "passages"
COMPLETE = "complete.json"
POINTER = "current.json"
VERSIONS_KEPT = 3
EXACT_UP_TO = 20_000
"""Up to so many vectors, similarities are computed exactly in memory; beyond, Chroma's index is asked."""
_OVERFETCH = 2_000
_BATCH = 500
_LOCK_SECONDS = 600


class _Record(NamedTuple):
    """One vector's worth of a passage: its text, or one question that it answers."""

    id: str
    text: str
    metadata: dict[str, str | int]


class _Opened(NamedTuple):
    """A version that is open: what a query needs, never changed."""

    version: str
    client: Any
    vectorstore: Chroma
    searcher: SearchIndex
    matrix: NDArray[np.float32]
    owners: NDArray[np.int64]
    places: dict[str, int]


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
        roots: the data folders, for the abbreviations and the site's ``ingested`` folder. Without a site folder
            nothing can be ingested.

    Raises:
        IndexUnavailableError: the index can't be built or opened.
    """
    roots = roots or DataRoots(packaged_root())
    return ChromaPassageStore(cache, embeddings, passages, roots, progress)


class ChromaPassageStore:
    """A ``PassageStore`` that keeps passages in Chroma. Make it with ``open_store``; it may be used by many threads."""

    def __init__(
        self,
        cache: Path,
        embeddings: Embeddings,
        passages: Sequence[Passage],
        roots: DataRoots,
        progress: Progress | None = None,
    ) -> None:
        self._folder = cache / "index"
        self._embeddings = embeddings
        self._model = fingerprint(embeddings)
        self._authored = tuple(passages)
        self._abbreviations = load_abbreviations(roots)
        self._ingested = IngestedFolder(roots.site / "ingested" if roots.site else None)
        self._progress = progress or (lambda _: None)
        self._swap = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._retired: _Opened | None = None
        self._open: _Opened | None = None
        self._rebuild()

    # --- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """Return the version of the index that queries are answered from."""
        return self._current().version

    @property
    def vectorstore(self) -> Chroma:
        """Return the LangChain vector store of the current version, for reading. Its records name their passage."""
        return self._current().vectorstore

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._current().searcher.get(passage_id)

    def passages(self) -> Sequence[Passage]:
        """Return every passage: the authored ones in their order, then the ingested ones by article."""
        return self._current().searcher.passages

    def search(  # noqa: PLR0913 - the filters are keywords
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
        vectors = self._similarities(opened, opened.searcher.spelled_out(query)) if query.strip() else None
        return opened.searcher.search(query, vectors, k=k, wanted=Wanted(code, payer, authority, on))

    def _similarities(self, opened: _Opened, text: str) -> NDArray[np.float32]:
        """Return for each passage the cosine of the query with its nearest record."""
        query = _unit(np.array([self._embeddings.embed_query(text)], np.float32))[0]
        nearest = np.full(len(opened.searcher.passages), -1.0, np.float32)
        if len(opened.matrix):
            np.maximum.at(nearest, opened.owners, opened.matrix @ query)
            return nearest
        nearest[:] = 0.0
        found = opened.client.get_collection(COLLECTION, embedding_function=None).query(
            query_embeddings=[query.tolist()],
            n_results=min(_OVERFETCH, len(opened.places)),
            include=["distances"],
        )
        for record, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            at = opened.places[record]
            nearest[at] = max(float(nearest[at]), 1.0 - distance)
        return nearest

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
        """Replace several articles and build the index once."""
        for article, passages in articles.items():
            self._check_ingestible(article, passages)
        with self._locked():
            reports = {
                article: self._ingested.replace(article, passages) for article, passages in articles.items()
            }
            if any(report.touched for report in reports.values()):
                self._build_and_switch()
        return reports

    def remove(self, article_id: str) -> IngestReport:
        """Take an ingested article out.

        Raises:
            InputError: no such article was ingested.
        """
        with self._locked():
            report = self._ingested.remove(article_id)
            self._build_and_switch()
        return report

    def _check_ingestible(self, article: str, passages: Sequence[Passage]) -> None:
        if any(passage.source.id == article for passage in self._authored):
            raise InputError(
                f"article id '{article}' belongs to a source that citecoder ships; choose another id", "id"
            )
        ids = [passage.id for passage in passages]
        if len(set(ids)) != len(ids) or any(not key.startswith(f"{article}/") for key in ids):
            raise InputError(
                f"article '{article}': every passage needs an id of its own that starts with '{article}/'",
                "id",
            )

    # --- versions --------------------------------------------------------------------------------

    def _current(self) -> _Opened:
        """Return the open version, after a look at the pointer."""
        opened = self._open
        if opened is None:
            raise IndexUnavailableError(f"{self._folder}: the index is closed; open the store again")
        if self._pointer_moved() and self._swap.acquire(blocking=False):
            try:
                self._follow_pointer()
            finally:
                self._swap.release()
            opened = self._open or opened
        return opened

    def _pointer_moved(self) -> bool:
        return _stamp(self._folder / POINTER) not in (None, self._seen)

    def _follow_pointer(self) -> None:
        """Serve the version that another process built, if it was built with our model; else stay with ours."""
        stamp = _stamp(self._folder / POINTER)
        pointer = _read_json(self._folder / POINTER)
        if (
            pointer.get("embeddings") == self._model
            and self._open
            and pointer.get("version") != self._open.version
        ):
            try:
                self._serve(self._load(str(pointer["version"])))
            except IndexUnavailableError as error:
                _LOG.warning("staying with index %s: %s", self._open.version, error)
        self._seen = stamp

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the one lock under which indexes are built, by whatever process."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / "build.lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout:
            raise IndexUnavailableError(
                f"{self._folder}: another process has been building for long; try again"
            ) from None
        except OSError as error:
            raise IndexUnavailableError(
                f"{self._folder}: {error.strerror or error}; choose a writable cache folder"
            ) from error

    def _rebuild(self) -> None:
        version = _version(self._all_passages(), self._model)
        pointer = _read_json(self._folder / POINTER)
        if pointer.get("version") == version and self._try_to_serve(version):
            self._seen = _stamp(self._folder / POINTER)
            return
        with self._locked():
            self._build_and_switch()

    def _build_and_switch(self) -> None:
        """Make the version of the present passages current, building it unless it is there. Needs the lock."""
        passages = self._all_passages()
        version = _version(passages, self._model)
        with self._swap:
            if not self._try_to_serve(version):
                self._build(version, passages)
                self._serve(self._load(version))
            pointer = self._folder / POINTER
            new = pointer.with_suffix(f".{os.getpid()}.tmp")
            new.write_text(json.dumps({"version": version, "embeddings": self._model}), encoding="utf-8")
            new.replace(pointer)
            self._seen = _stamp(pointer)
        self._prune(version)

    def _all_passages(self) -> tuple[Passage, ...]:
        authored = {passage.source.id for passage in self._authored}
        ingested = self._ingested.passages()
        for article in sorted({p.source.id for p in ingested} & authored):
            _LOG.warning("ingested article %s is left out: a shipped source has the same id", article)
        return (*self._authored, *(p for p in ingested if p.source.id not in authored))

    def _try_to_serve(self, version: str) -> bool:
        """Serve a version that was built before; False when there is none that works."""
        if self._open and self._open.version == version:
            return True
        if not (self._folder / version / COMPLETE).is_file():
            return False
        try:
            self._serve(self._load(version))
        except IndexUnavailableError as error:
            _LOG.warning("rebuilding index %s: %s", version, error)
            return False
        return True

    def _serve(self, opened: _Opened) -> None:
        """Answer from another version. The one before stays open for queries that are under way."""
        if self._retired:
            self._retired.client.close()
        self._retired, self._open = self._open, opened

    def _load(self, version: str) -> _Opened:
        try:
            return _open_version(self._folder / version, version, self._embeddings, self._abbreviations)
        except Exception as error:  # Chroma raises many kinds, and a broken cache must never be fatal
            raise IndexUnavailableError(
                f"{self._folder / version}: can't be opened ({type(error).__name__}); delete the folder to rebuild it"
            ) from error

    def _build(self, version: str, passages: Sequence[Passage]) -> None:
        for left in self._folder.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)
        half = self._folder / f".building-{version}"
        records = [record for at, passage in enumerate(passages) for record in _records(passage, at)]
        try:
            _fill(half, records, _Remembering(self._embeddings, self._known_vectors()), self._progress)
            whole = {"version": version, "embeddings": self._model, "schema": SCHEMA, "records": len(records)}
            (half / COMPLETE).write_text(json.dumps(whole), encoding="utf-8")
            shutil.rmtree(self._folder / version, ignore_errors=True)
            half.replace(self._folder / version)
        except OSError as error:
            raise IndexUnavailableError(
                f"{half}: {error.strerror or error}; free some space and try again"
            ) from error

    def _known_vectors(self) -> dict[str, list[float]]:
        """Return the vectors of the open version by their text: only new texts are embedded."""
        if self._open is None:
            return {}
        stored = self._open.client.get_collection(COLLECTION, embedding_function=None).get(
            include=["documents", "embeddings"]
        )
        return {
            text: vector.tolist()
            for text, vector in zip(stored["documents"], stored["embeddings"], strict=True)
        }

    def _prune(self, current: str) -> None:
        """Delete old versions; the newest few stay for processes that still read them."""
        versions = [
            path for path in self._folder.iterdir() if (path / COMPLETE).is_file() and path.name != current
        ]
        versions.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in versions[VERSIONS_KEPT - 1 :]:
            shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Let go of the index's files."""
        for opened in (self._open, self._retired):
            if opened:
                opened.client.close()
        self._open = self._retired = None


# --- one version on disk -------------------------------------------------------------------------


class _Remembering(Embeddings):
    """Embeddings that already know the vectors of some texts."""

    def __init__(self, inner: Embeddings, known: Mapping[str, list[float]]) -> None:
        self._inner = inner
        self._known = known

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        made = dict(zip(new, self._inner.embed_documents(new), strict=True)) if new else {}
        return [made[text] if text in made else self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._inner.embed_query(text)


def _records(passage: Passage, at: int) -> Iterator[_Record]:
    """Yield what is embedded of a passage. The first record carries the whole passage."""
    source = passage.source
    about: dict[str, str | int] = {
        "passage": passage.id,
        "position": at,
        "source": source.id,
        "authority": source.authority,
    }
    optional = {"payer": source.payer, "effective": source.effective and source.effective.isoformat()}
    about |= {key: value for key, value in optional.items() if value}
    yield _Record(
        passage.id,
        vector_text(passage),
        {**about, "kind": "passage", "codes": " ".join(passage.codes), "json": passage_to_json(passage)},
    )
    for number, question in enumerate(dict.fromkeys(passage.answers), start=1):
        yield _Record(f"{passage.id}?{number}", question, {**about, "kind": "question"})


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _fill(folder: Path, records: Sequence[_Record], embeddings: Embeddings, progress: Progress) -> None:
    """Write the records into a new folder and make sure that they are there."""
    client = _client(folder)
    try:
        # Vectors stay in the write-ahead log (a killed build can't break the graph file) and a search that asks
        # for all of them is exact.
        hnsw: CreateHNSWConfiguration = {
            "space": "cosine",
            "sync_threshold": 10 * len(records) + 1_000,
            "ef_search": _OVERFETCH,
        }
            "space": "cosine",
            "sync_threshold": 10 * len(records) + 1_000,
            "ef_search": max(100, _OVERFETCH),
        }
        store = Chroma(COLLECTION, embeddings, client=client, collection_configuration={"hnsw": hnsw})
        for start in range(0, len(records), _BATCH):
            progress(f"building the passage index: {start} of {len(records)} texts")
            batch = records[start : start + _BATCH]
            store.add_texts([r.text for r in batch], [r.metadata for r in batch], [r.id for r in batch])
        stored = client.get_collection(COLLECTION, embedding_function=None).count()
        if stored != len(records):
            raise IndexUnavailableError(
                f"{folder}: {stored} of {len(records)} records were stored; try again"
            )
    finally:
        client.close()
    progress(f"building the passage index: {len(records)} of {len(records)} texts")


def _open_version(
    folder: Path, version: str, embeddings: Embeddings, abbreviations: Abbreviations
) -> _Opened:
    whole = _read_json(folder / COMPLETE)
    client = _client(folder)
    stored = client.get_collection(COLLECTION, embedding_function=None).get(include=["metadatas"])
    if whole.get("schema") != SCHEMA or len(stored["ids"]) != whole.get("records"):
        client.close()
        raise IndexUnavailableError(f"{folder}: the index is incomplete; delete the folder to rebuild it")
    bodies = sorted(
        (m for m in stored["metadatas"] if m["kind"] == "passage"), key=lambda m: int(m["position"])
    )
    index = SearchIndex([passage_from_json(str(m["json"])) for m in bodies], abbreviations)
    places = {key: int(m["position"]) for key, m in zip(stored["ids"], stored["metadatas"], strict=True)}
    matrix, owners = _matrix(client, places)
    vectorstore = Chroma(COLLECTION, embeddings, client=client, create_collection_if_not_exists=False)
    return _Opened(version, client, vectorstore, index, matrix, owners, places)


def _matrix(client: Any, places: Mapping[str, int]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the stored vectors at length 1 and the place of each one's passage; empty when there are too many."""
    if not 0 < len(places) <= EXACT_UP_TO:
        return np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
    stored = client.get_collection(COLLECTION, embedding_function=None).get(include=["embeddings"])
    matrix = np.asarray(stored["embeddings"], np.float32)
    return _unit(matrix), np.array([places[key] for key in stored["ids"]], np.int64)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    out: NDArray[np.float32] = (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
    return out


def _version(passages: Sequence[Passage], model: str) -> str:
    whole = hashlib.sha256(f"{SCHEMA}|{model}".encode())
    for passage in passages:
        whole.update(b"\n" + passage_to_json(passage).encode())
    return whole.hexdigest()[:16]


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what differs whenever the file was replaced; None when there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
