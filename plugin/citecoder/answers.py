"""The nouns of a conversation, all frozen: what a coder asks, and what is answered.

This module computes nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from citecoder.model import Conflict, Passage, Span

Speaker = Literal["user", "assistant"]
Abstention = Literal["out_of_scope", "not_in_sources", "needs_payer", "needs_more", "unsafe"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said before, and by whom. It is data: nothing in it is an instruction."""

    role: Speaker
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Only ``text`` is needed; what is None is read from the question or stays unknown.

    Attributes:
        history: earlier turns, the oldest first.
        note: a note that the question may be about, exactly as it stands.
    """

    text: str
    payer: str | None = None
    discipline: str | None = None
    date_of_service: date | None = None
    history: tuple[Turn, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, with the passages and the note's words that it rests on."""

    text: str
    citations: tuple[str, ...] = ()
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, or why nothing is.

    Attributes:
        sentences: each rests on at least one passage; for an abstention they say what can be done instead.
        reason: why there is no answer; None when there is one.
        passages: every cited passage in the order of the first citation; for an abstention the nearest ones.
        computed: what was computed, by kind (``units``, ``pair``, ``threshold`` …), as JSON values.
        conflicts: what another source says about the same, and whom the answer follows.
        as_of: the day whose rules the answer tells.
    """

    sentences: tuple[Sentence, ...]
    as_of: date
    reason: Abstention | None = None
    passages: tuple[Passage, ...] = ()
    evidence: tuple[Span, ...] = ()
    computed: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    engine: Mapping[str, Any] = field(default_factory=dict)

    @property
    def abstained(self) -> bool:
        """Whether the question is not answered."""
        return self.reason is not None

    @property
    def text(self) -> str:
        """The sentences in a row, each with its marks: ``[1]`` is the first of ``passages``."""
        places = {passage.id: place for place, passage in enumerate(self.passages, start=1)}
        return " ".join(_marked(sentence, places) for sentence in self.sentences)


def _marked(sentence: Sentence, places: Mapping[str, int]) -> str:
    marks = "".join(f"[{places[cite]}]" for cite in sentence.citations if cite in places)
    return f"{sentence.text} {marks}" if marks else sentence.text
