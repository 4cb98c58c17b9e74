"""Notes whose identifiers are marked: ``[[kind|words]]`` → the text and where they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

NOTES = Path(__file__).with_name("notes.txt")
_MARK = re.compile(r"\[\[(\w+)\|(.*?)\]\]")


def marked_notes() -> list[dict[str, Any]]:
    """Return the notes in the shape that ``measure_redaction.py`` reads."""
    return [
        _note(f"dev-{at}", text.strip("\n"))
        for at, text in enumerate(NOTES.read_text(encoding="utf-8").split("%%\n"))
    ]


def _note(name: str, raw: str) -> dict[str, Any]:
    text = ""
    at = 0
    identifiers: list[dict[str, Any]] = []
    for match in _MARK.finditer(raw):
        text += raw[at : match.start()]
        one = {"kind": match[1], "start": len(text), "end": len(text) + len(match[2]), "text": match[2]}
        identifiers.append(one)
        text += match[2]
        at = match.end()
    return {"id": name, "text": text + raw[at:], "identifiers": identifiers}
