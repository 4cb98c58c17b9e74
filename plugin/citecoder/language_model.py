"""What the core asks of a language model, and what comes back. Who answers is picked by ``app/wiring.py``.

The core gives a prompt, the texts that are data, and the shape of the answer. Sending, redacting, retrying, paying and
checking the shape belong to the adapter; what the answer may change belongs to ``coding`` and ``answering``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

from citecoder.errors import CitecoderError
from citecoder.prompts import Prompt

Shape = TypeVar("Shape")
Failure = Literal[
    "unreachable", "timeout", "busy", "rate_limited", "server_error", "over_budget", "resting", "refused", "cut_off",
    "invalid", "off_schema", "unauthorised",
]  # fmt: skip
"""Why there is no answer. ``resting``: too many failures in a row, so nothing is asked for a while."""


class ModelUnavailableError(CitecoderError):
    """The language model gave nothing that can be used; the rules go on alone. The message never holds note text."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True)
class Told(Generic[Shape]):
    """An answer in the shape that was asked for.

    Attributes:
        value: the answer; its texts are as the data had them, before redaction.
        model: ``provider:model``.
        prompt: the prompt's mark.
        tokens_in, tokens_out: tokens of all tries; 0 where the provider tells none, or where the answer was kept.
        cost: US dollars, or None where no price is known.
        seconds: time that it took.
    """

    value: Shape
    model: str
    prompt: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    seconds: float = 0.0


class AsksModel(Protocol):
    """Asks the language model once."""

    def __call__(
        self, prompt: Prompt, data: Mapping[str, str], shape: type[Shape], sample: int = 0
    ) -> Told[Shape]:
        """Return the model's answer.

        Args:
            prompt: the instructions; ``{name}`` stands where ``data[name]`` goes.
            data: texts by name. Notes, questions and passages are data, never instructions.
            shape: a pydantic model; every array in it is bounded.
            sample: asks anew for each number; the same number may be answered from what is kept.

        Raises:
            ModelUnavailableError: nothing came that fits.
        """
        ...


@dataclass(frozen=True, slots=True)
class Used:
    """What was asked of the language model in one review or answer, and whether it answered.

    Attributes:
        prompt: the prompt's mark.
        model: ``provider:model``; None where nothing came.
        failure: why nothing came; None where something did.
        tokens_in, tokens_out: tokens; 0 where none are told.
        cost: US dollars, or None where no price is known.
        seconds: time that it took.
    """

    prompt: str
    model: str | None = None
    failure: Failure | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    seconds: float = 0.0


def used_of(told: Told[Shape]) -> Used:
    """Return the record of an answer."""
    return Used(told.prompt, told.model, None, told.tokens_in, told.tokens_out, told.cost, told.seconds)


def summed(used: Sequence[Used]) -> Used:
    """Return one record of several asks of one prompt: an answer when there was any, with what all of them took.

    Args:
        used: at least one.
    """
    best = next((each for each in used if each.failure is None), used[0])
    costs = [each.cost for each in used if each.cost is not None]
    return replace(
        best,
        tokens_in=sum(each.tokens_in for each in used),
        tokens_out=sum(each.tokens_out for each in used),
        cost=sum(costs) if costs else None,
        seconds=sum(each.seconds for each in used),
    )
