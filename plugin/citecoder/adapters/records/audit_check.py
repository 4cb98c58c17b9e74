"""A look through the whole audit trail: does every seal fit, does each entry follow the one before, is the end there.

On the way it holds decisions and keys against what the trail says of them, and at the end the database's triggers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from citecoder.adapters.records import guards
from citecoder.adapters.records.audit import Entry, same
from citecoder.adapters.records.decision_check import DecisionCheck
from citecoder.adapters.records.key_check import KeyCheck
from citecoder.adapters.records.stored_values import raw
from citecoder.adapters.records.tables import audit, audit_head
from citecoder.errors import InputError
from citecoder.records import AuditReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from citecoder.adapters.records.audit import Seal

_BATCH = 2_000
_MOST_FAULTS = 100
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})?")


class Head(NamedTuple):
    """An entry's number and hash, as kept elsewhere; number 0 and no hash is the head of an empty trail."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def read_head(text: str) -> Head:
    """Read ``NUMBER:HASH``.

    Raises:
        InputError: it is written otherwise.
    """
    parts = _HEAD.fullmatch(text.strip())
    if parts is None or (int(parts[1]) > 0) != bool(parts[2]):
        raise InputError(
            "--head is not NUMBER:HASH; give it as `citecoder audit verify` printed it", "--head"
        )
    return Head(int(parts[1]), parts[2] or "")


def verify(connection: Connection, seal: Seal, known: Head | None) -> AuditReport:
    """Go through the trail in batches.

    Args:
        connection: within a transaction that reads.
        seal: of the site's secret.
        known: a head kept elsewhere, which the trail must still hold.
    """
    heads = connection.execute(select(*raw(audit_head.c)).order_by(audit_head.c.only).limit(2)).all()
    told = heads[0] if heads else None
    look = _Look(seal, known)
    if len(heads) > 1:
        look.tell("a second row was put in beside the one that holds the trail's head")
    if told is not None and told.secret_mark and not same(told.secret_mark, seal.mark):
        look.tell("the secret of this site is not the one the trail was begun with: no seal can fit")
    decisions, keys = DecisionCheck(connection, seal, look.tell), KeyCheck(seal, look.tell)
    for entry, sealed in _entries(connection):
        holds = look.at(entry, sealed)
        decisions.at(entry, holds=holds)
        if holds:
            keys.at(entry)
    look.end(Head(told.number, told.hash) if told is not None else None)
    decisions.end()
    keys.end(connection)
    for fault in guards.faults(connection):
        look.tell(fault)
    return look.report()


class _Look:
    """Where the look is, and what it has found."""

    def __init__(self, seal: Seal, known: Head | None) -> None:
        self._seal, self._known = seal, known
        self._known_seen = known is None or known.number == 0
        self._untold = 0
        self.entries = 0
        self.last = Head(0, "")
        self.faults: list[str] = []

    def tell(self, fault: str) -> None:
        """Note a fault; beyond a hundred only their number."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)
        else:
            self._untold += 1

    def at(self, entry: Entry, sealed: str) -> bool:
        """Look at the next entry, and return whether its seal fits."""
        self._in_order(entry)
        holds = all(isinstance(each, str) for each in entry[1:]) and same(self._seal.of(entry), sealed)
        if not holds:
            self.tell(
                f"entry {entry.number} was changed, moved, or sealed with another secret: its hash is wrong"
            )
        if self._known and entry.number == self._known.number:
            self._known_seen = True
            if not same(sealed, self._known.hash):
                self.tell(
                    f"entry {entry.number} has another hash than the head kept elsewhere: history was rewritten"
                )
        self.entries += 1
        if isinstance(entry.number, int):
            self.last = Head(entry.number, sealed)
        return holds

    def _in_order(self, entry: Entry) -> None:
        if not isinstance(entry.number, int):
            self.tell("an entry without a number was put in")
            return
        number, expected = entry.number, self.last.number + 1
        if number < expected:
            self.tell(f"entry {number} is out of order: the trail begins with entry 1")
        elif number > expected:
            gone = (
                f"entry {expected} is"
                if number == expected + 1
                else f"entries {expected} to {number - 1} are"
            )
            self.tell(f"{gone} missing")
        elif entry.previous != self.last.hash:
            self.tell(f"entry {number} does not follow entry {number - 1}: one of them was changed or moved")

    def end(self, told: Head | None) -> None:
        """Hold the end against the head in the database and the one kept elsewhere."""
        if not self._known_seen and self._known is not None:
            self.tell(
                f"the trail ends at entry {self.last.number}, but the head kept elsewhere is entry"
                f" {self._known.number}: the end was cut off"
                if self.last.number < self._known.number
                else f"entry {self._known.number}, the head kept elsewhere, is missing"
            )
        if told is None:
            self.tell("the row that holds the trail's head is missing")
        elif told != self.last:
            self.tell(
                f"the trail ends at entry {self.last.number}, but its head is entry {told.number} or has another hash:"
                " the end was cut off or rewritten"
            )

    def report(self) -> AuditReport:
        """Return what was found."""
        more = (f"and {self._untold} more faults",) if self._untold else ()
        return AuditReport(self.entries, str(self.last), (*self.faults, *more))


def _entries(connection: Connection) -> Iterator[tuple[Entry, str]]:
    """Read the trail by number, a batch at a time."""
    columns = raw(audit.c[name] for name in (*Entry._fields, "hash"))
    wanted = select(*columns).order_by(audit.c.number).limit(_BATCH)
    batch = connection.execute(wanted).all()
    while batch:
        for row in batch:
            yield Entry(*row[:-1]), row[-1]
        batch = connection.execute(wanted.where(audit.c.number > batch[-1].number)).all()
