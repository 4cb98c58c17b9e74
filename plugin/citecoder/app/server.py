"""The web server: the app with its layers and routes, and how it is started and stopped."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import webbrowser
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import uvicorn
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from citecoder.app import logs
from citecoder.app.http import (
    answers,
    chat_completions,
    chat_errors,
    codes,
    decisions,
    health,
    pages,
    problems,
    sources,
    suggestions,
)
from citecoder.app.http.access_log import AccessLog
from citecoder.app.http.bodies import Bodies
from citecoder.app.http.connections import impatient
from citecoder.app.http.crowd import most_connections, raise_file_limit
from citecoder.app.http.door import Door
from citecoder.app.http.hosts import Hosts
from citecoder.app.http.mistakes import Mistakes
from citecoder.app.http.openapi import described_app
from citecoder.app.http.this_machine import is_loopback
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from fastapi import FastAPI
    from starlette.applications import Starlette

    from citecoder.app.settings import Settings
    from citecoder.app.wiring import Parts

LOG = logging.getLogger("citecoder.server")
STOP_SECONDS = 10
"""For what is under way when the server is told to stop."""
SMALLEST_GZIP = 1_000  # bytes; less is not worth it


def create_app(parts: Parts) -> FastAPI:
    """Make the web app.

    Args:
        parts: what the doors share; nothing is loaded until a route needs it.

    Raises:
        InputError: a setting that can't be used.
    """
    app, door = described_app(), Door(parts)
    app.state.door = door
    problems.add_to(app)
    for routes in (suggestions, answers, chat_completions, decisions, sources, codes, health):
        app.include_router(routes.router(door))
    pages.add_to(app, parts.settings)
    _add_layers(app, door, parts.settings)
    return app


def _add_layers(app: FastAPI, door: Door, settings: Settings) -> None:
    """Put the layers around the routes, the innermost first.

    CORS stands outside what may refuse, so that a page of an allowed origin can read why; compression outside what
    rewrites errors, and it leaves streams of events alone.
    """
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Mistakes)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "X-Request-Id"),
            expose_headers=("X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"),
            allow_private_network=True,
        )
    app.add_middleware(Hosts, settings=settings)
    chat_errors.add_to(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_GZIP, compresslevel=5)
    door.meters.watch(app)
    app.add_middleware(AccessLog)


def serve(
    parts: Parts,
    host: str,
    port: int,
    log_format: logs.LogFormat | None = None,
    *,
    show: bool = False,
    make: Callable[[Parts], Starlette] = create_app,
) -> None:
    """Serve until told to stop (SIGTERM or SIGINT), then finish what is under way.

    Args:
        parts: what the doors share.
        host: where to listen; beyond this machine only with keys and allowed hosts.
        port: a port, or 0 for a free one.
        log_format: None for what fits where standard error goes.
        show: open the page in a browser.
        make: makes the app; its state holds the ``door``, and perhaps the ``path`` that is told with the address.

    Raises:
        InputError: the address can't be listened at, or not safely.
        CitecoderError: the sources, the index or the keys can't be used.
    """
    check_exposure(parts, host)
    check_patience(parts.settings)
    listening = _listen(host, port)
    app = make(parts)
    logs.configure(log_format)
    # Say now, not at the first note, what is wrong with the sources or the index.
    _ = (parts.chain, parts.answers, parts.desk.sources, parts.records)
    raise_file_limit()
    server = _Server(app, parts.settings, show=show)
    server.run(sockets=[listening])
    _leave(app.state.door)


def server_config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """Make what the server runs by.

    uvicorn's own access log shows query strings, and what a proxy says of a client is not for it to believe.
    """
    return uvicorn.Config(
        app,
        http=impatient(settings.max_upload_seconds, most=most_connections()),
        ws="none",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def check_patience(settings: Settings) -> None:
    """See that a language model that never answers leaves time for the rules' result.

    Raises:
        InputError: a review could wait for the model longer than an answer may take.
    """
    if settings.llm_seconds >= settings.max_seconds:
        raise InputError(
            f"CITECODER_LLM_TIMEOUT: a review may wait {settings.llm_seconds:g} s for the language model, and an answer may "
            f"take {settings.max_seconds:g} s; lower CITECODER_LLM_TIMEOUT or CITECODER_LLM_SAMPLES, or raise CITECODER_MAX_SECONDS",
            "CITECODER_LLM_TIMEOUT",
        )


def check_exposure(parts: Parts, host: str) -> None:
    """See that other machines are let in only where they need a key and ask for a known name.

    Raises:
        InputError: what has to be set up first.
    """
    if host == "localhost" or is_loopback(host):
        return
    missing = [what for what, there in _needed(parts) if not there]
    if missing:
        raise InputError(
            f"--host {host} would show this server to other machines; first {', and '.join(missing)}",
            "--host",
        )


def _needed(parts: Parts) -> tuple[tuple[str, bool], ...]:
    """Return what serving other machines needs, and whether it is there."""
    now = datetime.now(UTC)
    keys = parts.records.keys() if parts.records is not None else []
    live = [key for key in keys if key.revoked is None and (key.expires is None or key.expires > now)]
    return (
        ("turn the records on (CITECODER_RECORDS), where keys are kept", parts.records is not None),
        ("make a key (`citecoder keys create NAME`)", bool(live)),
        ("name the hosts that it is asked for (CITECODER_ALLOWED_HOSTS)", bool(parts.settings.allowed_hosts)),
    )


def _listen(host: str, port: int) -> socket.socket:
    """Open the socket before anything is loaded, so that a port in use is told at once."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = (
            "is in use; stop what listens there, or pass another --port" if taken else "can't be listened at"
        )
        raise InputError(f"{host}:{port} {why}", "--port") from None


def _leave(door: Door) -> None:
    """Wait for no thread that computes what was given up long ago."""
    if door.stop():
        LOG.warning("stopped with work that did not end")
        sys.stderr.flush()
        os._exit(0)


class _Server(uvicorn.Server):
    """Says where it listens once it does, and leaves with 0 when told to stop."""

    def __init__(self, app: Starlette, settings: Settings, *, show: bool) -> None:
        super().__init__(server_config(app, settings))
        self._path: str = getattr(app.state, "path", "")
        self._show = show

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell the address."""
        await super().startup(sockets)
        for each in sockets or []:
            host, port = each.getsockname()[:2]
            address = f"http://{f'[{host}]' if ':' in host else host}:{port}{self._path}"
            LOG.info("open %s (stop with Ctrl-C)", address, extra={"address": address})
            if self._show:
                webbrowser.open(address)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; the signal is answered by that, and not raised again when all is done."""
        super().handle_exit(sig, frame)
        self._captured_signals.clear()
