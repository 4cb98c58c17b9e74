"""A passage as one JSON object and back: what the index and the folder of ingested articles keep of it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from citecoder.model import Dispute, Passage, Source

_DATES = ("checked", "published", "effective", "ends")
_TUPLES = ("heading", "codes", "answers")


def passage_to_json(passage: Passage) -> str:
    """Return the whole passage; equal passages give equal text."""
    return json.dumps(asdict(passage), default=date.isoformat, ensure_ascii=False, sort_keys=True)


def passage_from_json(text: str) -> Passage:
    """Return the passage that ``passage_to_json`` wrote.

    Raises:
        ValueError, KeyError, TypeError: the text is not one.
    """
    return passage_from_dict(json.loads(text))


def passage_from_dict(data: dict[str, Any]) -> Passage:
    """Return the passage of a parsed JSON object."""
    known = {field.name for field in fields(Source)}
    source = {key: value for key, value in data["source"].items() if key in known}
    for key in _DATES:
        source[key] = date.fromisoformat(source[key]) if source.get(key) else None
    rest = {key: tuple(data.get(key) or ()) for key in _TUPLES}
    disputed = Dispute(**data["disputed"]) if data.get("disputed") else None
    return Passage(
        id=data["id"],
        text=data["text"],
        source=Source(**source),
        disputed=disputed,
        lead=data.get("lead"),
        ingested=bool(data.get("ingested")),
        **rest,
    )
