"""The shape of an answer: what of its JSON Schema is sent, and an answer read by all of it."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from citecoder.adapters.language_model.failures import TroubleError, count

Shape = TypeVar("Shape")
MOST_CHARACTERS = 400_000
_BOUNDS = {
    "minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
}  # fmt: skip
_CUT = {"length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded"}
_REFUSED = {
    "content_filter", "content_filtered", "refusal", "guardrail_intervened", "SAFETY", "RECITATION", "PROHIBITED_CONTENT",
    "BLOCKLIST", "SPII",
}  # fmt: skip


def pydantic_shape(shape: Any) -> type[BaseModel]:
    """Return the shape as what it has to be.

    Raises:
        TypeError: it is no pydantic model.
    """
    if not (isinstance(shape, type) and issubclass(shape, BaseModel)):
        raise TypeError("the shape of an answer is a pydantic model")
    return shape


def sent_schema(shape: type[BaseModel], *, bounds: bool) -> dict[str, Any]:
    """Return the JSON Schema that is sent: every field required, none added, as the strictest providers want it.

    Args:
        shape: a pydantic model.
        bounds: send the bounds of texts, lists and numbers, too. Some providers refuse a schema that has them; an
            answer is held against them in any case.
    """
    schema = _strict(shape.model_json_schema(), bounds=bounds)
    return {"description": "The answer.", **schema, "title": shape.__name__.strip("_")}


def _strict(part: Any, *, bounds: bool) -> Any:
    if isinstance(part, list):
        return [_strict(each, bounds=bounds) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {"$ref": part["$ref"]}  # strict schemas take nothing beside it
    dropped = {"default", "title"} | (set() if bounds else _BOUNDS)
    kept: dict[str, Any] = {}
    for key, value in part.items():
        if key in {"properties", "$defs"}:
            kept[key] = {name: _strict(each, bounds=bounds) for name, each in value.items()}
        elif key not in dropped:
            kept[key] = value if key in {"enum", "const", "required"} else _strict(value, bounds=bounds)
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def read_answer(raw: Any, shape: type[BaseModel]) -> BaseModel:
    """Read a LangChain message.

    Args:
        raw: the message as it came.
        shape: what it has to be.

    Raises:
        TroubleError: refused, cut off, no JSON, or JSON of another shape.
    """
    told = getattr(raw, "response_metadata", None) or {}
    ended = {str(told.get(key)) for key in ("finish_reason", "stop_reason", "stopReason", "done_reason")}
    if (getattr(raw, "additional_kwargs", None) or {}).get("refusal") or ended & _REFUSED:
        raise TroubleError("refused")
    if ended & _CUT:
        raise TroubleError("cut_off")
    return _shaped(_value(raw), shape)


def _value(raw: Any) -> Any:
    calls = getattr(raw, "tool_calls", None) or []
    if calls:
        return calls[0].get("args")
    text = getattr(raw, "text", "")
    text = str(text() if callable(text) and not isinstance(text, str) else text)
    if len(text) > MOST_CHARACTERS:
        raise TroubleError("invalid")
    try:
        return json.loads(_unfenced(text), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise TroubleError("invalid") from None


def _unfenced(text: str) -> str:
    """Take a Markdown fence off, which some models put around JSON whatever they are told."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[text.index("\n") : -3]
    return text


def _no_constant(_: str) -> None:
    raise ValueError


def _shaped(value: Any, shape: type[BaseModel]) -> BaseModel:
    try:
        return shape.model_validate_json(json.dumps(value))
    except (ValidationError, ValueError, TypeError, RecursionError):
        raise TroubleError("off_schema") from None


def tokens_of(raw: Any) -> tuple[int, int]:
    """Return tokens in and out as the provider tells them; (0, 0) where it tells nothing that can be."""
    told = getattr(raw, "usage_metadata", None) or {}
    return count(told.get("input_tokens")), count(told.get("output_tokens"))


def with_texts(value: BaseModel, changed: Any) -> BaseModel:
    """Return a copy of an answer in which every text went through ``changed``; bounds of length are not asked again.

    What stands behind a placeholder may be longer than the placeholder.
    """
    return value.model_copy(
        update={name: _changed(getattr(value, name), changed) for name in type(value).model_fields}
    )


def _changed(part: Any, changed: Any) -> Any:
    if isinstance(part, str):
        return changed(part) if type(part) is str else part
    if isinstance(part, BaseModel):
        return with_texts(part, changed)
    if isinstance(part, (list, tuple, set, frozenset)):
        return type(part)(_changed(each, changed) for each in part)
    if isinstance(part, dict):
        return {key: _changed(each, changed) for key, each in part.items()}
    return part
