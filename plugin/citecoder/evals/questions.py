"""The one reader of ``cases/answers`` of a set: questions as coders put them, with what an answer must and must not state.

One file a topic, a topic in one split as a whole. A fact is held by regular expressions, ignoring case, over the plain
words of an answer: any of them is enough. One broken file never hides the others: everything that is wrong is collected.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from citecoder.answers import Abstention
from citecoder.errors import InputError
from citecoder.evals.case_files import QUESTIONS, CaseSetError, Fault, fault_of
from citecoder.evals.cases import CaseId, Labelled
from citecoder.evals.phi import suspicions
from citecoder.evals.yaml_lines import read_yaml
from citecoder.model import Confidence
from citecoder.wire import field_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from citecoder.evals.yaml_lines import KeyPath

FOLDER = f"cases/{QUESTIONS}"
SUFFIX = ".yaml"
Kind = Literal["single", "turns", "decline", "conflict"]
Split = Literal["dev", "test"]
_MARKS = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def _expression(written: str) -> str:
    """Let only an expression through that finds something, and not in an empty answer."""
    try:
        found = re.compile(written, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"is no expression ({error.msg}); mend it") from None
    if found.search(""):
        raise ValueError("is found in an empty answer; ask for words")
    return written


Expression = Annotated[
    str, Field(min_length=1, json_schema_extra={"format": "regex"}), AfterValidator(_expression)
]
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class Fact(Labelled):
    """One fact.

    Attributes:
        fact: it in words, for people.
        any: expressions; an answer in which one of them is found states it.
    """

    fact: Words
    any: Annotated[tuple[Expression, ...], Field(min_length=1)]

    @cached_property
    def _found(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(each, re.IGNORECASE) for each in self.any)

    def stated_in(self, answer: str) -> bool:
        """Tell whether the words of an answer state it."""
        return any(pattern.search(answer) for pattern in self._found)


class Against(Labelled):
    """What another source says: who, and what."""

    says: Words
    claim: Words


class AnswerCase(Labelled):
    """A question with its key.

    Attributes:
        asked: the turns of the asker; the key is for the last.
        means: the same in formal words.
        must: what an answer must state.
        must_not: what no answer may state.
        decline: the reasons for which it may be declined; empty for a question that has an answer.
        conflict: what another source says; the answer must tell of it and follow the authority.
        sources: where the key stands.
    """

    id: CaseId
    kind: Kind
    asked: Annotated[tuple[Words, ...], Field(min_length=1)]
    means: Words
    must: tuple[Fact, ...] = ()
    must_not: tuple[Fact, ...] = ()
    decline: tuple[Abstention, ...] = ()
    conflict: Against | None = None
    sources: tuple[str, ...] = ()
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if bool(self.decline) == bool(self.must):
            raise ValueError("has facts that it must state, or reasons to be declined: one of the two")
        held = {"decline": bool(self.decline), "turns": len(self.asked) > 1, "conflict": bool(self.conflict)}
        for kind, there in held.items():
            if there and self.kind != kind:
                raise ValueError(f"is of kind {self.kind}, and has what makes it one of kind {kind}")
            if self.kind == kind and not there:
                raise ValueError(f"is of kind {kind}, and has not what makes it one")
        return self


class Topic(Labelled):
    """A topic's questions; ``topic`` is the name of the file too."""

    topic: CaseId
    split: Split
    questions: Annotated[tuple[AnswerCase, ...], Field(min_length=1)]


class PlacedTopic(NamedTuple):
    """A topic, the file it came from, and a way to find the line of one of its keys."""

    topic: Topic
    file: Path
    line_of: Callable[[KeyPath], int]


def read_topics(folder: Path) -> Sequence[Topic]:
    """Return every topic of a folder, in the order of their names.

    Raises:
        CaseSetError: a file breaks the format, or an id stands twice; the message names the file and the line.
    """
    placed, faults = read_placed(folder)
    if faults:
        raise CaseSetError(faults)
    return [each.topic for each in placed]


def read_placed(folder: Path) -> tuple[list[PlacedTopic], list[Fault]]:
    """Return the topics that can be read, and what is wrong with the rest, by file and line."""
    placed: list[PlacedTopic] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        found = _read(path)
        if isinstance(found, PlacedTopic):
            placed.append(found)
        else:
            faults += found
    return placed, sorted([*faults, *_repeated(placed)])


def _read(path: Path) -> PlacedTopic | list[Fault]:
    try:
        raw, line_of = read_yaml(path)
    except InputError as error:
        return [fault_of(error)]
    try:
        topic = Topic.model_validate(raw)
    except ValidationError as error:
        problems = field_problems(error.errors(include_url=False, include_input=False))
        places = [tuple(each.loc) for each in problems]
        return [
            Fault(str(path), line_of(place), f"{'.'.join(map(str, place)) or 'topic'}: {each.msg}")
            for place, each in zip(places, problems, strict=True)
            if not any(len(other) > len(place) and other[: len(place)] == place for other in places)
        ]  # a list without one of its items is too short besides: only what is wrong in it is told
    if topic.topic != path.stem:
        told = f"topic: is {topic.topic}, and the file is named {path.stem}; call both the same"
        return [Fault(str(path), line_of(("topic",)), told)]
    return PlacedTopic(topic, path, line_of)


def _repeated(placed: Iterable[PlacedTopic]) -> Iterator[Fault]:
    """Tell of each question whose id another question had before it, in whatever file."""
    first: dict[str, tuple[PlacedTopic, int]] = {}
    for topic in placed:
        for at, question in enumerate(topic.topic.questions):
            before, place = first.setdefault(question.id, (topic, at))
            if (before, place) != (topic, at):
                where = f"{before.file.name}:{_line(before, place, 'id')}"
                told = f"id {question.id} stands twice, first in {where}"
                yield Fault(str(topic.file), _line(topic, at, "id"), told)


def _line(topic: PlacedTopic, at: int, *key: str | int) -> int:
    """Return the line of a key of a question; finding it takes a while, so only where there is something to tell."""
    return topic.line_of(("questions", at, *key))


def to_look_at(placed: Iterable[PlacedTopic]) -> list[Fault]:
    """Return what a person should look at: what looks like a real person, and keys that their own question breaks.

    Where ``means`` itself tells, outside its questions, what no answer may state, an answer that takes up the setting
    in the question's words would count as wrong.
    """
    found = []
    for topic in placed:
        for at, question in enumerate(topic.topic.questions):
            found += [
                Fault(str(topic.file), _line(topic, at, *key), f"{question.id}: {what}")
                for key, what in _doubts(question)
            ]
    return sorted(found)


def _doubts(question: AnswerCase) -> Iterator[tuple[KeyPath, str]]:
    for each in suspicions("\n".join((*question.asked, question.means))):
        yield ("asked",), f"the question looks as if it held {each.what}"
    told = [each for each in _SENTENCE_ENDS.split(question.means) if not each.rstrip().endswith("?")]
    for at, fact in enumerate(question.must_not):
        if any(fact.stated_in(sentence) for sentence in told):
            yield ("must_not", at), "what must not be stated is found in the question's own words"


def plain(answer: str) -> str:
    """Return an answer's words without its marks."""
    return _MARKS.sub("", answer)
