"""Questions at the foot of the panel: asked about the note at hand, streamed, cited by the panel's own cards."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.answering import ANSWER, CONFLICT, HELD, OLD, QUIET, SENTENCES, Answers
from tests.browser.hosting import found_by_axe
from tests.browser.sidebar.conftest import WRITTEN, Desk, Open
from tests.browser.sidebar.test_looks import STACKED, open_everything, overflowing

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


def held(desk: Desk) -> Answers:
    """Hold the answers of a desk."""
    desk.page.evaluate(HELD)
    return Answers(desk.page)


@pytest.fixture
def answers(desk: Desk) -> Answers:
    desk.write()
    return held(desk)


def ask(desk: Desk, question: str = "Can a PTA do an evaluation?") -> None:
    """Open the fold if it is shut, write a question and send it."""
    if not desk.find(".ask-form").count():
        desk.find(".ask-head .fold-head").click()
    desk.find(".ask-form textarea").fill(question)
    desk.find(".ask-form textarea").press("Enter")


def test_a_question_goes_out_with_the_note_and_what_is_known_of_the_visit(
    desk: Desk, answers: Answers
) -> None:
    ask(desk)
    (asked,) = answers.asked()
    assert asked == {
        "question": "Can a PTA do an evaluation?",
        "payer": "medicare",
        "discipline": "PT",
        "note": WRITTEN,
        "history": [],
    } | ({"date_of_service": asked["date_of_service"]} if "date_of_service" in asked else {})
    answers.whole()
    ask(desk, "And an OTA?")
    assert [each["role"] for each in answers.asked(2)[1]["history"]] == ["user", "assistant"]


def test_sentences_come_one_by_one_and_open_the_panels_own_card(desk: Desk, answers: Answers) -> None:
    ask(desk)
    expect(desk.find(".looking")).to_be_visible()
    answers.tell("sentence", SENTENCES[0])
    expect(desk.find(".sentence")).to_have_count(1)
    answers.whole(ANSWER | {"sentences": SENTENCES[1:]})
    expect(desk.find(".sentence")).to_have_count(2)
    expect(desk.find(".disagree")).to_contain_text(CONFLICT["claim"])
    mark = desk.find(".talk .cite").first
    mark.click()
    expect(desk.find(".card")).to_contain_text("The fee schedule has no line for it.")
    desk.page.keyboard.press("Escape")
    expect(desk.find(".card")).to_have_count(0)
    expect(mark).to_be_focused()


def test_one_number_is_one_source_in_the_whole_panel(desk: Desk, answers: Answers) -> None:
    shown = desk.page.evaluate("document.querySelector('#one').review.passages[0]")
    ask(desk)
    answers.whole(
        ANSWER
        | {
            "sentences": [{"text": "One.", "citations": ["rule/one", shown["id"]]}],
            "passages": [*ANSWER["passages"], shown],
        }
    )
    numbers = desk.find(".sentence .cite").evaluate_all(
        "all => all.map(n => [n.dataset.cite, n.textContent])"
    )
    desk.find(".folds .fold-head", has_text="Sources").click()
    listed = desk.find(".source .number").all_inner_texts()
    given = dict(numbers)
    assert given["rule/one"] not in listed
    assert given[shown["id"]] in listed


def test_suggestions_are_about_what_is_on_the_panel(desk: Desk, answers: Answers) -> None:
    desk.find(".ask-head .fold-head").click()
    chips = desk.find(".ask-form .chip").all_inner_texts()
    assert 2 <= len(chips) <= 3
    assert chips[0] == "What is missing?"
    assert "Why is 97035 not coded?" in chips
    desk.find(".ask-form .chip").first.click()
    assert answers.asked()[0]["question"] == chips[0]
    expect(desk.find(".ask-form textarea")).to_be_focused()
    answers.whole()
    expect(desk.find(".ask-form .chip")).to_have_text([chips[1]])


def test_without_a_note_there_are_general_questions_and_no_note_is_sent(desk: Desk) -> None:
    answers = held(desk)
    desk.find(".ask-head .fold-head").click()
    expect(desk.find(".ask-form .chip")).to_have_count(3)
    ask(desk)
    assert "note" not in answers.asked()[0]


def test_an_abstention_is_quiet(desk: Desk, answers: Answers) -> None:
    ask(desk)
    answers.whole(QUIET)
    expect(desk.find(".answer")).to_contain_text("Not in the sources")
    expect(desk.find(".answer")).to_contain_text("Nearest in the sources:")
    expect(desk.find(".strip")).to_have_count(0)


def test_it_is_stopped_asked_again_and_cleared(desk: Desk, answers: Answers) -> None:
    ask(desk)
    answers.tell("sentence", SENTENCES[0])
    expect(desk.find(".sentence")).to_have_count(1)
    desk.find(".ask-row .action").click()
    assert answers.was_given_up()
    expect(desk.find(".answer")).to_contain_text("Stopped.")
    desk.find(".again").click()
    answers.asked(2)
    answers.refuse(503)
    expect(desk.find(".answer .failure")).to_have_text("citecoder is not ready")
    assert desk.codes() == ["97110", "97140", "G0283"]
    desk.find(".again").click()
    answers.asked(3)
    answers.whole()
    expect(desk.find(".turn-told")).to_have_count(1)
    desk.find(".clear").click()
    expect(desk.find(".turn-told")).to_have_count(0)
    expect(desk.find(".ask-form textarea")).to_be_focused()


def test_by_keyboard_escape_closes_and_then_leads_back_to_the_note(desk: Desk, answers: Answers) -> None:
    press = desk.page.keyboard.press
    desk.note.focus()
    press("F6")
    press("End")
    assert desk.focused() == "Ask"
    press("Enter")
    expect(desk.find(".ask-form textarea")).to_be_focused()
    desk.page.keyboard.type("a e r?")  # letters in a field are letters
    press("Shift+Enter")
    desk.page.keyboard.type("More")
    press("Enter")
    assert answers.asked()[0]["question"] == "a e r?\nMore"
    answers.whole()
    press("Escape")
    expect(desk.find(".ask-form")).to_have_count(0)
    assert desk.focused() == "Ask"
    press("Escape")
    expect(desk.note).to_be_focused()
    press("F6")
    press("F6")
    expect(desk.note).to_be_focused()
    expect(desk.find(".card")).to_have_count(0)


def test_an_answer_takes_no_focus(desk: Desk, answers: Answers) -> None:
    ask(desk)
    desk.note.focus()
    answers.whole()
    expect(desk.find(".answer .as-of")).to_be_visible()
    expect(desk.note).to_be_focused()


def test_a_half_written_question_survives_readings_and_answers(desk: Desk, answers: Answers) -> None:
    ask(desk)
    desk.find(".ask-form textarea").fill("and what if")
    answers.whole()
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.find(".ask-form textarea")).to_have_value("and what if")
    expect(desk.find(".ask-form textarea")).to_be_focused()


def test_an_answer_about_an_older_note_says_so(desk: Desk, answers: Answers) -> None:
    ask(desk)
    answers.whole()
    expect(desk.find(".answer")).not_to_contain_text("The note has changed since.")
    desk.write(WRITTEN + "\nMore.")
    expect(desk.find(".answer")).to_contain_text("The note has changed since.")


def test_the_notes_words_behind_an_answer_lead_to_their_place(desk: Desk, answers: Answers) -> None:
    start = WRITTEN.index("patellar mobs")
    ask(desk)
    answers.whole(ANSWER | {"evidence": [{"start": start, "end": start + 13, "quote": "patellar mobs"}]})
    desk.find(".talk .quote").click()
    desk.page.wait_for_function(
        "[...(CSS.highlights.get('citecoder-found') ?? [])].map(String).includes('patellar mobs')"
    )


@pytest.mark.parametrize("how", ["e => e.reset()", "e => e.setAttribute('note-key', '2')"])
def test_another_note_begins_with_no_questions(desk: Desk, answers: Answers, how: str) -> None:
    ask(desk)
    answers.whole()
    desk.sidebar.evaluate("e => e.setAttribute('note-key', '1')")
    desk.sidebar.evaluate(how)
    expect(desk.find(".turn-told")).to_have_count(0)


def test_what_was_asked_about_a_note_goes_when_the_note_is_emptied(desk: Desk, answers: Answers) -> None:
    ask(desk)
    answers.whole()
    desk.note.fill("")
    expect(desk.find(".turn-told")).to_have_count(0)
    kept = desk.page.evaluate("[JSON.stringify(localStorage), sessionStorage.length]")
    assert "PTA" not in kept[0]
    assert kept[1] == 0


def test_a_host_can_hide_it_and_pass_it_through_its_own_backend(open_desk: Open) -> None:
    desk = open_desk(attributes='payer="medicare" no-ask')
    desk.write()
    expect(desk.find(".asking")).to_have_count(0)
    desk.sidebar.evaluate(
        """(e, told) => {
          window.paths = [];
          e.noAsk = false;
          e.fetcher = async (path) => (paths.push(path), new Response(JSON.stringify(told), { headers: { "Content-Type": "application/json" } }));
        }""",
        ANSWER,
    )
    ask(desk)
    expect(desk.find(".sentence")).to_have_count(3)
    assert desk.page.evaluate("paths")[-1] == "/v1/answers"
    desk.sidebar.evaluate("e => { e.noAsk = true }")
    expect(desk.find(".asking")).to_have_count(0)
    assert desk.sidebar.get_attribute("no-ask") == ""


def test_hostile_words_stay_words(desk: Desk, answers: Answers) -> None:
    source: dict[str, Any] = OLD["source"] | {"title": HOSTILE, "url": "javascript:window.hit=1"}
    told = {
        "sentences": [{"text": HOSTILE, "citations": [OLD["id"], "__proto__"]}],
        "passages": [OLD | {"text": HOSTILE, "source": source}],
        "conflicts": [],
    }
    ask(desk, HOSTILE)
    answers.whole(ANSWER | told)
    expect(desk.find(".question")).to_contain_text(HOSTILE)
    expect(desk.find(".sentence")).to_contain_text(HOSTILE)
    desk.find(".talk .cite").first.click()
    expect(desk.find(".card a, .card img, .talk img, .talk script")).to_have_count(0)
    assert desk.page.evaluate("window.hit") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_desk: Open, scheme: str) -> None:
    desk = open_desk(color_scheme=scheme)
    desk.write()
    answers = held(desk)
    desk.find(".ask-head .fold-head").click()
    assert found_by_axe(desk.page) == []
    ask(desk)
    answers.tell("sentence", SENTENCES[0])
    expect(desk.find(".sentence")).to_have_count(1)
    assert found_by_axe(desk.page) == []
    answers.whole(ANSWER | {"sentences": SENTENCES[1:]})
    ask(desk, "Else?")
    answers.refuse(503)
    expect(desk.find(".answer .failure")).to_be_visible()
    assert found_by_axe(desk.page) == []


@pytest.mark.parametrize("html", [None, STACKED])
def test_a_narrow_screen_does_not_scroll_sideways(open_desk: Open, html: str | None) -> None:
    desk = open_desk(viewport={"width": 320, "height": 640}, **({"html": html} if html else {}))
    desk.write()
    answers = held(desk)
    open_everything(desk)
    ask(desk, "A" * 90)
    answers.whole()
    expect(desk.find(".disagree")).to_be_attached()
    wide = desk.sidebar.evaluate(
        "e => { const right = e.getBoundingClientRect().right + 1; return [...e.shadowRoot.querySelectorAll('.asking *')].filter(n => n.checkVisibility() && n.getBoundingClientRect().right > right).map(n => n.className) }"
    )
    assert wide == []
    assert overflowing(desk) == []
    assert found_by_axe(desk.page) == []
