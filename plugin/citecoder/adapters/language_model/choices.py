"""What a site chose for its language model, checked for what can be told without a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from citecoder.errors import InputError

REST_AFTER = 5
"""Failures in a row after which nothing is asked for a while."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings of one language model.

    Attributes:
        model: ``provider:model``.
        base_url: where the provider is asked, instead of its usual address.
        timeout: seconds for one answer, all tries and waits included.
        retries: tries after the first.
        concurrency: calls at a time.
        wait: seconds that a call waits for its turn.
        answer_tokens: tokens that an answer may have.
        tokens_per_request: tokens in and out that one call may come to, by estimate.
        tokens_per_day, dollars_per_day: what a UTC day may come to; None is no limit.
        price_in, price_out: dollars for a million tokens; None is not known.
        cache: ``memory``, ``off``, or a folder that keeps answers on disk. They quote notes.
        redact: ``always``, or ``unless-local``: what stays on this machine is sent as it is.
        temperature: say the temperature. Some models refuse to be told one.
        trace_text: calls may be traced, where the site allows tracing at all; traces of calls carry notes.
        rest_after, rest_seconds: failures in a row after which nothing is asked, and for how long.
    """

    model: str
    base_url: str | None = None
    timeout: float = 30.0
    retries: int = 2
    concurrency: int = 4
    wait: float = 5.0
    answer_tokens: int = 2_048
    tokens_per_request: int = 100_000
    tokens_per_day: int | None = None
    dollars_per_day: float | None = None
    price_in: float | None = None
    price_out: float | None = None
    cache: str = "memory"
    redact: Literal["always", "unless-local"] = "always"
    temperature: bool = True
    trace_text: bool = False
    rest_after: int = REST_AFTER
    rest_seconds: float = 30.0

    @property
    def named(self) -> tuple[str, str]:
        """The provider and its model.

        Raises:
            InputError: the setting is not ``provider:model``.
        """
        provider, _, model = self.model.partition(":")
        if not (provider.strip() and model.strip()):
            raise InputError("CITECODER_LLM: write provider:model, as openai:gpt-4.1-mini", "CITECODER_LLM")
        return provider.strip(), model.strip()

    def cost(self, tokens_in: int, tokens_out: int) -> float | None:
        """Return US dollars for tokens, or None where no price is known."""
        if self.price_in is None or self.price_out is None:
            return None
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000

    def demand_price(self) -> None:
        """Refuse a limit of dollars without prices: it would limit nothing.

        Raises:
            InputError: a price is missing.
        """
        if self.dollars_per_day is not None and self.cost(0, 0) is None:
            raise InputError(
                "CITECODER_LLM_DOLLARS_PER_DAY needs CITECODER_LLM_PRICE_IN and CITECODER_LLM_PRICE_OUT, "
                "dollars per million tokens as your provider lists them",
                "CITECODER_LLM_DOLLARS_PER_DAY",
            )
