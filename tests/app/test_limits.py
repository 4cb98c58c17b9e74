"""How much, how often and how many at once: and what who asks for more is told."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from citecoder.app.http.connections import impatient
from citecoder.app.http.door import MOST_OF_ONE
from citecoder.app.http.problems import ClientGoneError, Refusal
from citecoder.app.http.rates import Rates
from citecoder.app.http.room import Room
from citecoder.app.http.work import Work
from citecoder.app.settings import Settings
from citecoder.errors import InputError
from citecoder.records import LOCAL, SCOPES, Caller
from tests.app.fake_citecoder import SampleParts
from tests.app.sample import SLOW
from tests.app.serving import served, serving
from tests.app.test_http import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYED = Caller("k1", SCOPES)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    choices = {"max_seconds": 0.5, "max_upload_seconds": 0.5}
    with served(tmp_path_factory.mktemp("limits"), **choices) as base:
        yield base


def raw(address: str, sent: bytes, wait: float = 10) -> bytes:
    """Send bytes and read till the server closes."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), wait) as connection:
        connection.sendall(sent)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
            if b"}" in part:
                break
        return b"".join(parts)


HEAD = b"POST /v1/suggestions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


# --- time ----------------------------------------------------------------------------------------


def test_a_body_that_trickles_is_408(limited: str) -> None:
    told = raw(limited, HEAD + b'Content-Length: 100\r\n\r\n{"note": ')
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in told
    assert b"took longer than 0.5 seconds to arrive" in told


def test_an_answer_that_takes_too_long_is_503(limited: str) -> None:
    with httpx.Client(base_url=limited, trust_env=False, timeout=30) as client:
        answer = client.post("/v1/suggestions", json={"note": f"{SLOW}1.5"})
        assert "no answer within 0.5 seconds" in problem_of(answer, 503)["detail"]
        assert answer.headers["retry-after"] == "5"


def test_headers_that_never_end_are_not_waited_for() -> None:
    assert impatient(30).header_time == 10
    assert impatient(30).body_time == 35


