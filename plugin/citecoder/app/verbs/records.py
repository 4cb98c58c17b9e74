"""What a site's records say of themselves: keys, the audit trail, statistics; and what is deleted of them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.adapters.records import Records
    from citecoder.app.wiring import Parts
    from citecoder.records import Key


@contextmanager
def opened(parts: Parts) -> Iterator[Records]:
    """Lend the records and close them afterwards.

    Raises:
        InputError: the site keeps none.
    """
    records = parts.records
    if records is None:
        raise InputError(
            "this site keeps no records (CITECODER_RECORDS is off); unset it to keep them in the site folder",
            "CITECODER_RECORDS",
        )
    try:
        yield records
    finally:
        records.close()


def keys(parts: Parts) -> wire.KeysResponse:
    """List the keys."""
    with opened(parts) as records:
        found = records.keys()
    return wire.KeysResponse(keys=[wire.KeyView.model_validate(key) for key in found])


def create_key(
    parts: Parts, name: str, scopes: Sequence[str], lasts: date | timedelta | None
) -> tuple[Key, str]:
    """Make a key and return it with its token.

    Args:
        parts: what the doors share.
        name: whose it is.
        scopes: what it may do.
        lasts: how long, or the last day (UTC) on which it works; None for ever.
    """
    with opened(parts) as records:
        return records.add_key(name, scopes, _end(lasts))


def revoke_key(parts: Parts, key_id: str) -> Key:
    """Revoke a key."""
    with opened(parts) as records:
        return records.revoke_key(key_id)


def audit(parts: Parts, head: str | None) -> wire.AuditResponse:
    """Look through the audit trail."""
    with opened(parts) as records:
        report = records.verify_audit(head)
    return wire.AuditResponse(
        holds=not report.faults, entries=report.entries, head=report.head, faults=list(report.faults)
    )


def stats(parts: Parts, since: date | timedelta | None) -> wire.StatsResponse:
    """Count what the reviews since a day, or in the last days, came to."""
    with opened(parts) as records:
        return wire.StatsResponse.model_validate(records.stats(None if since is None else _day(since)))


def prune(parts: Parts, before: date | timedelta) -> wire.PruneResponse:
    """Delete undecided reviews, notes and comments from before a day, or older than some days."""
    with opened(parts) as records:
        return wire.PruneResponse.model_validate(records.prune(datetime.combine(_day(before), time(), UTC)))


def _end(lasts: date | timedelta | None) -> datetime | None:
    if isinstance(lasts, date):
        return datetime.combine(lasts + timedelta(days=1), time(), UTC)
    return None if lasts is None else datetime.now(UTC) + lasts


def _day(given: date | timedelta) -> date:
    return datetime.now(UTC).date() - given if isinstance(given, timedelta) else given
