"""Do the statistics of the evaluation harness hold? Simulated arms of the same skill, and known truths.

    python plugin/scripts/simulate_statistics.py

Two arms answer the same made-up notes, each with its own luck: whatever calls one better is a false alarm. And intervals
over small sets are held against the figure of very large ones. Takes some minutes.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.progress import track

from citecoder.evals.metrics import Metric, Table, f1
from citecoder.evals.statistics import compare_tables, estimate

F1 = Metric("f1", "F1", f1)
KEYS = ("tp", "fp", "fn")
SIMULATIONS, FAMILIES, GREAT = 1000, 120, 4000


def main() -> None:
    """Print the rates."""
    console = Console()
    for name, rate in {**alarms(), **coverage()}.items():
        console.print(f"{name:24} {rate:.3f}")


def pair(rng: np.random.Generator, size: int = FAMILIES) -> tuple[Table, Table]:
    """Return two arms of the same skill over the same notes, one to three of them a family."""
    families = np.repeat(np.arange(size), rng.integers(1, 4, size))
    skill, wanted = rng.beta(8, 2, size), rng.integers(1, 4, len(families))
    return answers(rng, wanted, skill, families), answers(rng, wanted, skill, families)


def answers(rng: np.random.Generator, wanted: np.ndarray, skill: np.ndarray, families: np.ndarray) -> Table:
    """Return the counts of one arm: how many of the wanted codes it finds, and how many it adds."""
    right = rng.binomial(wanted, skill[families])
    extra = rng.poisson(0.2, len(families))
    counts = np.column_stack([right, extra, wanted - right]).astype(float)
    return Table(KEYS, counts, families, tuple(map(str, range(families.max() + 1))))


def alarms(simulations: int = SIMULATIONS, seed: int = 11) -> dict[str, float]:
    """Return how often two arms that are alike are told apart: by p-value, by interval, and by the gate."""
    rng = np.random.default_rng(seed)
    found = [
        compare_tables(*pair(rng), F1, permutations=999, resamples=1000)
        for _ in track(range(simulations), "alarms", console=Console(stderr=True), transient=True)
    ]
    return {
        "alarms by p-value": float(np.mean([each.p < 0.05 for each in found])),
        "alarms by interval": float(np.mean([each.low > 0 or each.high < 0 for each in found])),
        "alarms by the gate": float(np.mean([each.worse for each in found])),
    }


def coverage(simulations: int = SIMULATIONS, seed: int = 12) -> dict[str, float]:
    """Return how often an interval holds the truth: of a figure, and of a difference that is nothing."""
    rng = np.random.default_rng(seed)
    truth = np.mean([F1(table.total())[0] for _ in range(3) for table in pair(rng, GREAT)])
    of_figure = of_difference = 0
    for _ in track(range(simulations), "coverage", console=Console(stderr=True), transient=True):
        a, b = pair(rng)
        found = estimate(a, F1, resamples=1000)
        of_figure += bool(found.low <= truth <= found.high)
        difference = compare_tables(a, b, F1, permutations=99, resamples=1000)
        of_difference += bool(difference.low <= 0 <= difference.high)
    return {
        "coverage of a figure": of_figure / simulations,
        "coverage of a difference": of_difference / simulations,
    }


if __name__ == "__main__":
    main()
