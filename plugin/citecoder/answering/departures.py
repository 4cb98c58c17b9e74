"""Where a sentence departs from its passages' words: what it adds, leaves out on the way, swaps, or takes elsewhere.

A sentence in its passage's own words runs along them in a few stretches, and where it doesn't the departure tells: a
denial skipped, a number in another's place, other values joined. Knows no weights: they are for ``bearing``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from citecoder.answering.aligning import (
    VALUES,
    Step,
    align,
    denied_at,
    denied_words,
    key_of,
    kind_of,
    opens,
    price,
    says,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder.answering.aligning import Stream
    from citecoder.answering.evidence import Evidence
    from citecoder.answering.tokens import Token
    from citecoder.answering.values import Signs

_MOST = 2.0
_WHOLE = 3.0
"""What a sentence would have added of which no word has a counterpart."""
_LITTLE, _MUCH = 0.3, 1.0
"""Up to how much a sentence may add and run along cleanly, and from how much on it is a paraphrase."""
_AROUND, _FAR = 3, 9
"""Words around a value, and how far apart their counterparts may stand."""
_RUN, _ON = 6, 10
"""How far is looked before and behind a stretch, and ahead for a word that a sentence goes elsewhere for."""
_ANCHOR, _RIVAL, _BESIDE = 8, 12, 3.5
"""How far the word beside a value is sought, and its value there; and words apart that a mark doesn't part."""
_LIMITS = frozenset(
    [
        "=alone",
        "=before",
        "unless",
        "=always",
        "=common",
        "even",
        "until",
        "at",
        "least",
        "most",
        "about",
        "both",
        "either",
        "usual",
        "mere",
        "almost",
        "=permanent",
        "=first",
        "=last",
        "=more",
        "=complete",
        "=open",
        "=close",
    ]
)
"""Words that widen or narrow what is said."""
_JOINTS = frozenset(
    [
        "and",
        "or",
        "nor",
        "for",
        "with",
        "to",
        "from",
        "by",
        "on",
        "if",
        "when",
        "both",
        "either",
        "into",
        "per",
    ]
)
_CLEAN = frozenset(
    ("added", "added framed", "jump between", "denial skipped", "limit skipped", "contrary lost",
     "denial only there", "alone code", "alone date")
)  # fmt: skip
"""Departures of sentences that run along cleanly."""
_OPENING = re.compile(r"\s*(yes|no)\s*[,:;.—-]\s*", re.IGNORECASE)


def opened(text: str) -> tuple[str, str]:
    """Return the Yes or No that a sentence opens with, in lower case, or nothing, and the rest."""
    found = _OPENING.match(text)
    return (found[1].casefold(), text[found.end() :]) if found else ("", text)


def departures(opening: str, said: Sequence[Token], evidence: Evidence) -> Signs:
    """Return where a sentence departs from the words of its passages.

    Args:
        opening: the Yes or No that it opens with.
        said: all tokens of the rest.
        evidence: what the passages say.
    """
    there = evidence.stream
    if not said or not there.tokens:
        return {}
    steps = _evened(align(said, there), there)
    signs: Signs = {
        **_added(steps, evidence),
        **_Walk(steps, there).signs,
        **_alone(steps, there),
        **_rivals(steps, evidence),
        **_joined(steps, evidence),
        **_denied([step.token for step in steps], there),
        **_turned(steps, there),
        **_opened(opening, said),
    }
    amiss = sum(name not in _CLEAN for name, value in signs.items() if value)
    found = {f"along {name}": min(_MOST, value) for name, value in signs.items() if value}
    found["along cleanly"] = float(signs["added"] < _LITTLE and not amiss)
    if signs["added"] < _MUCH:
        found["along amiss"] = min(_MOST, amiss)
    return found


def _evened(steps: Sequence[Step], there: Stream) -> list[Step]:
    """Take "not timed" for "untimed": a negator that is added before a word's contrary."""
    kept: list[Step] = []
    for step in steps:
        contrary = step.at is not None and there.tokens[step.at].lexical != step.token.lexical
        if contrary and kept and kept[-1].at is None and kept[-1].token.kind == "negator":
            kept[-1] = Step(replace(step.token, lexical=-step.token.lexical), step.at)
        else:
            kept.append(step)
    return kept


def _sort(token: Token) -> str:
    kind = kind_of(token)
    if kind in VALUES:
        return "value"
    if kind == "negator":
        return "denial"
    if kind == "word":
        return "limit" if token.value in _LIMITS else "contrary" if token.polar else "word"
    return "joint" if token.value in _JOINTS else ""


