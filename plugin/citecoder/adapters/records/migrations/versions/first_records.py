"""Reviews, decisions, keys and the audit trail; what is decided and audited can't be changed or deleted afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit", "decision")
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_reviews()
    _make_decisions()
    _make_keys()
    _make_audit()
    for table in APPEND_ONLY:
        _refuse_changes(table)


def downgrade() -> None:
    """Remove the tables and all that is in them."""
    for table in (
        "comment_text", "decision", "note_text", "not_coded", "gap", "line", "review", "key", "audit_head", "audit",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION citecoder_append_only()")


def _make_reviews() -> None:
    op.create_table(
        "review",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("review_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("note_hash", sa.Text, nullable=False),
        sa.Column("note_length", sa.Integer, nullable=False),
        sa.Column("payer", sa.Text),
        sa.Column("discipline", sa.Text),
        sa.Column("visit_type", sa.Text, nullable=False),
        sa.Column("engine_version", sa.Text, nullable=False),
        sa.Column("knowledge", sa.Text),
        sa.Column("editions", sa.JSON, nullable=False),
        sa.Column("prompt", sa.Text),
        sa.Column("llm", sa.Text),
        sa.UniqueConstraint("caller", "review_id", "revision"),
    )
    op.create_table(
        "line",
        sa.Column("number", NUMBER, primary_key=True),
        _of_review(),
        sa.Column("line_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("units", sa.Integer),
        sa.Column("modifiers", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
    )
    op.create_table(
        "gap",
        sa.Column("number", NUMBER, primary_key=True),
        _of_review(),
        sa.Column("gap_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
    )
    op.create_table(
        "not_coded",
        sa.Column("number", NUMBER, primary_key=True),
        _of_review(),
        sa.Column("code", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "note_text",
        sa.Column(
            "review",
            NUMBER,
            sa.ForeignKey("review.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )


def _of_review() -> sa.Column[int]:
    return sa.Column(
        "review", NUMBER, sa.ForeignKey("review.number", ondelete="CASCADE"), nullable=False, index=True
    )


def _make_decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("review", NUMBER, sa.ForeignKey("review.number"), nullable=False, index=True),
        sa.Column("line_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text),
        sa.Column("edit", sa.JSON, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "comment_text",
        sa.Column(
            "decision", NUMBER, sa.ForeignKey("decision.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )


def _make_keys() -> None:
    op.create_table(
        "key",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT),
        sa.Column("revoked", MOMENT),
        sa.Column("last_used", MOMENT),
    )


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("secret_mark", sa.Text, nullable=False),
    )
    op.execute(head.insert().values(only=1, number=0, hash="", secret_mark=""))


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION citecoder_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION citecoder_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION citecoder_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
        )
