"""Who may ask: this machine without a key, everybody else with one that holds and was made for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from citecoder.app.settings import Settings
from citecoder.records import SCOPES
from tests.app.fake_citecoder import SampleParts
from tests.app.serving import serving
from tests.app.test_http import problem_of
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citecoder.adapters.records import Records

HOST = {"host": "cite.example"}
ROUTES = {
    "suggest": ("POST", "/v1/suggestions", {"note": "x"}),
    "ask": ("POST", "/v1/answers", {"question": "x"}),
    "decide": ("POST", "/v1/decisions", {"suggestion_id": "x", "line_id": "x", "action": "accept"}),
    "sources": ("POST", "/v1/passages/search", {"query": "gait"}),
    "metrics": ("GET", "/metrics", None),
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> SampleParts:
    folder: Path = tmp_path_factory.mktemp("callers")
    return SampleParts(
        Settings(
            site=folder / "site", cache=folder / "cache", allowed_hosts=("cite.example",), require_key=False
        )
    )


@pytest.fixture(scope="module")
def records(parts: SampleParts) -> Records:
    assert parts.records is not None
    return parts.records


@pytest.fixture(scope="module")
def client(parts: SampleParts) -> Iterator[httpx.Client]:
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as made:
        yield made


def bearer(token: str) -> dict[str, str]:
    return {**HOST, "authorization": f"Bearer {token}"}


def ask(client: httpx.Client, scope: str, headers: dict[str, str]) -> httpx.Response:
    method, path, body = ROUTES[scope]
    return client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize("scope", ROUTES)
def test_another_host_needs_a_key_on_every_route(client: httpx.Client, scope: str) -> None:
    answer = ask(client, scope, HOST)
    assert "keys create" in problem_of(answer, 401)["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scope", ROUTES)
def test_a_key_opens_the_routes_of_its_scopes_and_no_other(
    client: httpx.Client, records: Records, scope: str
) -> None:
    _, token = records.add_key(f"only {scope}", {scope})
    for each in ROUTES:
        answer = ask(client, each, bearer(token))
        if each == scope:
            assert answer.status_code == (404 if each == "decide" else 200)
        else:
            assert each in problem_of(answer, 403)["detail"]


def test_wrong_revoked_and_expired_keys_are_refused_in_the_same_words(
    client: httpx.Client, records: Records
) -> None:
    revoked, revoked_token = records.add_key("revoked", SCOPES)
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    _, expired = records.add_key("expired", SCOPES, soon)
    assert ask(client, "suggest", bearer(revoked_token)).status_code == 200
    records.revoke_key(revoked.id)
    while datetime.now(UTC) <= soon:
        pass
    sent = ["nonsense", f"{revoked_token}x", revoked_token, expired, "cite_unknown_" + "a" * 43]
    told = [problem_of(ask(client, "suggest", bearer(token)), 401)["detail"] for token in sent]
    assert len(set(told)) == 1


@pytest.mark.parametrize("header", ["Basic amFuZQ==", "Bearer", "Bearer a b", "cite_x"])
def test_what_is_no_key_is_refused_even_at_this_machine(client: httpx.Client, header: str) -> None:
    answer = client.post("/v1/suggestions", json={"note": "x"}, headers={"authorization": header})
    problem_of(answer, 401)


def test_a_key_is_checked_at_this_machine_too(client: httpx.Client, records: Records) -> None:
    _, token = records.add_key("sources only", {"sources"})
    headers = {"authorization": f"Bearer {token}"}
    assert ask(client, "sources", headers).status_code == 200
    assert ask(client, "suggest", headers).status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "x-forwarded",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-real-ip",
        "via",
        "cf-ray",
        "cdn-loop",
    ],
)
def test_what_a_proxy_forwards_is_not_of_this_machine(client: httpx.Client, header: str) -> None:
    problem_of(client.post("/v1/suggestions", json={"note": "x"}, headers={header: "127.0.0.1"}), 401)


def test_a_proxy_that_tells_nothing_but_speaks_http_1_0_is_not_of_this_machine(client: httpx.Client) -> None:
    import socket

    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 10) as connection:
        connection.sendall(b"GET /v1/codes/97110 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert b" 401 " in connection.recv(100)


def test_a_caller_is_known_before_the_body_is_read(client: httpx.Client) -> None:
    headers = {**HOST, "content-type": "application/json"}
    problem_of(client.post("/v1/suggestions", content=b"{no json", headers=headers), 401)


def test_a_site_that_names_hosts_asks_for_a_key_at_this_machine_too(tmp_path: Path) -> None:
    """A relay on this machine that tells nothing of itself hands on whatever Host it was sent."""
    named = Settings(site=tmp_path / "site", cache=tmp_path / "cache", allowed_hosts=("cite.example",))
    with (
        serving(SampleParts(named)) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as client,
    ):
        problem_of(client.post("/v1/suggestions", json={"note": "x"}, headers={"host": "localhost"}), 401)
        assert client.get("/readyz").json()["parts"] is None


def test_a_site_may_ask_for_a_key_at_this_machine(tmp_path: Path) -> None:
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", require_key=True))
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        problem_of(client.post("/v1/suggestions", json={"note": "x"}), 401)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["parts"] is None


def test_many_wrong_keys_are_slowed_down_and_a_right_one_is_not(tmp_path: Path) -> None:
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", require_key=True))
    assert parts.records is not None
    _, token = parts.records.add_key("right", SCOPES)
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        statuses = [
            ask(client, "sources", bearer("no") | {"host": "127.0.0.1"}).status_code for _ in range(31)
        ]
        assert statuses == [401] * 30 + [429]
        right = {"authorization": f"Bearer {token}"}
        assert ask(client, "sources", right).status_code == 200


def test_a_key_that_can_not_be_looked_up_is_told_no_address(tmp_path: Path) -> None:
    address = "postgresql://cite@127.0.0.1:1/where_keys_are"
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", records=address))
    token = "cite_" + "0" * 12 + "_" + "a" * 43
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        told = problem_of(ask(client, "sources", bearer(token) | {"host": "127.0.0.1"}), 503)
    assert told["detail"].startswith("the records can't be used now")
    assert "127.0.0.1" not in str(told)
    assert "where_keys_are" not in str(told)


def test_what_a_key_has_no_scope_for_counts_against_its_rate_and_so_does_readyz(tmp_path: Path) -> None:
    settings = Settings(site=tmp_path / "site", cache=tmp_path / "cache", rate_limit="2/minute")
    parts = SampleParts(settings)
    assert parts.records is not None
    _, narrow = parts.records.add_key("narrow", {"metrics"})
    _, probe = parts.records.add_key("probe", {"metrics"})
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        headers = {"authorization": f"Bearer {narrow}"}
        assert [ask(client, "sources", headers).status_code for _ in range(3)] == [403, 403, 429]
        headers = {"authorization": f"Bearer {probe}"}
        assert [client.get("/readyz", headers=headers).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("page", ["embed.md", "service.md"])
def test_a_page_behind_the_proxy_that_the_docs_show_may_ask(tmp_path: Path, page: str) -> None:
    shown = (CHECKOUT / "plugin" / "docs" / page).read_text(encoding="utf-8")
    assert "proxy_http_version 1.1;" in shown
    parts = SampleParts(
        Settings(site=tmp_path / "site", cache=tmp_path / "cache", allowed_hosts=("ehr.example",))
    )
    assert parts.records is not None
    _, token = parts.records.add_key("proxy", SCOPES)
    values = {
        "$host": "ehr.example",
        "$remote_addr": "192.0.2.7",
        "$request_id": "a1",
        "$scheme": "https",
        "${citecoder_key}": token,
    }
    passed = {"authorization": f"Bearer {token}", "origin": "https://ehr.example"}
    for name, value in re.findall(r'proxy_set_header (\S+) "?([^";]+)"?;', shown):
        filled = re.sub(r"\$\{?\w+\}?", lambda found: values[found[0]], value)
        passed[name.lower()] = filled
    assert passed["host"] == "ehr.example"
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        assert client.post("/v1/suggestions", json={"note": "x"}, headers=passed).status_code == 200
        if page == "service.md":
            asked = {"model": "citecoder", "messages": [{"role": "user", "content": "x"}]}
            told = client.post("/v1/chat/completions", json=asked, headers=passed).text
            assert "https://ehr.example/v1/passages/" in told
        del passed["authorization"]
        problem_of(client.post("/v1/suggestions", json={"note": "x"}, headers=passed), 401)


def test_without_records_no_key_holds(tmp_path: Path) -> None:
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", records="off"))
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        problem_of(ask(client, "sources", {"authorization": "Bearer cite_a_b"}), 401)
        assert ask(client, "sources", {}).status_code == 200
