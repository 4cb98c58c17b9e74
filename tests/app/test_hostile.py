"""Requests that are made to cost the server more than they cost who sends them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from citecoder.app import server
from citecoder.app.http.crowd import Crowd
from tests.app.serving import served
from tests.app.test_http import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON = {"content-type": "application/json"}
HEAP = 180_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(tmp_path_factory.mktemp("hostile")) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as made,
    ):
        yield made


# --- many mistakes in one request ----------------------------------------------------------------


def heap(of: str) -> dict[str, Any]:
    """Return a request with one kind of mistake, very many times."""
    numbered = {f"k{number}": 1 for number in range(HEAP)}
    return {
        "modifiers": {"note": "x", "billed": [{"code": "97110", "modifiers": [1] * 1_000_000}]},
        "lines": {"note": "x", "billed": [{}] * 700_000},
        "fields": {"note": "x", **numbered},
        "fields within": {"note": "x", "context": numbered},
    }[of]


@pytest.mark.parametrize("of", ["modifiers", "lines", "fields", "fields within"])
def test_a_heap_of_mistakes_is_answered_shortly_and_at_once(client: httpx.Client, of: str) -> None:
    sent = json.dumps(heap(of), separators=(",", ":")).encode()
    begun = time.monotonic()
    answer = client.post("/v1/suggestions", content=sent, headers=JSON)
    assert time.monotonic() - begun < 5
    problem_of(answer, 422)
    assert len(answer.content) < 16 * 1024


def test_no_more_mistakes_are_named_than_somebody_reads(client: httpx.Client) -> None:
    minutes = {f"wrong {number}": -1 for number in range(100)}
    told = problem_of(client.post("/v1/units", json={"minutes": minutes}), 422)
    assert len(told["errors"]) == 20


def test_only_a_request_with_a_note_may_be_long(client: httpx.Client) -> None:
    minutes = {f"k{number}": 1 for number in range(HEAP)}
    told = problem_of(client.post("/v1/units", json={"minutes": minutes}), 413)
    assert "65,536 bytes" in told["detail"]
    sent = (b" " * 1_000 for _ in range(100))
    assert client.post("/v1/passages/search", content=sent, headers=JSON).status_code == 413


@pytest.mark.parametrize("request_id", ["x" * 201, 2**63])
def test_a_long_id_is_refused(client: httpx.Client, request_id: object) -> None:
    problem_of(client.post("/v1/suggestions", json={"id": request_id, "note": "x"}), 422)


# --- many connections ----------------------------------------------------------------------------


def test_one_machine_does_not_hold_all_connections(caplog: pytest.LogCaptureFixture) -> None:
    crowd = Crowd(8)
    assert [crowd.enter("192.0.2.7") for _ in range(4)] == [True, True, False, False]
    assert crowd.enter("192.0.2.8")
    assert [crowd.enter("127.0.0.1") for _ in range(6)] == [True] * 5 + [False]
    crowd.leave("192.0.2.7")
    assert crowd.enter("192.0.2.7")
    told = [record.getMessage() for record in caplog.records if record.name == "citecoder.connections"]
    assert told == ["connections are refused: at most 8, 2 of one machine"]


def test_too_many_connections_are_told_so_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "most_connections", lambda: 3)
    with served(tmp_path) as base, ExitStack() as opened:
        host, _, port = base.removeprefix("http://").partition(":")
        held = [opened.enter_context(socket.create_connection((host, int(port)), 10)) for _ in range(3)]
        for connection in held:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        with socket.create_connection((host, int(port)), 10) as one_more:
            told = one_more.makefile("rb").read()
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"too many connections are open" in told
        for connection in held:
            connection.close()
        with httpx.Client(base_url=base, trust_env=False, timeout=10) as client:
            until = time.monotonic() + 5
            while client.get("/healthz").status_code != 200:
                assert time.monotonic() < until


def test_the_program_may_open_all_files_that_the_system_lets_it() -> None:
    program = (
        "import resource as r; hard = r.getrlimit(r.RLIMIT_NOFILE)[1]; r.setrlimit(r.RLIMIT_NOFILE, (300, hard))\n"
        "from citecoder.app.http.crowd import most_connections, raise_file_limit\n"
        "few = most_connections(); raise_file_limit(); print(few, r.getrlimit(r.RLIMIT_NOFILE)[0] == hard)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["150", "True"]


# --- what is read in two ways --------------------------------------------------------------------


def test_a_body_whose_length_is_told_in_two_ways_is_refused(client: httpx.Client) -> None:
    head = b"POST /v1/suggestions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 10) as connection:
        connection.sendall(head + both)
        told = connection.makefile("rb").read()
    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in told
