"""What is written is read: when the server is asked, what is dropped, and what is shown meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser

ORDER = [
    "38 timed min · 53 total", "4 units", "Codes 3", "97110", "97140", "G0283", "Missing 1", "Where were the electrodes placed?",
    "Not coded 1", "97035", "Warnings 2", "Article says:", "Regulator says:", "Chart items (1)", "Sources (5)",
]  # fmt: skip


def test_an_empty_note_says_what_will_happen(desk: Desk) -> None:
    expect(desk.find(".scroller")).to_have_text("Start writing; codes appear here.")
    assert desk.sidebar.evaluate("e => e.review") is None


def test_lines_appear_as_a_person_types(desk: Desk) -> None:
    desk.note.press_sequentially(WRITTEN, delay=1)
    expect(desk.find(".line .code")).to_have_text(["97110", "97140", "G0283"])
    desk.is_fresh()
    expect(desk.find("header .who")).to_have_text("Medicare · PT")


def test_sections_stand_in_order_of_attention(desk: Desk) -> None:
    desk.write()
    text = desk.find(".scroller").inner_text().replace("\n", " ")
    places = [text.index(words) for words in ORDER]
    assert places == sorted(places)


def test_nothing_is_sent_while_keys_fall_and_once_after(desk: Desk) -> None:
    asked: list[dict[str, Any]] = []
    desk.page.on("request", lambda sent: asked.append(json.loads(sent.post_data or "{}")) if "/v1/" in sent.url else None)  # fmt: skip
    desk.note.press_sequentially("Manual therapy", delay=30)
    desk.is_fresh()
    assert [each["note"] for each in asked] == ["Manual therapy"]
    assert asked[0]["payer"] == "medicare"
    assert asked[0]["stage"] == "draft"


def test_a_session_keeps_one_id_until_another_note_begins(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda sent: asked.append(json.loads(sent.post_data or "{}")["id"]) if "/v1/s" in sent.url else None)  # fmt: skip
    desk.write("One.")
    desk.write("One. Two.")
    desk.sidebar.evaluate("e => e.setAttribute('note-key', 'a')")
    desk.write("Three.")
    desk.sidebar.evaluate("e => e.setAttribute('note-key', 'b')")
    desk.is_fresh()
    desk.sidebar.evaluate("e => e.reset()")
    desk.is_fresh()
    assert asked[0] == asked[1] == asked[2]
    assert len(set(asked)) == 3


def test_a_pasted_note_is_read_at_once(desk: Desk) -> None:
    desk.page.clock.install()
    desk.note.focus()
    desk.page.evaluate("text => document.execCommand('insertText', false, text)", "Manual therapy")
    desk.page.evaluate(
        "document.querySelector('#note').dispatchEvent(new InputEvent('input', {inputType: 'insertFromPaste', bubbles: true}))"
    )
    with desk.page.expect_request("**/v1/suggestions"):
        desk.page.clock.run_for(40)


def test_a_late_answer_to_an_older_note_is_dropped(desk: Desk) -> None:
    held: list[Route] = []
    desk.sidebar.evaluate(  # a host's own way to the server may not know how to give up
        "e => { e.fetcher = (path, init) => fetch(path, {...init, signal: undefined}) }"
    )
    desk.page.route("**/v1/suggestions", lambda route: held.append(route))  # noqa: PLW0108 - the browser's client wants a function of Python
    desk.note.fill("The first note")
    desk.page.wait_for_timeout(450)
    desk.note.fill(WRITTEN)
    desk.page.wait_for_timeout(450)
    assert len(held) == 2
    held[1].continue_()
    expect(desk.find(".line .code")).to_have_text(["97110", "97140", "G0283"])
    held[0].continue_()
    desk.page.wait_for_timeout(200)
    assert desk.codes() == ["97110", "97140", "G0283"]
    assert desk.sidebar.evaluate("e => e.review.note_length") > 100


def test_an_older_request_is_given_up(desk: Desk) -> None:
    failed: list[str] = []
    desk.page.on("requestfailed", lambda request: failed.append(request.url))
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.fill("The first note")
    desk.page.wait_for_timeout(450)
    desk.note.fill("The second note")
    desk.page.wait_for_timeout(50)
    assert len(failed) == 1


def test_what_was_read_is_dimmed_while_the_note_goes_on(desk: Desk) -> None:
    desk.write()
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.press("End")
    desk.note.type(" more")
    expect(desk.find(".state")).to_have_text("Note changed")
    expect(desk.find(".scroller")).to_have_class("scroller stale")
    assert desk.codes() == ["97110", "97140", "G0283"]
    expect(desk.find(".state")).to_have_text("Reading")


def test_a_quick_answer_shows_no_reading_state(desk: Desk) -> None:
    desk.sidebar.evaluate(
        """e => { window.seen = new Set(); const watch = () => { seen.add(e.shadowRoot.querySelector('.state')?.textContent); requestAnimationFrame(watch) }; watch() }"""
    )
    desk.write()
    assert desk.page.evaluate("!seen.has('Reading')")


def test_a_blank_note_clears_the_panel(desk: Desk) -> None:
    desk.write()
    desk.note.fill("  ")
    expect(desk.find(".scroller")).to_have_text("Start writing; codes appear here.")
    assert desk.sidebar.evaluate("e => e.review") is None


def test_what_was_opened_stays_open_and_the_same_node(desk: Desk) -> None:
    desk.write()
    desk.line("97110").locator(".head").click()
    desk.sidebar.evaluate("e => { window.was = e.shadowRoot.querySelector('.line.open') }")
    desk.note.fill("Late entry. " + WRITTEN)  # another note to the sample engine: no lines
    expect(desk.find(".line")).to_have_count(0)
    desk.write()
    expect(desk.find(".line.open .code")).to_have_text(["97110"])
    desk.sidebar.evaluate("e => { window.was = e.shadowRoot.querySelector('.line.open') }")
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    assert desk.sidebar.evaluate("e => e.shadowRoot.querySelector('.line.open') === window.was")


def test_markup_in_a_note_and_in_an_answer_stays_text(desk: Desk) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"

    def poison(review: dict[str, Any]) -> None:
        line = review["suggestions"][0]
        line["label"] = line["arithmetic"] = hostile
        line["evidence"][0]["quote"] = hostile
        review["passages"][0]["text"] = review["passages"][0]["source"]["title"] = hostile
        review["warnings"][0]["message"] = hostile
        review["suggestions"][2]["missing"][0]["query"] = hostile

    desk.change_reviews(poison)
    desk.write()
    desk.line("97110").locator(".head").click()
    desk.find(".cite").first.click()
    expect(desk.find(".card")).to_contain_text("onerror")
    assert desk.page.title() == "A host"
    assert desk.find("img, script").count() == 0


def test_the_panel_is_never_blank_before_the_first_answer(desk: Desk) -> None:
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.fill(WRITTEN)
    expect(desk.find(".state")).to_have_text("Reading")
    expect(desk.find(".scroller")).to_have_text("Start writing; codes appear here.")


def test_who_writes_on_without_a_pause_is_answered_all_the_same(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda sent: asked.append(json.loads(sent.post_data or "{}")["note"]) if "/v1/s" in sent.url else None)  # fmt: skip
    desk.note.press_sequentially("Manual therapy to the knee " * 3, delay=60)
    before_the_last_pause = len(asked)
    expect(desk.find(".warnings")).to_be_visible()
    assert 1 <= before_the_last_pause <= 3


def test_the_end_of_a_line_is_read_at_once(desk: Desk) -> None:
    desk.page.clock.install()
    desk.note.focus()
    desk.page.keyboard.type("Manual therapy")
    with desk.page.expect_request("**/v1/suggestions"):
        desk.page.keyboard.press("Enter")
        desk.page.clock.run_for(40)


def test_a_screen_reader_hears_one_summary_after_a_pause(desk: Desk) -> None:
    desk.sidebar.evaluate(
        """e => { window.said = []; const node = e.shadowRoot.querySelector('[role=status]');
             new MutationObserver(() => said.push(node.textContent)).observe(node, {childList: true, characterData: true, subtree: true}) }"""
    )
    desk.note.press_sequentially(WRITTEN, delay=1)
    desk.is_fresh()
    expect(desk.find("[role=status]")).to_have_text("3 codes, 4 units, 1 open question", timeout=5000)
    assert desk.page.evaluate("said.length") <= 2
