"""The HTTP routes through a real server: the contract, the errors, and who is let in."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.app.sample import NOTE
from tests.app.serving import served
from tests.contract import conforms

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as base:
        yield base


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as made:
        yield made


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    conforms(told, "problem")
    assert told["status"] == status
    assert told["request_id"] == answer.headers["x-request-id"]
    return told


def test_a_note_is_answered_as_the_contract_says(client: httpx.Client) -> None:
    asked = {
        "id": "n1",
        "note": NOTE,
        "payer": "medicare",
        "discipline": "PT",
        "date_of_service": "2026-05-01",
    }
    answer = client.post("/v1/suggestions", json=asked)
    told = answer.json()
    conforms(told, "suggest")
    assert told["id"] == "n1"
    spans = [span for line in told["suggestions"] for span in line["evidence"]]
    assert all(NOTE[span["start"] : span["end"]] == span["quote"] for span in spans)
    assert told["suggestions"][1]["met"][0]["from"] == "note"


def test_the_longest_note_is_let_in_however_it_is_spelled(client: httpx.Client) -> None:
    note = "\U0001f9b5" * 200_000
    answer = client.post(
        "/v1/suggestions", content=json.dumps({"note": note}), headers={"content-type": "application/json"}
    )
    assert answer.json()["note_length"] == 200_000


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ["body", "note"]),
        ({"note": 1}, ["body", "note"]),
        ({"note": "x", "discipline": "MD"}, ["body", "discipline"]),
        ({"note": "x", "billed": [{"code": "1"}]}, ["body", "billed", 0, "code"]),
        ({"note": "x", "Jane Roe was seen": 1}, ["body", "?"]),
    ],
)
def test_a_bad_field_is_422_and_is_named_without_its_value(
    client: httpx.Client, body: Any, place: list[Any]
) -> None:
    told = problem_of(client.post("/v1/suggestions", json=body), 422)
    assert place in [each["loc"] for each in told["errors"]]
    assert all(each["msg"] for each in told["errors"])
    assert "Jane" not in json.dumps(told)


@pytest.mark.parametrize(
    "body", [b"{Jane", b"", b"\xff\xfe", b'{"note": NaN}'], ids=["cut", "empty", "bytes", "nan"]
)
def test_what_is_not_a_request_is_422(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/v1/suggestions", content=body, headers={"content-type": "application/json"})
    assert "Jane" not in json.dumps(problem_of(answer, 422))


def test_half_a_surrogate_pair_is_422(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/suggestions", content=rb'{"note": "\ud800"}', headers={"content-type": "application/json"}
    )
    assert problem_of(answer, 422)["errors"][0]["loc"] == ["body", "note"]


def test_a_note_over_the_limit_is_413(client: httpx.Client) -> None:
    told = problem_of(client.post("/v1/suggestions", json={"note": "x" * 200_001}), 413)
    assert told["errors"][0]["loc"] == ["body", "note"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413_before_it_is_read(client: httpx.Client, chunked: bool) -> None:
    piece = b" " * 1_000_000
    content = (piece for _ in range(4)) if chunked else piece * 4
    problem_of(
        client.post("/v1/suggestions", content=content, headers={"content-type": "application/json"}), 413
    )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_415(client: httpx.Client, kind: str) -> None:
    problem_of(client.post("/v1/suggestions", content=b'{"note": "x"}', headers={"content-type": kind}), 415)


def test_our_own_mistake_is_500_without_details(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = problem_of(client.post("/v1/suggestions", json={"note": "please crash: Jane Roe"}), 500)
    assert "Jane" not in json.dumps(told)
    assert "RuntimeError" not in json.dumps(told)
    lines = [line for line in caplog.records if line.getMessage() == "failed with RuntimeError"]
    assert [line.__dict__["request_id"] for line in lines] == [told["request_id"]]
    assert "sample:" in lines[0].__dict__["at"]
    assert "Jane" not in caplog.text


def test_a_part_that_is_down_is_503(client: httpx.Client) -> None:
    told = problem_of(client.post("/v1/suggestions", json={"note": "please be offline"}), 503)
    assert told["detail"] == "the passage index can't be used now; the server's log says why"


def test_unknown_routes_and_methods_are_problems(client: httpx.Client) -> None:
    problem_of(client.get("/v1/nothing"), 404)
    problem_of(client.get("/v1/suggestions"), 405)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "10.0.0.1", "testserver", ""]
)
@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_another_host_name_is_refused(client: httpx.Client, host: str, path: str) -> None:
    problem_of(client.get(path, headers={"host": host}), 403)


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST"])
def test_this_machine_is_served_by_all_its_names(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).json()["status"] == "ok"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"sec-fetch-site": "cross-site"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_may_not_ask(client: httpx.Client, headers: dict[str, str]) -> None:
    problem_of(client.post("/v1/suggestions", json={"note": "x"}, headers=headers), 403)


def test_our_own_page_may_ask(client: httpx.Client, address: str) -> None:
    headers = {"origin": address, "sec-fetch-site": "same-origin"}
    assert client.post("/v1/suggestions", json={"note": "x"}, headers=headers).status_code == 200


def test_no_log_line_carries_what_was_asked(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="citecoder"):
        client.get("/healthz?note=Jane")
        client.get("/Jane/Roe")
        client.get("/v1/codes/Jane?payer=Jane")
        client.post("/v1/suggestions", json={"note": "Jane Roe"})
        until = time.monotonic() + 10  # a line is written after its answer was sent
        told: list[str] = []
        while not any("POST /v1/suggestions" in line for line in told) and time.monotonic() < until:
            time.sleep(0.05)
            told = [r.getMessage() for r in caplog.records if r.name.startswith("citecoder")]
    assert any("POST /v1/suggestions 200" in line for line in told)
    assert not any("Jane" in line for line in told)


def test_every_answer_is_guarded(client: httpx.Client) -> None:
    for path in ("/", "/healthz", "/sidebar/citecoder.js", "/v1/nothing"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/sidebar") else "no-store")
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers or "uvicorn" in headers["server"]


def test_two_requests_have_two_ids(client: httpx.Client) -> None:
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_the_page_has_no_inline_script_or_style(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "<title>citecoder</title>" in page
    assert "<script>" not in page
    assert "style=" not in page
    assert "onclick" not in page


def test_the_openapi_names_the_contract_models(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()
    post = told["paths"]["/v1/suggestions"]["post"]
    assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/SuggestRequest")
    assert post["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith(
        "/SuggestResponse"
    )


def test_units_are_counted(client: httpx.Client) -> None:
    told = client.post("/v1/units", json={"payer": "medicare", "minutes": {"97110": 33, "97140": 7}}).json()
    assert (told["method"], told["units"], told["total_units"]) == (
        "medicare_total_time",
        {"97110": 2, "97140": 1},
        3,
    )


def test_a_code_is_looked_up(client: httpx.Client) -> None:
    told = client.get("/v1/codes/97014", params={"payer": "medicare"}).json()
    assert told["payer"]["substitute"] == "G0283"
    problem_of(client.get("/v1/codes/99999"), 404)


def test_passages_are_found_and_fetched(client: httpx.Client) -> None:
    hits = client.post("/v1/passages/search", json={"query": "gait training", "code": "97116"}).json()["hits"]
    assert hits
    first = hits[0]["passage"]
    assert client.get(f"/v1/passages/{first['id']}").json() == first
    problem_of(client.get("/v1/passages/no/such"), 404)


@pytest.mark.parametrize("given", ["abc-123_4.5", "A" * 64])
def test_a_plain_request_id_is_taken_over(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["Jane Roe", "A" * 65, "a/b", ""])
def test_any_other_request_id_is_not(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] != given


def test_a_long_answer_is_compressed_for_who_can_read_it(client: httpx.Client) -> None:
    asked = {"note": NOTE}
    packed = client.post("/v1/suggestions", json=asked, headers={"accept-encoding": "gzip"})
    plain = client.post("/v1/suggestions", json=asked, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json()["suggestions"] == plain.json()["suggestions"]
