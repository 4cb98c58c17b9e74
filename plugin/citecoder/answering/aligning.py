"""A sentence laid along the words of its passages, at the least cost: each of its words has a counterpart, or is added.

Knows tokens and places. What follows from the way a sentence takes is for ``departures``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from citecoder.retrieval.keywords import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from citecoder.answering.tokens import Token

Key = tuple[str, str]

VALUES = frozenset(("code", "modifier", "number", "date", "payer", "who", "label"))
_ADDED = {"stop": 0.15, "negator": 1.5, "word": 1.0, "field": 0.7}
_VALUE_ADDED = 1.6
_POLAR = 1.5
"""How much more it costs to add a word that has a contrary."""
_SKIPPED = {"stop": 0.03, "negator": 0.6, "word": 0.12, "field": 0.1}
_VALUE_SKIPPED = 0.15
_OTHER_FORM = 0.05
_OTHER_WORD = 0.3
"""What it costs when a word is another of the same concept."""
_JUMP, _JUMP_BETWEEN, _JUMP_SENTENCE = 1.1, 0.4, 0.4
"""What going elsewhere costs inside of a phrase and between phrases, and how much more to another sentence."""
_BEAM = 24
"""How many places are kept open at each word: the work grows with the sentence, not with its square."""
_NEAR = 12
"""Words ahead in which a word without content is looked for."""
_TARGET = 6
"""Words behind a negator in which what it denies is looked for."""
_BEFORE_NEGATOR = 3
_TIMES = frozenset(("once", "twice", "thrice"))
_OPENERS = frozenset(
    [
        "for",
        "in",
        "under",
        "with",
        "when",
        "where",
        "if",
        "since",
        "within",
        "after",
        "before",
        "unless",
        "from",
        "by",
        "on",
        "and",
        "but",
        "so",
        "or",
        "while",
        "which",
        "as",
        "at",
        "then",
        "because",
        "until",
    ]
)
"""Words before which a sentence may go elsewhere in the passage: its phrases change places."""
_SAME = {
    **dict.fromkeys(("is", "are", "was", "were", "be", "been", "being"), "be"),
    **dict.fromkeys(("has", "have", "had"), "have"),
    **dict.fromkeys(("a", "an"), "a"),
    **dict.fromkeys(("this", "that", "these", "those", "it", "they", "its", "them", "their"), "it"),
}


class Step(NamedTuple):
    """A token of a sentence and its counterpart's place in a stream; None when it is added."""

    token: Token
    at: int | None


class Stream(NamedTuple):
    """The tokens of passages in order, words without content and negators included.

    Attributes:
        keys: what each token has in common with the same word in another form.
        skipped: what skipping all tokens before costs.
        places: key → places.
        denied: the first words behind negators.
        near: all words that stand near a negator.
        always_denied: words that stand right behind a negator wherever they stand.
    """

    tokens: Sequence[Token]
    keys: Sequence[Key]
    skipped: Sequence[float]
    places: Mapping[Key, Sequence[int]]
    denied: frozenset[Key]
    near: frozenset[Key]
    always_denied: frozenset[Key]


def stream(tokens: Sequence[Token]) -> Stream:
    """Lay out the tokens of passages."""
    skipped = [0.0]
    places: dict[Key, list[int]] = {}
    keys = [key_of(token) for token in tokens]
    for at, token in enumerate(tokens):
        skipped.append(skipped[-1] + _SKIPPED.get(token.kind, _VALUE_SKIPPED))
        for key in {keys[at], token.key}:
            places.setdefault(key, []).append(at)
    targets = {denied_at(tokens, at) for at, token in enumerate(tokens) if token.kind == "negator"}
    count = Counter(keys[at] for at in targets if at is not None)
    always = frozenset(key for key, times in count.items() if times == len(places[key]))
    denied, near = denied_words(tokens)
    return Stream(tokens, keys, skipped, places, denied, near, always)


def kind_of(token: Token) -> str:
    """Return the kind of a token; whatever counts is a number, also when it isn't told what of."""
    counts = token.written in _TIMES or (token.kind == "stop" and token.value[0].isdigit())
    return "number" if counts else token.kind


