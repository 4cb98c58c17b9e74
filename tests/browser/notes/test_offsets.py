"""Where words stand: code points, UTF-16 units, line breaks, and what an edit leaves of a span."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "text", ["", "plain", "a\U0001f9b5b\U0001f9b5\r\nc\rd", "\U0001f9b5", "e\u0301\u200d"]
)
def test_code_points_lead_to_utf16_units(page: Page, text: str) -> None:
    units = [len(text[:point].encode("utf-16-le")) // 2 for point in range(len(text) + 1)]
    assert (
        page.evaluate("([text, units]) => units.map((_, point) => toUtf16(text)(point))", [text, units])
        == units
    )
    assert page.evaluate("text => [toUtf16(text)(-1), toUtf16(text)(999)]", text) == [0, units[-1]]


def test_a_text_with_carriage_returns_lies_beside_what_a_text_area_shows(page: Page) -> None:
    held = "ab\r\ncd\r\n\r\ne\rf"
    text, pairs = page.evaluate(
        "held => { const a = asShown(held); return [a.text, [...a.text].map((c, at) => [held[a.toHeld(at)], c, a.toShown(a.toHeld(at)) === at])] }",
        held,
    )
    assert text == "ab\ncd\n\ne\nf"
    assert all(back for *_, back in pairs)
    assert [here for here, *_ in pairs] == ["a", "b", "\r", "c", "d", "\r", "\r", "e", "\r", "f"]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("Late entry. one two three", [[12, 15], [20, 25]]),
        ("one three", [[0, 3], [4, 9]]),
        ("one two threes", [[0, 3], [8, 13]]),
        ("one two tree", [[0, 3]]),
        ("", []),
        ("one two three", [[0, 3], [8, 13]]),
    ],
)
def test_spans_move_with_an_edit_and_what_it_touches_is_dropped(page: Page, after: str, left: Any) -> None:
    moved = page.evaluate(
        "after => shift([{start: 0, end: 3}, {start: 8, end: 13}], 'one two three', after).map((s) => [s.start, s.end])",
        after,
    )
    assert moved == left
