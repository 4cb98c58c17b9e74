"""A language model as a judge of documentation: it points to words for questions that were left open.

Only a question that the rules answered with ``cannot_tell`` is asked, and only what is looked for in the note itself. A
quote that is not there, stands in a plan, a template or another visit, or shares no word with the question's element
changes nothing. The other way, from met to open, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field

from citecoder.elements import Element
from citecoder.language_model import AsksModel, ModelUnavailableError, Used, used_of
from citecoder.model import Note, Span
from citecoder.notes.spans import locate
from citecoder.notes.words import tokens
from citecoder.prompts import Prompt

MOST = 40
"""Questions of one note that a model is asked at once."""
LEAST_WORDS = 3
LEAST_SHARED = 2
"""Words of substance that a quote shares with its question. On dev, 31 of 697 random sentences share one, none two."""
MOST_LETTERS = 240
_NOT_TODAY = frozenset({"plan", "goals", "home_program", "prior_visit", "template"})
_STOPS = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "if",
        "in",
        "is",
        "it",
        "its",
        "not",
        "note",
        "of",
        "on",
        "or",
        "other",
        "our",
        "patient",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "today",
        "visit",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
    ]
)


class Pointer(BaseModel):
    """The words that answer one question."""

    question: str = Field(max_length=80)
    quote: Annotated[str, Field(max_length=300)] | None = None


class Pointers(BaseModel):
    """What the model answers."""

    answers: list[Pointer] = Field(default_factory=list, max_length=MOST)


@dataclass(frozen=True)
class OpenQuestion:
    """An element that the rules could not tell, by the id of its gap."""

    id: str
    element: Element


@dataclass(frozen=True)
class Judgement:
    """Where the model points, by the id of the gap, and what was asked."""

    pointed: Mapping[str, Span]
    used: tuple[Used, ...] = ()


@dataclass(frozen=True)
class Judge:
    """Asks a language model, once, for the words that answer what was left open.

    Attributes:
        ask: sends the prompt.
        prompt: with ``{questions}`` and ``{note}``.
    """

    ask: AsksModel
    prompt: Prompt

    def __call__(self, note: Note, asked: Sequence[OpenQuestion]) -> Judgement:
        """Return the words of the note that the model points to and that may answer."""
        asked = tuple(asked)[:MOST]
        if not asked or note.injection:
            return Judgement({})
        listed = "\n".join(f"{q.id}: {q.element.label}. {q.element.query}" for q in asked)
        try:
            told = self.ask(self.prompt, {"questions": listed, "note": note.text}, Pointers)
        except ModelUnavailableError as error:
            return Judgement({}, (Used(self.prompt.mark, None, error.failure),))
        pointed = answering(told.value.answers, note, {q.id: q.element for q in asked})
        return Judgement(pointed, (used_of(told),))


def answering(pointers: Sequence[Pointer], note: Note, asked: Mapping[str, Element]) -> Mapping[str, Span]:
    """Return, by question, the quotes that stand in the note, are told of today, and speak of what is asked.

    Words that are given for several questions speak of none of them in particular, and answer none.
    """
    found: dict[str, Span] = {}
    for pointer in pointers:
        element = asked.get(pointer.question)
        span = locate(pointer.quote, note.text) if pointer.quote else None
        if element is not None and span is not None and _may_answer(note, span, element):
            found.setdefault(pointer.question, span)
    return {key: span for key, span in found.items() if not _shared(key, found, asked)}


def _shared(key: str, found: Mapping[str, Span], asked: Mapping[str, Element]) -> bool:
    """Tell whether another element's question was given the same words."""
    others = (k for k in found if asked[k].id != asked[key].id)
    return any(_touch(found[key], found[k]) for k in others)


def _may_answer(note: Note, span: Span, element: Element) -> bool:
    words = [w for w in tokens(span.quote) if len(w) > 1]
    if not len(words) >= LEAST_WORDS or len(span.quote) > MOST_LETTERS:
        return False
    section = next((b.section for b in note.blocks if b.start <= span.start < b.end), None)
    if section in _NOT_TODAY:
        return False
    if any(_touch(span, e) for s in note.services if s.status != "performed" for e in s.evidence):
        return False
    return speaks_of(span.quote, element)


def speaks_of(quote: str, element: Element) -> bool:
    """Tell whether words share enough words of substance with what an element asks for."""
    asked = _substance(f"{element.label} {element.query}")
    return len(asked & _substance(quote)) >= min(LEAST_SHARED, len(asked))


def _substance(text: str) -> set[str]:
    return {w for w in tokens(text) if w.isalpha() and len(w) > 2} - _STOPS


def _touch(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end
