"""What was read before: a small database in the cache that spares reading files again that did not change.

Nothing depends on it but time. It may be deleted, and is made anew when it is broken.
"""

from __future__ import annotations

import contextlib
import sqlite3
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TABLES = """
create table if not exists article (name text primary key, stamp text, digest text, passages integer) without rowid;
create table if not exists document
  (path text primary key, stamp text, sha text, maker text, article text, digest text) without rowid;
"""
_COMMIT_EVERY = 200
_BUSY_SECONDS = 10


class Article(NamedTuple):
    """An ingested article's file: its stamp (size, time, inode), the digest of its passages, how many they are."""

    stamp: str
    digest: str
    passages: int


class Document(NamedTuple):
    """A document that was read: its stamp and hash, what read it, and the article that came of it."""

    stamp: str
    sha: str
    maker: str
    article: str
    digest: str


class Ledger:
    """The database. Every failure of it is as if nothing had been noted.

    Args:
        path: the file; None keeps the notes in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._waiting = 0
        self._database = _open(path)
        weakref.finalize(self, self._database.close)

    def articles(self) -> dict[str, Article]:
        """Return all articles by name."""
        return {row[0]: Article(*row[1:]) for row in self._rows("select * from article")}

    def document(self, path: str) -> Document | None:
        """Return what was noted of a document."""
        rows = list(self._rows("select * from document where path = ?", path))
        return Document(*rows[0][1:]) if rows else None

    def note_article(self, name: str, article: Article) -> None:
        """Note an article's file as it is now."""
        self._write("insert or replace into article values (?, ?, ?, ?)", name, *article)

    def note_document(self, path: str, document: Document) -> None:
        """Note a document that was read."""
        self._write("insert or replace into document values (?, ?, ?, ?, ?, ?)", path, *document)

    def forget_articles(self, names: Sequence[str]) -> None:
        """Drop what was noted of articles that are gone."""
        for name in names:
            self._write("delete from article where name = ?", name)

    def commit(self) -> None:
        """Write what was noted to the file."""
        self._waiting = 0
        with contextlib.suppress(sqlite3.Error):
            self._database.commit()

    def close(self) -> None:
        """Write what was noted and let go of the file."""
        self.commit()
        self._database.close()

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with contextlib.suppress(sqlite3.Error):
            yield from self._database.execute(query, values)

    def _write(self, statement: str, *values: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._database.execute(statement, values)
            self._waiting += 1
        if self._waiting >= _COMMIT_EVERY:
            self.commit()


def _open(path: Path | None) -> sqlite3.Connection:
    """Open the file; a broken one is replaced, and where none can be written, notes stay in memory."""
    for _ in range(2 if path else 0):
        try:
            return _connect(str(path))
        except sqlite3.OperationalError:  # it can't be opened or written
            break
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                path.unlink()  # type: ignore[union-attr]
    return _connect(":memory:")


def _connect(name: str) -> sqlite3.Connection:
    database = sqlite3.connect(name, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        database.executescript(_TABLES)
        database.execute("select 1 from article limit 1").fetchone()
        database.execute("select 1 from document limit 1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database
