"""What an index holds of each passage, and the version that names the whole: no vendor needed to tell."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.passage_json import passage_to_json
from citecoder.retrieval.search import vector_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from citecoder.model import Passage

SCHEMA = 2
"""Raise it when records or files change: every index is then built anew."""


class Record(NamedTuple):
    """One vector's worth of a passage: its text, or one question that it answers."""

    id: str
    text: str
    metadata: dict[str, str | int]
    place: int


def records_of(passage: Passage, place: int) -> Iterator[Record]:
    """Yield what is embedded of a passage. The first record's id is the passage's, those of questions add "?1"."""
    source = passage.source
    optional = {"payer": source.payer, "effective": source.effective and source.effective.isoformat()}
    about: dict[str, str | int] = {
        "passage": passage.id,
        "source": source.id,
        "authority": source.authority,
        **{key: value for key, value in optional.items() if value},
    }
    body = {"kind": "passage", "codes": " ".join(passage.codes)}
    yield Record(passage.id, vector_text(passage), {**about, **body}, place)
    for number, question in enumerate(dict.fromkeys(passage.answers), start=1):
        yield Record(f"{passage.id}?{number}", question, {**about, "kind": "question"}, place)


def passage_id_of(record_id: str) -> str:
    """Return the id of the passage that a record belongs to."""
    return record_id.partition("?")[0]


def version_of(authored: Iterable[Passage], ingested: Mapping[str, str], model: str) -> str:
    """Return the name of the index over these passages with this embedding model.

    Args:
        authored: the passages that ship and those of the site, in their order.
        ingested: article → the digest of its passages; the order doesn't matter.
        model: the model's fingerprint.
    """
    whole = hashlib.sha256(f"{SCHEMA}|{model}".encode())
    for passage in authored:
        whole.update(b"\n" + passage_to_json(passage).encode())
    for article in sorted(ingested):
        whole.update(f"\n{article} {ingested[article]}".encode())
    return whole.hexdigest()[:16]
