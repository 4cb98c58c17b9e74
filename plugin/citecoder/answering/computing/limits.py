"""Amounts that a year or a code sets: the therapy thresholds of a year, the units of a day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.rules.edition_passages import mue_cites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.rules.payer import Threshold

_DOLLARS = re.compile(
    r"\$\s?(\d[\d,]*)(?:\.\d\d)?|(?<![\d$.,])(?!20[0-3]\d\b)(\d{1,2},\d{3}|\d{3,4})(?:\.\d\d)?(?![\d%]|\s*(?:min|units?\b|visits?\b|days?\b))"
)
"""Amounts with their sign, or of three and four digits without: five are a code, and a bare 2026 is a year."""
_PATIENT = re.compile(r"\b(?:mcr|medicare|my|the|this|our|a|her|his|part b) pts?\b(?!['’]s)", re.IGNORECASE)
"""A patient, and not the discipline."""
_UNPLAIN = re.compile(r"\b(?:each|per|apiece|deductible|co-?pay|owes?|times|a visit)\b|×", re.IGNORECASE)
"""Words of amounts that are no charges of the year, or not all of them."""
_SHARED = ("PT", "SLP")
_MEANING = ("cms-mue-2026q4/adjudication-indicators",)
_MAI = {
    1: "a limit of one claim line",
    2: "a fixed limit of the day",
    3: "a limit of the day that records may overcome on appeal",
}


def threshold(asked: Asked, desk: Desk) -> Finding | None:
    """Tell the yearly amount of the payer that has one, and on which side of it the charges that are told lie."""
    payer = desk.engine.payers.get(asked.payer or "medicare")
    known = [each for each in payer.thresholds if each.kind == "kx"] if payer else []
    found = next((each for each in known if each.year == asked.year), None)
    if "threshold" not in asked.wants or found is None:
        return None
    charges = _charges(asked, desk)
    if charges is None:
        said = "Which charges stand for which discipline is not plain from the question: tell the allowed charges of the year for PT, SLP and OT."
        return Finding("threshold", (Sentence(said, found.cites),), {"year": found.year}, "needs_more")
    if charges:
        return _with_charges(charges, found)
    if "particular" in asked.wants and asked.is_yes_no and not re.search(r"\d", asked.matter):
        said = f"That depends on the patient's allowed charges of {found.year}, which the question doesn't tell: the threshold is ${found.pt_slp:,.0f} for PT and SLP together, ${found.ot:,.0f} for OT."
        return Finding("threshold", (Sentence(said, found.cites),), {"year": found.year}, "needs_more")
    if not asked.day_named:
        return None
    said = f"${found.pt_slp:,.0f} for PT and SLP together and ${found.ot:,.0f} for OT alone is the KX threshold of {found.year}."
    values = {"year": found.year, "pt_slp": found.pt_slp, "ot": found.ot}
    return Finding("threshold", (Sentence(said, found.cites),), values, complete=False)


def _charges(asked: Asked, desk: Desk) -> dict[str, float] | None:
    """Return the charges that are told of each discipline, in dollars; None when it is not plain whose they are."""
    for text in (asked.matter, asked.text):
        if _DOLLARS.search(text):
            return _charges_in(text, desk)
    return {}


def _charges_in(text: str, desk: Desk) -> dict[str, float] | None:
    """Give each amount the discipline beside it, all on the same side: "PT $1,900, OT $300" or "1,900 for PT"."""
    text = _PATIENT.sub(lambda match: " " * len(match[0]), text)
    amounts = [(m.start(), m.end(), float((m[1] or m[2]).replace(",", ""))) for m in _DOLLARS.finditer(text)]
    names = sorted(
        (m.start(), name) for name, said in desk.wording.disciplines.items() for m in said.finditer(text)
    )
    if not names:
        return {}
    before = names[0][0] < amounts[0][0]
    charges: dict[str, float] = {}
    for at, (start, end, value) in enumerate(amounts):
        low = amounts[at - 1][1] if at else 0
        high = amounts[at + 1][0] if at + 1 < len(amounts) else len(text)
        sides = ({n for p, n in names if low <= p < start}, {n for p, n in names if end <= p < high})
        beside = (sides[0] or sides[1]) if before else (sides[1] or sides[0])
        if len(beside) != 1 or _UNPLAIN.search(text):
            return None
        (name,) = beside
        charges[name] = charges.get(name, 0) + value
    return {name: value for name, value in charges.items() if name in (*_SHARED, "OT")}


def _with_charges(charges: Mapping[str, float], limit: Threshold) -> Finding:
    shared = sum(charges.get(name, 0) for name in _SHARED)
    sides = []
    if any(name in charges for name in _SHARED):
        sides.append(("PT and SLP together stand", shared, limit.pt_slp))
    if "OT" in charges:
        sides.append(("OT alone stands", charges["OT"], limit.ot))
    sentences = tuple(
        Sentence(_side(name, sum_, amount, limit.year), limit.cites) for name, sum_, amount in sides
    )
    values = {"year": limit.year, "pt_slp": limit.pt_slp, "ot": limit.ot, "charges": dict(charges)}
    return Finding("threshold", sentences, values, complete=False)


def _side(name: str, charged: float, amount: float, year: int) -> str:
    told = f"{name} at ${charged:,.0f} of the {year} KX threshold of ${amount:,.0f}"
    if charged > amount:
        return f"Yes for {name.split(maxsplit=1)[0]}: {told}, so it is passed and further lines need KX where the record justifies the care."
    left = amount - charged
    return f"Not yet for {name.split(maxsplit=1)[0]}: {told}, ${left:,.0f} below it, so no KX is needed until charges pass it."


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
    cites = tuple(cite for cite in (*mue_cites(edits, limit), *_MEANING) if desk.passage(cite))
    return Finding(
        "limit",
        (Sentence(said, cites),),
        {"code": limit.code, "units": limit.units, "mai": limit.mai},
        complete=False,
    )
