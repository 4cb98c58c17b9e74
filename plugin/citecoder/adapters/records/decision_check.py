"""Do the decisions that are kept say what the audit trail says they do, no more and no fewer of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from citecoder.adapters.records.decisions import SEALED
from citecoder.adapters.records.review_digest import digests
from citecoder.adapters.records.stored_values import moment, plain, raw
from citecoder.adapters.records.tables import decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Row

    from citecoder.adapters.records.audit import Entry, Seal

_BATCH = 500


class DecisionCheck:
    """Follows the trail and holds the decisions against it, a stretch of numbers at a time.

    Args:
        connection: within a transaction that reads.
        seal: of the site's secret.
        tell: takes each fault.
    """

    def __init__(self, connection: Connection, seal: Seal, tell: Callable[[str], None]) -> None:
        self._connection, self._seal, self._tell = connection, seal, tell
        self._entries: dict[int, Entry | None] = {}
        self._passed = 0
        self._after: int | None = None

    def at(self, entry: Entry, *, holds: bool) -> None:
        """Take the next entry; of one whose seal doesn't fit nothing can be said."""
        if entry.action == "decision_kept" or not holds:
            self._entries[entry.number] = entry if holds else None
        self._passed += 1
        if self._passed >= _BATCH:
            self._look(entry.number)
            self._after, self._passed = entry.number, 0

    def end(self) -> None:
        """Look at the rest: what lies beyond the trail's end, too."""
        self._look(None)

    def _look(self, until: int | None) -> None:
        for rows in self._rows(until):
            found = digests(self._connection, self._seal, {row.review for row in rows})
            for row in rows:
                self._at_row(row, found.get(row.review))
        for number, entry in self._entries.items():
            if entry is not None:
                self._tell(f"the decision of entry {number} is missing: it was deleted")
        self._entries.clear()

    def _rows(self, until: int | None) -> Iterator[Sequence[Row[Any]]]:
        """Read the decisions of a stretch of the trail."""
        wanted = select(*raw(decision.c)).order_by(decision.c.number)
        if self._after is not None:
            wanted = wanted.where(decision.c.number > self._after)
        if until is not None:
            wanted = wanted.where(decision.c.number <= until)
        return self._connection.execution_options(yield_per=_BATCH).execute(wanted).partitions()

    def _at_row(self, row: Row[Any], digest: str | None) -> None:
        if row.number not in self._entries:
            self._tell(f"decision {row.number} has no entry in the audit trail: it was put in or moved")
            return
        entry = self._entries.pop(row.number)
        if entry is None:
            return
        detail = json.loads(entry.detail)
        if changed := _changed(row, entry, detail):
            self._tell(f"the decision of entry {row.number} was changed: {', '.join(changed)}")
        if digest is None:
            self._tell(f"the review that entry {row.number} decided on is missing")
        elif digest != detail.get("review_digest"):
            self._tell(
                f"the review that entry {row.number} decided on was changed: its row, lines or gaps are not what they were"
            )


def _changed(row: Row[Any], entry: Entry, detail: dict[str, Any]) -> list[str]:
    """Name the columns that differ from what was sealed."""
    sealed = {name: detail.get(name) for name in SEALED}
    sealed |= {"number": entry.number, "caller": entry.caller, "at": moment(entry.at)}
    return [
        column.name
        for column in decision.c
        if plain(column, getattr(row, column.name)) != sealed.get(column.name)
    ]
