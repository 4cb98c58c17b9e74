"""What the routes show of themselves: a request and an answer each, of an invented patient, shortened.

``examples.json`` beside this module holds them; the answers were made by the engine and cut to what explains them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi.openapi.models import Example

_ALL: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _asked(verb: str, summary: str) -> dict[str, Example]:
    return {verb: Example(summary=summary, value=_ALL[verb]["asked"])}


def _told(verb: str) -> dict[str, Any]:
    told: dict[str, Any] = _ALL[verb]["told"]
    return told


NOTE_ASKED = _asked("suggest", "A daily note, Medicare")
NOTE_TOLD = _told("suggest")
DECISION_ASKED = _asked("decide", "One unit in place of two")
DECISION_TOLD = _told("decide")
SEARCH_ASKED = _asked("search", "A question to the sources")
SEARCH_TOLD = _told("search")
PASSAGE_TOLD = _told("passage")
LOOKUP_TOLD = _told("lookup")
UNITS_ASKED = _asked("units", "Two services")
UNITS_TOLD = _told("units")
HEALTH_TOLD = _told("health")
READY_TOLD = _told("ready")
