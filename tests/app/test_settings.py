"""Settings come from the environment, and vendors are silent whatever it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from citecoder.app.settings import load_settings
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
