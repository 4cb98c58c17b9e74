"""What stands in front of every route: who may ask, how much, and what a browser may do with the answer.

The server listens on loopback and has no login, so a page of another site must not reach it: the Host header
must name this machine (DNS rebinding), and a request that changes or reads a note must come from our own page
or from no page at all. Logs carry the method, the route's pattern, the status and the time; never the address,
the query or a body.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from citecoder.app.http.problems import problem

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("citecoder.access")
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BYTES_A_CHARACTER = 12
"""The most that JSON spends on a code point: a surrogate pair of two ``\\uXXXX``."""
ROOM = 64 * 1024
"""Bytes for everything in a request but the note."""
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


class Guards:
    """An ASGI layer around the whole app.

    Args:
        app: what is guarded.
        most_bytes: how large a request body may be.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["citecoder.request_id"] = uuid.uuid4().hex
        answer = _Answer(send, request_id)
        begun = time.perf_counter()
        try:
            refusal = refused(scope, self.most_bytes)
            if refusal is not None:
                await refusal(scope, receive, answer.send)
            else:
                await self.app(scope, _counted(receive, self.most_bytes), answer.send)
        except Exception as error:  # noqa: BLE001 - past here the server would log its message, and note text with it
            LOG.error("%s failed with %s", request_id, type(error).__name__)  # noqa: TRY400 - no traceback, as above
            if answer.status is None:
                await failed(request_id)(scope, receive, answer.send)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            took = (time.perf_counter() - begun) * 1000
            LOG.info("%s %s %s %s %.1f ms", request_id, scope["method"], route, answer.status, took)


class _Answer:
    """Adds our headers to an answer and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._request_id
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def refused(scope: Scope, most_bytes: int) -> Response | None:
    """Return why a request is not let through, or None."""
    headers, request_id = Headers(scope=scope), scope["citecoder.request_id"]
    host = headers.get("host", "")
    if host_name(host) not in HOSTS:
        return problem(
            403, "this Host is not served; open http://127.0.0.1 or http://localhost", None, request_id
        )
    if scope["method"] in SAFE:
        return None
    origin = headers.get("origin")
    if (origin is not None and origin != f"{scope['scheme']}://{host}") or headers.get("sec-fetch-site") in (
        "cross-site",
        "same-site",
    ):
        return problem(
            403, "a page of another origin may not ask; use the page that this server shows", None, request_id
        )
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return problem(415, "send the request as application/json", None, request_id)
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > most_bytes:
        return too_large(most_bytes, request_id)
    return None


def host_name(host: str) -> str:
    """Return the name in a Host header without its port; an IPv6 address keeps its brackets."""
    name = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return name.lower()


def too_large(most_bytes: int, request_id: str | None) -> Response:
    """Make the answer to a body over the limit."""
    return problem(
        413, f"the request is over {most_bytes:,} bytes; send one visit at a time", None, request_id
    )


def failed(request_id: str) -> Response:
    """Make the answer to a mistake of ours; what it was stands nowhere but in its kind, in the log."""
    return problem(500, "citecoder failed; its log names this request", None, request_id)


def _counted(receive: Receive, most_bytes: int) -> Receive:
    """Stop reading a body that goes over the limit, whatever its Content-Length said."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most_bytes:
            raise HTTPException(413)
        return message

    return counted
