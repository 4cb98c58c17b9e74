"""Which passages answer a question: search, likeness to the questions that they list, payer, day and authority.

The score of a passage is a weighted sum of readable features; the weights were fitted on the training topics of
``evals/cases/answers`` by ``plugin/scripts/fit_answers.py`` and are data: ``knowledge/model/answers.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from citecoder.answering.fitted import read_fitted
from citecoder.answering.names import people_in, settings_in
from citecoder.errors import KnowledgeError
from citecoder.model import AUTHORITY_RANK
from citecoder.retrieval.columns import codes_of

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.catalogue import Catalogue, Likeness
    from citecoder.model import Hit, Passage
    from citecoder.paths import DataRoots
    from citecoder.retrieval.search import PassageStore

FILE = "answers.json"
SEARCHED = 40
"""Passages that search offers."""
LIKEST = 40
"""Passages that the likeness of questions offers."""


class Features(NamedTuple):
    """What speaks for a passage and against it, 0…1 each."""

    fused: float = 0.0
    share: float = 0.0
    vector: float = 0.0
    meaning: float = 0.0
    words: float = 0.0
    its_code: float = 0.0  # the share of the codes asked about that the passage is about
    other_code: float = 0.0  # it is about codes, and none of those asked about
    its_payer: float = 0.0
    other_payer: float = 0.0  # it is one payer's, and another or none was named
    rank: float = 0.0
    unsure: float = 0.0
    has_lead: float = 0.0
    lead: float = 0.0  # the share of the question's words in the lead, rare words counting more
    other_setting: float = 0.0  # it is about one setting (CORF, nursing facility), and that one was not named
    its_people: float = 0.0  # the share of the people asked about (aide, student, masseur) that it speaks of
    heading: float = 0.0


@dataclass(frozen=True)
class Weights:
    """The weight of each feature, the bias, and the score from which on a passage answers."""

    each: Features
    bias: float
    enough: float

    def score(self, features: Features) -> float:
        """Return how likely a passage with these features answers, 0…1 (a logistic of the weighted sum)."""
        total = self.bias + sum(weight * value for weight, value in zip(self.each, features, strict=True))
        return 1 / (1 + math.exp(-total))


class Ranked(NamedTuple):
    """A passage with its score for the question."""

    passage: Passage
    score: float
    features: Features
    like: Likeness | None


class Sources(NamedTuple):
    """Where passages are found."""

    store: PassageStore
    listed: Sequence[Passage]  # those whose questions the catalogue knows
    catalogue: Catalogue
    weights: Weights


def rank(asked: Asked, sources: Sources, *, disputed: bool = False) -> list[Ranked]:
    """Return the passages that may answer, the best first.

    Args:
        asked: the question.
        sources: where passages are found.
        disputed: rank those that a better source contradicts instead; they never answer.
    """
    catalogue = sources.catalogue
    likeness = catalogue.likeness(asked.text)
    if asked.continues:
        likeness = _likest(likeness, catalogue.likeness(asked.own))
    hits = sources.store.search(asked.text, k=SEARCHED, on=asked.on, disputed=disputed)
    found: dict[str, tuple[Passage, Hit | None]] = {h.passage.id: (h.passage, h) for h in hits}
    for place in sorted(likeness, key=lambda at: -likeness[at].both)[:LIKEST]:
        passage = sources.listed[place]
        if _in_force(passage, asked):
            found.setdefault(passage.id, (passage, None))
    places = {passage.id: place for place, passage in enumerate(sources.listed)}
    ranked = [
        _ranked(asked, passage, hit, likeness.get(places.get(passage.id, -1)), sources)
        for passage, hit in found.values()
        if (passage.disputed is not None) == disputed and (disputed or may_answer(passage))
    ]
    return sorted(ranked, key=lambda r: (-round(r.score, 6), r.passage.id))


def may_answer(passage: Passage) -> bool:
    """Tell whether an answer may rest on a passage: what a better source contradicts is only ever shown beside it."""
    return passage.disputed is None and (passage.source.authority != "article" or passage.ingested)


def _in_force(passage: Passage, asked: Asked) -> bool:
    source = passage.source
    begun = source.effective is None or source.effective <= asked.on
    return begun and (source.ends is None or asked.on < source.ends)


def _ranked(
    asked: Asked, passage: Passage, hit: Hit | None, like: Likeness | None, sources: Sources
) -> Ranked:
    features = _features(asked, passage, hit, like, sources.catalogue)
    return Ranked(passage, sources.weights.score(features), features, like)


def _likest(one: Mapping[int, Likeness], other: Mapping[int, Likeness]) -> dict[int, Likeness]:
    """Return the better likeness of each passage: a turn may be a question of its own after all."""
    places = {*one, *other}
    return {at: max((m[at] for m in (one, other) if at in m), key=lambda like: like.both) for at in places}


def _features(
    asked: Asked, passage: Passage, hit: Hit | None, like: Likeness | None, catalogue: Catalogue
) -> Features:
    codes, payer = codes_of(passage), passage.source.payer
    shared = [code for code in asked.codes if code in codes]
    return Features(
        fused=hit.score if hit else 0.0,
        share=hit.keyword if hit else 0.0,
        vector=hit.vector if hit else 0.0,
        meaning=like.meaning if like else 0.0,
        words=like.words if like else 0.0,
        its_code=len(shared) / len(asked.codes) if asked.codes else 0.0,
        other_code=float(bool(asked.codes and codes and not shared)),
        its_payer=float(payer is not None and payer == asked.payer),
        other_payer=float(payer is not None and payer != asked.payer),
        rank=AUTHORITY_RANK[passage.source.authority] / 5,
        unsure=float(passage.source.confidence == "low"),
        has_lead=float(passage.lead is not None),
        lead=catalogue.share(asked.text, passage.lead or ""),
        other_setting=float(bool(settings_in(_about(passage)) - settings_in(asked.text))),
        its_people=_share_of_people(asked.own, passage),
        heading=catalogue.share(asked.text, " ".join(passage.heading)),
    )


def _share_of_people(question: str, passage: Passage) -> float:
    asked = people_in(question)
    told = people_in(f"{_about(passage)} {' '.join(passage.answers)}")
    return len(asked & told) / len(asked) if asked else 0.0


def _about(passage: Passage) -> str:
    return " ".join((*passage.heading, passage.lead or ""))


def load_weights(roots: DataRoots) -> Weights:
    """Read the weights.

    Raises:
        KnowledgeError: the file is missing, or a weight is.
    """
    return read_fitted(roots, FILE, "fit_answers.py", lambda told: weights_from(told, FILE))


def weights_from(told: Mapping[str, float], where: str) -> Weights:
    """Read weights from a mapping of feature names and ``enough``.

    Raises:
        KnowledgeError: a weight is missing.
    """
    missing = [name for name in (*Features._fields, "bias", "enough") if name not in told]
    if missing:
        raise KnowledgeError(f"{where}: no weight {missing[0]!r}; run plugin/scripts/fit_answers.py")
    return Weights(Features(**{name: told[name] for name in Features._fields}), told["bias"], told["enough"])