def _lists(token: Token) -> bool:
    """Tell whether a word joins the members of a list: a shorter list has it in another place."""
    return token.kind == "stop" and token.written in ("and", "or", "nor")


def _added(steps: Sequence[Step], evidence: Evidence) -> Signs:
    new = [step.token for step in steps if step.at is None]
    signs: Counter[str] = Counter()
    for token in new:
        sort = _sort(token)
        if sort == "word" and key_of(token) not in evidence.stream.places:
            sort = "framed" if token.key in evidence.named else "new"
        if sort and sort != "joint":
            signs[f"added {sort}"] += 1
    share = sum(map(price, new)) / sum(price(step.token) for step in steps)
    return {**signs, "added": _WHOLE * share}


class _Walk:
    """Goes along the words of the passages with a sentence and tells what it passes over."""

    def __init__(self, steps: Sequence[Step], there: Stream) -> None:
        self._tokens = there.tokens
        self._keys = there.keys
        self._said = {step.token.value for step in steps}
        self._met = {step.at for step in steps if step.at is not None}
        self._found: Counter[str] = Counter()
        last: int | None = None
        before: Token | None = None
        new: list[Token] = []
        for token, at in steps:
            if at is None:
                new.append(token)
            else:
                self._pass(self._between(last, at, token, before), new)
                last, new = at, []
            before = token
        if last is not None:
            self._pass(self._run(last, 1), new)
        added = sum(step.at is None and step.token.kind == "negator" for step in steps)
        moved = min(self._found["denial lost"], added)
        self._found["denial lost"] -= moved
        self._found["denial moved"] += moved

    @property
    def signs(self) -> Signs:
        return dict(self._found)

    def _between(self, last: int | None, at: int, token: Token, before: Token | None) -> Iterable[int]:
        """Return the places that are passed over on the way to a place."""
        if last is None:
            return self._run(at, -1)
        away = self._tokens[at].sentence != self._tokens[last].sentence
        if at > last and not away:
            return range(last + 1, at)
        name = "jump between" if opens(token, before) else "jump away" if away else "jump inside"
        self._found[name] += 1
        if _sort(token) and key_of(token) in self._keys[last + 1 : last + 1 + _ON]:
            self._found["jump off"] += 1
        return chain(self._run(last, 1), self._run(at, -1))

    def _run(self, at: int, side: int) -> range:
        """Return the places before or behind a place, up to the next mark."""
        end = at
        while abs(end - at) < _RUN and 0 <= end + side < len(self._tokens):
            here, beyond = self._tokens[end], self._tokens[end + side]
            if beyond.clause != here.clause or abs(beyond.place - here.place) != 1:
                break
            end += side
        return range(at + 1, end + 1) if side > 0 else range(end, at)

    def _pass(self, places: Iterable[int], new: Sequence[Token]) -> None:
        left = [at for at in places if at not in self._met]
        for at in left:
            self._leave(at)
        passed = [self._tokens[at] for at in left]
        bare = {"joint", ""}
        if (
            len(new) == len(passed) == 1
            and not _lists(new[0])
            and not {*map(_sort, (new[0], passed[0]))} <= bare
        ):
            self._found["one for another"] += 1
        sorts = Counter(_sort(token) for token in passed)
        kinds = {kind_of(token) for token in passed}
        turned = any(token.lexical < 0 or token.kind == "negator" for token in passed)
        for token in new:
            if token.lexical < 0 and not turned:
                self._found["contrary put in"] += 1
            name = _stead(token, sorts, kinds)
            if name:
                self._found[name] += 1

    def _leave(self, at: int) -> None:
        token = self._tokens[at]
        kept = denied_at(self._tokens, at) in self._met
        if token.kind == "negator":
            self._found["denial lost" if kept else "denial skipped"] += 1
        elif _sort(token) == "limit" and token.value not in self._said:
            self._found["limit lost" if kept else "limit skipped"] += 1
        if token.lexical < 0:
            self._found["contrary lost"] += 1


def _stead(token: Token, passed: Counter[str], kinds: set[str]) -> str:
    """Return what it is that a word is put in the stead of what is passed over."""
    sort = _sort(token)
    if sort == "value":
        return "swapped value" if kind_of(token) in kinds else ""
    if sort == "denial":
        return "" if passed["denial"] else "denial put in"
    if sort == "joint":
        words = 0 if _lists(token) else passed["word"] + passed["limit"]
        return "swapped joint" if passed["joint"] + words else ""
    if not sort:
        return ""
    return (
        "swapped limit" if passed["limit"] + passed["contrary"] else "swapped word" if passed["word"] else ""
    )


