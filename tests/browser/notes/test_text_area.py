"""A text area as a note: read, jumped into, and marked from above."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.notes.field import NOTE, host, seen, selected, span

pytestmark = pytest.mark.browser


def test_a_text_area_is_read_and_watched_as_it_is_typed_into(page: Page) -> None:
    host(page, "<textarea rows=8 cols=60></textarea>")
    page.click("textarea")
    page.keyboard.type("SLR 3x10")
    assert seen(page) == "SLR 3x10"
    assert page.evaluate("told") == [False] * 8
    assert page.evaluate("carets.at(-1)") == 8
    page.evaluate("field.blur()")
    assert page.evaluate("[told.at(-1), carets.at(-1)]") == [True, None]
    page.evaluate("end(); told.length = 0")
    page.keyboard.type("x")
    page.click("textarea")
    page.keyboard.type("more")
    assert page.evaluate("told") == []


def test_a_jump_shows_the_words_for_a_moment_and_the_next_key_leaves_them(page: Page) -> None:
    text = "line\n" * 300 + "Manual therapy x 15 min\n" + "line\n" * 300
    host(page, "<textarea rows=8 cols=60></textarea>", text)
    page.evaluate("span => adapter.jump(span)", span("Manual therapy", text))
    assert selected(page) == ""
    assert page.evaluate("marked('found')") == ["Manual therapy"]
    assert page.evaluate("field.scrollTop > 300 * 24 - field.clientHeight && field.scrollTop < 300 * 24 + 24")
    page.evaluate("adapter.jump({start: 0, end: 4})")
    assert page.evaluate("field.scrollTop") < 24
    assert page.evaluate("marked('found')") == ["line"]
    page.keyboard.insert_text(" one")  # as dictation and pasting do: no key is pressed
    assert seen(page) == text.replace("line", "line one", 1)
    assert page.evaluate("[marked('found'), document.body.children.length]") == [[], 1]
    page.evaluate("span => adapter.jump(span)", span("Manual therapy", seen(page)))
    page.wait_for_function("marked('found').length === 0")
    assert page.locator("body > *").count() == 1


def test_what_the_program_holds_with_carriage_returns_is_what_is_sent(page: Page) -> None:
    held = NOTE.replace("\n", "\r\n")
    page.evaluate("held => host('<textarea rows=8 cols=60></textarea>', {held: () => held})", held)
    page.evaluate("held => { field.value = held }", held)
    assert seen(page) == held
    page.evaluate("span => adapter.jump(span)", span("Gait 8 min", held))
    assert page.evaluate("marked('found')") == ["Gait 8 min"]
    assert page.evaluate("field.blur(), field.focus(), carets.at(-1)") == span("Gait 8 min", held)["end"]
    page.keyboard.type("x")
    assert "\r" not in seen(page), "the field has gone on; the program's copy is out of date"


def test_marks_are_drawn_over_a_text_area_that_asks_for_them(page: Page) -> None:
    host(page, "<textarea rows=4 cols=40 data-citecoder-marks></textarea>")
    page.evaluate("html => host(html)", "<textarea rows=4 cols=40 data-citecoder-marks></textarea>")
    page.fill(
        "textarea", "one\n" * 30 + "Manual therapy x 15 min, which is a line that wraps in the field, too"
    )
    words = "Manual therapy x 15 min"
    page.evaluate(
        "span => adapter.mark([{name: 'supported', ranges: [span]}, {name: 'lit', ranges: [span]}])",
        span(words, page.input_value("textarea")),
    )
    assert page.evaluate("marked('supported')") == [words]
    page.evaluate("field.scrollTop = 9999")
    page.wait_for_timeout(50)
    drawn = page.evaluate(
        "[...CSS.highlights.get('citecoder-supported')][0].getBoundingClientRect().toJSON()"
    )
    inside = page.evaluate("field.getBoundingClientRect().toJSON()")
    assert inside["top"] < drawn["top"] < drawn["bottom"] < inside["bottom"]
    under = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).localName", [drawn["x"] + 4, drawn["y"] + 4]
    )
    assert under == "textarea"
    page.mouse.move(drawn["x"] + 4, drawn["y"] + 8)
    assert page.evaluate("field.value.slice(carets.at(-1)).startsWith('Manual')")
    page.evaluate("end()")
    assert page.evaluate("[marked('supported'), document.body.children.length]") == [[], 1]


@pytest.mark.parametrize(
    "around",
    [
        "<table><tr><td>left</td><td>{}</td></tr></table>",
        "<div style='height: 160px; overflow: auto'><p style='height: 90px'></p>{}<p style='height: 600px'></p></div>",
        "<div style='position: relative; padding: 30px; border: 5px solid'>{}</div>",
        "<div style='margin-top: 900px'>{}</div>",
    ],
)
def test_the_marks_lie_over_the_text_area_wherever_it_stands(page: Page, around: str) -> None:
    host(page, "<textarea rows=4 cols=40 data-citecoder-marks></textarea>")
    page.evaluate(
        """(around) => {
          end();
          document.body.innerHTML = around.replace("{}", "<textarea rows=4 cols=40 data-citecoder-marks>Gait</textarea>");
          window.field = document.querySelector("textarea");
          window.adapter = hostFor(field);
          adapter.subscribe({ changed() {}, caret() {} });
          adapter.mark([{ name: "supported", ranges: [{ start: 0, end: 4 }] }]);
          field.scrollIntoView();
        }""",
        around,
    )
    page.wait_for_timeout(100)
    apart = page.evaluate(
        """(() => {
          const [a, b] = [field, field.nextElementSibling].map((each) => each.getBoundingClientRect());
          return [a.left - b.left, a.top - b.top].map(Math.abs);
        })()"""
    )
    assert max(apart) < 0.1
