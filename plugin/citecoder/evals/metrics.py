"""Figures as functions of sums, so that one definition serves the point, its interval and every comparison.

A row's counts add up; a metric turns sums into a figure. Sums may be numbers or arrays over resamples. A figure
that nothing was counted for is NaN, which reports show as a dash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from citecoder.evals.outcomes import Row

Array = NDArray[np.float64]
Better = Literal["higher", "lower", "neither"]


class Sums:
    """Weighted sums of counts by key, each an array over weightings (resamples); reckoned when asked for."""

    def __init__(self, keys: Sequence[str], counts: Array, weights: Array) -> None:
        """Take counts of (clusters, keys) and how often each cluster counts, (resamples, clusters)."""
        self._at = {key: at for at, key in enumerate(keys)}
        self._counts = counts
        self._weights = weights

    def __len__(self) -> int:
        return len(self._weights)

    def __getitem__(self, key: str) -> Array:
        """Return the sums of a key; zeros where nothing was counted under it."""
        at = self._at.get(key)
        return np.zeros(len(self)) if at is None else self._weights @ self._counts[:, at]

    def suffixes(self, prefix: str) -> list[str]:
        """Return what follows ``prefix`` in the keys that begin with it, such as the codes of ``tp@``."""
        return sorted(key.removeprefix(prefix) for key in self._at if key.startswith(prefix))


@dataclass(frozen=True)
class Metric:
    """One figure.

    Attributes:
        name: stable, as in JSON and for ``--metric``.
        label: what a table calls it.
        of: sums → figure.
        better: which way is better.
        unit: ``share``, ``dollars``, ``count`` or ``ms``: how it is written.
    """

    name: str
    label: str
    of: Callable[[Sums], Array]
    better: Better = "higher"
    unit: Literal["share", "dollars", "count", "ms"] = "share"

    def __call__(self, sums: Sums) -> Array:
        """Return the figure for each resample."""
        return self.of(sums)


def divide(above: Array, below: Array) -> Array:
    """Divide, with NaN where there is nothing to divide by."""
    told: Array = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=np.asarray(below) != 0)
    return told


def share(above: str, *beside: str) -> Callable[[Sums], Array]:
    """Return above / (above + beside …)."""
    return lambda sums: divide(sums[above], sums[above] + sum(sums[key] for key in beside))


def ratio(above: str, below: str) -> Callable[[Sums], Array]:
    """Return above / below."""
    return lambda sums: divide(sums[above], sums[below])


def f1(sums: Sums) -> Array:
    """Return micro F1 over the lines of all cases."""
    return divide(2 * sums["tp"], 2 * sums["tp"] + sums["fp"] + sums["fn"])


def macro(part: Literal["precision", "recall", "f1"]) -> Callable[[Sums], Array]:
    """Return the mean over the codes that the labels hold, each code weighing the same.

    A code that no answer gives has no precision, and is left out of the mean of precisions.
    """

    def figure(sums: Sums) -> Array:
        codes = sorted({*sums.suffixes("tp@"), *sums.suffixes("fn@")})
        if not codes:
            return np.full(len(sums), np.nan)
        tp, fp, fn = (np.stack([sums[f"{of}@{code}"] for code in codes]) for of in ("tp", "fp", "fn"))
        below = {"precision": tp + fp, "recall": tp + fn, "f1": 2 * tp + fp + fn}[part]
        each = divide(2 * tp if part == "f1" else tp, below)
        held = (tp + fn > 0) & ~np.isnan(each)
        return divide(np.where(held, each, 0).sum(axis=0), held.sum(axis=0))

    return figure


@dataclass(frozen=True)
class Table:
    """The counts of rows, one line a row: what resampling draws from."""

    keys: tuple[str, ...]
    values: Array
    clusters: NDArray[np.intp]
    names: tuple[str, ...]

    def by_cluster(self) -> Array:
        """Add up the rows of each cluster: (clusters, keys)."""
        out = np.zeros((len(self.names), len(self.keys)))
        np.add.at(out, self.clusters, self.values)
        return out

    def total(self) -> Sums:
        """Return the sums over all rows."""
        return Sums(self.keys, self.values, np.ones((1, len(self.values))))


def table_of(
    rows: Iterable[Row],
    keys: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    weight: float = 1.0,
) -> Table:
    """Lay out the counts of rows, clustered by family.

    Args:
        rows: what was scored.
        keys: the columns; all that occur, by default.
        names: the clusters, in order; all families that occur, by default.
        weight: what each row counts for: a k-th where each case was asked k times.
    """
    rows = list(rows)
    keys = tuple(keys if keys is not None else sorted({key for row in rows for key in row.counts}))
    names = tuple(names if names is not None else sorted({row.family for row in rows}))
    at, cluster = {key: n for n, key in enumerate(keys)}, {name: n for n, name in enumerate(names)}
    values = np.zeros((len(rows), len(keys)))
    for n, row in enumerate(rows):
        for key, value in row.counts.items():
            if key in at:
                values[n, at[key]] = value * weight
    return Table(keys, values, np.array([cluster[row.family] for row in rows], dtype=np.intp), names)


def as_told(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Round figures to four digits for a report, NaN as None.

    F1 is told as the harmonic mean of the precision and recall that are told beside it, so that a reader who
    reckons from the table gets the figure in it.
    """
    told = {name: None if np.isnan(value) else round(float(value), 4) for name, value in metrics.items()}
    if {"f1", "precision", "recall"} <= set(told):
        precision, recall = told["precision"], told["recall"]
        told["f1"] = round(2 * precision * recall / (precision + recall), 4) if precision and recall else 0.0
    return told
