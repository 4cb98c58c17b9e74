"""Language models that answer what a test tells them to, and reviews with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from citecoder.adapters.chains import suggest_chain
from citecoder.app.wiring import Parts
from citecoder.coding.judging import Judge
from citecoder.coding.offering import ModelProposer
from citecoder.language_model import AsksModel, Told
from citecoder.model import Request, Review
from citecoder.prompts import Prompt, load_prompt


def telling(*answers: Sequence[Mapping[str, Any]]) -> AsksModel:
    """Return a model that gives one list of entries a sample, the last one for all that follow."""

    def ask(prompt: Prompt, data: Mapping[str, str], shape: type[Any], sample: int = 0) -> Told[Any]:
        field = next(iter(shape.model_fields))
        entries = answers[min(sample, len(answers) - 1)]
        return Told(shape.model_validate({field: [dict(e) for e in entries]}), "fake:model", prompt.mark)

    return ask


def offer(code: str, quote: str, minutes: str | None = None, **more: Any) -> dict[str, Any]:
    """Return one offered service."""
    return {"code": code, "quote": quote, "minutes_quote": minutes, **more}


def review_with(
    parts: Parts,
    request: Request,
    *,
    proposer: AsksModel | None = None,
    judge: AsksModel | None = None,
    samples: int = 1,
) -> Review:
    """Review a note with models in the places that are given."""
    prompts = {name: load_prompt(parts.roots, name) for name in ("suggest", "judge")}
    engine = replace(
        parts.engine,
        proposer=ModelProposer(proposer, prompts["suggest"], samples) if proposer else None,
        judge=Judge(judge, prompts["judge"]) if judge else None,
    )
    engine.__dict__["lexicon"] = parts.engine.lexicon  # compiled once
    return suggest_chain(engine).invoke(request)
