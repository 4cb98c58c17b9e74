"""The tier of an evaluation from the components that a question tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.notes.components import find_components
from citecoder.rules.complexity import COMPONENTS, tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk

_CODES = {
    "PT": {"low": "97161", "moderate": "97162", "high": "97163"},
    "OT": {"low": "97165", "moderate": "97166", "high": "97167"},
}
_CITES = {"PT": ("evaluation-tiers/pt-tiers",), "OT": ("evaluation-tiers/ot-tiers",)}
_FEWEST = 2


def evaluation_tier(asked: Asked, desk: Desk) -> Finding | None:
    """Tell which tier the named components support: the lowest of them governs."""
    discipline = asked.discipline if asked.discipline in COMPONENTS else "PT"
    if "tier" not in asked.wants:
        return None
    found = find_components(asked.text, discipline, desk.engine.lexicon.reading)
    levels = {each.name: each.level for each in found if each.name in COMPONENTS[discipline]}
    if len(levels) < _FEWEST:
        return None
    supported = (
        tier(discipline, levels)
        if _known(discipline, levels)
        else min(levels.values(), key=("low", "moderate", "high").index)
    )
    code = _CODES[discipline][supported]
    told = ", ".join(f"{name} {level}" for name, level in levels.items())
    missing = [name for name in COMPONENTS[discipline] if name not in levels]
    said = f"{code}, the {supported}-complexity evaluation: all components must reach a tier, so the lowest governs ({told})."
    sentences = [Sentence(said, _CITES[discipline])]
    if missing:
        sentences.append(
            Sentence(
                f"Not told here: {', '.join(missing)}; without every component nothing above low is supported.",
                _CITES[discipline],
            )
        )
    return Finding(
        "tier",
        tuple(sentences),
        {"discipline": discipline, "components": levels, "code": code},
        complete=False,
    )


def _known(discipline: str, levels: Mapping[str, str]) -> bool:
    return all(name in levels for name in COMPONENTS[discipline])
