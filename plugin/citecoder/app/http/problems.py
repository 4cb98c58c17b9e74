"""Errors as ``application/problem+json``: what is wrong and where, never what stood in the request."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from citecoder import wire
from citecoder.errors import (
    CitecoderError,
    IndexUnavailableError,
    InputError,
    RecordsUnavailableError,
    UnknownCodeError,
)
from citecoder.records import UnknownReviewError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.types import Scope

LOG = logging.getLogger("citecoder.http")
MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "citecoder.request_id"
"""Under what a request's scope has its id."""
CLIENT_GONE = 499
"""What a request without a reader is logged and counted as; nobody gets it."""
RETRY_SECONDS = 5
"""When it is worth asking again while a part is down."""
_DETAIL = {
    404: "nothing is here; the routes are listed in /openapi.json",
    405: "this route does not take this method",
    413: "the request is too long; send one visit at a time",
}
_NOT_JSON = "the body is not JSON; send one JSON object"
_DOWN: dict[type[Exception], str] = {
    IndexUnavailableError: "the passage index can't be used now",
    RecordsUnavailableError: "the records can't be used now, or are turned off (CITECODER_RECORDS)",
}
"""What a caller is told of a part that is down; where it lies is for the log."""


class Refusal(HTTPException):
    """A request that is not answered. The detail is ours, for the caller to read: never words of a request."""


class ClientGoneError(Exception):
    """Nobody waits for this answer any more."""


def problem(
    status: int,
    detail: str,
    request_id: str | None,
    headers: Mapping[str, str] | None = None,
    errors: list[wire.FieldProblem] | None = None,
) -> JSONResponse:
    """Make a problem document."""
    told = wire.Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors or [],
        request_id=request_id,
    )
    return JSONResponse(told.model_dump(mode="json"), status, headers, media_type=MEDIA_TYPE)


def request_id_of(scope: Scope) -> str | None:
    """Return the id that ``access_log.py`` gave a request."""
    return cast("str | None", scope.get(REQUEST_ID))


def part_down(error: Exception) -> str:
    """Say what a caller is told of a part that is down: its kind alone."""
    return f"{_DOWN.get(type(error), 'a part can not be used now')}; the server's log says why"


def add_to(app: Starlette) -> None:
    """Answer for every error that is foreseen; ``mistakes.py`` answers for the rest."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CitecoderError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientGoneError, _gone)


def answer_to(request: Request, error: Exception) -> Response | None:
    """Answer for an error that is foreseen, where the framework can't; None for any other."""
    if isinstance(error, CitecoderError):
        return _ours(request, error)
    return _http(request, error) if isinstance(error, HTTPException) else None


def _invalid(request: Request, error: Exception) -> Response:
    """A body that breaks the contract: each field and its rule, without its value."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(each["type"] == "json_invalid" for each in found):
        return problem(422, _NOT_JSON, request_id_of(request.scope))
    return problem(
        422,
        "the request breaks the contract; correct the fields named",
        request_id_of(request.scope),
        errors=wire.field_problems(found),
    )


def _ours(request: Request, error: Exception) -> Response:
    """Our own errors: what is wrong with a request is told, what is wrong with the server only by its kind."""
    if not isinstance(error, InputError):
        LOG.error("%s: %s", type(error).__name__, error, extra={"request_id": request_id_of(request.scope)})
        return problem(
            503, part_down(error), request_id_of(request.scope), {"retry-after": str(RETRY_SECONDS)}
        )
    named = [wire.FieldProblem(loc=["body", error.field], msg=str(error))] if error.field else []
    return problem(_status_of(error), str(error), request_id_of(request.scope), errors=named)


def _status_of(error: InputError) -> int:
    if isinstance(error, wire.TooLongError):
        return 413
    return 404 if isinstance(error, UnknownCodeError | UnknownReviewError) else 422


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    if isinstance(error, Refusal):
        return problem(status, error.detail, request_id_of(request.scope), headers)
    if status == 400:  # the framework's word for a body that it can't parse
        return problem(422, _NOT_JSON, request_id_of(request.scope))
    detail = _DETAIL.get(status, HTTPStatus(status).phrase.lower())
    return problem(status, detail, request_id_of(request.scope), headers)


def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)
