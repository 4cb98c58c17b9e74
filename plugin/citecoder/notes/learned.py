"""Weights learned from marked notes → how likely a clause speaks of a service, and that it was done today.

The one reader of ``knowledge/model/reading.json``: three linear models over the features of
``features.py``, each a readable table of feature → class → weight, made by ``plugin/scripts/train_reader.py``.
Scores are likelihoods between 0 and 1; they propose, and ``coding/decide.py`` still rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files

NONE = "none"
"""The class of clauses that speak of no service."""
PERFORMED = "performed"
_FILE = "reading"


@dataclass(frozen=True, eq=False)
class Weights:
    """One linear model: a bias for each class and, for each feature, weights by the number of a class in ``classes``."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    table: Mapping[str, Mapping[str, float]]

    @cached_property
    def _rows(self) -> tuple[dict[str, int], csr_array]:
        """Return the row of each feature, and the table as a sparse matrix: a feature speaks for few classes."""
        rows = {feature: row for row, feature in enumerate(self.table)}
        told = self.table.values()
        weights = np.fromiter(chain.from_iterable(w.values() for w in told), dtype=np.float32)
        columns = np.fromiter(map(int, chain.from_iterable(told)), dtype=np.int32)
        return rows, _sparse(weights, columns, [len(w) for w in told], len(self.classes))

    def scores(self, described: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return one row for each list of features, one column for each class; higher speaks for it."""
        rows, table = self._rows
        known = [[row for f in features if (row := rows.get(f)) is not None] for features in described]
        columns = np.fromiter(chain.from_iterable(known), dtype=np.int32)
        said = _sparse(np.ones(len(columns), dtype=np.float32), columns, [len(k) for k in known], len(rows))
        # Single precision, added in the order of the features: a product in another order rounds otherwise.
        sums: NDArray[np.float32] = (said @ table).toarray()
        return np.array(self.bias, dtype=np.float64) + sums

    def likelihoods(self, described: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return the scores brought to likelihoods: rows sum to 1."""
        return softmax(self.scores(described))


def _sparse(
    values: NDArray[np.float32], columns: NDArray[np.int32], lengths: Sequence[int], width: int
) -> csr_array:
    """Return a sparse matrix of rows one after another, each with its number of values."""
    edges = np.concatenate(([0], np.cumsum(lengths, dtype=np.int32)), dtype=np.int32)
    return csr_array((values, columns, edges), shape=(len(lengths), width))


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
    are ``evaluation``, ``reevaluation`` and ``none``, those of ``given`` ``given`` and ``none``, for whole notes.
    """

    spoken: Weights
    service: Weights
    status: Weights
    visit: Weights
    given: Weights
    balance: tuple[float, ...] = (0.0, 1.0, 0.0)
    disciplines: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of words that notes use."""
        return frozenset(f[2:] for f in self.spoken.table if f.startswith("w:"))


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
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise KnowledgeError(f"{path}: no table of weights ({type(problem).__name__})") from problem


def _weights(raw: Mapping[str, Any]) -> Weights:
    return Weights(tuple(raw["classes"]), tuple(raw["bias"]), raw["weights"])


def parse_class(name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the concept and the facts of a class: ``electrical_stimulation?attended=yes``."""
    concept, _, told = name.partition("?")
    facts = tuple((k, v) for k, _, v in (pair.partition("=") for pair in told.split("&") if pair))
    return concept, facts
