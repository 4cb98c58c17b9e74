"""Weights learned from marked notes → how likely a clause speaks of a service, and that it was done today.

The one reader of ``knowledge/model/reading.json``: linear models over the features of
``features.py``, each a readable table of feature → class → weight, made by ``plugin/scripts/train_reader.py``.
Scores are likelihoods between 0 and 1; they propose, and ``coding/decide.py`` still rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files

NONE = "none"
"""The class of clauses that speak of no service."""
PERFORMED = "performed"
_FILE = "reading"


@dataclass(frozen=True, eq=False)
class _Table:
    """Weights as a sparse matrix, for a feature speaks for few classes: its rows by feature, and the biases."""

    rows: Mapping[str, int]
    weights: csr_array
    bias: NDArray[np.float64]

    def scores(self, described: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        known = [[row for f in features if (row := self.rows.get(f)) is not None] for features in described]
        columns = np.fromiter(chain.from_iterable(known), dtype=np.int32)
        edges = np.array([0, *accumulate(map(len, known))], dtype=np.int32)
        ones = np.ones(len(columns), dtype=np.float32)
        said = csr_array((ones, columns, edges), shape=(len(known), len(self.rows)))
        # Single precision, added in the order of the features: a product in another order rounds otherwise.
        sums: NDArray[np.float32] = (said @ self.weights).toarray()
        return self.bias + sums


def _table_of(models: Sequence[Weights]) -> _Table:
    """Return the weights of several models side by side, so that one look serves them all."""
    rows = {f: row for row, f in enumerate(dict.fromkeys(chain.from_iterable(m.table for m in models)))}
    values, places, columns = [], [], []
    width = 0
    for model in models:
        told = model.table.values()
        values.append(np.fromiter(chain.from_iterable(w.values() for w in told), dtype=np.float32))
        columns.append(np.fromiter(map(int, chain.from_iterable(told)), dtype=np.int32) + np.int32(width))
        places.append(np.repeat([rows[f] for f in model.table], [len(w) for w in told]).astype(np.int32))
        width += len(model.classes)
    cells = (np.concatenate(values), (np.concatenate(places), np.concatenate(columns)))
    bias = np.array([b for m in models for b in m.bias], dtype=np.float64)
    return _Table(rows, coo_array(cells, shape=(len(rows), width)).tocsr(), bias)


@dataclass(frozen=True, eq=False)
class Weights:
    """One linear model: a bias for each class and, for each feature, weights by the number of a class in ``classes``."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    table: Mapping[str, Mapping[str, float]]

    @cached_property
    def _table(self) -> _Table:
        return _table_of((self,))

    def scores(self, described: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return one row for each list of features, one column for each class; higher speaks for it."""
        return self._table.scores(described)

    def likelihoods(self, described: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return the scores brought to likelihoods: rows sum to 1."""
        return softmax(self.scores(described))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return likelihoods of log odds, row by row."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True, eq=False)
class ReadingModel:
    """What was learned: whether a clause speaks of a service, of which, and whether that was done today.

    ``balance`` is how both speak together of whether a service is told of: a constant, a weight for ``spoken`` and one
    for the best score of ``service``. ``disciplines`` tells, by class of service, whose it can be. Classes of ``spoken`` are ``service`` and ``none``. Classes of ``service`` are concept ids, with what the words also tell behind a question mark
    (``electrical_stimulation?attended=yes``);
    those of ``status`` are ``performed`` and reasons; those of ``visit``
    are ``evaluation``, ``reevaluation`` and ``none``, those of ``given`` ``given`` and ``none``, for whole notes. Those of
    ``components``, by discipline, are ``none`` and a component with its level (``history.moderate``), for sentences.
    """

    spoken: Weights
    service: Weights
    status: Weights
    visit: Weights
    given: Weights
    balance: tuple[float, ...] = (0.0, 1.0, 0.0)
    disciplines: Mapping[str, frozenset[str]] = field(default_factory=dict)
    components: Mapping[str, Weights] = field(default_factory=dict)

    @cached_property
    def _clauses(self) -> _Table:
        return _table_of((self.spoken, self.service, self.status))

    def clause_scores(
        self, described: Sequence[Sequence[str]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the scores of ``spoken``, ``service`` and ``status`` for clauses, each feature looked up once."""
        scores, first = self._clauses.scores(described), len(self.spoken.classes)
        last = first + len(self.service.classes)
        return scores[:, :first], scores[:, first:last], scores[:, last:]

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of words that notes use often."""
        return frozenset(f[2:] for f in self.spoken.table if f.startswith("w:"))

    @cached_property
    def all_stems(self) -> frozenset[str]:
        """The stems of words that notes use at all, misread and misspelt ones among them."""
        tables = (self.spoken.table, self.service.table, self.status.table)
        return frozenset(f[2:] for table in tables for f in table if f.startswith("w:"))


UNTRAINED = ReadingModel(
    spoken=Weights((NONE, "service"), (9.0, -9.0), {}),
    service=Weights((NONE,), (0.0,), {}),
    status=Weights((PERFORMED, "finding"), (0.0, 0.0), {}),
    visit=Weights((NONE,), (0.0,), {}),
    given=Weights(("given", NONE), (9.0, 0.0), {}),
)
"""A model that has learned nothing: with it the phrases of the lexicon are all that is known."""


def load_reading_model(roots: DataRoots) -> ReadingModel:
    """Return the weights.

    Raises:
        KnowledgeError: the file is missing or is no such table.
    """
    path = next((p for p in find_files(roots, "knowledge/model", ".json") if p.stem == _FILE), None)
    if path is None:
        raise KnowledgeError(
            f"knowledge/model/{_FILE}.json is missing; make it with plugin/scripts/train_reader.py"
        )
    return read_weights(path)


def read_weights(path: Path) -> ReadingModel:
    """Return the weights of one file.

    Raises:
        KnowledgeError: it is no such table.
    """
    try:
        raw = json.loads(path.read_bytes())
        return ReadingModel(
            _weights(raw["spoken"]),
            _weights(raw["service"]),
            _weights(raw["status"]),
            _weights(raw["visit"]),
            _weights(raw["given"]),
            tuple(raw["balance"]),
            {name: frozenset(told) for name, told in raw["disciplines"].items()},
            {discipline: _weights(told) for discipline, told in raw["components"].items()},
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise KnowledgeError(f"{path}: no table of weights ({type(problem).__name__})") from problem


def _weights(raw: Mapping[str, Any]) -> Weights:
    return Weights(tuple(raw["classes"]), tuple(raw["bias"]), raw["weights"])


@lru_cache(maxsize=1_000)
def parse_class(name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the concept and the facts of a class: ``electrical_stimulation?attended=yes``."""
    concept, _, told = name.partition("?")
    facts = tuple((k, v) for k, _, v in (pair.partition("=") for pair in told.split("&") if pair))
    return concept, facts
