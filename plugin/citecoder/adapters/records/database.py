"""One database as SQLAlchemy sees it: its address, its transactions, and its errors in our words.

Knows SQLite and PostgreSQL and nothing of what is kept in them. A message of the driver can hold values of a row, and
they may be somebody's: only those that tell of the connection itself are passed on.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from citecoder.errors import InputError, RecordsUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_CONNECT_SECONDS = 3
_WAIT_SECONDS = 10  # for another writer, or for a free connection
_SQLITE = "sqlite+pysqlite"
_POSTGRES = "postgresql+psycopg"
_SQLITE_PATH = "sqlite:///"
_DRIVERS = dict.fromkeys(("postgresql", "postgres", _POSTGRES), _POSTGRES)


def address(text: str) -> URL:
    """Read the address of a database and choose the driver.

    Raises:
        InputError: not an address, or of another database.
    """
    path = text.removeprefix(_SQLITE_PATH)
    if path and path != text:  # taken as it is: a path may hold what an address can't
        return URL.create(_SQLITE, database=path)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    driver = _DRIVERS.get(url.drivername) if url is not None else None
    if url is None or driver is None:
        raise InputError(
            "CITECODER_RECORDS: not sqlite, off, or an address such as postgresql://user@host/name; correct or unset it",
            "CITECODER_RECORDS",
        )
    return url.set(drivername=driver)


def place(text: str) -> str:
    """Return where a database lies, without its password and options."""
    url = address(text)
    if url.drivername == _SQLITE:
        return url.database or ""
    return URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()


class Database:
    """Connections to one database. Nothing is opened before the first transaction.

    Args:
        text: its address.
    """

    def __init__(self, text: str) -> None:
        self.url = address(text)
        self.place = place(text)
        self.is_sqlite = self.url.drivername == _SQLITE
        self._engine: Engine | None = None
        self._opened_file: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # SQLite's own queue of writers polls; threads of one process need not

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def make_file(self) -> None:
        """Make the file for its owner alone before SQLite would make it for everyone; its side files follow it.

        Raises:
            RecordsUnavailableError: it can't be made or opened.
        """
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
            self.file.chmod(0o600)
        except OSError as error:
            raise RecordsUnavailableError(
                f"the records at {self.place} can't be opened ({os.strerror(error.errno or 0).lower()});"
                " make that folder writable, or set CITECODER_RECORDS"
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads one state of the database.

        Raises:
            RecordsUnavailableError: the database can't be used.
        """
        engine = self._opened()
        if not self.is_sqlite:  # SQLite's transactions see one state anyway
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with self._told(), engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; on SQLite it waits for its turn before it reads.

        Raises:
            RecordsUnavailableError: the database can't be used; nothing was written.
        """
        engine = self._opened().execution_options(citecoder_writes=True)
        if not self.is_sqlite:
            with self._told(), engine.begin() as connection:
                yield connection
            return
        with self._turn, self._told(), engine.begin() as connection:
            yield connection

    def empty_log(self, *, wait: bool) -> bool:
        """Take SQLite's write-ahead log into the file and cut it to nothing: what was deleted stays readable in it.

        Args:
            wait: for readers to end, for seconds; otherwise leave the log to the next time.

        Returns:
            Whether the log is empty; on PostgreSQL, which has none of its own here, it is.

        Raises:
            RecordsUnavailableError: the database can't be used.
        """
        if not self.is_sqlite:
            return True
        with self._turn, self._told(), self._opened().connect() as connection:
            driver = connection.connection.cursor()  # outside of a transaction
            try:
                driver.execute(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000 if wait else 0}")
                busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                driver.execute(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}")
            except sqlite3.Error as error:
                raise OperationalError(None, None, error) from None
        return not busy

    def close(self) -> None:
        """Close every connection; the next transaction opens anew."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._made()
                self._opened_file = self._file_there()
            elif self._opened_file != self._file_there():
                raise RecordsUnavailableError(
                    f"the records at {self.place} were moved or replaced while they were open;"
                    " put the file back, or start again to use what is there now"
                )
            return self._engine

    def _file_there(self) -> tuple[int, int] | None:
        """Return which file lies at the place. An open connection would write on into one that was moved or deleted."""
        try:
            found = self.file.stat() if self.file else None
        except OSError:
            return (0, 0)
        return (found.st_dev, found.st_ino) if found else None

    def _made(self) -> Engine:
        shared: dict[str, Any] = {"hide_parameters": True, "pool_timeout": _WAIT_SECONDS}
        if self.is_sqlite:
            self.make_file()
            engine = create_engine(self.url, **shared)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        limits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _WAIT_SECONDS * 1000}
        wished = {name: value for name, value in limits.items() if name not in self.url.query}
        try:
            engine = create_engine(self.url, **shared, pool_pre_ping=True, connect_args=wished)
        except ImportError:
            raise RecordsUnavailableError(
                "PostgreSQL's driver is not installed; pip install 'citecoder[postgres]'"
            ) from None
        event.listen(engine, "connect", _prepare_postgres)
        return engine

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLAlchemy raises into one line without values."""
        try:
            yield
        except SQLAlchemyError as error:
            raise RecordsUnavailableError(
                f"the records at {self.place} can't be used ({_why(error)}); see that the database runs and try again"
            ) from None


def _why(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None)
    if isinstance(error, OperationalError) and original is not None and str(original).strip():
        return " ".join(str(original).strip().splitlines()[0].split())
    return type(original or error).__name__


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # the driver's own transactions begin too late; see _begin_sqlite
    for pragma in (
        f"busy_timeout = {_WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "journal_size_limit = 0",  # a log that was taken into the file is cut, and not written over bit by bit
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("citecoder_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgres(connection: Any, record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_WAIT_SECONDS}s'")
    connection.commit()
