"""Does a sentence say what its passages say? Numbers, codes, payers, people, and whether it affirms or denies.

A value that stands in no passage drops the sentence. Everything else is a sign, and a small fitted model weighs the
signs (``bearing``): paraphrases differ from their passages in harmless ways too. The work grows with the texts' size.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from citecoder.answering.denials import denied, turns, unknown
from citecoder.answering.departures import departures, opened
from citecoder.answering.evidence import Evidence
from citecoder.answering.polarity import clauses
from citecoder.answering.tokens import tokens
from citecoder.answering.values import bounds, missing, placing, roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.answering.bearing import GroundingWeights
    from citecoder.answering.polarity import Clause
    from citecoder.answering.tokens import Token
    from citecoder.answering.values import Signs
    from citecoder.answers import Sentence
    from citecoder.model import Passage

_ENOUGH_WORDS = 0.3
"""The share of its words that a sentence has in common with its passages."""


_REMEMBERED = 64
"""Passages kept ready: the sentences of an answer cite the same ones."""


def grounded(sentence: Sentence, passages: Sequence[Passage], weights: GroundingWeights) -> bool:
    """Tell whether the passages bear the sentence."""
    return bool(sentence.citations) and bool(passages) and not objections(sentence, passages, weights)


def objections(sentence: Sentence, passages: Sequence[Passage], weights: GroundingWeights) -> tuple[str, ...]:
    """Return why the passages don't bear the sentence, in a few words each; empty when they do."""
    if _quoted(sentence.text, passages):
        return ()
    evidence = _evidence(tuple(passages), weights)
    said = read(sentence.text)[1]
    found = tuple(dict.fromkeys(missing(said, evidence)))
    if found:
        return found
    signs = signs_of(sentence.text, evidence)
    if signs["new words"] > 1 - _ENOUGH_WORDS:
        return ("too few of its words are in the passages",)
    likelihood = weights.likelihood(signs)
    if likelihood > weights.most:
        return (f"{likelihood:.0%} likely not borne by the passages: {weights.strongest(signs)}",)
    return ()


@lru_cache(maxsize=_REMEMBERED)
def _evidence(passages: tuple[Passage, ...], weights: GroundingWeights) -> Evidence:
    return Evidence(passages, weights.rarity)


def read(text: str) -> tuple[list[Clause], list[Token]]:
    """Return the clauses of a sentence, and its tokens without those that say nothing."""
    spoken = clauses(tokens(text))
    return spoken, [token for clause in spoken for token in clause.tokens if token.kind != "stop"]


def signs_of(text: str, evidence: Evidence) -> Signs:
    """Return the signs that the passages don't bear a sentence, by name."""
    opening, rest = opened(text)
    spoken, said = read(rest)
    return {
        **placing(said, evidence),
        **roles(said, evidence),
        **bounds(said, evidence),
        **turns(spoken, said, evidence),
        **denied(spoken, said, evidence),
        **unknown(said, evidence),
        **departures(opening, tokens(rest), evidence),
    }


def _quoted(text: str, passages: Sequence[Passage]) -> bool:
    """Tell whether a passage says just these words."""
    words = " ".join(text.split())
    return any(words in f"{passage.lead} {' '.join(passage.text.split())}" for passage in passages)
