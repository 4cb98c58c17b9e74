"""From ranked passages and what was computed to a draft: direct, short, its first words the answer.

A drafter takes what was asked and the passages and gives sentences, each naming the passages it rests on. Without a
language model the sentences are the passages' own leads. Whoever drafts, ``grounding`` reads every sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from citecoder.answering.together import only_lists
from citecoder.answers import Sentence
from citecoder.retrieval.keywords import words
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from citecoder.answering.asked import Asked
    from citecoder.answering.catalogue import Catalogue, Likeness
    from citecoder.answering.choosing import Ranked
    from citecoder.answering.model_drafter import Draft
    from citecoder.model import Passage

Drafter = Callable[["Asked", Sequence["Passage"]], "Draft"]

MOST_PASSAGES = 3
"""Passages whose leads make one answer."""
MOST_OF_ONE = 1
"""Further sentences of the best passage."""
_SAME_QUESTION = 0.72
"""Likeness from which on an authored question may be the one asked."""
_NEAR_BEST = 0.6
"""The share of the best likelihood that a further passage needs."""
_NEAR_FIRST = 0.75
"""The share of the best likelihood that a passage which fits better needs to come first."""
_LOOKED_AT = 8
"""Passages among which it is looked for."""
_LIKELY = 0.2
"""The likelihood that a further passage needs."""
_SPEAKS_OF = 0.3
"""The share of the question's words that a further sentence of the best passage needs."""
_NEW_WORDS = 0.35
"""The share of its words that a further sentence has to add."""
_MODALS = ("can", "could", "may", "might", "allowed", "able", "permitted", "legal", "ok", "okay")
_DUTIES = (
    "must",
    "need",
    "needs",
    "have",
    "has",
    "required",
    "require",
    "requires",
    "should",
    "necessary",
    "mandatory",
)
_TURNED = (
    "not",
    "n't",
    "never",
    "without",
    "illegal",
    "wrong",
    "fraud",
    "forbidden",
    "prohibited",
    "unless",
    "only",
    "except",
    "stop",
    "avoid",
)


def draft_from_leads(
    asked: Asked, ranked: Sequence[Ranked], before: Sequence[Sentence], catalogue: Catalogue
) -> list[Sentence]:
    """Join the leads of the best passages, and what the best of them says besides about the question.

    Args:
        asked: the question.
        ranked: passages that answer, the best first; all of them are good enough.
        before: sentences that stand already; nothing is said twice.
        catalogue: what tells which words weigh.
    """
    drafted: list[Sentence] = []
    worth = [each for each in _worth(asked, ranked) if not before or _about_all(asked, each)]
    for place, each in enumerate(worth):
        lead = lead_of(each.passage)
        if _adds((*before, *drafted), lead):
            opening = _opening(asked, each.like) if place == 0 and not before else ""
            drafted.append(Sentence(f"{opening}{lead}", (each.passage.id,)))
    if worth:
        drafted += _more_of(asked, worth[0].passage, (*before, *drafted), catalogue)
    return drafted


def _worth(asked: Asked, ranked: Sequence[Ranked]) -> Iterator[Ranked]:
    """Yield the best passage, and those nearly as good that are about the same codes and payer."""
    ranked = _fittest_first(asked, ranked)
    for place, each in enumerate(ranked[:MOST_PASSAGES]):
        near = each.score >= max(_NEAR_BEST * ranked[0].score, _LIKELY)
        if place == 0 or (near and not each.features.other_code and not each.features.other_payer):
            yield each


def _fittest_first(asked: Asked, ranked: Sequence[Ranked]) -> Sequence[Ranked]:
    """Put a passage first that is nearly as good as the best and fits better: who gave it decides, what, and where.

    It speaks of the people asked about; or of the service asked about where the best is of another one; or it is the
    general rule where the best is of one setting that nobody named.
    """
    near = [r for r in ranked[:_LOOKED_AT] if r.score >= _NEAR_FIRST * ranked[0].score]
    theirs = next((r for r in near if r.features.its_people == 1.0), None)
    served = next((r for r in near if not _of_another(asked, r.passage)), None)
    general = next((r for r in near if not r.features.other_setting), None)
    first = theirs or (served if _of_another(asked, ranked[0].passage) else None) or general
    return ranked if first is None else [first, *(r for r in ranked if r is not first)]


def _of_another(asked: Asked, passage: Passage) -> bool:
    """Tell whether a passage is about codes, and none of them is of the services that are asked about."""
    return bool(passage.codes and asked.services) and not set(passage.codes) & set(asked.services)


def _about_all(asked: Asked, each: Ranked) -> bool:
    """Tell whether a passage is about every code asked about, as what was computed is; about two, about both together."""
    if len(asked.codes) < 2:
        return True
    return each.features.its_code == 1.0 and (
        len(asked.codes) > 2 or not only_lists(each.passage, set(asked.codes))
    )


def lead_of(passage: Passage) -> str:
    """Return the sentence that answers: the lead, or else the first sentence."""
    return passage.lead or sentences(passage.text)[0]


def _more_of(
    asked: Asked, passage: Passage, said: Sequence[Sentence], catalogue: Catalogue
) -> Iterator[Sentence]:
    """Yield the sentences of the passage that speak of the question and add to what is said."""
    given = list(said)
    told = 0
    for text in _prose(passage):
        if told < MOST_OF_ONE and catalogue.share(asked.text, text) >= _SPEAKS_OF and _adds(given, text):
            sentence = Sentence(text, (passage.id,))
            given.append(sentence)
            told += 1
            yield sentence


def _prose(passage: Passage) -> Iterator[str]:
    """Yield a passage's sentences, tables and lists left aside."""
    for paragraph in passage.text.split("\n\n"):
        if not re.match(r"\s*(?:\||[-*] |\d+\. )", paragraph):
            yield from sentences(" ".join(paragraph.split()))


def _adds(said: Iterable[Sentence], text: str) -> bool:
    """Tell whether a sentence says enough that is not said yet."""
    known = {word for sentence in said for word in words(sentence.text)}
    own = set(words(text))
    return bool(own) and len(own - known) / len(own) >= (_NEW_WORDS if known else 0.0)


def _opening(asked: Asked, like: Likeness | None) -> str:
    """Return the word that answers the authored question, if the one asked is the same and asked the same way."""
    if like is None or like.authored.opening is None or not asked.is_yes_no or asked.continues:
        return ""
    if asked.past:
        return ""  # it was authored of the present
    same = like.both >= _SAME_QUESTION and _way(asked.own) == _way(like.authored.text)
    return f"{like.authored.opening}. " if same else ""


_EXTENT = frozenset({"whole", "entire", "only", "alone", "every", "always", "without", "own", "complete", "full", "part", "parts", "half"})  # fmt: skip


def _way(text: str) -> tuple[bool, bool, bool, frozenset[str]]:
    """Return how a question is put: as a permission, as a duty, turned around, and of how much ("the whole report", "alone")."""
    own = re.findall(r"[a-z]+(?:n't)?", re.sub(r"\bpart [abcd]\b", "", text.lower().replace("’", "'")))
    return (
        any(word in _MODALS for word in own),
        any(word in _DUTIES for word in own),
        any(word in _TURNED or word.endswith("n't") for word in own),
        _EXTENT & frozenset(own),
    )
