"""POST /v1/passages/search and GET /v1/passages/{id}: the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Request

from citecoder import wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.http.problems import Refusal
from citecoder.app.verbs import search
from citecoder.errors import InputError

if TYPE_CHECKING:
    from fastapi import APIRouter

    from citecoder.app.http.door import Door


def router(door: Door) -> APIRouter:
    """Make the routes behind the door."""
    routes = door.routes_for("sources", "sources")

    @routes.post(
        "/v1/passages/search",
        operation_id="search",
        summary="Search the sources",
        responses=problems_of(408, 413, 415, 422),
    )
    async def post_search(
        request: Request,
        asked: wire.SearchRequest,
    ) -> wire.SearchResponse:
        """Search the sources; every hit says who says it, since when, and whether it is disputed."""
        return await door.lookups.run(lambda: search.search(door.parts, asked), request.receive)

    @routes.get(
        "/v1/passages/{passage_id:path}",
        operation_id="get_passage",
        summary="One passage",
        responses=problems_of(404, 422),
    )
    async def get_passage(
        request: Request,
        passage_id: Annotated[
            str,
            Path(max_length=300, examples=["cms-cpm-5/unit-allocation"], description="The id of a citation."),
        ],
    ) -> wire.Passage:
        """Return one passage by its id, with its source."""
        try:
            return await door.lookups.run(lambda: search.passage(door.parts, passage_id), request.receive)
        except InputError:
            raise Refusal(404, "no passage has this id; search with POST /v1/passages/search") from None

    return routes