def _alone(steps: Sequence[Step], there: Stream) -> Signs:
    """Tell for codes and dates whether the words around it here are the words around it there."""
    signs: Signs = {}
    for i, (token, at) in enumerate(steps):
        if at is None or token.kind not in ("code", "date"):
            continue
        beside = (*steps[max(0, i - _AROUND) : i], *steps[i + 1 : i + _AROUND + 1])
        around = [step.at for step in beside if step.token.kind != "stop"]
        if not around:
            continue
        sentence = there.tokens[at].sentence
        near = sum(
            other is not None and abs(other - at) <= _FAR and there.tokens[other].sentence == sentence
            for other in around
        )
        name = f"alone {token.kind}"
        signs[name] = max(signs.get(name, 0.0), 1 - near / len(around))
    return signs


def _rivals(steps: Sequence[Step], evidence: Evidence) -> Signs:
    """Tell whether the value beside a word there is the value beside it here, or one of its list."""
    keys = {step.token.key for step in steps}
    signs: Counter[str] = Counter()
    for i, (token, _) in enumerate(steps):
        kind = kind_of(token)
        if kind not in VALUES:
            continue
        lists = _lists_of(token, evidence)
        beside = [t for t in (_beside(steps, i, side, evidence.stream) for side in (-1, 1)) if t]
        others = [t for t in beside if t.value != token.value and evidence.listed.get(t.place) not in lists]
        rivals = sum(t.key not in keys for t in others)
        if rivals:
            signs[f"rival {kind}"] = 1
            signs["rival"] += rivals * (len(others) == len(beside))
    return dict(signs)


def _lists_of(token: Token, evidence: Evidence) -> set[int]:
    return {evidence.listed[t.place] for t in evidence.of.get(token.key, ())}


def _beside(steps: Sequence[Step], i: int, side: int, there: Stream) -> Token | None:
    """Return the value of the same kind that stands there beside the word that stands here beside a value."""
    anchor = _anchor(steps, i, side)
    if anchor is None:
        return None
    kind, here = kind_of(steps[i].token), there.tokens[anchor]
    for at in range(anchor - side, anchor - side * (_RIVAL + 1), -side):
        if not 0 <= at < len(there.tokens) or there.tokens[at].sentence != here.sentence:
            return None
        token = there.tokens[at]
        if token.clause != here.clause and abs(token.place - here.place) > _BESIDE:
            return None
        if kind_of(token) == kind:
            return token
    return None


def _anchor(steps: Sequence[Step], i: int, side: int) -> int | None:
    for j in range(i + side, i + side * (_ANCHOR + 1), side):
        if not 0 <= j < len(steps) or kind_of(steps[j].token) == kind_of(steps[i].token):
            return None
        if steps[j].at is not None and says(steps[j].token):
            return steps[j].at
    return None


def _joined(steps: Sequence[Step], evidence: Evidence) -> Signs:
    """Tell whether values that are joined here are joined there."""
    broken = 0.0
    last: Token | None = None
    for token, _ in steps:
        if _lists(token):
            continue
        if last and token.kind in VALUES and last.kind == token.kind and token.place - last.place <= _BESIDE:
            first, second = _lists_of(last, evidence), _lists_of(token, evidence)
            broken += bool(first and second and not first & second)
        last = token
    return {"list broken": broken}


def _denied(said: Sequence[Token], there: Stream) -> Signs:
    """Tell which words are denied here or there only."""
    first, near = denied_words(said)
    keys = {key_of(token) for token in said}
    return {
        "denial only here": float(len(first - there.near)),
        "denial only there": float(len((there.denied & keys) - near)),
        "denied everywhere there": float(len((there.always_denied & keys) - near)),
        "more denials": float(bool(first) and not there.denied),
    }


def _turned(steps: Sequence[Step], there: Stream) -> Signs:
    """Tell which words are their counterparts' contrary, or another limit or bound."""
    signs: Counter[str] = Counter()
    for token, at in steps:
        if at is None:
            continue
        counterpart = there.tokens[at]
        if counterpart.lexical != token.lexical:
            signs["contrary"] += 1
        elif token.kind == "word" and token.value in _LIMITS and there.keys[at] != key_of(token):
            signs["other limit"] += 1
        if token.bound and counterpart.bound != token.bound:
            signs["bound"] = 1
    return dict(signs)


def _opened(opening: str, said: Sequence[Token]) -> Signs:
    if opening == "no":
        denies = any(token.kind == "negator" or token.lexical < 0 for token in said)
        return {"no, but nothing denied": float(not denies)}
    denies = any(token.kind == "negator" and token.value != "without" for token in said)
    return {"yes, but denied": float(denies and opening == "yes")}
