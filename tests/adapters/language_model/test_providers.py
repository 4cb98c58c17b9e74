"""What is missing is told in one line, before anything is sent."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from citecoder.adapters.language_model import providers
from citecoder.adapters.language_model.choices import Choices
from citecoder.adapters.language_model.destination import destination, is_loopback
from citecoder.adapters.language_model.providers import PROVIDERS, demand_usable, destination_of
from citecoder.errors import InputError
from tests.adapters.language_model.asking import DATA, PROMPT, NamesTakenOut, Offers, model_at

KEYS = {name for each in PROVIDERS.values() for group in each.needs for name in group} | {
    "AZURE_OPENAI_ENDPOINT", "AWS_PROFILE", "GEMINI_API_KEY",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


def all_installed(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else object())


def fault(model: str, **changed: Any) -> str:
    with pytest.raises(InputError) as caught:
        demand_usable(replace(Choices(model), **changed))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda each: each.name)
def test_a_missing_extra_is_told_with_the_command(provider: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    all_installed(monkeypatch, provider.package)
    assert f"pip install 'citecoder[{provider.extra}]'" in fault(f"{provider.name}:m")


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai:m", "OPENAI_API_KEY"),
        ("anthropic:m", "ANTHROPIC_API_KEY"),
        ("google_genai:m", "GOOGLE_API_KEY or GEMINI_API_KEY"),
        ("azure_openai:m", "AZURE_OPENAI_API_KEY"),
        ("bedrock_converse:m", "AWS_REGION or AWS_DEFAULT_REGION"),
    ],
)
def test_a_missing_key_is_told_by_its_variable(
    model: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_installed(monkeypatch)
    assert variable in fault(model)


def test_azure_needs_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    all_installed(monkeypatch)
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    assert "OPENAI_API_VERSION" in fault("azure_openai:m")
    monkeypatch.setenv("OPENAI_API_VERSION", "2025-01-01")
    assert "AZURE_OPENAI_ENDPOINT" in fault("azure_openai:m")


@pytest.mark.parametrize("model", ["gpt-4", "openai:", ":m", "nobody:m"])
def test_a_model_that_is_none_is_told(model: str) -> None:
    told = fault(model)
    assert "provider:model" in told or all(name in told for name in PROVIDERS)


def test_a_server_that_the_site_named_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    all_installed(monkeypatch)
    demand_usable(Choices("openai:m", "http://127.0.0.1:8000/v1"))
    demand_usable(Choices("ollama:llama3.2:3b"))


def test_faults_come_at_the_first_question_and_are_told_before(tmp_path: Path) -> None:
    ask = model_at("http://127.0.0.1:1", tmp_path, model="nobody:m", redacting=NamesTakenOut)
    assert ask.fault() is not None
    with pytest.raises(InputError, match="openai, anthropic"):
        ask(PROMPT, DATA, Offers)


def test_what_a_library_does_not_take_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(PROVIDERS["openai"], made=lambda *_: {"temperature": object(), "api_key": "sk-SECRET"})
    monkeypatch.setattr(providers, "PROVIDERS", {"openai": broken})
    with pytest.raises(InputError) as caught:
        providers.make_model(Choices("openai:m", "http://127.0.0.1:1/v1", temperature=False), 0)
    assert "SECRET" not in str(caught.value)


def test_usual_addresses_are_outside_even_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not destination_of(Choices("ollama:m")).local
    assert destination_of(Choices("ollama:m", "http://localhost:11434")).local
    assert destination_of(Choices("openai:m")).host == "api.openai.com"
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert destination_of(Choices("bedrock_converse:m")).host == "bedrock-runtime.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("::ffff:8.8.8.8", False), ("localhost.example", False), ("127.0.0.1.nip.io", False),
    ],
)  # fmt: skip
def test_this_machine_is_loopback_alone(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "ftp://x",
        "http://",
        "http://u:p@x",
        "http://x?key=1",
        "http://x:99999",
        "http://[::1",
    ],
)
def test_addresses_that_are_none_or_hold_a_secret_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="CITECODER_LLM_BASE_URL"):
        destination(url, named=True)
