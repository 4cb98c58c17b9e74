"""The shipped knowledge as a whole: every citation resolves, every example holds.

The format of each folder is tested beside its reader; this file looks across folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from citecoder.codes import Code, CodeSet, Example, load_codes
from citecoder.elements import Element, load_visit_elements
from citecoder.model import Passage, Review
from citecoder.paths import DataRoots, find_files, packaged_root
from citecoder.retrieval.articles import load_passages
from citecoder.rules.edits import load_edits
from citecoder.rules.payer import load_payers

SHIPPED = DataRoots(packaged_root())
LEAST_CODES = 129
LEAST_FULL = 129
USUAL_DISCIPLINES = ("PT", "OT", "SLP", "DC")
COPIED_WORDS = 8
CITING_KEYS = ("cites", "timing_cites")


@cache
def code_set() -> CodeSet:
    return load_codes(SHIPPED)


@cache
def passages() -> tuple[Passage, ...]:
    return load_passages(SHIPPED)


@cache
def passage_ids() -> frozenset[str]:
    return frozenset(passage.id for passage in passages())


@cache
def elements() -> tuple[Element, ...]:
    of_codes = (element for code in code_set().codes.values() for element in code.elements)
    return (*of_codes, *load_visit_elements(SHIPPED))


def _cited(raw: Any) -> Iterator[str]:
    """Yield every passage id that stands below a citing key, at any depth."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in CITING_KEYS:
                yield from value or ()
            else:
                yield from _cited(value)
    elif isinstance(raw, list):
        for each in raw:
            yield from _cited(each)


# --- citations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["codes", "families", "payers", "visits", "edits"])
def test_every_citation_of_a_folder_is_a_passage(folder: str) -> None:
    cited = {
        (path.name, cite)
        for path in find_files(SHIPPED, f"knowledge/{folder}", ".yaml")
        for cite in _cited(yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    assert cited
    assert sorted(each for each in cited if each[1] not in passage_ids()) == []


def test_every_disputed_claim_names_a_passage_of_better_authority() -> None:
    by_id = {passage.id: passage for passage in passages()}
    disputed = [passage for passage in passages() if passage.disputed]
    assert disputed
    for passage in disputed:
        assert passage.disputed is not None
        assert by_id[passage.disputed.by].source.authority != "article", passage.id
        assert passage.disputed.because, passage.id


def test_passage_ids_are_unique() -> None:
    assert len(passage_ids()) == len(passages())


# --- codes ---------------------------------------------------------------------------------------


def test_the_code_set_has_its_size_and_depth() -> None:
    depths = [code.depth for code in code_set().codes.values()]
    assert len(depths) >= LEAST_CODES
    assert depths.count("full") >= LEAST_FULL


def test_a_code_file_is_named_by_its_code_and_lies_in_its_familys_folder() -> None:
    for path in find_files(SHIPPED, "knowledge/codes", ".yaml"):
        code = code_set().get(path.stem)
        assert (path.stem, path.parent.name) == (code.code, code.family)


def test_every_code_that_the_data_names_exists() -> None:
    codes = code_set()
    of_families = {rule.code for family in codes.families for rule in family.rules}
    of_families |= {
        code for family in codes.families for rule in family.rules for code, _, _ in rule.alternatives
    }
    assert sorted(of_families - codes.codes.keys()) == []


def test_a_look_alike_outside_the_code_set_stands_in_a_passage() -> None:
    codes = code_set().codes
    look_alikes = {other.code for code in codes.values() for other in code.confused_with}
    told = {code for passage in passages() for code in passage.codes}
    assert sorted(look_alikes - codes.keys() - told) == []


def test_every_concept_that_a_family_names_exists() -> None:
    codes = code_set()
    concepts = {concept.id for concept in codes.concepts()}
    decided = {rule.concept for family in codes.families for rule in family.rules}
    compatible = {
        name
        for family in codes.families
        for owner, others in family.compatible.items()
        for name in (owner, *others)
    }
    assert sorted((decided | compatible) - concepts) == []


def test_payers_and_edits_load_and_substitute_codes_that_exist() -> None:
    known = code_set().codes.keys()
    assert {swap.by for payer in load_payers(SHIPPED).values() for swap in payer.substitutions} <= known
    assert load_edits(SHIPPED).editions.ncci.cites


# --- documentation elements ----------------------------------------------------------------------


def test_an_element_that_several_codes_share_asks_one_thing_everywhere() -> None:
    asked: dict[str, set[tuple[str, str, str]]] = {}
    for element in elements():
        asked.setdefault(element.id, set()).add((element.kind, element.severity, element.query))
    assert {name: told for name, told in asked.items() if len(told) > 1} == {}


def test_no_code_asks_for_the_same_element_twice() -> None:
    for code in code_set().codes.values():
        ids = [element.id for element in code.elements]
        assert len(ids) == len(set(ids)), code.code


@pytest.mark.parametrize("element", elements(), ids=lambda element: element.id)
def test_what_is_asked_of_the_clinician_is_a_question(element: Element) -> None:
    assert element.query.endswith("?")


# --- examples ------------------------------------------------------------------------------------


def _examples() -> list[Any]:
    return [
        pytest.param(code, example, id=f"{code.code}: {example.note}")
        for code in code_set().codes.values()
        for example in code.examples
    ]


def _discipline(code: Code, example: Example) -> str | None:
    """Return the example's discipline, else the first that uses the code."""
    return example.discipline or next((each for each in code.disciplines if each in USUAL_DISCIPLINES), None)


def test_every_code_that_a_note_can_yield_has_an_example_both_ways() -> None:
    full = [code for code in code_set().codes.values() if code.depth == "full"]
    assert [code.code for code in full if not any(code.code in each.gives for each in code.examples)] == []
    assert [code.code for code in full if not any(code.code in each.never for each in code.examples)] == []


@pytest.mark.parametrize(("code", "example"), _examples())
def test_example(code: Code, example: Example, suggest: Callable[..., Review]) -> None:
    told = suggest(example.note, payer=example.payer, discipline=_discipline(code, example))
    given = {line.code for line in told.suggestions}
    assert set(example.gives) <= given
    assert not set(example.never) & given


# --- own words -----------------------------------------------------------------------------------


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}


def test_no_passage_copies_a_sentence_of_the_articles(shared: Path) -> None:
    articles = sorted((shared / "articles").glob("*.txt"))
    assert articles
    theirs = {run for path in articles for run in _runs(path.read_text(encoding="utf-8"))}
    copied = {passage.id: _runs(passage.text) & theirs for passage in passages()}
    assert {name: found for name, found in copied.items() if found} == {}
