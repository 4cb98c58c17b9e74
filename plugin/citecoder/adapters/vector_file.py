"""The vectors of one index version in plain files, beside the hash of each one's text.

They are read whole for exact search, and a later version takes from them what it need not embed again.
"""

from __future__ import annotations

import hashlib
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

VECTORS, TEXTS, OWNERS = "vectors.f32", "texts.sha", "owners.i32"
FILES = (VECTORS, TEXTS, OWNERS)
_HASH_BYTES = 16


class VectorWriter:
    """Writes vectors into a folder, batch by batch.

    Args:
        folder: where the files go; ``close`` completes them.
    """

    def __init__(self, folder: Path) -> None:
        self._files: list[IO[bytes]] = [(folder / name).open("wb") for name in FILES]
        self.count = 0

    def add(self, texts: Sequence[str], owners: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Write the vectors of some texts; ``owners`` are the places of their passages. Rows get length 1."""
        parts = (
            unit(vectors).tobytes(),
            b"".join(map(text_hash, texts)),
            np.array(owners, np.int32).tobytes(),
        )
        for file, part in zip(self._files, parts, strict=True):
            file.write(part)
        self.count += len(texts)

    def close(self) -> None:
        """Complete the files and let go of them."""
        for file in self._files:
            file.close()


class Vectors(NamedTuple):
    """The vectors (each of length 1) and the place of each one's passage."""

    rows: NDArray[np.float32]
    owners: NDArray[np.int32]


def load_vectors(folder: Path) -> Vectors:
    """Read the vectors of a version.

    Raises:
        OSError, ValueError: they can't be read.
    """
    owners = np.fromfile(folder / OWNERS, np.int32)
    rows = np.fromfile(folder / VECTORS, np.float32)
    return Vectors(rows.reshape(len(owners), -1) if len(owners) else rows.reshape(0, 0), owners)


class KnownVectors:
    """An embedding model that looks up first what an earlier version of the same model embedded.

    Args:
        embeddings: the model, asked for texts that are new.
        folder: the earlier version; None or an unreadable one knows nothing.
    """

    def __init__(self, embeddings: Embeddings, folder: Path | None) -> None:
        self._embeddings = embeddings
        self._rows = np.zeros((0, 0), np.float32)
        self._places: dict[bytes, int] = {}
        self.embedded = 0
        try:
            self._rows = load_vectors(folder).rows if folder else self._rows
            hashes = (folder / TEXTS).read_bytes() if folder else b""
        except (OSError, ValueError):
            return
        if len(hashes) == len(self._rows) * _HASH_BYTES:
            starts = range(0, len(hashes), _HASH_BYTES)
            self._places = {hashes[at : at + _HASH_BYTES]: row for row, at in enumerate(starts)}

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector for each text."""
        new = list(dict.fromkeys(text for text in texts if text_hash(text) not in self._places))
        made = dict(zip(new, self._embeddings.embed_documents(new), strict=True)) if new else {}
        self.embedded += len(new)
        return np.array(
            [made[text] if text in made else self._rows[self._places[text_hash(text)]] for text in texts],
            np.float32,
        )


def text_hash(text: str) -> bytes:
    """Return what a text is known by."""
    return hashlib.blake2b(text.encode(), digest_size=_HASH_BYTES).digest()


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows at length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)
