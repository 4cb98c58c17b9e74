"""Fit the weights that rank passages for a question: ``knowledge/model/answers.json``.

    python plugin/scripts/fit_answers.py [--dry]

A passage counts as an answer to a question of the dev topics when its lead and text hold every fact of the key, and to a
labelled query of the tune half by its grade. Test topics and test queries are never read.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from citecoder.answering.asked import understand
from citecoder.answering.choosing import FILE, FOLDER, Features, Ranked, rank
from citecoder.answers import Question, Turn
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.evals.queries import load_queries
from citecoder.evals.questions import load_questions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citecoder.answering.desk import Desk
    from citecoder.evals.questions import AnswerCase

_LOST = 0.02
"""The share of answerable questions whose best passage may fall below ``enough``."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dry", action="store_true", help="print the weights, write nothing")
    told = parser.parse_args()
    parts = Parts(load_settings())
    groups = [*_of_questions(parts), *_of_queries(parts)]
    weights = fit(groups)
    print(json.dumps(weights, indent=1))
    if not told.dry:
        (parts.roots.packaged / FOLDER / FILE).write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def fit(groups: list[tuple[list[Ranked], list[bool]]]) -> dict[str, float]:
    """Return weights from groups of one question's passages with whether each answers it."""
    x = np.array([r.features for ranked, _ in groups for r in ranked])
    y = np.array([good for _, labels in groups for good in labels])
    size = np.concatenate([np.full(len(ranked), 1 / len(ranked)) for ranked, _ in groups])
    model = LogisticRegression(C=3.0, max_iter=5000).fit(x, y, sample_weight=size * len(x) / size.sum())
    scores = model.predict_proba(x)[:, 1]
    best, at, first = [], 0, 0
    for ranked, labels in groups:
        own = scores[at : at + len(ranked)]
        best.append(own.max())
        first += bool(labels[int(own.argmax())])
        at += len(ranked)
    print(f"{len(groups)} questions with an answer; it is the first passage in {first / len(groups):.3f}")
    told = dict(zip(Features._fields, map(float, model.coef_[0].round(4)), strict=True))
    return {**told, "bias": round(float(model.intercept_[0]), 4), "enough": round(float(np.quantile(best, _LOST)), 4)}


def _of_questions(parts: Parts) -> Iterator[tuple[list[Ranked], list[bool]]]:
    for case in load_questions(parts.roots, split="dev"):
        if case.must and len(case.asked) == 1:
            ranked = _ranked(parts.desk, case)
            labels = [all(fact.stated_in(f"{r.passage.lead} {r.passage.text}") for fact in case.must) for r in ranked]
            if any(labels):
                yield ranked, labels


def _ranked(desk: Desk, case: AnswerCase) -> list[Ranked]:
    history = tuple(Turn("user", text) for text in case.asked[:-1])
    return rank(understand(Question(case.asked[-1], history=history), desk.hearing()), desk.sources)


def _of_queries(parts: Parts) -> Iterator[tuple[list[Ranked], list[bool]]]:
    for query in load_queries(parts.roots):
        if query.split == "tune":
            ranked = rank(understand(Question(query.query), parts.desk.hearing()), parts.desk.sources)
            labels = [query.labels.get(r.passage.id, 0) == 2 for r in ranked]
            if any(labels):
                yield ranked, labels


if __name__ == "__main__":
    main()
