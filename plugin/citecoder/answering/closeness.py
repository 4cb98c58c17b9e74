"""Does a sentence keep to the words of one sentence of a passage? What a language model's sentences are held to.

``grounding`` weighs signs and lets free paraphrases through that turn a denial or change people. A model that words
answers is held to more: what must be exact is exactly that of one sentence, and nearly all other words stand in it too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from citecoder.answering.evidence import tables_as_text
from citecoder.answering.tokens import tokens
from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder.model import Passage

NEARLY_ALL = 0.75
"""The share of a sentence's other words that stand in the sentence it keeps to, chosen on the drafts of evals/grounding."""
_EXACT = frozenset({"code", "modifier", "number", "date", "payer", "who", "field", "label"})
_MODALS = {
    "may": "may", "can": "may", "could": "may", "might": "may", "must": "must", "shall": "must", "required": "must",
    "requires": "must", "require": "must", "needs": "must", "need": "must", "has": "", "should": "should", "only": "only",
    "unless": "unless", "except": "unless", "always": "always", "never": "never", "at": "", "least": "least", "most": "most",
    "more": "more", "less": "less", "fewer": "less", "before": "before", "after": "after", "each": "each", "every": "each",
    "all": "all", "any": "any", "no": "no", "not": "not", "without": "without", "neither": "no", "nor": "no", "none": "no",
    "cannot": "not", "instead": "instead", "rather": "instead", "either": "either", "both": "both", "or": "or",
}  # fmt: skip
"""Words that turn what a sentence says, by what they do. They stand in both sentences or in none."""
_LOOSE = frozenset({"or", "either", "all", "any", "each", "more", "most", "before", "after", "both"})
"""Of these, those that a sentence may leave out with the part they stand in."""
_WORD = re.compile(r"[a-z]+(?:n't|n’t)?")


class _Said(NamedTuple):
    exact: tuple[
        tuple[str, str], ...
    ]  # in their order: "CQ goes with GO" is not said by "CQ with GP, CO with GO"
    turning: frozenset[str]
    words: frozenset[str]


def keeps_to(text: str, passages: Sequence[Passage], nearly_all: float = NEARLY_ALL) -> bool:
    """Tell whether one sentence of the passages has all that a sentence says, and is turned in the same way.

    Args:
        text: one sentence.
        passages: those that it names.
        nearly_all: the share of its other words that must stand there too.
    """
    said = _said(text)
    payers = {
        ("payer", p.source.payer) for p in passages
    }  # whose policy it is stands above every sentence of it
    said = said._replace(exact=tuple(e for e in said.exact if e not in payers))
    return any(_borne(said, one, nearly_all) for passage in passages for one in _sentences(passage))


def _borne(said: _Said, there: _Said, nearly_all: float) -> bool:
    if not _in_order(said.exact, there.exact) or (said.turning ^ there.turning) - (_LOOSE - said.turning):
        return False
    if not said.words:
        return bool(said.exact)
    return len(said.words & there.words) >= nearly_all * len(said.words)


def _in_order(some: Sequence[tuple[str, str]], every: Sequence[tuple[str, str]]) -> bool:
    left = iter(every)
    return all(each in left for each in some)


def _said(text: str) -> _Said:
    found = [t for t in tokens(text) if t.kind not in ("stop", "negator")]
    own = _WORD.findall(text.casefold())
    turning = {_MODALS.get(w, "") or ("not" if w.endswith(("n't", "n’t")) else "") for w in own} - {""}
    return _Said(
        tuple((t.kind, t.value) for t in found if t.kind in _EXACT),
        frozenset(turning),
        frozenset(t.value for t in found if t.kind not in _EXACT and t.written not in _MODALS),
    )


@lru_cache(maxsize=256)
def _sentences(passage: Passage) -> tuple[_Said, ...]:
    return tuple(_said(text) for text in _texts(passage))


def _texts(passage: Passage) -> Iterable[str]:
    if passage.lead:
        yield passage.lead
    for paragraph in tables_as_text(passage.text).split("\n\n"):
        yield from sentences(" ".join(paragraph.split()))
