"""Answers that fail, and none at all: one line says so, the last reading stays, and it goes on by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def test_offline_keeps_the_last_reading_and_comes_back(desk: Desk) -> None:
    desk.write()
    desk.page.context.set_offline(True)
    desk.note.fill(WRITTEN + " ")
    expect(desk.find(".state")).to_have_text("Offline")
    expect(desk.find(".failure > span")).to_have_text("Offline. Codes are of the note as last read.")
    assert desk.codes() == ["97110", "97140", "G0283"]
    desk.page.context.set_offline(False)
    desk.is_fresh()
    expect(desk.find(".strip")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "Not signed in: the key is missing or not valid"),
        (403, "Not allowed: this page or key may not ask"),
        (413, "The note is too long: one visit at a time"),
        (422, "detail of 422"),
        (500, "citecoder failed"),
        (503, "citecoder is not ready"),
    ],
)
def test_a_failure_is_one_line_with_a_way_on(desk: Desk, status: int, words: str) -> None:
    desk.hear("error")
    desk.refuse(status)
    desk.note.fill(WRITTEN)
    expect(desk.find(".failure > span")).to_have_text(words)
    assert desk.heard()[0] == ("error", {"status": status, "detail": f"detail of {status}"})
    desk.page.unroute("**/v1/suggestions")
    if status == 413:  # pressing a button does not shorten a note
        expect(desk.find(".failure button")).to_have_count(0)
        desk.note.fill("Manual therapy")
    else:
        desk.find(".failure button").click()
    desk.is_fresh()


def test_too_many_requests_says_when_and_waits(desk: Desk) -> None:
    desk.refuse(429, {"Retry-After": "2"})
    desk.note.fill(WRITTEN)
    expect(desk.find(".failure > span")).to_have_text("Too many requests · next try in 2 s")
    asked: list[str] = []
    desk.page.on("request", lambda sent: asked.append(sent.url))
    desk.note.fill(WRITTEN + " ")
    desk.page.wait_for_timeout(800)
    assert asked == []
    desk.page.unroute("**/v1/suggestions")
    desk.is_fresh()


def test_a_failing_server_is_asked_again_by_itself(desk: Desk) -> None:
    desk.refuse(503)
    desk.note.fill(WRITTEN)
    expect(desk.find(".failure")).to_be_visible()
    desk.page.unroute("**/v1/suggestions")
    desk.is_fresh()


@pytest.mark.parametrize("body", ["not json", "[]", '{"suggestions": 3}', "null"])
def test_an_answer_that_is_none_breaks_nothing(desk: Desk, body: str) -> None:
    desk.page.route(
        "**/v1/suggestions", lambda route: route.fulfill(body=body, content_type="application/json")
    )
    desk.note.fill(WRITTEN)
    expect(desk.find(".failure")).to_contain_text("The answer could not be read")
