"""What reviews came to: counted by the database, each line and gap once, as it last stood.

A line counts while the newest review of its note holds it, and afterwards if somebody decided on it: a line that was
rejected, and is gone because the note was changed for it, was rejected nevertheless.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select, text

from citecoder.adapters.records.tables import decision, gap, line, review
from citecoder.records import CodeStats, GapStats, Stats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import CTE, ColumnElement, Connection, Select, Table

    from citecoder.records import ReasonCode


def stats(connection: Connection, since: date | None) -> Stats:
    """Count the reviews that last stood on a day or later; all without one."""
    if connection.dialect.name == "postgresql":
        # It takes the newest of each for a few rows, and joins thousands of them one by one. All joins here are of equals.
        connection.execute(text("SET LOCAL enable_nestloop = off"))
    newest = _newest(since)
    reviews = _number(connection, select(func.count()).select_from(newest))
    with_lines = select(line.c.review).distinct()
    without = select(func.count()).select_from(newest).where(newest.c.number.not_in(with_lines))
    lines, gaps = _stood(newest, line, "line_id"), _stood(newest, gap, "gap_id")
    codes = _codes(connection, lines)
    asked = _gaps(connection, gaps)
    decisions = sum(each.accepted + each.edited + each.rejected for each in codes)
    return Stats(
        since,
        reviews,
        _number(connection, without),
        decisions + sum(each.dismissed for each in asked),
        codes,
        asked,
    )


def _number(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())


def _newest(since: date | None) -> CTE:
    """Each note's newest review: its number, and what it shares with the former ones."""
    last = func.max(review.c.revision).over(partition_by=(review.c.caller, review.c.review_id)).label("last")
    every = select(
        review.c.number, review.c.caller, review.c.review_id, review.c.revision, review.c.at, last
    ).subquery()
    newest = select(every).where(every.c.revision == every.c.last)
    if since is not None:
        newest = newest.where(every.c.at >= datetime.combine(since, time(), UTC))
    return newest.cte("newest")


def _is_of(newest: CTE) -> ColumnElement[bool]:
    """Whether a review is one of that note's."""
    return and_(review.c.caller == newest.c.caller, review.c.review_id == newest.c.review_id)


def _stood(newest: CTE, table: Table, name: str) -> CTE:
    """Each line (or gap) of those notes as it last stood, with the newest decision on it."""
    rank = func.row_number().over(
        partition_by=(newest.c.number, table.c[name]), order_by=(review.c.revision.desc(), table.c.number)
    )
    stood = (
        select(
            table,
            newest.c.number.label("note"),
            (review.c.number == newest.c.number).label("stands"),
            rank.label("rank"),
        )
        .join(review, review.c.number == table.c.review)
        .join(newest, _is_of(newest))
        .subquery(f"{table.name}_rank")
    )
    decided = _decided(newest, on_gaps=table is gap)
    return (
        select(stood, decided.c.action, decided.c.reason_code)
        .outerjoin(decided, and_(decided.c.note == stood.c.note, decided.c.line_id == stood.c[name]))
        .where(stood.c.rank == 1, stood.c.stands | decided.c.action.is_not(None))
        .cte(f"{table.name}_stood")
    )


def _decided(newest: CTE, *, on_gaps: bool) -> Any:
    """Each line's (or gap's) newest decision."""
    of_gap = decision.c.action == "dismiss_gap"
    rank = func.row_number().over(
        partition_by=(newest.c.number, decision.c.line_id), order_by=decision.c.number.desc()
    )
    every = (
        select(
            newest.c.number.label("note"),
            decision.c.line_id,
            decision.c.action,
            decision.c.reason_code,
            rank.label("rank"),
        )
        .join(review, review.c.number == decision.c.review)
        .join(newest, _is_of(newest))
        .where(of_gap if on_gaps else ~of_gap)
        .subquery()
    )
    return select(every).where(every.c.rank == 1).subquery()


def _codes(connection: Connection, lines: CTE) -> tuple[CodeStats, ...]:
    reasons = _reasons(connection, lines)
    counted = (
        select(lines.c.code, func.count(), *(_times(lines, each) for each in ("accept", "edit", "reject")))
        .group_by(lines.c.code)
        .order_by(func.count().desc(), lines.c.code)
    )
    return tuple(
        CodeStats(
            code, seen, accepted, edited, rejected, seen - accepted - edited - rejected, reasons.get(code, ())
        )
        for code, seen, accepted, edited, rejected in connection.execute(counted)
    )


def _times(rows: CTE, action: str) -> Any:
    return func.count(case((rows.c.action == action, 1)))


def _reasons(connection: Connection, lines: CTE) -> Mapping[str, tuple[tuple[ReasonCode, int], ...]]:
    counted = (
        select(lines.c.code, lines.c.reason_code, func.count())
        .where(lines.c.reason_code.is_not(None))
        .group_by(lines.c.code, lines.c.reason_code)
        .order_by(lines.c.code, func.count().desc(), lines.c.reason_code)
    )
    found: dict[str, tuple[tuple[ReasonCode, int], ...]] = {}
    for code, reason, times in connection.execute(counted):
        found[code] = (*found.get(code, ()), (reason, times))
    return found


def _gaps(connection: Connection, gaps: CTE) -> tuple[GapStats, ...]:
    counted = (
        select(gaps.c.element, func.max(gaps.c.label), func.count(), _times(gaps, "dismiss_gap"))
        .group_by(gaps.c.element)
        .order_by(func.count().desc(), gaps.c.element)
    )
    return tuple(GapStats(*row) for row in connection.execute(counted))
