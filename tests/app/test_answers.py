"""POST /v1/answers through a real server: as JSON, and as events."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.requests import Request

from citecoder.answers import Question
from citecoder.app import server
from citecoder.app.http import streams
from citecoder.app.http.door import Door
from citecoder.app.settings import Settings
from tests.app.fake_citecoder import SampleParts
from tests.app.real_engine import RealEngineParts
from tests.app.sample import CRASH, OFFLINE, SLOW
from tests.app.sample_answers import NOTHING, QUESTION
from tests.app.serving import served, serving
from tests.app.test_http import problem_of
from tests.contract import conforms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citecoder.app.wiring import Parts

EVENTS = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(tmp_path_factory.mktemp("answers")) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as made,
    ):
        yield made


def events_in(body: str) -> list[tuple[str, Any]]:
    """Read a stream as a browser does."""
    found = []
    for block in body.removesuffix("\n\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "data" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def asked(client: httpx.Client, question: str, **more: Any) -> httpx.Response:
    return client.post("/v1/answers", json={"question": question, **more}, headers=EVENTS)


# --- whole ---------------------------------------------------------------------------------------


def test_a_question_is_answered_as_the_contract_says(client: httpx.Client) -> None:
    answer = client.post("/v1/answers", json={"id": "q1", "question": QUESTION, "payer": "medicare"})
    told = answer.json()
    conforms(told, "ask")
    assert told["id"] == "q1"
    assert told["answer"].startswith("Yes: leftovers go to the code with the most minutes. [1] “Total time”")
    assert told["sentences"][0]["citations"] == ["cms-cpm-5/unit-allocation"]
    assert (told["abstained"], told["reason"], told["as_of"]) == (False, None, "2026-11-21")


def test_what_is_not_answered_says_why(client: httpx.Client) -> None:
    told = client.post("/v1/answers", json={"question": NOTHING}).json()
    conforms(told, "ask")
    assert (told["abstained"], told["reason"]) == (True, "not_in_sources")


def test_a_conversation_and_a_long_note_are_taken(client: httpx.Client) -> None:
    history = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]
    told = client.post("/v1/answers", json={"question": QUESTION, "history": history, "note": "🦵" * 200_000})
    assert "2 earlier turns" in told.json()["answer"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"question": ""}, 422, "question"),
        ({"question": "x" * 8_001}, 422, "question"),
        ({"question": "x", "history": [{"role": "system", "content": "x"}]}, 422, "history"),
        ({"question": "x", "date_of_service": "May"}, 422, "date_of_service"),
        ({"question": "x", "note": "n" * 200_001}, 413, "note"),
    ],
)
def test_a_bad_field_is_named(client: httpx.Client, body: dict[str, Any], status: int, field: str) -> None:
    for headers in ({}, EVENTS):
        told = problem_of(client.post("/v1/answers", json=body, headers=headers), status)
        assert told["errors"][0]["loc"][:2] == ["body", field]


def test_questions_are_counted_by_what_became_of_them(client: httpx.Client) -> None:
    asked(client, QUESTION)
    figures = client.get("/metrics").text
    assert 'citecoder_answers_total{outcome="answered"}' in figures
    assert 'citecoder_answers_total{outcome="not_in_sources"}' in figures
    assert "citecoder_answer_seconds_count" in figures


@pytest.mark.slow
def test_the_real_engine_says_the_same_at_both_doors(parts: Parts, tmp_path: Path) -> None:
    real = RealEngineParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache"))
    real.shipped = parts
    real.answers.invoke(Question("What is 97110?"))  # what is loaded at the first question takes its time
    asked = {"question": "Can a PTA do an evaluation?", "payer": "medicare"}
    said = {"role": "user", "content": asked["question"]}
    with serving(real) as base, httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        told = client.post("/v1/answers", json=asked).json()
        conforms(told, "ask")
        chat = client.post(
            "/v1/chat/completions", json={"model": "citecoder", "messages": [said], "payer": "medicare"}
        ).json()
        message = chat["choices"][0]["message"]
        assert not told["abstained"]
        assert message["content"].partition("\n\nSources:")[0] == told["answer"]
        for each in message["annotations"]:
            url = each["url_citation"]["url"]
            assert not url.startswith(base) or client.get(url).status_code == 200


# --- events --------------------------------------------------------------------------------------


def test_each_sentence_is_an_event_and_the_last_is_the_whole(client: httpx.Client) -> None:
    answer = asked(client, QUESTION, id="q2")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in answer.headers
    assert answer.headers["x-request-id"]
    told = events_in(answer.text)
    assert [name for name, _ in told] == ["sentence", "sentence", "passages", "done"]
    whole = told[-1][1]
    conforms(whole, "ask")
    assert [data for name, data in told if name == "sentence"] == whole["sentences"]
    assert told[2][1] == whole["passages"]
    assert whole["id"] == "q2"


def test_sentences_come_one_by_one(client: httpx.Client) -> None:
    with client.stream("POST", "/v1/answers", json={"question": QUESTION}, headers=EVENTS) as answer:
        pieces = list(answer.iter_raw())
    assert b"".join(pieces).count(b"event: ") == 4
    assert len(pieces) >= 2


@pytest.mark.parametrize(
    ("accept", "streams_it"),
    [
        ("text/event-stream", True),
        ("application/json, text/event-stream", True),
        ("text/event-stream;q=0.5, application/json", False),
        ("Text/Event-Stream; q=1", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=x", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_events_are_sent_to_who_would_rather_have_them(accept: str, streams_it: bool) -> None:
    headers = [(b"accept", accept.encode())]
    assert streams.wants_events(Request({"type": "http", "headers": headers})) == streams_it


@pytest.mark.parametrize(("question", "status"), [(CRASH, 500), (OFFLINE, 503)])
def test_what_fails_at_once_is_told_by_its_status(client: httpx.Client, question: str, status: int) -> None:
    answer = asked(client, question)
    told = problem_of(answer, status)
    assert question not in json.dumps(told)


@pytest.mark.parametrize(("question", "status"), [(CRASH, 500), (OFFLINE, 503)])
def test_what_fails_later_is_an_event(
    client: httpx.Client, question: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOMENT", 0.01)
    answer = asked(client, f"{SLOW}0.2 {question}")
    [(name, told)] = events_in(answer.text)
    assert (answer.status_code, name, told["status"]) == (200, "error", status)
    conforms(told, "problem")
    assert told["request_id"] == answer.headers["x-request-id"]


def test_a_late_answer_keeps_its_stream_open(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOMENT", 0.01)
    monkeypatch.setattr(streams, "BEAT", 0.05)
    answer = asked(client, f"{SLOW}0.3 {QUESTION}")
    assert answer.text.startswith(": ping\n\n")
    assert events_in(answer.text.replace(": ping\n\n", ""))[-1][0] == "done"


def test_a_stream_that_takes_too_long_ends_with_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOMENT", 0.01)
    with (
        served(tmp_path, max_seconds=0.2) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as client,
    ):
        [(name, told)] = events_in(asked(client, f"{SLOW}1").text)
    assert (name, told["status"]) == ("error", 503)


def test_what_nobody_reads_any_more_is_not_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOMENT", 0.01)
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache"))
    begun: list[str] = []
    doors: list[Door] = []

    def door_of(given: Parts) -> Door:
        doors.append(Door(given))
        return doors[0]

    monkeypatch.setattr(server, "Door", door_of)
    monkeypatch.setattr("citecoder.app.http.answers.ask", lambda _, asked: _slowly(begun, asked.question))
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        [door] = doors
        threads = door.answers._threads._max_workers
        for number in range(threads + 2):
            with client.stream("POST", "/v1/answers", json={"question": str(number)}, headers=EVENTS) as left:
                assert left.status_code == 200
            assert door.answers.under_way
        until = time.monotonic() + 10
        while (door.answers.under_way or door._room.taken) and time.monotonic() < until:
            time.sleep(0.02)
        assert not door._room.taken
        assert len(begun) == threads


def _slowly(begun: list[str], question: str) -> None:
    begun.append(question)
    time.sleep(1)


def test_a_request_that_is_cancelled_gives_its_work_up() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append("work")

    async def cancelled() -> None:
        request = Request({"type": "http", "headers": []})
        begun = asyncio.ensure_future(streams.stream(request, work(), lambda _: (), lambda _: b""))
        await asyncio.sleep(0.05)
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)
        await asyncio.sleep(0)

    asyncio.run(cancelled())
    assert ended == ["work"]


@pytest.mark.parametrize("blank", [" ", "\n\t", "\u3000"])
def test_a_question_that_says_nothing_is_refused(client: httpx.Client, blank: str) -> None:
    answer = client.post("/v1/answers", json={"question": blank})
    assert answer.status_code == 422
    assert "question" in answer.text
    assert "says nothing" in answer.text
