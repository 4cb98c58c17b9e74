"""What decides and is not told: the payer where payers take different codes, the facts where one name has several codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk

_MOST = 3
"""Codes whose deciding facts are told."""


def payer_decides(asked: Asked, desk: Desk) -> Finding | None:
    """Ask for the payer where the choice is between a code and what some payer takes in its place."""
    if asked.payer is not None or not {"covered", "units"} & asked.wants:
        return None
    facts = [
        fact
        for payer in desk.engine.payers.values()
        for fact in payer.substitutions
        if {fact.code, fact.by} <= set(asked.services)
    ]
    if not facts:
        return None
    told = tuple(dict.fromkeys(Sentence(fact.because, fact.cites) for fact in facts))
    ask = Sentence("Which of the two is right depends on the payer: name it.", facts[0].cites)
    return Finding("payer", (ask, *told[:_MOST]), {"codes": list(asked.services)}, "needs_payer")


def facts_decide(asked: Asked, desk: Desk) -> Finding | None:
    """Ask what was done where units are wanted of a service that is timed under one code and not under another."""
    if "units" not in asked.wants or asked.services or asked.amounts.total is None:
        return None
    codes = desk.engine.codes
    for concept in asked.concepts:
        rules = {rule.code: rule for rule in codes.rules_for(concept)}
        if len({codes.get(code).timed for code in rules}) > 1:
            told = [
                Sentence(f"{rule.code}: {rule.because}", rule.cites) for rule in list(rules.values())[:_MOST]
            ]
            ask = Sentence(
                f"{codes.name_of(concept)} has several codes, timed and untimed, so what was done decides: say which it was.",
                told[0].citations,
            )
            return Finding("units", (ask, *told), {"codes": list(rules)}, "needs_more")
    return None
