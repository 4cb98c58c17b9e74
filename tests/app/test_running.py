"""``citecoder serve`` as a program: started, stopped, exposed, and asked by clients that don't get on."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from citecoder.app.http.this_machine import is_loopback
from citecoder.app.server import check_exposure, check_patience
from citecoder.app.settings import Settings
from citecoder.errors import InputError
from citecoder.records import SCOPES
from tests.app.fake_citecoder import SampleParts
from tests.app.sample import SLOW
from tests.app.serving import REAL, running
from tests.app.test_limits import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.app.conftest import Run


# --- where it listens ----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104 - the point of the test
def test_other_machines_are_let_in_only_with_records_a_key_and_a_name(tmp_path: Path, host: str) -> None:
    def checked(**choices: object) -> None:
        settings = Settings(site=tmp_path / "site", cache=tmp_path / "cache", **choices)  # type: ignore[arg-type]
        check_exposure(SampleParts(settings), host)

    with pytest.raises(InputError, match="CITECODER_RECORDS"):
        checked(records="off", allowed_hosts="cite.example")
    with pytest.raises(InputError, match="keys create NAME"):
        checked(allowed_hosts="cite.example")
    records = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache")).records
    assert records is not None
    key, _ = records.add_key("clinic", SCOPES)
    with pytest.raises(InputError, match="CITECODER_ALLOWED_HOSTS"):
        checked()
    checked(allowed_hosts="cite.example")
    records.revoke_key(key.id)
    with pytest.raises(InputError, match="keys create NAME"):
        checked(allowed_hosts="cite.example")
    records.close()


def test_this_machine_has_these_addresses() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "127.evil.example"))  # noqa: S104


def test_a_port_in_use_is_told_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run("serve", "--port", str(taken.getsockname()[1]))
    assert told.code == 2
    assert told.err.count("\n") == 1
    assert "is in use" in told.err


def test_an_address_of_nobody_is_told_in_one_line(run: Run) -> None:
    told = run("serve", "--host", "no-such-host.invalid", "--port", "0")
    assert told.code == 2
    assert told.err.count("\n") == 1


# --- stopping ------------------------------------------------------------------------------------


def post(address: str, note: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=60) as client:
        return client.post(f"{address}/v1/suggestions", json={"note": note})


def meanwhile(what: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=what)
    thread.start()
    return thread


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_is_under_way(tmp_path: Path, sent: signal.Signals) -> None:
    told: list[int] = []
    with running(tmp_path) as (address, process):
        asking = meanwhile(lambda: told.append(post(address, f"{SLOW}2").status_code))
        time.sleep(1)
        process.send_signal(sent)
        time.sleep(0.5)
        with pytest.raises(httpx.ConnectError):
            post(address, "x")
        asking.join(timeout=20)
        assert process.wait(timeout=20) == 0
    assert told == [200]


@pytest.mark.slow
def test_what_does_not_end_is_waited_for_ten_seconds_and_no_longer(tmp_path: Path) -> None:
    def ask() -> None:
        with pytest.raises(httpx.HTTPError):
            post(address, f"{SLOW}60").raise_for_status()

    with running(tmp_path) as (address, process):
        asking = meanwhile(ask)
        time.sleep(1)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert 8 < time.monotonic() - begun < 16
        asking.join(timeout=20)


# --- clients that don't get on -------------------------------------------------------------------


@pytest.mark.slow
def test_a_client_that_is_slow_or_goes_holds_nothing_up(tmp_path: Path) -> None:
    with running(tmp_path, CITECODER_MAX_UPLOAD_SECONDS="2") as (address, process):
        host, _, port = address.removeprefix("http://").partition(":")
        place = (host, int(port))
        body = b'{"note": "please take seconds: 1"}'
        whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
        headers_only = socket.create_connection(place, 30)
        headers_only.sendall(b"POST /v1/suggestions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        begun = time.monotonic()
        for sent in (HEAD + b"Content-Length: 2000000\r\n\r\n" + b" " * 100_000, whole):
            going = socket.create_connection(place, 30)
            going.sendall(sent)
            time.sleep(0.2)
            going.close()
        assert post(address, "x").status_code == 200
        headers_only.settimeout(20)
        assert headers_only.recv(10) == b""
        assert 8 < time.monotonic() - begun < 15
        headers_only.close()
        assert post(address, "x").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    events = [json.loads(line) for line in (tmp_path / "err").read_text().splitlines()]
    statuses = [event["status"] for event in events if event["logger"] == "citecoder.access"]
    assert statuses.count(200) == 2
    assert 499 in statuses
    assert not [event for event in events if event["level"] in {"error", "critical"}]


@pytest.mark.slow
def test_a_two_megabyte_note_is_refused_and_holds_nothing_up(tmp_path: Path) -> None:
    with running(tmp_path, program=REAL) as (address, _):
        note = ("Therapeutic exercise x 15 min: quad sets 3x10 with cues. " * 40_000)[:2_000_000]
        told: list[int] = []
        asking = meanwhile(lambda: told.append(post(address, note).status_code))
        assert post(address, "Gait training x 15 min.").status_code == 200
        asking.join(timeout=60)
    assert told == [413]


# --- the index -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_index_that_is_missing_or_damaged_is_built_again(tmp_path: Path) -> None:
    note = "Therapeutic exercise x 15 min: quad sets, SLR 3x10 with cues. Tolerated well."

    def lines() -> list[str]:
        with running(tmp_path, program=REAL) as (address, _):
            with httpx.Client(trust_env=False, timeout=60) as client:
                assert client.get(f"{address}/readyz").status_code == 200
            return [line["code"] for line in post(address, note).json()["suggestions"]]

    assert lines() == ["97110"]
    for file in (tmp_path / "cache" / "index").rglob("*"):
        if file.is_file() and file.suffix not in {".json", ".lock"}:
            file.write_bytes(b"damaged")
    assert lines() == ["97110"]
    shutil.rmtree(tmp_path / "cache")
    assert lines() == ["97110"]


@pytest.mark.slow
def test_an_index_that_can_not_be_built_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(AssertionError, match="did not start") as told, running(tmp_path, program=REAL):
        pass
    assert "Traceback" not in str(told.value)
    assert "cache" in str(told.value)


@pytest.mark.slow
def test_started_beyond_this_machine_it_asks_for_its_key(tmp_path: Path) -> None:
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache"))
    assert parts.records is not None
    _, token = parts.records.add_key("clinic", SCOPES)
    parts.records.close()
    host = ("--host", "0.0.0.0")  # noqa: S104 - the point of the test
    asked, named = {"note": "x"}, {"host": "cite.example"}
    with (
        running(tmp_path, *host, CITECODER_ALLOWED_HOSTS="cite.example") as (address, _),
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        assert client.post("/v1/suggestions", json=asked, headers=named).status_code == 401
        keyed = {**named, "authorization": f"Bearer {token}"}
        assert client.post("/v1/suggestions", json=asked, headers=keyed).status_code == 200


def test_the_program_says_what_it_can_be_told(run: Run) -> None:
    told = run("serve", "--help").out.decode()
    assert all(option in told for option in ("--host", "--port", "--log-format", "--open"))


def test_a_model_that_never_answers_leaves_time_for_the_rules() -> None:
    check_patience(Settings(max_seconds=1))
    check_patience(Settings(llm="openai:any"))
    with pytest.raises(InputError, match="CITECODER_LLM_TIMEOUT"):
        check_patience(Settings(llm="openai:any", llm_samples=3))
