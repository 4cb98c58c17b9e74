"""Modifiers of a line: the plan's, the assistant's, their order and what excludes what."""

from __future__ import annotations

import pytest

from citecoder.rules.modifiers import assistant_modifier, clashes, ordered, plan_modifier


@pytest.mark.parametrize(
    ("discipline", "plan", "assistant"),
    [("PT", "GP", "CQ"), ("OT", "GO", "CO"), ("SLP", "GN", None), ("DC", None, None), (None, None, None)],
)
def test_a_discipline_has_its_modifiers(
    discipline: str | None, plan: str | None, assistant: str | None
) -> None:
    assert (plan_modifier(discipline), assistant_modifier(discipline)) == (plan, assistant)


def test_order_does_not_depend_on_how_they_came_and_each_stands_once() -> None:
    assert (
        ordered(["KX", "CQ", "GP", "59", "GP"])
        == ordered(["59", "GP", "CQ", "KX"])
        == ("59", "GP", "CQ", "KX")
    )


def test_a_modifier_that_is_not_known_is_kept_at_the_end() -> None:
    assert ordered(["FC", "GP"]) == ("GP", "FC")


@pytest.mark.parametrize(
    "pair",
    [
        ("KX", "GA"), ("59", "XS"), ("XE", "XU"), ("GY", "GZ"), ("GA", "GZ"), ("AT", "GA"),
        ("GP", "GO"), ("CQ", "CO"), ("CQ", "GO"), ("CO", "GP"), ("CQ", "GN"),
    ],
    ids="/".join,
)  # fmt: skip
def test_modifiers_that_exclude_each_other_are_named(pair: tuple[str, str]) -> None:
    assert [set(clash.modifiers) for clash in clashes(["95", *pair])] == [set(pair)]


@pytest.mark.parametrize(
    "line", [(), ("GP",), ("59", "GP", "CQ", "KX"), ("GO", "CO"), ("GP", "GY", "GX"), ("AT", "59")]
)
def test_modifiers_that_go_together_raise_nothing(line: tuple[str, ...]) -> None:
    assert clashes(line) == ()
