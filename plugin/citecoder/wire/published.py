"""The JSON Schema of the contract, made from the models and kept in ``plugin/docs``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic.json_schema import models_json_schema

from citecoder.wire.asked import (
    AskRequest,
    DecisionRequest,
    LookupRequest,
    SearchRequest,
    SuggestRequest,
    UnitsRequest,
)
from citecoder.wire.fields import CONTRACT, Asked, Told
from citecoder.wire.review import SuggestResponse
from citecoder.wire.told import (
    AskResponse,
    AuditResponse,
    CheckResponse,
    DecisionResponse,
    ImportResponse,
    IngestResponse,
    KeysResponse,
    LineFailure,
    LookupResponse,
    Problem,
    PruneResponse,
    SearchResponse,
    StatsResponse,
    StatusResponse,
    UnitsResponse,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

VERBS: dict[str, tuple[type[Asked] | None, type[Told]]] = {
    "suggest": (SuggestRequest, SuggestResponse),
    "ask": (AskRequest, AskResponse),
    "search": (SearchRequest, SearchResponse),
    "lookup": (LookupRequest, LookupResponse),
    "decide": (DecisionRequest, DecisionResponse),
    "check": (None, CheckResponse),
    "units": (UnitsRequest, UnitsResponse),
    "ingest": (None, IngestResponse),
    "import": (None, ImportResponse),
    "status": (None, StatusResponse),
    "keys": (None, KeysResponse),
    "audit": (None, AuditResponse),
    "stats": (None, StatsResponse),
    "prune": (None, PruneResponse),
    "problem": (None, Problem),
    "line_failure": (None, LineFailure),
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of every request and response; ``x-verbs`` says which is whose."""
    sides: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = []
    for asked, told in VERBS.values():
        sides += [(asked, "validation")] if asked else []
        sides.append((told, "serialization"))
    refs, definitions = models_json_schema(sides, ref_template="#/$defs/{model}")
    verbs: dict[str, dict[str, Any]] = {}
    for verb, (request, response) in VERBS.items():
        verbs[verb] = {"response": refs[(response, "serialization")]}
        if request is not None:
            verbs[verb]["request"] = refs[(request, "validation")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"citecoder contract {CONTRACT}",
        "x-verbs": verbs,
        **definitions,
    }


def write_schema(path: Path) -> None:
    """Write the schema to ``path`` (``plugin/docs/contract.schema.json`` in a checkout)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(schema(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
