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
ALPHA = 0.05
FEWEST = 2
"""Families below which nothing can be said about chance."""


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
    places = flat + size * np.arange(len(flat))[:, None]
    counts = np.bincount(places.ravel(), minlength=size * len(flat))
    return counts.reshape(len(flat), size).astype(np.float64)


def _like(drawn: np.ndarray, figures: Array) -> Array:
    return figures[0] if drawn.ndim == 1 else figures


def estimate(table: Table, metric: Metric, level: float = LEVEL, resamples: int = RESAMPLES) -> Estimate:
    """Return a figure with its percentile bootstrap interval over families.

    A share of exactly 0 or 1 varies in no resample; its interval is the exact binomial one over the families.
    """
    clusters, size = table.by_cluster(), len(table.names)
    value = float(metric(table.total())[0])
    if size < FEWEST or np.isnan(value):
        return Estimate(value, np.nan, np.nan, size)

    def statistic(drawn: np.ndarray, axis: int = -1) -> Array:
        return _like(drawn, metric(Sums(table.keys, clusters, _weights(drawn, size))))

    low, high = _interval(_distribution(statistic, size, resamples), level)
    if metric.unit == "share" and low == high == value and value in {0.0, 1.0}:
        low, high = _of_no_variation(
            value, int(np.sum(~np.isnan(metric(Sums(table.keys, clusters, np.eye(size)))))), level
        )
    return Estimate(value, low, high, size)


def _of_no_variation(value: float, clusters: int, level: float) -> tuple[float, float]:
    """Return the exact binomial interval of a share that every family agrees on: drawing again can't tell it apart."""
    found = stats.binomtest(round(value * clusters), clusters).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def _distribution(statistic: object, size: int, resamples: int) -> Array:
    """Return scipy's bootstrap distribution over drawn clusters, without draws for which there is no figure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a distribution of one value is told as such by the caller
        found = stats.bootstrap(
            (np.arange(size),), statistic, n_resamples=resamples, method="percentile",
            vectorized=True, rng=np.random.default_rng(SEED), batch=500,
        )  # fmt: skip
    figures: Array = found.bootstrap_distribution
    return figures[~np.isnan(figures)]


def _interval(figures: Array, level: float) -> tuple[float, float]:
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
    alpha: float = ALPHA,
    permutations: int = PERMUTATIONS,
) -> Difference:
    """Return the paired difference of a figure between two runs over the same cases.

    The p-value asks: if A and B were the same arm, how often would exchanging their answers family by family give
    a difference as large? B is worse where the one-sided bound of the difference lies beyond ``-margin``.

    Args:
        rows_a: rows of A; those of B must be of the same tasks.
        rows_b: rows of B.
        metric: the figure; ``better`` says which way is worse.
        margin: how much worse is let through.
        alpha: how often two runs that are alike may be told apart as worse; a share of it for each of several figures.
        permutations: how many exchanges are drawn where they are too many to make all.
    """
    keys = sorted({key for row in (*rows_a, *rows_b) for key in row.counts})
    names = sorted({row.family for row in (*rows_a, *rows_b)})
    a, b = table_of(rows_a, keys, names), table_of(rows_b, keys, names)
    return compare_tables(a, b, metric, margin=margin, alpha=alpha, permutations=permutations)


def compare_tables(
    a: Table, b: Table, metric: Metric, *, margin: float = 0.0, alpha: float = ALPHA,
    permutations: int = PERMUTATIONS, resamples: int = RESAMPLES,
) -> Difference:  # fmt: skip
    """Do the same for tables that are laid out alike."""
    of_a, of_b, size = a.by_cluster(), b.by_cluster(), len(a.names)
    value_a, value_b = float(metric(a.total())[0]), float(metric(b.total())[0])
    if np.array_equal(of_a, of_b):
        return Difference(metric.name, value_a, value_b, 0.0, 0.0, 0.0, 1.0, True, False, size)
    if size < FEWEST:
        value = value_b - value_a
        return Difference(metric.name, value_a, value_b, value, np.nan, np.nan, 1.0, True, False, size)
    keys = a.keys

    def difference(drawn: np.ndarray, axis: int = -1) -> Array:
        weights = _weights(drawn, size)
        return _like(drawn, metric(Sums(keys, of_b, weights)) - metric(Sums(keys, of_a, weights)))

    figures = _distribution(difference, size, resamples)
    low, high = _interval(figures, LEVEL)
    p, exact = _exchange(of_a, of_b, keys, metric, permutations)
    worse = _is_worse(metric, value_a, value_b, figures, p, margin, alpha)
    return Difference(metric.name, value_a, value_b, value_b - value_a, low, high, p, exact, worse, size)


def _is_worse(
    metric: Metric, a: float, b: float, figures: Array, p: float, margin: float, alpha: float
) -> bool:
    """Say whether B is worse: its better bound lies beyond the margin and, without one, chance does not do as much.

    The bound is one-sided at ``alpha``. A bootstrap over few families that differ is too sure of itself, so the
    permutation test has to agree. A figure that A has and B has not is worse.
    """
    if metric.better == "neither" or np.isnan(a):
        return False
    if np.isnan(b):
        return True
    near, far = _interval(figures, 1 - 2 * alpha)
    best = far if metric.better == "higher" else -near
    return bool(best < -margin) and (margin > 0 or p <= 2 * alpha)


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

    observed = statistic(np.arange(count), np.arange(count, 2 * count)) if count >= FEWEST else np.nan
    if np.isnan(observed):
        return 1.0, True

    def counted(one: np.ndarray, other: np.ndarray, axis: int = -1) -> Array:
        """An exchange that leaves nothing to reckon with is taken for one as extreme as what was seen."""
        return np.nan_to_num(statistic(one, other), nan=float(observed))

    found = stats.permutation_test(
        (np.arange(count), np.arange(count, 2 * count)), counted, permutation_type="samples",
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
