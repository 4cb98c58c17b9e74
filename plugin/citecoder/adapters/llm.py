"""A language model as a second proposer. It offers codes with quotes; rules find the quotes and decide.

A quote that is not in the note, or a code outside the set, drops the offer here. What is left is marked as the
model's: a candidate that the rules make too becomes ``both``; one that they do not make is refused by ``decide``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field

from citecoder.coding.propose import Proposal
from citecoder.model import Candidate, Note, Reason, Request, ServiceLine, Span
from citecoder.notes.spans import locate

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from citecoder.codes import Code, CodeSet
    from citecoder.prompts import Prompt

_MOST = 24


class Offer(BaseModel):
    """One service that the model reads in the note."""

    code: str = Field(max_length=5)
    quote: str = Field(max_length=400)


class Offers(BaseModel):
    """What the model answers."""

    services: list[Offer] = Field(default_factory=list, max_length=_MOST)


class ModelProposer:
    """A proposer that asks a LangChain chat model for structured offers.

    Args:
        model: any chat model with structured output.
        prompt: the versioned prompt, with ``{codes}`` and ``{note}``.
    """

    def __init__(self, model: BaseChatModel, prompt: Prompt) -> None:
        self._asked = model.with_structured_output(Offers)
        self._prompt = prompt

    def __call__(self, request: Request, note: Note, codes: CodeSet) -> Proposal:  # noqa: ARG002 - a proposer's signature
        """Return the model's offers whose code exists and whose quote stands in the note."""
        listed = "\n".join(f"{c.code} {c.label}" for c in codes.codes.values())
        words = self._prompt.text.replace("{codes}", listed).replace("{note}", note.text)
        answer = self._asked.invoke([HumanMessage(words)])
        offers = answer.services if isinstance(answer, Offers) else []
        found = (_candidate(offer, note, codes) for offer in offers)
        return Proposal(tuple(c for c in found if c is not None))


def _candidate(offer: Offer, note: Note, codes: CodeSet) -> Candidate | None:
    span, code = locate(offer.quote, note.text), codes.codes.get(offer.code.upper())
    if span is None or code is None:
        return None
    reason = Reason("code", "Offered by a language model.", code.cites, (span,))
    return Candidate(code.code, _service(code, span), (span,), "llm", 0.4, (reason,))


def _service(code: Code, span: Span) -> ServiceLine:
    return ServiceLine(
        concept=code.family, status="performed", mentions=(), evidence=(span,), start=span.start
    )
