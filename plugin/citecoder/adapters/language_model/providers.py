"""The table of providers, and how each one's LangChain class is made: the only place that names them.

A new provider is a row of ``PROVIDERS``, an extra in ``pyproject.toml`` and a row of the contract suite's table.
"""
# ruff: noqa: PLC0415 - a vendor is imported when its model is made

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from citecoder.adapters.language_model.choices import Choices
from citecoder.adapters.language_model.destination import Destination, destination
from citecoder.adapters.language_model.transport import guard_session, guarded_client
from citecoder.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Method = Literal["json_schema", "function_calling"]
Made = Callable[[Choices, Destination, float], dict[str, Any]]
_LLM, _BASE_URL = "CITECODER_LLM", "CITECODER_LLM_BASE_URL"
_LOCAL_KEY = "none"
"""What is sent as a key to a server that the site named and gave no key for."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What differs between providers.

    Attributes:
        name: as ``init_chat_model`` calls it.
        extra: ``pip install 'citecoder[extra]'``.
        package: the module that the extra brings.
        needs: variables that must be set; of each group one is enough.
        address: its usual address; ``{VARIABLE}`` is read from the environment.
        named_by: the provider's own variable that names its address, if there is one.
        made: what its class is given besides the model's name, the temperature and the answer's length.
        longest: what its class calls the tokens that an answer may have.
        method: how structured output is asked for.
        bounds: its schemas may bound the lengths of texts and lists.
        keyless: a server that the site named needs no key.
        strict: its class takes ``strict``: the answer has to follow the schema.
    """

    name: str
    extra: str
    package: str
    needs: tuple[tuple[str, ...], ...]
    address: str
    made: Made
    named_by: str | None = None
    longest: str = "max_tokens"
    method: Method = "json_schema"
    bounds: bool = True
    keyless: bool = False
    strict: bool = False


