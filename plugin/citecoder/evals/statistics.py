"""Intervals and differences that hold: bootstrap over note families, paired differences, permutation tests, pass^k.

Cases of one family (one patient, one scene) are alike, so families are drawn, not cases. Resampling is scipy's; here
stands only what is drawn and what is computed of it. Seeds are fixed: the same rows give the same figures.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from citecoder.evals.metrics import Sums, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Array, Metric, Table
    from citecoder.evals.outcomes import Row

RESAMPLES = 2_000
PERMUTATIONS = 9_999
SEED = 20_260_501
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; NaN where nothing was counted."""

    value: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of B less that of A, over the same cases.

    Attributes:
        a: the figure of A; ``b`` that of B.
        value: b - a.
        low: the interval of the difference, two-sided; ``high`` its other end.
        worst: the one-sided bound on the side that is worse: B is worse where even the other bound says so.
        p: two-sided permutation p-value: exact where the families are few, else drawn.
        exact: whether every permutation was made.
        worse: whether B is worse than A by more than chance and ``margin``.
    """

    metric: str
    a: float
    b: float
    value: float
    low: float
    high: float
    p: float
    exact: bool
    worse: bool
    clusters: int


def _weights(drawn: np.ndarray, size: int) -> Array:
    """Turn drawn indices (resamples, n) into how often each cluster was drawn (resamples, size)."""
    flat = np.atleast_2d(drawn)
    out = np.zeros((len(flat), size))
    np.add.at(out, (np.arange(len(flat))[:, None], flat), 1)
    return out


def _like(drawn: np.ndarray, figures: Array) -> Array:
    return figures[0] if drawn.ndim == 1 else figures


def estimate(table: Table, metric: Metric, level: float = LEVEL, resamples: int = RESAMPLES) -> Estimate:
    """Return a figure with its percentile bootstrap interval over families.

    A share of exactly 0 or 1 varies in no resample; its interval is the exact binomial one over the families.
    """
    clusters, size = table.by_cluster(), len(table.names)
    value = float(metric(table.total())[0])
    if size < 2 or np.isnan(value):
        return Estimate(value, np.nan, np.nan, size)

    def statistic(drawn: np.ndarray, axis: int = -1) -> Array:
        return _like(drawn, metric(Sums(table.keys, clusters, _weights(drawn, size))))

    low, high = _percentiles(statistic, size, level, resamples)
    if metric.unit == "share" and low == high == value and value in {0.0, 1.0}:
        low, high = _of_no_variation(
            value, int(np.sum(~np.isnan(metric(Sums(table.keys, clusters, np.eye(size)))))), level
        )
    return Estimate(value, low, high, size)


def _of_no_variation(value: float, clusters: int, level: float) -> tuple[float, float]:
    """Return the exact binomial interval of a share that every family agrees on: drawing again can't tell it apart."""
    found = stats.binomtest(round(value * clusters), clusters).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def _percentiles(statistic: object, size: int, level: float, resamples: int) -> tuple[float, float]:
    """Return scipy's percentile interval over drawn clusters; draws for which there is no figure are left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a distribution of one value is told as such below
        found = stats.bootstrap(
            (np.arange(size),), statistic, n_resamples=resamples, method="percentile",
            vectorized=True, rng=np.random.default_rng(SEED), batch=500,
        )  # fmt: skip
    figures = found.bootstrap_distribution[~np.isnan(found.bootstrap_distribution)]
    if not len(figures):
        return np.nan, np.nan
    low, high = np.quantile(figures, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def compare(
    rows_a: Sequence[Row],
    rows_b: Sequence[Row],
    metric: Metric,
    *,
    margin: float = 0.0,
    permutations: int = PERMUTATIONS,
) -> Difference:
    """Return the paired difference of a figure between two runs over the same cases.

    The p-value asks: if A and B were the same arm, how often would exchanging their answers family by family give
    a difference as large? B is worse where the one-sided 95 % bound of the difference lies beyond ``-margin``.

    Args:
        rows_a: rows of A; those of B must be of the same tasks.
        rows_b: rows of B.
        metric: the figure; ``better`` says which way is worse.
        margin: how much worse is let through.
        permutations: how many exchanges are drawn where they are too many to make all.
    """
    keys = sorted({key for row in (*rows_a, *rows_b) for key in row.counts})
    names = sorted({row.family for row in (*rows_a, *rows_b)})
    a, b = table_of(rows_a, keys, names), table_of(rows_b, keys, names)
    return compare_tables(a, b, metric, margin=margin, permutations=permutations)


def compare_tables(
    a: Table, b: Table, metric: Metric, *, margin: float = 0.0, permutations: int = PERMUTATIONS,
    resamples: int = RESAMPLES,
) -> Difference:  # fmt: skip
    """Do the same for tables that are laid out alike."""
    of_a, of_b, size = a.by_cluster(), b.by_cluster(), len(a.names)
    value_a, value_b = float(metric(a.total())[0]), float(metric(b.total())[0])
    if np.array_equal(of_a, of_b):
        return Difference(metric.name, value_a, value_b, 0.0, 0.0, 0.0, 1.0, True, False, size)
    keys = a.keys

    def difference(drawn: np.ndarray, axis: int = -1) -> Array:
        weights = _weights(drawn, size)
        return _like(drawn, metric(Sums(keys, of_b, weights)) - metric(Sums(keys, of_a, weights)))

    low, high = _percentiles(difference, size, LEVEL, resamples)
    # The gate looks at one side only: its bound is the end of the interval that leaves 5 % on that side.
    near, far = _percentiles(difference, size, 2 * LEVEL - 1, resamples)
    sign = -1 if metric.better == "lower" else 1
    best = far if sign > 0 else -near
    worse = metric.better != "neither" and bool(best < -margin)
    p, exact = _exchange(of_a, of_b, keys, metric, permutations)
    return Difference(metric.name, value_a, value_b, value_b - value_a, low, high, p, exact, worse, size)


def _exchange(
    of_a: Array, of_b: Array, keys: Sequence[str], metric: Metric, permutations: int
) -> tuple[float, bool]:
    """Return the p-value of exchanging A and B family by family; families that are alike in both need no exchange."""
    differ = np.flatnonzero((of_a != of_b).any(axis=1))
    same = np.delete(of_a, differ, axis=0).sum(axis=0, keepdims=True)
    both = np.concatenate([of_a[differ], of_b[differ], same])
    count = len(differ)

    def with_same(drawn: np.ndarray) -> Array:
        weights = _weights(drawn, 2 * count + 1)
        weights[:, -1] = 1
        return weights

    def statistic(one: np.ndarray, other: np.ndarray, axis: int = -1) -> Array:
        figures = [metric(Sums(keys, both, with_same(each))) for each in (one, other)]
        return _like(one, figures[1] - figures[0])

    if count < 1 or np.isnan(statistic(np.arange(count), np.arange(count, 2 * count))):
        return 1.0, True
    found = stats.permutation_test(
        (np.arange(count), np.arange(count, 2 * count)), statistic, permutation_type="samples",
        n_resamples=permutations, vectorized=True, batch=500, rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(min(found.pvalue, 1.0)), 2**count <= permutations


def pass_k(passed: Sequence[Sequence[bool]], k: int) -> float:
    """Return the chance that all of k answers to one case are right, averaged over cases.

    Args:
        passed: one sequence a case, one entry a repeat. Unbiased for k up to the number of repeats.
        k: how many answers.
    """
    each = [comb(sum(one), k) / comb(len(one), k) for one in passed if len(one) >= k]
    return float(np.mean(each)) if each else float("nan")
