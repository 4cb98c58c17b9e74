"""How the routes describe themselves: examples, and every error that can occur, as problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from citecoder import __version__, wire
from citecoder.app.http.examples import show
from citecoder.app.http.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

ABOUT = """
A therapy note in, procedure codes out: units, modifiers and what is missing, each cited in the note and in a dated source.
A question in, sentences out that rest on dated sources.

At the machine itself no key is needed; from elsewhere send `Authorization: Bearer cite_…`. Errors are problem documents
(RFC 9457). Offsets are Unicode code points of the note as it was sent. Not legal or billing advice; a person signs.
"""
TAGS = [
    {"name": "suggest", "description": "Review notes (scope `suggest`)."},
    {"name": "ask", "description": "Answer questions (scope `ask`)."},
    {
        "name": "chat",
        "description": "The same in the shape of OpenAI's chat completions (scope `ask`); so are their errors.",
    },
    {"name": "decide", "description": "Record what people decided (scope `decide`)."},
    {"name": "sources", "description": "Search and read the sources (scope `sources`)."},
    {"name": "codes", "description": "Codes and their units (scope `sources`)."},
    {"name": "operations", "description": "For who runs the service."},
]
WHY = {
    400: "A field is wrong, or asks for what can't be given; `error.param` names it.",
    401: "No key, or one that is wrong, revoked or expired.",
    403: "The key has no such scope; or another host or origin than the site allows.",
    404: "Nothing has this id or code.",
    408: "The request took too long to arrive.",
    413: "The note or the request is too long.",
    415: "Not application/json.",
    422: "A field breaks the contract; `errors` names it.",
    429: "Too many requests; `Retry-After` says how long to wait.",
    500: "A mistake of citecoder's; its log names the request.",
    503: "A part is down, too much waits already, or the answer took too long; `Retry-After` says when to ask again.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}}
_ASKS = {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}
_CHAT_FAILURE = "#/components/schemas/ChatFailure"
_HEADERS = {401: _ASKS, 429: _RETRY, 503: _RETRY}


class DescribedApp(FastAPI):
    """An app whose description says that its errors are problem documents."""

    def openapi(self) -> dict[str, Any]:
        """Return the description; made once."""
        told = super().openapi()
        for routes in told["paths"].values():
            for route in routes.values():
                show(route)
                if "chat" in route.get("tags", ()):
                    _as_chat(route["responses"])
                    continue
                for status, response in route["responses"].items():
                    _as_problem(status, response)
        return told


def described_app() -> DescribedApp:
    """Make the app, without routes yet."""
    return DescribedApp(
        title="citecoder",
        summary="Procedure codes that can be defended.",
        description=ABOUT,
        version=__version__,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,  # type: ignore[arg-type]  # an older framework keeps it as an extra, unused
    )


# The framework can record request spans and exception messages and export them where the environment says.
_NO_TELEMETRY = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)


def problems_of(*statuses: int) -> Responses:
    """Describe the errors that a route may answer with."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    told = {"model": wire.Problem, "description": WHY[status]}
    return {**told, "headers": _HEADERS[status]} if status in _HEADERS else told


def _as_problem(status: str, response: dict[str, Any]) -> None:
    """Name the media type of problems: the framework writes its own for all answers."""
    if int(status) >= HTTPStatus.BAD_REQUEST and "application/json" in response.get("content", {}):
        response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}


def _as_chat(responses: dict[str, Any]) -> None:
    """Describe the errors of a route that speaks OpenAI's shape, where a field that is wrong is 400."""
    responses.pop("422", None)
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {"application/json": {"schema": {"$ref": _CHAT_FAILURE}}}
