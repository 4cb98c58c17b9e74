"""The questions that passages say they answer, ready to be compared with one that is asked.

An authored question may end with the word that answers it ("Can an assistant evaluate? No."): that word is the
answer's opening, and used only where the question asked is the same question.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
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
        having: word → the questions that have it.
        sizes: the weight of all words of each question.
        weights: word → weight, rare words weighing more; a word that no question has weighs ``rarest``.
    """

    questions: tuple[Authored, ...]
    vectors: NDArray[np.float32]
    having: Mapping[str, NDArray[np.int32]]
    sizes: NDArray[np.float32]
    weights: Mapping[str, float]
    rarest: float
    abbreviations: Abbreviations
    embed: Embed

    def likeness(self, text: str) -> dict[int, Likeness]:
        """Return the likest question of each passage, by the passage's place."""
        if not self.questions:
            return {}
        meanings = np.maximum(self.vectors @ self.embed([self.abbreviations.written_out(text)])[0], 0.0)
        shared = self._shared(self._bag(text))
        both = 0.5 * meanings + 0.5 * shared
        best: dict[int, int] = {}
        for at, authored in enumerate(self.questions):
            if authored.place not in best or both[at] > both[best[authored.place]]:
                best[authored.place] = at
        return {
            place: Likeness(self.questions[at], float(meanings[at]), float(shared[at]))
            for place, at in best.items()
        }

    def _shared(self, bag: Mapping[str, float]) -> NDArray[np.float32]:
        """Return for each question the weight of the words it shares over the mean weight of both sides (Dice)."""
        shared = np.zeros(len(self.questions), np.float32)
        for word, weight in bag.items():
            if word in self.having:
                shared[self.having[word]] += weight
        mean: NDArray[np.float32] = np.maximum((self.sizes + np.float32(sum(bag.values()))) / 2, 1e-6)
        return np.divide(shared, mean, dtype=np.float32)

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
    having: defaultdict[str, list[int]] = defaultdict(list)
    for at, own in enumerate(spelled):
        for word in sorted(own):
            having[word].append(at)
    weights = {word: math.log(1 + len(questions) / (1 + len(places))) for word, places in having.items()}
    return Catalogue(
        questions=questions,
        vectors=embed(written) if written else np.zeros((0, 1), np.float32),
        having={word: np.array(places, np.int32) for word, places in having.items()},
        sizes=np.array([sum(weights[word] for word in each) for each in spelled], np.float32),
        weights=weights,
        rarest=math.log(1 + len(questions)),
        abbreviations=abbreviations,
        embed=embed,
    )


def _authored(written: str, place: int) -> Authored:
    found = _OPENING.search(written)
    text = written[: found.start() + 1] if found else written
    return Authored(text, OPENINGS[found[1]] if found else None, place)
