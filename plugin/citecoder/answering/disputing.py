"""What another source says about the same matter, and whom the answer follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answers import Sentence
from citecoder.model import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citecoder.answering.asked import Asked
    from citecoder.answering.choosing import Ranked
    from citecoder.answering.desk import Desk
    from citecoder.model import Passage

MOST = 2
"""Contradicted claims that one answer shows."""
_SPEAKS_OF = 0.55
"""The share of the best passage's likelihood from which on a contradicted claim is about the question."""
_REBUTTED = 0.45
"""The same where the answer cites the passage that contradicts it."""
_REPORTED = 0.35
"""The same where the asker tells what somebody else says."""
_AUTHORITIES = {
    "regulator": "the regulator", "contractor": "Medicare's contractor", "association": "the association",
    "payer": "the payer", "practice": "working practice", "article": "an article",
}  # fmt: skip


def disputes(asked: Asked, ranked: Sequence[Ranked], cited: Iterable[str]) -> list[Passage]:
    """Return contradicted passages that say something about what is asked, the likeliest first.

    Args:
        asked: the question.
        ranked: the passages that speak of it.
        cited: the passages that the answer rests on.
    """
    known, best = (
        set(cited),
        max((each.score for each in ranked if each.passage.disputed is None), default=0.0),
    )
    reported = "reported" in asked.wants
    against = [
        each
        for each in ranked
        if each.passage.disputed is not None
        and each.passage.id not in known
        and _on_its_code(asked, each.passage)
        and each.score
        >= best * (_REPORTED if reported else _REBUTTED if each.passage.disputed.by in known else _SPEAKS_OF)
    ]
    return [each.passage for each in against[:MOST]]


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
