"""A language model that words an answer from numbered passages. Code finds the passages and checks every sentence.

A sentence that names no passage, or that does not keep to the words of one that it names, is dropped here; ``grounding``
then reads what is left, as it reads every draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from citecoder.answering.closeness import keeps_to
from citecoder.answers import Sentence
from citecoder.language_model import AsksModel, ModelUnavailableError, Used, used_of
from citecoder.prompts import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.answering.asked import Asked
    from citecoder.model import Passage

MOST = 6
"""Sentences of one answer."""


class DraftSentence(BaseModel):
    """One sentence, with the numbers of the passages that it rests on."""

    text: str = Field(max_length=400)
    passages: list[Annotated[int, Field(ge=1, le=99)]] = Field(default_factory=list, max_length=3)


class ModelDraft(BaseModel):
    """What the model answers."""

    sentences: list[DraftSentence] = Field(default_factory=list, max_length=MOST)


@dataclass(frozen=True)
class Draft:
    """The sentences that keep to their passages, and what was asked of the model."""

    sentences: tuple[Sentence, ...]
    used: tuple[Used, ...]


@dataclass(frozen=True)
class ModelDrafter:
    """Words an answer with a language model.

    Attributes:
        ask: sends the prompt.
        prompt: with ``{question}`` and ``{passages}``.
    """

    ask: AsksModel
    prompt: Prompt

    def __call__(self, asked: Asked, passages: Sequence[Passage]) -> Draft:
        """Return the sentences that keep to passages; none where the model fails."""
        if not passages:
            return Draft((), ())
        data = {"question": asked.text, "passages": _numbered(passages)}
        try:
            told = self.ask(self.prompt, data, ModelDraft)
        except ModelUnavailableError as error:
            return Draft((), (Used(self.prompt.mark, None, error.failure),))
        drafted = (_sentence(each, passages) for each in told.value.sentences)
        return Draft(tuple(s for s in drafted if s is not None), (used_of(told),))


def _numbered(passages: Sequence[Passage]) -> str:
    return "\n\n".join(
        f"[{number}] {' '.join(passage.heading)}\n{passage.lead or ''} {passage.text}"
        for number, passage in enumerate(passages, start=1)
    )


def _sentence(drafted: DraftSentence, passages: Sequence[Passage]) -> Sentence | None:
    named = [passages[n - 1] for n in dict.fromkeys(drafted.passages) if n <= len(passages)]
    text = " ".join(drafted.text.split())
    kept = [p for p in named if keeps_to(text, [p])]
    return Sentence(text, tuple(p.id for p in kept)) if kept and text else None
