"""Each way in which a server fails: which failure it becomes, after how many tries, and how soon."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_exponential_jitter

from citecoder.adapters.language_model import calling
from citecoder.adapters.language_model.failures import trouble_of
from citecoder.language_model import Failure, ModelUnavailableError
from tests.adapters.language_model import stub_server as stub
from tests.adapters.language_model.asking import DATA, PROMPT, Offers, model_at
from tests.adapters.language_model.stub_server import Reply, Stub


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setattr(calling, "_WAIT", wait_exponential_jitter(multiplier=0.01, max=0.1, jitter=0.05))
    with stub.serving() as made:
        yield made


@dataclass(frozen=True)
class Row:
    """What a server does, and what is made of it: the failure (None: an answer), tries, and seconds at most."""

    name: str
    script: list[Reply]
    failure: Failure | None
    tries: int = 1
    seconds: float = 3.0
    changed: dict[str, Any] = field(default_factory=dict)


SOON = {"timeout": 1.0}
FITTING = '{"services": [{"code": "97110", "quote": "exercise"}]}'
ROWS = [
    Row("401", [stub.failing(401)], "unauthorised"),
    Row("403", [stub.failing(403)], "unauthorised"),
    Row("404", [stub.failing(404)], "unreachable"),
    Row("400", [stub.failing(400)], "server_error"),
    Row("filter", [stub.failing(400, error={"message": "x", "code": "content_filter"})], "refused"),
    Row("redirect", [stub.failing(307, "location: http://127.0.0.1:9/v1/chat/completions")], "server_error"),
    Row("429 then well", [stub.failing(429), stub.good("exercise")], None, 2),
    Row("429 with Retry-After", [stub.failing(429, "retry-after: 1"), stub.good("exercise")], None, 2, 4.0),
    Row("429 to wait too long", [stub.failing(429, "retry-after: 3600")], "rate_limited", 1),
    Row("429 for ever", [stub.failing(429, "retry-after: 0")], "rate_limited", 3),
    Row("500 then well", [stub.failing(500), stub.good("exercise")], None, 2),
    Row("503 for ever", [stub.failing(503, "retry-after: 0")], "server_error", 3),
    Row("500 without tries", [stub.failing(500)], "server_error", 1, changed={"retries": 0}),
    Row("silent", [stub.silent], "timeout", 1, 2.0, SOON),
    Row("too slow", [stub.slow(3, stub.good("exercise"))], "timeout", 1, 2.0, SOON),
    Row("stuck after the head", [stub.stuck], "timeout", 1, 2.0, SOON),
    Row("a byte now and then", [stub.dripping], "timeout", 1, 2.0, SOON),
    Row("closed at once", [stub.raw(b"")], "unreachable", 3, 6.0),
    Row("no HTTP", [stub.raw(b"nonsense\r\n\r\n")], "unreachable", 3, 6.0),
    Row("broken amid the body", [stub.http(200, b'{"choices": [', length=900)], "unreachable", 3, 6.0),
    Row("broken, then well", [stub.raw(b""), stub.good("exercise")], None, 2),
    Row("empty body", [stub.http(200, b"")], "invalid"),
    Row("a page", [stub.http(200, b"<html>PLANTED-IN-PAGE</html>", kind="text/html")], "invalid"),
    Row("other JSON", [stub.http(200, b'{"hello": 1}')], "invalid"),
    Row("null choices", [stub.http(200, b'{"choices": null}')], "invalid"),
    Row("no choices", [stub.http(200, b'{"choices": []}')], "invalid"),
    Row("a list", [stub.http(200, b"[]")], "invalid"),
    Row("an error with 200", [stub.http(200, b'{"error": {"message": "PLANTED"}}')], "invalid"),
    Row("no content", [stub.answer(None)], "invalid"),
    Row("prose", [stub.answer("Sure! Here are the services.")], "invalid"),
    Row("half of JSON", [stub.answer('{"services": [{"code": "971')], "invalid"),
    Row("NaN", [stub.answer('{"services": NaN}')], "invalid"),
    Row("deep", [stub.answer("[" * 50_000)], "invalid"),
    Row("off schema", [stub.answer('{"services": [{"code": 97110}]}')], "off_schema"),
    Row("a list of JSON", [stub.answer("[]")], "off_schema"),
    Row("too many", [stub.good(*["exercise"] * 5)], "off_schema"),
    Row("too long", [stub.good("x" * 81)], "off_schema"),
    Row("lone surrogates", [stub.answer('{"services": [{"code": "97110", "quote": "\\ud800"}]}')], "off_schema"),
    Row("in a fence", [stub.answer(f"```json\n{FITTING}\n```")], None),
    Row("cut off", [stub.answer('{"services": [', "length")], "cut_off"),
    Row("refusal", [stub.answer(None, refusal="I can't help with PLANTED.")], "refused"),
    Row("content filter", [stub.answer("", "content_filter")], "refused"),
    Row("huge", [stub.huge], "invalid", 1, 6.0),
    Row("packed", [stub.http(200, b"\x1f\x8b", "content-encoding: gzip")], "invalid"),
    Row("no UTF-8", [stub.http(200, b'{"choices": "\xff\xfe\x80"}')], "invalid"),
    Row("usage of words", [stub.answer(FITTING, usage={"prompt_tokens": "many", "completion_tokens": None})], "invalid"),
    Row("usage below 0", [stub.answer(FITTING, usage={"prompt_tokens": -5, "completion_tokens": 1e12})], None),
    Row("no usage", [stub.answer(FITTING, usage=False)], None),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_what_a_server_does_becomes_one_failure_soon(row: Row, server: Stub, tmp_path: Path) -> None:
    server.script = row.script
    ask = model_at(server.address, tmp_path, **row.changed)
    ask._runnable(Offers, 0)  # its libraries are loaded before the time is taken
    began = time.monotonic()
    if row.failure is None:
        told = ask(PROMPT, DATA, Offers)
        assert told.value.services[0].code == "97110"
        assert told.tokens_in >= 0 <= told.tokens_out
    else:
        with pytest.raises(ModelUnavailableError) as caught:
            ask(PROMPT, DATA, Offers)
        assert caught.value.failure == row.failure
        assert "PLANTED" not in str(caught.value)
        assert "\n" not in str(caught.value)
    assert time.monotonic() - began < row.seconds
    assert len(server.arrived) == row.tries
    recorded = json.loads((tmp_path / "egress.jsonl").read_text())
    assert (recorded["outcome"], recorded["tries"]) == (row.failure or "answered", row.tries)


@pytest.mark.usefixtures("server")
def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    with stub.serving() as gone:
        address = gone.address
    with pytest.raises(ModelUnavailableError) as caught:
        model_at(address, tmp_path)(PROMPT, DATA, Offers)
    assert caught.value.failure == "unreachable"


def test_a_date_in_retry_after_is_read() -> None:
    class TooManyError(Exception):
        status_code = 429

        class response:  # noqa: N801 - as the libraries call it
            headers = {"retry-after": "Mon, 23 Nov 2026 00:00:07 GMT"}  # noqa: RUF012

    trouble = trouble_of(TooManyError(), datetime(2026, 11, 23, tzinfo=UTC))
    assert (trouble.failure, trouble.after) == ("rate_limited", 7.0)
