"""decide: what a person decided on a line or a gap of a review, kept for the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.errors import RecordsUnavailableError
from citecoder.records import Decision

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts
    from citecoder.records import Caller


def decide(parts: Parts, asked: wire.DecisionRequest, caller: Caller) -> wire.DecisionResponse:
    """Keep a decision.

    Raises:
        UnknownReviewError: the review, or that line of it, is not kept, or belongs to another key.
        InputError: a decision without what its action needs.
        RecordsUnavailableError: the records are off or can't be reached.
    """
    if parts.records is None:
        raise RecordsUnavailableError(
            "this server keeps no records, so no decisions; set CITECODER_RECORDS to sqlite or to a database"
        )
    kept = parts.records.decide(_decision(asked), caller)
    told = kept.decision
    return wire.DecisionResponse(
        id=kept.id,
        at=kept.at,
        suggestion_id=told.suggestion_id,
        line_id=told.line_id,
        code=kept.code,
        action=told.action,
        reason_code=told.reason_code,
    )


def _decision(asked: wire.DecisionRequest) -> Decision:
    edit = asked.edit.model_dump(exclude_none=True, mode="json") if asked.edit else {}
    return Decision(
        suggestion_id=str(asked.suggestion_id),
        line_id=asked.line_id,
        action=asked.action,
        reason_code=asked.reason_code,
        edit=tuple(sorted(edit.items())),
        comment=asked.comment,
    )
