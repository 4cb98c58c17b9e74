"""Does a sentence say what its passages say? Numbers, codes, payers, people, and whether it affirms or denies.

A value of the sentence must stand in a passage, and among the same words: of several values of a kind, the one whose
surroundings are the most like the sentence's own is meant. What is denied there may not be affirmed here. The work
grows with the size of the texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.evidence import Evidence
from citecoder.answering.names import MEASURES
from citecoder.answering.polarity import GRANTING, Clause, clauses
from citecoder.answering.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answers import Sentence
    from citecoder.model import Passage

MARGIN = 1.1
"""How much more alike the surroundings of another value must be than those of the sentence's own."""
WHO_MARGIN = 1.6
"""The same for people: a writer names them where a passage says "it"."""
AXIS_MARGIN = 1.2
"""The same for a word whose contrary is found."""
DENIAL_MARGIN = 1.1
"""The same for a clause that says the contrary."""
LEAST_LIKE = 0.12
LEAST_ALIKE = 0.02
LEAST_AFFIRMING = 0.25
LEAST_DENYING = 0.45
"""How alike a clause must be at the least before it tells against one that affirms, or that denies."""
VALUE_WEIGHT = 1.5
"""What a code, a number or a person tells of a clause, in words."""
NEAR = 0.5
"""What a word tells that stands in the next clause of the same sentence."""
AROUND = 0.25
"""What a word of the sentence's other clauses tells."""
LENGTH = 0.25
"""How much a long clause counts less: it shares words with everything."""
FOREIGN_SUBJECT = 0.6
"""What is left of the likeness of a clause that speaks of another code, payer or person."""
FRAME_LIKE = 0.5
"""The likeness of a code that stands in a passage's list of codes only."""
ENOUGH_WORDS = 0.3
"""The share of its words that a sentence has in common with its passages."""
_VALUES = ("code", "modifier", "number", "date", "payer", "who", "field", "label")
_UP = ("at least", "over")


def grounded(sentence: Sentence, passages: Sequence[Passage]) -> bool:
    """Tell whether the passages bear the sentence."""
    return bool(sentence.citations) and bool(passages) and not objections(sentence, passages)


