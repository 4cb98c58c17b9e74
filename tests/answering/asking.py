"""Asking questions in tests: the real desk, one answer, and what a question is understood as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from citecoder.answering.asked import Asked
from citecoder.answering.turns import understand
from citecoder.answers import Answer, Question, Turn
from citecoder.app.wiring import Parts

Ask = Callable[..., Answer]
Understand = Callable[..., Asked]


def asker(parts: Parts) -> Ask:
    """Return a function from the turns of an asker to the answer of the last."""

    def ask(*turns: str, **more: Any) -> Answer:
        return parts.answers.invoke(_question(turns, more))

    return ask


def understander(parts: Parts) -> Understand:
    """Return a function from the turns of an asker to what the last is understood as."""

    def understood(*turns: str, **more: Any) -> Asked:
        return understand(_question(turns, more), parts.desk.hearing())

    return understood


def _question(turns: tuple[str, ...], more: dict[str, Any]) -> Question:
    history = more.pop("history", ()) or tuple(Turn("user", text) for text in turns[:-1])
    return Question(turns[-1], history=history, **more)


def words_of(answer: Answer) -> str:
    """Return the sentences without marks."""
    return " ".join(sentence.text for sentence in answer.sentences)
