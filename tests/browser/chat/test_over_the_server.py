"""The page for questions over the service's own route, from the key press to the last event."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.sample import SLOW
from tests.app.sample_answers import HOSTILE, NOTHING, QUESTION
from tests.browser.chat.conftest import Enter, Room

pytestmark = pytest.mark.browser


@pytest.fixture
def open_room(enter: Enter) -> Room:
    return enter(held=False)


def test_an_answer_comes_as_events(open_room: Room) -> None:
    with open_room.page.expect_response("**/v1/answers") as answered:
        open_room.ask(QUESTION)
    assert answered.value.headers["content-type"].startswith("text/event-stream")
    expect(open_room.find(".sentence").first).to_contain_text(
        "leftovers go to the code with the most minutes. [1]"
    )
    expect(open_room.find(".as-of")).to_have_text("Rules as of 2026-11-21")
    open_room.ask(QUESTION)
    expect(open_room.find(".sentence", has_text="counts 2 earlier turns")).to_be_visible()
    open_room.find(".sentence .cite").first.click()
    expect(open_room.find(".source-card.open")).to_be_focused()
    open_room.page.reload()
    expect(open_room.find(".turn-told")).to_have_count(2)


def test_a_slow_answer_is_stopped(open_room: Room) -> None:
    open_room.ask(f"{SLOW}20 {QUESTION}")
    open_room.page.get_by_role("button", name="Stop").click()
    expect(open_room.find(".answer")).to_contain_text("Stopped.")
    open_room.ask(NOTHING)
    expect(open_room.find(".abstained")).to_contain_text("Not in the sources")


def test_an_article_that_pushes_links_gets_none(open_room: Room) -> None:
    open_room.ask(HOSTILE)
    expect(open_room.find(".sentence")).to_contain_text("<img src=x>")
    expect(open_room.find("main a, aside a, main img, aside img")).to_have_count(0)
