"""A language model as a second proposer: it offers codes with quotes, and code finds the quotes.

A quote that is not in the note drops the offer here. What is left is marked as the model's; ``propose.merge`` holds it
beside what the rules made, and ``admitting`` decides. The model counts no units, picks no modifiers and names no sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from citecoder.codes import Code, CodeSet
from citecoder.coding.propose import Proposal
from citecoder.language_model import AsksModel, ModelUnavailableError, Used, summed, used_of
from citecoder.model import Candidate, Note, Reason, Request, ServiceLine, Span
from citecoder.notes.spans import locate
from citecoder.prompts import Prompt

MOST = 24
"""Services that a model may offer for one note; a visit has seldom more than eight."""
CONFIDENCE = 0.4

Quote = Annotated[str, Field(max_length=300)]


class Offer(BaseModel):
    """One service that the model reads in the note."""

    model_config = ConfigDict(extra="ignore")

    code: str = Field(max_length=5)
    quote: Quote
    minutes_quote: Quote | None = None
    status: Literal[
        "performed", "planned", "deferred", "declined", "home_program", "history", "other", "unknown"
    ] = "performed"
    performer: Literal["therapist", "assistant", "aide", "student", "other", "unknown"] = "unknown"
    region: Annotated[str, Field(max_length=80)] | None = None


class Offers(BaseModel):
    """What the model answers."""

    services: list[Offer] = Field(default_factory=list, max_length=MOST)


@dataclass(frozen=True)
class ModelProposer:
    """A proposer that asks a language model for services with quotes.

    Attributes:
        ask: sends the prompt.
        prompt: with ``{codes}`` and ``{note}``.
        samples: how often it is asked; an offer counts when more than half of the samples make it.
    """

    ask: AsksModel
    prompt: Prompt
    samples: int = 1

    def __call__(self, request: Request, note: Note, codes: CodeSet) -> Proposal:  # noqa: ARG002 - a proposer's signature
        """Return the offers of services that are told as given at this visit, each at its place in the note."""
        if not note.text.strip():
            return Proposal(())
        data = {"codes": _listed(codes, note.visit.discipline), "note": note.told}
        told: list[list[Candidate]] = []
        used: list[Used] = []
        for sample in range(self.samples):
            try:
                answer = self.ask(self.prompt, data, Offers, sample)
            except ModelUnavailableError as error:
                used.append(Used(self.prompt.mark, None, error.failure))
                continue
            used.append(used_of(answer))
            by = f"{answer.prompt}, {answer.model}"
            told.append(_candidates(answer.value.services, note, codes, by))
        return Proposal(agreed(told, self.samples), used=(summed(used),))


def _listed(codes: CodeSet, discipline: str | None) -> str:
    """Return the codes that the visit's discipline may bill, each with our own label."""
    return "\n".join(f"{c.code} {c.label}" for c in codes.codes.values() if _allows(c, discipline))


def _allows(code: Code, discipline: str | None) -> bool:
    return (
        discipline is None
        or not code.disciplines
        or "any" in code.disciplines
        or discipline in code.disciplines
    )


def agreed(told: Sequence[Sequence[Candidate]], samples: int) -> tuple[Candidate, ...]:
    """Return the offers that more than half of the samples make: the same code on overlapping words.

    Args:
        told: the offers of each sample that answered.
        samples: how many were asked; one that did not answer makes no offer.
    """
    kept: list[Candidate] = []
    for at, offers in enumerate(told):
        for offer in offers:
            if any(_same(offer, k) for k in kept):
                continue
            made = 1 + sum(any(_same(offer, o) for o in other) for i, other in enumerate(told) if i != at)
            if made * 2 > samples:
                kept.append(offer)
    return tuple(kept)


def _same(first: Candidate, second: Candidate) -> bool:
    a, b = first.evidence[0], second.evidence[0]
    return first.code == second.code and a.start < b.end and b.start < a.end


def _candidates(offers: Sequence[Offer], note: Note, codes: CodeSet, by: str) -> list[Candidate]:
    found = (_candidate(offer, note, codes.codes, by) for offer in offers)
    return [c for c in found if c is not None]


def _candidate(offer: Offer, note: Note, codes: Mapping[str, Code], by: str) -> Candidate | None:
    span, code = locate(offer.quote, note.text), codes.get(offer.code.upper())
    if (
        span is None
        or code is None
        or _cuts_a_word(span, note.text)
        or offer.status != "performed"
        or offer.performer in ("aide", "other")
    ):
        return None
    minutes = locate(offer.minutes_quote, note.text, near=span.start) if offer.minutes_quote else None
    if minutes is None and offer.minutes_quote:
        return None  # minutes that are not there say as much of the offer as a quote that is not there
    service = ServiceLine(
        concept=code.family, status="performed", mentions=(), minute_spans=(minutes,) if minutes else (),
        performer=offer.performer, evidence=(span,), regions=_region(offer, note, span), start=span.start,
    )  # fmt: skip
    reason = Reason(
        "code", f"Offered by a language model ({by}), borne out by the note's words.", code.cites, (span,)
    )
    return Candidate(code.code, service, (span,), "llm", CONFIDENCE, (reason,))


def _cuts_a_word(span: Span, text: str) -> bool:
    """Tell whether a quote begins or ends inside of a word."""
    opens = text[max(0, span.start - 1) : span.start + 1]
    closes = text[span.end - 1 : span.end + 1]
    return any(len(pair) > 1 and pair.isalnum() for pair in (opens, closes))


def _region(offer: Offer, note: Note, beside: Span) -> tuple[Span, ...]:
    span = locate(offer.region, note.text, near=beside.start) if offer.region else None
    return (span,) if span is not None else ()
