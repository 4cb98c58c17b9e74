"""Reviews to keep, callers who ask, and looks into the tables that bypass what keeps them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from citecoder import model, wire
from citecoder.adapters.records.tables import metadata
from citecoder.records import Caller
from tests.app.sample import NOTE, review

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from citecoder.adapters.records import Records

SECRET = bytes(range(32))
ALICE = Caller("aaaaaaaaaaaa", frozenset({"suggest", "decide"}))
BOB = Caller("bbbbbbbbbbbb", frozenset({"suggest", "decide"}))
APPEND_ONLY = ("audit", "decision")


def told(
    review_id: str | int = "visit-1", note: str = NOTE, payer: str | None = "medicare", **units: int
) -> Any:
    """The sample review (lines 97110, 97140, G0283; gaps gap-1 of G0283 and gap-2 of the visit), with other units."""
    made = review(model.Request(note, payer=payer, discipline="PT"))
    lines = tuple(replace(line, units=units.get(f"u{line.code}", line.units)) for line in made.suggestions)
    return wire.review_to_wire(replace(made, suggestions=lines), review_id, 3.0)


def without(review_id: str, *codes: str) -> Any:
    """The same without the lines of some codes."""
    made = review(model.Request(NOTE, payer="medicare", discipline="PT"))
    lines = tuple(line for line in made.suggestions if line.code not in codes)
    return wire.review_to_wire(replace(made, suggestions=lines), review_id, 3.0)


def rows(records: Records, table: str) -> list[dict[str, Any]]:
    """Return all rows of a table."""
    with records.database.reading() as connection:
        found = connection.execute(select(metadata.tables[table])).mappings()
        return [dict(row) for row in found]


def everything(records: Records) -> str:
    """Return all that is kept, as one text."""
    return " ".join(str(row) for table in metadata.tables for row in rows(records, table))


def tamper(records: Records, *statements: str) -> None:
    """Change tables behind the back of their triggers, as somebody with the database's password could."""
    with records.database.writing() as connection:
        off, on = _switches(connection)
        for statement in (*off, *statements, *on):
            connection.exec_driver_sql(statement)


def _switches(connection: Connection) -> tuple[list[str], list[str]]:
    """Return what switches all triggers off and on again."""
    if connection.dialect.name == "postgresql":
        off = [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in APPEND_ONLY]
        return off, [each.replace("DISABLE", "ENABLE") for each in off]
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
