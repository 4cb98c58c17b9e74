"""Decisions on their way to the server: never lost in silence, and sent again in order."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import Desk

pytestmark = pytest.mark.browser


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
    assert [each["line_id"] for each in desk.sent(2)] == ["line-97140", "line-97110"]
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
    assert desk.sent(1)[0]["suggestion_id"] == first


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


def test_a_panel_that_is_taken_off_the_page_still_saves(desk: Desk) -> None:
    desk.keep_decisions(503)
    desk.write()
    desk.line("97140").locator(".tick").click()
    expect(desk.line("97140").locator(".unsaved")).to_be_visible()
    desk.sidebar.evaluate("e => e.remove()")
    desk.decisions.clear()
    desk.keep_decisions()
    assert desk.sent(1)[0]["line_id"] == "line-97140"


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
