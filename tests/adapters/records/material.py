"""Reviews to keep, callers who ask, and looks into the tables that bypass what keeps them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from citecoder import model, wire
from citecoder.adapters.records.tables import metadata
from citecoder.records import Caller
from tests.app.sample import NOTE, review

if TYPE_CHECKING:
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
        for table in APPEND_ONLY:
            names = (
                ("no_update", "no_delete") if records.database.is_sqlite else ("append_only", "not_emptied")
            )
            where = "" if records.database.is_sqlite else f" ON {table}"
            for name in names:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{name}{where}"))
        for statement in statements:
            connection.execute(text(statement))
