"""Questions on a page of their own: streamed, cited, stopped, kept in the tab, copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.answering import ANSWER, CONFLICT, OLD, QUIET, SENTENCES
from tests.browser.chat.conftest import Enter, Room

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>javascript:alert(1) \u202e[1]'


def test_an_empty_page_offers_questions_and_asks_the_one_that_is_pressed(room: Room) -> None:
    expect(room.find(".example")).to_have_count(6)
    room.find(".example").first.click()
    (asked,) = room.answers.asked()
    assert asked == {"question": "Can a PTA do an evaluation?", "history": []}
    assert room.page.evaluate("asked[0].accept").startswith("text/event-stream")
    expect(room.field).to_be_focused()


def test_sentences_come_one_by_one_with_their_sources(room: Room) -> None:
    room.ask()
    expect(room.find(".looking")).to_be_visible()
    room.answers.tell("sentence", SENTENCES[0])
    expect(room.find(".sentence")).to_have_text(
        ["Only a therapist evaluates a patient at a first visit. [1]"]
    )
    expect(room.find(".sentence .cite")).to_be_disabled()  # its passage is still on the way
    room.answers.tell("sentence", SENTENCES[1])
    expect(room.find(".sentence")).to_have_count(2)
    expect(room.find(".sentence").last).to_contain_text("[2][1]")
    room.answers.tell("passages", ANSWER["passages"])
    expect(room.find(".source-card")).to_have_count(3)
    room.answers.tell("done", ANSWER)
    expect(room.find(".looking")).to_have_count(0)
    expect(room.find("#said")).to_contain_text("Only a therapist evaluates a patient")
    expect(room.find(".as-of")).to_have_text("Rules as of 2026-11-21")


def test_a_conflict_is_told_with_both_sides(room: Room) -> None:
    room.answered()
    told = room.find(".disagree")
    expect(told).to_have_count(1)  # and not once more as a sentence
    expect(told).to_contain_text(f"Sources disagree. {CONFLICT['claim']} [3] {CONFLICT['resolution']} [1]")


def test_a_citation_opens_its_source_and_escape_leads_back(room: Room) -> None:
    room.answered()
    mark = room.find(".sentence .cite").first
    mark.click()
    card = room.find(".source-card.open")
    expect(card).to_be_focused()
    expect(card).to_contain_text("[1] Manual of rule/one")
    expect(card).to_contain_text("our summary of Pub 100-02 ch.15 §220.3")
    expect(card).to_contain_text("in force 2020-01-01")
    expect(card.locator(".badge")).to_have_text(["Regulator"])
    expect(card.locator("mark")).to_have_text(["Only a therapist evaluates a patient at a first visit. "])
    expect(card.locator("a")).to_have_attribute("href", "https://www.cms.gov/manual")
    room.page.keyboard.press("Escape")
    expect(mark).to_be_focused()


def test_a_disputed_source_says_by_what_and_links_nowhere_unknown(room: Room) -> None:
    room.answered()
    card = room.find(f"[data-source='{OLD['id']}']")
    expect(card.locator(".badge.disputed")).to_have_text("disputed")
    expect(card).to_contain_text("Contradicted by [1] The manual says otherwise.")
    expect(card).to_contain_text("https://evil.example/x")
    expect(card.locator("a")).to_have_count(0)
    card.locator(".cite").click()
    expect(room.find("[data-source='rule/one']")).to_be_focused()


def test_an_abstention_is_quiet_and_shows_what_comes_nearest(room: Room) -> None:
    room.answered(answer=QUIET)
    expect(room.find(".abstained .tag")).to_have_text("Not in the sources")
    expect(room.find(".abstained")).to_contain_text("Nearest in the sources: [1]")
    expect(room.find(".failure")).to_have_count(0)


def test_without_a_payer_it_leads_to_the_choice_and_asks_again(room: Room) -> None:
    room.answered(answer=QUIET | {"reason": "needs_payer"})
    room.find(".text.payer").click()
    expect(room.find("select[name=payer]")).to_be_focused()
    room.find("select[name=payer]").select_option("aetna")
    room.page.get_by_label("Date of service").fill("2026-05-01")
    room.find(".again").click()
    assert room.answers.asked(2)[1] == {
        "question": "Can a PTA do an evaluation?",
        "payer": "aetna",
        "date_of_service": "2026-05-01",
        "history": [],
    }
    room.answers.whole()
    expect(room.find(".question")).to_have_text(["Can a PTA do an evaluation? Aetna · 2026-05-01"])


def test_what_was_said_before_goes_with_the_next_question(room: Room) -> None:
    room.answered()
    room.ask("And an OTA?")
    told = " ".join(each["text"] for each in SENTENCES)
    assert room.answers.asked(2)[1]["history"] == [
        {"role": "user", "content": "Can a PTA do an evaluation?"},
        {"role": "assistant", "content": told},
    ]


def test_an_answer_can_be_stopped_and_asked_again(room: Room) -> None:
    room.ask()
    room.answers.tell("sentence", SENTENCES[0])
    expect(room.find(".sentence")).to_have_count(1)
    room.page.get_by_role("button", name="Stop").click()
    assert room.answers.was_given_up()
    expect(room.find(".answer")).to_contain_text("Stopped.")
    expect(room.find(".sentence")).to_have_count(1)
    expect(room.field).to_be_focused()
    room.find(".again").click()
    room.answers.asked(2)
    room.answers.whole()
    expect(room.find(".turn-told")).to_have_count(1)
    expect(room.find(".sentence")).to_have_count(3)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (0, {}, "citecoder can’t be reached"),
        (404, {}, "This server does not answer questions"),
        (422, {}, "detail of 422"),
        (429, {"Retry-After": "7"}, "Too many requests; try again in 7 s"),
        (503, {}, "citecoder is not ready"),
    ],
)
def test_a_failure_is_told_in_its_place_with_a_way_on(room: Room, status: int, headers: dict[str, str], words: str) -> None:  # fmt: skip
    room.ask()
    room.answers.refuse(status, headers)
    expect(room.find(".failure")).to_have_text(words)
    room.find(".again").click()
    room.answers.asked(2)
    room.answers.whole()
    expect(room.find(".failure")).to_have_count(0)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("", "The answer broke off"),
        ('event: sentence\ndata: {"text": "One.", "citations": []}\n\n', "The answer broke off"),
        ("event: done\ndata: [3]\n\n", "The answer could not be read"),
        ('event: done\ndata: {"sentences": [{"text": 3}]}\n\n', "The answer could not be read"),
        ('event: error\ndata: {"status": 503, "detail": "down"}\n\n', "citecoder is not ready"),
        ("event: sentence\ndata: not json\n\n: a comment\n\nevent: sentence\ndata: null\n\n", "The answer broke off"),
    ],
)  # fmt: skip
def test_a_stream_that_is_none_breaks_nothing(room: Room, events: str, words: str) -> None:
    room.ask()
    room.answers.raw(events)
    room.answers.end()
    expect(room.find(".failure")).to_have_text(words)


def test_events_may_be_cut_anywhere_and_end_lines_as_they_like(room: Room) -> None:
    room.ask()
    whole = 'event: sentence\r\ndata: {"text": "Café \U0001f9b5.",\r\ndata: "citations": []}\r\n\r\n'
    room.page.evaluate(
        "bytes => { const one = asked[0]; one.open(); for (const byte of new TextEncoder().encode(bytes)) one.stream.enqueue(new Uint8Array([byte])) }",
        whole,
    )
    expect(room.find(".sentence")).to_have_text(["Café \U0001f9b5."])


def test_a_server_that_does_not_stream_is_understood(room: Room) -> None:
    room.ask()
    room.page.evaluate("told => asked[0].answer(200, told)", ANSWER)
    expect(room.find(".sentence")).to_have_count(3)


def test_hostile_words_stay_words(room: Room) -> None:
    passages = [OLD | {"text": HOSTILE, "source": OLD["source"] | {"title": HOSTILE, "url": "javascript:window.hit=1"}}]  # fmt: skip
    sentences = [{"text": HOSTILE, "citations": [OLD["id"], HOSTILE, "__proto__"]}]
    room.answered(HOSTILE, ANSWER | {"sentences": sentences, "passages": passages, "conflicts": []})
    expect(room.find(".question")).to_have_text(HOSTILE)
    assert HOSTILE in room.find(".sentence").inner_text()
    expect(room.find("main img, main script, aside img, aside a, aside script")).to_have_count(0)
    assert room.page.evaluate("window.hit") is None
    room.page.reload()
    expect(room.find(".question")).to_have_text(HOSTILE)
    assert room.page.evaluate("window.hit") is None


# --- what is kept -----------------------------------------------------------------------------------


def test_the_conversation_survives_a_reload_and_is_in_no_other_tab(room: Room, enter: Enter) -> None:
    expect(room.find("#asking")).to_contain_text("Kept in this tab, gone when you close it.")
    room.find("select[name=payer]").select_option("medicare")
    room.answered()
    room.page.reload()
    expect(room.find(".sentence")).to_have_count(3)
    expect(room.find("select[name=payer]")).to_have_value("medicare")
    room.ask("And an OTA?")
    assert [each["role"] for each in room.answers.asked(1)[0]["history"]] == ["user", "assistant"]
    other = enter(room.page.context)
    expect(other.find(".example")).to_have_count(6)
    expect(other.find(".question")).to_have_count(0)
    everywhere = "[localStorage.length, document.cookie, location.href]"
    assert room.page.evaluate(everywhere) == [0, "", other.page.url]


def test_everything_can_be_cleared(room: Room) -> None:
    room.find("select[name=payer]").select_option("medicare")
    room.answered()
    room.page.get_by_role("button", name="Clear all").click()
    expect(room.find(".example")).to_have_count(6)
    expect(room.find(".source-card")).to_have_count(0)
    expect(room.find("select[name=payer]")).to_have_value("")
    assert room.page.evaluate("sessionStorage.length") == 0
    room.page.reload()
    expect(room.find(".question")).to_have_count(0)


@pytest.mark.parametrize(
    "kept", ["nonsense", "[]", '{"turns": [{"question": 3}, null], "visit": 3}', '{"turns": {}}']
)
def test_what_was_kept_by_something_else_is_passed_over(room: Room, kept: str) -> None:
    room.page.evaluate("kept => sessionStorage.setItem('citecoder.chat.1', kept)", kept)
    room.page.reload()
    expect(room.find(".example")).to_have_count(6)


def test_an_answer_is_copied_with_its_sources(enter: Enter) -> None:
    room = enter(permissions=["clipboard-read", "clipboard-write"])
    room.find("select[name=payer]").select_option("medicare")
    room.answered()
    room.find(".copy").click()
    expect(room.find("#said")).to_have_text("Copied.")
    copied = room.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        "Can a PTA do an evaluation? (Medicare)",
        "",
        "Only a therapist evaluates a patient at a first visit. [1]",
        "The fee schedule agrees. [2][1]",
        "Sources disagree: Manual of old/three says otherwise, and the regulator is followed. [3][1]",
        "",
        "Sources",
        "[1] Manual of rule/one · Centers for Medicare & Medicaid Services · Regulator · our summary of Pub 100-02 ch.15 §220.3 · in force 2020-01-01 · checked 2026-11-21 · https://www.cms.gov/manual",
        "[2] Manual of table/two · Centers for Medicare & Medicaid Services · Payer’s own policy · Pub 100-02 ch.15 §220.3 · in force 2020-01-01 · checked 2026-11-21 · https://www.cms.gov/manual",
        "[3] Manual of old/three · Centers for Medicare & Medicaid Services · Article · our summary of Pub 100-02 ch.15 §220.3 · in force 2020-01-01 · checked 2026-11-21 · https://evil.example/x · disputed [1]: The manual says otherwise.",
        "",
        "Rules as of 2026-11-21 · citecoder 0.2.0 · Not legal or billing advice; a person signs.",
    ]


# --- for everybody ----------------------------------------------------------------------------------


def test_everything_is_done_by_keyboard_alone(room: Room) -> None:
    press = room.page.keyboard.press
    expect(room.field).to_be_focused()
    room.page.keyboard.type("Can a PTA")
    press("Shift+Enter")
    room.page.keyboard.type("evaluate?")
    press("Enter")
    assert room.answers.asked()[0]["question"] == "Can a PTA\nevaluate?"
    press("Tab")
    press("Enter")  # stop
    expect(room.find(".answer")).to_contain_text("Stopped.")
    expect(room.field).to_be_focused()
    press("Shift+Tab")
    press("Enter")  # ask again
    room.answers.asked(2)
    room.answers.whole()
    expect(room.field).to_be_focused()
    room.find(".sentence .cite").nth(1).focus()
    press("Enter")
    expect(room.find(".source-card.open")).to_be_focused()
    press("Escape")
    expect(room.find(".sentence .cite").nth(1)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(enter: Enter, scheme: str) -> None:
    room = enter(color_scheme=scheme)
    assert room.violations() == []
    room.ask()
    room.answers.tell("sentence", SENTENCES[0])
    expect(room.find(".sentence")).to_have_count(1)
    assert room.violations() == []
    room.answers.tell("done", ANSWER)
    room.find(".sentence .cite").first.click()
    assert room.violations() == []
    room.answered("Else?", QUIET)
    room.ask("More?")
    room.answers.refuse(503)
    expect(room.find(".failure")).to_be_visible()
    assert room.violations() == []


SMALL = """() => [...document.querySelectorAll('button, a, select, input, textarea')].filter(b => b.checkVisibility()).map(b => {
    const { width, height } = b.getBoundingClientRect(); return [b.className || b.name || b.textContent, Math.round(width), Math.round(height)] }).filter(([, w, h]) => Math.min(w, h) < 24)"""


@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 400), (820, 1100), (1280, 800)])
def test_no_width_scrolls_sideways_and_targets_are_large_enough(
    enter: Enter, width: int, height: int
) -> None:
    room = enter(viewport={"width": width, "height": height})
    wide = "() => document.documentElement.scrollWidth"
    assert room.page.evaluate(wide) == width
    room.answered("A" * 90 + " long question", ANSWER)
    assert room.page.evaluate(wide) == width
    assert [each for each in room.page.evaluate(SMALL) if each[0] != ""] == []
    room.find(".sentence .cite").first.click()
    expect(room.find(".source-card.open")).to_be_in_viewport()
    assert room.page.evaluate(wide) == width
    assert room.violations() == []
    room.page.keyboard.press("Escape")
    expect(room.find(".sentence .cite").first).to_be_focused()


def test_narrow_sources_lie_over_the_page_until_they_are_closed(enter: Enter) -> None:
    room = enter(viewport={"width": 320, "height": 640})
    room.answered()
    expect(room.find("#sources")).to_be_hidden()
    room.find(".to-sources").click()
    expect(room.find("#sources")).to_be_visible()
    expect(room.find("#sources-title")).to_be_focused()
    assert room.page.evaluate("document.querySelector('#asking').inert")
    room.page.get_by_role("button", name="Close").click()
    expect(room.find("#sources")).to_be_hidden()
    expect(room.find(".to-sources")).to_be_focused()


def test_nothing_moves_for_who_does_not_want_it(enter: Enter) -> None:
    room = enter(reduced_motion="reduce")
    room.answered()
    names = room.find(".sentence").evaluate_all("all => all.map(n => getComputedStyle(n).animationName)")
    assert set(names) == {"none"}


def test_the_two_pages_lead_to_each_other(room: Room, enter: Enter) -> None:
    room.page.get_by_role("link", name="Visit note").click()
    room.page.get_by_role("link", name="Questions").click()
    expect(room.page).to_have_title("Questions · citecoder")
