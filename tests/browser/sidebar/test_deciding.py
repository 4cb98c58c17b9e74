"""What a person decides: told to the host, sent to the server, and shown at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def test_a_line_is_accepted_by_one_press(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("accept")
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    expect(desk.line("97140").locator(".tick")).to_have_attribute("aria-pressed", "true")
    review_id = desk.sidebar.evaluate("e => e.review.id")
    assert desk.sent(1) == [{"suggestion_id": review_id, "line_id": "line-97140", "action": "accept"}]
    assert desk.heard() == [
        ("accept", {"review_id": review_id, "line_id": "line-97140", "code": "97140", "units": 1, "modifiers": ["GP"]})
    ]  # fmt: skip


def test_a_line_is_edited_in_place(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("accept")
    desk.write()
    desk.line("97110").locator(".head").click()
    desk.line("97110").get_by_role("button", name="Edit").click()
    assert desk.sidebar.evaluate("e => e.shadowRoot.activeElement.name") == "units"
    desk.find("input[name=units]").fill("1")
    desk.find("input[name=modifiers]").fill("gp, 59")
    desk.page.keyboard.press("Enter")
    line = desk.line("97110")
    expect(line.locator(".decision")).to_contain_text("Changed from 97110 ×2 GP")
    expect(line.locator(".units > [aria-hidden]")).to_have_text("×1")
    expect(line.locator(".modifiers")).to_have_text("GP 59")
    sent = desk.sent(1)[0]
    assert sent["action"] == "edit"
    assert sent["edit"] == {"units": 1, "modifiers": ["GP", "59"]}
    detail = desk.heard()[0][1]
    assert detail["edited"] is True
    assert (detail["code"], detail["units"], detail["was"]) == ("97110", 1, {"code": "97110", "units": 2, "modifiers": ["GP"]})  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("code", "9711", "A code has five letters or digits."),
        ("units", "two", "Units are a whole number from 0 to 999."),
        ("modifiers", "GPX", "Up to eight modifiers of two letters or digits."),
    ],
)
def test_an_edit_that_can_not_be_says_so_and_sends_nothing(desk: Desk, field: str, value: str, problem: str) -> None:  # fmt: skip
    desk.keep_decisions()
    desk.write()
    desk.line("97110").locator(".head").press("e")
    desk.find(f"input[name={field}]").fill(value)
    desk.page.keyboard.press("Enter")
    expect(desk.find(".problem")).to_have_text(problem)
    expect(desk.find(f"input[name={field}]")).to_have_value(value)
    assert desk.decisions == []


def test_a_line_is_rejected_with_a_reason(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("reject")
    desk.write()
    desk.line("97110").locator(".head").press("r")
    desk.find(".chip", has_text="Wrong units").click()
    expect(desk.line("97110").locator(".decision")).to_contain_text("Rejected: wrong units")
    sent = desk.sent(1)[0]
    assert (sent["line_id"], sent["action"], sent["reason_code"]) == ("line-97110", "reject", "wrong_units")
    assert desk.heard()[0][1]["reason_code"] == "wrong_units"


def test_a_line_with_open_units_is_accepted_with_the_units_a_person_says(desk: Desk) -> None:
    desk.keep_decisions()

    def no_units(review: dict[str, Any]) -> None:
        review["suggestions"][0]["units"] = None
        review["units"]["by_method"] = {}

    desk.change_reviews(no_units)
    desk.write()
    desk.line("97110").locator(".tick").click()
    expect(desk.find("input[name=units]")).to_be_focused()
    expect(desk.find(".body .reason.needs_documentation")).to_have_text("Units open: minutes are missing")
    assert desk.decisions == []
    desk.page.keyboard.type("2")
    desk.page.keyboard.press("Enter")
    assert desk.sent(1)[0]["edit"] == {"units": 2}


def test_undo_gives_the_line_back_and_the_next_choice_replaces_it(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("undo")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.sent(1)
    desk.line("97140").get_by_role("button", name="Undo").click()
    expect(desk.line("97140").locator(".decision")).to_have_text(
        "Recorded as accepted; the next choice replaces it."
    )
    assert desk.heard()[0][1]["line_id"] == "line-97140"
    desk.line("97140").locator(".head").press("r")
    desk.find(".chip", has_text="Not performed").click()
    assert [each["action"] for each in desk.sent(2)] == ["accept", "reject"]


def test_what_was_decided_stays_over_a_later_reading(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")


def test_an_edited_line_keeps_the_shape_of_its_row(desk: Desk) -> None:
    desk.write()
    box = "e => { const { width, height } = e.getBoundingClientRect(); return [Math.round(width), Math.round(height)] }"
    before = desk.line("97140").locator(".row").evaluate(box)
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=units]").fill("2")
    desk.page.keyboard.press("Enter")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Changed")
    assert desk.line("97140").locator(".row").evaluate(box) == before


def test_a_host_may_take_a_decision_over(desk: Desk) -> None:
    desk.keep_decisions()
    desk.page.evaluate("document.addEventListener('accept', e => e.preventDefault())")
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    desk.page.wait_for_timeout(300)
    assert desk.decisions == []


def test_a_panel_that_is_moved_in_the_page_goes_on(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.page.evaluate("document.body.prepend(document.querySelector('#one'))")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    desk.write(WRITTEN + " ")
    desk.write()
    expect(desk.line("97140")).to_have_count(1)
