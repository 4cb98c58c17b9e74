"""The migrations, run from code: which one a database is at, up to the newest, and down again.

Two processes may start at once: a lock lets one upgrade, and the other finds it done.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import text

from citecoder.errors import InputError, RecordsUnavailableError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from citecoder.adapters.records.database import Database

_FOLDER = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x63697465  # any number that others are unlikely to lock
_LOCK_SECONDS = 30


def upgrade(database: Database) -> None:
    """Bring the tables to this version's migration; nothing is done where they are there already.

    Raises:
        RecordsUnavailableError: the database can't be used, or was made by a newer version.
    """
    _run(database, newest(), up=True)


def downgrade(database: Database, revision: str) -> None:
    """Take the tables down to an earlier migration; ``base`` removes them all.

    Raises:
        InputError: there is no such migration below.
        RecordsUnavailableError: the database can't be used, or was made by a newer version.
    """
    _run(database, revision, up=False)


@cache
def newest() -> str:
    """Return the name of this version's newest migration."""
    head = _scripts().get_current_head()
    assert head is not None  # noqa: S101 - migrations ship with the package
    return head


def found(connection: Connection) -> str | None:
    """Return the migration that a database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def demand_newest(connection: Connection, place: str) -> None:
    """Refuse tables that are not this version's.

    Raises:
        RecordsUnavailableError: they are older or newer.
    """
    _refuse_unknown(revision := found(connection), place)
    if revision != newest():
        raise RecordsUnavailableError(
            f"the records at {place} are at migration {revision or 'none'} and this version needs {newest()};"
            " run `citecoder records upgrade`"
        )


def _run(database: Database, revision: str, *, up: bool) -> None:
    try:
        with _lock(database), database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            at = found(connection)
            _refuse_unknown(at, database.place)
            if at == revision:
                return
            config = _config()
            config.attributes["connection"] = connection
            (command.upgrade if up else command.downgrade)(config, revision)
    except CommandError:
        raise InputError(
            f"{revision[:40]!r} is no migration below the one that the records are at; name an earlier one, or base"
        ) from None
    except Timeout:
        raise RecordsUnavailableError(
            f"the records at {database.place} are being upgraded by another process; try again in a minute"
        ) from None


def _lock(database: Database) -> AbstractContextManager[object]:
    if database.file is None:
        return nullcontext()
    database.make_file()
    return FileLock(f"{database.file}.lock", timeout=_LOCK_SECONDS, mode=0o600)


def _refuse_unknown(revision: str | None, place: str) -> None:
    if revision is not None and revision not in _known():
        raise RecordsUnavailableError(
            f"the records at {place} were made by a newer version of citecoder (migration {revision});"
            " install that version, or point CITECODER_RECORDS elsewhere"
        )


@cache
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in _scripts().walk_revisions())


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
