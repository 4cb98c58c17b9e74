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
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
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

_GOOD_DROPPED = 0.09
"""The share of good sentences of close drafts that may be dropped: it decides ``most``. A bad one that stays costs more:
the passages' own leads stand in for what is dropped."""
_LEEWAY = 0.1
"""How large the weights may get: chosen by cross-validation."""
_CLOSE = "close"
"""How the files are named whose drafts keep to the words of their passages, as a model that words answers is told to."""
_FREELY = 0.1
"""What a sentence of other drafts counts: free paraphrases depart from their passages in ways that close ones never do."""
_EITHER_WAY = frozenset(("vote clause", "vote next", "vote behind", "more negatives"))
"""Signs that may speak for a sentence as well as against it; others don't speak for one."""
_FOR = frozenset(("along cleanly",))
"""Signs that speak for a sentence."""
_LEAST = 0.005
"""Signs of a smaller weight are left out."""
_FOLDS = 10
_COMMON = 4
"""Passages that a word must be in to have its rarity told."""


class Row(NamedTuple):
    """A sentence of a draft.

    Attributes:
        draft: which draft it is of; no draft is both learned from and measured on.
        bad: the kind of its error; None for a good one.
        missing: whether it has a value that the passages don't have.
        close: whether its draft keeps to the words of its passage.
    """

    draft: str
    bad: str | None
    missing: bool
    close: bool
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
                signs = signs_of(row["text"], evidence)
                close = file.stem.startswith(_CLOSE)
                yield Row(f"{file.stem} {number}", row["bad"], gone, close, signs)


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
    scaler = StandardScaler()
    matrix = scaler.fit_transform([[row.signs.get(name, 0.0) for name in names] for row in rows])
    bad = np.array([row.bad is not None for row in rows])
    counted = np.array([1.0 if row.close else _FREELY for row in rows])
    fitted = _fitted(matrix, bad, counted, [_bounds(name) for name in names])
    weights = fitted[1:] / scaler.scale_
    bias = float(fitted[0] - (weights * scaler.mean_).sum())
    signs = {
        name: round(float(weight), 3)
        for name, weight, whole in zip(names, weights, fitted[1:], strict=True)
        if abs(whole) > _LEAST
    }
    return GroundingWeights(round(bias, 3), signs, most, rarity)


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in _EITHER_WAY:
        return None, None
    return (None, 0.0) if name in _FOR else (0.0, None)


def _fitted(
    matrix: np.ndarray,
    bad: np.ndarray,
    counted: np.ndarray,
    bounds: Sequence[tuple[float | None, float | None]],
) -> np.ndarray:
    """Return the bias and the weights of a logistic model whose weights keep to bounds, as (1 + signs,)."""
    side = np.where(bad, 1.0, -1.0)

    def loss(model: np.ndarray) -> tuple[float, np.ndarray]:
        margin = side * (matrix @ model[1:] + model[0])
        slope = -counted * side / (1 + np.exp(margin))
        whole = counted @ np.logaddexp(0, -margin) + model[1:] @ model[1:] / (2 * _LEEWAY)
        return whole, np.concatenate(([slope.sum()], matrix.T @ slope + model[1:] / _LEEWAY))

    start = np.zeros(matrix.shape[1] + 1)
    model: np.ndarray = minimize(loss, start, jac=True, bounds=[(None, None), *bounds], method="L-BFGS-B").x
    return model


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
    told = zip(rows, likelihoods, strict=True)
    good = sorted((like for row, like in told if row.close and not row.bad), reverse=True)
    return round(good[int(_GOOD_DROPPED * len(good))], 3)


def _print(rows: Sequence[Row], likelihoods: Sequence[float], most: float) -> None:
    for name, close in (("close drafts", True), ("other drafts", False)):
        print(name)
        _print_some(
            [(row, like) for row, like in zip(rows, likelihoods, strict=True) if row.close == close], most
        )
    print(f"dropped over a likelihood of {most}")


def _print_some(told: Sequence[tuple[Row, float]], most: float) -> None:
    count: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for row, likelihood in told:
        for kind in (row.bad, "all errors") if row.bad else ("true",):
            count[kind] += 1
            dropped[kind] += likelihood > most
    for kind, number in sorted(count.items()):
        print(f"  {kind:12} {number:5} dropped {dropped[kind] / number:.3f}")
    left = [(row.bad is not None, like) for row, like in told if not row.missing]
    area = roc_auc_score([bad for bad, _ in left], [like for _, like in left])
    print(f"  area under the curve, missing values left out: {area:.3f}")


def _written(weights: GroundingWeights) -> str:
    told = {"bias": weights.bias, "most": weights.most, "signs": weights.signs, "rarity": weights.rarity}
    return json.dumps(told, separators=(",", ":")).replace('},"', '},\n"') + "\n"


if __name__ == "__main__":
    main()
