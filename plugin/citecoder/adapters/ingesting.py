"""One ingestion under way: documents that did not change are passed over, the others replace their articles."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.ledger import Document
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from citecoder.adapters.ingested import IngestedFolder, IngestReport
    from citecoder.adapters.ledger import Ledger
    from citecoder.model import Passage


class Seen(NamedTuple):
    """A document as it stands now, and what it gave when it was read last.

    Attributes:
        path: where it lies.
        maker: what would read it: the program, its data and the person's options.
        stamp: its size and time; empty when it can't be looked at.
        article: the article that it gave and that still stands unchanged; None when it must be read.
        passages: how many passages that article has.
    """

    path: Path
    maker: str
    stamp: str
    article: str | None = None
    passages: int = 0


class Ingesting:
    """Writes articles while the locks are held; made by the store.

    Args:
        folder: the ingested articles.
        ledger: what was read before.
        shipped: ids of articles that can't be ingested.
    """

    def __init__(self, folder: IngestedFolder, ledger: Ledger, shipped: AbstractSet[str]) -> None:
        self._folder = folder
        self._ledger = ledger
        self.shipped = shipped
        self._articles = folder.articles()

    def look(self, path: Path, maker: str) -> Seen:
        """Look whether a document must be read: equal bytes that the same program read with equal options need not."""
        now = Seen(path, maker, _stamp(path))
        noted = self._ledger.document(_name(path))
        if not now.stamp or noted is None or noted.maker != maker:
            return now
        article = self._articles.get(noted.article)
        if article is None or article.digest != noted.digest:
            return now
        if noted.stamp != now.stamp:
            if noted.sha != _sha(path):
                return now
            self._ledger.note_document(_name(path), noted._replace(stamp=now.stamp))
        return now._replace(article=noted.article, passages=article.passages)

    def replace(self, article: str, passages: Sequence[Passage], seen: Seen | None = None) -> IngestReport:
        """Write an article; ``seen`` is the document that it was read from, as it was before it was read.

        Raises:
            InputError: the id belongs to an authored article, or the passages to another article.
        """
        check_ingestible(article, passages, self.shipped)
        report, now = self._folder.replace(article, passages)
        self._articles[article] = now
        if seen and seen.stamp:
            sha = _sha(seen.path)
            if _stamp(seen.path) == seen.stamp:  # else it was changed meanwhile: read it again next time
                document = Document(seen.stamp, sha, seen.maker, article, now.digest)
                self._ledger.note_document(_name(seen.path), document)
        return report

    def remove(self, article: str) -> IngestReport:
        """Take an article out.

        Raises:
            InputError: no such article was ingested.
        """
        return self._folder.remove(article)


def check_ingestible(article: str, passages: Sequence[Passage], shipped: AbstractSet[str]) -> None:
    """Refuse an id that isn't the article's own.

    Raises:
        InputError: the id belongs to an authored article, or the passages to another article.
    """
    if article in shipped:
        raise InputError(f"article id '{article}' belongs to a source that ships; choose another id", "id")
    ids = {passage.id for passage in passages}
    if len(ids) != len(passages) or any(not key.startswith(f"{article}/") for key in ids):
        raise InputError(f"article '{article}': every passage needs its own id, '{article}/…'", "id")


def _name(path: Path) -> str:
    return str(path.absolute())


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def _sha(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
