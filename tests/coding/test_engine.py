"""One pipeline: the steps as a Runnable, with a language model beside the rules, and nothing leaving the machine."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from citecoder.app.wiring import Parts
from citecoder.coding.engine import STEPS
from citecoder.coding.offering import Offers
from citecoder.model import Request, Review
from tests.coding.asking import offer, review_with, telling

NOTE = "TE 23 min: SLR, bridges. MT 15 min: grade III patellar mobs R knee. Ultrasound next visit."


def _review(parts: Parts, *offers: dict[str, Any]) -> Review:
    return review_with(parts, Request(NOTE, payer="medicare", discipline="PT"), proposer=telling(offers))


def test_the_steps_are_read_retrieve_propose_decide() -> None:
    assert [s.__name__ for s in STEPS] == ["read_note", "retrieve", "propose", "decide_visit"]


def test_invoke_batch_and_stream_agree(parts: Parts) -> None:
    request = Request(NOTE, payer="medicare", discipline="PT")

    one = parts.chain.invoke(request)

    assert parts.chain.batch([request, request]) == [one, one]
    assert list(parts.chain.stream(request)) == [one]


def test_an_offer_that_the_rules_make_too_becomes_both(parts: Parts) -> None:
    review = _review(parts, offer("97110", "TE 23 min: SLR, bridges"))

    assert {s.code: s.origin for s in review.suggestions} == {"97110": "both", "97140": "rules"}
    assert review.engine["prompt"].startswith("suggest@2#")
    assert review.engine["llm"] == "fake:model"


def test_an_offer_whose_quote_is_not_in_the_note_is_dropped(parts: Parts) -> None:
    review = _review(parts, offer("97530", "therapeutic activities 15 min"))

    assert "97530" not in {s.code for s in review.suggestions} | {n.code for n in review.not_coded}


def test_an_offer_that_the_note_does_not_bear_out_is_refused_with_its_words(parts: Parts) -> None:
    review = _review(parts, offer("97035", "Ultrasound next visit"))

    assert "97035" not in {s.code for s in review.suggestions}
    assert ("97035", "unconfirmed") in {(n.code, n.reason) for n in review.not_coded}


def test_an_offer_of_no_known_code_is_dropped(parts: Parts) -> None:
    assert {s.code for s in _review(parts, offer("99999", "TE 23 min")).suggestions} == {
        "97110",
        "97140",
    }


def test_equal_requests_give_equal_reviews(parts: Parts) -> None:
    request = Request(NOTE, payer="medicare", discipline="PT")

    assert parts.chain.invoke(request) == parts.chain.invoke(request)


def test_nothing_leaves_the_machine_whatever_the_environment_says(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_not_a_key")
    calls: list[object] = []

    def refuse(*args: object, **_: object) -> None:
        calls.append(args)
        raise AssertionError("a socket was opened")

    fresh = Parts(parts.settings)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    review = fresh.chain.invoke(Request(NOTE, payer="medicare", discipline="PT"))

    assert {s.code for s in review.suggestions} == {"97110", "97140"}
    assert calls == []


def test_the_offers_are_bounded() -> None:
    assert Offers.model_json_schema()["properties"]["services"]["maxItems"] == 24
