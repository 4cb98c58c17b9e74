"""search: passages of the sources, best first, and why they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


def search(parts: Parts, asked: wire.SearchRequest) -> wire.SearchResponse:
    """Search the passage store; an answer carries the id of its request."""
    hits = parts.store.search(
        asked.query, k=asked.k, code=asked.code, payer=asked.payer, authority=asked.authority, on=asked.date
    )
    return wire.hits_to_wire(hits).model_copy(update={"id": asked.id})


def passage(parts: Parts, passage_id: str) -> wire.Passage:
    """Return one passage by its id.

    Raises:
        InputError: no passage has that id.
    """
    found = parts.store.get(passage_id)
    if found is None:
        raise InputError("no passage has this id; search for it with `citecoder search`", "id")
    return wire.passages_to_wire([found])[0]
