"""Fit the weights that rank passages for a question: ``knowledge/model/answers.json``.

    python plugin/scripts/fit_answers.py [--dry]

A passage counts as an answer to a question of the dev topics when its lead and text hold every fact of the key, and to a
labelled query of the tune half by its grade. Test topics and test queries are never read.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from citecoder.answering.choosing import FILE, Features, Ranked, rank
from citecoder.answering.fitted import FOLDER
from citecoder.answering.turns import understand
from citecoder.answers import Question, Turn
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.evals.queries import ANSWERS, read_queries
from citecoder.evals.questions import FOLDER as QUESTIONS
from citecoder.evals.questions import read_topics
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.desk import Desk
    from citecoder.evals.questions import AnswerCase

Vector = NDArray[np.float64]
Group = tuple[Vector, NDArray[np.bool_]]
"""The features of one question's passages, one row each, and which of them answer it."""

SIGNS = {
    "fused": 1, "share": 1, "vector": 1, "meaning": 1, "words": 1, "its_code": 1, "other_code": -1, "its_payer": 1,
    "other_payer": -1, "rank": 1, "unsure": -1, "has_lead": 1, "lead": 1, "other_setting": -1, "its_people": 1, "heading": 1,
}  # fmt: skip
_PENALTY = 0.01
_LOST = 0.008
"""The share of answerable questions whose best passage may fall below ``enough``."""


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dry", action="store_true", help="print the weights, write nothing")
    told = parser.parse_args()
    parts = Parts(load_settings())
    groups = [*_of_questions(parts), *_of_queries(parts)]
    weights = fit(groups)
    print(json.dumps(weights, indent=1))
    if not told.dry:
        (parts.roots.packaged / FOLDER / FILE).write_text(
            json.dumps(weights, indent=1) + "\n", encoding="utf-8"
        )


def fit(groups: list[Group]) -> dict[str, float]:
    """Return weights under which an answering passage comes first, scaled so that the score is a likelihood.

    The weights have the sign that the feature's meaning gives them; they minimise the listwise loss (the likelihood
    that a draw by score is an answer) with a small penalty on size.
    """
    start = np.array([SIGNS[name] for name in Features._fields], float)
    bounds = [(0, None) if sign > 0 else (None, 0) for sign in start]
    found = minimize(_loss, start, args=(groups,), bounds=bounds, method="L-BFGS-B")
    scores = [features @ found.x for features, _ in groups]
    first = np.mean([labels[own.argmax()] for own, (_, labels) in zip(scores, groups, strict=True)])
    print(f"{len(groups)} questions with an answer; it is the first passage in {first:.3f}")
    every, good = np.concatenate(scores)[:, None], np.concatenate([labels for _, labels in groups])
    scale = LogisticRegression(C=1e3).fit(every, good)
    factor, bias = float(scale.coef_[0, 0]), float(scale.intercept_[0])
    best = [1 / (1 + np.exp(-(factor * own.max() + bias))) for own in scores]
    told = dict(zip(Features._fields, (found.x * factor).round(4).tolist(), strict=True))
    return {**told, "bias": round(bias, 4), "enough": round(float(np.quantile(best, _LOST)), 4)}


def _loss(weights: Vector, groups: list[Group]) -> float:
    total = 0.0
    for features, labels in groups:
        scores = features @ weights
        likely = np.exp(scores - scores.max())
        total -= float(np.log(likely[labels].sum() / likely.sum()))
    return total / len(groups) + _PENALTY * float(weights @ weights)


def _of_questions(parts: Parts) -> Iterator[Group]:
    for topic in read_topics(packaged_root() / "evals" / QUESTIONS):
        for case in topic.questions if topic.split == "dev" else ():
            if case.must and len(case.asked) == 1:
                ranked = _ranked(parts.desk, case)
                labels = [
                    all(f.stated_in(f"{r.passage.lead} {r.passage.text}") for f in case.must) for r in ranked
                ]
                if any(labels):
                    yield _group(ranked, labels)


def _group(ranked: Sequence[Ranked], labels: Sequence[bool]) -> Group:
    return np.array([each.features for each in ranked], float), np.array(labels)


def _ranked(desk: Desk, case: AnswerCase) -> list[Ranked]:
    history = tuple(Turn("user", text) for text in case.asked[:-1])
    return rank(understand(Question(case.asked[-1], history=history), desk.hearing()), desk.sources)


def _of_queries(parts: Parts) -> Iterator[Group]:
    for query in read_queries("tune"):
        ranked = rank(understand(Question(query.query), parts.desk.hearing()), parts.desk.sources)
        labels = [query.labels.get(r.passage.id, 0) == ANSWERS for r in ranked]
        if any(labels):
            yield _group(ranked, labels)


if __name__ == "__main__":
    main()
