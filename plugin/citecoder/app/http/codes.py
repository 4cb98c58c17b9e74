"""GET /v1/codes/{code} and POST /v1/units: what is known about a code, and how its minutes are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Path, Query, Request

from citecoder import wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.verbs.lookup import lookup
from citecoder.app.verbs.units import units

if TYPE_CHECKING:
    from fastapi import APIRouter

    from citecoder.app.http.door import Door


def router(door: Door) -> APIRouter:
    """Make the routes behind the door."""
    routes = door.routes_for("sources", "codes")

    @routes.get(
        "/v1/codes/{code}",
        operation_id="lookup",
        summary="What is known about a code",
        responses=problems_of(404, 422),
    )
    async def get_code(
        request: Request,
        code: Annotated[str, Path(max_length=5, examples=["97140"])],
        payer: Annotated[wire.OptionalName, Query(examples=["medicare"])] = None,
        date: Annotated[wire.IsoDate | None, Query(examples=["2026-05-01"])] = None,
    ) -> wire.LookupResponse:
        """Return what the code set, the payer, the edits and the sources say about a code."""
        return await door.lookups.run(lambda: lookup(door.parts, code, payer, date), request.receive)

    @routes.post(
        "/v1/units",
        operation_id="units",
        summary="Count a day's units",
        responses=problems_of(404, 408, 413, 415, 422),
    )
    async def post_units(
        request: Request,
        asked: wire.UnitsRequest,
    ) -> wire.UnitsResponse:
        """Turn the minutes of each code into units and claim lines, with the arithmetic and its sources."""
        return await door.lookups.run(lambda: units(door.parts, asked), request.receive)

    return routes
