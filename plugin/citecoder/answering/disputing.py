"""What another source says about the same matter, and whom the answer follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.choosing import rank
from citecoder.answering.together import only_lists
from citecoder.answers import Sentence
from citecoder.model import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.model import Passage

MOST = 2
"""Contradicted claims that one answer shows."""
_SPEAKS_OF = 0.5
"""The share of the best answer's likelihood from which on a contradicted claim is about the question."""
_REBUTTED = 0.4
"""The same where the answer cites the passage that contradicts it."""
_REPORTED = 0.25
"""The same where the asker tells what somebody else says."""
_LEAST = 0.125
"""The likelihood that any contradicted claim needs."""
_NEAR_FIRST = 0.8
"""The share of the first claim's likelihood that a second one needs."""
_PAIR = 2
_AUTHORITIES = {
    "regulator": "the regulator", "contractor": "Medicare's contractor", "association": "the association",
    "payer": "the payer", "practice": "working practice", "article": "an article",
}  # fmt: skip


def disputes(asked: Asked, best: float, cited: Iterable[str], desk: Desk) -> list[Passage]:
    """Return contradicted passages that say something about what is asked, the likeliest first.

    Args:
        asked: the question.
        best: how likely the best passage answers it, 0…1.
        cited: the passages that the answer rests on.
        desk: what answering works with.
    """
    known = set(cited)
    against = [
        each
        for each in rank(asked, desk.sources, disputed=True)
        if _on_its_code(asked, each.passage)
        and each.score >= max(best * _needed(asked, each.passage, known), _LEAST)
    ]
    return [each.passage for each in against[:MOST] if each.score >= _NEAR_FIRST * against[0].score]


def _needed(asked: Asked, passage: Passage, known: set[str]) -> float:
    if "reported" in asked.wants:
        return _REPORTED
    return _REBUTTED if passage.disputed is not None and passage.disputed.by in known else _SPEAKS_OF


def _on_its_code(asked: Asked, passage: Passage) -> bool:
    """Tell whether a claim is about a code asked about, or about none in particular; of a pair, about the pair."""
    named, asked_of = set(passage.codes), set(asked.services)
    if len(asked_of) == _PAIR and "together" in asked.wants and asked_of <= named:
        return not only_lists(passage, asked_of)
    return not named or not asked_of or bool(named & asked_of)


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
