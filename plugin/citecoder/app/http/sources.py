"""POST /v1/passages/search and GET /v1/passages/{id}: the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from citecoder import wire
from citecoder.app.verbs import search
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def router(parts: Parts) -> APIRouter:
    """Make the routes over the shared parts."""
    routes = APIRouter(tags=["search"])

    @routes.post("/v1/passages/search")
    def post_search(asked: wire.SearchRequest) -> wire.SearchResponse:
        """Search the sources; every hit says who says it, since when, and whether it is disputed."""
        return search.search(parts, asked)

    @routes.get("/v1/passages/{passage_id:path}")
    def get_passage(passage_id: str) -> wire.Passage:
        """Return one passage."""
        try:
            return search.passage(parts, passage_id)
        except InputError:
            raise HTTPException(404) from None

    return routes
