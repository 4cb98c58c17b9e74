"""Modifiers of a therapy line: which one names the plan, what order they stand in, which exclude each other.

Knows modifiers only. Whether a payer uses one is in its payer file; which pair of codes needs 59 is in ``edits.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from citecoder.model import Confidence

SEPARATING = ("59", "XE", "XP", "XS", "XU")
"""Each says that two services of an indicator-1 pair were separate; a line carries one of them at most."""

PLAN = {"PT": "GP", "OT": "GO", "SLP": "GN"}
ASSISTANT = {"PT": "CQ", "OT": "CO"}

# Reading order of a line. No source read here rules it and payers differ: this is our convention
# (what changes payment by an edit, then the plan, the assistant, the threshold, notices, the rest).
_ORDER = (
    *("25", "AT"),
    *SEPARATING,
    *("GP", "GO", "GN", "CQ", "CO", "KX", "GA", "GX", "GY", "GZ", "95", "76", "77", "22", "52", "Q5", "Q6"),
)


@dataclass(frozen=True, slots=True)
class Clash:
    """Modifiers of one line that may not stand together, with the reason."""

    modifiers: tuple[str, ...]
    because: str
    confidence: Confidence


_EXCLUSIVE: tuple[Clash, ...] = (
    Clash(("KX", "GA"), "KX says the service is needed, GA that a denial is expected", "high"),
    Clash(
        SEPARATING,
        "one modifier that separates a pair is enough; an X modifier is the more specific",
        "medium",
    ),
    Clash(("GY", "GZ"), "GY is never covered by law, GZ an expected denial for necessity", "medium"),
    Clash(("GA", "GZ"), "GA says a notice was signed, GZ that none was", "medium"),
    Clash(("AT", "GA"), "AT is active treatment; a line with both is rejected since 2015-11-01", "high"),
    Clash(("GP", "GO", "GN"), "a line belongs to one plan", "high"),
    Clash(("CQ", "CO"), "a line has one kind of assistant", "high"),
    Clash(("CQ", "GO"), "CQ goes with GP", "high"),
    Clash(("CO", "GP"), "CO goes with GO", "high"),
    Clash(("CQ", "GN"), "speech therapy has no assistant modifier", "high"),
    Clash(("CO", "GN"), "speech therapy has no assistant modifier", "high"),
)


def plan_modifier(discipline: str | None) -> str | None:
    """Return the modifier that names the therapy plan: GP for PT, GO for OT, GN for SLP, else None.

    Source: ``cms-therapy-modifiers/gp-go-gn``.
    """
    return PLAN.get(discipline or "")


def assistant_modifier(discipline: str | None) -> str | None:
    """Return the assistant's modifier: CQ for PT, CO for OT; None elsewhere (SLP assistants have none).

    Source: ``cms-cq-co/assistant-modifiers``, ``cms-bpm-15/slp-assistants``.
    """
    return ASSISTANT.get(discipline or "")


def ordered(modifiers: Iterable[str]) -> tuple[str, ...]:
    """Return a line's modifiers, each once, in our reading order; unknown ones last, as they came."""
    each = tuple(dict.fromkeys(modifiers))
    return tuple(sorted(each, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)))


def clashes(modifiers: Iterable[str]) -> tuple[Clash, ...]:
    """Return what excludes what among a line's modifiers, each clash cut down to those that are there.

    Source: ``cms-therapy-modifiers/ga-gx-gy-gz``, ``cms-therapy-modifiers/kx-threshold``,
    ``cms-modifier-59/x-modifiers``, ``medicare-chiropractic/at-modifier``.
    """
    there = set(modifiers)
    met = ((tuple(name for name in rule.modifiers if name in there), rule) for rule in _EXCLUSIVE)
    return tuple(Clash(names, rule.because, rule.confidence) for names, rule in met if len(names) > 1)
