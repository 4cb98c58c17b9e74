"""What people decided on lines and gaps. A later decision counts in place of the former; both stay."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, insert, select

from citecoder.adapters.records.audit import append
from citecoder.adapters.records.review_digest import digests
from citecoder.adapters.records.reviews import LONGEST_ID, kept_id, one_at_a_time, sealed_id
from citecoder.adapters.records.tables import comment_text, decision, gap, line, review
from citecoder.errors import InputError
from citecoder.records import Decision, KeptDecision, UnknownReviewError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select, Table

    from citecoder.adapters.records.audit import Seal
    from citecoder.records import Caller


def _item_of(table: Table, name: str) -> Select[Any]:
    """Ask for a line or gap in the newest review that holds it."""
    return (
        select(table, review.c.revision, review.c.note_hash)
        .join(review, review.c.number == table.c.review)
        .where(_OF_CALLER, table.c[name] == bindparam("line_id"))
        .order_by(review.c.revision.desc(), table.c.number)
        .limit(1)
    )


def _latest_of(which: ColumnElement[bool]) -> Select[Any]:
    """Ask for the newest decision on a line or gap, whatever review it was made on."""
    return (
        select(decision)
        .join(review, review.c.number == decision.c.review)
        .where(_OF_CALLER, decision.c.line_id == bindparam("line_id"), which)
        .order_by(decision.c.number.desc())
        .limit(1)
    )


# Built once: putting a statement together takes longer than running it. By whether a gap is meant.
_OF_CALLER = and_(review.c.caller == bindparam("caller"), review.c.review_id == bindparam("review_id"))
_ITEM = {True: _item_of(gap, "gap_id"), False: _item_of(line, "line_id")}
_LATEST = {
    True: _latest_of(decision.c.action == "dismiss_gap"),
    False: _latest_of(decision.c.action != "dismiss_gap"),
}
_KEEP = insert(decision)

SEALED = ("id", "review", "line_id", "code", "action", "reason_code", "edit")
"""The columns of a decision that its entry of the audit trail repeats; number, caller and time are the entry's own."""


def check(told: Decision, *, keep_comments: bool) -> None:
    """Refuse a decision that is not whole, or says more than the site takes.

    Raises:
        InputError: names the field.
    """
    if told.action == "reject" and told.reason_code is None:
        raise InputError("reason_code: reject needs one; say why the line is wrong", "reason_code")
    if told.action == "edit" and not told.edit:
        raise InputError("edit: name what the line became: code, units or modifiers", "edit")
    if told.action != "edit" and told.edit:
        raise InputError("edit: belongs to the action edit; leave it out or change the action", "edit")
    if told.comment is not None and not keep_comments:
        raise InputError(
            "comment: this site takes no free text (CITECODER_KEEP_COMMENTS is off); leave it out", "comment"
        )


def keep(connection: Connection, seal: Seal, now: datetime, told: Decision, caller: Caller) -> KeptDecision:
    """Keep a decision on the newest review that holds its line; the same one sent again returns the first.

    Raises:
        UnknownReviewError: the caller has no such review, or it has no such line.
    """
    review_id = kept_id(told.suggestion_id)
    one_at_a_time(connection, caller.id, review_id)
    item = _item(connection, review_id, caller.id, told)
    former = _latest(connection, review_id, caller.id, told)
    if former is not None and _is_same(connection, former, told, item):
        return _kept(former, told.suggestion_id)
    row = _row(told, item, caller, now)
    number = append(
        connection,
        seal,
        now,
        caller.id,
        "decision_kept",
        sealed_id(seal, review_id),
        _detail(connection, seal, row, item),
    )
    connection.execute(_KEEP, row | {"number": number})
    if told.comment is not None:
        connection.execute(insert(comment_text).values(decision=number, text=told.comment.encode()))
    return KeptDecision(row["id"], now, caller.id, item.code, told)


def prune_comments(connection: Connection, before: datetime) -> int:
    """Delete the free text of decisions made before a time; the decisions stay. Return how many had some."""
    old = select(decision.c.number).where(decision.c.at < before)
    return connection.execute(delete(comment_text).where(comment_text.c.decision.in_(old))).rowcount


def _item(connection: Connection, review_id: str, caller: str, told: Decision) -> Row[Any]:
    """Find the line or gap in the newest review that holds it."""
    wanted = {"caller": caller, "review_id": review_id, "line_id": told.line_id}
    can_be = len(told.line_id) <= LONGEST_ID and told.line_id.isprintable()
    found = connection.execute(_ITEM[_on_gap(told)], wanted).one_or_none() if can_be else None
    if found is None:
        what = "gap" if _on_gap(told) else "line"
        raise UnknownReviewError(
            f"no review that you asked for has this suggestion_id and {what}; ask for suggestions again and decide on"
            " what they show",
            "line_id",
        )
    return found


def _latest(connection: Connection, review_id: str, caller: str, told: Decision) -> Row[Any] | None:
    """Return the newest decision on the line (or on the gap, if a gap is meant), whatever review it was made on."""
    wanted = {"caller": caller, "review_id": review_id, "line_id": told.line_id}
    return connection.execute(_LATEST[_on_gap(told)], wanted).one_or_none()


def _is_same(connection: Connection, former: Row[Any], told: Decision, item: Row[Any]) -> bool:
    """Tell whether a decision repeats the former one about a line that is what it was."""
    again = (former.action, former.reason_code, former.edit) == (told.action, told.reason_code, _edit(told))
    if not again or former.review == item.review or told.action == "dismiss_gap":
        return again
    about = (line.c.code, line.c.units, line.c.modifiers)
    then = connection.execute(
        select(*about).where(line.c.review == former.review, line.c.line_id == told.line_id)
    ).first()
    return then is not None and tuple(then) == (item.code, item.units, item.modifiers)


def _row(told: Decision, item: Row[Any], caller: Caller, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "review": item.review,
        "line_id": told.line_id,
        "code": item.code,
        "action": told.action,
        "reason_code": told.reason_code,
        "edit": _edit(told),
        "caller": caller.id,
        "at": now,
    }


def _detail(connection: Connection, seal: Seal, row: dict[str, Any], item: Row[Any]) -> dict[str, Any]:
    """Return what is sealed of a decision, and of the review that it was made on."""
    digest = digests(connection, seal, [item.review])[item.review]
    about = {"revision": item.revision, "note_hash": item.note_hash, "review_digest": digest}
    return {name: row[name] for name in SEALED} | about


def _on_gap(told: Decision) -> bool:
    return told.action == "dismiss_gap"


def _edit(told: Decision) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.edit}


def _kept(row: Row[Any], suggestion_id: str) -> KeptDecision:
    edit = tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in row.edit.items()
    )
    told = Decision(suggestion_id, row.line_id, row.action, row.reason_code, edit)
    return KeptDecision(row.id, row.at, row.caller, row.code, told)
