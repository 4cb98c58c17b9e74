"""How likely a sentence says what its passages don't: weights over the signs of it.

The one reader of ``knowledge/model/grounding.json``, made by ``plugin/scripts/fit_grounding.py`` from drafts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citecoder.answering.fitted import read_fitted

if TYPE_CHECKING:
    from citecoder.paths import DataRoots

FILE = "grounding.json"


@dataclass(frozen=True, slots=True, eq=False)
class GroundingWeights:
    """A logistic model of what passages don't bear.

    Attributes:
        bias: the score without any sign.
        signs: sign → weight.
        most: the likelihood, 0 to 1, over which a sentence is dropped.
        rarity: word → how few passages have it, 0 to 1; a word that is not told is as rare as can be.
    """

    bias: float
    signs: Mapping[str, float]
    most: float
    rarity: Mapping[str, float]

    def likelihood(self, signs: Mapping[str, float]) -> float:
        """Return how likely it is that a sentence with these signs is not borne, 0 to 1."""
        score = self.bias + sum(self.signs.get(name, 0.0) * value for name, value in signs.items())
        return 1 / (1 + math.exp(-score))

    def strongest(self, signs: Mapping[str, float]) -> str:
        """Return the sign that tells the most against a sentence."""
        return max(signs, key=lambda name: self.signs.get(name, 0.0) * signs[name], default="")


def load_grounding_weights(roots: DataRoots) -> GroundingWeights:
    """Read the weights.

    Raises:
        KnowledgeError: the file is missing or breaks its format.
    """
    return read_fitted(
        roots,
        FILE,
        "fit_grounding.py",
        lambda told: GroundingWeights(told["bias"], told["signs"], told["most"], told["rarity"]),
    )
