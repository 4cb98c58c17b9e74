"""What a site can set: environment variables with the prefix ``CITECODER_``, and nothing else.

Knows names and defaults only; what they lead to is chosen in ``wiring.py``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from citecoder.errors import InputError

HOST = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
"""A machine's name or address, as a Host header has it."""
PORT = r"(?::[0-9]{1,5})?"
"""Perhaps a port behind it."""


def _xdg(variable: str, fallback: str) -> Path:
    """Return citecoder's folder below an XDG base folder; a relative value is ignored, as the standard says."""
    given = Path(os.environ.get(variable) or "")
    return (given if given.is_absolute() else Path.home() / fallback) / "citecoder"


def _site_default() -> Path:
    return _xdg("XDG_DATA_HOME", ".local/share")


def _cache_default() -> Path:
    return _xdg("XDG_CACHE_HOME", ".cache")


def _by_comma(value: object) -> object:
    """Read ``a, b`` as two names."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


def _host(name: str) -> str:
    """Refuse what no Host header can be."""
    if not re.fullmatch(rf"{HOST}{PORT}", name):
        raise ValueError("write each host as its name alone (cite.example): no scheme, path or wildcard")
    return name


def _origin(name: str) -> str:
    """Refuse what no browser sends as an origin: it would match nothing, or stand in a header that it breaks."""
    if not re.fullmatch(rf"[a-z][a-z0-9+.-]*://{HOST}{PORT}", name) or name != name.lower():
        raise ValueError(
            "write each origin as a browser sends it (https://ehr.example, http://localhost:8080): "
            "scheme, host and port in lower case, no path or slash behind them, no wildcard, not null"
        )
    return name


Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_by_comma)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_by_comma)]


class Settings(BaseSettings):
    """One frozen set of choices for a process.

    Attributes:
        site: the site's own folder: the layout of ``knowledge/`` laid over ours, and what was ingested.
        cache: the folder of the passage index, which can be deleted at any time.
        data: a folder that holds another ``knowledge/``, instead of the one shipped.
        embeddings: ``static`` (shipped), ``minilm``, or ``package.module:Class`` of any LangChain embeddings.
        allow_tracing: let LangSmith tracing follow its own environment variables. Traces carry no texts.
        trace_text: let those traces carry notes, questions and answers, too.
        max_note: code points that a note may have.
        max_document_mb: megabytes of a document; a larger one is refused without being read.
        max_document_pages: pages of a PDF; a longer one is cut, and told so.
        max_document_seconds: time for one PDF; one that takes longer is cut, and told so.
        records: where reviews, decisions and keys are kept: ``sqlite`` (a file in the site folder), ``off``, or an address
            such as ``postgresql://user@host/name``.
        keep_notes: keep the note's text with its review. Notes are PHI; without it a keyed hash is kept.
        keep_comments: take free text with a decision. It may name patients.
        allowed_hosts: host names that the server answers to, besides those of this machine; separated by commas.
        allowed_origins: origins of pages that may ask or show the sidebar (``https://ehr.example``), the same way.
        require_key: ask for a key on this machine, too. Not set: where ``allowed_hosts`` names any.
        rate_limit: requests that one key may make, as ``600/minute``; empty for no limit.
        local_rate_limit: the same for who asks from this machine without a key.
        max_seconds: time for one answer; what takes longer is given up with 503.
        max_upload_seconds: time that a request body may take to arrive.
        llm: ``provider:model`` of a language model; not set: none is asked.
        llm_base_url: where it is asked, instead of the provider's usual address.
        llm_timeout: seconds for one answer, all tries and waits included.
        llm_retries: tries after the first.
        llm_concurrency: calls at a time.
        llm_wait: seconds that a call waits for its turn.
        llm_answer_tokens: tokens that an answer may have.
        llm_tokens_per_request: tokens in and out that one call may come to, by estimate.
        llm_tokens_per_day: the same for a UTC day, by use.
        llm_dollars_per_day: dollars of a UTC day; needs both prices.
        llm_price_in: dollars for a million tokens that are sent. No price ships.
        llm_price_out: dollars for a million tokens of answers.
        llm_cache: ``memory``, ``off``, or a folder that keeps answers on disk. They quote notes.
        llm_redact: ``always``, or ``unless-local``: what stays on this machine keeps its identifiers.
        llm_temperature: tell the model a temperature; some refuse to be told one.
        llm_samples: answers that are compared with each other.
    """

    model_config = SettingsConfigDict(
        env_prefix="CITECODER_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    site: Path = Field(default_factory=_site_default)
    cache: Path = Field(default_factory=_cache_default)
    data: Path | None = None
    embeddings: str = "static"
    allow_tracing: bool = False
    max_note: Annotated[int, Field(ge=1)] = 200_000
    max_document_mb: Annotated[int, Field(ge=1)] = 20
    max_document_pages: Annotated[int, Field(ge=1)] = 2_000
    max_document_seconds: Annotated[float, Field(gt=0)] = 120.0
    records: str = "sqlite"
    keep_notes: bool = False
    keep_comments: bool = False
    allowed_hosts: Hosts = ()
    allowed_origins: Origins = ()
    require_key: bool | None = None
    rate_limit: str = "600/minute"
    local_rate_limit: str = ""
    max_seconds: Annotated[float, Field(gt=0)] = 60.0
    max_upload_seconds: Annotated[float, Field(gt=0)] = 30.0
    trace_text: bool = False
    llm: str = ""
    llm_base_url: str | None = None
    llm_timeout: Annotated[float, Field(gt=0, le=600)] = 20.0
    llm_retries: Annotated[int, Field(ge=0, le=10)] = 2
    llm_concurrency: Annotated[int, Field(ge=1, le=256)] = 4
    llm_wait: Annotated[float, Field(ge=0, le=600)] = 5.0
    llm_answer_tokens: Annotated[int, Field(ge=16, le=100_000)] = 2_048
    llm_tokens_per_request: Annotated[int, Field(ge=1)] = 100_000
    llm_tokens_per_day: Annotated[int, Field(ge=0)] | None = None
    llm_dollars_per_day: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    llm_price_in: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    llm_price_out: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    llm_cache: str = "memory"
    llm_redact: Literal["always", "unless-local"] = "always"
    llm_temperature: bool = True
    llm_samples: Annotated[int, Field(ge=1, le=16)] = 1

    @property
    def llm_seconds(self) -> float:
        """How long a review may wait for a language model: each sample, and the judge."""
        return self.llm_timeout * (self.llm_samples + 1) if self.llm else 0.0

    @property
    def asks_for_key(self) -> bool:
        """Whether a key is asked for on this machine, too: a host's name leads to a proxy, and that may not be told."""
        return bool(self.allowed_hosts) if self.require_key is None else self.require_key


def load_settings(site: Path | None = None, cache: Path | None = None) -> Settings:
    """Read the settings; what is given here wins over the environment.

    Raises:
        InputError: a variable holds a value that can't be used; the message names the variable.
    """
    given = {name: path for name, path in (("site", site), ("cache", cache)) if path is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = f"CITECODER_{str(first['loc'][0]).upper()}"
        why = first["msg"].lower().removeprefix("value error, ")
        raise InputError(f"{name}: {why}; correct or unset it", name) from None
