"""Learned weights → what a clause speaks of; the whole visit read together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citecoder.app.wiring import Parts
from citecoder.coding.engine import lexicon_of
from citecoder.errors import KnowledgeError
from citecoder.model import Request
from citecoder.notes.learned import UNTRAINED, Weights, load_reading_model, parse_class
from citecoder.notes.reader import read
from citecoder.notes.spoken import foreign, possible
from citecoder.paths import DataRoots


def test_weights_add_up_and_become_likelihoods() -> None:
    weights = Weights(("none", "service"), (0.0, -1.0), {"w:band": {"1": 3.0}, "w:pain": {"0": 2.0}})
    assert weights.scores([("w:band",), ("w:pain", "w:unheard")]).tolist() == [[0.0, 2.0], [2.0, -1.0]]
    assert weights.likelihoods([("w:band",)]).sum() == pytest.approx(1.0)


def test_a_class_tells_its_concept_and_facts() -> None:
    assert parse_class("electrical_stimulation?attended=yes") == (
        "electrical_stimulation",
        (("attended", "yes"),),
    )
    assert parse_class("massage") == ("massage", ())


def test_a_broken_table_of_weights_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge" / "model"
    folder.mkdir(parents=True)
    with pytest.raises(KnowledgeError, match="train_reader"):
        load_reading_model(DataRoots(tmp_path, None))
    (folder / "reading.json").write_text(json.dumps({"spoken": {}}), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"reading\.json"):
        load_reading_model(DataRoots(tmp_path, None))


def test_the_weights_that_ship_are_small_enough_to_read() -> None:
    path = Path(__file__).resolve().parents[2] / "knowledge" / "model" / "reading.json"
    assert path.stat().st_size < 5_000_000


# Told in plain words; none of these sentences is in the fragments or in the labelled set.
PLAIN = [
    ("Kneaded and stroked both calves with lotion for 12 minutes.", "massage"),
    ("Green tubing rows 3x12 and seated marching with 2 lb cuffs, 15 min", "therapeutic_exercise"),
    ("Stood on a folded towel with eyes shut while I nudged her hips, 10 min", "neuro_reeducation"),
    ("Walked the corridor with the cane, cueing heel first, 14 min", "gait_training"),
    ("Gel and moving sound head over the lateral elbow, 8 min", "ultrasound"),
    ("Lifted a 20 lb laundry basket from floor to counter x10, 16 min", "therapeutic_activities"),
    ("Practised buttoning and putting socks on with the sock aid, 20 min", "self_care_training"),
]


@pytest.mark.parametrize(("words", "concept"), PLAIN)
def test_plain_words_are_understood(parts: Parts, words: str, concept: str) -> None:
    note = read(Request(f"Treatment today:\n{words}\nTolerated well."), parts.engine.lexicon)
    assert [s.concept for s in note.services if s.status == "performed"] == [concept]


@pytest.mark.parametrize(("words", "concept"), PLAIN)
def test_minutes_go_to_what_is_described(parts: Parts, words: str, concept: str) -> None:
    note = read(Request(f"Treatment today:\n{words}\nTolerated well."), parts.engine.lexicon)
    assert all(s.minutes for s in note.services if s.status == "performed")


def test_without_what_was_learned_only_the_lexicon_speaks(parts: Parts) -> None:
    bare = lexicon_of(parts.codes, parts.roots, UNTRAINED)
    words = "Treatment today:\nKneaded and stroked both calves with lotion for 12 minutes."
    assert read(Request(words), bare).services == ()
    assert [s.concept for s in read(Request("Tx: manual therapy 15 min to L knee"), bare).services] == [
        "manual_therapy"
    ]


def test_what_a_plan_or_the_home_holds_is_not_given(parts: Parts) -> None:
    note = read(
        Request(
            "Treatment: Green tubing rows 3x12, 15 min\nPlan: knead the calves with lotion next time\nHEP: wall slides"
        ),
        parts.engine.lexicon,
    )
    assert [s.concept for s in note.services if s.status == "performed"] == ["therapeutic_exercise"]


def test_evidence_of_a_scanned_note_is_what_was_scanned(parts: Parts) -> None:
    sent = "Trea1ment: rnanual therapy to R sh0ulder l5 rnin, caps0le tight, sk1n ok, 2O deg rnore"
    note = read(Request(sent), parts.engine.lexicon)
    assert note.text == sent
    for service in note.services:
        assert all(sent[s.start : s.end] == s.quote for s in (*service.evidence, *service.minute_spans))
    assert [s.minutes for s in note.services if s.concept == "manual_therapy"] == [15]


def test_what_some_of_its_codes_share_is_no_other_disciplines(parts: Parts) -> None:
    """Stimulation of wounds is a PT's alone in the code set; stimulation is not."""
    others = foreign(parts.engine.lexicon.reading, "OT")
    assert "electrical_stimulation" not in others
    assert "spinal_manipulation" in others


def test_clauses_that_tell_of_no_service_give_none_for_one_phrase_in_them(parts: Parts) -> None:
    note = "OT daily note.\nI read his chart for ten minutes and mailed the putty sheet to his daughter."
    assert not parts.chain.invoke(Request(note, discipline="OT")).suggestions


@pytest.mark.parametrize(
    ("words", "can_be"), [("hand in the small tank", False), ("whole body in the tank", True)]
)
def test_plain_words_are_a_full_body_tank_only_where_the_body_is_in_it(
    parts: Parts, words: str, *, can_be: bool
) -> None:
    lexicon = parts.engine.lexicon
    at = lexicon.reading.service.classes.index("hubbard_tank")
    assert (possible(lexicon, words, "PT", ())[at] == 1.0) == can_be


def test_a_word_that_notes_use_is_no_misspelt_service(parts: Parts) -> None:
    note = "PT daily note.\nTherapeutic exercise 20 min: bridges 3x10. Says stairs fine now, sprinting for the bus not."
    assert [s.code for s in parts.chain.invoke(Request(note, discipline="PT")).suggestions] == ["97110"]
