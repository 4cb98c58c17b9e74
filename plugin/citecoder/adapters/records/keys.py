"""API keys: made, listed, revoked, and found by their token. Only a hash of a token's secret is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from citecoder.adapters.records.audit import append
from citecoder.adapters.records.tables import key as table
from citecoder.errors import InputError
from citecoder.records import LOCAL, SCOPES, Key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from citecoder.adapters.records.audit import Seal

_TOKEN = re.compile(r"cite_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)
_TELL_USE_EVERY = timedelta(minutes=1)
_LONGEST_NAME = 80


def add(
    connection: Connection,
    seal: Seal,
    now: datetime,
    name: str,
    scopes: Iterable[str],
    expires: datetime | None,
) -> tuple[Key, str]:
    """Make a key; the token is returned once and kept nowhere.

    Raises:
        InputError: no name, an unknown scope or none, or an expiry that is past.
    """
    wanted = frozenset(scopes)
    _check(name, wanted, expires, now)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    made = {"id": key_id, "name": name, "scopes": sorted(wanted), "created": now, "expires": expires}
    hashed = _hashed(secret)
    connection.execute(insert(table).values(**made, secret_hash=hashed))
    detail = {
        "name": name,
        "scopes": sorted(wanted),
        "expires": expires.isoformat() if expires else None,
        "secret_hash": sealed(seal, hashed),
    }
    append(connection, seal, now, LOCAL.id, "key_created", key_id, detail)
    return _one(connection, key_id), f"cite_{key_id}_{secret}"


def listed(connection: Connection) -> list[Key]:
    """Return all keys, the oldest first."""
    return [_key(row) for row in connection.execute(select(table).order_by(table.c.created, table.c.id))]


def revoke(connection: Connection, seal: Seal, now: datetime, key_id: str) -> Key:
    """Revoke a key; one that is revoked already stays as it is.

    Raises:
        InputError: there is no such key.
    """
    known = _one(connection, key_id)
    still = (table.c.id == key_id) & table.c.revoked.is_(None)
    if connection.execute(update(table).where(still).values(revoked=now)).rowcount:
        append(connection, seal, now, LOCAL.id, "key_revoked", key_id, {"name": known.name})
    return _one(connection, key_id)


def is_token(text: str) -> bool:
    """Tell whether a text has the shape of a token; what hasn't costs no look into the database."""
    return _TOKEN.fullmatch(text) is not None


def find(connection: Connection, token: str, now: datetime) -> Key | None:
    """Return the key of a token; None when it is unknown, wrong, revoked or expired."""
    parts = _TOKEN.fullmatch(token)
    row = connection.execute(select(table).where(table.c.id == parts[1])).one_or_none() if parts else None
    kept = row.secret_hash if row is not None else _hashed("")
    if not hmac.compare_digest(kept, _hashed(parts[2] if parts else "?")) or row is None:
        return None
    found = _key(row)
    over = found.expires is not None and found.expires <= now
    return None if over or found.revoked is not None else found


def tell_use(found: Key, now: datetime) -> bool:
    """Tell whether this use is worth writing down: at most one a minute is."""
    return found.last_used is None or now - found.last_used >= _TELL_USE_EVERY


def write_use(connection: Connection, key_id: str, now: datetime) -> None:
    """Write down when a key was last used."""
    connection.execute(update(table).where(table.c.id == key_id).values(last_used=now))


def sealed(seal: Seal, secret_hash: object) -> str:
    """Return what stands in the audit trail for a hash of a token's secret."""
    return seal.digest("key", secret_hash)


def _check(name: str, scopes: frozenset[str], expires: datetime | None, now: datetime) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(f"name: a key needs a printable name of at most {_LONGEST_NAME} characters", "name")
    if unknown := sorted(scopes - SCOPES):
        raise InputError(
            f"scopes: {unknown[0][:20]!r} is no scope; choose from {', '.join(sorted(SCOPES))}", "scopes"
        )
    if not scopes:
        raise InputError(f"scopes: name at least one of {', '.join(sorted(SCOPES))}", "scopes")
    if expires is not None and expires <= now:
        raise InputError("expires: lies in the past; name a later day", "expires")


def _one(connection: Connection, key_id: str) -> Key:
    known = key_id.isalnum() and connection.execute(select(table).where(table.c.id == key_id)).one_or_none()
    if not known:
        raise InputError(f"key {key_id[:20]!r} is not known; `citecoder keys list` shows the ids", "id")
    return _key(known)


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes), row.created, row.expires, row.revoked, row.last_used)


def _hashed(secret: str) -> str:
    """Hash a secret; it is random and long, so that a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
