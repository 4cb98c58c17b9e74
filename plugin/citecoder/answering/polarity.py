"""What a text denies: each negator is bound to one word, and each clause is affirmed or denied on the whole.

Knows tokens and clauses. "may not be billed", "is not billed" and "is never payable" are all one denial; "untimed" is
"not timed"; "cannot be denied" is none.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from operator import xor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.tokens import Token

GRANTING = frozenset(
    (
        "=pay",
        "=permit",
        "=need",
        "=include",
        "=valid",
        "=sufficient",
        "=bill",
        "=use",
        "=give",
        "=available",
        "=upheld",
        "=agree",
        "=right",
        "=complete",
        "=treat",
        "=note",
        "=replace",
        "=change",
        "=stay",
        "=enrol",
        "=improve",
    )
)
"""Concepts by which something is granted or refused: a clause is denied when an odd number of them is."""
_REFUSING = frozenset(
    ("=pay", "=permit", "=need", "=include", "=valid", "=sufficient", "=available", "=agree", "=right")
)
"""Granting concepts whose contrary denies the clause as a negator does."""
_ANY_PLACE = frozenset(("no",))
_REACH = 5
_DENIED_REACH = 4


class Clause(NamedTuple):
    """A clause's tokens without its negators.

    Attributes:
        negated: whether it is denied on the whole.
    """

    tokens: tuple[Token, ...]
    negated: bool


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """Cut tokens into clauses, every negator bound to what it denies."""
    grouped: dict[int, list[Token]] = {}
    for token in tokens:
        grouped.setdefault(token.clause, []).append(token)
    return [_bound(group) for group in grouped.values()]


def _bound(clause: Sequence[Token]) -> Clause:
    signs = [token.sign for token in clause]
    denied = [False] * len(clause)
    negated = False
    both = any(token.written == "neither" for token in clause)
    for at, token in enumerate(clause):
        if token.kind != "negator" or (both and token.written == "nor"):
            continue
        if token.value == "without":
            for place in _phrase(clause, at):
                denied[place] = True
            continue
        negated = not negated
        target = _target(clause, at)
        nearest = next(_content(clause, range(at + 1, len(clause)), 1), None)
        for turned in {place for place in (target, nearest) if place is not None}:
            signs[turned] = -signs[turned]
    if any(token.value == "=right" and token.sign < 0 for token in clause):
        signs = [-sign for sign in signs]
    for token in clause:
        if token.value in _REFUSING and token.sign < 0:
            negated = not negated
    before = accumulate((token.kind == "negator" for token in clause), xor)
    kept = tuple(
        replace(token, sign=sign, denied=no, scoped=scoped) if sign != token.sign or no or scoped else token
        for token, sign, no, scoped in zip(clause, signs, denied, before, strict=True)
        if token.kind != "negator"
    )
    return Clause(kept, negated)


def _target(clause: Sequence[Token], at: int) -> int | None:
    """Return the place of the word that a negator turns around: the modal before it, else a verdict, else a contrary."""
    if at and clause[at - 1].value in ("=permit", "=need"):
        return at - 1
    behind = list(_content(clause, range(at + 1, len(clause)), _REACH))
    ahead = list(_content(clause, range(at - 1, -1, -1), _REACH)) if clause[at].value in _ANY_PLACE else []
    if behind and clause[behind[0]].polar:
        nearby = behind[:2]
        return next((i for i in nearby if clause[i].value in GRANTING and clause[i].polar), behind[0])
    for reach in (behind[:3], ahead[:3]):
        for place in reach:
            if clause[place].value in GRANTING and clause[place].polar:
                return place
    return behind[0] if behind else None


def _content(clause: Sequence[Token], places: range, most: int) -> Iterator[int]:
    count = 0
    for place in places:
        if clause[place].kind in ("stop", "negator"):
            continue
        yield place
        count += 1
        if count == most:
            return


def _phrase(clause: Sequence[Token], at: int) -> Iterator[int]:
    """Yield the places of the noun behind "without": it ends where an article or a verb follows."""
    count = 0
    for place in range(at + 1, len(clause)):
        token = clause[place]
        if token.kind == "negator" or (count and token.written in _ENDS) or count == _DENIED_REACH:
            return
        if token.place - clause[place - 1].place > 1 or token.written in ("it", "them"):
            return
        if token.kind != "stop":
            yield place
            count += 1


def negatives(clause: Clause) -> int:
    """Count what is negative in a clause: its negators as one, words that are a contrary, what it is without."""
    return clause.negated + sum(token.lexical < 0 or token.denied for token in clause.tokens)


def focuses(clauses: Sequence[Clause]) -> Iterator[tuple[Token, ...]]:
    """Yield the words around everything negative: those that a denial is about."""
    for clause in clauses:
        said = [token for token in clause.tokens if token.kind != "stop"]
        for at, token in enumerate(said):
            last = said[at - 1] if at else None
            around = (*said[max(0, at - 2) : at], *said[at : at + 3])
            if token.scoped != bool(last and last.scoped):
                yield around
            elif token.lexical < 0:
                yield (*said[max(0, at - 2) : at], *said[at : at + 2])
            elif token.denied and not (last and last.denied):
                yield tuple(said[at : at + 3])
        if clause.negated and said and not any(token.scoped for token in said):
            yield tuple(said[-3:])


_ENDS = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "may",
        "can",
        "must",
        "it",
        "they",
        "when",
        "if",
        "to",
        "for",
        "on",
        "in",
        "at",
    ]
)
