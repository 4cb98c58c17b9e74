"""Building one index version from a stream of passages: nothing but numbers is kept in memory."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.index_records import Record, records_of
from citecoder.adapters.passage_file import PassageWriter, StoredPassages, stored_ids
from citecoder.adapters.vector_file import VectorWriter
from citecoder.retrieval.columns import Columns
from citecoder.retrieval.keywords import KeywordIndex
from citecoder.retrieval.search import Preparation, Prepared, SearchIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from citecoder.adapters.vector_file import KnownVectors
    from citecoder.model import Passage
    from citecoder.retrieval.abbreviations import Abbreviations

CHROMA, KEYWORDS = "chroma", "keywords"
BATCH = 500


class Built(NamedTuple):
    """What a version holds."""

    passages: int
    records: int


def build_index(
    folder: Path,
    passages: Iterable[Passage],
    abbreviations: Abbreviations,
    known: KnownVectors,
    step: Callable[[int], None],
) -> Built:
    """Write all files of a version into an empty folder, in one pass over the passages.

    Args:
        folder: the folder.
        passages: in the order in which they will be served.
        abbreviations: the field's short forms, for the keywords.
        known: makes the vectors.
        step: told how many passages are done.

    Raises:
        OSError: a file can't be written. Chroma raises kinds of its own.
    """
    from citecoder.adapters.chroma_collection import Collection  # noqa: PLC0415 - who only searches loads no Chroma

    preparation = Preparation(abbreviations)
    with (
        contextlib.closing(PassageWriter(folder)) as writer,
        contextlib.closing(VectorWriter(folder)) as vectors,
        contextlib.closing(Collection(folder / CHROMA, new=True)) as collection,
    ):
        for batch in _batches(_recorded(passages, preparation, writer)):
            texts = [record.text for record in batch]
            made = known.vectors(texts)
            vectors.add(texts, [record.place for record in batch], made)
            collection.add(batch, made)
            step(batch[-1].place + 1)
        prepared = preparation.done()
        writer.finish(prepared.ids)
    prepared.columns.save(folder)
    prepared.keywords.save(folder / KEYWORDS)
    return Built(len(prepared.ids), vectors.count)


def open_search(folder: Path, abbreviations: Abbreviations) -> SearchIndex:
    """Open what ``build_index`` wrote, for searching.

    Raises:
        OSError, ValueError, KeyError: a file is missing or broken.
    """
    ids = stored_ids(folder)
    prepared = Prepared(
        ids, KeywordIndex.load(folder / KEYWORDS, len(ids), abbreviations), Columns.load(folder)
    )
    return SearchIndex(StoredPassages(folder), abbreviations, prepared)


def _recorded(
    passages: Iterable[Passage], preparation: Preparation, writer: PassageWriter
) -> Iterator[Record]:
    for place, passage in enumerate(passages):
        preparation.add(passage)
        writer.add(passage)
        yield from records_of(passage, place)


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch
