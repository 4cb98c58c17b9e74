"""A redacted text for a terminal and as JSON: placeholders lit, and how many there are of each kind."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from citecoder.app.cli.note_view import clean

if TYPE_CHECKING:
    from rich.console import Console

    from citecoder.redaction import Kind, Redacted

KINDS: dict[Kind, str] = {
    "name": "names", "date": "dates", "age": "ages over 89", "geo": "places below the state", "phone": "telephone numbers",
    "fax": "fax numbers", "email": "e-mail addresses", "ssn": "social security numbers", "mrn": "chart numbers",
    "plan": "health plan numbers", "account": "account numbers", "licence": "licence and certificate numbers",
    "vehicle": "vehicle numbers", "device": "device numbers", "url": "web addresses", "ip": "network addresses",
    "biometric": "biometric identifiers", "photo": "photographs", "other": "other numbers and codes",
}  # fmt: skip
"""What a person calls each kind."""


def show(console: Console, told: Redacted, *, show_map: bool) -> None:
    """Print the text with its placeholders lit, then a table of counts, then the map if it is asked for."""
    console.print(_lit(told))
    console.print()
    if not told.marks:
        console.print("No identifier was found. Look it over all the same: no reader finds every one.")
        return
    counts = Counter(mark.kind for mark in told.marks)
    table = Table("taken out", "mentions", box=None, pad_edge=False)
    for kind, name in KINDS.items():
        if counts[kind]:
            table.add_row(name, str(counts[kind]))
    console.print(table)
    if show_map:
        console.print()
        for placeholder, words in told.key.originals.items():
            console.print(f"{placeholder}  {clean(' '.join(words.split()))}")


def as_json(told: Redacted, *, show_map: bool) -> str:
    """Return the text, its marks and its counts as JSON; the words behind the placeholders only where asked."""
    marks = [
        {
            "kind": mark.kind,
            "placeholder": mark.placeholder,
            "start": mark.start,
            "end": mark.end,
            "redacted_start": mark.redacted_start,
            "redacted_end": mark.redacted_end,
        }
        for mark in told.marks
    ]
    counts = Counter(mark.kind for mark in told.marks)
    shown = {"text": told.text, "counts": counts, "marks": marks}
    if show_map:
        shown["map"] = dict(told.key.originals)
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _lit(told: Redacted) -> Text:
    shown = Text()
    at = 0
    for mark in told.marks:
        shown.append(clean(told.text[at : mark.redacted_start]))
        shown.append(mark.placeholder, style="bold reverse")
        at = mark.redacted_end
    shown.append(clean(told.text[at:]))
    return shown
