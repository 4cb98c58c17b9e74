"""MCP by HTTP stands behind the door of the service: other hosts, pages, callers and bodies are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from citecoder.app.mcp_server.web import create_app
from citecoder.app.settings import Settings
from citecoder.records import SCOPES
from tests.app.fake_citecoder import SampleParts
from tests.app.serving import serving
from tests.app.test_canary import WORD
from tests.app.test_http import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "0"},
    },
}
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> SampleParts:
    folder = tmp_path_factory.mktemp("web")
    return SampleParts(Settings(site=folder / "site", cache=folder / "cache", max_note=1_000))


@pytest.fixture(scope="module")
def client(parts: SampleParts) -> Iterator[httpx.Client]:
    with (
        serving(parts, create_app) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30, headers=HEADERS) as made,
    ):
        yield made


def test_a_client_of_this_machine_is_answered(client: httpx.Client) -> None:
    told = client.post("/mcp", json=HELLO)
    assert told.status_code == 200
    assert told.json()["result"]["serverInfo"]["name"] == "citecoder"
    assert "mcp-session-id" not in told.headers
    assert told.headers["x-request-id"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", ""])
def test_another_host_is_refused(client: httpx.Client, host: str) -> None:
    problem_of(client.post("/mcp", json=HELLO, headers={"host": host}), 403)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null"])
def test_a_page_of_another_origin_is_refused(client: httpx.Client, origin: str) -> None:
    answer = client.post("/mcp", json=HELLO, headers={"origin": origin})
    problem_of(answer, 403)
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_of_another_site_without_an_origin_is_refused(client: httpx.Client) -> None:
    problem_of(client.post("/mcp", json=HELLO, headers={"sec-fetch-site": "cross-site"}), 403)


def test_there_is_one_route_and_it_takes_messages_alone(client: httpx.Client) -> None:
    problem_of(client.get("/mcp"), 405)
    problem_of(client.delete("/mcp"), 405)
    problem_of(client.post("/v1/suggestions", json={"note": "x"}), 404)
    problem_of(client.post("/mcp", content="{}", headers={"content-type": "text/plain"}), 415)
    problem_of(client.post("/mcp", json={"note": "x" * 90_000}), 413)


@pytest.mark.parametrize("body", [f"{{{WORD}", json.dumps({"note": WORD}), json.dumps([{"method": WORD}])])
def test_what_is_no_message_is_not_quoted(client: httpx.Client, body: str) -> None:
    answer = client.post("/mcp", content=body)
    assert answer.status_code == 400
    assert "not a JSON-RPC message" in answer.json()["error"]["message"]
    assert WORD not in answer.text


@pytest.mark.parametrize(
    "params", [{"name": "suggest_codes", "arguments": WORD}, {"name": [WORD]}, {"arguments": {WORD: WORD}}]
)
def test_a_call_of_a_wrong_shape_is_not_quoted(client: httpx.Client, params: dict[str, Any]) -> None:
    answer = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    assert answer.json()["error"]["code"] == -32602
    assert WORD not in answer.text


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_site_that_asks_for_keys_asks_here_too(tmp_path: Path) -> None:
    folders = {"site": tmp_path / "site", "cache": tmp_path / "cache"}
    keyed = SampleParts(Settings(**folders, allowed_hosts="cite.example"))
    assert keyed.records
    _, whole = keyed.records.add_key("clinic", SCOPES)
    _, less = keyed.records.add_key("reader", ["sources"])
    with serving(keyed, create_app) as base:
        async with httpx.AsyncClient(base_url=base, trust_env=False, headers=HEADERS) as client:
            problem_of(await client.post("/mcp", json=HELLO), 401)
            problem_of(
                await client.post("/mcp", json=HELLO, headers={"authorization": f"Bearer {less}"}), 403
            )
            headers = {"authorization": f"Bearer {whole}", "host": "cite.example"}
            assert (await client.post("/mcp", json=HELLO, headers=headers)).status_code == 200
        async with (
            create_mcp_http_client(headers={"authorization": f"Bearer {whole}"}) as http,
            Client(streamable_http_client(f"{base}/mcp", http_client=http)) as client_of_sdk,
        ):
            assert len((await client_of_sdk.list_tools()).tools) == 4
