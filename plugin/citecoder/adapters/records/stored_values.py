"""What a row holds as it is stored, in one form for both databases, whatever somebody wrote into it.

The usual way through SQLAlchemy's types fails on a value that is not of its column's type; a look for tampering must
tell of it and go on.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, type_coerce
from sqlalchemy.types import NullType

from citecoder.adapters.records.tables import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column, Label


def raw(columns: Iterable[Column[Any]]) -> list[Label[Any]]:
    """Ask for columns as the driver gives them."""
    return [type_coerce(column, NullType()).label(column.name) for column in columns]


def plain(column: Column[Any], value: Any) -> Any:
    """Turn a raw value of a column into what JSON can hold; a value that its column can't hold stays apart from all others."""
    if isinstance(value, bytes | memoryview):
        return {"bytes": bytes(value).hex()}
    if isinstance(column.type, JSON):
        return _json(value)
    return moment(value) if isinstance(column.type, Moment) else value


def moment(value: Any) -> Any:
    """Write a time in UTC; what is none stays as it is."""
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(told, datetime):
            return value
        return (told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)).isoformat()
    except (ValueError, OverflowError):
        return str(value)


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return {"unreadable": value}
