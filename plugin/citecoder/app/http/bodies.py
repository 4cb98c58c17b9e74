"""How large a request body may be, and how long it may take to arrive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from citecoder.app.http.problems import Refusal, problem

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from citecoder.app.settings import Settings

BYTES_A_CHARACTER = 12
"""The most that JSON spends on a code point: a surrogate pair of two ``\\uXXXX``."""
ROOM = 64 * 1024
"""Bytes for everything in a request but the note."""


class Bodies:
    """An ASGI layer in front of what reads bodies.

    Args:
        app: what is guarded.
        settings: ``max_note`` and ``max_upload_seconds``.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._most_bytes = settings.max_note * BYTES_A_CHARACTER + ROOM
        self._seconds = settings.max_upload_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with a body that is watched, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, self._watched(receive), send)

    def _refusal(self, scope: Scope) -> Response | None:
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > self._most_bytes:
            return problem(413, self._too_large(), None, scope.get("citecoder.request_id"))
        return None

    def _too_large(self) -> str:
        return f"the request is over {self._most_bytes:,} bytes; send one visit at a time"

    def _watched(self, receive: Receive) -> Receive:
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
            if seen > self._most_bytes:
                raise Refusal(413, self._too_large())
            return message

        return watched

    def _too_slow(self) -> Refusal:
        told = f"the request took longer than {self._seconds:g} seconds to arrive; send it again"
        return Refusal(408, told, {"connection": "close"})
