"""The labelled queries that search is measured on, and the script that measures it."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from citecoder.app.wiring import Parts
from citecoder.errors import InputError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages
from tests.conftest import CHECKOUT

SCRIPTS = CHECKOUT / "plugin" / "scripts"
IDS = {passage.id for passage in load_passages(DataRoots(packaged_root()))}


@pytest.fixture(scope="module")
def measuring() -> ModuleType:
    """The script as a module, beside its reader."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        import measure_search
    finally:
        sys.path.remove(str(SCRIPTS))
    return measure_search


def test_there_are_eighty_queries_a_split_and_twenty_a_style(measuring: ModuleType) -> None:
    queries = measuring.read_queries()
    assert [query.id for query in queries] == [f"q{number:03}" for number in range(1, 161)]
    expected = {(split, style): 20 for split in measuring.SPLITS for style in measuring.STYLES}
    assert Counter((query.split, query.style) for query in queries) == expected
    assert len({query.query.casefold() for query in queries}) == 160


def test_a_topic_lies_in_one_split(measuring: ModuleType) -> None:
    splits = defaultdict(set)
    for query in measuring.read_queries():
        splits[query.topic].add(query.split)
    assert Counter(split for of in splits.values() for split in of) == {"tune": 10, "test": 10}


def test_every_judged_passage_is_there(measuring: ModuleType) -> None:
    queries = measuring.read_queries()
    assert {key for query in queries for key in (*query.labels, *query.rejected)} - IDS == set()
    assert all(not set(query.labels) & set(query.rejected) for query in queries)
    assert sum(bool(query.labels) for query in queries) >= 158


@pytest.mark.parametrize(
    "change", [{"split": "dev"}, {"style": "shout"}, {"labels": {"a/b": 3}}, {"note": "a key too many"}]
)
def test_a_line_that_breaks_the_format_is_named(
    measuring: ModuleType, tmp_path: Path, change: dict[str, object]
) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text(json.dumps(measuring.read_queries()[0]._asdict() | change), encoding="utf-8")
    with pytest.raises(InputError, match=r"queries\.jsonl:1: q001"):
        measuring.read_queries(file=file)


def test_what_is_measured_is_the_search_that_ships(measuring: ModuleType, parts: Parts) -> None:
    ways = measuring.ways_of_searching(Console(quiet=True), ["static"])
    for query in measuring.read_queries("tune")[::16]:
        served = [hit.passage.id for hit in parts.store.search(query.query, k=10)]
        assert ways["hybrid static"](query.query)[:10] == served


def test_a_perfect_ranking_scores_one_and_an_empty_one_nothing(measuring: ModuleType) -> None:
    query = next(query for query in measuring.read_queries("tune") if 2 in query.labels.values())
    best = sorted(query.labels, key=lambda key: -query.labels[key])
    perfect, nothing = (measuring.scores_of({query.id: ids}, [query]) for ids in (best, ["no/passage"]))
    assert perfect["nDCG@10"] == {query.id: pytest.approx(1.0)}
    assert nothing["nDCG@10"] == nothing["recall@5, answers"] == {query.id: 0.0}


def test_an_interval_holds_its_mean_and_is_repeatable(measuring: ModuleType) -> None:
    values = [0.0, 0.2, 0.4, 0.9, 1.0, 1.0]
    found = measuring.estimate(values)
    assert found == measuring.estimate(values)
    assert 0.0 < found.low < found.mean < found.high < 1.0
    assert measuring.estimate([0.5, 0.5]).low == 0.5


def test_hybrid_search_on_tune_queries_stays_as_good_as_it_was(measuring: ModuleType) -> None:
    queries = [query for query in measuring.read_queries("tune") if query.labels]
    ways = measuring.ways_of_searching(Console(quiet=True), ["static"])
    scores = measuring.measure(ways, queries, Console(quiet=True)).scores
    reached = {way: measuring.estimate(list(of["nDCG@10"].values())).mean for way, of in scores.items()}
    assert reached["hybrid static"] >= 0.69
    assert reached["hybrid static"] > reached["keyword"]
