"""Is it alive, can it work, what did it do: and who is told how much of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from citecoder import wire
from citecoder.app.settings import Settings
from citecoder.app.verbs.status import language_model
from citecoder.errors import IndexUnavailableError
from tests.app.fake_citecoder import SampleParts
from tests.app.sample import NOTE
from tests.app.serving import serving
from tests.app.test_http import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class NoIndex(SampleParts):
    """Parts whose index is gone."""

    @property
    def store(self) -> None:  # type: ignore[override]
        """Fail as the real one does."""
        raise IndexUnavailableError("/somewhere/index can't be opened; delete the cache folder")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("health")
    parts = SampleParts(
        Settings(
            site=folder / "site", cache=folder / "cache", allowed_hosts=("cite.example",), require_key=False
        )
    )
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as made:
        yield made


def test_it_is_alive_and_ready(client: httpx.Client) -> None:
    assert wire.HealthResponse.model_validate(client.get("/healthz").json()).status == "ok"
    told = client.get("/readyz").json()
    assert told == {
        "status": "ready",
        "parts": {"index": "ready", "records": "ready"},
        "language_model": None,
    }


def test_who_may_not_ask_is_told_no_parts(client: httpx.Client) -> None:
    headers = {"host": "cite.example"}
    assert client.get("/readyz", headers=headers).json() == {
        "status": "ready",
        "parts": None,
        "language_model": None,
    }


def test_a_language_model_is_named_with_what_it_lacks_and_makes_nothing_unready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", llm="openai:some-model"))
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
        told = client.get("/readyz").json()
        assert told["status"] == "ready"
        assert (told["language_model"]["name"], told["language_model"]["usable"]) == (
            "openai:some-model",
            False,
        )
        assert "OPENAI_API_KEY" in told["language_model"]["fault"]
        hidden = client.get("/readyz", headers={"forwarded": "for=192.0.2.1"})
        assert "some-model" not in hidden.text
    assert language_model(parts) == wire.LanguageModelStatus.model_validate(told["language_model"])


def test_what_is_down_is_told_to_who_may_ask_alone(tmp_path: Path) -> None:
    settings = Settings(
        site=tmp_path / "site", cache=tmp_path / "cache", allowed_hosts=("cite.example",), require_key=False
    )
    with (
        serving(NoIndex(settings)) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as client,
    ):
        told = problem_of(client.get("/readyz"), 503)
        assert told["errors"][0]["loc"] == ["index"]
        answer = client.get("/readyz", headers={"host": "cite.example"})
        hidden = problem_of(answer, 503)
        assert (hidden["detail"], hidden["errors"]) == ("not ready", [])
        assert answer.headers["retry-after"] == "5"
        assert client.get("/healthz").status_code == 200
        told = problem_of(client.post("/v1/passages/search", json={"query": "x"}), 503)
        assert told["detail"] == "the passage index can't be used now; the server's log says why"


def figure(text: str, name: str) -> float:
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def test_what_was_done_is_counted(client: httpx.Client) -> None:
    before = client.get("/metrics").text
    review = client.post("/v1/suggestions", json={"note": NOTE}).json()
    line = review["suggestions"][0]["id"]
    decision = {"suggestion_id": review["id"], "line_id": line, "action": "accept"}
    assert client.post("/v1/decisions", json=decision).status_code == 201
    client.get("/Jane/Roe")
    after = client.get("/metrics")
    assert after.headers["content-type"].startswith("text/plain; version=0.0.4")
    for name, more in {
        "citecoder_review_seconds_count": 1,
        'citecoder_lines_total{code="97140"}': 1,
        "citecoder_lines_total": 3,
        'citecoder_gaps_total{kind="body_region"}': 1,
        'citecoder_decisions_total{action="accept"}': 1,
        "citecoder_reviews_not_kept_total": 0,
    }.items():
        assert figure(after.text, name) - figure(before, name) == more, name
    assert 'citecoder_index{index="sample"' in after.text
    assert "citecoder_reviews_under_way 0.0" in after.text
    assert 'handler="/v1/suggestions"' in after.text
    assert 'handler="none"' in after.text
    assert "Jane" not in after.text


def test_two_apps_of_one_process_count_apart(client: httpx.Client, tmp_path: Path) -> None:
    client.post("/v1/suggestions", json={"note": NOTE})
    parts = SampleParts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", records="off"))
    with serving(parts) as base, httpx.Client(base_url=base, trust_env=False, timeout=30) as other:
        assert figure(other.get("/metrics").text, "citecoder_review_seconds_count") == 0
