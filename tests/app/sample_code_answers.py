"""Answers made by hand about one code, with a conflict and words of a note: what a terminal shows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from citecoder.answers import Answer, Sentence
from citecoder.model import Conflict
from tests.app.sample import PASSAGES, span

if TYPE_CHECKING:
    from citecoder.answers import Question

DAY = date(2026, 11, 21)
FEE_SCHEDULE, CONTRACTOR, ARTICLE = PASSAGES[1], PASSAGES[2], PASSAGES[4]
UNKNOWN = "What is the moon made of?"


def answer_on_a_code(question: Question) -> Answer:
    """Answer on 97014, whatever is asked; abstain where the question says so."""
    as_of = question.date_of_service or DAY
    return _abstention(as_of) if question.text == UNKNOWN else _answer(question, as_of)


def _abstention(as_of: date) -> Answer:
    told = (Sentence("The sources here do not answer this."), Sentence("Name a code, or ask the payer."))
    return Answer(told, as_of, "not_in_sources", (FEE_SCHEDULE, CONTRACTOR))


def _answer(question: Question, as_of: date) -> Answer:
    note = question.note or ""
    evidence = (span("unattended", note),) if "unattended" in note else ()
    conflict = Conflict(
        "97014 is one-on-one in 15-minute units.",
        ARTICLE.id,
        FEE_SCHEDULE.id,
        "It is untimed and unattended.",
    )
    sentences = (
        Sentence("Medicare takes G0283 for unattended stimulation.", (FEE_SCHEDULE.id,)),
        Sentence("The area treated is written down.", (CONTRACTOR.id, FEE_SCHEDULE.id)),
        Sentence(f"{len(question.history)} turns were said before.", (CONTRACTOR.id,), evidence),
        Sentence(f"The payer is {question.payer or 'unknown'}.", (ARTICLE.id,)),
    )
    passages = (FEE_SCHEDULE, CONTRACTOR, ARTICLE)
    engine = {"knowledge": "abc123", "editions": {"ncci": "2024-07-01"}}
    return Answer(sentences, as_of, None, passages, evidence, {}, (conflict,), engine)
