"""One digest of all that is kept of a review: its row, its lines, its gaps and what was not coded.

A decision seals the digest of the review that it was made on. Such a review is never replaced or pruned, so that the
digest must fit for good. The text of a note is no part of it: that may be deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from citecoder.adapters.records.stored_values import plain, raw
from citecoder.adapters.records.tables import gap, line, not_coded, review

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Select, Table

    from citecoder.adapters.records.audit import Seal

_PARTS = {
    table: [column for column in table.c if column.name not in ("number", "review")]
    for table in (line, gap, not_coded)
}


def _parts_of(table: Table) -> Select[Any]:
    wanted = table.c.review.in_(bindparam("reviews", expanding=True))
    return select(table.c.review, *raw(_PARTS[table])).where(wanted).order_by(table.c.number)


# Built once: putting a statement together takes longer than running it.
_REVIEWS = select(*raw(review.c)).where(review.c.number.in_(bindparam("reviews", expanding=True)))
_PARTS_OF = {table: _parts_of(table) for table in _PARTS}


def digests(connection: Connection, seal: Seal, reviews: Collection[int]) -> dict[int, str]:
    """Return the digests of reviews by their rows' numbers; a review that is not there has none."""
    wanted = {"reviews": list(reviews)}
    held: dict[int, list[Any]] = {
        row.number: [_plain(review.c, row)] for row in connection.execute(_REVIEWS, wanted)
    }
    for table, columns in _PARTS.items():
        for row in connection.execute(_PARTS_OF[table], wanted):
            if row.review in held:
                held[row.review].append([table.name, *_plain(columns, row[1:])])
    return {number: seal.digest("review", rows) for number, rows in held.items()}


def _plain(columns: Any, values: Any) -> list[Any]:
    return [plain(column, value) for column, value in zip(columns, values, strict=True)]
