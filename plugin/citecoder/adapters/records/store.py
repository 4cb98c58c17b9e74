"""Records: what a site keeps, behind one object that the doors share among their threads."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from citecoder.adapters.records import audit, audit_check, decisions, keys, reviews, statistics, upgrading
from citecoder.adapters.records.database import Database
from citecoder.adapters.records.site_secret import derived
from citecoder.adapters.records.tables import audit_head
from citecoder.errors import RecordsUnavailableError
from citecoder.records import LOCAL, Pruned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy import Connection

    from citecoder import wire
    from citecoder.records import AuditReport, Caller, Decision, KeptDecision, Key, Stats


def _now() -> datetime:
    return datetime.now(UTC)


class Records:
    """Reviews, decisions, keys and the audit trail of a site, in one database.

    Nothing is opened before the first call, which brings the tables up to this version. Every method may raise
    ``RecordsUnavailableError``; when the database is back, the next call works. Safe to share among threads.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user@host/name``.
        secret: the site's, 32 bytes: notes are hashed and the audit trail is sealed with it.
        keep_notes: keep the text of notes with their reviews.
        keep_comments: take free text with decisions.
        clock: tells the time.

    Raises:
        InputError: ``url`` is no address of a database.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        keep_notes: bool = False,
        keep_comments: bool = False,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.database = Database(url)
        self._keep_notes, self._keep_comments = keep_notes, keep_comments
        self._clock = clock
        self._seal = audit.Seal(secret)
        self._note_key = derived(secret, "note")
        self._ready = False
        self._opening = threading.Lock()

    def check(self) -> None:
        """See that the database answers, at this version's migration and with this site's secret.

        Raises:
            RecordsUnavailableError: it doesn't.
        """
        with self._reading() as connection:
            upgrading.demand_newest(connection, self.database.place)
            audit.demand_mark(connection.execute(select(audit_head.c.secret_mark)).scalar() or "", self._seal)

    def upgrade(self) -> None:
        """Bring the tables to this version's migration."""
        upgrading.upgrade(self.database)

    def downgrade(self, revision: str) -> None:
        """Take the tables down to an earlier migration, with all that only later ones can hold."""
        self._ready = False
        upgrading.downgrade(self.database, revision)

    def keep_review(self, review: wire.SuggestResponse, note: str, caller: Caller) -> None:
        """Keep a review; it takes the place of the former one of the same id and caller unless that was decided on."""
        with self._writing() as connection:
            hashed = reviews.note_hash(self._note_key, note)
            number = reviews.keep(connection, self._seal, self._clock(), review, caller, hashed)
            if self._keep_notes:
                reviews.keep_note(connection, number, note)
        if self._keep_notes:
            self.database.empty_log(wait=False)  # it may hold the former note

    def decide(self, decision: Decision, caller: Caller) -> KeptDecision:
        """Keep a decision on a review that the same caller asked for; one sent again returns the first.

        Raises:
            UnknownReviewError: the caller has no such review, or it has no such line or gap.
            InputError: the decision is not whole, or says more than the site takes.
        """
        decisions.check(decision, keep_comments=self._keep_comments)
        with self._writing() as connection:
            return decisions.keep(connection, self._seal, self._clock(), decision, caller)

    def add_key(self, name: str, scopes: Iterable[str], expires: datetime | None = None) -> tuple[Key, str]:
        """Make a key and return it with its token, which is kept nowhere.

        Raises:
            InputError: no name, an unknown scope or none, or an expiry that is past.
        """
        with self._writing() as connection:
            return keys.add(connection, self._seal, self._clock(), name, scopes, expires)

    def keys(self) -> list[Key]:
        """Return all keys, the oldest first."""
        with self._reading() as connection:
            return keys.listed(connection)

    def revoke_key(self, key_id: str) -> Key:
        """Revoke a key for good.

        Raises:
            InputError: there is no such key.
        """
        with self._writing() as connection:
            return keys.revoke(connection, self._seal, self._clock(), key_id)

    def key_of(self, token: str, now: datetime | None = None) -> Key | None:
        """Return the key of a token; None when it is unknown, wrong, revoked or expired."""
        if not keys.is_token(token):
            return None
        at = now or self._clock()
        with self._reading() as connection:
            found = keys.find(connection, token, at)
        if found is not None and keys.tell_use(found, at):
            with self._writing() as connection:
                keys.write_use(connection, found.id, at)
        return found

    def verify_audit(self, head: str | None = None) -> AuditReport:
        """Look through the whole audit trail, in constant memory.

        Args:
            head: ``NUMBER:HASH`` of an entry, kept elsewhere: shows that nothing up to it was cut off or rewritten.

        Raises:
            InputError: ``head`` is written otherwise.
        """
        known = audit_check.read_head(head) if head is not None else None
        with self._reading() as connection:
            return audit_check.verify(connection, self._seal, known)

    def stats(self, since: date | None = None) -> Stats:
        """Count what the reviews since a day (UTC) came to; all without one."""
        with self._reading() as connection:
            return statistics.stats(connection, since)

    def prune(self, before: datetime) -> Pruned:
        """Delete undecided reviews, notes and comments from before a time; decisions and the audit trail stay.

        Raises:
            RecordsUnavailableError: the database can't be used; or all is deleted, but its log still holds the words.
        """
        with self._writing() as connection:
            counts = (*reviews.prune(connection, before), decisions.prune_comments(connection, before))
            pruned = Pruned(before, *counts)
            detail = {"reviews": pruned.reviews, "notes": pruned.notes, "comments": pruned.comments}
            audit.append(
                connection, self._seal, self._clock(), LOCAL.id, "records_pruned", before.isoformat(), detail
            )
        if not self.database.empty_log(wait=True):
            raise RecordsUnavailableError(
                f"all of it is deleted, but {self.database.place}-wal still holds what was in it, because another"
                " process reads the records; run the same command again"
            )
        return pruned

    def close(self) -> None:
        """Close every connection; the next call opens anew."""
        self.database.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._open()
        with self.database.reading() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._open()
        with self.database.writing() as connection:
            yield connection

    def _open(self) -> None:
        """Bring the tables up to this version, once."""
        if self._ready:
            return
        with self._opening:
            if not self._ready:
                self.upgrade()
                self._ready = True
