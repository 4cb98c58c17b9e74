"""Intervals and differences: known answers here, their rates over a thousand simulations among the slow tests."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

from citecoder.evals.metrics import Metric, as_told, macro, ratio, table_of
from citecoder.evals.outcomes import Row
from citecoder.evals.statistics import compare, estimate, pass_k
from tests.conftest import CHECKOUT

RIGHT = Metric("right", "right", ratio("right", "cases"))


def _rows(values: list[int], family: str = "f") -> list[Row]:
    return [
        Row(f"c{n}", f"c{n}", f"{family}{n}", {"right": v, "cases": 1}, passed=bool(v))
        for n, v in enumerate(values)
    ]


def test_an_arm_against_itself_differs_by_exactly_nothing() -> None:
    rows = _rows([1, 0, 1, 1, 0, 1])
    found = compare(rows, rows, RIGHT)
    assert (found.value, found.low, found.high, found.p, found.worse) == (0.0, 0.0, 0.0, 1.0, False)


def test_a_plain_loss_is_worse_with_its_exact_chance() -> None:
    before, after = _rows([1] * 20), _rows([0] * 8 + [1] * 12)
    found = compare(before, after, RIGHT)
    assert found.value == pytest.approx(-0.4)
    assert found.worse
    assert found.exact
    assert found.p == pytest.approx(2 / 2**8)


def test_one_family_that_differs_is_no_evidence() -> None:
    found = compare(_rows([1] * 100), _rows([0] + [1] * 99), RIGHT)
    assert (found.p, found.exact, found.worse) == (1.0, True, False)


@pytest.mark.parametrize(("broken", "worse"), [(4, False), (5, True)])
def test_few_families_that_differ_alarm_no_more_often_than_chance(broken: int, worse: bool) -> None:
    """Of four exchanges all one way one in sixteen is as bad: more than one in twenty."""
    assert compare(_rows([1] * 100), _rows([0] * broken + [1] * (100 - broken)), RIGHT).worse is worse


def test_a_figure_that_is_gone_is_worse() -> None:
    before = _rows([1] * 10)
    after = [Row(row.task, row.case, row.family, {"other": 1}) for row in before]
    assert compare(before, after, RIGHT).worse


def test_a_margin_lets_a_small_loss_through() -> None:
    before, after = _rows([1] * 20), _rows([0] * 8 + [1] * 12)
    assert not compare(before, after, RIGHT, margin=0.7).worse


def test_less_is_better_where_the_figure_says_so() -> None:
    wrong = Metric("wrong", "wrong", ratio("right", "cases"), "lower")
    assert compare(_rows([0] * 20), _rows([1] * 10 + [0] * 10), wrong).worse
    assert not compare(_rows([1] * 10 + [0] * 10), _rows([0] * 20), wrong).worse


def test_families_are_drawn_and_not_cases() -> None:
    together = [
        Row(f"c{n}", f"c{n}", f"f{n // 10}", {"right": (n // 10) % 2, "cases": 1}) for n in range(100)
    ]
    apart = [Row(f"c{n}", f"c{n}", f"f{n}", {"right": (n // 10) % 2, "cases": 1}) for n in range(100)]
    wide, narrow = estimate(table_of(together), RIGHT), estimate(table_of(apart), RIGHT)
    assert wide.value == narrow.value == 0.5
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_a_perfect_score_on_few_families_is_no_certainty() -> None:
    found = estimate(table_of(_rows([1] * 20)), RIGHT)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 20))


def test_what_was_not_counted_has_no_figure() -> None:
    found = estimate(table_of(_rows([1, 0])), Metric("none", "none", ratio("nothing", "nothing")))
    assert np.isnan(found.value)
    assert np.isnan(found.low)


def test_macro_weighs_codes_and_leaves_out_those_nobody_wanted() -> None:
    rows = [Row("a", "a", "a", {"tp@97110": 9, "fn@97110": 1, "fn@97140": 1, "fp@97035": 5})]
    sums = table_of(rows).total()
    assert macro("f1")(sums)[0] == pytest.approx((18 / 19 + 0) / 2)
    assert macro("recall")(sums)[0] == pytest.approx(0.45)


def test_f1_is_told_from_the_figures_beside_it() -> None:
    told = as_told({"precision": 0.88888, "recall": 0.1, "f1": 0.5, "none": float("nan")})
    assert told == {
        "precision": 0.8889,
        "recall": 0.1,
        "f1": round(2 * 0.8889 * 0.1 / 0.9889, 4),
        "none": None,
    }


@pytest.mark.parametrize(("k", "chance"), [(1, 0.5), (2, 0.25), (3, 0.25)])
def test_pass_k_is_the_chance_that_all_of_k_are_right(k: int, chance: float) -> None:
    always, once = [True, True, True], [True, False, False]
    assert pass_k([always, once, once, once], k) == pytest.approx(chance)


@pytest.fixture(scope="module")
def simulating() -> ModuleType:
    """The script that simulates, as a module."""
    sys.path.insert(0, str(CHECKOUT / "plugin" / "scripts"))
    try:
        import simulate_statistics
    finally:
        sys.path.pop(0)
    return simulate_statistics


@pytest.mark.slow
def test_a_thousand_nulls_alarm_one_time_in_twenty(simulating: ModuleType) -> None:
    found = simulating.alarms()
    assert 0.035 <= found["alarms by p-value"] <= 0.065, found
    assert 0.035 <= found["alarms by interval"] <= 0.065, found
    assert 0.02 <= found["alarms by the gate"] <= 0.065, found  # it asks both, so it may alarm less


@pytest.mark.slow
def test_intervals_cover_the_truth_at_their_rate(simulating: ModuleType) -> None:
    found = simulating.coverage()
    assert 0.93 <= found["coverage of a figure"] <= 0.97, found
    assert 0.93 <= found["coverage of a difference"] <= 0.97, found
