"""POST /v1/suggestions: one note in, its lines, gaps and reasons out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from citecoder import wire
from citecoder.app.verbs.suggest import suggest

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def router(parts: Parts) -> APIRouter:
    """Make the route over the shared parts."""
    routes = APIRouter(tags=["suggest"])

    @routes.post("/v1/suggestions")
    def post_suggestions(asked: wire.SuggestRequest) -> wire.SuggestResponse:
        """Review one note: codes, units and modifiers, each cited in the note and in a dated source."""
        return suggest(parts, asked)

    return routes
