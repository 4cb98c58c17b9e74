"""Offers of a language model: quotes are found, samples agree, failures leave the rules' review."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from pydantic import ValidationError

from citecoder import wire
from citecoder.app.wiring import Parts
from citecoder.coding.offering import ModelProposer, Offers
from citecoder.coding.propose import Proposal, merge, propose_by_rules
from citecoder.language_model import Failure
from citecoder.model import Candidate, Note, Request, Review, ServiceLine, Span
from citecoder.notes.spans import locate
from citecoder.prompts import load_prompt
from tests.coding.asking import offer, review_with, telling
from tests.coding.hostile_models import Failing

NOTE = "TE 23 min: SLR, bridges. MT 15 min: grade III patellar mobs R knee. Ultrasound next visit."
REQUEST = Request(NOTE, payer="medicare", discipline="PT")


def _offers(parts: Parts, *samples: list[dict[str, object]]) -> list[tuple[str, str]]:
    proposer = ModelProposer(telling(*samples), load_prompt(parts.roots, "suggest"), len(samples))
    made = proposer(REQUEST, Note(NOTE, review_visit(parts)), parts.codes)
    return [(c.code, c.evidence[0].quote) for c in made.candidates]


def review_visit(parts: Parts) -> object:
    """Return the visit as read."""
    from citecoder.notes.reader import read

    return read(REQUEST, parts.engine.lexicon).visit


def test_a_quote_is_found_verbatim_then_with_white_space_and_case_folded(parts: Parts) -> None:
    found = _offers(parts, [offer("97140", "grade iii  patellar mobs"), offer("97140", "patellar glides")])

    assert found == [("97140", "grade III patellar mobs")]


def test_minutes_that_are_not_in_the_note_drop_the_offer(parts: Parts) -> None:
    assert _offers(parts, [offer("97140", "grade III patellar mobs", "45 min")]) == []


@pytest.mark.parametrize("told", [{"status": "planned"}, {"status": "home_program"}, {"performer": "aide"}])
def test_what_the_model_itself_does_not_take_for_given_today_is_no_offer(
    parts: Parts, told: dict[str, str]
) -> None:
    assert _offers(parts, [offer("97035", "Ultrasound next visit", **told)]) == []


def test_an_offer_counts_when_more_than_half_of_the_samples_make_it(parts: Parts) -> None:
    both, once = offer("97140", "grade III patellar mobs"), offer("97035", "Ultrasound")

    assert _offers(parts, [both, once], [offer("97140", "patellar mobs R knee")], [both]) == [
        ("97140", "grade III patellar mobs")
    ]
    assert _offers(parts, [both], [once]) == []


def test_every_array_and_text_of_an_offer_is_bounded() -> None:
    with pytest.raises(ValidationError):
        Offers.model_validate({"services": [offer("97110", "x" * 301)]})
    with pytest.raises(ValidationError):
        Offers.model_validate({"services": [offer("97110", "TE")] * 25})


def test_a_case_that_differs_is_found_only_where_nothing_nearer_is() -> None:
    text = "us held. US 8 min"

    assert locate("US", text) == Span(9, 11, "US")
    assert locate("Held", text) == Span(3, 7, "held")


def _candidate(code: str, start: int, end: int, origin: str = "llm") -> Candidate:
    span = Span(start, end, NOTE[start:end])
    return Candidate(code, ServiceLine("x", "performed", ()), (span,), origin, 0.4)  # type: ignore[arg-type]


def test_merging_keeps_the_rules_candidates_and_each_new_offer_once() -> None:
    rules = Proposal((_candidate("97110", 0, 23, "rules"), _candidate("97140", 25, 62, "rules")))
    offers = (
        _candidate("97110", 3, 9),  # the rules' own words
        _candidate("97110", 64, 74),  # the same code elsewhere
        _candidate("97530", 0, 20),  # their words under another code
        _candidate("97035", 64, 85),
        _candidate("97035", 64, 74),  # the same again
    )

    merged = merge(rules, Proposal(offers)).candidates

    assert [(c.code, c.origin) for c in merged] == [("97110", "both"), ("97140", "rules"), ("97035", "llm")]
    assert merge(Proposal(merged[:2]), Proposal(offers[:1])).candidates[0].confidence == merged[0].confidence


def test_a_quote_of_everything_confirms_nothing() -> None:
    codes = ("97110", "97112", "97140")
    rules = Proposal(tuple(_candidate(c, i * 20, i * 20 + 15, "rules") for i, c in enumerate(codes)))

    merged = merge(rules, Proposal((_candidate("97110", 0, 80),)))

    assert [c.origin for c in merged.candidates] == ["rules"] * 3


def _bytes(review: Review) -> str:
    return wire.to_json(wire.review_to_wire(review, "same"))


@pytest.mark.parametrize("failure", get_args(Failure))
def test_a_model_that_fails_leaves_the_rules_review_and_one_warning(parts: Parts, failure: Failure) -> None:
    alone = review_with(parts, REQUEST)

    review = review_with(parts, REQUEST, proposer=Failing(failure), judge=Failing(failure))

    told = [w for w in review.warnings if w.kind == "llm"]
    assert told
    assert failure.replace("_", " ") in told[0].message
    assert "\n" not in told[0].message
    assert review.engine["llm"] is None
    assert review.engine["prompt"].startswith("suggest@")
    rest = tuple(w for w in review.warnings if w.kind != "llm")
    assert _bytes(replace(review, warnings=rest, engine=alone.engine)) == _bytes(alone)


def test_without_a_model_nothing_of_one_is_told(parts: Parts) -> None:
    told = _bytes(review_with(parts, REQUEST))

    assert review_with(parts, REQUEST) == parts.chain.invoke(REQUEST)
    assert "pointed_by" not in told
    assert "llm_failure" not in told


def test_the_rules_propose_the_same_with_and_without_an_offer(parts: Parts) -> None:
    from citecoder.notes.reader import read

    note = read(REQUEST, parts.engine.lexicon)
    rules = propose_by_rules(REQUEST, note, parts.codes)

    assert merge(rules, Proposal(())) == rules
