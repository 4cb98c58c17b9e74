"""The labelled set that ships: sound, as wide as its datasheet says, and guarded against getting worse."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from citecoder.app.wiring import Parts
from citecoder.evals.case_files import load_cases
from citecoder.evals.cases import Case
from citecoder.evals.leaderboard import read_leaderboard
from citecoder.evals.mentions import read_mentions
from citecoder.evals.releases import logged
from citecoder.evals.validating import validate
from citecoder.evals.writing import schema
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from citecoder.evals.pytest_plugin import Gate

SET = CHECKOUT / "evals"
CANARY = "citecoder-evals canary f7f854d7-92c7-5021-a831-c4ac47b5d4c4"


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases(SET)


def test_the_set_has_no_fault_and_nothing_to_look_at(parts: Parts) -> None:
    checked = validate(SET, parts.codes.codes)
    assert checked.faults == ()
    assert checked.warnings == ()
    assert checked.questions == 375


def test_the_set_is_as_wide_as_its_datasheet_says(cases: list[Case]) -> None:
    codes = Counter(code for case in cases for code in {line.code for line in case.codes})
    tags = Counter(tag for case in cases for tag in case.tags)
    assert len(cases) >= 400
    assert sum(n >= 5 for n in codes.values()) >= 60
    assert {case.ask.discipline for case in cases} == {"PT", "OT", "SLP", "DC", None}
    assert len({case.ask.payer for case in cases}) >= 15
    assert {case.visit_type for case in cases} >= {
        "evaluation",
        "reevaluation",
        "daily",
        "progress",
        "discharge",
        "other",
    }
    assert len({case.origin.style for case in cases}) == 12
    assert (
        sum(case.nothing_to_code or bool({"trap", "hostile"} & set(case.tags)) for case in cases)
        >= len(cases) / 4
    )
    assert tags["hostile"] >= 30


def test_a_family_lies_in_one_split_and_each_split_is_large(cases: list[Case]) -> None:
    splits = defaultdict(set)
    for case in cases:
        splits[case.family].add(case.split)
    assert all(len(of) == 1 for of in splits.values())
    assert min(Counter(case.split for case in cases).values()) >= 100


def test_the_mention_layer_is_on_150_notes_none_of_them_of_the_test_part(cases: list[Case]) -> None:
    split = {case.id: case.split for case in cases}
    layers = read_mentions(SET)
    assert len(layers) >= 150
    assert {split[case] for case in layers} == {"train", "dev"}
    assert all(each.mentions for each in layers.values())


def test_every_case_carries_the_canary_and_the_schema() -> None:
    for path in (SET / "cases").glob("*.yaml"):
        head = path.read_text(encoding="utf-8").splitlines()[:2]
        assert head == ["# yaml-language-server: $schema=../case.schema.json", f"# {CANARY}"], path.name
    assert CANARY in (SET / "README.md").read_text(encoding="utf-8")
    assert (SET / "case.schema.json").read_text(encoding="utf-8") == schema()


def test_every_row_of_the_leaderboard_was_logged_with_these_figures() -> None:
    measured = [line for line in logged(SET / "releases.jsonl") if "figures" in line]
    log = {(line["release"], line["suite"], line["arm"]): line["figures"] for line in measured}
    rows = read_leaderboard(SET)
    assert {row.arm for row in rows} >= {"rules", "naive_rag", "bag_of_words"}
    for row in rows:
        figures = log[row.release, row.suite, row.arm]
        assert {name: figures[name] for name in row.figures} == row.figures


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["coding", "gaps", "units", "mentions", "answers"])
def test_no_suite_became_worse_than_its_baseline(citecoder_eval: Callable[..., Gate], suite: str) -> None:
    """Where a change makes it better, write the baseline anew: ``citecoder eval run --suite S --save FILE``."""
    names = {
        "coding": ("f1", "units_right", "no_code_specificity"),
        "gaps": ("gap_recall", "gap_false_rate"),
        "units": ("days_right",),
        "mentions": ("found", "billed"),
        "answers": ("facts_all", "wrong", "declined_rightly"),
    }
    citecoder_eval(suite).not_worse_than(SET / "baselines" / f"{suite}.json", *names[suite])
