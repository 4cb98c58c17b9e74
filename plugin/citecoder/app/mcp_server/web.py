"""MCP by HTTP (streamable HTTP, one route), behind the same door as the routes of ``serve``.

No session is kept: each request is answered for itself, in one JSON body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import PARSE_ERROR, jsonrpc_message_adapter
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from citecoder.app import server
from citecoder.app.http import problems
from citecoder.app.http.access_log import AccessLog
from citecoder.app.http.bodies import Bodies, most_with_note
from citecoder.app.http.callers import demand_scope
from citecoder.app.http.door import Door
from citecoder.app.http.hosts import Hosts
from citecoder.app.http.mistakes import Mistakes
from citecoder.app.mcp_server import CitecoderServer
from citecoder.app.mcp_server.errands import Errands
from citecoder.records import SCOPES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive

    from citecoder.app.logs import LogFormat
    from citecoder.app.wiring import Parts

PATH = "/mcp"
SCOPES_OF_TOOLS = sorted(SCOPES - {"decide", "metrics"})
"""What a key must be for: which tool is called stands in the body, so one key opens all of them or none."""


def serve(parts: Parts, host: str, port: int, log_format: LogFormat | None = None) -> None:
    """Serve by HTTP until told to stop.

    Raises:
        InputError: the address can't be listened at, or not safely.
        CitecoderError: the sources, the index or the keys can't be used.
    """
    server.serve(parts, host, port, log_format, make=create_app)


def create_app(parts: Parts) -> Starlette:
    """Make the app: who may ask, how often and how much is settled as for ``serve``.

    Raises:
        InputError: a setting that can't be used.
    """
    door = Door(parts)
    made = CitecoderServer(Errands(parts, door.reviews))
    protocol = made.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=most_with_note(parts.settings),
        # `Hosts` below is stricter: it knows the site's own hosts and origins, and no other port of this machine.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    async def post_message(request: Request) -> Response:
        async def handle(request: Request) -> Response:
            for scope in SCOPES_OF_TOOLS:
                demand_scope(request.state.caller, scope)
            return await _answer(protocol, request)

        return await door.enter(request, SCOPES_OF_TOOLS[0], handle)

    app = Starlette(
        routes=[Route(PATH, post_message, methods=["POST"])],
        lifespan=lambda _: made.session_manager.run(),
    )
    app.state.door, app.state.path = door, PATH
    problems.add_to(app)
    app.add_middleware(Bodies, settings=parts.settings)
    app.add_middleware(Mistakes)
    app.add_middleware(Hosts, settings=parts.settings)
    app.add_middleware(AccessLog)
    return app


async def _answer(protocol: ASGIApp, request: Request) -> Response:
    """Let the protocol answer a request whose body is there; its answer is whole, too."""
    body = await request.body()
    try:
        jsonrpc_message_adapter.validate_json(body, by_name=False)
    except ValidationError:
        return _no_message()
    kept = _Kept()
    await protocol(dict(request.scope), _again(body, request.receive), kept.keep)
    return kept.response()


def _no_message() -> Response:
    """Answer for what is no message. The SDK's own words would quote it."""
    told = "the body is not a JSON-RPC message; send one message of the Model Context Protocol"
    error = {"code": PARSE_ERROR, "message": told}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, 400)


def _again(body: bytes, then: Receive) -> Receive:
    """Give the body once more, then what comes after it."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return await then()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class _Kept:
    """An answer as it is sent."""

    def __init__(self) -> None:
        self._start: Message = {"type": "http.response.start", "status": 500, "headers": []}
        self._body = bytearray()

    async def keep(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        self._body += message.get("body", b"")

    def response(self) -> Response:
        """Return it; the length is counted anew."""
        headers = MutableHeaders(scope=self._start)
        del headers["content-length"]
        return Response(bytes(self._body), self._start["status"], dict(headers))
