"""Whether a sentence affirms what its passages deny, or the other way round: signs of it, none of them sure.

Looks at each word among its neighbours, at the passage's sentence that is the most alike, and at the words that a denial
is about. Knows no weights: how much a sign counts is for ``bearing``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from citecoder.answering.polarity import Clause, focuses, negatives
from citecoder.answering.values import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.answering.evidence import Evidence
    from citecoder.answering.tokens import Token
    from citecoder.answering.values import Signs

_HALF = 3.0
_SLACK = 0.1
_UNKNOWN = 0.5
"""What a word weighs that no passage has."""
_MOST = 2
_ABOUT = 0.75
"""The share of the most alike sentence's likeness at which another is about as alike."""
_LONG, _LENGTH = 6, 0.3
"""How much a long sentence counts less: it shares words with everything."""


def turns(spoken: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return how the sentence's words vote: is each affirmed here as it is among the same words there?

    Three readings of what a denial reaches vote apart: the whole clause, the next words, the words behind it.
    """
    votes = {"vote clause": 0.0, "vote next": 0.0, "vote behind": 0.0}
    signs: Signs = {}
    whole = 0.0
    for clause in spoken:
        for token in clause.tokens:
            weight = evidence.weight(token) if token.kind != "stop" else 0.0
            if not weight:
                continue
            whole += weight
            same, other = _counterparts(clause, token, said, evidence)
            for name, like, unlike in zip(votes, same, other, strict=True):
                votes[name] += weight * (unlike - like) / (unlike + like + _SLACK)
            if other[1] and (token.sign < 0 or other[1] > same[1]):
                name = "turned contrary" if token.polar else "turned word"
                signs[name] = max(signs.get(name, 0.0), ratio(other[1], same[1]))
    return signs | {name: vote / whole for name, vote in votes.items() if whole}


def _counterparts(
    clause: Clause, token: Token, said: Sequence[Token], evidence: Evidence
) -> tuple[list[float], list[float]]:
    """Return by reading how alike the nearest like word of the same sign is, and of the other sign."""
    same, other = [0.0] * 3, [0.0] * 3
    here = _readings(clause, token)
    for there, counterpart in evidence.with_clause(token):
        likeness = evidence.likeness(token, counterpart, said, _HALF)
        for at, (first, second) in enumerate(zip(here, _readings(there, counterpart), strict=True)):
            side = same if first == second else other
            side[at] = max(side[at], likeness)
    return same, other


def _readings(clause: Clause, token: Token) -> tuple[bool, bool, bool]:
    contrary = token.lexical < 0
    return (
        clause.negated != contrary,
        (token.sign < 0) != token.denied,
        (token.scoped != token.denied) != contrary,
    )


def denied(spoken: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return what is negative in the most alike sentence of the passages and not here, and the other way round."""
    if not evidence.sentences or not said:
        return {}
    here = sum(map(negatives, spoken))
    nearest = _nearest(here, said, evidence)
    there = sum(map(negatives, nearest))
    shared = _shared(nearest, said, evidence) / sum(evidence.weight(t) or _UNKNOWN for t in said)
    signs = {"more negatives": float(max(-_MOST, min(_MOST, here - there)))}
    if there and not here:
        signs |= {"denial lost": 1.0, "denial lost alike": shared}
    return signs | _focused(spoken, said, evidence)


def _nearest(here: int, said: Sequence[Token], evidence: Evidence) -> Sequence[Clause]:
    """Return the most alike sentence; of those about as alike, the one that has as many negatives."""
    alike = [_alike(sentence, said, evidence) for sentence in evidence.sentences]
    least = _ABOUT * max(alike)
    about = [s for s, likeness in zip(evidence.sentences, alike, strict=True) if likeness >= least]
    return min(about, key=lambda sentence: abs(sum(map(negatives, sentence)) - here))


def _alike(sentence: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> float:
    keys = {token.key for clause in sentence for token in clause.tokens if token.kind != "stop"}
    return sum(evidence.weight(t) for t in said if t.key in keys) / math.pow(_LONG + len(keys), _LENGTH)


def _shared(sentence: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> float:
    keys = {token.key for clause in sentence for token in clause.tokens}
    return sum(evidence.weight(t) for t in said if t.key in keys)


def _focused(spoken: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> Signs:
    """Compare the words that denials are about."""
    here = list(focuses(spoken))
    keys, denied_here = {t.key for t in said}, {t.key for words in here for t in words}
    denied_there = {t.key for words in evidence.focuses for t in words}
    lost = added = 0.0
    for words in evidence.focuses:
        weight = sum(evidence.weight(t) for t in words) or 1.0
        gone = sum(evidence.weight(t) * ((t.key in keys) - (t.key in denied_here)) for t in words)
        lost = max(lost, gone / weight)
    for words in here:
        weight = sum(evidence.weight(t) for t in words) or 1.0
        added = max(added, sum(evidence.weight(t) for t in words if t.key not in denied_there) / weight)
    return {"focus lost": lost, "focus added": added}


def unknown(said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return the share of the words that the passages don't have."""
    new = [token for token in said if token.key not in evidence.named]
    return {"new words": len(new) / max(1, len(said))}
