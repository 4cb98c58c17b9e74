"""Articles that a site took in: what they say is told as theirs, and not at all where a better source contradicts it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from citecoder.answering.declining import ORDERS, declined
from citecoder.answering.turns import understand
from citecoder.answers import Question, Sentence
from citecoder.model import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citecoder.answering.choosing import Ranked
    from citecoder.answering.desk import Desk
    from citecoder.checking.claims import Claim
    from citecoder.model import Passage


class Sifted(NamedTuple):
    """Passages that may answer, and what those that may not claim against better sources."""

    good: tuple[Ranked, ...]
    against: tuple[tuple[Passage, Claim], ...]


def is_hearsay(passage: Passage) -> bool:
    """Tell whether a passage is of an article that a site took in: no authority, and nobody here read it."""
    return passage.ingested and passage.source.authority == "article"


def sifted(ranked: Sequence[Ranked], desk: Desk) -> Sifted:
    """Leave out the articles taken in that a better source contradicts, or that give orders to software.

    Args:
        ranked: passages that answer, the best first.
        desk: what answering works with.
    """
    good: list[Ranked] = []
    against: list[tuple[Passage, Claim]] = []
    for each in ranked:
        claims = _contradicted(each.passage, desk) if is_hearsay(each.passage) else []
        against += [(each.passage, claim) for claim in claims]
        if not claims and not (is_hearsay(each.passage) and _gives_orders(each.passage, desk)):
            good.append(each)
    return Sifted(tuple(good), tuple(against))


def _contradicted(passage: Passage, desk: Desk) -> list[Claim]:
    claims = desk.check(passage.text).claims
    return [claim for claim in claims if claim.verdict == "contradicted" and claim.cites]


def _gives_orders(passage: Passage, desk: Desk) -> bool:
    asked = understand(Question(passage.text), desk.hearing())
    kind = declined(asked, desk.wording, desk.engine.today())
    return kind is not None and kind.id == ORDERS


def told_as_theirs(sentences: Iterable[Sentence], desk: Desk) -> Iterator[Sentence]:
    """Yield the sentences, those that rest on nothing but articles taken in under the article's name."""
    for sentence in sentences:
        passages = [passage for cite in sentence.citations if (passage := desk.passage(cite)) is not None]
        if passages and all(is_hearsay(passage) for passage in passages):
            title = passages[0].source.title
            yield replace(
                sentence, text=f"“{title}”, an article taken in here and no authority, says: {sentence.text}"
            )
        else:
            yield sentence


def conflicts_with(against: Iterable[tuple[Passage, Claim]]) -> Iterator[tuple[Sentence, Conflict]]:
    """Yield for each sentence that is contradicted the one that says so, and the conflict with both ends."""
    once = {claim.text: (passage, claim) for passage, claim in reversed(tuple(against))}
    for passage, claim in reversed(once.values()):
        said = f"Sources disagree: “{passage.source.title}”, an article taken in here, says otherwise, and is not followed: {claim.because}"
        yield (
            Sentence(said, (passage.id, *claim.cites)),
            Conflict(" ".join(claim.text.split()), passage.id, claim.cites[0], claim.because),
        )
