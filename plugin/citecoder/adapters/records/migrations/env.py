"""What Alembic runs around a migration: the connection comes from ``upgrading.py``, whose transaction holds it all."""

from __future__ import annotations

from alembic import context

from citecoder.adapters.records.tables import metadata

# SQLite takes tables back with a transaction, too; Alembic just doesn't rely on it unless told.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
