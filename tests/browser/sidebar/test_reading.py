"""What is written is read: states, late and failed answers, and what a note of any kind looks like."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.sidebar.conftest import WRITTEN, Desk, Open

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


def test_nothing_to_bill_is_an_answer_with_its_why(desk: Desk) -> None:
    desk.write("Patient called to cancel.")
    expect(desk.find(".codes")).to_contain_text("Nothing to bill in this note. Why is told below.")
    expect(desk.find(".warnings")).to_contain_text("No service of today's visit was found in this note.")
    expect(desk.find(".missing")).to_have_count(0)


def test_nothing_missing_is_said_and_looks_finished(desk: Desk) -> None:
    desk.change_reviews(lambda review: review["suggestions"][2].update(missing=[], status="supported"))
    desk.write()
    expect(desk.find(".missing .finished")).to_have_text("No required item missing.")
    desk.sidebar.evaluate("e => { e.stage = 'final' }")
    expect(desk.find(".missing .finished")).to_have_text("Nothing missing.")


def test_several_visits_ask_which_one(desk: Desk) -> None:
    def several(review: dict[str, Any]) -> None:
        if review["encounter"]["date_of_service"]:
            return
        review["suggestions"] = []
        review["encounter"]["dates_found"] = ["2026-04-29", "2026-05-01"]
        review["warnings"] = [{"kind": "multiple_visits", "level": "warning", "message": "Several visits.", "codes": [], "evidence": [], "citations": []}]  # fmt: skip

    desk.change_reviews(several)
    desk.hear("date")
    desk.note.fill(WRITTEN)
    expect(desk.find(".several")).to_contain_text("This note holds several visits. Which one?")
    desk.find(".several button", has_text="2026-05-01").click()
    expect(desk.find(".line .code")).to_have_text(["97110", "97140", "G0283"])
    expect(desk.sidebar).to_have_attribute("date", "2026-05-01")
    expect(desk.find(".warnings")).to_have_count(1)
    desk.find(".totals button", has_text="Other visits").click()
    expect(desk.find(".several")).to_be_visible()
    expect(desk.find(".warnings")).to_have_count(0)  # the question says it
    assert [detail["date"] for _, detail in desk.heard()] == ["2026-05-01", None]


def test_without_a_payer_both_counts_stand_side_by_side(open_desk: Open) -> None:
    def by_method(review: dict[str, Any]) -> None:
        review["suggestions"][0]["units"] = None
        review["units"] = {"method": None, "by_method": {"medicare_total_time": {"97110": 2, "97140": 1}, "midpoint": {"97110": 1, "97140": 1}}, "ties": []}  # fmt: skip

    desk = open_desk('discipline="PT"')
    desk.change_reviews(by_method)
    desk.write()
    expect(desk.find("header .who")).to_have_text("Payer unknown · PT")
    expect(desk.line("97110").locator(".units > [aria-hidden]")).to_have_text("×1 or 2")
    expect(desk.find(".totals")).to_contain_text("3–4 units")
    desk.line("97110").locator(".head").click()
    expect(desk.find(".methods")).to_have_text("Total time2 unitsEach code alone1 unit")


def test_the_arithmetic_of_both_methods_stands_one_row_a_method(open_desk: Open) -> None:
    both = (
        "23 timed minutes → 2 units; each code alone, its nth unit at 15(n-1)+8 minutes: 23 minutes → 1 unit"
    )

    def by_method(review: dict[str, Any]) -> None:
        line = review["suggestions"][0]
        line.update(units=None, arithmetic=both)
        line["reasons"][0]["text"] = both
        review["units"] = {"method": None, "by_method": {"medicare_total_time": {"97110": 2}, "midpoint": {"97110": 1}}, "ties": []}  # fmt: skip

    desk = open_desk('discipline="PT"')
    desk.change_reviews(by_method)
    desk.write()
    desk.line("97110").locator(".head").click()
    expect(desk.find(".methods dd")).to_have_text(
        ["2 units23 timed minutes → 2 units", "1 unitits nth unit at 15(n-1)+8 minutes: 23 minutes → 1 unit"]
    )
    expect(desk.line("97110").locator(".reason").first).to_have_text("Units: [1]")


def test_the_header_at_its_usual_width_shows_payer_and_discipline_whole(open_desk: Open) -> None:
    desk = open_desk('discipline="PT"')
    desk.write()
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.type(" more")
    expect(desk.find(".state")).to_have_text("Note changed")
    cut = desk.find("header .who").evaluate("e => [e, ...e.children].map(n => n.scrollWidth - n.clientWidth)")
    assert max(cut) <= 0


def test_only_what_concerns_the_notes_own_words_is_a_warning(desk: Desk) -> None:
    def change(review: dict[str, Any]) -> None:
        review["warnings"].append({"kind": "wrong_code_in_note", "level": "warning", "message": "97035 is another service.", "codes": ["97035"], "evidence": [], "citations": ["coding-principles/planned-is-not-performed"]})  # fmt: skip
        one = review["conflicts"][0]
        behind = {**one, "said_by": "coding-principles/planned-is-not-performed", "contradicted_by": "mac-billing-articles/unattended-stimulation", "claim": "The article says that it is so.", "resolution": "It is not. The review follows CMS."}  # fmt: skip
        aside = {**behind, "said_by": "article-97014/one-on-one-fifteen-minutes"}
        review["conflicts"] = [behind, aside]

    desk.change_reviews(change)
    desk.write()
    expect(desk.find(".warnings h2")).to_have_text("Warnings 3")
    expect(desk.find(".warnings .item.conflict")).to_have_count(1)
    expect(desk.find(".warnings .item.conflict p")).to_have_text(
        [re.compile(r"^Our working rule says: It is so\. \["), re.compile(r"says: It is not\. \[")]
    )
    fold = desk.find(".fold-head", has_text="Where sources disagree (1)")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(desk.find(".folds .item.conflict")).to_have_count(1)


def test_minutes_are_missed_only_where_something_is_timed(desk: Desk) -> None:
    def untimed(review: dict[str, Any]) -> None:
        review["encounter"].update(timed_minutes=None)
        if review["encounter"]["discipline"] == "PT":
            review["units"]["by_method"] = {}

    desk.change_reviews(untimed)
    desk.write()
    expect(desk.find(".totals")).not_to_contain_text("timed minutes")
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find(".totals")).to_contain_text("timed minutes not stated")


def test_a_question_says_why_in_two_lines_and_whole_when_pressed(desk: Desk) -> None:
    def change(review: dict[str, Any]) -> None:
        review["suggestions"][2]["missing"][0]["why"] = "Medicare wants to know. " * 12

    desk.change_reviews(change)
    desk.write()
    because = desk.gap().locator(".because")
    expect(because).to_contain_text("Why: Medicare wants")
    high = "e => Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"
    assert because.evaluate(high) == 2
    because.click()
    expect(desk.gap().locator(".head")).to_have_attribute("aria-expanded", "true")
    assert because.evaluate(high) > 2


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


def test_never_more_than_five_questions_at_once(desk: Desk) -> None:
    def many(review: dict[str, Any]) -> None:
        one = review["suggestions"][2]["missing"][0]
        review["missing"] += [
            {**one, "id": f"g{n}", "query": f"Question {n}?", "severity": "recommended"} for n in range(7)
        ]

    desk.change_reviews(many)
    desk.write()
    expect(desk.gap()).to_have_count(5)
    expect(desk.gap().first).to_contain_text("Where were the electrodes placed?")
    desk.find(".more", has_text="3 more").click()
    expect(desk.gap()).to_have_count(8)
    desk.find(".more", has_text="Fewer").click()
    expect(desk.gap()).to_have_count(5)


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


def test_a_screen_reader_hears_one_summary_after_a_pause(desk: Desk) -> None:
    desk.sidebar.evaluate(
        """e => { window.said = []; const node = e.shadowRoot.querySelector('[role=status]');
             new MutationObserver(() => said.push(node.textContent)).observe(node, {childList: true, characterData: true, subtree: true}) }"""
    )
    desk.note.press_sequentially(WRITTEN, delay=1)
    desk.is_fresh()
    expect(desk.find("[role=status]")).to_have_text("3 codes, 4 units, 1 open question", timeout=5000)
    assert desk.page.evaluate("said.length") <= 2
