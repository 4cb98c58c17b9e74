"""The outermost layer: a request's id, the headers of every answer, and one log line when it is over.

The line carries the method, the route's pattern, the status, the time, the caller and the bytes that were sent; never
the path, the query or a body.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from citecoder.app.http.headers import ALWAYS
from citecoder.app.http.problems import CLIENT_GONE, REQUEST_ID, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("citecoder.access")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""A method is written into logs and metrics, so it may not be any word."""
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class AccessLog:
    """An ASGI layer around the whole app.

    Args:
        app: what is watched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope[REQUEST_ID] = _request_id(scope)
        answer = _Answer(send, request_id)
        begun = time.perf_counter()
        app = self._app if scope["method"] in METHODS else _unknown_method(request_id)
        try:
            await app(scope, receive, answer.send)
        finally:
            _tell(scope, answer, (time.perf_counter() - begun) * 1000)


class _Answer:
    """Adds our headers to an answer, and remembers its status and size."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = CLIENT_GONE
        self.bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._request_id
            for name, value in ALWAYS.items():
                headers.setdefault(name, value)
        self.bytes += len(message.get("body", b""))
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """Return the id that a proxy gave, if it is a plain word, or a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _TOKEN.fullmatch(given) else uuid.uuid4().hex


def _unknown_method(request_id: str) -> ASGIApp:
    return problem(405, "this method is not known", request_id, {"allow": ", ".join(METHODS)})


def _tell(scope: Scope, answer: _Answer, took: float) -> None:
    route = getattr(scope.get("route"), "path", "-")
    method = scope["method"] if scope["method"] in METHODS else "-"
    fields = {
        "request_id": scope[REQUEST_ID],
        "method": method,
        "route": route,
        "status": answer.status,
        "ms": round(took, 1),
        "caller": scope.get("citecoder.caller", "-"),
        "bytes": answer.bytes,
    }
    LOG.info("%s %s %s", method, route, answer.status, extra=fields)
