"""POST /v1/suggestions: one note in, its lines, gaps and reasons out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import Response

from citecoder import wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.verbs.suggest import suggest

if TYPE_CHECKING:
    from fastapi import APIRouter

    from citecoder.app.http.door import Door


def router(door: Door) -> APIRouter:
    """Make the route behind the door."""
    routes = door.routes_for("suggest", "suggest")

    @routes.post(
        "/v1/suggestions",
        operation_id="suggest",
        summary="Review one note",
        response_model=wire.SuggestResponse,
        responses=problems_of(408, 413, 415, 422),
    )
    async def post_suggestions(
        request: Request,
        asked: wire.SuggestRequest,
    ) -> Response:
        """Review one note: codes, units and modifiers, each cited in the note and in a dated source.

        Only `note` is needed. The review is kept before it is answered (without the note, unless the site keeps notes),
        so that decisions can name it; where the records are down it is answered all the same.
        """
        told, body = await door.reviews.run(lambda: _answered(door, asked), request.receive)
        await door.keeping.keep(told, asked.note, request.state.caller)
        door.meters.reviewed(told)
        return Response(body, media_type="application/json")

    return routes


def _answered(door: Door, asked: wire.SuggestRequest) -> tuple[wire.SuggestResponse, str]:
    """Review and write out in the worker: a long answer would hold up everybody else's on the server's own thread."""
    told = suggest(door.parts, asked)
    return told, told.model_dump_json(by_alias=True)
