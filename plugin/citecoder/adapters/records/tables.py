"""The tables of the records, as they stand after the newest migration; a test holds the two equal.

What people wrote (a note, a comment) lies in tables of its own, which are empty unless the site turned that on and can
be emptied without touching what was decided. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself only in an INTEGER


class Moment(TypeDecorator[datetime]):
    """A time in UTC: PostgreSQL keeps the zone, SQLite has none to keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a time of any zone into UTC."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the time back as UTC, whatever zone the session is in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


review = Table(
    "review",
    metadata,
    Column("number", Number, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("review_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note_hash", Text, nullable=False),
    Column("note_length", Integer, nullable=False),
    Column("payer", Text),
    Column("discipline", Text),
    Column("visit_type", Text, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("knowledge", Text),
    Column("editions", JSON, nullable=False),
    Column("prompt", Text),
    Column("llm", Text),
    UniqueConstraint("caller", "review_id", "revision"),
)
Index(None, review.c.at)


def _part_of_review(name: str, *columns: Column[Any]) -> Table:
    """Describe a table whose rows each belong to a review, and go with it."""
    of_review = ForeignKey("review.number", ondelete="CASCADE")
    table = Table(
        name,
        metadata,
        Column("number", Number, primary_key=True),
        Column("review", Number, of_review, nullable=False),
        *columns,
    )
    Index(None, table.c.review)
    return table


line = _part_of_review(
    "line",
    Column("line_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("units", Integer),
    Column("modifiers", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("origin", Text, nullable=False),
)

gap = _part_of_review(
    "gap",
    Column("gap_id", Text, nullable=False),
    Column("code", Text),
    Column("element", Text, nullable=False),
    Column("label", Text, nullable=False),
)

not_coded = _part_of_review(
    "not_coded",
    Column("code", Text),
    Column("reason", Text, nullable=False),
)

note_text = Table(
    "note_text",
    metadata,
    Column(
        "review",
        Number,
        ForeignKey("review.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("text", LargeBinary, nullable=False),  # UTF-8, exactly as sent: PostgreSQL's text can't hold a NUL
)

decision = Table(
    "decision",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),  # that of its entry in the audit trail
    Column("id", Text, nullable=False, unique=True),
    # No cascade: what was decided on stays.
    Column("review", Number, ForeignKey("review.number"), nullable=False),
    Column("line_id", Text, nullable=False),
    Column("code", Text),
    Column("action", Text, nullable=False),
    Column("reason_code", Text),
    Column("edit", JSON, nullable=False),
    Column("caller", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
Index(None, decision.c.review)

comment_text = Table(
    "comment_text",
    metadata,
    Column("decision", Number, ForeignKey("decision.number"), primary_key=True, autoincrement=False),
    Column("text", LargeBinary, nullable=False),
)

key = Table(
    "key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Moment),
    Column("last_used", Moment),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),  # text, because its hash is made of it, character by character
    Column("caller", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),  # one row, which writers lock in turn
    Column("number", Number, nullable=False),
    Column("hash", Text, nullable=False),
    Column("secret_mark", Text, nullable=False),  # tells whether a secret is the one the trail was made with
)