def objections(sentence: Sentence, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return why the passages don't bear the sentence, in a few words each; empty when they do."""
    if _quoted(sentence.text, passages):
        return ()
    evidence = Evidence(passages)
    spoken = clauses(tokens(sentence.text))
    said = [token for clause in spoken for token in clause.tokens if token.kind != "stop"]
    found = (
        *_missing(said, evidence),
        *_misplaced(said, evidence),
        *_bounds(said, evidence),
        *_contraries(spoken, said, evidence),
        *_withouts(spoken, evidence),
        *_denials(spoken, said, evidence),
        *_foreign(said, evidence),
    )
    return tuple(dict.fromkeys(found))


def _quoted(text: str, passages: Sequence[Passage]) -> bool:
    """Tell whether a passage says just these words."""
    words = " ".join(text.split())
    return any(words in f"{passage.lead} {' '.join(passage.text.split())}" for passage in passages)


# --- values that must stand in the passages -------------------------------------------------------


def _missing(said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    for token in said:
        if token.kind in _VALUES and not _stands(token, evidence):
            yield f"{token.kind} {token.written} is not in the passages"


def _stands(token: Token, evidence: Evidence) -> bool:
    if token.kind == "number":
        return bool(_same_numbers(token, evidence)) or _own_count(token, evidence)
    if (token.kind, token.value) in evidence.named:
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


# --- values that stand elsewhere than the sentence has them ---------------------------------------


def _misplaced(said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    values = {(t.kind, t.value) for t in said}
    for token in said:
        if token.kind not in _VALUES:
            continue
        own = [t for t in evidence.of_kind[token.kind] if _is_same(token, t)]
        rivals = [
            t
            for t in evidence.of_kind[token.kind]
            if not _is_same(token, t) and (t.kind, t.value) not in values and _comparable(token, t)
        ]
        runs = {evidence.run[t.place] for t in own}
        rivals = [t for t in rivals if evidence.run[t.place] not in runs]
        if not rivals or not (own or token.kind == "code"):
            continue
        best = max((evidence.likeness(token, t, said) for t in own), default=FRAME_LIKE)
        likeness, rival = max(((evidence.likeness(token, t, said), t) for t in rivals), key=lambda r: r[0])
        if likeness > (WHO_MARGIN if token.kind == "who" else MARGIN) * best + LEAST_LIKE:
            yield f"{token.written} stands with other words than {rival.written}"


def _is_same(token: Token, other: Token) -> bool:
    return _same_day(token.value, other.value) if token.kind == "date" else token.value == other.value


def _comparable(token: Token, other: Token) -> bool:
    return token.kind != "number" or token.unit == other.unit or not (token.unit and other.unit)


# --- what is denied -------------------------------------------------------------------------------


def _bounds(said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    for token in said:
        own = [t for t in evidence.of_kind[token.kind] if token.bound and _is_same(token, t) and t.bound]
        if not own or token.bound == "exactly" or any(t.bound == token.bound for t in own):
            continue
        meant = max(own, key=lambda t: evidence.likeness(token, t, said))
        if meant.bound != "exactly":
            yield f"{token.bound} {token.written} is {meant.bound} in the passages"


def _contraries(spoken: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    """Find words whose contrary stands among the same words."""
    both = {t.value for t in said if t.sign > 0} & {t.value for t in said if t.sign < 0}
    for clause in spoken:
        for token in clause.tokens:
            if not token.polar or token.value in GRANTING or token.value in both:
                continue
            same, other = [0.0], list[float]()
            for there, counterpart in evidence.with_clause(token):
                turned = _sign(token) != _sign(counterpart)
                turned_whole = (
                    token.lexical * (-1) ** clause.negated != counterpart.lexical * (-1) ** there.negated
                )
                (other if turned and turned_whole else same).append(
                    evidence.likeness(token, counterpart, said)
                )
            if other and max(other) > AXIS_MARGIN * max(same) + (LEAST_LIKE if len(same) > 1 else 0):
                yield f"{token.written} is the contrary of what the passages say"


def _withouts(spoken: Sequence[Clause], evidence: Evidence) -> Iterator[str]:
    """Find what the sentence says to be without, and the passages deny nowhere."""
    for token in (token for clause in spoken for token in clause.tokens if token.denied):
        places = evidence.with_clause(token)
        if places and not any(t.denied or clause.negated or _sign(t) < 0 for clause, t in places):
            yield f"nothing is without {token.written} in the passages"


def _sign(token: Token) -> int:
    return -token.sign if token.denied else token.sign


def _denials(spoken: Sequence[Clause], said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    """Find clauses that affirm what the most alike clause of the passages denies, or the other way round."""
    for clause in spoken:
        if not _says(clause):
            continue
        same, other = _alike(clause, said, evidence)
        least = LEAST_DENYING if clause.denied else LEAST_AFFIRMING
        if other > max(least, DENIAL_MARGIN * same + LEAST_ALIKE):
            words = " ".join(t.written for t in clause.tokens)
            yield f"{'denies' if clause.denied else 'affirms'} the contrary: {words}"


_VERBS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "will",
        "would",
        "may",
        "can",
        "must",
    ]
)
_CONDITIONS = frozenset(
    ["if", "when", "whenever", "while", "once", "as", "so", "although", "though", "even", "since", "because"]
)
_PREPOSITIONS = frozenset(
    [
        "for",
        "in",
        "under",
        "on",
        "at",
        "by",
        "with",
        "from",
        "since",
        "as",
        "of",
        "after",
        "before",
        "during",
        "among",
    ]
)


def _says(clause: Clause) -> bool:
    """Tell whether a clause is more than a phrase that opens a sentence."""
    words = [t for t in clause.tokens if t.kind != "stop"]
    opening = clause.tokens[0].written if clause.tokens else ""
    if len(words) < 2 or (opening in _CONDITIONS and not clause.denied):
        return False
    verb = any(t.written in _VERBS or t.value in GRANTING for t in clause.tokens)
    return (
        verb
        or clause.denied
        or (
            clause.tokens[0].written not in _PREPOSITIONS
            and not (clause.tokens[0].kind == "number" and len(words) <= 2)
        )
    )


def _alike(clause: Clause, said: Sequence[Token], evidence: Evidence) -> tuple[float, float]:
    """Return how alike the clause's nearest clause of the same sign is, and of the other sign."""
    own = {(t.kind, t.value): t for t in clause.tokens if t.kind != "stop"}
    around = {(t.kind, t.value): t for t in said if (t.kind, t.value) not in own}
    subjects = {(t.kind, t.value) for t in said if t.kind in ("code", "payer", "who")}
    kinds = {kind for kind, _ in subjects}
    total = sum(_weight(t, evidence) or 0.5 for t in own.values())
    best = [0.0, 0.0]
    for at in {at for key in own for at in evidence.clauses_with.get(key, ())}:
        there = evidence.clauses[at]
        keys = {(t.kind, t.value): t for t in there.tokens if t.kind != "stop"}
        near = evidence.beside(at)
        score = [0.0, 0.0]
        for key, token in own.items():
            if key in keys:
                weight, turned = _compare(token, keys[key], clause, there)
                score[turned] += weight * _weight(token, evidence)
            elif key in near:
                score[clause.denied != there.denied] += NEAR * _weight(token, evidence)
        more = sum(
            evidence.weight(t) * (AROUND if key in keys else AROUND / 2)
            for key, t in around.items()
            if key in keys or key in near
        )
        whole = (score[0] + score[1] + more) / (3 + len(keys)) ** LENGTH
        for kind in kinds:
            others = {key for key in keys if key[0] == kind}
            if others and not others & subjects:
                whole *= FOREIGN_SUBJECT
        turned = score[1] > score[0]
        best[turned] = max(best[turned], whole)
    return best[0] / total, best[1] / total


def _weight(token: Token, evidence: Evidence) -> float:
    return evidence.weight(token) * (VALUE_WEIGHT if token.kind in _VALUES else 1.0)


def _compare(token: Token, other: Token, clause: Clause, there: Clause) -> tuple[float, bool]:
    """Return how much two like words tell, and whether one is affirmed where the other is denied."""
    denied = (clause.denied != token.denied) != (there.denied != other.denied)
    negated = (clause.negated != token.denied) != (there.negated != other.denied)
    if token.polar and token.value in GRANTING:
        turned = _sign(token) != _sign(other)
        return (2.0 if token.lexical == other.lexical else 1.4), turned and denied
    weight = 0.4 if token.bound != other.bound and token.kind == "number" else 1.0
    return weight, denied and negated


def _foreign(said: Sequence[Token], evidence: Evidence) -> Iterator[str]:
    known = [t for t in said if (t.kind, t.value) in evidence.named]
    if said and len(known) < ENOUGH_WORDS * len(said):
        yield "too few of its words are in the passages"
