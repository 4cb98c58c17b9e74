"""Settings come from the environment, and vendors are silent whatever it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from citecoder.app.settings import Settings, load_settings
from citecoder.app.wiring import Parts
from citecoder.errors import InputError


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SITE", "CACHE", "DATA", "EMBEDDINGS", "ALLOW_TRACING", "MAX_NOTE"):
        monkeypatch.delenv(f"CITECODER_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


def test_folders_follow_the_xdg_standard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings().cache == tmp_path / ".cache" / "citecoder"
    assert load_settings().site == tmp_path / ".local" / "share" / "citecoder"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert load_settings().cache == tmp_path / "c" / "citecoder"
    assert load_settings().site == tmp_path / ".local" / "share" / "citecoder"


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_CACHE", "/from/environment")
    assert load_settings().cache == Path("/from/environment")
    assert load_settings(cache=Path("/given")).cache == Path("/given")


def test_nothing_is_traced_unless_the_site_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().allow_tracing
    monkeypatch.setenv("CITECODER_ALLOW_TRACING", "true")
    assert load_settings().allow_tracing


@pytest.mark.parametrize(("name", "value"), [("MAX_NOTE", "0"), ("ALLOW_TRACING", "perhaps")])
def test_a_value_that_cannot_be_used_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CITECODER_{name}", value)
    with pytest.raises(InputError, match=f"CITECODER_{name}"):
        load_settings()


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://ehr.example/", "https://ehr.example/app", "ehr.example", "https://ehr.example; x", "https://*.example",
     "https://a.example https://b.example", "https://EHR.example", "https://user@ehr.example"],
)  # fmt: skip
def test_an_origin_is_what_a_browser_sends(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CITECODER_ALLOWED_ORIGINS", f"https://good.example:8443, {origin}")
    with pytest.raises(
        InputError, match="CITECODER_ALLOWED_ORIGINS: write each origin as a browser sends it"
    ):
        load_settings()


@pytest.mark.parametrize("host", ["*", "*.example", "https://cite.example", "cite.example/x", "a b", "a;b"])
def test_a_host_is_a_name(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("CITECODER_ALLOWED_HOSTS", host)
    with pytest.raises(InputError, match="CITECODER_ALLOWED_HOSTS: write each host as its name alone"):
        load_settings()


def test_hosts_and_origins_are_read_by_their_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_ALLOWED_HOSTS", "cite.example, [::1]:8765,")
    monkeypatch.setenv("CITECODER_ALLOWED_ORIGINS", "https://ehr.example,http://[::1]:8080, app://tablet")
    assert load_settings().allowed_hosts == ("cite.example", "[::1]:8765")
    assert load_settings().allowed_origins == ("https://ehr.example", "http://[::1]:8080", "app://tablet")


@pytest.mark.parametrize("allowed", [False, True])
def test_tracing_is_off_even_where_the_environment_turns_it_on(allowed: bool) -> None:
    program = (
        "import os\n"
        "for name in ('LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2'): os.environ[name] = 'true'\n"
        "os.environ['LANGSMITH_API_KEY'] = 'x'\n"
        "import langsmith.utils as u\n"
        "before = u.tracing_is_enabled()\n"
        "from citecoder.app.wiring import silence_vendors\n"
        f"silence_vendors(allow_tracing={allowed})\n"
        "from langchain_core.tracers.context import _tracing_v2_is_enabled\n"
        "print(bool(before), bool(u.tracing_is_enabled()), bool(_tracing_v2_is_enabled()), os.environ['ANONYMIZED_TELEMETRY'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", str(allowed), str(allowed), "False"]


@pytest.mark.parametrize("text", [False, True])
def test_traces_that_are_allowed_carry_no_texts_unless_these_are_too(text: bool) -> None:
    program = (
        "import os\n"
        "for name in list(os.environ):\n"
        "    if 'HIDE_' in name: del os.environ[name]\n"
        "os.environ['LANGSMITH_TRACING'] = 'true'\n"
        "import langsmith\n"
        "langsmith.Client(api_key='x', api_url='http://127.0.0.1:9', auto_batch_tracing=False)\n"
        "from citecoder.app.wiring import silence_vendors\n"
        f"silence_vendors(allow_tracing=True, trace_text={text})\n"
        "client = langsmith.Client(api_key='x', api_url='http://127.0.0.1:9', auto_batch_tracing=False)\n"
        "print(client._hide_run_inputs({'note': 'WORDS'}), client._hide_run_outputs({'note': 'WORDS'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.count("WORDS") == (2 if text else 0)


def test_a_language_model_is_chosen_by_name_and_off_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Parts(Settings(site=tmp_path)).language_model is None
    monkeypatch.setenv("CITECODER_LLM", "openai:some-model")
    monkeypatch.setenv("CITECODER_LLM_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("CITECODER_LLM_TOKENS_PER_DAY", "1000")
    model = Parts(load_settings(tmp_path)).language_model
    assert model is not None
    assert model.name == "openai:some-model"
    monkeypatch.setenv("CITECODER_LLM_REDACT", "never")
    with pytest.raises(InputError, match="CITECODER_LLM_REDACT"):
        load_settings(tmp_path)
