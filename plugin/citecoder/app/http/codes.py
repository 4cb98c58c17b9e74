"""GET /v1/codes/{code} and POST /v1/units: what is known about a code, and how its minutes are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query

from citecoder import wire
from citecoder.app.verbs.lookup import lookup
from citecoder.app.verbs.units import units

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def router(parts: Parts) -> APIRouter:
    """Make the routes over the shared parts."""
    routes = APIRouter(tags=["codes"])

    @routes.get("/v1/codes/{code}")
    def get_code(
        code: Annotated[str, Path(max_length=5)],
        payer: Annotated[wire.OptionalName, Query()] = None,
        date: Annotated[wire.IsoDate | None, Query()] = None,
    ) -> wire.LookupResponse:
        """Return what the code set, the payer, the edits and the sources say about a code."""
        return lookup(parts, code, payer, date)

    @routes.post("/v1/units")
    def post_units(asked: wire.UnitsRequest) -> wire.UnitsResponse:
        """Count a day's units."""
        return units(parts, asked)

    return routes
