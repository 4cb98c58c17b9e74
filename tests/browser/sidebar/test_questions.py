"""What is asked of the clinician: a prompt in the note, or a reason why it need not be asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def test_a_prompt_with_a_blank_is_put_into_the_note(desk: Desk) -> None:
    desk.hear("insert")
    desk.write()
    desk.gap("electrodes").get_by_role("button", name="Insert prompt").click()
    assert desk.note.input_value().endswith("Region treated: ___")
    assert desk.page.evaluate("getSelection().toString()") == "___"
    assert desk.heard() == [
        ("insert", {"gap_id": "gap-1", "element": "G0283.area", "text": "Region treated: ___"})
    ]
    desk.note.press("Control+z")
    assert desk.note.input_value() == WRITTEN


def test_a_host_may_insert_by_itself(desk: Desk) -> None:
    desk.page.evaluate("document.addEventListener('insert', e => e.preventDefault())")
    desk.write()
    desk.gap("electrodes").get_by_role("button", name="Insert prompt").click()
    assert desk.note.input_value() == WRITTEN


def test_a_question_is_dismissed_with_a_reason_and_can_be_asked_again(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("dismiss")
    desk.write()
    desk.gap("electrodes").get_by_role("button", name="Dismiss").click()
    desk.find(".chip", has_text="Documented elsewhere").click()
    expect(desk.gap("electrodes")).to_have_count(0)
    expect(desk.find(".missing .finished")).to_be_visible()
    sent = desk.sent(1)[0]
    assert (sent["line_id"], sent["action"], sent["reason_code"]) == (
        "gap-1",
        "dismiss_gap",
        "documented_elsewhere",
    )
    assert desk.heard() == [("dismiss", {"gap_id": "gap-1", "element": "G0283.area", "reason_code": "documented_elsewhere"})]  # fmt: skip
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.gap("electrodes")).to_have_count(0)
    desk.find(".fold-head", has_text="1 dismissed").click()
    desk.find(".dismissed button", has_text="Ask again").click()
    expect(desk.gap("electrodes")).to_have_count(1)
