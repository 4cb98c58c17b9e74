"""A sentence laid along the words of its passages: what it adds, leaves out on the way, swaps, or takes out of order.

A sentence in its passage's own words runs along them in a few stretches. Where it departs, the departure tells: a denial
skipped, a number in another's place, a word from elsewhere. Knows no weights: how much a sign counts is for ``bearing``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from citecoder.retrieval.keywords import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.evidence import Evidence
    from citecoder.answering.tokens import Token
    from citecoder.answering.values import Signs

VALUES = ("code", "modifier", "number", "date", "payer", "who", "label")
_ADDED = {"stop": 0.15, "negator": 1.5, "word": 1.0, "field": 0.7}
_VALUE_ADDED = 1.6
_POLAR = 1.5
_SKIPPED = {"stop": 0.03, "negator": 0.6, "word": 0.12, "field": 0.1}
_VALUE_SKIPPED = 0.15
_OTHER_WORD = 0.3
"""What it costs when a word is another of the same concept."""
_JUMP, _JUMP_BETWEEN, _JUMP_SENTENCE = 1.1, 0.4, 0.4
"""What going elsewhere costs inside of a clause, and between clauses."""
_BEAM = 24
"""How many places are kept open at each word: the work grows with the sentence, not with its square."""
_NEAR = 12
"""Words ahead in which a word without content is looked for."""
_MOST = 2.0
_AROUND = 3
_LIMITS = frozenset(
    """=alone =before unless =always =common even until at least most about both either usual mere almost
    =permanent =first =last =more =complete =open =close""".split()
)
_OPENING = re.compile(r"\s*(yes|no)\s*[,:;.—-]\s*", re.IGNORECASE)


class Step(NamedTuple):
    """A token of a sentence and where it stands in the passages' stream; None when it is added."""

    token: Token
    at: int | None


class Stream(NamedTuple):
    """The tokens of passages in order, with what is looked up in them.

    Attributes:
        skipped: what skipping all tokens before costs.
        places: key → places; a word's key is its stem.
    """

    tokens: Sequence[Token]
    keys: Sequence[tuple[str, str]]
    skipped: Sequence[float]
    places: dict[tuple[str, str], list[int]]
    denied: tuple[set[tuple[str, str]], set[tuple[str, str]]]
    always_denied: Counter[tuple[str, str]]


def stream(tokens: Sequence[Token]) -> Stream:
    """Lay out the tokens of passages, words without content and negators included."""
    skipped = [0.0]
    places: dict[tuple[str, str], list[int]] = {}
    keys = [key_of(t) for t in tokens]
    for at, token in enumerate(tokens):
        skipped.append(skipped[-1] + _SKIPPED.get(token.kind, _VALUE_SKIPPED))
        for key in {keys[at], token.key}:
            places.setdefault(key, []).append(at)
    after = Counter(keys[t] for t in {_target(tokens, i) for i, k in enumerate(tokens) if k.kind == "negator"} if t is not None)
    always = Counter(k for k, n in after.items() if n == len(places[k]))
    return Stream(tokens, keys, skipped, places, _denied_words(tokens), always)


_SAME = {
    **dict.fromkeys(("is", "are", "was", "were", "be", "been", "being"), "be"),
    **dict.fromkeys(("has", "have", "had"), "have"),
    **dict.fromkeys(("a", "an"), "a"),
    **dict.fromkeys(("this", "that", "these", "those", "it", "they", "its", "them", "their"), "it"),
}


def key_of(token: Token) -> tuple[str, str]:
    """Return what a token has in common with the same word in another form."""
    if token.kind == "stop":
        return "stop", _SAME.get(token.value, token.value)
    if token.kind == "word":
        stems = words(token.written)
        return "stem", stems[0] if len(stems) == 1 else token.value
    return ("negator", "") if token.kind == "negator" else token.key


