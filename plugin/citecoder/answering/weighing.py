"""How likely a question is of a kind that is declined: weights over its words and signs.

The one reader of ``knowledge/model/declines.json``, made by ``plugin/scripts/fit_declines.py`` from ``evals/declining``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from citecoder.answering.fitted import read_fitted

if TYPE_CHECKING:
    from citecoder.paths import DataRoots

FILE = "declines.json"
ANSWERED = "answered"
"""The kind of the questions that are answered."""
_TOKEN = re.compile(r"[a-z']+|\d|[?$!:]")
_SAME = (
    (re.compile(r"\b(?:9[278]\d{3}|g0\d{3}|l\d{4}|2056\d)\b"), " CODE "),
    (re.compile(r"\$\s?[\d,.]+"), " $ "),
    (re.compile(r"\b20\d\d\b"), " YEAR "),
    (re.compile(r"\d+"), "9"),
)


@dataclass(frozen=True, slots=True)
class DeclineWeights:
    """A linear model of the kinds.

    Attributes:
        bias: by kind.
        features: feature → kind → weight. Words count by their share, signs in full.
        enough: the likelihood from which on a question is declined.
        sure: the same for a question that names a code or a service of the field, or goes on with the one before: a proper
            one, presumably.
    """

    bias: Mapping[str, float]
    features: Mapping[str, Mapping[str, float]]
    enough: float
    sure: float

    def likelihoods(self, text: str, signs: AbstractSet[str]) -> dict[str, float]:
        """Return how likely a question is of each kind, 0 to 1; together they are 1."""
        scores = dict(self.bias)
        for feature, amount in features_of(text, signs):
            for kind, weight in self.features.get(feature, {}).items():
                scores[kind] += weight * amount
        most = max(scores.values())
        shares = {kind: math.exp(score - most) for kind, score in scores.items()}
        whole = sum(shares.values())
        return {kind: share / whole for kind, share in shares.items()}


def features_of(text: str, signs: AbstractSet[str]) -> Iterator[tuple[str, float]]:
    """Yield the features of a question with their amounts: words, pairs of words, signs, pairs of signs."""
    words = set(_words_of(text))
    share = 1 / math.sqrt(len(words) + 1)
    yield from ((word, share) for word in sorted(words))
    ordered = sorted(signs)
    yield from ((f"#{sign}", 1.0) for sign in ordered)
    yield from ((f"#{a} {b}", 1.0) for a, b in combinations(ordered, 2))


def _words_of(text: str) -> Iterator[str]:
    same = text.lower()
    for pattern, instead in _SAME:
        same = pattern.sub(instead, same)
    tokens = _TOKEN.findall(same.lower())
    yield from tokens
    yield from (f"{a} {b}" for a, b in pairwise(tokens))


def load_decline_weights(roots: DataRoots) -> DeclineWeights:
    """Read the weights.

    Raises:
        KnowledgeError: the file is missing or breaks its format.
    """
    return read_fitted(
        roots,
        FILE,
        "fit_declines.py",
        lambda told: DeclineWeights(told["bias"], told["features"], told["enough"], told["sure"]),
    )
