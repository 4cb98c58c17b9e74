"""A server on a socket that speaks just enough HTTP to misbehave in every way, and keeps what arrived."""
# ruff: noqa: D102 - the names say it

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Reply = Callable[[Any], None]
"""Writes to a connection's file; what it raises closes the connection."""


class Stub(socketserver.ThreadingTCPServer):
    """Answers each request with the next reply of its script; the last one goes on.

    Attributes:
        arrived: the raw bytes of each request, head and body.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 32

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Reply] = []
        self.arrived: list[bytes] = []
        self.over = threading.Event()
        self._next = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(each.split(b"\r\n\r\n", 1)[1]) for each in self.arrived]

    def take(self, raw: bytes) -> Reply:
        with self._next:
            self.arrived.append(raw)
            return self.script[min(len(self.arrived), len(self.script)) - 1]


class _Handler(socketserver.StreamRequestHandler):
    server: Stub

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            length = next(
                (
                    int(v)
                    for k, _, v in (x.partition(b":") for x in head.lower().split(b"\r\n"))
                    if k == b"content-length"
                ),
                0,
            )
            self.server.take(head + self.rfile.read(length))(self)


@contextmanager
def serving() -> Iterator[Stub]:
    with Stub() as stub:
        thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield stub
        stub.over.set()
        stub.shutdown()


def raw(data: bytes) -> Reply:
    def write(handler: Any) -> None:
        handler.wfile.write(data)
        handler.wfile.flush()

    return write


def http(
    status: int, body: bytes, *headers: str, length: int | None = None, kind: str = "application/json"
) -> Reply:
    head = [f"HTTP/1.1 {status} Status", f"content-type: {kind}", "connection: close"]
    head += [f"content-length: {len(body) if length is None else length}", *headers]
    return raw("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def answer(content: str | None, finish: str = "stop", usage: Any = None, **message: Any) -> Reply:
    """What OpenAI's chat completions tell."""
    told = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 70, "completion_tokens": 7, "total_tokens": 77}
        if usage is None
        else usage,
    }
    if usage is False:
        del told["usage"]
    return http(200, json.dumps(told).encode())


def good(*quotes: str) -> Reply:
    return answer(json.dumps({"services": [{"code": "97110", "quote": quote} for quote in quotes]}))


def failing(status: int, *headers: str, error: dict[str, Any] | None = None) -> Reply:
    return http(status, json.dumps({"error": error or {"message": "PLANTED-IN-ERROR"}}).encode(), *headers)


def silent(handler: Any) -> None:
    """Take the request and say nothing."""
    handler.server.over.wait(20)


def stuck(handler: Any) -> None:
    """Send the head and then nothing."""
    raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n")(handler)
    handler.server.over.wait(20)


def dripping(handler: Any) -> None:
    """Send a byte now and then, so that no single read takes long."""
    raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n")(handler)
    while not handler.server.over.wait(0.1):
        raw(b" ")(handler)


def slow(seconds: float, then: Reply) -> Reply:
    def write(handler: Any) -> None:
        handler.server.over.wait(seconds)
        then(handler)

    return write


def huge(handler: Any) -> None:
    """Send more than any answer has."""
    raw(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{"a":"')(handler)
    for _ in range(2_000):
        raw(b"x" * 10_000)(handler)
