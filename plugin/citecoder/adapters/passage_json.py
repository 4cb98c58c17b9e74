"""A passage as one JSON object and back: what the index and the folder of ingested articles keep of it."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

from citecoder.model import Dispute, Passage, Source

_DATES = ("checked", "published", "effective", "ends")
_TUPLES = ("heading", "codes", "answers")
_PASSAGE, _SOURCE, _DISPUTE = (
    tuple(field.name for field in fields(kind)) for kind in (Passage, Source, Dispute)
)


def passage_to_json(passage: Passage) -> str:
    """Return the whole passage; equal passages give equal text."""
    return json.dumps(passage_to_dict(passage), ensure_ascii=False, sort_keys=True)


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    """Return the whole passage as JSON knows it. ``dataclasses.asdict`` copies every value and takes ten times as long."""
    whole = {name: getattr(passage, name) for name in _PASSAGE}
    source = {name: getattr(passage.source, name) for name in _SOURCE}
    for key in _DATES:
        source[key] = source[key] and source[key].isoformat()
    for key in _TUPLES:
        whole[key] = list(whole[key])
    disputed = passage.disputed
    whole["disputed"] = disputed and {name: getattr(disputed, name) for name in _DISPUTE}
    return {**whole, "source": source}


def passage_from_json(text: str) -> Passage:
    """Return the passage that ``passage_to_json`` wrote.

    Raises:
        ValueError, KeyError, TypeError: the text is not one.
    """
    return passage_from_dict(json.loads(text))


def passage_from_dict(data: dict[str, Any]) -> Passage:
    """Return the passage of a parsed JSON object."""
    source = {key: value for key, value in data["source"].items() if key in _SOURCE}
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
        unknown=bool(data.get("unknown")),
        **rest,
    )
