"""What every route stands behind: who may ask, how often, how many at once; and where its work is done.

A caller is known before the body is read, so that nobody makes the server read or parse what it won't answer. The body
is there before a place is taken, so that nobody holds one by sending slowly.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response, Security
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from citecoder.app.http.callers import BEARER, Callers, demand_scope
from citecoder.app.http.hosts import SAFE
from citecoder.app.http.keeping import Keeping
from citecoder.app.http.meters import Meters
from citecoder.app.http.openapi import problems_of
from citecoder.app.http.problems import ClientGoneError, Refusal
from citecoder.app.http.rates import Rates
from citecoder.app.http.room import Room
from citecoder.app.http.streams import EventStream
from citecoder.app.http.work import Work

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts
    from citecoder.records import Scope

MOST_REQUESTS = 200
"""Requests that are let in at the same time; all but a few of them wait. So many more may be on their way in."""
MOST_OF_ONE = MOST_REQUESTS // 4
"""The same of one caller: nobody fills the room alone."""
DATABASE_THREADS = 8
Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class Door:
    """What the routes of one app share.

    Args:
        parts: what the doors share; nothing is loaded until a route needs it.

    Raises:
        InputError: a setting that can't be read.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        processors = os.cpu_count() or 1
        seconds = parts.settings.max_seconds
        self.reviews = Work("reviews", processors, seconds)
        self.answers = Work("answers", processors, seconds)
        self.lookups = Work("lookups", processors, seconds)
        self.records = Work("records", DATABASE_THREADS, seconds)
        self.rates = Rates(parts.settings)
        self.callers = Callers(parts, self.records, self.rates)
        self.meters = Meters(lambda: frozenset(parts.codes.codes), lambda: self.reviews.under_way)
        self.keeping = Keeping(parts, self.records, self.meters)
        self._arriving = Room(MOST_REQUESTS, MOST_OF_ONE)
        self._room = Room(MOST_REQUESTS, MOST_OF_ONE)

    def routes_for(self, scope: Scope, tag: str) -> APIRouter:
        """Make a router whose routes need a scope. In them, ``request.state.caller`` is who asks."""
        return APIRouter(
            tags=[tag],
            dependencies=[Security(BEARER, scopes=[scope])],
            route_class=self._guarded(scope),
            responses=problems_of(401, 403, 429, 500, 503),
        )

    def stop(self) -> bool:
        """Begin no more work; return whether some is still running that was given up."""
        still = [work.stop() for work in (self.reviews, self.answers, self.lookups, self.records)]
        return any(still)

    def _guarded(self, scope: Scope) -> type[APIRoute]:
        door = self

        class Guarded(APIRoute):
            """A route that is entered through the door."""

            def get_route_handler(self) -> Handle:
                """Put the door before what the framework does."""
                handle = super().get_route_handler()

                async def guarded(request: Request) -> Response:
                    return await door.enter(request, scope, handle)

                return guarded

        return Guarded

    async def enter(self, request: Request, scope: Scope, handle: Handle) -> Response:
        """Answer a request if its caller may ask now.

        Raises:
            Refusal: 401, 403, 408, 413, 415, 429 or 503.
            ClientGoneError: the client went before its request was whole.
        """
        caller = await self.callers.known(request)
        request.state.caller = caller
        request.scope["citecoder.caller"] = caller.id
        left = await self.rates.spend(caller)  # first: what is refused below costs a look at the keys, too
        demand_scope(caller, scope)
        _demand_json(request)
        with self._arriving.one(caller.id):
            await _arrived(request)
        with ExitStack() as held:
            held.enter_context(self._room.one(caller.id))
            answer = await handle(request)
            if isinstance(answer, EventStream):
                answer.hold(held.pop_all())
        answer.headers.update(left)
        return answer


async def _arrived(request: Request) -> None:
    """Read the body; the request keeps it for what reads it next.

    Raises:
        Refusal: 408 or 413, as ``bodies.py`` says.
        ClientGoneError: the client went before all was sent.
    """
    try:
        await request.body()
    except ClientDisconnect:
        raise ClientGoneError from None


def _demand_json(request: Request) -> None:
    """Refuse another kind of body: a form of another site can post those without asking first.

    Raises:
        Refusal: 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method not in SAFE and kind != "application/json":
        raise Refusal(415, "send the request as application/json")
