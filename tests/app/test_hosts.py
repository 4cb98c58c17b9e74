"""Which hosts are answered to, which pages of other origins may ask, and which of our pages they may show."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.app.serving import served
from tests.app.test_http import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator

EHR = "https://ehr.example"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    choices = {"allowed_hosts": ("cite.example",), "allowed_origins": (EHR,), "require_key": False}
    with (
        served(tmp_path_factory.mktemp("hosts"), **choices) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as made,
    ):
        yield made


def preflight(client: httpx.Client, origin: str, method: str = "POST") -> httpx.Response:
    asks = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
        "access-control-request-private-network": "true",
    }
    return client.options("/v1/suggestions", headers=asks)


@pytest.mark.parametrize("host", ["cite.example", "CITE.EXAMPLE:443"])
def test_an_allowed_host_is_served(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "[::1].evil.example:80",
        "127.0.0.1:80@evil.example",
        "localhost:evil.example",
        "localhost:",
        "localhost/",
        "[",
    ],
)
def test_what_only_begins_with_a_served_name_is_refused(client: httpx.Client, host: str) -> None:
    problem_of(client.get("/healthz", headers={"host": host}), 403)


def test_two_host_headers_are_refused(client: httpx.Client) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n")
        assert b" 400 " in connection.recv(100)


def test_a_page_of_an_allowed_origin_may_ask_and_read(client: httpx.Client) -> None:
    before = preflight(client, EHR)
    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == EHR
    assert before.headers["access-control-allow-private-network"] == "true"
    assert "authorization" in before.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in before.headers
    headers = {"origin": EHR, "sec-fetch-site": "cross-site"}
    answer = client.post("/v1/suggestions", json={"note": "x"}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == EHR
    assert "x-request-id" in answer.headers["access-control-expose-headers"].lower()


def test_a_page_of_an_allowed_origin_can_read_why_it_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/suggestions", json={}, headers={"origin": EHR})
    problem_of(answer, 422)
    assert answer.headers["access-control-allow-origin"] == EHR
    answer = client.post("/v1/suggestions", json={"note": "please crash: Jane Roe"}, headers={"origin": EHR})
    problem_of(answer, 500)
    assert answer.headers["access-control-allow-origin"] == EHR


@pytest.mark.parametrize("origin", [EVIL, "null", "https://ehr.example.evil.example", "http://ehr.example"])
def test_another_origin_may_neither_ask_nor_read(client: httpx.Client, origin: str) -> None:
    told = [
        preflight(client, origin),
        client.post("/v1/suggestions", json={"note": "x"}, headers={"origin": origin}),
        client.get("/v1/codes/97110", headers={"origin": origin}),
        client.get("/sidebar/citecoder.js", headers={"origin": origin}),
    ]
    for answer in told:
        problem_of(answer, 403)
        assert "access-control-allow-origin" not in answer.headers


def test_a_form_of_another_site_is_refused(client: httpx.Client) -> None:
    headers = {"content-type": "text/plain", "sec-fetch-site": "cross-site"}
    problem_of(client.post("/v1/suggestions", content=b'{"note": "x"}', headers=headers), 403)


def test_our_own_page_behind_a_proxy_that_ends_tls_may_ask(client: httpx.Client) -> None:
    headers = {"host": "cite.example", "origin": "https://cite.example", "sec-fetch-site": "same-origin"}
    problem_of(client.post("/v1/suggestions", json={"note": "x"}, headers=headers), 401)


def test_the_sidebars_files_are_fetched_as_modules_by_allowed_origins(client: httpx.Client) -> None:
    answer = client.get("/sidebar/citecoder.js", headers={"origin": EHR})
    assert answer.headers["access-control-allow-origin"] == EHR
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "no-cache"
    assert "javascript" in answer.headers["content-type"]


def test_a_file_that_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get("/sidebar/citecoder.js")
    again = client.get("/sidebar/citecoder.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/sidebar/../pyproject.toml", "/sidebar/%2e%2e/%2e%2e/README.md", "/sidebar/"]
)
def test_nothing_but_the_sidebars_files_is_served(client: httpx.Client, path: str) -> None:
    problem_of(client.get(path), 404)


def test_only_the_frame_may_be_shown_in_other_pages(client: httpx.Client) -> None:
    page = client.get("/").headers
    assert "frame-ancestors 'none'" in page["content-security-policy"]
    assert page["x-frame-options"] == "DENY"
    frame = client.get("/frame")
    if frame.status_code == 200:
        assert frame.headers["content-security-policy"].endswith(f"frame-ancestors 'self' {EHR}")
        assert frame.headers["x-frame-options"] == "SAMEORIGIN"


def test_every_page_of_the_sidebars_folder_has_its_own_address(client: httpx.Client) -> None:
    from citecoder.paths import sidebar_root

    names = [file.stem for file in sidebar_root().glob("*.html") if file.stem != "index"]
    assert [client.get(f"/{name}").headers["content-type"] for name in names] == [
        "text/html; charset=utf-8" for _ in names
    ]
    assert client.head("/").status_code == 200
