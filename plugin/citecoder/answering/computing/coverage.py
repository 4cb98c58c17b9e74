"""What the named payer does with a code: takes another in its place, bundles it, doesn't pay it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.rules.payer import CodeFact, Payer, Substitution


def payer_says(asked: Asked, desk: Desk) -> Finding | None:
    """Tell what the payer's file says of the one code that is asked about."""
    payer = desk.engine.payers.get(asked.payer or "")
    if payer is None or len(asked.services) != 1 or "covered" not in asked.wants:
        return None
    facts = facts_of(payer, asked.services[0], asked.on)
    if not facts:
        return None
    sentences = tuple(Sentence(fact.because, fact.cites) for fact in facts)
    values = {
        "payer": payer.id,
        "code": asked.services[0],
        "substitute": next((f.by for f in payer.substitutions if f in facts), None),
    }
    return Finding("payer", sentences, values, complete=False)


def facts_of(payer: Payer, code: str, on: date) -> list[CodeFact | Substitution]:
    """Return what the payer's file says of a code on a day: another in its place, bundled, not paid."""
    return [fact for fact in _facts(payer, code) if fact.since is None or fact.since <= on]


def _facts(payer: Payer, code: str) -> Iterator[CodeFact | Substitution]:
    yield from (fact for fact in payer.substitutions if fact.code == code)
    yield from (fact for fact in (*payer.bundled, *payer.not_covered) if fact.code == code)
