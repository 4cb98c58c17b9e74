"""Keyword scores, fusion and filters, without any vector store."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from citecoder.errors import KnowledgeError
from citecoder.model import Passage, Source
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.abbreviations import NO_ABBREVIATIONS, load_abbreviations
from citecoder.retrieval.articles import load_passages
from citecoder.retrieval.keywords import words
from citecoder.retrieval.search import KeywordStore, SearchIndex, Wanted

if TYPE_CHECKING:
    from pathlib import Path

ABBREVIATIONS = load_abbreviations(DataRoots(packaged_root()))


def passage(key: str, text: str, **values: object) -> Passage:
    own = {"codes", "answers", "lead"}
    source = {"authority": "practice", "effective": None, "ends": None, "payer": None}
    source |= {name: value for name, value in values.items() if name not in own}
    made = Source(id=key, title="t", publisher="p", confidence="high", checked=date(2026, 1, 1), **source)  # type: ignore[arg-type]
    return Passage(f"{key}/a", text, made, ("A",), **{k: v for k, v in values.items() if k in own})  # type: ignore[arg-type]


PASSAGES = (
    passage(
        "exercise",
        "Therapeutic exercise develops strength and range.",
        codes=("97110",),
        authority="regulator",
    ),
    passage(
        "manual",
        "Manual therapy is joint and soft tissue technique.",
        codes=("97140",),
        authority="regulator",
    ),
    passage(
        "acme",
        "Acme pays for manual therapy twice a week.",
        authority="payer",
        payer="acme",
        codes=("97140",),
    ),
    passage(
        "old",
        "Manual therapy was counted by the half hour.",
        ends=date(2020, 1, 1),
        effective=date(2010, 1, 1),
    ),
    passage("web", "Manual therapy can include massage.", authority="article"),
)


def ids(query: str, **filters: object) -> list[str]:
    hits = KeywordStore(PASSAGES, ABBREVIATIONS).search(query, **filters)  # type: ignore[arg-type]
    return [hit.passage.source.id for hit in hits]


def test_an_abbreviation_finds_what_it_stands_for() -> None:
    assert ids("TE x 15 min")[0] == "exercise"
    assert KeywordStore(PASSAGES, NO_ABBREVIATIONS).search("TE x 15 min") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US x 8 min", "ultrasound"),
        ("tell us more", None),
        ("d/c next visit", "discharge"),
        ("NMR/TE today", "neuromuscular reeducation"),
        ("neuro re-ed", "neuromuscular reeducation"),
        ("POC sent", "plan of care"),
        ("recoded it", None),
    ],
)
def test_abbreviations_by_spelling(text: str, expected: str | None) -> None:
    forms = ABBREVIATIONS.long_forms(text)
    assert expected in forms if expected else "ultrasound" not in forms and "minutes" not in forms


def test_the_lexicon_is_broad_and_a_broken_entry_is_named(tmp_path: Path) -> None:
    assert len(ABBREVIATIONS.exact) + len(ABBREVIATIONS.folded) > 150
    file = tmp_path / "knowledge" / "lexicon" / "abbreviations.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("- {short: TE, long: x}\n- {short: MT, lang: y}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="entry 2"):
        load_abbreviations(DataRoots(tmp_path))


def test_words_keep_codes_and_cut_endings() -> None:
    assert words("The Re-evaluations of 97161-97163, and G0283") == [
        "reevalu",
        "97161",
        "97162",
        "97163",
        "g0283",
    ]


def test_filters_are_masks() -> None:
    assert set(ids("manual therapy", code="97140")) == {"manual", "acme"}
    assert "acme" not in ids("manual therapy", payer="medicare")
    assert "acme" in ids("manual therapy", payer="acme")
    assert ids("manual therapy", authority="article") == ["web"]
    assert "old" not in ids("manual therapy", on=date(2026, 5, 1))
    assert "old" in ids("manual therapy", on=date(2015, 5, 1))
    assert "old" not in ids("manual therapy", on=date(2005, 5, 1))
    assert ids("manual therapy", k=2) == ids("manual therapy")[:2]
    assert ids("manual therapy", k=0) == []


def test_a_hit_names_its_filters_and_scores_stay_in_bounds() -> None:
    hits = KeywordStore(PASSAGES, ABBREVIATIONS).search(
        "MT 97140", code="97140", payer="acme", on=date(2026, 5, 1)
    )
    assert hits[0].filters == ("about 97140", "for payer acme", "in force 2026-05-01")
    assert all(0 <= value <= 1 for hit in hits for value in (hit.score, hit.keyword, hit.vector))


def test_a_code_in_the_query_lifts_the_passages_about_it() -> None:
    assert ids("technique for 97110")[0] == "exercise"


def test_ties_go_to_the_higher_authority_then_to_the_id() -> None:
    same = [
        passage(key, "Equal words here.", authority=a)
        for key, a in (("c", "article"), ("b", "regulator"), ("a", "article"))
    ]
    found = KeywordStore(same, NO_ABBREVIATIONS).search("equal words")
    assert [hit.passage.source.id for hit in found] == ["b", "a", "c"]


def test_vectors_find_what_no_word_does_and_order_is_repeatable() -> None:
    index = SearchIndex(PASSAGES, NO_ABBREVIATIONS)
    vectors = np.array([0.1, 0.1, 0.1, 0.1, 0.9], np.float32)
    hits = index.search("kneading the muscles", vectors)
    assert [hit.passage.source.id for hit in hits] == ["web"]
    assert hits[0].vector == pytest.approx(0.9)
    assert index.search("manual", vectors, wanted=Wanted()) == index.search("manual", vectors)


def test_keyword_share_is_absolute() -> None:
    index = SearchIndex(PASSAGES, ABBREVIATIONS)
    full = index.search("therapeutic exercise")[0]
    part = index.search("therapeutic parachute jumping")[0]
    assert full.keyword == pytest.approx(1.0)
    assert part.keyword < 0.5


def test_empty_stores_and_empty_queries_find_nothing() -> None:
    assert KeywordStore((), ABBREVIATIONS).search("anything") == []
    assert ids("") == []
    assert ids("the of and") == []


def test_the_shipped_passages_answer_plain_questions() -> None:
    store = KeywordStore(load_passages(DataRoots(packaged_root())), ABBREVIATIONS)
    for question, expected in (
        ("How often must a progress report be written?", "cms-bpm-15/progress-report"),
        ("Can a PTA do an evaluation?", "cms-bpm-15/evaluation-by-clinician"),
        ("How many units are 38 timed minutes?", "cms-cpm-5/units-table"),
    ):
        assert expected in [hit.passage.id for hit in store.search(question, k=5)]
