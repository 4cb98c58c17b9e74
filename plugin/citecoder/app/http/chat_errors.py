"""Errors of the routes that speak OpenAI's shape: every problem document of theirs becomes ``{"error": {…}}``.

The layers in front of a route answer with problem documents; here they are rewritten on their way out, in one place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from citecoder.app.http.problems import MEDIA_TYPE
from citecoder.wire.chat import ChatError, ChatFailure

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATHS = frozenset({"/v1/models", "/v1/chat/completions"})
INVALID = "invalid_request_error"
# status → type and code, as OpenAI's clients know them
_KINDS = {
    401: (INVALID, "invalid_api_key"),
    403: (INVALID, "insufficient_permissions"),
    413: (INVALID, "request_too_large"),
    429: ("requests", "rate_limit_exceeded"),
}


class ChatRefusal(HTTPException):
    """A request that is not answered, told in OpenAI's shape. The message is ours: never words of a request."""

    def __init__(self, status: int, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(status, message)
        self.failure = ChatFailure(error=ChatError(message=message, type=INVALID, param=param, code=code))


def add_to(app: FastAPI) -> None:
    """Answer for refusals, and put the layer around the routes."""
    app.add_exception_handler(ChatRefusal, _refused)
    app.add_middleware(ChatErrors)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ChatRefusal):
        raise TypeError(type(error).__name__)
    return _written(error.status_code, error.failure)


def _written(status: int, failure: ChatFailure) -> Response:
    return Response(failure.model_dump_json(), status, media_type="application/json")


def failure_of(problem: Response) -> ChatFailure:
    """Put a problem document into OpenAI's shape."""
    return _failure(problem.status_code, json.loads(bytes(problem.body)))


def _failure(status: int, told: dict[str, Any]) -> ChatFailure:
    kind, code = _KINDS.get(status, (INVALID if status < 500 else "server_error", None))
    places = [".".join(str(part) for part in each["loc"] if part != "body") for each in told["errors"]]
    named = [f"{place}: {each['msg']}" for place, each in zip(places, told["errors"], strict=True) if place]
    message = "; ".join((told["detail"], *named[:3]))
    param = places[0] if places and places[0] else None
    return ChatFailure(error=ChatError(message=message, type=kind, param=param, code=code))


class ChatErrors:
    """An ASGI layer that rewrites the problem documents of these routes.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its problem back in the other shape."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Rewriting(scope, receive, send).send)


class _Rewriting:
    """Holds a problem document back until it is whole; anything else goes through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answer(self._start)

    async def _answer(self, start: Message) -> None:
        status = 400 if start["status"] == 422 else start["status"]
        answer = _written(status, _failure(status, json.loads(self._body)))
        for name, value in Headers(raw=start["headers"]).items():
            answer.headers.setdefault(name, value)
        await answer(self._scope, self._receive, self._send)


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE
