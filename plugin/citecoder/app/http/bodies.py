"""How large a request body may be, and how long it may take to arrive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from citecoder.app.http.problems import Refusal, problem, request_id_of

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from citecoder.app.settings import Settings

BYTES_A_CHARACTER = 12
"""The most that JSON spends on a code point: a surrogate pair of two ``\\uXXXX``."""
ROOM = 64 * 1024
"""Bytes for everything in a request but the note."""
_WITH_NOTE = frozenset({"/v1/suggestions", "/v1/answers", "/v1/chat/completions"})


class Bodies:
    """An ASGI layer in front of what reads bodies.

    Args:
        app: what is guarded.
        settings: ``max_note`` and ``max_upload_seconds``.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._most_with_note = settings.max_note * BYTES_A_CHARACTER + ROOM
        self._seconds = settings.max_upload_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with a body that is watched, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._most_with_note if scope["path"] in _WITH_NOTE else ROOM
        await (_refusal(scope, most) or self._app)(scope, self._watched(receive, most), send)

    def _watched(self, receive: Receive, most: int) -> Receive:
        """Stop reading a body that goes over the limit or the time, whatever its Content-Length said."""
        seen, whole = 0, False
        until = asyncio.get_running_loop().time() + self._seconds

        async def watched() -> Message:
            nonlocal seen, whole
            if whole:  # what comes now can only be that the client goes
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise self._too_slow() from None
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > most:
                raise Refusal(413, _too_large(most))
            return message

        return watched

    def _too_slow(self) -> Refusal:
        told = f"the request took longer than {self._seconds:g} seconds to arrive; send it again"
        return Refusal(408, told, {"connection": "close"})


def _refusal(scope: Scope, most: int) -> Response | None:
    """Answer for what the headers alone show to be wrong.

    A request that gives its length in two ways is read in two ways by a proxy and by us, which smuggles a second one in.
    """
    headers, request_id = Headers(scope=scope), request_id_of(scope)
    length = headers.get("content-length", "0")
    if "content-length" in headers and "transfer-encoding" in headers:
        told = "this is not a valid HTTP request: send Content-Length or Transfer-Encoding, not both"
        return problem(400, told, request_id, {"connection": "close"})
    if length.isdigit() and int(length) > most:
        return problem(413, _too_large(most), request_id)
    return None


def _too_large(most: int) -> str:
    return f"the request is over {most:,} bytes; send one visit, or a shorter conversation"
