"""A classifier that counts words: TF-IDF of words and word pairs, one logistic regression a code.

Learns on the train part of a set, then answers requests as JSON lines. It knows no status and no minutes: a service
that is planned looks to it like one that was given, and units are the commonest of the code in the train part.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from citecoder.evals.case_files import load_cases
from citecoder.paths import packaged_root

FEWEST = 3
"""Notes with a code below which it isn't learnt."""


class BagOfWords:
    """The classifier, learnt."""

    def __init__(self, notes: list[str], codes: list[set[str]], units: dict[str, int | None]) -> None:
        """Learn from notes and their codes."""
        self._units = units
        self._words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        matrix = self._words.fit_transform(notes)
        counts = Counter(code for of in codes for code in of)
        self._models = {}
        held_out, truth = [], []
        for code in sorted(code for code, n in counts.items() if n >= FEWEST):
            wanted = np.array([code in of for of in codes])
            model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
            folds = StratifiedKFold(FEWEST, shuffle=True, random_state=0)
            held_out.append(cross_val_predict(model, matrix, wanted, cv=folds, method="predict_proba")[:, 1])
            truth.append(wanted)
            self._models[code] = model.fit(matrix, wanted)
        self._least = best_threshold(np.concatenate(held_out), np.concatenate(truth))

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        row = self._words.transform([asked["note"]])
        lines = []
        for code, model in self._models.items():
            chance = float(model.predict_proba(row)[0, 1])
            if chance >= self._least:
                lines.append(
                    {
                        "code": code,
                        "units": self._units[code],
                        "modifiers": [],
                        "confidence": round(chance, 4),
                        "evidence": [],
                        "citations": [],
                        "missing": [],
                    }
                )
        return {"id": asked.get("id"), "suggestions": lines, "missing": [], "warnings": [], "passages": []}


def best_threshold(chances: np.ndarray, truth: np.ndarray) -> float:
    """Return the chance from which on to say a code, by F1 on notes that were not learnt from."""
    precision, recall, thresholds = precision_recall_curve(truth, chances)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(thresholds[int(np.argmax(f1[:-1]))])


def learn(place: Path) -> BagOfWords:
    """Learn on the train part of a set."""
    train = [case for case in load_cases(place) if case.split == "train"]
    units: dict[str, Counter[int | None]] = defaultdict(Counter)
    for case in train:
        for line in case.codes:
            units[line.code][line.units] += 1
    commonest = {code: of.most_common(1)[0][0] for code, of in units.items()}
    return BagOfWords(
        [case.note for case in train], [{line.code for line in case.codes} for case in train], commonest
    )


def main() -> None:
    """Learn, then answer what comes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", type=Path, default=packaged_root() / "evals")
    model = learn(parser.parse_args().set)
    for line in sys.stdin:
        print(json.dumps(model.answer(json.loads(line))), flush=True)


main()
