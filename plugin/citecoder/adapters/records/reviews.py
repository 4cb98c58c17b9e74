"""Reviews as they last stood: what was suggested and what was missing, without words of the note.

A sidebar asks again whenever somebody stops typing, with the same id. The newest review takes the former's place,
unless somebody decided on that one; so rows grow by notes and not by keystrokes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, exists, func, insert, select

from citecoder.adapters.records.audit import append
from citecoder.adapters.records.tables import decision, gap, line, not_coded, note_text, review

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from citecoder import wire
    from citecoder.adapters.records.audit import Seal
    from citecoder.records import Caller

LONGEST_ID = 200
_PAYER_ID = re.compile(r"[a-z0-9_.-]{1,40}")

# Built once: putting a statement together takes longer than running it.
_FORMER = (
    select(
        review.c.number,
        review.c.revision,
        exists().where(decision.c.review == review.c.number).label("decided"),
    )
    .where(review.c.caller == bindparam("caller"), review.c.review_id == bindparam("review_id"))
    .order_by(review.c.revision.desc())
    .limit(1)
)
_DELETE = delete(review).where(review.c.number == bindparam("former"))  # its lines, gaps and note go with it
_KEEP = insert(review).returning(review.c.number)
_KEEP_PART = {table: insert(table) for table in (line, gap, not_coded)}


def kept_id(told: str | int) -> str:
    """Return the id that a review is kept by: its own, or a hash of one that is too long or that a database refuses."""
    text = str(told)
    if len(text) <= LONGEST_ID and text.isprintable():
        return text
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def sealed_id(seal: Seal, review_id: str) -> str:
    """Return what stands for a review in the audit trail: an id may name somebody, and the trail is kept for good."""
    return seal.digest("review id", review_id)


def note_hash(key: bytes, note: str) -> str:
    """Hash a note with a key of the site's: nobody without it can try notes against the hash."""
    return hmac.digest(key, note.encode(), hashlib.sha256).hex()


def keep(
    connection: Connection, seal: Seal, now: datetime, told: wire.SuggestResponse, caller: Caller, hashed: str
) -> int:
    """Keep a review in place of the former one of the same id and caller; return its row's number."""
    review_id = kept_id(told.id)
    one_at_a_time(connection, caller.id, review_id)
    former = connection.execute(_FORMER, {"caller": caller.id, "review_id": review_id}).one_or_none()
    stays = former is not None and former.decided
    revision = (former.revision if former is not None else 0) + (stays or former is None)
    if former is not None and not stays:
        connection.execute(_DELETE, {"former": former.number})
    row = _row(told) | {"at": now, "note_hash": hashed}
    row |= {"caller": caller.id, "review_id": review_id, "revision": revision}
    number: int = connection.execute(_KEEP, row).scalar_one()
    _keep_parts(connection, number, told)
    if former is None or stays:
        detail = {"revision": revision, "engine": row["engine_version"], "knowledge": row["knowledge"]}
        append(connection, seal, now, caller.id, "review_kept", sealed_id(seal, review_id), detail)
    return number


def one_at_a_time(connection: Connection, caller: str, review_id: str) -> None:
    """Wait until nobody else writes to a review: what is decided on must not be replaced meanwhile."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        number = int.from_bytes(
            hashlib.sha256(f"{caller} {review_id}".encode()).digest()[:8], "big", signed=True
        )
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def prune(connection: Connection, before: datetime) -> tuple[int, int]:
    """Delete undecided reviews that last stood before a time, and the notes of all; return how many of each."""
    old = select(review.c.number).where(review.c.at < before)
    notes = connection.execute(delete(note_text).where(note_text.c.review.in_(old))).rowcount
    decided = exists().where(decision.c.review == review.c.number)
    reviews = connection.execute(delete(review).where(review.c.at < before, ~decided)).rowcount
    return reviews, notes


def keep_note(connection: Connection, number: int, note: str) -> None:
    """Keep the note's text with its review, exactly as sent."""
    connection.execute(insert(note_text).values(review=number, text=note.encode()))


def _row(told: wire.SuggestResponse) -> dict[str, Any]:
    """Return what is kept of a review as a whole. A payer that is no id may be anybody's words and is left out."""
    payer, engine = told.encounter.payer, told.engine
    return {
        "note_length": told.note_length,
        "payer": payer if payer and _PAYER_ID.fullmatch(payer) else None,
        "discipline": told.encounter.discipline,
        "visit_type": told.encounter.visit_type,
        "engine_version": engine.version,
        "knowledge": engine.knowledge,
        "editions": engine.editions,
        "prompt": engine.prompt,
        "llm": engine.llm,
    }


def _keep_parts(connection: Connection, number: int, told: wire.SuggestResponse) -> None:
    lines = [
        {"line_id": each.id, "code": each.code, "units": each.units, "modifiers": each.modifiers,
         "status": each.status, "origin": each.origin}
        for each in told.suggestions
    ]  # fmt: skip
    asked = [(None, each) for each in told.missing]
    asked += [(each.code, missing) for each in told.suggestions for missing in each.missing]  # type: ignore[misc]
    gaps = [
        {"gap_id": each.id, "code": code, "element": each.element, "label": each.label}
        for code, each in asked
    ]
    left_out = [{"code": each.code, "reason": each.reason} for each in told.not_coded]
    for table, rows in ((line, lines), (gap, gaps), (not_coded, left_out)):
        if rows:
            connection.execute(_KEEP_PART[table], [{"review": number, **row} for row in rows])
