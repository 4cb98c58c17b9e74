"""The one reader and writer of ``<site>/ingested``: what users read in, one file for each article.

The index is a cache and may be deleted at any time; these files are what it is rebuilt from.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, NamedTuple

from filelock import FileLock, Timeout

from citecoder.adapters.index_files import flush_one
from citecoder.adapters.ledger import Article
from citecoder.adapters.passage_json import passage_from_dict, passage_to_dict
from citecoder.errors import InputError, KnowledgeError
from citecoder.retrieval.frontmatter import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from citecoder.adapters.ledger import Ledger
    from citecoder.model import Passage

_FORMAT = 1
_LOCK = ".lock"
_LOCK_SECONDS = 600
_NO_SITE = "no site folder is set, so nothing can be ingested; set one and try again"


class IngestReport(NamedTuple):
    """What an ingestion did to an article's passages, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.added or self.changed or self.removed)


class IngestedFolder:
    """The ingested articles of a site.

    Args:
        folder: where they lie; made on the first write. None: this installation can't keep any.
        ledger: knows the digests of files that did not change.
    """

    def __init__(self, folder: Path | None, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger

    def articles(self) -> dict[str, Article]:
        """Return every article as its file stands now, by name; only files that changed are read.

        Raises:
            KnowledgeError: a file can't be read; the message names it.
        """
        noted = self._ledger.articles()
        found: dict[str, Article] = {}
        for name, stamp in self._stamps():
            known = noted.get(name)
            if known is None or known.stamp != stamp:
                known = _article(stamp, _read(self._path(name)))
                self._ledger.note_article(name, known)
            found[name] = known
        self._ledger.forget_articles(sorted(noted.keys() - found.keys()))
        self._ledger.commit()
        return found

    def passages(self, articles: Iterable[str]) -> Iterator[Passage]:
        """Yield the passages of these articles, one article in memory at a time.

        Raises:
            KnowledgeError: a file can't be read; the message names it.
        """
        for article in articles:
            yield from _read(self._path(article))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock under which articles are written, and clear away what a killed process left.

        Raises:
            InputError: there is no site folder, or it can't be written.
        """
        folder = self._folder
        if folder is None:
            raise InputError(_NO_SITE, "site")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / _LOCK, timeout=_LOCK_SECONDS):
                for left in folder.glob("*.tmp"):
                    left.unlink(missing_ok=True)
                yield
                flush_one(folder)
        except Timeout:
            raise InputError(
                f"{folder}: another process is still ingesting; try again later", "site"
            ) from None
        except OSError as error:
            raise InputError(
                f"{folder}: {error.strerror or error}; what was read before stays; make room or choose another site folder",
                "site",
            ) from error

    def replace(self, article: str, passages: Sequence[Passage]) -> tuple[IngestReport, Article]:
        """Write an article's passages in place of those that it had; an equal article is left alone.

        The file is replaced whole or not at all, whenever the process or the machine stops.
        """
        path = self._path(article)
        before = {p.id: p for p in _read(path)} if path.is_file() else {}
        report = compare(before, {p.id: p for p in passages})
        if report.touched or list(before) != [p.id for p in passages]:
            whole = {
                "format": _FORMAT,
                "article": article,
                "passages": [passage_to_dict(p) for p in passages],
            }
            _write_whole(path, json.dumps(whole, ensure_ascii=False))
        now = _article(_stamp(path.stat()), passages)
        self._ledger.note_article(article, now)
        return report, now

    def remove(self, article: str) -> IngestReport:
        """Delete an article.

        Raises:
            InputError: there is none of that id.
        """
        path = self._path(article)
        if not path.is_file():
            raise InputError(
                f"article '{article}' was never ingested; only ingested articles can be removed", "article"
            )
        gone = tuple(p.id for p in _read(path))
        path.unlink()
        return IngestReport(removed=gone)

    def _stamps(self) -> Iterator[tuple[str, str]]:
        try:
            with os.scandir(self._folder) if self._folder else contextlib.nullcontext(()) as entries:
                found = {e.name.removesuffix(".json"): e for e in entries if e.name.endswith(".json")}
        except FileNotFoundError:
            return
        for name in sorted(found):
            yield name, _stamp(found[name].stat())

    def _path(self, article: str) -> Path:
        if self._folder is None:
            raise InputError(_NO_SITE, "site")
        if slug(article) != article or not article:
            raise InputError(f"article id '{article}' must be lower-case words joined by '-'", "id")
        return self._folder / f"{article}.json"


def _write_whole(path: Path, text: str) -> None:
    new = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        new.write_text(text, encoding="utf-8")
        flush_one(new)  # else a power cut could leave the new name on an empty file
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _stamp(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


def _article(stamp: str, passages: Sequence[Passage]) -> Article:
    """Return an article's entry. Its digest leaves out the day of reading: equal bytes are an equal article."""
    whole = hashlib.sha256("\n".join(map(_content, passages)).encode())
    return Article(stamp, whole.hexdigest(), len(passages))


def compare(before: dict[str, Passage], after: dict[str, Passage]) -> IngestReport:
    """Compare an article's passages with those before. The day of reading alone is no change."""
    same = {key for key in before.keys() & after.keys() if _content(before[key]) == _content(after[key])}
    return IngestReport(
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key in after if key in before and key not in same),
        unchanged=tuple(key for key in after if key in same),
        removed=tuple(key for key in before if key not in after),
    )


def _content(passage: Passage) -> str:
    whole = passage_to_dict(passage)
    del whole["source"]["checked"]
    return json.dumps(whole, sort_keys=True)


def _read(path: Path) -> tuple[Passage, ...]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        return tuple(passage_from_dict(entry) for entry in whole["passages"])
    except (ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(
            f"{path}: not an ingested article ({type(error).__name__}); ingest its source again"
        ) from error
