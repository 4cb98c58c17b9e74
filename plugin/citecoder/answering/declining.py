"""What is not answered: the kinds of ``knowledge/answers/declines.yaml``, by the signs that a question shows.

A sign is a family of words that is found, or a condition of what was understood. Knows no payer, code or place itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from citecoder.answering.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from citecoder.answering.asked import Asked
    from citecoder.answering.wording import Decline, Wording
    from citecoder.answers import Abstention

_SHORT, _BRIEF, _LONG = 8, 14, 25
"""Words up to which a question is short or brief, and over which it is long."""
_MINUTES = re.compile(r"\d\s*-?(?:min|minutes?|mins|m)\b", re.IGNORECASE)
_NAME = re.compile(
    r"(?<=[a-z,;:'0-9] )(?!(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b)[A-Z][a-z]+(?: [A-Z][a-z]+)*"
)
"""Words with capitals inside of a sentence, days and months aside."""
_MANY = 0.2
ASKED_BACK: frozenset[Abstention] = frozenset({"needs_payer", "needs_more"})
"""Reasons for which the asker can tell what is lacking."""
ORDERS = "orders-to-software"
"""The kind of what is meant for the software and asks nothing of the field."""
_YEAR = re.compile(r"(?<![\d$,.])\b20\d\d\b")


def declined(asked: Asked, wording: Wording, today: date) -> Decline | None:
    """Return the kind of question that is declined which this one is, or None.

    A kind whose way of asking is met decides; else the likeliest, if it is likely enough that any of them is meant.
    The story around a long question decides nothing, but for orders to software, which are heard wherever they stand.
    """
    anywhere = _plainly(signs_of(asked, wording, today), wording)
    if anywhere is not None and anywhere.id == ORDERS:
        return anywhere
    asked = replace(asked, own=asked.matter)
    signs = signs_of(asked, wording, today)
    return _plainly(signs, wording) or _likeliest(asked, wording, signs)


def _plainly(signs: AbstractSet[str], wording: Wording) -> Decline | None:
    return next((kind for kind in wording.declines if any(way.meant_by(signs) for way in kind.ways)), None)


def _likeliest(asked: Asked, wording: Wording, signs: AbstractSet[str]) -> Decline | None:
    likely = wording.weights.likelihoods(asked.own, signs)
    kinds = [kind for kind in wording.declines if _can_be(kind.reason, asked)]
    proper = asked.codes or asked.concepts or asked.continues
    needed = wording.weights.sure if proper else wording.weights.enough
    if sum(likely.get(kind.id, 0) for kind in kinds) < needed:
        return None
    return max(kinds, key=lambda kind: likely.get(kind.id, 0))


def _can_be(reason: Abstention, asked: Asked) -> bool:
    """Tell whether a question can lack what a reason says is lacking: earlier turns or fields may have told it."""
    if reason == "needs_payer":
        return not asked.payers
    return reason != "needs_more" or not asked.continues


def signs_of(asked: Asked, wording: Wording, today: date) -> frozenset[str]:
    """Return the families of words that a question holds and the conditions that it meets, by name."""
    found = (name for name, family in wording.families.items() if family.search(asked.own))
    return frozenset((*found, *_conditions(asked, today), *_strangeness(asked.own, wording.known)))


def _strangeness(text: str, known: AbstractSet[str]) -> Iterator[str]:
    """Yield how many words are in none of our texts, and whether a name of somebody or something is among them."""
    words = words_of(text)
    strange = sum(word not in known for word in words)
    names = [
        [word.lower() in known for word in name[0].split()]
        for name in _NAME.finditer(text.replace("\u2019", "'"))
    ]
    told = {
        "strange": strange > 0,
        "strange-two": strange > 1,
        "strange-three": strange > 2,
        "strange-many": strange > len(words) * _MANY and strange > 1,
        "named": any(not all(name) for name in names),
        "named-fully": any(len(name) > 1 and not all(name) for name in names),
    }
    return (name for name, holds in told.items() if holds)


def _conditions(asked: Asked, today: date) -> Iterator[str]:
    words = len(asked.own.split())
    told = {
        "no-payer": asked.payer is None,
        "medicare": asked.payer == "medicare",
        "other-payer": asked.payer not in {None, "medicare"},
        "no-code": not asked.codes,
        "no-service": not asked.codes and not asked.concepts,
        "no-minutes": not asked.amounts.minutes
        and not asked.amounts.total
        and not _MINUTES.search(asked.own),
        "far-future": any(int(year) > today.year + 1 for year in _YEAR.findall(asked.own)),
        "goes-on": asked.continues,
        "short": words <= _SHORT,
        "brief": words <= _BRIEF,
        "long": words > _LONG,
    }
    return (name for name, holds in told.items() if holds)
