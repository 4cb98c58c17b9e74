"""The one reader of ``evals/cases/answers``: questions as coders put them, with what an answer must and must not state.

One file a topic, a topic in one split as a whole. A fact is held by regular expressions, ignoring case, over the plain
words of an answer: any of them is enough.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter

from citecoder.answers import Abstention
from citecoder.errors import InputError, KnowledgeError
from citecoder.model import Confidence
from citecoder.rules.typed import Closed, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDER = "cases/answers"
Kind = Literal["single", "turns", "decline", "conflict"]
Split = Literal["dev", "test"]
_MARKS = re.compile(r"\s*(?:\[\d+\])+")


@dataclass(frozen=True)
class Fact(Closed):
    """One fact, in words and as the expressions that find it."""

    fact: str
    any: Annotated[tuple[str, ...], Field(min_length=1)]

    @cached_property
    def _found(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(each, re.IGNORECASE) for each in self.any)

    def stated_in(self, answer: str) -> bool:
        """Tell whether the words of an answer state it."""
        return any(pattern.search(answer) for pattern in self._found)


@dataclass(frozen=True)
class Against(Closed):
    """What another source says: who, and what."""

    says: str
    claim: str


@dataclass(frozen=True)
class AnswerCase(Closed):
    """A question with its key.

    Attributes:
        asked: the turns of the asker; the key is for the last.
        means: the same in formal words.
        decline: the reasons for which it may be declined; empty for a question that has an answer.
        conflict: what another source says; the answer must name it and follow the authority.
    """

    id: str
    kind: Kind
    asked: Annotated[tuple[str, ...], Field(min_length=1)]
    means: str
    must: tuple[Fact, ...] = ()
    must_not: tuple[Fact, ...] = ()
    decline: tuple[Abstention, ...] = ()
    conflict: Against | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None


@dataclass(frozen=True)
class _Topic(Closed):
    topic: str
    split: Split
    questions: Annotated[tuple[AnswerCase, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Topic:
    """A topic's questions."""

    name: str
    split: Split
    questions: Sequence[AnswerCase]


_TOPIC = TypeAdapter(_Topic)


def read_topics(folder: Path) -> Iterator[Topic]:
    """Read every topic of a folder.

    Raises:
        InputError: a file breaks the format, or an expression is none; the message names the file and the question.
    """
    for path in sorted(folder.glob("*.yaml")):
        try:
            raw = read_yaml(path, _TOPIC)
        except KnowledgeError as error:
            raise InputError(str(error)) from None
        for question in raw.questions:
            _check(question, path)
        yield Topic(raw.topic, raw.split, raw.questions)


def _check(question: AnswerCase, path: Path) -> None:
    if bool(question.decline) == bool(question.must):
        raise InputError(
            f"{path}: {question.id}: a question has facts that it must state, or is declined, not both"
        )
    for fact in (*question.must, *question.must_not):
        for written in fact.any:
            try:
                re.compile(written)
            except re.error as error:
                raise InputError(f"{path}: {question.id}: {error.msg} in an expression; correct it") from None


def plain(answer: str) -> str:
    """Return an answer's words without its marks."""
    return _MARKS.sub("", answer)
