"""How likely a sentence says what its passages don't: weights over the signs of it.

The one reader of ``knowledge/model/grounding.json``, made by ``plugin/scripts/fit_grounding.py`` from drafts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citecoder.errors import KnowledgeError
from citecoder.paths import find_files

if TYPE_CHECKING:
    from citecoder.paths import DataRoots

FOLDER = "knowledge/model"
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
    for path in find_files(roots, FOLDER, FILE):
        try:
            told: Any = json.loads(path.read_text(encoding="utf-8"))
            return GroundingWeights(told["bias"], told["signs"], told["most"], told["rarity"])
        except (ValueError, KeyError) as error:
            raise KnowledgeError(
                f"{path}: can't be read ({error}); run plugin/scripts/fit_grounding.py"
            ) from error
    raise KnowledgeError(
        f"{FOLDER}/{FILE} is missing below {roots.packaged}. Restore it to answer questions."
    )
