"""The last look at a finished version before anything points at it: opened by a process of its own.

A process that wrote a version may answer from memory what never reached the files; another one can't. It runs as
``python -c "from citecoder.adapters.index_check import main; main()" FOLDER PASSAGES RECORDS``.
"""
# ruff: noqa: PLC0415 - the vendor is loaded in the process that checks

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citecoder.errors import IndexUnavailableError

if TYPE_CHECKING:
    from citecoder.adapters.index_build import Built
    from citecoder.adapters.vector_file import Vectors
    from citecoder.retrieval.search import SearchIndex

_SAMPLES = 20
_SECONDS = 600
_EXACT = 0.999


def verify(folder: Path, built: Built) -> None:
    """Open a version in another process, count, look samples up and ask it.

    Args:
        folder: the version's folder.
        built: what it must hold.

    Raises:
        IndexUnavailableError: it doesn't hold that, or can't be opened.
    """
    code = "from citecoder.adapters.index_check import main; main()"
    command = [sys.executable, "-c", code, str(folder), str(built.passages), str(built.records)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        ran = subprocess.run(  # noqa: S603 - our own interpreter, fixed arguments
            command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise IndexUnavailableError(f"{folder}: the new index doesn't answer; try again") from None
    if ran.returncode:
        reason = (ran.stdout.strip() or f"the checking process ended with {ran.returncode}").splitlines()[-1]
        raise IndexUnavailableError(f"{folder}: the new index failed its check ({reason}); try again")


def main() -> None:
    """Check the version that the arguments name; exit 1 with a reason on standard output."""
    folder, passages, records = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    try:
        wrong = fault(folder, passages, records)
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes a library raise
        wrong = type(error).__name__
    if wrong:
        sys.stdout.write(f"{wrong}\n")
        sys.exit(1)


def fault(folder: Path, passages: int, records: int) -> str | None:
    """Say what is wrong with a version; None when it holds and finds what it should."""
    from citecoder.adapters.index_build import CHROMA, open_search
    from citecoder.adapters.vector_file import load_vectors
    from citecoder.retrieval.abbreviations import NO_ABBREVIATIONS

    index, vectors = open_search(folder, NO_ABBREVIATIONS), load_vectors(folder)
    if (len(index.ids), len(index.passages)) != (passages, passages) or len(vectors.owners) != records:
        return "passages or vectors are missing"
    if not passages:
        return None
    sample = [place * (passages - 1) // (_SAMPLES - 1) for place in range(_SAMPLES)]
    if any(index.passages[place].id != index.ids[place] for place in sample):
        return "a passage is not where it should be"
    return _search_fault(index, sample[0]) or _collection_fault(
        folder / CHROMA, index, records, sample, vectors
    )


def _search_fault(index: SearchIndex, place: int) -> str | None:
    query = " ".join((*index.passages[place].heading, index.passages[place].text[:200]))
    return None if index.search(query, k=1) else "a search finds nothing"


def _collection_fault(
    folder: Path, index: SearchIndex, records: int, sample: list[int], vectors: Vectors
) -> str | None:
    from citecoder.adapters.chroma_collection import Collection

    collection = Collection(folder)
    try:
        if collection.count() != records:
            return "Chroma lacks records"
        if not collection.has(sorted({index.ids[place] for place in sample})):
            return "Chroma lacks a sampled record"
        _, cosines = collection.nearest(vectors.rows[records // 2], 1)
        return None if cosines[0] > _EXACT else "Chroma does not find a vector that it holds"
    finally:
        collection.close()
