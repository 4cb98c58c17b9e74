"""How the panel looks and fits: read by everybody, narrow, zoomed, in both schemes, and still under the hands."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.hosting import found_by_axe
from tests.browser.sidebar.conftest import TWO, WRITTEN, Desk, Open

pytestmark = pytest.mark.browser

SIZES = """e => [...e.shadowRoot.querySelectorAll('button, a, input, [role=separator]')].filter(b => b.checkVisibility()).map(b => {
    const { width, height } = b.getBoundingClientRect(); return [b.className || b.name || b.tagName, Math.round(width), Math.round(height)] })"""
SHIFTS = """() => { window.shifts = []; new PerformanceObserver(list => { for (const each of list.getEntries())
    shifts.push({ value: each.value, recent: each.hadRecentInput, moved: each.sources.map(s => s.node?.id || s.node?.className || s.node?.nodeName) }) }).observe({ type: 'layout-shift', buffered: true }) }"""


def overflowing(desk: Desk) -> list[Any]:
    """What is wider than the panel, and whether the page scrolls sideways."""
    found: list[Any] = desk.sidebar.evaluate(
        """e => { const right = e.getBoundingClientRect().right + 1;
             const wide = [...e.shadowRoot.querySelectorAll('.scroller *, header *, footer *, .card *')].filter(n => n.checkVisibility() && n.getBoundingClientRect().right > right && !n.closest('.because')).map(n => n.className || n.tagName);
             if (document.documentElement.scrollWidth > innerWidth) wide.push('the page'); return wide }"""
    )
    return found


def open_everything(desk: Desk) -> None:
    """Open every line, question and fold."""
    for selector in (".line .head", ".gap .head", ".fold-head"):
        for each in desk.find(selector).all():
            each.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_desk: Open, scheme: str) -> None:
    desk = open_desk(color_scheme=scheme)
    assert found_by_axe(desk.page) == []
    desk.write()
    assert found_by_axe(desk.page) == []
    open_everything(desk)
    desk.line("97110").locator(".tick").click()
    desk.line("97140").locator(".head").press("e")
    assert found_by_axe(desk.page) == []
    desk.gap("electrodes").locator(".head").press("d")
    desk.find(".reason .cite").first.click()
    assert found_by_axe(desk.page) == []


def test_axe_finds_nothing_when_things_go_wrong_or_it_is_collapsed(desk: Desk) -> None:
    desk.write()
    desk.refuse(503)
    desk.note.fill(WRITTEN + " ")
    expect(desk.find(".failure")).to_be_visible()
    assert found_by_axe(desk.page) == []
    desk.find("header .icon-button").click()
    assert found_by_axe(desk.page) == []


def test_axe_finds_nothing_with_two_on_a_page(open_desk: Open) -> None:
    desk = open_desk(html=TWO)
    desk.write()
    desk.page.locator("#other").fill(WRITTEN)
    expect(desk.page.locator("#two").locator(".line")).to_have_count(3)
    assert found_by_axe(desk.page) == []


def test_every_target_is_large_enough(desk: Desk) -> None:
    desk.write()
    open_everything(desk)
    desk.line("97140").locator(".head").press("e")
    small = [each for each in desk.sidebar.evaluate(SIZES) if min(each[1:]) < 24 and each[0] != "separator"]
    assert small == []


STACKED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A host</title>{script}
      <style>body {{ margin: 0 }} textarea {{ width: 100%; box-sizing: border-box }}</style></head>
      <body><main><h1>Visit</h1><textarea id="note" aria-label="Note"></textarea></main><citecoder-sidebar id="one" for="note" placement="bottom" {attributes}></citecoder-sidebar></body></html>"""


@pytest.mark.parametrize("width", [320, 360, 768])
def test_a_narrow_screen_does_not_scroll_sideways(open_desk: Open, width: int) -> None:
    desk = open_desk(html=STACKED, viewport={"width": width, "height": 640})
    desk.write()
    open_everything(desk)
    desk.line("97140").locator(".head").press("e")
    assert overflowing(desk) == []
    desk.find(".line .cite").first.click()
    assert overflowing(desk) == []
    assert found_by_axe(desk.page) == []


def test_under_a_note_a_strip_tells_what_there_is_and_leads_there(open_desk: Open) -> None:
    desk = open_desk(
        html=STACKED.replace("width: 100%", "height: 900px; width: 100%"),
        viewport={"width": 320, "height": 480},
    )
    desk.write()
    bar = desk.find(".bar")
    expect(bar).to_have_text("3 codes · 1 open")
    box = bar.bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == 480
    assert found_by_axe(desk.page) == []
    bar.locator("button").click()
    expect(bar).to_have_count(0)
    assert "97110" in desk.focused()


def test_a_label_is_never_broken_inside_a_word_at_the_least_width(open_desk: Open) -> None:
    desk = open_desk()
    desk.page.add_style_tag(content="citecoder-sidebar { --citecoder-width: 260px }")
    desk.write()
    desk.sidebar.evaluate(
        "e => e.shadowRoot.querySelectorAll('.label').forEach(n => { n.style.overflowWrap = 'normal' })"
    )
    cut = desk.find(".label").evaluate_all("all => all.map(n => n.scrollWidth - n.clientWidth)")
    assert max(cut) <= 0
    assert overflowing(desk) == []


