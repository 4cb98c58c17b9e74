"""Are the keys those that the audit trail tells of: none put in, widened, prolonged or brought back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from citecoder.adapters.records.keys import sealed
from citecoder.adapters.records.stored_values import moment, plain, raw
from citecoder.adapters.records.tables import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from citecoder.adapters.records.audit import Entry, Seal

_UNSEALED = {"last_used"}


class KeyCheck:
    """Follows the trail and remembers each key it tells of; memory grows with keys, of which a site has few.

    Args:
        seal: of the site's secret.
        tell: takes each fault.
    """

    def __init__(self, seal: Seal, tell: Callable[[str], None]) -> None:
        self._seal, self._tell = seal, tell
        self._keys: dict[str, dict[str, Any]] = {}

    def at(self, entry: Entry) -> None:
        """Take an entry whose seal fits."""
        if entry.action == "key_created":
            told = json.loads(entry.detail)
            self._keys[entry.subject] = told | {"created": moment(entry.at), "revoked": None}
        elif entry.action == "key_revoked" and entry.subject in self._keys:
            self._keys[entry.subject]["revoked"] = moment(entry.at)

    def end(self, connection: Connection) -> None:
        """Hold the keys against what was told of them."""
        for row in connection.execute(select(*raw(key.c))):
            found = {column.name: plain(column, getattr(row, column.name)) for column in key.c}
            name = str(found["id"])[:20]
            expected = self._keys.pop(found["id"], None) if isinstance(found["id"], str) else None
            if expected is None:
                self._tell(f"key {name!r} has no entry in the audit trail: it was put in; revoke it")
            elif changed := self._changed(found, expected):
                self._tell(f"key {name!r} was changed: {', '.join(changed)}; revoke it and make another")
        for gone in self._keys:
            self._tell(f"key {gone!r} is missing: it was deleted")

    def _changed(self, found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
        secret = sealed(self._seal, found["secret_hash"])
        held = {**found, "expires": moment(found["expires"]), "secret_hash": secret}
        wanted = {**expected, "id": found["id"], "expires": moment(expected.get("expires"))}
        return [name for name in held if name not in _UNSEALED and held[name] != wanted.get(name)]
