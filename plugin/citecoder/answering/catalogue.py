"""The questions that passages say they answer, ready to be compared with one that is asked.

An authored question may end with the word that answers it ("Can an assistant evaluate? No."): that word is the
answer's opening, and used only where the question asked is the same question.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from citecoder.retrieval.keywords import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citecoder.model import Passage
    from citecoder.retrieval.abbreviations import Abbreviations

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts → one vector of length 1 for each."""

OPENINGS = {"Yes.": "Yes", "No.": "No", "It depends.": "It depends"}
_OPENING = re.compile(rf"\?\s*({'|'.join(re.escape(o) for o in OPENINGS)})$")


class Authored(NamedTuple):
    """A question as a passage lists it."""

    text: str
    opening: str | None
    place: int  # of its passage


class Likeness(NamedTuple):
    """How like an authored question is to the one asked: by meaning and by words, 0…1 each."""

    authored: Authored
    meaning: float
    words: float

    @property
    def both(self) -> float:
        """Both in one figure."""
        return 0.5 * self.meaning + 0.5 * self.words


@dataclass(frozen=True)
class Catalogue:
    """Authored questions with their vectors and words.

    Attributes:
        vectors: one row for each question.
        bags: the words of each question with their weights, rare words weighing more.
        weights: word → weight; a word that no question has weighs ``rarest``.
    """

    questions: tuple[Authored, ...]
    vectors: NDArray[np.float32]
    bags: tuple[Mapping[str, float], ...]
    weights: Mapping[str, float]
    rarest: float
    abbreviations: Abbreviations
    embed: Embed

    def likeness(self, text: str) -> dict[int, Likeness]:
        """Return the likest question of each passage, by the passage's place."""
        if not self.questions:
            return {}
        meanings = self.vectors @ self.embed([self.abbreviations.written_out(text)])[0]
        bag = self._bag(text)
        size = sum(bag.values()) or 1.0
        best: dict[int, Likeness] = {}
        for at, authored in enumerate(self.questions):
            like = Likeness(authored, float(max(meanings[at], 0.0)), _shared(bag, size, self.bags[at]))
            if authored.place not in best or like.both > best[authored.place].both:
                best[authored.place] = like
        return best

    def share(self, text: str, other: str) -> float:
        """Return the share of a text's words that another text has, rare words counting more."""
        bag, having = self._bag(text), set(words(self.abbreviations.written_out(other)))
        return sum(weight for word, weight in bag.items() if word in having) / (sum(bag.values()) or 1.0)

    def _bag(self, text: str) -> dict[str, float]:
        spelled = set(words(self.abbreviations.written_out(text)))
        return {word: self.weights.get(word, self.rarest) for word in spelled}


def catalogue_of(passages: Sequence[Passage], abbreviations: Abbreviations, embed: Embed) -> Catalogue:
    """Make the questions of passages ready.

    Args:
        passages: where the questions are; a question's ``place`` is its passage's place in them.
        abbreviations: the field's short forms, written out on both sides.
        embed: the embedding model.
    """
    questions = tuple(_authored(asked, place) for place, p in enumerate(passages) for asked in p.answers)
    written = [abbreviations.written_out(q.text) for q in questions]
    spelled = [set(words(text)) for text in written]
    counts = Counter(word for each in spelled for word in each)
    weights = {word: math.log(1 + len(questions) / (1 + count)) for word, count in counts.items()}
    return Catalogue(
        questions=questions,
        vectors=embed(written) if written else np.zeros((0, 1), np.float32),
        bags=tuple({word: weights[word] for word in each} for each in spelled),
        weights=weights,
        rarest=math.log(1 + len(questions)),
        abbreviations=abbreviations,
        embed=embed,
    )


def _authored(written: str, place: int) -> Authored:
    found = _OPENING.search(written)
    text = written[: found.start() + 1] if found else written
    return Authored(text, OPENINGS[found[1]] if found else None, place)


def _shared(bag: Mapping[str, float], size: float, other: Mapping[str, float]) -> float:
    """Return the weight of shared words over the mean weight of both sides (Dice)."""
    whole = size + sum(other.values())
    return 2 * sum(weight for word, weight in bag.items() if word in other) / whole if whole else 0.0
