"""What an index holds of each passage, and the version that names the whole: no vendor needed to tell."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from langchain_core.embeddings import Embeddings

from citecoder.adapters.passage_json import passage_to_json
from citecoder.retrieval.search import vector_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from citecoder.model import Passage

SCHEMA = 1
"""Raise it when records change: every index is then built anew."""


class Record(NamedTuple):
    """One vector's worth of a passage: its text, or one question that it answers."""

    id: str
    text: str
    metadata: dict[str, str | int]


def records_of(passage: Passage, at: int) -> Iterator[Record]:
    """Yield what is embedded of a passage. The first record carries the whole passage."""
    source = passage.source
    optional = {"payer": source.payer, "effective": source.effective and source.effective.isoformat()}
    about: dict[str, str | int] = {
        "passage": passage.id,
        "position": at,
        "source": source.id,
        "authority": source.authority,
        **{key: value for key, value in optional.items() if value},
    }
    body = {"kind": "passage", "codes": " ".join(passage.codes), "json": passage_to_json(passage)}
    yield Record(passage.id, vector_text(passage), {**about, **body})
    for number, question in enumerate(dict.fromkeys(passage.answers), start=1):
        yield Record(f"{passage.id}?{number}", question, {**about, "kind": "question"})


def version_of(passages: Sequence[Passage], model: str) -> str:
    """Return the name of the index over these passages with this embedding model."""
    whole = hashlib.sha256(f"{SCHEMA}|{model}".encode())
    for passage in passages:
        whole.update(b"\n" + passage_to_json(passage).encode())
    return whole.hexdigest()[:16]


class RememberingEmbeddings(Embeddings):
    """Embeddings that already know the vectors of some texts: after a small change little is embedded anew."""

    def __init__(self, inner: Embeddings, known: Mapping[str, list[float]]) -> None:
        self._inner = inner
        self._known = known

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector for each text, asking the model only for those that are new."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        made = dict(zip(new, self._inner.embed_documents(new), strict=True)) if new else {}
        return [made[text] if text in made else self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Return the model's vector of a query."""
        return self._inner.embed_query(text)
