"""What another source says about the same matter, and whom the answer follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answers import Sentence
from citecoder.model import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.model import Passage

MOST = 2
"""Contradicted claims that one answer shows."""
_SPEAKS_OF = 0.34
"""The share of the question's words that a contradicted claim must hold when the answer doesn't cite its rebuttal."""
_AUTHORITIES = {
    "regulator": "the regulator", "contractor": "Medicare's contractor", "association": "the association",
    "payer": "the payer", "practice": "working practice", "article": "an article",
}  # fmt: skip


def disputes(asked: Asked, cited: Sequence[Passage], desk: Desk) -> list[Passage]:
    """Return contradicted passages that speak of what is asked, those that the answer's own passages rebut first.

    Args:
        asked: the question.
        cited: the passages that the answer rests on.
        desk: what answering works with.
    """
    known = {passage.id for passage in cited}
    hits = desk.engine.store.search(asked.text, k=60)
    found = [
        (hit.keyword, hit.passage) for hit in hits if hit.passage.disputed and hit.passage.id not in known
    ]
    scored = [
        (passage.disputed is not None and passage.disputed.by in known, share, passage)
        for share, passage in found
        if _on_its_code(asked, passage)
    ]
    kept = [each for each in scored if each[1] >= _SPEAKS_OF or (each[0] and each[1] >= _SPEAKS_OF / 2)]
    kept.sort(key=lambda each: (-each[0], -each[1], each[2].id))
    return [passage for _, _, passage in kept[:MOST]]


def _on_its_code(asked: Asked, passage: Passage) -> bool:
    """Tell whether a claim is about a code asked about, or about none in particular."""
    return not passage.codes or not asked.services or bool(set(passage.codes) & set(asked.services))


def told(disputed: Sequence[Passage], desk: Desk) -> Iterator[tuple[Sentence, Conflict]]:
    """Yield for each contradicted passage the sentence that names it, and the conflict with both ends."""
    for passage in disputed:
        better = desk.passage(passage.disputed.by) if passage.disputed else None
        if passage.disputed is None or better is None:
            continue
        claim = " ".join(passage.text.split())
        resolution = (
            f"{_AUTHORITIES[better.source.authority].capitalize()} is followed: {passage.disputed.because}"
        )
        said = f"Sources disagree: {passage.source.title} says otherwise, and {_AUTHORITIES[better.source.authority]} is followed: {_sentence(passage.disputed.because)}"
        yield (
            Sentence(said, (passage.id, better.id)),
            Conflict(claim, passage.id, better.id, resolution),
        )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
