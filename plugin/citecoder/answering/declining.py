"""What is not answered: the kinds of ``knowledge/answers/declines.yaml``, by the signs that a question shows.

A sign is a family of words that is found, or a condition of what was understood. Knows no payer, code or place itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from citecoder.answering.asked import Asked
    from citecoder.answering.wording import Decline, Wording

_SHORT, _BRIEF, _LONG = 8, 14, 25
"""Words up to which a question is short or brief, and over which it is long."""
_MINUTES = re.compile(r"\d\s*-?(?:min|minutes?|mins|m)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b20\d\d\b")


def declined(asked: Asked, wording: Wording, today: date) -> Decline | None:
    """Return the kind of question that is declined which this one is, or None."""
    signs = signs_of(asked, wording, today)
    return next((kind for kind in wording.declines if any(way.meant_by(signs) for way in kind.ways)), None)


def signs_of(asked: Asked, wording: Wording, today: date) -> frozenset[str]:
    """Return the families of words that a question holds and the conditions that it meets, by name."""
    found = (name for name, family in wording.families.items() if family.search(asked.own))
    return frozenset((*found, *_conditions(asked, today)))


def _conditions(asked: Asked, today: date) -> Iterator[str]:
    words = len(asked.own.split())
    told = {
        "no-payer": asked.payer is None,
        "medicare": asked.payer == "medicare",
        "other-payer": asked.payer not in {None, "medicare"},
        "no-code": not asked.codes,
        "no-service": not asked.codes and not asked.concepts,
        "no-minutes": not asked.amounts.minutes and not asked.amounts.total and not _MINUTES.search(asked.own),
        "far-future": any(int(year) > today.year + 1 for year in _YEAR.findall(asked.own)),
        "goes-on": asked.continues,
        "short": words <= _SHORT,
        "brief": words <= _BRIEF,
        "long": words > _LONG,
    }
    return (name for name, holds in told.items() if holds)