def key_of(token: Token) -> Key:
    """Return what a token has in common with the same word in another form: closer than its concept."""
    if token.kind == "stop":
        return "stop", _SAME.get(token.value, token.value)
    if token.kind == "word":
        stems = words(token.written)
        return "stem", stems[0] if len(stems) == 1 else token.value
    return ("negator", "") if token.kind == "negator" else token.key


def says(token: Token) -> bool:
    """Tell whether a token has content of its own."""
    return token.kind not in ("stop", "negator")


def denied_at(tokens: Sequence[Token], at: int) -> int | None:
    """Return the place of the next word with content behind a negator, in its sentence."""
    for place in range(at + 1, min(at + _TARGET, len(tokens))):
        if tokens[place].sentence != tokens[at].sentence:
            return None
        if says(tokens[place]):
            return place
    return None


def denied_words(tokens: Sequence[Token]) -> tuple[frozenset[Key], frozenset[Key]]:
    """Return the first words behind negators, and all that stand near one."""
    first: set[Key] = set()
    near: set[Key] = set()
    for at, token in enumerate(tokens):
        if token.kind != "negator":
            continue
        target = denied_at(tokens, at)
        if target is not None:
            first.add(key_of(tokens[target]))
        around = tokens[max(0, at - _BEFORE_NEGATOR) : at + _TARGET]
        near.update(key_of(t) for t in around if says(t) and t.sentence == token.sentence)
    return frozenset(first), frozenset(near)


def opens(token: Token, last: Token | None) -> bool:
    """Tell whether a phrase begins at a token, or began at the one before."""
    if last is None or token.clause != last.clause or token.place - last.place > 1:
        return True
    return token.written in _OPENERS or last.written in _OPENERS


def price(token: Token) -> float:
    """Return what adding a token costs."""
    return _ADDED.get(kind_of(token), _VALUE_ADDED) * (_POLAR if token.polar else 1.0)


def align(said: Sequence[Token], there: Stream) -> list[Step]:
    """Lay a sentence along a stream at the least cost, as far as a few open places at each word tell."""
    beam: dict[int, float] = {-1: 0.0}
    trail: list[dict[int, tuple[int, bool]]] = []
    last: Token | None = None
    for token in said:
        jump = _JUMP_BETWEEN if opens(token, last) else _JUMP
        added = price(token)
        found = {at: (cost + added, at, False) for at, cost in beam.items()}
        for at, extra in _candidates(token, beam, there):
            cost, origin = min(
                (cost + _way(origin, at, jump, there), origin) for origin, cost in beam.items()
            )
            if at not in found or cost + extra < found[at][0]:
                found[at] = (cost + extra, origin, True)
        kept = sorted(found.items(), key=lambda item: item[1][0])[:_BEAM]
        trail.append({at: (origin, matched) for at, (_, origin, matched) in kept})
        beam = {at: cost for at, (cost, _, _) in kept}
        last = token
    return _followed(said, min(beam, key=lambda at: beam[at]), trail)


def _candidates(token: Token, beam: Mapping[int, float], there: Stream) -> Iterator[tuple[int, float]]:
    key = key_of(token)
    if not says(token):
        ends = ((origin + 1, min(origin + _NEAR, len(there.keys))) for origin in beam)
        for at in sorted({near for first, end in ends for near in range(first, end)}):
            if there.keys[at] == key:
                yield at, 0.0 if there.tokens[at].written == token.written else _OTHER_FORM
        return
    for at in there.places.get(key, ()):
        yield at, 0.0
    if key != token.key:
        for at in there.places.get(token.key, ()):
            if there.keys[at] != key:
                yield at, _OTHER_WORD


def _way(origin: int, at: int, jump: float, there: Stream) -> float:
    if origin < 0:
        return 0.0
    if there.tokens[at].sentence != there.tokens[origin].sentence:
        return jump + _JUMP_SENTENCE
    return min(jump, there.skipped[at] - there.skipped[origin + 1]) if at > origin else jump


def _followed(said: Sequence[Token], at: int, trail: Sequence[Mapping[int, tuple[int, bool]]]) -> list[Step]:
    steps: list[Step] = []
    for token, kept in zip(reversed(said), reversed(trail), strict=True):
        origin, matched = kept[at]
        steps.append(Step(token, at if matched else None))
        at = origin
    return steps[::-1]
