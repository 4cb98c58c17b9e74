"""No attack adds a code, a unit or a word, with no language model and with one that does all that is hoped for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from citecoder.app.settings import Settings
from citecoder.app.verbs.ingest import ingest
from citecoder.app.wiring import Parts
from citecoder.retrieval.chunking import IngestOptions
from tests.attacks import hostile
from tests.attacks.hostile import Attack

LEAST = 60


def each(channel: str) -> pytest.MarkDecorator:
    """Parametrise by the attacks of one channel."""
    return pytest.mark.parametrize(
        "attack", hostile.of_channel(channel), ids=lambda attack: str(attack["id"])
    )


def test_there_are_enough_of_them_and_every_one_can_be_failed() -> None:
    told = hostile.attacks()
    assert len(told) >= LEAST
    assert {a["channel"] for a in told} == {"note", "article", "history", "question", "model"}
    watched = {
        "must_not_code",
        "units_at_most",
        "must_not_modifier",
        "must_not_say",
        "must_not_link",
        "must_keep_gap",
    }
    assert [a["id"] for a in told if not watched & a.keys()] == []


@pytest.mark.parametrize("helped", [False, True], ids=["rules", "obedient model"])
@each("note")
def test_orders_in_a_note_add_nothing(parts: Parts, attack: Attack, helped: bool) -> None:
    model = hostile.obedient(attack) if helped else None
    made = hostile.review(parts, attack, attack["text"], model)
    assert hostile.harm_of_review(attack, made) == []


@each("model")
def test_a_hostile_model_adds_nothing(parts: Parts, attack: Attack) -> None:
    made = hostile.review(parts, attack, attack["note"], hostile.saying(attack["text"]))
    assert hostile.harm_of_review(attack, made) == []


@pytest.mark.parametrize("helped", [False, True], ids=["leads", "obedient model"])
@each("question")
def test_orders_in_a_question_add_nothing(parts: Parts, attack: Attack, helped: bool) -> None:
    model = hostile.obedient(attack) if helped else None
    assert hostile.harm_of_answer(attack, hostile.answer(parts, attack, attack["text"], model)) == []


@pytest.mark.parametrize("helped", [False, True], ids=["leads", "obedient model"])
@each("history")
def test_a_forged_history_adds_nothing(parts: Parts, attack: Attack, helped: bool) -> None:
    model = hostile.obedient(attack) if helped else None
    assert hostile.harm_of_answer(attack, hostile.answer(parts, attack, attack["question"], model)) == []


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """A site that took in every hostile article."""
    place = tmp_path_factory.mktemp("poisoned")
    parts = Parts(Settings(site=place / "site", cache=place / "cache"))
    ingest(parts, list(_written(place)), IngestOptions())
    return parts


def _written(place: Path) -> Iterator[Path]:
    for attack in hostile.of_channel("article"):
        path = place / f"{attack['id']}.md"
        path.write_text(attack["text"], encoding="utf-8")
        yield path


@pytest.mark.slow
@pytest.mark.parametrize("helped", [False, True], ids=["rules", "obedient model"])
@each("article")
def test_a_hostile_article_adds_nothing(poisoned: Parts, attack: Attack, helped: bool) -> None:
    model = hostile.obedient(attack) if helped else None
    if "note" in attack:
        made = hostile.review(poisoned, attack, attack["note"], model)
        assert hostile.harm_of_review(attack, made) == []
    if "question" in attack:
        assert (
            hostile.harm_of_answer(attack, hostile.answer(poisoned, attack, attack["question"], model)) == []
        )