def align(said: Sequence[Token], there: Stream) -> list[Step]:
    """Lay a sentence along a stream at the least cost, as far as a few open places at each word tell."""
    beam: dict[int, float] = {-1: 0.0}
    trail: list[dict[int, tuple[int, bool]]] = []
    last: Token | None = None
    for token in said:
        between = _opens(token, last)
        jump = _JUMP_BETWEEN if between else _JUMP
        found: dict[int, tuple[float, int, bool]] = {
            at: (cost + _price(token), at, False) for at, cost in beam.items()
        }
        for at, extra in _candidates(token, beam, there):
            cost, origin = min((cost + _way(origin, at, jump, there), origin) for origin, cost in beam.items())
            if at not in found or cost + extra < found[at][0]:
                found[at] = (cost + extra, origin, True)
        kept = sorted(found.items(), key=lambda item: item[1][0])[:_BEAM]
        trail.append({at: (origin, matched) for at, (_, origin, matched) in kept})
        beam = {at: cost for at, (cost, _, _) in kept}
        last = token
    return _followed(said, min(beam, key=lambda at: beam[at]), trail)


_OPENERS = frozenset(
    """for in under with when where if since within after before unless from by on and but so or while which as at
    then because until""".split()
)
"""Words before which a sentence may go elsewhere in the passage: its phrases change places."""


def _opens(token: Token, last: Token | None) -> bool:
    """Tell whether a phrase begins at a token, or began at the one before."""
    if last is None or token.clause != last.clause or token.place - last.place > 1:
        return True
    return token.written in _OPENERS or last.written in _OPENERS


def _price(token: Token) -> float:
    """Return what adding a token costs."""
    return _ADDED.get(_kind(token), _VALUE_ADDED) * (_POLAR if token.polar else 1.0)


def _candidates(token: Token, beam: dict[int, float], there: Stream) -> Iterator[tuple[int, float]]:
    key = key_of(token)
    if token.kind in ("stop", "negator"):
        for at in {near for origin in beam for near in range(origin + 1, min(origin + _NEAR, len(there.keys)))}:
            if there.keys[at] == key:
                yield at, 0.0 if there.tokens[at].written == token.written else 0.05
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
    if at > origin and there.tokens[at].sentence == there.tokens[origin].sentence:
        return min(jump, there.skipped[at] - there.skipped[origin + 1])
    return jump + _JUMP_SENTENCE * (there.tokens[at].sentence != there.tokens[origin].sentence)


def _followed(said: Sequence[Token], at: int, trail: Sequence[dict[int, tuple[int, bool]]]) -> list[Step]:
    steps: list[Step] = []
    for token, kept in zip(reversed(said), reversed(trail), strict=True):
        origin, matched = kept[at]
        steps.append(Step(token, at if matched else None))
        at = origin
    return steps[::-1]


def opened(text: str) -> tuple[str, str]:
    """Return the Yes or No that a sentence opens with in lower case, or nothing, and the rest."""
    found = _OPENING.match(text)
    return (found[1].casefold(), text[found.end() :]) if found else ("", text)


