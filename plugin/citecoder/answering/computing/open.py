"""What decides and is not told: the payer where payers take different codes, the facts where one name has several codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.model import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.codes import Code

_MOST = 3
"""Codes whose deciding facts are told."""
_BRIEF = 16
"""Words up to which a question that names a service and no fact of it is taken to lack them."""
_DIGIT = re.compile(r"(?<![\d.])\d{1,3}(?!\d)")


def payer_decides(asked: Asked, desk: Desk) -> Finding | None:
    """Ask for the payer where the choice is between a code and what some payer takes in its place."""
    if asked.payer is not None or not ({"covered", "units"} & asked.wants or asked.alternatives):
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


def minutes_decide(asked: Asked, desk: Desk) -> Finding | None:
    """Ask for the minutes where units of timed services are wanted and no number is told."""
    if "amount" not in asked.wants or {"limit", "minutes"} & asked.wants or not _tells_nothing(asked):
        return None
    if "done" not in asked.wants and len(asked.services) <= 1:
        return None
    timed = [code for code in _named(asked, desk) if code.timed]
    if not timed:
        return None
    codes = " and ".join(code.code for code in timed[:_MOST])
    said = f"The minutes decide, and the question doesn't tell them: {codes} {'is' if len(timed) == 1 else 'are'} counted in 15-minute units."
    ask = "Tell the minutes of each service, and the payer; then the units are counted."
    cites = tuple(dict.fromkeys(cite for code in timed[:_MOST] for cite in code.cites))
    return Finding(
        "units",
        (Sentence(said, cites), Sentence(ask, cites)),
        {"codes": [c.code for c in timed]},
        "needs_more",
    )


def kind_decides(asked: Asked, desk: Desk) -> Finding | None:
    """Ask what was done where the code of one service is wanted that has several, and the words tell for none."""
    if (
        not {"tier", "done"} <= asked.wants
        or asked.codes
        or len(asked.concepts) != 1
        or not _tells_nothing(asked)
    ):
        return None
    rules = {rule.code: rule for rule in desk.engine.codes.rules_for(asked.concepts[0])}
    if len(rules) <= 1 or desk.review(Request(asked.own, asked.payer, asked.discipline)).suggestions:
        return None
    told = [Sentence(f"{rule.code}: {rule.because}", rule.cites) for rule in list(rules.values())[:_MOST]]
    name = desk.engine.codes.name_of(asked.concepts[0])
    ask = Sentence(
        f"{name} has several codes, and what was done decides: say which it was.", told[0].citations
    )
    return Finding("code", (ask, *told), {"codes": list(rules)}, "needs_more")


def _tells_nothing(asked: Asked) -> bool:
    """Tell whether a brief question holds no number besides its codes."""
    told = asked.amounts.minutes or asked.amounts.total is not None or _DIGIT.search(asked.matter)
    return not told and len(asked.matter.split()) <= _BRIEF and not asked.continues and asked.note is None


def _named(asked: Asked, desk: Desk) -> Iterator[Code]:
    """Yield the codes that are named, and of a service with several codes those that it may be."""
    codes = desk.engine.codes
    names = (*asked.services, *(rule.code for concept in asked.concepts for rule in codes.rules_for(concept)))
    yield from (codes.get(name) for name in dict.fromkeys(names))
