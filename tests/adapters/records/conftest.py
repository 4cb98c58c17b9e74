"""Records on a database of their own, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from citecoder.adapters.records import Records
from tests.adapters.records.material import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Clock:
    """A clock that moves on by a second at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time, a second later than the last time."""
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with this version's tables: copying it is quicker than making them for each test."""
    path = tmp_path_factory.mktemp("records") / "records.sqlite"
    made = Records(f"sqlite:///{path}", SECRET)
    made.check()
    made.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.sqlite'}"
        return
    import psycopg

    server = os.environ.get("CITECODER_TEST_POSTGRES")
    assert server, "these tests need PostgreSQL: run them by .ci/postgres"
    name = f"records_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def address(empty: str, filled_file: Path) -> str:
    """The address of a database that has its tables, or gets them at once."""
    if empty.startswith("sqlite"):
        shutil.copy(filled_file, empty.removeprefix("sqlite:///"))
    return empty


@pytest.fixture
def records(address: str, clock: Clock) -> Iterator[Records]:
    """Records that keep neither notes nor comments."""
    made = Records(address, SECRET, clock=clock)
    yield made
    made.close()
