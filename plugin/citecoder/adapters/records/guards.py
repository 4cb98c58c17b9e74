"""The triggers by which the database itself refuses to change what is audited or decided: are they there, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text

from citecoder.adapters.records.tables import audit, decision, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_GUARDED = (audit.name, decision.name)
_BODY = "BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END"
_CHANGED_ROW, _EMPTIED = 1 + 2 + 8 + 16, 2 + 32  # pg_trigger.tgtype: row, before, delete, update; truncate
_ON_SQLITE = text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
_ON_POSTGRES = text(
    "SELECT c.relname, t.tgname, t.tgtype, t.tgenabled::text, t.tgqual IS NULL AND t.tgattr::text = '', btrim(p.prosrc)"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid) AND c.relname IN :tables"
).bindparams(bindparam("tables", expanding=True))


def faults(connection: Connection) -> Iterator[str]:
    """Name each trigger that is missing, switched off or changed, and each that is not citecoder's."""
    on_postgres = connection.dialect.name == "postgresql"
    expected = dict(_expected_on_postgres() if on_postgres else _expected_on_sqlite())
    asked = (_ON_POSTGRES, {"tables": list(metadata.tables)}) if on_postgres else (_ON_SQLITE, {})
    found = {(row[0], row[1]): tuple(row[2:]) for row in connection.execute(*asked)}
    for (table, name), definition in expected.items():
        if found.pop((table, name), None) != definition:
            yield f"trigger {name} is missing, off or changed: the database does not refuse to change the table {table}"
    for table, name in found:
        yield f"trigger {name} on the table {table} is none of citecoder's: see what it does"


def _expected_on_sqlite() -> Iterator[tuple[tuple[str, str], tuple[Any, ...]]]:
    for table in _GUARDED:
        for change in ("UPDATE", "DELETE"):
            name = f"{table}_no_{change.lower()}"
            refusal = f"SELECT RAISE(ABORT, 'table {table} is append-only')"
            yield (table, name), (f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN {refusal}; END",)


def _expected_on_postgres() -> Iterator[tuple[tuple[str, str], tuple[Any, ...]]]:
    for table in _GUARDED:
        for name, kind in (("append_only", _CHANGED_ROW), ("not_emptied", _EMPTIED)):
            yield (table, f"{table}_{name}"), (kind, "O", True, _BODY)
