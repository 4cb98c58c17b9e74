"""The passages of one index version in one file: written one after another, read only where they are asked for."""

from __future__ import annotations

import json
import os
import weakref
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import IO, TYPE_CHECKING, overload

import numpy as np

from citecoder.adapters.passage_json import passage_from_json, passage_to_json
from citecoder.errors import IndexUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.model import Passage

FILE = "passages.jsonl"
STARTS = "passages.npy"
IDS = "ids.json"
_REMEMBERED = 4096


class PassageWriter:
    """Writes passages into a folder, each on a line of its own.

    Args:
        folder: where the files go; ``finish`` completes them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] = (folder / FILE).open("wb")
        self._starts = array("Q", [0])

    def add(self, passage: Passage) -> None:
        """Write the next passage."""
        line = passage_to_json(passage).encode() + b"\n"
        self._file.write(line)
        self._starts.append(self._starts[-1] + len(line))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def finish(self, ids: Sequence[str]) -> None:
        """Complete the files."""
        self._file.close()
        np.save(self._folder / STARTS, np.array(self._starts, np.uint64))
        (self._folder / IDS).write_text(json.dumps(list(ids)), encoding="utf-8")


class StoredPassages(Sequence["Passage"]):
    """The passages that a ``PassageWriter`` wrote, read from the file when one is asked for.

    Args:
        folder: where the files lie.

    Raises:
        OSError, ValueError: they can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._handle = os.open(self._path, os.O_RDONLY)
        weakref.finalize(
            self, os.close, self._handle
        )  # queries that are under way may still read a retired version
        self._starts = np.load(folder / STARTS)
        self._read = lru_cache(maxsize=_REMEMBERED)(self._passage)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, place: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(place, slice):
            return tuple(self._read(at) for at in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._read(place % len(self))

    def _passage(self, place: int) -> Passage:
        start, end = int(self._starts[place]), int(self._starts[place + 1])
        try:
            # One call that moves no shared position: many threads read.
            return passage_from_json(os.pread(self._handle, end - start, start).decode())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailableError(
                f"{self._path}: passage {place} can't be read ({type(error).__name__}); delete the folder to rebuild it"
            ) from error


def stored_ids(folder: Path) -> list[str]:
    """Return the passages' ids in their order."""
    ids: list[str] = json.loads((folder / IDS).read_text(encoding="utf-8"))
    return ids
