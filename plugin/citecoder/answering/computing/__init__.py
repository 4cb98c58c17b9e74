"""What can be computed for a question. Each skill takes what was asked and gives a finding, or None if it isn't asked.

A new skill is one function of this shape in ``SKILLS``; the first that finds something leads the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from citecoder.answering.computing.comparing import difference
from citecoder.answering.computing.coverage import payer_says
from citecoder.answering.computing.finding import Finding
from citecoder.answering.computing.limits import daily_limit, threshold
from citecoder.answering.computing.note import about_note
from citecoder.answering.computing.open import facts_decide, kind_decides, minutes_decide, payer_decides
from citecoder.answering.computing.pairs import pair
from citecoder.answering.computing.tiers import evaluation_tier
from citecoder.answering.computing.timing import timing
from citecoder.answering.computing.unheard import unheard_of
from citecoder.answering.computing.units import day_units, total_only

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk

Skill = Callable[["Asked", "Desk"], Finding | None]

SKILLS: tuple[Skill, ...] = (
    about_note,
    unheard_of,
    payer_decides,
    facts_decide,
    kind_decides,
    minutes_decide,
    day_units,
    total_only,
    evaluation_tier,
    difference,
    pair,
    threshold,
    daily_limit,
    payer_says,
    timing,
)


def compute(asked: Asked, desk: Desk) -> Finding | None:
    """Return what the first skill finds that the question asks for."""
    for skill in SKILLS:
        found = skill(asked, desk)
        if found is not None:
            return found
    return None


__all__ = ["SKILLS", "Finding", "compute"]
