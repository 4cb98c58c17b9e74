"""POST /v1/decisions: what a person decided on a line, or on a question about missing documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from citecoder import wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.verbs.decide import decide

if TYPE_CHECKING:
    from fastapi import APIRouter

    from citecoder.app.http.door import Door


def router(door: Door) -> APIRouter:
    """Make the route behind the door."""
    routes = door.routes_for("decide", "decide")

    @routes.post(
        "/v1/decisions",
        operation_id="decide",
        summary="Record a decision",
        status_code=201,
        responses=problems_of(404, 408, 413, 415, 422),
    )
    async def post_decisions(
        request: Request,
        asked: wire.DecisionRequest,
    ) -> wire.DecisionResponse:
        """Keep what a person decided on a line or a gap of a review that this server made.

        `line_id` is the id of a line, or with `dismiss_gap` the id of a gap. `reject` needs a `reason_code`, `edit` an
        `edit`. The same decision sent twice is kept once. 404: the review is not kept; ask for suggestions again.
        """
        caller = request.state.caller
        told = await door.records.run(lambda: decide(door.parts, asked, caller), request.receive)
        door.meters.decided(told)
        return told

    return routes
