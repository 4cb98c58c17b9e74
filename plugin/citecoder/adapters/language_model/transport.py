"""The wire under a provider's library: one server, no redirects, a bounded body, an end in time.

Most libraries are built on httpx or on its successor httpx2, whose names are the same, so the module is an argument; one
is built on requests.
Redirects would carry the request's text elsewhere; variables of proxies and compressed bodies would undo the bounds.
"""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from citecoder.adapters.language_model.destination import Destination
from citecoder.adapters.language_model.failures import (
    ElsewhereError,
    StatusError,
    TooLargeError,
    TooLateError,
)

MOST_BYTES = 2_000_000
"""Bytes of a response; an answer of the longest kind has a tenth of it."""
CONNECT_SECONDS = 5.0
DEADLINE: ContextVar[float | None] = ContextVar("DEADLINE", default=None)
"""When the call that is under way has to be over, by the monotonic clock."""


def guarded_client(http: Any, to: Destination, seconds: float) -> Any:
    """Make an HTTP client that reaches one server and reads no more than it should.

    Args:
        http: the module ``httpx`` or ``httpx2``.
        to: the only server that is asked.
        seconds: time for a request outside of a call.
    """
    once = http.Limits(
        max_keepalive_connections=0
    )  # one that went stale meanwhile would look like a server that is down
    # The environment may name certificates (SSL_CERT_FILE), here; proxies and .netrc are read of it by a client alone.
    inner = http.HTTPTransport(trust_env=True, proxy=_proxy(to), retries=0, limits=once)

    class _Bounded(http.SyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        def __iter__(self) -> Iterator[bytes]:
            read = 0
            for piece in self._stream:
                read += len(piece)
                if read > MOST_BYTES:
                    raise TooLargeError
                _left(seconds)
                yield piece

        def close(self) -> None:
            self._stream.close()

    class _Guard(http.BaseTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            if not to.is_at(request.url.scheme, request.url.host, request.url.port):
                raise ElsewhereError
            left = _left(seconds)
            connect = min(CONNECT_SECONDS, left)
            request.extensions["timeout"] = {"connect": connect, "read": left, "write": left, "pool": left}
            request.headers["accept-encoding"] = "identity"
            response = inner.handle_request(request)
            if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
                response.close()
                raise TooLargeError
            response.stream = _Bounded(response.stream)
            return response

        def close(self) -> None:
            inner.close()

    return http.Client(transport=_Guard(), follow_redirects=False, trust_env=False, timeout=seconds)


def guard_session(session: Any, to: Destination, seconds: float) -> None:
    """Put the same bounds under a session of ``requests``.

    A status that is no answer is raised here, before the library above refreshes keys, follows or tries again by itself.
    """
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - comes with the provider that uses it

    class _Guard(HTTPAdapter):
        def send(self, request: Any, *_: Any, **given: Any) -> Any:
            parts = urlsplit(request.url)
            if not to.is_at(parts.scheme, parts.hostname or "", parts.port):
                raise ElsewhereError
            left = _left(seconds)
            request.headers.update({"accept-encoding": "identity", "connection": "close"})
            given |= {"timeout": (min(CONNECT_SECONDS, left), left), "stream": True, "proxies": proxies}
            response = super().send(request, **given)
            if not 200 <= response.status_code < 300:
                response.close()
                raise StatusError(response)
            response._content, response._content_consumed = _whole(response, seconds), True  # noqa: SLF001 - as its own property does
            return response

    proxy = _proxy(to)
    proxies = {to.scheme: proxy} if proxy else {}
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
    session.adapters.clear()
    session.mount(f"{to.scheme}://", _Guard(max_retries=0))


def _whole(response: Any, seconds: float) -> bytes:
    pieces, read = [], 0
    try:
        while piece := response.raw.read1(
            65_536
        ):  # iter_content would wait for that many bytes past any deadline
            read += len(piece)
            if read > MOST_BYTES:
                raise TooLargeError
            _left(seconds)
            pieces.append(piece)
    finally:
        response.close()
    return b"".join(pieces)


def _left(seconds: float) -> float:
    deadline = DEADLINE.get()
    left = seconds if deadline is None else deadline - time.monotonic()
    if left <= 0:
        raise TooLateError
    return left


def _proxy(to: Destination) -> str | None:
    """Return the site's proxy for what leaves this machine, from the usual variables."""
    if to.local or urllib.request.proxy_bypass(to.host):
        return None
    return urllib.request.getproxies().get(to.scheme)
