"""The audit trail: each entry is sealed with the site's secret over itself and the entry before it.

Writers lock the head's row in turn, so the chain holds however many write at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select, update

from citecoder.adapters.records.site_secret import derived
from citecoder.adapters.records.tables import audit, audit_head
from citecoder.errors import RecordsUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


_LOCK_HEAD = select(audit_head).with_for_update()
_APPEND = insert(audit)
_MOVE_HEAD = update(audit_head)


class Entry(NamedTuple):
    """What is sealed, in the order of the seal. ``detail`` is JSON, ``at`` a time in UTC as text."""

    number: int
    at: str
    caller: str
    action: str
    subject: str
    detail: str
    previous: str


class Seal:
    """Seals entries with the site's secret.

    Args:
        secret: the site's.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = derived(secret, "audit trail")
        self._digest_key = derived(secret, "audit digest")
        self.mark = derived(secret, "audit mark").hex()

    def of(self, entry: Entry) -> str:
        """Return the hash of an entry, 64 hexadecimal digits."""
        return hmac.digest(self._key, canonical(list(entry)).encode(), hashlib.sha256).hex()

    def digest(self, purpose: str, value: Any) -> str:
        """Return a digest that stands for a value in an entry, 64 hexadecimal digits: nobody without the secret can try values."""
        return hmac.digest(self._digest_key, canonical([purpose, value]).encode(), hashlib.sha256).hex()


def same(one: object, other: object) -> bool:
    """Compare two hashes in constant time; what is no text is never the same."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def canonical(value: Any) -> str:
    """Write a value as JSON in the one form that is hashed: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def append(
    connection: Connection,
    seal: Seal,
    at: datetime,
    caller: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
) -> int:
    """Add an entry within the transaction of what it tells, and return its number.

    Raises:
        RecordsUnavailableError: the trail was begun with another secret.
    """
    head = connection.execute(_LOCK_HEAD).one()
    demand_mark(head.secret_mark, seal)
    entry = Entry(head.number + 1, at.isoformat(), caller, action, subject, canonical(detail), head.hash)
    sealed = seal.of(entry)
    connection.execute(_APPEND, {**entry._asdict(), "hash": sealed})
    connection.execute(_MOVE_HEAD, {"number": entry.number, "hash": sealed, "secret_mark": seal.mark})
    return entry.number


def demand_mark(mark: str, seal: Seal) -> None:
    """Refuse a secret that is not the one the trail was begun with; nothing is begun yet where ``mark`` is empty.

    Raises:
        RecordsUnavailableError: it is another.
    """
    if mark and not same(mark, seal.mark):
        raise RecordsUnavailableError(
            "the records were made with another secret.key than this site's; copy secret.key from the machine or the"
            " backup that they come from"
        )
