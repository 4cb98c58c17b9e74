"""What a site keeps: reviews, decisions, keys and an audit trail, on SQLite or PostgreSQL. The only SQL."""

from __future__ import annotations

from citecoder.adapters.records.store import Records

__all__ = ["Records"]
