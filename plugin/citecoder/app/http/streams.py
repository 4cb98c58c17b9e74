"""Answers as Server-Sent Events: when a stream begins, how it stays open, and how it ends.

An answer that is there within a moment begins no stream before it is known: what fails until then is told by its status,
as everywhere. What takes longer begins the stream, which sends a comment now and then so that no proxy closes it; what
fails in it is told as an event. When the client goes, the work is given up. Knows no verb: the routes write the events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi.sse import KEEPALIVE_COMMENT
from starlette.responses import StreamingResponse

from citecoder.app.http.mistakes import mistake
from citecoder.app.http.problems import ClientGoneError, answer_to, request_id_of

if TYPE_CHECKING:
    from contextlib import ExitStack

    from fastapi import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

T = TypeVar("T")
MEDIA_TYPE = "text/event-stream"
MOMENT = 1.0
"""Seconds in which an answer is waited for before its stream begins."""
BEAT = 15.0
"""Seconds of silence after which a comment is sent."""
_HEADERS = {"x-accel-buffering": "no"}  # nginx would keep events back till there are many


def wants_events(request: Request) -> bool:
    """Tell whether a client accepts events, and not rather JSON."""
    ranges = [each.strip() for each in ",".join(request.headers.getlist("accept")).split(",")]
    likes = {
        kind.strip().lower(): _quality(more) for kind, _, more in (each.partition(";") for each in ranges)
    }
    events = likes.get(MEDIA_TYPE, 0.0)
    return events > 0 and events >= likes.get("application/json", 0.0)


def _quality(parameters: str) -> float:
    """Read ``q=0.5`` among the parameters of a media range."""
    for each in parameters.split(";"):
        name, _, value = each.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def event_schema(about: str, *names: str) -> dict[str, Any]:
    """Describe the events of a stream, one by one; an event without a name counts as ``message``."""
    fields = {"event": {"type": "string", "enum": names}, "data": {"type": "string"}}
    return {"type": "object", "description": about, "required": ["data"], "properties": fields}


class EventStream(StreamingResponse):
    """Events, one after the other. It holds its caller's place among the requests until its end."""

    media_type = MEDIA_TYPE
    _held: ExitStack | None = None

    def hold(self, held: ExitStack) -> None:
        """Take over what is left when the stream is over."""
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._held is not None:
                self._held.close()


async def stream(
    request: Request,
    work: Coroutine[Any, Any, T],
    write: Callable[[T], Iterable[bytes]],
    fail: Callable[[Response], bytes],
) -> EventStream:
    """Begin to answer with events.

    Args:
        request: whose answer it is.
        work: computes the answer; is cancelled when nobody reads on.
        write: the events of an answer.
        fail: the event that tells a failure, from the problem document that would have told it.

    Raises:
        Exception: what the work raised within a moment.
    """
    working = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({working}, timeout=MOMENT)
    except asyncio.CancelledError:
        working.cancel()
        raise
    if done:
        working.result()
    return EventStream(_events(request, working, write, fail), headers=_HEADERS)


async def _events(
    request: Request,
    working: asyncio.Future[T],
    write: Callable[[T], Iterable[bytes]],
    fail: Callable[[Response], bytes],
) -> AsyncIterator[bytes]:
    try:
        while not (await asyncio.wait({working}, timeout=BEAT))[0]:
            yield KEEPALIVE_COMMENT
        for event in write(working.result()):
            yield event
    except ClientGoneError:
        return
    except Exception as error:  # noqa: BLE001 - the status is sent, so nobody else can answer for it
        yield fail(answer_to(request, error) or mistake(error, request_id_of(request.scope)))
    finally:
        working.cancel()
