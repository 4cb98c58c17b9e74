"""An editable element, or any that shows a note: read as a person reads it, and marked without touching it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.notes.field import caret_reaches, host, seen, selected, span

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>abc<div>def</div></div>", "abc\ndef"),
        ("<div><div>abc</div><div><br></div><div>def</div></div>", "abc\n\ndef"),
        ("<div><p>abc<br></p><p>def</p></div>", "abc\ndef"),
        ("<div>abc<br>def<br></div>", "abc\ndef"),
        ("<div>abc<div>def</div><div><br></div></div>", "abc\ndef\n"),
        ("<div>\n  <p>SLR   <b>3x10</b>\n with cues</p>\n</div>", "SLR 3x10 with cues"),
        (
            "<div><ul><li>quad sets</li><li>SLR</li></ul>after<script>no()</script></div>",
            "quad sets\nSLR\nafter",
        ),
        (
            "<div><table><tr><td>97110</td><td>15</td></tr><tr><td>97140</td><td>8</td></tr></table></div>",
            "97110\t15\n97140\t8",
        ),
        ("<div> a <b> b</b> <i>c </i> </div>", "a b c "),
        ("<div style='white-space: pre-line'> a  b \n\n c</div>", "a b\n\nc"),
        ("<div style='white-space: pre-wrap'>a  b\n\n c</div>", "a  b\n\n c"),
        (
            "<div>x&nbsp;&nbsp;15 <i data-citecoder-skip>not this</i><i hidden>nor this</i>min</div>",
            "x  15 min",
        ),
        ("<div></div>", ""),
    ],
)
def test_an_element_is_read_as_a_person_reads_it(page: Page, html: str, text: str) -> None:
    host(page, html)
    assert seen(page) == text
    wrong = page.evaluate(
        """async () => {
          const { rangeOf, read, offsetOf } = await import('/sidebar/hosts/reading.js');
          const reading = read(field);
          return reading.runs.flatMap(({ start, length }) => [...Array(length).keys()].map((n) => start + n)).filter((at) => {
            const range = rangeOf(reading.runs, { start: at, end: at + 1 });
            const back = offsetOf(reading, range.startContainer, range.startOffset);
            return back !== at;
          });
        }"""
    )
    assert wrong == []


def test_a_note_of_the_longest_kind_is_read_at_every_key(page: Page) -> None:
    host(page, "<div contenteditable></div>")
    took = page.evaluate("""() => {
      field.append(...Array.from({ length: 2000 }, () => {
        const line = document.createElement("div");
        line.textContent = "Therapeutic exercise x 23 min: quad sets and SLR 3x10 with cues for the last of the extension, seated";
        return line;
      }));
      const begun = performance.now();
      return [adapter.text.length, performance.now() - begun];
    }""")
    assert took[0] > 200_000
    assert took[1] < 1_000, "some 35 ms where nothing else runs"


def test_words_are_marked_without_touching_the_page(page: Page) -> None:
    host(
        page,
        "<div><p>Manual <b>therapy</b> x 15 min</p><p>to the \U0001f9b5</p><p>Gait 8 min</p></div>",
    )
    before = page.evaluate("document.body.innerHTML")
    text = seen(page)
    page.evaluate(
        "groups => adapter.mark(groups)",
        [
            {"name": "supported", "ranges": [span("therapy x 15", text), span("Gait", text)]},
            {"name": "lit", "ranges": [span("min\nto the \U0001f9b5", text)]},
        ],
    )
    assert page.evaluate("marked('supported')") == ["therapy x 15", "Gait"]
    assert page.evaluate("marked('lit')") == ["minto the \U0001f9b5"]
    assert page.evaluate("document.body.innerHTML") == before
    page.evaluate("adapter.mark([])")
    assert page.evaluate("[marked('supported'), marked('lit')]") == [[], []]


def test_two_notes_of_a_page_keep_their_own_marks(page: Page) -> None:
    host(page, "<div><p>one</p><p>two</p></div>")
    kept = page.evaluate("""() => {
      const [one, two] = [...field.children].map((each) => hostFor(each));
      const group = (name) => [{name, ranges: [{start: 0, end: 3}]}];
      one.mark(group('unsure')); two.mark(group('unsure')); one.mark([]);
      return marked('unsure');
    }""")
    assert kept == ["two"]


@pytest.mark.parametrize("editable", ["true", "plaintext-only"])
def test_an_editable_element_is_read_as_it_is_typed_into(page: Page, editable: str) -> None:
    host(page, f"<div contenteditable={editable} style='white-space: pre-wrap; min-height: 3em'></div>")
    page.click("div")
    page.keyboard.type("Gait 8 min")
    page.keyboard.press("Enter")
    page.keyboard.type("SLR  3x10")
    assert seen(page) == "Gait 8 min\nSLR  3x10"
    caret_reaches(page, len("Gait 8 min\nSLR  3x10"))
    assert page.evaluate("told.includes(false)")
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    caret_reaches(page, len("Gait 8 m"))


def test_a_jump_scrolls_an_editable_element(page: Page) -> None:
    host(
        page,
        "<div contenteditable style='height: 100px; overflow: auto; margin-top: 900px; white-space: pre-wrap'></div>",
    )
    text = "line\n" * 100 + "Gait 8 min\n" + "line\n" * 100
    page.evaluate("text => { field.textContent = text }", text)
    page.evaluate("span => adapter.jump(span)", span("Gait 8 min", text))
    assert selected(page) == ""
    assert page.evaluate("marked('found')") == ["Gait 8 min"]
    caret_reaches(page, span("Gait 8 min", text)["end"])
    box = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    assert 0 <= box["top"] < box["bottom"] <= 600
    frame = page.evaluate("field.getBoundingClientRect().toJSON()")
    assert frame["top"] <= box["top"] < box["bottom"] <= frame["bottom"]
    page.keyboard.insert_text(", level")
    assert "\nGait 8 min, level\n" in seen(page)
    assert page.evaluate("marked('found')") == []


def test_the_pointer_says_which_word_it_rests_on(page: Page) -> None:
    host(page, "<p>Gait 8 min</p>")
    box = page.evaluate("(() => { const r = document.createRange(); r.setStart(field.firstChild, 5);"
                        " r.setEnd(field.firstChild, 6); return r.getBoundingClientRect().toJSON() })()")  # fmt: skip
    page.mouse.move(box["x"] + 2, box["y"] + 8)
    assert page.evaluate("carets.at(-1)") == 5
    page.mouse.move(700, box["y"] + 8)
    assert page.evaluate("carets.at(-1)") is None


def test_a_note_in_a_shadow_tree_is_marked_and_its_caret_told(page: Page) -> None:
    page.evaluate("""() => {
      document.body.innerHTML = '<section></section>';
      const root = document.body.firstElementChild.attachShadow({mode: 'open'});
      root.innerHTML = '<div contenteditable>Gait 8 min</div>';
      window.field = root.firstElementChild;
      window.adapter = hostFor(field);
      adapter.subscribe({changed() {}, caret: (at) => carets.push(at)});
      adapter.mark([{name: 'supported', ranges: [{start: 0, end: 4}]}]);
      adapter.jump({start: 0, end: 4});
    }""")
    page.wait_for_timeout(20)
    assert page.evaluate("[marked('supported'), carets.at(-1), field.getRootNode().adoptedStyleSheets.length]") == [["Gait"], 4, 1]  # fmt: skip


def test_a_program_that_changes_the_page_is_noticed(page: Page) -> None:
    host(page, "<div>Gait</div>")
    page.evaluate("field.append(' 8 min')")
    assert seen(page) == "Gait 8 min"
    page.wait_for_function("told.length === 1")
