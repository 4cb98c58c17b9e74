"""What a person decides: told to the host, sent to the server, shown at once, and never lost in silence."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def waited(desk: Desk, count: int) -> list[dict[str, Any]]:
    """Wait until so many decisions have come to the server."""
    for _ in range(100):
        if len(desk.decisions) >= count:
            break
        desk.page.wait_for_timeout(50)
    assert len(desk.decisions) == count
    return desk.decisions


def test_a_line_is_accepted_by_one_press(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("accept")
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    expect(desk.line("97140").locator(".tick")).to_have_attribute("aria-pressed", "true")
    review_id = desk.sidebar.evaluate("e => e.review.id")
    assert waited(desk, 1) == [{"suggestion_id": review_id, "line_id": "line-97140", "action": "accept"}]
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
    sent = waited(desk, 1)[0]
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
    sent = waited(desk, 1)[0]
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
    assert waited(desk, 1)[0]["edit"] == {"units": 2}


def test_undo_gives_the_line_back_and_the_next_choice_replaces_it(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("undo")
    desk.write()
    desk.line("97140").locator(".tick").click()
    waited(desk, 1)
    desk.line("97140").get_by_role("button", name="Undo").click()
    expect(desk.line("97140").locator(".decision")).to_have_text(
        "Recorded as accepted; the next choice replaces it."
    )
    assert desk.heard()[0][1]["line_id"] == "line-97140"
    desk.line("97140").locator(".head").press("r")
    desk.find(".chip", has_text="Not performed").click()
    assert [each["action"] for each in waited(desk, 2)] == ["accept", "reject"]


def test_what_was_decided_stays_over_a_later_reading(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")


def changing(desk: Desk) -> dict[str, Any]:
    """Let the server say what the returned dict holds of the line of 97140."""
    said: dict[str, Any] = {}
    desk.change_reviews(lambda review: review["suggestions"] and review["suggestions"][1].update(said))
    return said


def test_an_accepted_line_that_changes_lapses_and_says_so_until_it_is_decided_again(desk: Desk) -> None:
    desk.keep_decisions()
    said = changing(desk)
    said["units"] = 2
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.line("97110").locator(".tick").click()
    said["units"] = 1
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    line = desk.line("97140")
    expect(line.locator(".lapsed")).to_have_text("Accepted as ×2; the note now supports ×1")
    expect(line.locator(".tick")).to_have_attribute("aria-pressed", "false")
    expect(desk.line("97110").locator(".decision")).to_contain_text("Accepted")
    was, now = {"units": 2, "modifiers": ["GP"]}, {"units": 1, "modifiers": ["GP"]}
    assert desk.heard() == [("lapsed", {"line_id": "line-97140", "code": "97140", "was": was, "now": now})]
    said["modifiers"] = ["GP", "59"]
    desk.sidebar.evaluate("e => { e.discipline = 'PT' }")
    expect(line.locator(".lapsed")).to_have_text("Accepted as ×2 GP; the note now supports ×1 GP 59")
    line.locator(".tick").click()
    expect(line.locator(".lapsed")).to_have_count(0)
    expect(line.locator(".decision")).to_contain_text("Accepted")
    assert len(desk.heard()) == 1


def test_an_edited_line_lapses_unless_the_note_comes_to_support_the_edit(desk: Desk) -> None:
    desk.keep_decisions()
    said = changing(desk)
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=units]").fill("2")
    desk.page.keyboard.press("Enter")
    said["units"] = 2
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Changed from 97140 ×1 GP")
    assert desk.heard() == []
    said["units"] = 3
    desk.sidebar.evaluate("e => { e.discipline = 'PT' }")
    expect(desk.line("97140").locator(".lapsed")).to_have_text("Accepted as ×2; the note now supports ×3")
    assert [detail["was"]["units"] for _, detail in desk.heard()] == [2]


def test_an_accepted_line_that_goes_is_told_until_it_was_seen(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.line("97110").locator(".head").press("r")
    desk.find(".chip", has_text="Other").click()
    desk.write("Nothing to bill.")
    expect(desk.find(".gone .lapsed")).to_contain_text(
        "97140 ×1 GP was accepted; the note no longer supports it"
    )
    assert [(detail["line_id"], detail["now"]) for _, detail in desk.heard()] == [("line-97140", None)]
    desk.write()
    expect(desk.line("97140").locator(".lapsed")).to_contain_text("it supports ×1 again")
    desk.note.fill("")
    desk.write("Nothing to bill.")
    desk.find(".gone button").click()
    expect(desk.find(".gone")).to_have_count(0)
    assert len(desk.heard()) == 1


def test_clearing_the_note_tells_the_host_that_what_was_accepted_is_gone(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.note.fill("")
    assert [detail["now"] for _, detail in desk.heard()] == [None]


def test_an_edited_line_keeps_the_shape_of_its_row(desk: Desk) -> None:
    desk.write()
    box = "e => { const { width, height } = e.getBoundingClientRect(); return [Math.round(width), Math.round(height)] }"
    before = desk.line("97140").locator(".row").evaluate(box)
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=units]").fill("2")
    desk.page.keyboard.press("Enter")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Changed")
    assert desk.line("97140").locator(".row").evaluate(box) == before


def test_codes_of_another_text_are_never_accepted(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.refuse(403)
    desk.note.fill(WRITTEN + " more")
    expect(desk.find(".failure > span")).to_have_text(
        "Not allowed: this page or key may not ask. Codes are of the note as last read."
    )
    tick = desk.line("97140").locator(".tick")
    expect(tick).to_be_disabled()
    expect(tick).to_have_attribute("title", "The note has changed since it was read: read it again first")
    desk.line("97140").locator(".head").press("a")
    expect(desk.find(".decision")).to_have_count(0)
    assert desk.decisions == []
    desk.page.unroute("**/v1/suggestions")
    desk.note.fill(WRITTEN)
    expect(tick).to_be_enabled()
    desk.line("97140").locator(".head").press("a")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")


def test_what_is_not_saved_says_so_and_is_sent_again(desk: Desk) -> None:
    desk.keep_decisions(503)
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_contain_text("not saved yet")
    assert desk.sidebar.evaluate("e => e.unsaved") == 1
    desk.keep_decisions()
    expect(desk.line("97140").locator(".unsaved")).to_have_count(0)
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    assert desk.sidebar.evaluate("e => e.unsaved") == 0


def test_what_was_decided_offline_goes_out_in_order_when_the_net_is_back(desk: Desk) -> None:
    desk.keep_decisions()
    desk.page.route("**/v1/decisions", lambda route: route.abort("internetdisconnected"))
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_be_visible()
    desk.line("97110").locator(".tick").click()
    desk.page.unroute("**/v1/decisions")
    desk.keep_decisions()
    desk.page.evaluate("dispatchEvent(new Event('online'))")
    assert [each["line_id"] for each in waited(desk, 2)] == ["line-97140", "line-97110"]
    expect(desk.find(".unsaved")).to_have_count(0)


def test_unsaved_decisions_of_an_earlier_note_are_still_told_and_sent(desk: Desk) -> None:
    desk.keep_decisions(503)
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_be_visible()
    first = desk.sidebar.evaluate("e => e.review.id")
    desk.sidebar.evaluate("e => e.reset()")
    expect(desk.find(".failure.waiting")).to_contain_text("1 decision not saved yet")
    desk.keep_decisions()
    desk.decisions.clear()
    desk.find(".failure.waiting button").click()
    expect(desk.find(".failure.waiting")).to_have_count(0)
    assert waited(desk, 1)[0]["suggestion_id"] == first


def test_a_review_that_the_server_lost_is_read_again_before_the_decision(desk: Desk) -> None:
    statuses = [404, 201]
    sent: list[str] = []

    def answer(route: Any) -> None:
        sent.append(route.request.post_data)
        status = statuses.pop(0)
        route.fulfill(status=status, json={"id": "d", "title": "", "status": status, "detail": ""})

    desk.write()
    desk.page.route("**/v1/decisions", answer)
    with desk.page.expect_request("**/v1/suggestions"):
        desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".decision")).to_have_text("AcceptedUndo")
    desk.page.wait_for_timeout(300)
    assert len(sent) == 2
    assert '"line_id":"line-97140"' in sent[1]


def test_a_decision_that_is_refused_says_why_and_can_be_tried_again(desk: Desk) -> None:
    desk.keep_decisions(403)
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_contain_text(
        "not saved: not allowed: this page or key may not ask"
    )
    desk.keep_decisions()
    desk.line("97140").locator(".unsaved button").click()
    expect(desk.line("97140").locator(".unsaved")).to_have_count(0)


def test_a_host_may_take_a_decision_over(desk: Desk) -> None:
    desk.keep_decisions()
    desk.page.evaluate("document.addEventListener('accept', e => e.preventDefault())")
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    desk.page.wait_for_timeout(300)
    assert desk.decisions == []


# --- questions -----------------------------------------------------------------------------------


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
    sent = waited(desk, 1)[0]
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


def test_a_panel_that_is_taken_off_the_page_still_saves(desk: Desk) -> None:
    desk.keep_decisions(503)
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_be_visible()
    desk.sidebar.evaluate("e => e.remove()")
    desk.decisions.clear()
    desk.keep_decisions()
    assert waited(desk, 1)[0]["line_id"] == "line-97140"


def test_a_page_with_something_unsaved_asks_before_it_is_closed(desk: Desk) -> None:
    asks = "() => { const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented }"
    desk.keep_decisions(503)
    desk.write()
    assert desk.page.evaluate(asks) is False
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_be_visible()
    assert desk.page.evaluate(asks) is True
    desk.keep_decisions()
    expect(desk.line("97140").locator(".unsaved")).to_have_count(0)
    assert desk.page.evaluate(asks) is False


def test_a_panel_that_is_moved_in_the_page_goes_on(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.page.evaluate("document.body.prepend(document.querySelector('#one'))")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    desk.write(WRITTEN + " ")
    desk.write()
    expect(desk.line("97140")).to_have_count(1)
