"""Answers that a language model words: held to the passages' words, and without it the leads answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
import yaml

from citecoder.adapters.chains import answer_chain
from citecoder.answering.bearing import load_grounding_weights
from citecoder.answering.closeness import keeps_to
from citecoder.answering.grounding import grounded
from citecoder.answering.model_drafter import ModelDrafter
from citecoder.answers import Answer, Question, Sentence
from citecoder.app.wiring import Parts
from citecoder.language_model import AsksModel, Failure
from citecoder.model import Passage
from citecoder.prompts import load_prompt
from tests.coding.asking import telling
from tests.coding.hostile_models import Failing
from tests.conftest import CHECKOUT

QUESTION = Question("Is gait training timed?", payer="medicare")


def _answer(parts: Parts, ask: AsksModel | None, question: Question = QUESTION) -> Answer:
    drafter = ModelDrafter(ask, load_prompt(parts.roots, "answer")) if ask else None
    return answer_chain(replace(parts.desk, drafter=drafter)).invoke(question)


@pytest.fixture(scope="module")
def question(parts: Parts) -> Question:
    """A question that passages answer and that nothing is computed for."""
    asked = Question("What must an assistant never do under Medicare?", payer="medicare")
    answer = _answer(parts, None, asked)
    assert not answer.abstained
    assert not answer.computed
    return asked


def _sentence(text: str, *numbers: int) -> dict[str, Any]:
    return {"text": text, "passages": list(numbers)}


def test_a_sentence_in_the_words_of_its_passage_is_the_answer(parts: Parts, question: Question) -> None:
    lead = _answer(parts, None, question).passages[0].lead
    assert lead

    told = _answer(
        parts,
        telling([_sentence(lead, 1), _sentence("Students may do all of it from 2031 on.", 1)]),
        question,
    )

    assert [s.text for s in told.sentences][:1] == [lead]
    assert "2031" not in told.text
    assert told.engine["llm"] == "fake:model"
    assert told.engine["prompt"].startswith("answer@1#")


@pytest.mark.parametrize(
    "drafted",
    [
        [],
        [_sentence("Yes, 97999 pays 12 units on every Sunday.", 1)],
        [_sentence("Assistants may do everything.", 1)],
        [_sentence("A sentence without a passage.")],
        [_sentence("A passage that is not there.", 99)],
    ],
    ids=["nothing", "invented", "turned", "no passage", "no such passage"],
)
def test_where_no_sentence_stands_the_leads_answer(
    parts: Parts, question: Question, drafted: list[dict[str, Any]]
) -> None:
    alone = _answer(parts, None, question)

    told = _answer(parts, telling(drafted), question)

    assert replace(told, engine=alone.engine) == alone


@pytest.mark.parametrize("failure", get_args(Failure))
def test_a_model_that_fails_leaves_the_answer_of_the_leads(
    parts: Parts, question: Question, failure: Failure
) -> None:
    alone = _answer(parts, None, question)

    told = _answer(parts, Failing(failure), question)

    assert replace(told, engine=alone.engine) == alone
    assert told.engine["llm_failure"] == failure
    assert told.engine["llm"] is None


@pytest.fixture(scope="module")
def passages(parts: Parts) -> dict[str, Passage]:
    return {p.id: p for p in parts.authored}


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Hitting exactly 10% is not enough.", True),
        ("Hitting exactly 10% is enough.", False),
        ("Exactly 20 percent is not enough.", False),
        ("CQ goes with GO, and CO with GP.", False),
    ],
)
def test_what_turns_a_sentence_or_must_be_exact_is_exact(
    passages: dict[str, Passage], text: str, stands: bool
) -> None:
    made = replace(
        passages["cms-cq-co/ten-percent"], lead=None,
        text="Exactly 10 percent is not enough: hitting exactly 10% is not enough. CQ goes with GP, and CO goes with GO.",
    )  # fmt: skip

    assert keeps_to(text, [made]) is stands


def test_hardly_any_planted_error_keeps_to_its_passage(parts: Parts, passages: dict[str, Passage]) -> None:
    drafts = [
        (passages[draft["passage"]], row)
        for path in sorted((CHECKOUT / "evals" / "grounding").glob("*.yaml"))
        for draft in yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in draft["sentences"]
    ]
    planted = [(p, row["text"]) for p, row in drafts if row["bad"]]
    weights = load_grounding_weights(parts.roots)
    kept = [t for p, t in planted if keeps_to(t, [p]) and grounded(Sentence(t, (p.id,)), [p], weights)]

    assert sum(keeps_to(t, [p]) for p, t in planted) <= 0.08 * len(planted)
    assert len(kept) <= 0.015 * len(planted)


def test_every_lead_keeps_to_its_own_passage(passages: dict[str, Passage]) -> None:
    assert [p.id for p in passages.values() if p.lead and not keeps_to(p.lead, [p])] == []
