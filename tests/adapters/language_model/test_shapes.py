"""What of a schema is sent, and that an answer is held against all of it."""
# ruff: noqa: D101 - the names say it

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel, ConfigDict, Field

from citecoder.adapters.language_model.failures import TroubleError
from citecoder.adapters.language_model.shapes import read_answer, sent_schema, tokens_of, with_texts


class Kind(StrEnum):
    ONE = "one"


class Inner(BaseModel):
    """One service."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(max_length=10, description="Its name.")
    kind: Literal["a", "b"] = "a"


class Whole(BaseModel):
    model_config = ConfigDict(frozen=True)

    inner: Inner = Field(description="The first.")
    many: tuple[Inner, ...] = Field(default=(), max_length=3)
    count: int | None = Field(default=None, ge=0)
    which: Kind = Kind.ONE


def every_object(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in every_object(each)]
    if not isinstance(part, dict):
        return []
    below = [found for each in part.values() for found in every_object(each)]
    return [part, *below] if "properties" in part else below


@pytest.mark.parametrize("bounds", [True, False])
def test_every_field_is_required_and_none_is_added(bounds: bool) -> None:
    schema = sent_schema(Whole, bounds=bounds)
    for each in every_object(schema):
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
    text = str(schema)
    assert "'default'" not in text
    assert ("maxLength" in text, "maxItems" in text, "minimum" in text) == (bounds,) * 3
    assert schema["properties"]["inner"] == {"$ref": "#/$defs/Inner"}
    assert "title" in schema["$defs"]["Inner"]["properties"]


def test_a_call_of_a_function_is_read_by_its_arguments() -> None:
    raw = AIMessage("", tool_calls=[{"name": "Inner", "args": {"title": "x"}, "id": "1"}])
    assert read_answer(raw, Inner) == Inner(title="x")
    raw = AIMessage("", tool_calls=[{"name": "Inner", "args": {"title": "x" * 11}, "id": "1"}])
    with pytest.raises(TroubleError) as caught:
        read_answer(raw, Inner)
    assert caught.value.failure == "off_schema"


def test_blocks_of_text_are_read_as_one() -> None:
    assert read_answer(AIMessage([{"type": "text", "text": '{"title": "x"}'}]), Inner) == Inner(title="x")


def test_an_answer_of_hostile_size_is_invalid() -> None:
    with pytest.raises(TroubleError) as caught:
        read_answer(AIMessage('{"title": "' + "x" * 500_000 + '"}'), Inner)
    assert caught.value.failure == "invalid"


@pytest.mark.parametrize(
    "told", [None, {}, {"input_tokens": -1}, {"input_tokens": True}, {"input_tokens": 10**9}]
)
def test_tokens_that_can_not_be_are_none(told: Any) -> None:
    class Raw:
        usage_metadata = told

    assert tokens_of(Raw()) == (0, 0)


def test_only_texts_are_changed_and_they_may_grow() -> None:
    whole = Whole(inner=Inner(title="n"), many=(Inner(title="m", kind="b"),), count=3)
    grown = with_texts(whole, lambda text: text * 20 if text in "nm" else text)
    assert isinstance(grown, Whole)
    assert grown.inner.title == "n" * 20
    assert grown.many[0].title == "m" * 20
    assert (grown.many[0].kind, grown.count, grown.which) == ("b", 3, Kind.ONE)
