"""all-MiniLM-L6-v2 computed in numpy, from weights that lie on this machine: no torch, nothing downloaded.

A BERT encoder of six layers with mean pooling; vectors equal those of the reference implementation to 1e-6.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

HEADS = 12
LONGEST = 256
_TYPES: dict[str, type[np.generic]] = {"F32": np.float32, "I64": np.int64}


class MiniLM:
    """The encoder.

    Args:
        folder: holds ``model.safetensors`` and ``tokenizer.json``.
    """

    def __init__(self, folder: Path) -> None:
        self._weights = read_safetensors(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()
        self._layers = 1 + max(
            int(name.split(".")[2]) for name in self._weights if name.startswith("encoder.layer")
        )

    def encode(self, texts: Sequence[str]) -> Array:
        """Return one vector of length 1 for each text, shape (n, 384)."""
        encodings = self.tokenizer.encode_batch(list(texts))
        return self.encode_ids([encoding.ids for encoding in encodings])

    def encode_ids(self, rows: Sequence[Sequence[int]]) -> Array:
        """Return one vector for each row of token ids; rows of one length are computed together."""
        out = np.zeros((len(rows), 384), np.float32)
        by_length: dict[int, list[int]] = {}
        for at, row in enumerate(rows):
            by_length.setdefault(len(row), []).append(at)
        for places in by_length.values():
            for start in range(0, len(places), 256):
                batch = places[start : start + 256]
                pooled = self._forward(np.array([rows[at] for at in batch])).mean(axis=1)
                out[batch] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return out

    def _forward(self, ids: NDArray[np.int64]) -> Array:
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self._layers):
            x = self._layer(x, f"encoder.layer.{layer}.")
        return x

    def _layer(self, x: Array, at: str) -> Array:
        attended = self._linear(self._attention(x, at + "attention.self."), at + "attention.output.dense")
        x = self._norm(attended + x, at + "attention.output.LayerNorm")
        inner = gelu(self._linear(x, at + "intermediate.dense"))
        return self._norm(self._linear(inner, at + "output.dense") + x, at + "output.LayerNorm")

    def _attention(self, x: Array, at: str) -> Array:
        batch, length, width = x.shape
        shape = (batch, length, HEADS, width // HEADS)
        query, key, value = (
            self._linear(x, at + name).reshape(shape).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        weight = query @ key.transpose(0, 1, 3, 2) / np.float32((width // HEADS) ** 0.5)
        weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
        weight /= weight.sum(axis=-1, keepdims=True)
        mixed: Array = (weight @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
        return mixed

    def _linear(self, x: Array, name: str) -> Array:
        rows = x.reshape(-1, x.shape[-1])  # one large product is several times faster than one for each text
        out: Array = rows @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return out.reshape(*x.shape[:-1], -1)

    def _norm(self, x: Array, name: str) -> Array:
        x = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-12)
        out: Array = x / spread * self._weights[name + ".weight"] + self._weights[name + ".bias"]
        return out


def gelu(x: Array) -> Array:
    """Return x times the normal distribution at x (erf by Abramowitz and Stegun 7.1.26, error below 2e-7)."""
    z = np.abs(x) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * t + np.float32(factor)
    out: Array = (0.5 * x * (1 + np.sign(x) * (1 - series * t * np.exp(-z * z)))).astype(np.float32)
    return out


def read_safetensors(path: Path) -> dict[str, Any]:
    """Read every tensor of a safetensors file, names without the leading ``bert.``."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + size])
    tensors = {}
    for name, what in head.items():
        if name != "__metadata__":
            start, end = what["data_offsets"]
            flat = np.frombuffer(raw[8 + size + start : 8 + size + end], dtype=_TYPES[what["dtype"]])
            tensors[name.removeprefix("bert.")] = flat.reshape(what["shape"])
    return tensors
