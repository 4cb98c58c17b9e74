"""From the frozen nouns to the contract's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from citecoder.wire.review import EngineInfo, Passage, SuggestResponse
from citecoder.wire.told import AskResponse, Hit, SearchResponse, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from citecoder import answers, model


def review_to_wire(
    review: model.Review, request_id: str | int, elapsed_ms: float | None = None
) -> SuggestResponse:
    """Put a review into the contract's shape.

    Args:
        review: what the engine decided.
        request_id: the request's own id, or a fresh one.
        elapsed_ms: how long the review took; rounded to a tenth.
    """
    told = {
        name: getattr(review, name) for name in SuggestResponse.model_fields if name not in {"id", "engine"}
    }
    elapsed = None if elapsed_ms is None else round(elapsed_ms, 1)
    engine = EngineInfo.model_validate({**review.engine, "elapsed_ms": elapsed})
    return SuggestResponse.model_validate({**told, "id": request_id, "engine": engine})


def answer_to_wire(
    answer: answers.Answer, request_id: str | int, elapsed_ms: float | None = None
) -> AskResponse:
    """Put an answer into the contract's shape.

    Args:
        answer: what was answered, or why nothing was.
        request_id: the request's own id, or a fresh one.
        elapsed_ms: how long it took; rounded to a tenth.
    """
    told = {
        name: getattr(answer, name)
        for name in AskResponse.model_fields
        if name not in {"id", "answer", "engine", "computed"}
    }
    elapsed = None if elapsed_ms is None else round(elapsed_ms, 1)
    engine = EngineInfo.model_validate({**answer.engine, "elapsed_ms": elapsed})
    return AskResponse.model_validate(
        {**told, "id": request_id, "answer": answer.text, "computed": dict(answer.computed), "engine": engine}
    )


def passages_to_wire(passages: Sequence[model.Passage]) -> list[Passage]:
    """Put passages into the contract's shape, in the order given."""
    return [Passage.model_validate(passage) for passage in passages]


def hits_to_wire(hits: Sequence[model.Hit]) -> SearchResponse:
    """Put search hits into the contract's shape, best first as given."""
    return SearchResponse(
        hits=[
            Hit(
                passage=Passage.model_validate(hit.passage),
                score=round(hit.score, 4),
                why=Why(
                    keyword=round(hit.keyword, 4), vector=round(hit.vector, 4), filters=list(hit.filters)
                ),
            )
            for hit in hits
        ]
    )


def to_json(told: BaseModel, *, lines: bool = False) -> str:
    """Write a model as JSON.

    Args:
        told: any model of this module.
        lines: one line of pure ASCII, so that no reader splits it at a line separator inside a quote;
            otherwise indented for reading.
    """
    data = told.model_dump(mode="json", by_alias=True)
    if lines:
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