def test_what_is_no_http_is_a_problem(limited: str) -> None:
    told = raw(limited, b"NOTHING\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in told
    assert b"nosniff" in told


def test_an_unknown_method_is_405_and_stands_in_no_figure(limited: str) -> None:
    assert raw(limited, b"JANE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").startswith(b"HTTP/1.1 405 ")
    assert b"JANE" not in raw(
        limited, b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )


# --- rates ---------------------------------------------------------------------------------------


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with (
        served(tmp_path, local_rate_limit="2/minute") as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as client,
    ):
        first = client.get("/v1/passages/no/such")
        assert first.status_code == 404
        second = client.post("/v1/units", json={"minutes": {"97110": 15}})
        assert second.headers["ratelimit-policy"] == '"caller";q=2;w=60'
        assert second.headers["ratelimit"].startswith('"caller";r=0;t=')
        answer = client.post("/v1/suggestions", json={"note": "x"})
        problem_of(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert client.get("/healthz").status_code == 200


def test_each_key_has_a_rate_of_its_own_and_the_window_moves() -> None:
    async def asked() -> None:
        rates = Rates(Settings(rate_limit="2/second", local_rate_limit=""))
        for _ in range(2):
            await rates.spend(KEYED)
        with pytest.raises(Refusal) as refused:
            await rates.spend(KEYED)
        assert refused.value.status_code == 429
        await rates.spend(Caller("k2", SCOPES))
        assert await rates.spend(LOCAL) == {}
        await asyncio.sleep(1.1)
        await rates.spend(KEYED)

    asyncio.run(asked())


def test_a_rate_that_can_not_be_read_names_its_variable() -> None:
    with pytest.raises(InputError, match="CITECODER_RATE_LIMIT"):
        Rates(Settings(rate_limit="often"))


# --- how many at once ----------------------------------------------------------------------------


def test_no_more_is_computed_at_once_than_was_said_and_the_rest_in_order() -> None:
    running, most, begun = 0, 0, []
    lock = threading.Lock()

    def job(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            begun.append(number)
        time.sleep(0.02)
        with lock:
            running -= 1
        return number

    async def asked() -> list[int]:
        work = Work("test", 2, 30)
        told = await asyncio.gather(*(work.run(lambda number=number: job(number)) for number in range(9)))
        await asyncio.sleep(0.05)
        assert not work.stop()
        return told

    assert asyncio.run(asked()) == list(range(9))
    assert most == 2
    assert [sorted(begun[at : at + 2]) for at in range(0, 8, 2)] == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    begun: list[str] = []

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def asked() -> None:
        work = Work("test", 1, 30)
        first = asyncio.ensure_future(work.run(lambda: time.sleep(0.2)))
        await asyncio.sleep(0.05)
        with pytest.raises(ClientGoneError):
            await work.run(lambda: begun.append("for nobody"), gone)
        await first
        await work.run(lambda: begun.append("for somebody"))
        work.stop()

    asyncio.run(asked())
    assert begun == ["for somebody"]


def test_work_that_was_given_up_still_counts_until_it_ends() -> None:
    async def asked() -> None:
        work = Work("test", 1, 0.05)
        with pytest.raises(Refusal):
            await work.run(lambda: time.sleep(0.3))
        assert work.under_way == 1
        await asyncio.sleep(0.4)
        assert work.under_way == 0
        work.stop()

    asyncio.run(asked())


def test_an_error_of_the_work_is_the_callers() -> None:
    async def asked() -> None:
        work = Work("test", 1, 5)
        with pytest.raises(ZeroDivisionError):
            await work.run(lambda: 1 / 0)
        work.stop()

    asyncio.run(asked())


def test_when_all_places_are_taken_the_next_is_told_to_come_back() -> None:
    room = Room(1, 1)
    with room.one("k1"), pytest.raises(Refusal) as refused, room.one("k2"):
        pass
    assert refused.value.status_code == 503
    assert refused.value.headers == {"retry-after": "1"}
    with room.one("k2"):
        assert room.taken == {"k2": 1}
    assert not room.taken


def test_one_caller_does_not_take_all_places() -> None:
    room = Room(4, 2)
    with room.one("k1"), room.one("k1"):
        with pytest.raises(Refusal), room.one("k1"):
            pass
        with room.one("k2"):
            assert room.taken.total() == 3


def test_who_never_sends_the_whole_body_takes_no_place_of_others(tmp_path: Path) -> None:
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", rate_limit=""))
    assert parts.records is not None
    _, token = parts.records.add_key("greedy", SCOPES)
    head = HEAD + f"Authorization: Bearer {token}\r\nContent-Length: 90\r\n\r\n{{".encode()
    with serving(parts) as base, ExitStack() as opened:
        host, _, port = base.removeprefix("http://").partition(":")
        place = (host, int(port))
        asking = [opened.enter_context(socket.create_connection(place, 10)) for _ in range(MOST_OF_ONE + 1)]
        for connection in asking:
            connection.sendall(head)
        told = next(connection for connection in select.select(asking, [], [], 10)[0]).recv(1000)
        assert told.startswith(b"HTTP/1.1 503 ")
        with httpx.Client(base_url=base, trust_env=False, timeout=10) as client:
            assert client.post("/v1/suggestions", json={"note": "x"}).status_code == 200


@pytest.mark.slow
def test_fifty_of_one_caller_wait_and_the_next_is_told_to_come_back(tmp_path: Path) -> None:
    body = f'{{"note": "{SLOW}0.2"}}'.encode()
    sent = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with served(tmp_path, max_seconds=60) as base, ExitStack() as opened:
        host, _, port = base.removeprefix("http://").partition(":")
        asking = [
            opened.enter_context(socket.create_connection((host, int(port)), 60))
            for _ in range(MOST_OF_ONE + 20)
        ]
        for connection in asking:
            connection.sendall(sent)
        told = [connection.makefile("rb").read() for connection in asking]
    refused = [answer for answer in told if answer.startswith(b"HTTP/1.1 503 ")]
    assert 0 < len(refused) <= 20
    assert all(b"retry-after: 1\r\n" in answer for answer in refused)
    assert sum(answer.startswith(b"HTTP/1.1 200 ") for answer in told) == len(told) - len(refused)
