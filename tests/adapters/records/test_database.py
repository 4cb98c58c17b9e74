"""The database itself: its address, its file, and what is said when it can't be used."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from citecoder.adapters.records import Records
from citecoder.adapters.records.database import Database, place
from citecoder.adapters.records.database import address as read_address
from citecoder.errors import InputError, RecordsUnavailableError
from tests.adapters.records.material import ALICE, SECRET, told
from tests.app.sample import NOTE

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_is_opened_before_the_first_use(tmp_path: Path) -> None:
    Records(f"sqlite:///{tmp_path / 'records.sqlite'}", SECRET)
    Records("postgresql://nobody@nowhere.invalid/records", SECRET)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mysql://host/name",
        "records",
        "sqlite:///",
        "sqlite://",
        "postgresql+asyncpg://host/name",
        "postgresql://host:port/name",
    ],
)
def test_an_address_of_nothing_that_is_known_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="CITECODER_RECORDS"):
        Records(wrong, SECRET)


def test_postgresql_is_reached_by_its_driver() -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        assert read_address(f"{scheme}://user@host/name").drivername == "postgresql+psycopg"


def test_its_place_is_told_without_password_or_options() -> None:
    assert place("postgresql://user:hush@host:5433/name?passfile=/x") == "postgresql://user@host:5433/name"
    assert place("sqlite:////srv/a site?/records.sqlite") == "/srv/a site?/records.sqlite"


def test_the_file_is_its_owners_alone_even_where_it_was_open_before(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = tmp_path / "a site?" / "records.sqlite"
        path.parent.mkdir()
        path.touch(0o666)
        records = Records(f"sqlite:///{path}", SECRET)
        records.keep_review(told(), NOTE, ALICE)
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
        records.close()
    finally:
        os.umask(old)
    assert set(modes) >= {"records.sqlite", "records.sqlite-wal"}
    assert set(modes.values()) == {0o600}


def test_sqlite_waits_for_writers_keeps_a_log_and_holds_references(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    with database.reading() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "secure_delete")
        }
    database.close()
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1}


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    path.write_text("not a database, " * 100)
    with pytest.raises(RecordsUnavailableError, match=r"records\.sqlite") as told:
        Records(f"sqlite:///{path}", SECRET).check()
    assert "\n" not in str(told.value)


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordsUnavailableError, match="CITECODER_RECORDS"):
        Records(f"sqlite:///{tmp_path / 'file' / 'records.sqlite'}", SECRET).check()


def test_errors_carry_no_values(records: Records) -> None:
    records.check()
    with pytest.raises(RecordsUnavailableError) as told, records.database.writing() as connection:
        connection.execute(
            text("INSERT INTO note_text (review, text) VALUES (99, :note)"), {"note": b"Jane Roe"}
        )
    assert "Jane" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.monotonic()
    with pytest.raises(RecordsUnavailableError, match="refused") as told:
        Records(f"postgresql://user:hush@127.0.0.1:{port}/records", SECRET).check()
    assert time.monotonic() - begun < 3
    assert "hush" not in str(told.value)


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up_in_seconds() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        begun = time.monotonic()
        with pytest.raises(RecordsUnavailableError):
            Records(f"postgresql://user@127.0.0.1:{silent.getsockname()[1]}/records", SECRET).check()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("empty", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_when_the_server_has_hung_up_the_next_call_works(records: Records, address: str) -> None:
    import psycopg

    records.keep_review(told(), NOTE, ALICE)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    records.keep_review(told("visit-2"), NOTE, ALICE)
    assert records.verify_audit().entries == 2


def test_a_database_that_comes_back_works_with_the_next_call(tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    folder.touch()  # in the place of a folder that isn't mounted yet
    records = Records(f"sqlite:///{folder / 'records.sqlite'}", SECRET)
    with pytest.raises(RecordsUnavailableError):
        records.check()
    folder.unlink()
    records.check()
    records.close()