def _openai(_: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    import httpx2

    return {
        "base_url": to.url,
        "api_key": os.environ.get("OPENAI_API_KEY") or _LOCAL_KEY,
        "max_retries": 0,
        "timeout": seconds,
        "http_client": guarded_client(httpx2, to, seconds),
        "openai_proxy": "",  # ours is below the client
        "use_responses_api": False,
        "stream_usage": False,
    }


def _azure(choices: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    import httpx2

    return {
        "azure_endpoint": to.url,
        "azure_deployment": choices.named[1],
        "max_retries": 0,
        "timeout": seconds,
        "http_client": guarded_client(httpx2, to, seconds),
        "openai_proxy": "",
        "use_responses_api": False,
    }


def _anthropic(_: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    return {"base_url": to.url, "max_retries": 0, "timeout": seconds}


def _google(_: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    return {"base_url": to.url, "transport": "rest", "max_retries": 1, "timeout": seconds}


def _bedrock(_: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    from botocore.config import Config

    proxies: dict[str, str] | None = {} if to.local else None
    tries = {"total_max_attempts": 1}
    return {
        "base_url": to.url,
        "region_name": _region(),
        "config": Config(connect_timeout=5, read_timeout=seconds, retries=tries, proxies=proxies),
    }


def _ollama(_: Choices, to: Destination, seconds: float) -> dict[str, Any]:
    import httpx

    guard = guarded_client(httpx, to, seconds)._transport  # noqa: SLF001 - the class takes a transport, not a client
    guarded = {"transport": guard, "follow_redirects": False, "trust_env": False, "timeout": seconds}
    return {"base_url": to.url, "sync_client_kwargs": guarded}


def _region() -> str:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""


PROVIDERS: Mapping[str, Provider] = {
    each.name: each
    for each in (
        Provider(
            "openai", "openai", "langchain_openai", (("OPENAI_API_KEY",),), "https://api.openai.com/v1", _openai,
            bounds=False, keyless=True, strict=True,
        ),
        Provider(
            "anthropic", "anthropic", "langchain_anthropic", (("ANTHROPIC_API_KEY",),),
            "https://api.anthropic.com", _anthropic, bounds=False,
        ),
        Provider(
            "google_genai", "google", "langchain_google_genai", (("GOOGLE_API_KEY", "GEMINI_API_KEY"),),
            "https://generativelanguage.googleapis.com", _google, longest="max_output_tokens",
        ),
        Provider(
            "azure_openai", "azure", "langchain_openai", (("AZURE_OPENAI_API_KEY",), ("OPENAI_API_VERSION",)),
            "", _azure, named_by="AZURE_OPENAI_ENDPOINT", bounds=False, strict=True,
        ),
        Provider(
            "bedrock_converse", "bedrock", "langchain_aws", (("AWS_REGION", "AWS_DEFAULT_REGION"),),
            "https://bedrock-runtime.{region}.amazonaws.com", _bedrock, method="function_calling",
        ),
        Provider(
            "ollama", "ollama", "langchain_ollama", (), "http://127.0.0.1:11434", _ollama, longest="num_predict",
        ),
    )
}  # fmt: skip


def provider_of(choices: Choices) -> Provider:
    """Return the row of the chosen provider.

    Raises:
        InputError: it is unknown.
    """
    name = choices.named[0]
    if name not in PROVIDERS:
        raise InputError(f"{_LLM}: no provider of this name; known are {', '.join(PROVIDERS)}", _LLM)
    return PROVIDERS[name]


def destination_of(choices: Choices) -> Destination:
    """Return where the model is asked.

    Raises:
        InputError: the provider is unknown, or no address is named.
    """
    provider = provider_of(choices)
    if choices.base_url:
        return destination(choices.base_url, named=True)
    usual = os.environ.get(provider.named_by or "") or provider.address.format(region=_region())
    if not usual:
        raise InputError(f"{_LLM}: {provider.name} needs {provider.named_by} or {_BASE_URL}", _BASE_URL)
    return destination(usual, named=False)


def demand_usable(choices: Choices) -> None:
    """Check all that can be told without a call.

    Raises:
        InputError: in one line what is missing: the provider, its extra, a variable, a price.
    """
    provider = provider_of(choices)
    if importlib.util.find_spec(provider.package) is None:
        raise InputError(
            f"{_LLM}: {provider.name} is not installed; pip install 'citecoder[{provider.extra}]'", _LLM
        )
    for group in provider.needs:
        if not any(os.environ.get(name) for name in group) and not (provider.keyless and choices.base_url):
            raise InputError(f"{_LLM}: {provider.name} needs {' or '.join(group)}; set it", group[0])
    destination_of(choices)
    choices.demand_price()


def make_model(choices: Choices, temperature: float) -> BaseChatModel:
    """Make the chat model; nothing is sent.

    Args:
        choices: the site's.
        temperature: 0 is the most probable answer.

    Raises:
        InputError: something is missing, or the provider's class takes no such model.
    """
    demand_usable(choices)
    provider, to = provider_of(choices), destination_of(choices)
    given = provider.made(choices, to, choices.timeout) | {
        provider.longest: choices.answer_tokens,
        "cache": False,
    }
    if choices.temperature:
        given["temperature"] = temperature
    from langchain.chat_models import init_chat_model

    try:
        model = init_chat_model(choices.named[1], model_provider=provider.name, **given)
    except Exception as error:  # noqa: BLE001 - each library checks its arguments in its own way
        raise InputError(
            f"{_LLM}: {provider.name} can't be set up ({type(error).__name__}); see docs/language-models.md",
            _LLM,
        ) from None
    if provider.name == "anthropic":
        _guard_anthropic(model, to, choices.timeout)
    if provider.name == "google_genai":
        _guard_google(model, to, choices.timeout)
    return model


def _guard_google(model: Any, to: Destination, seconds: float) -> None:
    """Put our bounds under Google's session; its library takes none of ours."""
    guard_session(model.client.transport._session, to, seconds)  # noqa: SLF001


def _guard_anthropic(model: Any, to: Destination, seconds: float) -> None:
    """Put our client under Anthropic's: its LangChain class takes none, and makes its own when it is first asked."""
    import anthropic
    import httpx2

    made = anthropic.Anthropic(**model._client_params, http_client=guarded_client(httpx2, to, seconds))  # noqa: SLF001
    model.__dict__["_client"] = made
