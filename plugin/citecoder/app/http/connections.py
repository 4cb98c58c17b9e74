"""Connections that don't get on: headers that never end, bodies that trickle, answers that nobody reads.

uvicorn waits for all of these without an end, and each holds a connection. ``bodies.py`` answers a slow body with 408;
what is here closes the connection where no answer can be given. ``crowd.py`` says how many there may be.
"""

from __future__ import annotations

import asyncio
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from citecoder.app.http.crowd import MOST, Crowd
from citecoder.app.http.headers import ALWAYS
from citecoder.app.http.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER_SECONDS = 10.0
"""For the head of a request to arrive."""
READ_SECONDS = 30.0
"""For a client to read on in an answer."""
GRACE_SECONDS = 5.0
"""More than a body may take: until then ``bodies.py`` answers."""


def impatient(
    upload_seconds: float, header_seconds: float = HEADER_SECONDS, most: int = MOST
) -> type[H11Protocol]:
    """Make the protocol class for one server, whose request bodies may take so long and which holds so many connections."""
    counted = Crowd(most)

    class Impatient(_Impatient):
        """The protocol with the site's own time for uploads."""

        header_time = header_seconds
        body_time = upload_seconds + GRACE_SECONDS
        crowd = counted

    return Impatient


class _Impatient(H11Protocol):
    """uvicorn's HTTP/1.1, with an end to all waiting for the client."""

    header_time = HEADER_SECONDS
    body_time = 30.0 + GRACE_SECONDS
    crowd = Crowd(MOST)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.access_log = False  # it shows query strings, and is on wherever its logger has a handler
        self._let_in = False
        self._awaited: str | None = None
        self._incoming: asyncio.TimerHandle | None = None
        self._outgoing: asyncio.TimerHandle | None = None

    # --- what comes in ---------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request, or say that there are too many connections."""
        super().connection_made(transport)
        self._let_in = self.crowd.enter(self._address())
        if self._let_in:
            self._await_more()
        else:
            self._end_with(503, "too many connections are open; try again", {"retry-after": "5"})

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for what is still missing."""
        super().data_received(data)
        self._await_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        _stop(self._incoming)
        _stop(self._outgoing)
        if self._let_in:
            self.crowd.leave(self._address())
        super().connection_lost(exc)

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _await_more(self) -> None:
        """Give the head of a request its time, then its body; a whole request waits for nothing."""
        missing = {h11.IDLE: "head", h11.SEND_BODY: "body"}.get(self.conn.their_state)
        if missing == self._awaited:
            return
        self._awaited = missing
        _stop(self._incoming)
        seconds = self.header_time if missing == "head" else self.body_time
        self._incoming = self._in(seconds, self.transport.close) if missing else None

    # --- what goes out ---------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The client reads slower than we write: it has so long to read on."""
        super().pause_writing()
        self._outgoing = self._in(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It read on."""
        _stop(self._outgoing)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; a rest that is still not read then is dropped later."""
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self._outgoing = self._in(READ_SECONDS, self.transport.abort)

    def _in(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, call)

    # --- what gets no further --------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - theirs to call
        """Answer what is no HTTP with a problem, as everything else."""
        self._end_with(400, "this is not a valid HTTP request", {})

    def _end_with(self, status: int, detail: str, more: dict[str, str]) -> None:
        """Answer with a problem and close."""
        made = problem(status, detail, uuid.uuid4().hex, {"connection": "close", **more})
        headers = [*made.raw_headers, *((name.encode(), value.encode()) for name, value in ALWAYS.items())]
        for event in (
            h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase.encode()),
            h11.Data(data=bytes(made.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
