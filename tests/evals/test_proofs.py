"""The keys of the questions, held against answers that are right and wrong by the sources: ``evals/proofs``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from citecoder.evals.questions import FOLDER, read_topics
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from citecoder.evals.questions import AnswerCase

OURS = CHECKOUT / "evals"
PROOFS = OURS / "proofs"


class Proof(NamedTuple):
    """Answers to one question that its key has to pass, and others that it has to fail."""

    case: AnswerCase
    right: list[str]
    wrong: list[str]


def proofs() -> Iterator[Proof]:
    for topic in read_topics(OURS / FOLDER):
        written = yaml.safe_load((PROOFS / f"{topic.topic}.yaml").read_text(encoding="utf-8"))
        for case in topic.questions:
            if case.must:
                yield Proof(case, written[case.id]["right"], written[case.id]["wrong"])


def passes(case: AnswerCase, answer: str) -> bool:
    stated = all(fact.stated_in(answer) for fact in case.must)
    return stated and not any(fact.stated_in(answer) for fact in case.must_not)


@pytest.mark.parametrize("proof", list(proofs()), ids=lambda proof: proof.case.id)
def test_a_key_tells_right_answers_from_wrong_ones(proof: Proof) -> None:
    assert len(proof.right) >= 3
    assert len(proof.wrong) >= 2
    assert [answer for answer in proof.right if not passes(proof.case, answer)] == []
    assert [answer for answer in proof.wrong if passes(proof.case, answer)] == []
