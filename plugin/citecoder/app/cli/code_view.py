"""A code as a person reads it in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from citecoder.app.cli.rows import heading, item, sources
from citecoder.app.cli.source_view import Numbers, payer_name

if TYPE_CHECKING:
    from rich.console import Console

    from citecoder import wire

MOST_EDITS = 24
MOST_SOURCES = 8
_TIMING = {
    "timed15": "timed, 15-minute units",
    "untimed": "untimed, one unit",
    "per_session": "by the session",
    "per_day": "by the day",
    "per_hour": "by the hour",
    "per_30min": "by each 30 minutes",
    "per_30days": "once in 30 days",
    "per_episode": "once in an episode",
    "monthly": "once in a calendar month",
    "first20month": "first 20 minutes of a calendar month",
    "add20month": "each further 20 minutes of a calendar month",
    "minutes_range": "one unit, the code chosen by the minutes",
}


def show(console: Console, found: wire.LookupResponse) -> None:
    """Print everything known about a code."""
    numbers = Numbers(found.passages)
    console.print(Text.assemble((f"{found.code}  {found.label}", "bold"), (f"  {found.system}", "dim")))
    who = "any discipline" if found.disciplines == ["any"] else "/".join(found.disciplines)
    timing = _TIMING.get(found.timing, found.timing)
    facts = [timing, f"attendance: {found.attendance.replace('_', ' ')}", who, _validity(found.valid)]
    console.print(Text(" · ".join(fact for fact in facts if fact), "dim"))
    _descriptor(console, found.descriptor)
    _payer(console, found.payer, numbers)
    _elements(console, found, numbers)
    _confusable(console, found)
    _edits(console, found)
    for passage in found.passages[:MOST_SOURCES]:
        numbers.number(passage.id)
    sources(console, numbers.cited(), numbers)


def _validity(valid: wire.Validity) -> str:
    begins = f"valid from {valid.begins}" if valid.begins else ""
    until = f"until {valid.until}" if valid.until else ""
    return " ".join(part for part in (begins, until) if part)


def _descriptor(console: Console, found: wire.Descriptor | None) -> None:
    if found is None:
        return
    heading(console, f"CPT {found.edition}")
    licence = f"  © American Medical Association; licensed to {found.licensed_to} until {found.expires}"
    item(console, Text.assemble(found.text, (licence, "dim")), "", 1)


def _payer(console: Console, payer: wire.PayerView, numbers: Numbers) -> None:
    if payer.id is None:
        return
    heading(console, payer_name(payer.id).upper())
    status = (payer.status or "status not known").replace("_", " ")
    swap = f"; use {payer.substitute}" if payer.substitute else ""
    item(console, Text.assemble(status + swap, numbers.of(payer.citations)), "", 1)
    for note in payer.notes:
        item(console, Text(note), "├ ", 1)


def _elements(console: Console, found: wire.LookupResponse, numbers: Numbers) -> None:
    if not found.elements:
        return
    heading(console, "DOCUMENTATION", len(found.elements))
    for each in found.elements:
        severity = "" if each.severity == "required" else " · recommended"
        place = "" if each.where == "note" else f" · in the {each.where}"
        text = Text.assemble(each.label, (severity + place, "dim"), numbers.of(each.citations))
        item(console, text, "● " if each.severity == "required" else "○ ", 1)


def _confusable(console: Console, found: wire.LookupResponse) -> None:
    if not found.confused_with:
        return
    heading(console, "NOT TO BE CONFUSED WITH")
    for other in found.confused_with:
        item(console, Text(other.how_to_tell), f"{other.code} ", 1)


def _edits(console: Console, found: wire.LookupResponse) -> None:
    if found.mue:
        heading(console, "LIMITS AND EDITS")
        edition = f", edition {found.mue.edition}" if found.mue.edition else ""
        units = found.mue.units
        limit = f"at most {units} unit{'s' * (units > 1)} a day" if units else "Medicare pays no unit of it"
        item(console, Text(limit + edition), "", 1)
    groups = {"0": "never with", "1": "only as a separate service with"}
    for indicator, words in groups.items():
        others = [edit.other for edit in found.edits if edit.indicator == indicator]
        if others:
            more = f" … {len(others) - MOST_EDITS} more" if len(others) > MOST_EDITS else ""
            item(console, Text(f"{words}: {' '.join(others[:MOST_EDITS])}{more}"), "", 1)
    if found.edits:
        editions = ", ".join(sorted({edit.edition for edit in found.edits if edit.edition}))
        item(console, Text(f"pair edits of {editions}", "dim"), "", 1)
