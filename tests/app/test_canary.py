"""A phrase of a note is sent through every route, those that fail too: it may come back to its caller and stay nowhere."""

from __future__ import annotations

import io
import json
import logging
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from citecoder.app.logs import formatter
from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from tests.app.fake_citecoder import SampleParts
from tests.app.sample import CRASH, SLOW
from tests.app.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORD = "Quillingtonbury"
NOTE = (
    f"S: Mr {WORD} reports less pain.\nO: Therapeutic exercise x 23 min: quad sets, SLR 3x10 with cues for {WORD}.\n"
    f"A: {WORD} tolerated well. P: Continue 2x/week.\n"
)
OVERFLOW = f"{WORD} " * 200_000
EVENTS = {"accept": "text/event-stream"}


@contextmanager
def log_of_everybody() -> Iterator[io.StringIO]:
    """Write every logger's lines, down to DEBUG, as the server would."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter("json"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def send(client: httpx.Client) -> list[httpx.Response]:
    """Send the word to every route in every place that takes one."""
    told = [client.post("/v1/suggestions", json=asked) for asked in _notes()]
    review = told[0].json()
    lines = [line["id"] for line in review["suggestions"]] or ["none"]
    about = {"suggestion_id": review["id"], "line_id": lines[0]}
    told += [client.post("/v1/decisions", json={**about, **asked}) for asked in _decisions()]
    told += [client.post(path, json=body) for path, body in _others()]
    told += [
        client.post("/v1/answers", json=body, headers=kind) for body in _questions() for kind in ({}, EVENTS)
    ]
    told += [client.post("/v1/chat/completions", json=body) for body in _conversations()]
    told += [client.get(path) for path in _paths()]
    kinds = {"content-type": "application/json"}
    told += [client.post("/v1/suggestions", content=f'{{"note": "{WORD}'.encode(), headers=kinds)]
    told += [client.post("/v1/suggestions", content=WORD.encode())]
    for header in (
        "authorization",
        "origin",
        "host",
        "x-request-id",
        "user-agent",
        "x-forwarded-for",
        "cookie",
    ):
        told.append(client.post("/v1/suggestions", json={"note": NOTE}, headers={header: f"{WORD} {WORD}"}))
        told.append(client.get("/v1/models", headers={header: f"{WORD} {WORD}"}))
    return told


def _notes() -> list[dict[str, Any]]:
    return [
        {"note": NOTE, "payer": "medicare", "discipline": "PT"},
        {"note": NOTE, "payer": WORD, "context": {"performed_by": WORD}},
        {"note": NOTE, "billed": [{"code": "97110", "units": 2, "modifiers": [WORD]}]},
        {"note": f"{CRASH} {WORD}"},
        {"note": f"please be offline {WORD}"},
        {"note": OVERFLOW},
        {"note": 7, WORD: WORD},
        {"note": NOTE, "date_of_service": WORD, "discipline": WORD},
    ]


def _decisions() -> list[dict[str, Any]]:
    return [
        {"action": "accept"},
        {"action": "edit", "edit": {"modifiers": [WORD]}},
        {"action": "edit", "edit": {"code": WORD}},
        {"action": "reject", "reason_code": "other", "comment": WORD},
        {"action": WORD, WORD: 1},
        {"action": "accept", "line_id": WORD},
        {"action": "accept", "suggestion_id": WORD},
    ]


def _questions() -> list[dict[str, Any]]:
    return [
        {
            "question": f"Can {WORD} be billed as 97110 for Medicare?",
            "payer": WORD,
            "history": _said(),
            "note": NOTE,
        },
        {"question": f"Why not 97035 in the note of {WORD}?", "note": NOTE},
        {"question": f"{SLOW}1.2 {CRASH} {WORD}"},
        {"question": f"{CRASH} {WORD}"},
        {"question": f"please be offline {WORD}"},
        {"question": "x", "note": OVERFLOW},
        {"question": OVERFLOW},
        {"question": 7, WORD: WORD, "history": [{"role": WORD, "content": WORD}]},
    ]


def _conversations() -> list[dict[str, Any]]:
    asked = {"role": "user", "content": f"Can {WORD} be billed as 97110 for Medicare?"}
    whole = {"model": "citecoder", "messages": [{"role": "system", "content": WORD}, *_said(), asked]}
    task = f'### Task:\nGenerate a title\nJSON format: {{ "title": "" }}\n<chat_history>\nUSER: {WORD}\n</chat_history>'
    return [
        whole,
        {**whole, "stream": True, "user": WORD, "metadata": {WORD: WORD}},
        {**whole, "payer": WORD, "note": NOTE},
        {**whole, "messages": [{"role": "user", "content": task}]},
        {**whole, "messages": [{"role": "user", "content": task.replace("title", "tags")}]},
        {**whole, "model": WORD},
        {**whole, "tools": [WORD]},
        {**whole, "payer": {WORD: WORD}},
        {**whole, "date_of_service": WORD},
        {**whole, "messages": [{"role": WORD, WORD: WORD}]},
        {**whole, "messages": [{"role": "user", "content": [{"type": WORD, "text": WORD}]}]},
        *(
            {**whole, "stream": streamed, "messages": [{"role": "user", "content": said}]}
            for said in (f"{CRASH} {WORD}", f"please be offline {WORD}", OVERFLOW)
            for streamed in (True, False)
        ),
        {**whole, "stream": True, "messages": [{"role": "user", "content": f"{SLOW}1.2 {CRASH} {WORD}"}]},
    ]


def _said() -> list[dict[str, str]]:
    return [
        {"role": "user", "content": f"Is {WORD} timed?"},
        {"role": "assistant", "content": f"{WORD} is. [1]"},
    ]


def _others() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("/v1/passages/search", {"query": f"gait {WORD}", "payer": WORD}),
        ("/v1/passages/search", {"query": WORD, "code": WORD}),
        ("/v1/units", {"minutes": {WORD: 8}}),
        ("/v1/units", {"minutes": {"97110": 8}, "payer": WORD}),
        (f"/v1/{WORD}", {"note": WORD}),
    ]


def _paths() -> list[str]:
    return [
        f"/v1/codes/{WORD}",
        f"/v1/codes/97110?payer={WORD}&date={WORD}",
        f"/v1/passages/{WORD}",
        f"/{WORD}?note={WORD}",
        f"/sidebar/{WORD}.js",
        f"/healthz?note={WORD}",
        f"/readyz?note={WORD}",
    ]


def send_raw(address: str) -> bytes:
    """Send what no client library would: another method, and no HTTP at all."""
    host, _, port = address.removeprefix("http://").partition(":")
    told = b""
    for sent in (f"{WORD} /{WORD} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", f"{WORD}\r\n{WORD}\r\n\r\n"):
        with socket.create_connection((host, int(port)), 10) as connection:
            connection.sendall(sent.encode())
            told += connection.recv(65536)
    return told


def leaks(told: list[httpx.Response]) -> list[str]:
    """Name the answers whose headers, or whose errors, hold the word."""
    found = [f"header {answer.url.path}" for answer in told if WORD in str(answer.headers.raw)]
    return found + [
        f"error {answer.status_code}" for answer in told if _tells_an_error(answer) and WORD in answer.text
    ]


def _tells_an_error(answer: httpx.Response) -> bool:
    return answer.is_error or "event: error" in answer.text or 'data: {"error"' in answer.text


def files_with_it(folder: Path) -> list[str]:
    """Name the files that hold the word, as text of one or two bytes a letter."""
    spelled = (WORD.encode(), WORD.lower().encode(), WORD.encode("utf-16-le"))
    return [
        str(file)
        for file in folder.rglob("*")
        if file.is_file() and any(s in file.read_bytes() for s in spelled)
    ]


@pytest.mark.parametrize("kind", [SampleParts, pytest.param(Parts, marks=pytest.mark.slow)])
def test_a_notes_words_stay_nowhere(kind: type[Parts], tmp_path: Path) -> None:
    parts = kind(Settings(site=tmp_path / "site", cache=tmp_path / "cache"))
    with log_of_everybody() as log, serving(parts) as base:
        with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
            told = send(client)
            raw = send_raw(base)
            figures = client.get("/metrics").text
        assert files_with_it(tmp_path) == []
    statuses = {answer.status_code for answer in told}
    assert {200, 400, 401, 403, 404, 413, 415, 422} <= statuses
    if kind is SampleParts:
        assert sum(_tells_an_error(answer) and not answer.is_error for answer in told) == 2, "within a stream"
    assert (201 in statuses) == (kind is Parts), "the sample engine finds nothing in this note"
    assert leaks(told) == []
    assert WORD not in raw.decode("latin-1")
    assert WORD.lower() not in figures.lower()
    lines = log.getvalue().splitlines()
    assert len(lines) > len(told)
    assert [line for line in lines if WORD.lower() in line.lower()] == []
    assert "citecoder.access" in {json.loads(line)["logger"] for line in lines}
    assert files_with_it(tmp_path) == [], "what is left when it has stopped"
