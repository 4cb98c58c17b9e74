"""Migrations: up, down and up again with rows in the tables, and what becomes of a database of another version."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from citecoder.adapters.records import Records, upgrading
from citecoder.adapters.records.tables import metadata
from citecoder.errors import RecordsUnavailableError
from citecoder.records import Decision
from tests.adapters.records.material import ALICE, SECRET, rows, told
from tests.app.sample import NOTE


def _tables(records: Records) -> set[str]:
    with records.database.reading() as connection:
        return set(inspect(connection).get_table_names())


def _fill(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "accept"), ALICE)
    records.add_key("front desk", ["suggest"], None)


def test_the_tables_are_those_of_the_newest_migration(records: Records) -> None:
    records.check()
    with records.database.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    assert _tables(records) == {*metadata.tables, "alembic_version"}


def test_up_is_done_once_and_leaves_rows_alone(records: Records) -> None:
    _fill(records)
    before = rows(records, "audit")
    records.upgrade()
    records.upgrade()
    assert rows(records, "audit") == before


def test_down_and_up_again_with_rows_in_the_tables(records: Records) -> None:
    _fill(records)
    records.downgrade("base")
    assert _tables(records) == {"alembic_version"}
    _fill(records)
    assert records.verify_audit().entries == 3
    with pytest.raises(RecordsUnavailableError), records.database.writing() as connection:
        connection.execute(text("DELETE FROM audit"))


def test_tables_taken_down_while_another_process_runs_are_told(records: Records, address: str) -> None:
    records.check()
    other = Records(address, SECRET)
    other.downgrade("base")
    other.close()
    with pytest.raises(RecordsUnavailableError, match="citecoder records upgrade"):
        records.check()


def test_a_database_of_a_newer_version_is_left_alone(records: Records, address: str) -> None:
    _fill(records)
    with records.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_2031'"))
    other = Records(address, SECRET)
    for use in (other.check, other.keys, other.upgrade, records.check, lambda: other.downgrade("base")):
        with pytest.raises(
            RecordsUnavailableError, match=r"newer version of citecoder \(migration of_2031\)"
        ):
            use()
    other.close()
    assert len(rows(records, "decision")) == 1


def test_an_upgrade_that_fails_leaves_nothing_behind(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = upgrading.command.upgrade

    def broken(config: Config, revision: str) -> None:
        real(config, revision)
        raise RuntimeError("killed")

    records = Records(empty, SECRET)
    monkeypatch.setattr(upgrading.command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="killed"):
        records.upgrade()
    assert _tables(records) == set()
    monkeypatch.undo()
    records.check()
    records.close()
