"""Fit the weights by which the check of drafts tells what passages don't bear: ``knowledge/model/grounding.json``.

    python plugin/scripts/fit_grounding.py FILE…            # prints cross-validated figures, by draft, and writes
    python plugin/scripts/fit_grounding.py FILE… --dry      # prints only

FILE is YAML, in the format of ``measure_grounding.py``; none is given: ``evals/grounding``. The same input gives the
same weights. Sentences with a value that no passage has are left out: they are dropped without any weight.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from citecoder.answering.bearing import FILE, GroundingWeights
from citecoder.answering.evidence import Evidence
from citecoder.answering.fitted import FOLDER
from citecoder.answering.grounding import read, signs_of
from citecoder.answering.values import missing
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from citecoder.model import Passage

_GOOD_DROPPED = 0.15
"""The share of good sentences that may be dropped: it decides ``most``. A bad one that stays costs more: the passages' own
leads stand in for what is dropped."""
_LEEWAY = 0.3
"""How large the weights may get: chosen by cross-validation."""
_FOLDS = 10
_COMMON = 4
"""Passages that a word must be in to have its rarity told."""


class Row(NamedTuple):
    """A sentence of a draft.

    Attributes:
        draft: which draft it is of; no draft is both learned from and measured on.
        bad: the kind of its error; None for a good one.
        missing: whether it has a value that the passages don't have.
    """

    draft: str
    bad: str | None
    missing: bool
    signs: Mapping[str, float]


def main() -> None:
    """Cross-validate, fit on everything and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    given = parser.parse_args()
    parts = Parts(load_settings())
    rarity = _rarity(parts.authored)
    files = given.files or sorted((packaged_root() / "evals" / "grounding").glob("*.yaml"))
    rows = list(_rows(files, {passage.id: passage for passage in parts.authored}, rarity))
    likelihoods = _cross_validated(rows)
    most = _most(rows, likelihoods)
    _print(rows, likelihoods, most)
    if not given.dry:
        weights = fit([row for row in rows if not row.missing], rarity, most)
        (parts.roots.packaged / FOLDER / FILE).write_text(_written(weights), encoding="utf-8")


def _rows(
    files: Iterable[Path], passages: Mapping[str, Passage], rarity: Mapping[str, float]
) -> Iterable[Row]:
    for file in files:
        for number, draft in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            evidence = Evidence([passages[draft["passage"]]], rarity)
            for row in draft["sentences"]:
                gone = any(missing(read(row["text"])[1], evidence))
                yield Row(f"{file.stem} {number}", row["bad"], gone, signs_of(row["text"], evidence))


def _rarity(passages: Sequence[Passage]) -> dict[str, float]:
    """Return for each word that several passages have how few have it: 0 for all of them, 1 for one."""
    having: Counter[str] = Counter()
    for passage in passages:
        named = Evidence([passage], {}).named
        having.update(value for kind, value in named if kind == "word")
    whole = math.log(len(passages))
    return {
        word: round(1 - math.log(count) / whole, 2)
        for word, count in sorted(having.items())
        if count >= _COMMON
    }


def fit(rows: Sequence[Row], rarity: Mapping[str, float], most: float) -> GroundingWeights:
    """Return weights under which good and bad sentences are told apart best, with a penalty on their size."""
    names = sorted({name for row in rows for name in row.signs})
    matrix = np.array([[row.signs.get(name, 0.0) for name in names] for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_LEEWAY, max_iter=1000))
    model.fit(matrix, [row.bad is not None for row in rows])
    scaler, logistic = model[0], model[-1]
    weights = logistic.coef_[0] / scaler.scale_
    bias = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())
    signs = {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
    return GroundingWeights(round(bias, 3), signs, most, rarity)


def _cross_validated(rows: Sequence[Row]) -> list[float]:
    """Return each sentence's likelihood of being bad by weights that never saw its draft."""
    drafts = sorted({row.draft for row in rows})
    order = np.random.RandomState(0).permutation(len(drafts)) % _FOLDS
    fold = dict(zip(drafts, order.tolist(), strict=True))
    weights = [
        fit([row for row in rows if fold[row.draft] != at and not row.missing], {}, 1.0)
        for at in range(_FOLDS)
    ]
    return [1.0 if row.missing else weights[fold[row.draft]].likelihood(row.signs) for row in rows]


def _most(rows: Sequence[Row], likelihoods: Sequence[float]) -> float:
    good = sorted((like for row, like in zip(rows, likelihoods, strict=True) if not row.bad), reverse=True)
    return round(good[int(_GOOD_DROPPED * len(good))], 3)


def _print(rows: Sequence[Row], likelihoods: Sequence[float], most: float) -> None:
    told: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for row, likelihood in zip(rows, likelihoods, strict=True):
        for kind in (row.bad, "all errors") if row.bad else ("true",):
            told[kind] += 1
            dropped[kind] += likelihood > most
    for kind, count in sorted(told.items()):
        print(f"{kind:12} {count:5} dropped {dropped[kind] / count:.3f}")
    open_ = [
        (row.bad is not None, like) for row, like in zip(rows, likelihoods, strict=True) if not row.missing
    ]
    area = roc_auc_score([bad for bad, _ in open_], [like for _, like in open_])
    print(f"dropped over a likelihood of {most}; area under the curve, missing values left out: {area:.3f}")


def _written(weights: GroundingWeights) -> str:
    told = {"bias": weights.bias, "most": weights.most, "signs": weights.signs, "rarity": weights.rarity}
    return json.dumps(told, separators=(",", ":")).replace('},"', '},\n"') + "\n"


if __name__ == "__main__":
    main()