def test_beside_a_note_it_never_takes_more_than_there_is(open_desk: Open) -> None:
    desk = open_desk(viewport={"width": 320, "height": 640})
    desk.write()
    open_everything(desk)
    assert overflowing(desk) == []


def test_it_can_be_read_at_200_percent(open_desk: Open) -> None:
    """A zoom of 200 % is half the pixels at twice the density; text alone at 200 % is a larger font."""
    desk = open_desk(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    desk.write()
    open_everything(desk)
    assert overflowing(desk) == []
    desk.page.add_style_tag(content="citecoder-sidebar { --citecoder-font-size: 26px }")
    assert overflowing(desk) == []


def test_theme_and_tokens_are_the_hosts(desk: Desk) -> None:
    ground = "e => getComputedStyle(e.shadowRoot.querySelector('.whole')).backgroundColor"
    assert desk.sidebar.evaluate(ground) == "rgb(255, 255, 255)"
    desk.sidebar.evaluate("e => { e.theme = 'dark' }")
    assert desk.sidebar.evaluate(ground) == "rgb(27, 32, 34)"
    desk.page.add_style_tag(
        content="citecoder-sidebar { --citecoder-paper: rgb(1 2 3) } citecoder-sidebar::part(header) { color: rgb(9 9 9) }"
    )
    assert desk.sidebar.evaluate(ground) == "rgb(1, 2, 3)"
    assert (
        desk.sidebar.evaluate("e => getComputedStyle(e.shadowRoot.querySelector('header')).color")
        == "rgb(9, 9, 9)"
    )


def test_nothing_moves_for_who_does_not_want_it(open_desk: Open) -> None:
    desk = open_desk(reduced_motion="reduce")
    desk.write()
    assert desk.sidebar.evaluate("e => e.shadowRoot.getAnimations({subtree: true}).length") == 0
    names = desk.sidebar.evaluate(
        "e => [...e.shadowRoot.querySelectorAll('.item')].map(n => getComputedStyle(n).animationName)"
    )
    assert set(names) == {"none"}


def test_forced_colours_keep_the_accepted_state(open_desk: Open) -> None:
    desk = open_desk(forced_colors="active")
    desk.keep_decisions()
    desk.write()
    strokes = "e => [...e.shadowRoot.querySelectorAll('.tick .icon')].map(n => getComputedStyle(n).stroke)"
    desk.line("97110").locator(".tick").click()
    accepted, other, *_ = desk.sidebar.evaluate(strokes)
    assert accepted != "none"
    assert other == "none"


# --- what is under the hands stays there -----------------------------------------------------------


def test_a_reading_that_says_the_same_moves_nothing(desk: Desk) -> None:
    desk.write()
    desk.page.wait_for_timeout(600)
    desk.page.evaluate(SHIFTS)
    with desk.page.expect_response("**/v1/suggestions"):
        desk.sidebar.evaluate("e => { e.stage = 'final' }")
    desk.page.wait_for_timeout(300)
    assert [each for each in desk.page.evaluate("shifts") if each["value"] > 0] == []


def test_typing_moves_nothing_of_the_host_and_little_of_the_panel(desk: Desk) -> None:
    desk.page.evaluate(SHIFTS)
    desk.note.press_sequentially(WRITTEN, delay=2)
    desk.is_fresh()
    desk.note.press_sequentially("More.", delay=2)
    desk.page.wait_for_timeout(700)
    shifts = desk.page.evaluate("shifts")
    assert not [each for each in shifts if "note" in each["moved"]]
    # Lines come and go with what is written, at each reading; no one reading moves much.
    assert max((each["value"] for each in shifts), default=0) < 0.05


def test_what_is_under_the_pointer_stays_there_when_lines_come_above_it(desk: Desk) -> None:
    lines = {"few": True}

    def change(review: dict[str, Any]) -> None:
        if lines["few"]:
            review["suggestions"] = review["suggestions"][2:]
        review["warnings"] = [{**review["warnings"][0], "codes": [str(n)]} for n in range(30)]

    desk.change_reviews(change)
    desk.write()
    under = desk.find(".warnings .item").nth(20)
    under.scroll_into_view_if_needed()
    under.hover()
    before = under.bounding_box()
    lines["few"] = False
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find(".line")).to_have_count(3)
    after = under.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1


def test_the_focus_is_never_taken(desk: Desk) -> None:
    desk.note.press_sequentially(WRITTEN, delay=1)
    desk.is_fresh()
    expect(desk.note).to_be_focused()
    desk.line("97140").locator(".head").focus()
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    assert "97140" in desk.focused()


def test_a_half_written_edit_survives_a_reading(desk: Desk) -> None:
    desk.write()
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=modifiers]").fill("GP 59")
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.find("input[name=modifiers]")).to_have_value("GP 59")
    expect(desk.find("input[name=modifiers]")).to_be_focused()
