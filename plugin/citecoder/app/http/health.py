"""GET /healthz, /readyz and /metrics: for who runs the service.

The first two are open, because what starts and balances servers has no key. What is down is told only to who may ask.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from citecoder import __version__, wire
from citecoder.app.http.openapi import problems_of
from citecoder.app.http.problems import RETRY_SECONDS, Refusal, problem, request_id_of
from citecoder.app.verbs.status import language_model
from citecoder.errors import CitecoderError
from citecoder.records import LOCAL

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from citecoder.app.http.door import Door
    from citecoder.app.wiring import Parts

FRESH_SECONDS = 1.0
"""How long a look at the parts is good for: whoever asks more often asks no database."""


def router(door: Door) -> APIRouter:
    """Make the routes; ``/metrics`` stands behind the door."""
    routes, look = APIRouter(), _Look(door)

    @routes.get(
        "/healthz",
        operation_id="health",
        tags=["operations"],
        summary="Is it alive",
        responses=problems_of(403),
    )
    async def get_health() -> wire.HealthResponse:
        """Say that the server answers; no part is asked."""
        return wire.HealthResponse(status="ok", version=__version__)

    @routes.get(
        "/readyz",
        operation_id="ready",
        tags=["operations"],
        summary="Can it do its work",
        response_model=wire.ReadyResponse,
        responses=problems_of(403, 429, 503),
    )
    async def get_ready(request: Request) -> wire.ReadyResponse | Response:
        """Look at the index and the records. 503 when one is down; which one is told to who may ask."""
        known, down = await _known(door, request), await look.down()
        if not down:
            if not known:
                return wire.ReadyResponse(status="ready")
            chosen = language_model(door.parts)
            return wire.ReadyResponse(status="ready", parts=_states(door.parts), language_model=chosen)
        named = [wire.FieldProblem(loc=[part], msg=why) for part, why in down.items()] if known else []
        told = f"not ready: {' and '.join(down)} down" if known else "not ready"
        headers = {"retry-after": str(RETRY_SECONDS)}
        return problem(503, told, request_id_of(request.scope), headers, named)

    behind = door.routes_for("metrics", "operations")

    @behind.get(
        "/metrics",
        operation_id="metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def get_metrics() -> Response:
        """Tell requests, reviews, lines, gaps and decisions in Prometheus' text format."""
        version = await door.lookups.run(lambda: _index_version(door.parts))
        door.meters.index_is(version)
        return Response(generate_latest(door.meters.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    routes.include_router(behind)
    return routes


class _Look:
    """What is down, looked at once a moment however many ask."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._one = asyncio.Lock()
        self._until = 0.0
        self._down: dict[str, str] = {}

    async def down(self) -> dict[str, str]:
        """Return the parts that are down, and why in one sentence each."""
        async with self._one:
            if time.monotonic() >= self._until:
                index = await self._why(self._door.lookups.run(lambda: _index_version(self._door.parts)))
                records = await self._why(self._door.records.run(lambda: _check_records(self._door.parts)))
                found = {"index": index, "records": records}
                self._down = {part: why for part, why in found.items() if why}
                self._until = time.monotonic() + FRESH_SECONDS
            return self._down

    async def _why(self, asked: Awaitable[object]) -> str | None:
        try:
            await asked
        except CitecoderError as error:
            return str(error)
        except Refusal as refusal:
            return refusal.detail
        return None


async def _known(door: Door, request: Request) -> bool:
    """Say whether who asks may know what is down. A look with a key counts as any other request.

    Raises:
        Refusal: 429.
    """
    try:
        caller = await door.callers.known(request)
        if caller.id != LOCAL.id:
            await door.rates.spend(caller)
    except Refusal as refusal:
        if refusal.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise
        return False
    except CitecoderError:
        return False
    return True


def _states(parts: Parts) -> dict[str, Literal["ready", "off"]]:
    return {"index": "ready", "records": "off" if parts.settings.records == "off" else "ready"}


def _check_records(parts: Parts) -> None:
    if parts.records is not None:
        parts.records.check()


def _index_version(parts: Parts) -> str:
    return parts.store.version
