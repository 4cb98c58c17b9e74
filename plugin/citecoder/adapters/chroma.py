"""The passage store: an index that is a cache of the authored and the ingested passages, and is rebuilt from them.

``index_versions.py`` keeps its versions, ``index_build.py`` writes one, ``index_check.py`` looks at it before it is
used. A version's name is the hash of all passages, the embedding model and the layout, so another model means another
index. Every query looks at the pointer: a running server serves a new index at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
import threading
from typing import TYPE_CHECKING

import numpy as np

from citecoder.adapters.embeddings import fingerprint
from citecoder.adapters.index_build import CHROMA, build_index, open_search
from citecoder.adapters.index_check import verify
from citecoder.adapters.index_records import SCHEMA, version_of
from citecoder.adapters.index_versions import IndexVersions
from citecoder.adapters.ingested import IngestedFolder, IngestReport
from citecoder.adapters.ingesting import Ingesting, check_ingestible
from citecoder.adapters.ledger import Ledger
from citecoder.adapters.open_index import OpenIndex, similarities
from citecoder.adapters.vector_file import KnownVectors, load_vectors, unit
from citecoder.errors import CitecoderError, IndexUnavailableError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.columns import Wanted
from citecoder.retrieval.search import Beside, nothing_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import VectorStore

    from citecoder.adapters.ledger import Article
    from citecoder.model import Hit, Passage

    Progress = Callable[[str, int, int], None]

__all__ = ["ChromaPassageStore", "IngestReport", "open_store"]

EXACT_UP_TO = 100_000
"""Up to so many vectors, similarities are computed exactly in memory; beyond, Chroma's graph is asked."""
_ROOM = 20_000_000
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
        progress: told what is being done, how much of it is done and how much there is, when it takes a moment.
        roots: the data folders, for the abbreviations and for ``<site>/ingested``. Without a site folder nothing
            can be ingested.

    Raises:
        IndexUnavailableError: the index can't be built or opened.
    """
    store = ChromaPassageStore(cache, embeddings, passages, roots or DataRoots(packaged_root()), progress)
    store.refresh()
    return store


class ChromaPassageStore:
    """A ``PassageStore`` in Chroma. Made ready by ``refresh`` (``open_store`` does both); many threads may use it."""

    def __init__(
        self,
        cache: Path,
        embeddings: Embeddings,
        passages: Sequence[Passage],
        roots: DataRoots,
        progress: Progress | None = None,
        beside: Beside = nothing_beside,
    ) -> None:
        self._beside = beside
        self._versions = IndexVersions(cache / "index")
        self._embeddings = embeddings
        self._model = fingerprint(embeddings)
        self._authored = tuple(passages)
        self._shipped = {passage.source.id for passage in passages}
        self._abbreviations = load_abbreviations(roots)
        self._ledger = Ledger(_ledger_path(cache, roots.site))
        self._ingested = IngestedFolder(roots.site / "ingested" if roots.site else None, self._ledger)
        self._progress = progress or (lambda *_: None)
        self._swap = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._told: set[str] = set()
        self._open: OpenIndex | None = None
        self._retired: OpenIndex | None = None

    # --- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """Return the version of the index that queries are answered from."""
        return self._current().version

    @property
    def vectorstore(self) -> VectorStore:
        """Return the LangChain vector store of this version, for reading. Its records name their passage."""
        return self._current().collection.vectorstore(self._embeddings)

    def get(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        return self._current().searcher.get(passage_id) or self._beside(passage_id)

    def passages(self) -> Sequence[Passage]:
        """Return every passage: the authored ones in their order, then the ingested ones by article."""
        return self._current().searcher.passages

    def select(
        self, *, code: str | None = None, ingested_for: str | None = None, disputed: bool = False
    ) -> list[Passage]:
        """Return the passages about a code, ingested for a payer or contradicted by a better source, in order."""
        return self._current().searcher.select(code=code, ingested_for=ingested_for, disputed=disputed)

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
        """Return the ``k`` best passages, the best first.

        Args:
            query: a question, a phrase of a note, or a code.
            k: how many at most.
            code: only passages about this code.
            payer: only passages about this payer or about none.
            authority: only sources of this authority.
            on: only passages in force on this day.
            disputed: only passages that a better source contradicts, or only the others.
        """
        opened = self._current()
        if not query.strip():
            return []
        embedded = self._embeddings.embed_query(opened.searcher.spelled_out(query))
        similar = similarities(opened, unit(np.array([embedded], np.float32))[0])
        wanted = Wanted(code, payer, authority, on, disputed)
        return opened.searcher.search(query, similar, k=k, wanted=wanted)

    # --- writing ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def ingesting(self) -> Iterator[Ingesting]:
        """Take articles in or out, one by one; the index is built once, when the block ends well.

        Each article is written whole at once. Until the new index is switched to, the old one is served.

        Raises:
            InputError: there is no site folder, or it can't be written.
            IndexUnavailableError: the new index can't be built; the old one is served on.
        """
        with self._versions.locked():
            with self._ingested.locked():
                try:
                    yield Ingesting(self._ingested, self._ledger, self._shipped)
                finally:
                    self._ledger.commit()
            self._build_and_switch()

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
            check_ingestible(article, passages, self._shipped)
        with self.ingesting() as site:
            return {article: site.replace(article, new) for article, new in articles.items()}

    def remove(self, article_id: str) -> IngestReport:
        """Take an ingested article out.

        Raises:
            InputError: no such article was ingested.
        """
        with self.ingesting() as site:
            return site.remove(article_id)

    def ingested_articles(self) -> dict[str, int]:
        """Return the articles in the site's folder, with the number of their passages."""
        return {name: article.passages for name, article in self._ingested.articles().items()}

    # --- versions --------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Serve the index of the present passages, building it when nobody has.

        While another process builds, or when it can't be built, the index before is served.

        Raises:
            IndexUnavailableError: it can't be built or opened, and there is none before it.
        """
        version = self._version(self._served_articles())
        if self._versions.pointer().version == version and self._serve_if_sound(version):
            self._seen = self._versions.stamp()
            return
        try:
            with self._versions.locked(wait=False) as held:
                if held:
                    self._build_and_switch()
                    return
            if not self._serve_reserve(version):
                with self._versions.locked():
                    self._build_and_switch()
        except IndexUnavailableError as error:
            if not self._serve_reserve(version):
                raise
            _LOG.warning("%s. Until then the index before, %s, is used.", error, self.version)

    def close(self) -> None:
        """Let go of the index's files."""
        for opened in (self._open, self._retired):
            if opened:
                opened.close()
        self._open = self._retired = None
        self._ledger.close()

    def _current(self) -> OpenIndex:
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
            self._serve_if_sound(pointer.version)
        self._seen = stamp

    def _build_and_switch(self) -> None:
        """Make the version of the present passages current, building it unless it is there. Needs the lock."""
        articles = self._served_articles()
        version = self._version(articles)
        with self._swap:
            if not self._serve_if_sound(version):
                self._build(version, articles)
                self._serve(self._load(version))
            self._versions.point_to(version, self._model)
            self._seen = self._versions.stamp()
        self._versions.prune(version)

    def _version(self, articles: Mapping[str, Article]) -> str:
        digests = {name: article.digest for name, article in articles.items()}
        return version_of(self._authored, digests, self._model)

    def _served_articles(self) -> dict[str, Article]:
        """Return the ingested articles that are served: all but those whose id a source that ships has."""
        articles = self._ingested.articles()
        for article in sorted(articles.keys() & self._shipped):
            self._tell(f"ingested article {article} is left out: a source that ships has the same id")
            del articles[article]
        return articles

    def _serve_if_sound(self, version: str) -> bool:
        """Serve a version that was built before; False when there is none that works."""
        named = self._versions.pointer().version == version
        wrong = self._versions.damage(version)
        if wrong is None and self._open and self._open.version == version:
            return True
        if wrong is None:
            try:
                self._serve(self._load(version))
            except IndexUnavailableError as error:
                wrong = str(error.__cause__ and type(error.__cause__).__name__)
            else:
                return True
        if named or self._versions.path(version).is_dir():
            self._tell(f"{self._versions.path(version)}: the index is damaged ({wrong}); it is built again")
        return False

    def _serve_reserve(self, version: str) -> bool:
        """Serve what there is: the wanted version, the current one, or the newest that works."""
        candidates = [version, self._versions.pointer().version, *self._versions.of_model(self._model)]
        for each in dict.fromkeys(candidates):
            same_model = each and self._versions.manifest(each).get("embeddings") == self._model
            if each and same_model and self._versions.damage(each) is None and self._serve_if_sound(each):
                self._seen = self._versions.stamp()
                return True
        return False

    def _tell(self, message: str) -> None:
        """Say something once."""
        if message not in self._told:
            self._told.add(message)
            _LOG.warning("%s", message)

    def _serve(self, opened: OpenIndex) -> None:
        """Answer from another version. The one before stays open for queries that are under way."""
        if self._retired:
            self._retired.close()
        self._retired, self._open = self._open, opened

    def _load(self, version: str) -> OpenIndex:
        folder = self._versions.path(version)
        try:
            vectors = (
                load_vectors(folder) if self._versions.manifest(version)["records"] <= EXACT_UP_TO else None
            )
            return OpenIndex(folder, open_search(folder, self._abbreviations), vectors)
        except Exception as error:  # a broken cache raises many kinds, and must never be fatal
            raise IndexUnavailableError(
                f"{folder}: the index can't be opened ({type(error).__name__}); delete the folder to rebuild it"
            ) from error

    def _build(self, version: str, articles: Mapping[str, Article]) -> None:
        manifest = {"version": version, "embeddings": self._model, "schema": SCHEMA}
        total = len(self._authored) + sum(article.passages for article in articles.values())
        with self._versions.building(version, manifest, CHROMA) as folder:
            try:
                built = build_index(
                    folder,
                    self._stream(articles),
                    self._abbreviations,
                    KnownVectors(self._embeddings, self._reusable()),
                    lambda done: self._progress("building the passage index", done, total),
                )
                manifest |= built._asdict()
                self._progress("checking the passage index", 0, 1)
                verify(folder, built)
                self._progress("checking the passage index", 1, 1)
            except (CitecoderError, OSError):
                raise
            except Exception as error:  # Chroma and embeddings raise many kinds
                raise _unbuildable(folder, error) from error

    def _stream(self, articles: Mapping[str, Article]) -> Iterator[Passage]:
        yield from self._authored
        yield from self._ingested.passages(sorted(articles))

    def _reusable(self) -> Path | None:
        """Return the newest version whose vectors our model made."""
        found = self._versions.of_model(self._model)
        return next((self._versions.path(each) for each in found if not self._versions.damage(each)), None)


def _unbuildable(folder: Path, error: Exception) -> IndexUnavailableError:
    full = shutil.disk_usage(folder).free < _ROOM
    reason = "the disk is full" if full else type(error).__name__
    return IndexUnavailableError(
        f"{folder}: the index can't be built ({reason}); free some space or choose another cache folder"
    )


def _ledger_path(cache: Path, site: Path | None) -> Path | None:
    """Return where notes on this site's files are kept; None where the cache can't be written."""
    if site is None:
        return None
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return cache / f"read-{hashlib.sha256(str(site.absolute()).encode()).hexdigest()[:12]}.sqlite3"
