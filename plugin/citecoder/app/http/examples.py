"""What the routes show of themselves: a request and an answer each, of an invented patient, shortened.

``examples.json`` beside this module holds them by operation id; the answers were made by the engine and cut to what
explains them. They are put into the finished description, because the framework leaves out every null of an example.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_ALL: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def show(operation: dict[str, Any]) -> None:
    """Put the examples of an operation, if it has any, into its description."""
    shown = _ALL.get(operation["operationId"], {})
    if "asked" in shown:
        operation["requestBody"]["content"]["application/json"]["example"] = shown["asked"]
    for status, response in operation["responses"].items():
        if "told" in shown and status.startswith("2"):
            response["content"]["application/json"]["example"] = shown["told"]
