"""How likely each piece of a text is an identifier, and of which kind: weights learned from marked texts.

The one reader of ``knowledge/model/redaction.npz`` (``plugin/scripts/train_redaction.py`` makes it): the features of a
piece are summed, read forwards and backwards over the text by gated recurrent units (Cho et al. 2014), and weighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files

if TYPE_CHECKING:
    from citecoder.redaction.describing import Piece

Array = NDArray[np.float32]
_FOLDER, _FILE = "knowledge/model", "redaction"
_SHIFT = 1e-5
_AT_ONCE = 1024  # pieces whose rows are held in memory together


@dataclass(frozen=True, eq=False, repr=False)
class Tagger:
    """The weights.

    Attributes:
        known: a feature → its row; row 0 stands for a piece of which none is known.
        kinds: what is told of a piece; the first is that it is no identifier.
        rows: one vector a feature.
        weights: the other matrices and vectors by name.
    """

    known: Mapping[str, int]
    kinds: tuple[str, ...]
    rows: Array
    weights: Mapping[str, Array]

    def likelihoods(self, pieces: Sequence[Piece]) -> Array:
        """Return how likely each piece is of each kind: a row a piece, a column a kind, rows sum to 1."""
        if not pieces:
            return np.zeros((0, len(self.kinds)), np.float32)
        read = np.concatenate(
            [self._sums(pieces[at : at + _AT_ONCE]) for at in range(0, len(pieces), _AT_ONCE)]
        )
        middle, spread = read.mean(1, keepdims=True), read.var(1, keepdims=True)
        read = (read - middle) / np.sqrt(spread + _SHIFT) * self.weights["norm"] + self.weights["norm_bias"]
        read = np.maximum(read, 0)
        ways = (self._read(read, "forward"), self._read(read[::-1], "backward")[::-1])
        told = np.concatenate([*ways, read], 1) @ self.weights["out"].T + self.weights["out_bias"]
        told = np.exp(told - told.max(1, keepdims=True))
        shares: Array = told / told.sum(1, keepdims=True)
        return shares

    def _sums(self, pieces: Sequence[Piece]) -> Array:
        """Return the sum of the rows of each piece's features."""
        known: list[int] = []
        starts: list[int] = []
        for piece in pieces:
            starts.append(len(known))
            known += [self.known[each] for each in piece.features if each in self.known] or [0]
        sums: Array = np.add.reduceat(self.rows[known], starts, 0)
        return sums

    def _read(self, pieces: Array, way: str) -> Array:
        """Read pieces in order; what each leaves behind, one row a piece."""
        held, bias = self.weights[f"{way}_held"].T, self.weights[f"{way}_held_bias"]
        given = pieces @ self.weights[f"{way}_given"].T + self.weights[f"{way}_given_bias"]
        size = held.shape[0]
        state, states = np.zeros(size, np.float32), np.empty((len(pieces), size), np.float32)
        for i, piece in enumerate(given):
            kept = state @ held + bias
            gates = 1 / (1 + np.exp(-(piece[: 2 * size] + kept[: 2 * size])))
            new = np.tanh(piece[2 * size :] + gates[:size] * kept[2 * size :])
            state = new + gates[size:] * (state - new)
            states[i] = state
        return states


def load_tagger(roots: DataRoots) -> Tagger:
    """Read the weights.

    Raises:
        KnowledgeError: the file is missing or is not of its shape.
    """
    path = next((p for p in find_files(roots, _FOLDER, ".npz") if p.stem == _FILE), None)
    if path is None:
        raise KnowledgeError(
            f"{_FOLDER}/{_FILE}.npz is missing; make it with plugin/scripts/train_redaction.py"
        )
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as told:
            features = bytes(told["features"]).decode().split("\n")
            kinds = tuple(bytes(told["kinds"]).decode().split("\n"))
            arrays = {
                name: told[name].astype(np.float32)
                for name in told.files
                if name not in ("features", "kinds")
            }
        rows = arrays.pop("rows")
        return Tagger({each: i for i, each in enumerate(features, start=1)}, kinds, rows, arrays)
    except (KeyError, ValueError, OSError, BadZipFile) as error:
        raise KnowledgeError(f"{path.name} is not of its shape: {type(error).__name__}") from None