def departures(opening: str, said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return where a sentence departs from the words of its passages, by name."""
    there = evidence.stream
    if not said or not there.tokens:
        return {}
    steps = align(said, there)
    signs: Signs = {
        **_added(steps, evidence),
        **_Walk(steps, there).signs,
        **_alone(steps, there),
        **_rivals(steps, evidence),
        **_denials(said, there),
        **_lists(steps, evidence),
        **_turned(steps, evidence),
        **_opened(opening, said),
    }
    found = {f"along {name}": min(_MOST, value) for name, value in signs.items() if value}
    amiss = sum(name not in _TIDY for name, value in signs.items() if value)
    found["along tidy"] = float(signs["added"] < _LITTLE and not amiss)
    if signs["added"] < _MUCH:
        found["along amiss"] = min(_MOST, amiss)
    return found


_LITTLE, _MUCH = 0.3, 1.0
_TIDY = frozenset(
    ("added", "added joint", "added framed", "jump between", "denial skipped", "alone word", "limit skipped", "other word", "joint for another",
     "alone code", "alone date", "alone number", "alone payer", "alone who", "alone modifier", "alone label", "rival on one side", "contrary lost", "denial only there")
)


def _kind(token: Token) -> str:
    """Return the kind of a token, counts that say not of what among the numbers."""
    counts = token.written in _TIMES or (token.kind == "stop" and token.value[0].isdigit())
    return "number" if counts else token.kind


def _sort(token: Token) -> str:
    kind = _kind(token)
    if kind in VALUES:
        return "value"
    if kind == "negator":
        return "denial"
    if kind == "word":
        return "limit" if token.value in _LIMITS else "contrary" if token.polar else "word"
    return "joint" if token.value in _JOINTS else ""


_TIMES = frozenset(("once", "twice", "thrice"))
_JOINTS = frozenset(("and", "or", "nor", "for", "with", "to", "from", "by", "on", "if", "when", "both", "either", "into", "per"))


def _added(steps: Sequence[Step], evidence: Evidence) -> Signs:
    whole = sum(_ADDED.get(s.token.kind, _VALUE_ADDED) for s in steps)
    new = [s.token for s in steps if s.at is None]
    signs: Signs = {"added": sum(_ADDED.get(t.kind, _VALUE_ADDED) for t in new) / whole * 3}
    framed = evidence.named
    for token in new:
        sort = _sort(token)
        if sort in ("word", "contrary", "limit") and key_of(token) not in evidence.stream.places:
            known = sort == "word" and token.key in framed
            sort = "framed" if known else "new" if sort == "word" else sort
        if sort:
            signs[f"added {sort}"] = signs.get(f"added {sort}", 0.0) + 1
    return signs


class _Walk:
    """Goes along the words of the passages with a sentence and tells what it passes over."""

    def __init__(self, steps: Sequence[Step], there: Stream) -> None:
        self.signs: Signs = {}
        self._there = there
        self._said = {s.token.value for s in steps}
        self._met = {s.at for s in steps if s.at is not None}
        last: int | None = None
        new: list[Token] = []
        before: Token | None = None
        for step in steps:
            token, at = step
            if at is None:
                new.append(token)
            else:
                if last is None:
                    self._pass(self._run_up(at), new)
                elif at > last and there.tokens[at].sentence == there.tokens[last].sentence:
                    self._pass(range(last + 1, at), new)
                else:
                    between = _opens(token, before)
                    if key_of(token) in there.keys[last + 1 : last + 1 + _ON] and _sort(token):
                        self._count("jump off")
                    away = there.tokens[at].sentence != there.tokens[last].sentence
                    self._count("jump between" if between else "jump away" if away else "jump inside")
                    self._pass([*self._run_out(last), *self._run_up(at)], new)
                last, new = at, []
            before = token
        if last is not None:
            self._pass(self._run_out(last), new)
        moved = min(
            self.signs.get("denial lost", 0.0), sum(s.at is None and s.token.kind == "negator" for s in steps)
        )
        if moved:
            self.signs["denial lost"] -= moved
            self.signs["denial moved"] = moved

    def _count(self, name: str, amount: float = 1.0) -> None:
        self.signs[name] = self.signs.get(name, 0.0) + amount

    def _run_up(self, at: int) -> range:
        """Return the places just before a word, back to the next mark."""
        first = at
        tokens = self._there.tokens
        while first and at - first < _RUN and tokens[first].place - tokens[first - 1].place == 1 and tokens[first].clause == tokens[first-1].clause:
            first -= 1
        return range(first, at)

    def _run_out(self, at: int) -> range:
        last = at
        tokens = self._there.tokens
        while last + 1 < len(tokens) and last - at < _RUN and tokens[last + 1].place - tokens[last].place == 1 and tokens[last].clause == tokens[last+1].clause:
            last += 1
        return range(at + 1, last + 1)

    def _pass(self, places: Sequence[int], new: Sequence[Token]) -> None:
        tokens = self._there.tokens
        left = [i for i in places if i not in self._met]
        sorts = Counter(_sort(tokens[i]) for i in left)
        for at in left:
            if tokens[at].kind == "negator":
                target = _target(tokens, at)
                self._count("denial lost" if target in self._met else "denial skipped")
            if _sort(tokens[at]) == "limit" and tokens[at].value not in self._said:
                self._count("limit lost" if _target(tokens, at) in self._met else "limit skipped")
        lexical = sum(tokens[i].lexical < 0 for i in left)
        if lexical:
            self._count("contrary lost", lexical)
        kinds = {_kind(tokens[i]) for i in left}
        if len(new) == len(left) == 1 and (_sort(new[0]) or _sort(tokens[left[0]])):
            pair = {_sort(new[0]), _sort(tokens[left[0]])}
            self._count("joint for another" if pair <= {"joint", ""} else "one for another")
        for token in new:
            sort = _sort(token)
            if token.lexical < 0 and not any(tokens[i].lexical < 0 or tokens[i].kind == "negator" for i in left):
                self._count("contrary put in")
            if sort == "value":
                if _kind(token) in kinds:
                    self._count("swapped value")
            elif sort == "denial":
                if not sorts["denial"]:
                    self._count("denial put in")
            elif sort in ("limit", "contrary", "word"):
                if sorts["limit"] + sorts["contrary"]:
                    self._count("swapped limit")
                elif sorts["word"]:
                    self._count("swapped word")
            elif sort == "joint" and (sorts["joint"] or sorts["word"] or sorts["limit"]):
                self._count("swapped joint")


_RUN, _ON = 6, 10


def _target(tokens: Sequence[Token], at: int) -> int | None:
    """Return the place of the next word that says something after a negator, in its sentence."""
    for place in range(at + 1, min(at + 6, len(tokens))):
        if tokens[place].sentence != tokens[at].sentence:
            return None
        if tokens[place].kind not in ("stop", "negator"):
            return place
    return None


def _denied_words(tokens: Sequence[Token]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the first words after negators, and all that stand near one."""
    first: set[tuple[str, str]] = set()
    near: set[tuple[str, str]] = set()
    for at, token in enumerate(tokens):
        if token.kind == "negator":
            target = _target(tokens, at)
            if target is not None:
                first.add(key_of(tokens[target]))
            around = range(max(0, at - 3), min(len(tokens), at + 6))
            near |= {key_of(tokens[i]) for i in around if tokens[i].kind not in ("stop", "negator") and tokens[i].sentence == token.sentence}
    return first, near


def _denials(said: Sequence[Token], there: Stream) -> Signs:
    first, near = _denied_words(said)
    first_there, near_there = there.denied
    keys = {key_of(t) for t in said}
    return {
        "denial only here": float(len(first - near_there)),
        "denial only there": float(len((first_there & keys) - near)),
        "denied everywhere there": float(sum(there.always_denied[k] for k in keys - near)),
        "denials more": float(bool(first)) and float(not first_there),
    }


def _alone(steps: Sequence[Step], there: Stream) -> Signs:
    """Tell for each value whether the words around it here are the words around it there."""
    signs: Signs = {}
    for i, step in enumerate(steps):
        kind = _kind(step.token)
        if step.at is None or kind == "stop":
            continue
        around = [
            s for s in steps[max(0, i - _AROUND) : i + _AROUND + 1] if s is not step and s.token.kind != "stop"
        ]
        if not around:
            continue
        near = sum(
            s.at is not None
            and abs(s.at - step.at) <= 3 * _AROUND
            and there.tokens[s.at].sentence == there.tokens[step.at].sentence
            for s in around
        )
        name = f"alone {kind if kind in VALUES else 'word'}"
        signs[name] = max(signs.get(name, 0.0), 1 - near / len(around))
    return signs


def _rivals(steps: Sequence[Step], evidence: Evidence) -> Signs:
    """Tell whether the value next to a word there is the value next to it here."""
    tokens = evidence.stream.tokens
    keys = {s.token.key for s in steps}
    signs: Signs = {}
    for i, step in enumerate(steps):
        kind = _kind(step.token)
        if kind not in VALUES:
            continue
        own = [evidence.listed.get(t.place) for t in evidence.of.get(step.token.key, ())]
        seen = agree = 0
        for side in (-1, 1):
            anchor = _anchor(steps, i, side, kind)
            found = None if anchor is None else _closest(tokens, anchor, -side, kind)
            if found is None:
                continue
            rival = tokens[found]
            number = evidence.listed.get(rival.place)
            if rival.value == step.token.value or (number is not None and number in own):
                agree += 1
            elif rival.key not in keys:
                seen += 1
        if seen:
            signs[f"rival {kind}"] = 1.0
            name = "rival on one side" if agree else "rival"
            signs[name] = signs.get(name, 0.0) + seen
    return signs


def _lists(steps: Sequence[Step], evidence: Evidence) -> Signs:
    """Tell whether values that are joined here are joined there."""
    broken = 0.0
    last: Token | None = None
    for step in steps:
        token = step.token
        if token.kind == "stop" and token.written in ("and", "or", "nor"):
            continue
        if last and _kind(last) == _kind(token) and token.kind in VALUES and token.place - last.place <= _BESIDE:
            first, second = (
                {evidence.listed.get(t.place) for t in evidence.of.get(key, ())} for key in (last.key, token.key)
            )
            broken += bool(first and second and not first & second)
        last = token
    return {"list broken": broken}


def _anchor(steps: Sequence[Step], i: int, side: int, kind: str) -> int | None:
    """Return where the next word beside a value that is no value of its kind stands there."""
    j = i + side
    while 0 <= j < len(steps) and abs(j - i) <= 8 and abs(steps[j].token.place - steps[i].token.place) <= 10:
        step = steps[j]
        if _kind(step.token) == kind:
            return None
        if step.at is not None and step.token.kind not in ("stop", "negator"):
            return step.at
        j += side
    return None


_BESIDE = 3.5


def _closest(tokens: Sequence[Token], at: int, side: int, kind: str) -> int | None:
    j = at + side
    while 0 <= j < len(tokens) and tokens[j].sentence == tokens[at].sentence and abs(j - at) <= 12:
        if tokens[j].clause != tokens[at].clause and abs(tokens[j].place - tokens[at].place) > _BESIDE:
            return None
        if _kind(tokens[j]) == kind:
            return j
        j += side
    return None


def _turned(steps: Sequence[Step], evidence: Evidence) -> Signs:
    signs: Signs = {}
    for step in steps:
        if step.at is None:
            continue
        counterpart = evidence.stream.tokens[step.at]
        if counterpart.lexical != step.token.lexical:
            signs["contrary"] = signs.get("contrary", 0.0) + 1
        elif step.token.kind == "word" and evidence.stream.keys[step.at] != key_of(step.token):
            name = "other limit" if step.token.value in _LIMITS else "other word"
            signs[name] = signs.get(name, 0.0) + 1
        if counterpart.bound != step.token.bound and step.token.kind in ("number", "date") and step.token.bound:
            signs["bound"] = 1.0
    return signs


def _opened(opening: str, said: Sequence[Token]) -> Signs:
    if not opening:
        return {}
    denies = any(t.kind == "negator" or t.lexical < 0 for t in said)
    if opening == "no":
        return {} if denies else {"no, but nothing denied": 1.0}
    denies = any(t.kind == "negator" and t.value != "without" for t in said)
    return {"yes, but denied": 1.0} if denies else {}
