"""A note laid open for words that somebody points to."""

from __future__ import annotations

import pytest

from citecoder.model import Request, Span
from citecoder.notes.heard import Heard, hear
from citecoder.notes.spans import locate, verbatim
from citecoder.notes.terms import Lexicon

NOTE = (
    "PT daily note\nTreatment:\nTE 23 min: SLR, bridges. Held manual therapy today.\n"
    "6 min walk test: 310 m. Total time 40 min.\n"
    "Plan: ultrasound next visit.\nHEP: putty squeezes 10 min.\n"
)


@pytest.fixture(scope="module")
def heard(lexicon: Lexicon) -> Heard:
    return hear(Request(NOTE, discipline="PT"), lexicon)


def _span(words: str) -> Span:
    found = locate(words, NOTE)
    assert found
    return found


@pytest.mark.parametrize(("words", "reason"), [("ultrasound", "planned"), ("putty squeezes", "home_program")])
def test_a_section_speaks_against_its_words(heard: Heard, words: str, reason: str) -> None:
    assert {reason} <= {r for c in heard.clauses_of(_span(words)) for r in c.against}


def test_nothing_speaks_against_what_was_done(heard: Heard) -> None:
    span = _span("SLR, bridges")

    assert not any(c.against for c in heard.clauses_of(span))
    assert not heard.denied(span)


@pytest.mark.parametrize("words", ["manual therapy", "Held manual therapy", "ultrasound"])
def test_words_that_deny_are_heard_in_a_quote_and_beside_it(heard: Heard, words: str) -> None:
    assert heard.denied(_span(words))


def test_only_doses_are_minutes_of_a_service(heard: Heard) -> None:
    assert [d.value for d in heard.doses_in(_span("TE 23 min"))] == [23]
    assert heard.doses_in(_span("6 min walk test")) == ()
    assert heard.doses_in(_span("Total time 40 min")) == ()


def test_words_become_a_service_with_what_the_reader_hears_around_them(heard: Heard) -> None:
    span = _span("SLR, bridges")

    service = heard.service("therapeutic_exercise", span, heard.doses_in(_span("23 min")))

    assert (service.concept, service.status, service.minutes) == ("therapeutic_exercise", "performed", 23)
    assert all(verbatim(s, NOTE) for s in (*service.evidence, *service.minute_spans))


def test_a_student_anywhere_is_heard(lexicon: Lexicon, heard: Heard) -> None:
    assert not heard.tells_of_student
    assert hear(Request(NOTE + "Petra Mockwell, OTS\n"), lexicon).tells_of_student
