"""Evaluation tiers from named components: the lowest component governs.

Source: the PT and OT grids of evaluation-tiers/pt-tiers and evaluation-tiers/ot-tiers. Pure; reads no note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Tier = Literal["low", "moderate", "high"]
_ORDER: tuple[Tier, ...] = ("low", "moderate", "high")
COMPONENTS: dict[str, tuple[str, ...]] = {
    "PT": ("history", "exam", "presentation", "decision"),
    "OT": ("profile", "deficits", "decision"),
}


def tier(discipline: str, components: Mapping[str, Tier]) -> Tier:
    """Return the tier that the named components support; with one missing nothing above low is supported.

    Args:
        discipline: ``PT`` or ``OT``.
        components: the level of each component that the note names.
    """
    needed = COMPONENTS.get(discipline, ())
    if not needed or any(name not in components for name in needed):
        return "low"
    return min((components[name] for name in needed), key=_ORDER.index)
