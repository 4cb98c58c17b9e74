"""Which values of a sentence its passages don't have, or have among other words: codes, numbers, payers, people.

Of several values of a kind the one whose surroundings are the most like the sentence's own is meant. Knows no weights:
how much a sign counts is for ``bearing``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from citecoder.answering.names import MEASURES, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citecoder.answering.evidence import Evidence
    from citecoder.answering.tokens import Token

KINDS = ("code", "modifier", "number", "date", "payer", "who", "field", "label")
_PLACED = ("code", "modifier", "number", "date", "payer", "who")
WIDE, NARROW = 4.0, 1.5
"""Words at which surroundings count half: a sentence's, and those next to a value."""
_FRAME_LIKE = {WIDE: 0.5, NARROW: 0.25}
"""The likeness of a value that stands in a passage's frame only."""
_ROLE_LIKE = 0.25
_SLACK = 0.12
_MOST = 2.0

Signs = dict[str, float]


def missing(said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    """Yield the values that stand in no passage, in words."""
    for token in said:
        if token.kind in KINDS and not _stands(token, evidence):
            yield f"{token.kind} {token.written} is not in the passages"


def _stands(token: Token, evidence: Evidence) -> bool:
    if token.kind == "number":
        return bool(_same_numbers(token, evidence)) or _own_count(token, evidence)
    if token.key in evidence.named:
        return True
    if token.kind == "modifier":
        return ("number", token.value) in evidence.named
    if token.kind == "date":
        days = (t for t in (*evidence.of_kind["date"], *evidence.frame) if t.kind == "date")
        return any(_same_day(token.value, t.value) for t in days)
    if token.kind == "who":
        return token.value == "therapist" or not evidence.of_kind["who"]
    return False


def _same_day(first: str, second: str) -> bool:
    return first.startswith(second) or second.startswith(first)


def _same_numbers(token: Token, evidence: Evidence) -> list[Token]:
    same = [t for kind in ("number", "modifier") for t in evidence.of.get((kind, token.value), ())]
    same += [t for t in evidence.frame if t.kind in ("number", "modifier") and t.value == token.value]
    return [t for t in same if not (t.unit and token.unit) or t.unit == token.unit]


def _own_count(token: Token, evidence: Evidence) -> bool:
    """Tell whether a writer may have counted for himself: "the three codes", "one unit"."""
    if token.value == "1":
        return True
    rivals = [t for t in evidence.of_kind["number"] if t.unit == token.unit]
    return token.unit not in MEASURES and token.unit != "" and not rivals and float(token.value) <= 10


def placing(said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return by kind how much more alike another value's surroundings are than those of the sentence's own."""
    signs: Signs = {}
    values = {token.key for token in said}
    for token in said:
        if token.kind not in _PLACED:
            continue
        there = evidence.of_kind[token.kind]
        own = [t for t in there if _is_same(token, t)]
        if not own and token.key in evidence.named and token.kind in ("code", "modifier"):
            signs[f"frame {token.kind}"] = 1.0
        lists = {evidence.listed[t.place] for t in own}
        rivals = [
            t
            for t in there
            if t.key not in values
            and not _is_same(token, t)
            and _comparable(token, t)
            and evidence.listed[t.place] not in lists
        ]
        for name, half in (("wide", WIDE), ("narrow", NARROW)) if rivals else ():
            best = _most_alike(token, own, said, evidence, half, _FRAME_LIKE[half])
            rival = _most_alike(token, rivals, said, evidence, half)
            _raise(signs, f"{name} {token.kind}", ratio(rival, best))
            _raise(signs, name, rival - best)
    return signs


def roles(said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return the same for whoever acts, patients, providers and payers included."""
    signs: Signs = {}
    values = {token.value for token in said}
    there = [t for t in evidence.tokens if _acts(t)]
    rivals = [t for t in there if t.value not in values]
    for token in said if rivals else ():
        if not _acts(token):
            continue
        own = [t for t in there if t.value == token.value]
        for name, half in (("wide", WIDE), ("narrow", NARROW)):
            best = _most_alike(token, own, said, evidence, half, _ROLE_LIKE)
            _raise(signs, f"{name} role", ratio(_most_alike(token, rivals, said, evidence, half), best))
    return signs


def bounds(said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return whether a number is a least here and a most there."""
    for token in said:
        own = [t for t in evidence.of_kind[token.kind] if token.bound and _is_same(token, t) and t.bound]
        if not own or token.bound == "exactly" or any(t.bound == token.bound for t in own):
            continue
        meant = max(own, key=lambda t: evidence.likeness(token, t, said, WIDE))
        if meant.bound != "exactly":
            return {"bound": 1.0}
    return {}


def ratio(rival: float, own: float) -> float:
    """Return how many times more alike a rival is than one's own, as a logarithm, never far from 0."""
    return max(-_MOST, min(_MOST, math.log((rival + _SLACK) / (own + _SLACK))))


def _most_alike(
    token: Token,
    of: Iterable[Token],
    said: Sequence[Token],
    evidence: Evidence,
    half: float,
    none: float = 0.0,
) -> float:
    return max((evidence.likeness(token, t, said, half) for t in of), default=none)


def _raise(signs: Signs, name: str, value: float) -> None:
    signs[name] = max(signs.get(name, 0.0), value)


def _acts(token: Token) -> bool:
    return token.kind == "who" or (token.kind == "word" and token.value in ROLES)


def _is_same(token: Token, other: Token) -> bool:
    return _same_day(token.value, other.value) if token.kind == "date" else token.value == other.value


def _comparable(token: Token, other: Token) -> bool:
    return token.kind != "number" or token.unit == other.unit or not (token.unit and other.unit)
