"""Amounts that a year or a code sets: the therapy thresholds of a year, the units of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.rules.edition_passages import mue_cites

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk

_MAI = {
    1: "a limit of one claim line",
    2: "a fixed limit of the day",
    3: "a limit of the day that records may overcome on appeal",
}


def threshold(asked: Asked, desk: Desk) -> Finding | None:
    """Tell the yearly amounts of the payer that has them, for the year that is named."""
    if "threshold" not in asked.wants or not asked.day_named:
        return None
    payer = desk.engine.payers.get(asked.payer or "medicare")
    known = [each for each in payer.thresholds if each.kind == "kx"] if payer else []
    found = next((each for each in known if each.year == asked.year), None)
    if not known or found is None or payer is None:
        return None
    said = f"${found.pt_slp:,.0f} for PT and SLP together and ${found.ot:,.0f} for OT alone is the KX threshold of {found.year}."
    values = {"year": found.year, "pt_slp": found.pt_slp, "ot": found.ot}
    return Finding("threshold", (Sentence(said, found.cites),), values, complete=False)


def daily_limit(asked: Asked, desk: Desk) -> Finding | None:
    """Tell the most units of a code that are paid a day."""
    if "limit" not in asked.wants or len(asked.services) != 1:
        return None
    edits = desk.engine.edits.on(asked.on)
    limit = edits.mue(asked.services[0])
    if limit is None:
        return None
    kind = f", {_MAI[limit.mai]}" if limit.mai in _MAI else ""
    said = f"{limit.units} a day is the most units of {limit.code} that Medicare's unit limits (MUE) allow a practitioner{kind}."
    cites = tuple(cite for cite in mue_cites(edits, limit) if desk.passage(cite))
    return Finding(
        "limit",
        (Sentence(said, cites),),
        {"code": limit.code, "units": limit.units, "mai": limit.mai},
        complete=False,
    )
