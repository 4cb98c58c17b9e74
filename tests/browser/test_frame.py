"""The sidebar in a frame: two real origins, and everything between them that is not from the other end is ignored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.app.sample import NOTE
from tests.app.serving import served
from tests.browser.hosting import hosted
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.browser

WRITTEN = NOTE.replace("\r\n", "\n")
HOST = """<!doctype html><meta charset=utf-8><title>host</title>
<textarea id=note rows=12 cols=60></textarea><div id=side></div><p>Other field <input id=other></p>
<script type=module>
  const server = new URLSearchParams(location.search).get("server");
  const { mountFrame } = await import(`${server}/sidebar/embed.js`);
  window.told = [];
  const tell = (name) => (what) => void told.push([name, what]);
  window.citecoder = mountFrame(document.getElementById("side"), {
    server, field: document.getElementById("note"), visit: { payer: "medicare", discipline: "PT", date: "2026-05-01" },
    onaccept: tell("accept"), onreject: tell("reject"), onundo: tell("undo"), onreview: tell("review"), onerror: tell("error"),
    onready: tell("ready"), onlapsed: tell("lapsed"), ondate: tell("date"), oninsert: (asked) => window.refuses ? false : tell("insert")(asked),
  });
  citecoder.frame.style.cssText = "width: 360px; height: 500px";
</script>"""
STRANGER = """<!doctype html><title>stranger</title><script>
  const forged = JSON.parse(decodeURIComponent(location.hash.slice(1) || "null"));
  if (forged) forged.to === "parent" ? parent.postMessage(forged.message, "*") : parent.frames[0].postMessage(forged.message, "*");
</script>"""


PAPER = (CHECKOUT / "plugin" / "docs" / "embed.md").read_text(encoding="utf-8")
TWO_LINES, FRAMED = re.findall(r"```html\n(.*?)```", PAPER, re.DOTALL)
INSTEAD: dict[str, str] = {}  # what the paper calls the server → the one that was started here


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    bare = "<!doctype html><meta charset=utf-8><style>body { margin: 0 }</style>"
    pages = {"/": HOST, "/two-lines": bare + TWO_LINES, "/framed": bare + FRAMED, "/favicon.ico": ""}
    with hosted(pages, host="localhost", instead=INSTEAD) as origin:
        yield origin


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with hosted({"/": STRANGER, "/host": HOST}) as origin:
        yield origin


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, host: str) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), allowed_origins=(host,)) as address:
        INSTEAD["http://127.0.0.1:8765"] = address
        yield address


@pytest.fixture
def page(browser: Browser, host: str, server: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1100, "height": 800})
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    opened.goto(f"{host}/?server={server}")
    opened.wait_for_function("window.told?.some(([name]) => name === 'ready')")
    yield opened
    opened.close()
    assert failures == []


def inside(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/frame#" in frame.url)


def ignored(page: Page) -> dict[str, int]:
    counts: dict[str, int] = inside(page).evaluate(
        "import('/sidebar/frame.js').then(({ channel }) => channel.ignored)"
    )
    return {why: count for why, count in counts.items() if count}


def told(page: Page, name: str) -> list[Any]:
    return [what for each, what in page.evaluate("told") if each == name]


def forge(page: Page, **message: Any) -> None:
    """Say something to the frame from its own host, with the right nonce unless told otherwise."""
    page.evaluate(
        """(message) => {
          const nonce = new URLSearchParams(new URL(citecoder.frame.src).hash.slice(1)).get("nonce");
          citecoder.frame.contentWindow.postMessage({ citecoder: 1, nonce, ...message }, "*");
        }""",
        message,
    )
    page.wait_for_timeout(50)


def lines(page: Page) -> Any:
    return inside(page).locator("citecoder-sidebar .line .code")


def write(page: Page, text: str = WRITTEN) -> None:
    page.fill("#note", text)
    expect(lines(page)).to_have_text(["97110", "97140", "G0283"], timeout=20_000)


# --- the two in step -----------------------------------------------------------------------------


def test_a_note_of_the_host_is_read_in_the_frame(page: Page) -> None:
    write(page)
    (review, *_) = [what for what in told(page, "review") if what["suggestions"]]
    assert review["encounter"]["payer"] == "medicare"
    assert review["encounter"]["date_of_service"] == "2026-05-01"
    assert ignored(page) == {}
    assert page.evaluate("Object.values(citecoder.ignored).every((count) => count === 0)")


def test_a_quote_in_the_frame_is_shown_in_the_host(page: Page) -> None:
    write(page)
    frame = inside(page)
    frame.locator(".line", has_text="G0283").locator("[data-focus]").first.click()
    frame.locator(".line", has_text="G0283").locator("[part~=quote]").first.click()
    page.wait_for_function(
        "[...(CSS.highlights.get('citecoder-found') ?? [])].some((words) => String(words).startsWith('IFC x 15 min'))"
    )
    assert page.evaluate(
        "(() => { const n = document.getElementById('note'); return n.selectionStart === n.selectionEnd })()"
    )


def test_a_prompt_goes_into_the_hosts_note_unless_the_host_refuses(page: Page) -> None:
    write(page)
    page.evaluate("window.refuses = true")
    insert = inside(page).get_by_role("button", name="Insert prompt").first
    insert.click()
    page.wait_for_timeout(100)
    assert page.input_value("#note") == WRITTEN
    page.evaluate("window.refuses = false")
    insert.click()
    page.wait_for_function("document.getElementById('note').value.includes('___')")
    assert page.evaluate(
        "(() => { const n = document.getElementById('note'); return n.value.slice(n.selectionStart, n.selectionEnd) })()"
    ) == "___"  # fmt: skip


def test_decisions_reach_the_host(page: Page) -> None:
    write(page)
    page.focus("#note")
    page.keyboard.press("F6")
    page.wait_for_function("document.activeElement === citecoder.frame")
    expect(inside(page).locator(".line", has_text="97110").locator("[data-focus]").first).to_be_focused()
    page.keyboard.press("a")
    page.wait_for_function("told.some(([name]) => name === 'accept')")
    (accepted,) = told(page, "accept")
    assert (accepted["code"], accepted["units"], accepted["modifiers"]) == ("97110", 2, ["GP"])
    page.keyboard.press("F6")
    page.wait_for_function("document.activeElement.id === 'note'")


def test_a_line_that_lapsed_is_told_to_the_host(page: Page) -> None:
    write(page)
    detail = {
        "line_id": "line-97110", "code": "97110",
        "was": {"units": 2, "modifiers": ["GP"]}, "now": {"units": 1, "modifiers": ["GP"]},
    }  # fmt: skip
    inside(page).locator("citecoder-sidebar").evaluate(
        "(sidebar, detail) => sidebar.dispatchEvent(new CustomEvent('lapsed', {detail}))", detail
    )
    page.wait_for_function("told.some(([name]) => name === 'lapsed')")
    assert told(page, "lapsed") == [detail]


def test_the_date_of_a_visit_reaches_the_host_and_null_where_it_was_taken_back(page: Page) -> None:
    choose = "date => document.querySelector('citecoder-sidebar').dispatchEvent(new CustomEvent('date', { detail: { date } }))"
    for date in ("2026-05-07", None):
        inside(page).evaluate(choose, date)
    page.wait_for_function("told.filter(([name]) => name === 'date').length === 2")
    assert told(page, "date") == ["2026-05-07", None]


def test_a_note_that_is_too_long_is_said_to_the_host_and_leaves_no_codes(page: Page) -> None:
    write(page)
    page.evaluate(
        """() => { const note = document.getElementById('note');
           note.value = 'x'.repeat(200_001); note.dispatchEvent(new InputEvent('input', {bubbles: true})) }"""
    )
    expect(lines(page)).to_have_count(0)
    assert told(page, "error")[0] == {
        "status": 413,
        "detail": "The note is longer than 200,000 characters. Send one visit at a time.",
    }
    assert ignored(page) == {}


def test_characters_of_two_units_count_once(page: Page) -> None:
    longest = page.evaluate(
        """(server) => import(`${server}/sidebar/channel.js`).then(({ isNote }) =>
             [isNote('\\u{1f9b5}'.repeat(200_000)), isNote('\\u{1f9b5}'.repeat(200_000) + 'x')])""",
        page.evaluate("new URLSearchParams(location.search).get('server')"),
    )
    assert longest == [True, False]


def test_a_frame_that_is_made_here_has_a_size_until_the_host_gives_it_one(page: Page) -> None:
    page.evaluate("citecoder.frame.style.cssText = ''")
    assert page.evaluate("[citecoder.frame.offsetWidth, citecoder.frame.offsetHeight]") == [360, 320]
    page.add_style_tag(content="iframe { width: 300px } #side { height: 500px }")
    assert page.evaluate("[citecoder.frame.offsetWidth, citecoder.frame.offsetHeight]") == [300, 500]
    assert page.evaluate("getComputedStyle(citecoder.frame).borderTopWidth") == "0px"


def test_another_note_leaves_nothing_of_the_last_one(page: Page) -> None:
    write(page)
    page.evaluate("document.getElementById('note').value = ''; citecoder.newNote({payer: 'aetna'})")
    expect(lines(page)).to_have_count(0)
    expect(inside(page).locator("citecoder-sidebar [part=header]")).to_contain_text("Aetna")


def test_the_frame_gives_its_room_back_when_it_is_collapsed(page: Page) -> None:
    write(page)
    inside(page).get_by_role("button", name="Collapse").click()
    page.wait_for_function("citecoder.frame.offsetWidth < 60")
    inside(page).locator(".rail-button").click()
    page.wait_for_function("citecoder.frame.offsetWidth > 300")
    assert inside(page).evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_ended_is_gone(page: Page) -> None:
    page.evaluate("citecoder.end()")
    assert page.evaluate("document.querySelectorAll('iframe').length") == 0
    page.fill("#note", "more")


# --- the paper, followed to the letter -------------------------------------------------------------


@pytest.mark.parametrize(("path", "panel"), [("two-lines", "citecoder-sidebar"), ("framed", "iframe")])
def test_what_the_paper_says_puts_the_panel_beside_the_note(
    page: Page, host: str, path: str, panel: str
) -> None:
    page.goto(f"{host}/{path}")
    page.locator("#note").fill(WRITTEN)
    shown = page.frame_locator("iframe") if path == "framed" else page
    expect(shown.locator("citecoder-sidebar .line .code")).to_have_text(
        ["97110", "97140", "G0283"], timeout=20_000
    )
    box = page.locator(panel).bounding_box()
    assert box == {"x": 740, "y": 0, "width": 360, "height": 800}
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


# --- what is not from the other end --------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"nonce": "guessed", "type": "note", "text": "forged"}, "nonce"),
        ({"nonce": None, "type": "note", "text": "forged"}, "nonce"),
        ({"citecoder": 2, "type": "note", "text": "forged"}, "version"),
        ({"type": "steal"}, "type"),
        ({"type": "constructor"}, "type"),
        ({"type": "note", "text": 7}, "shape"),
        ({"type": "note", "text": "x" * 200_001}, "shape"),
        ({"type": "context", "payer": ["medicare"]}, "shape"),
        ({"type": "caret", "offset": -1}, "shape"),
    ],
)
def test_what_breaks_the_protocol_is_ignored_and_counted(page: Page, message: Any, why: str) -> None:
    forge(page, **message)
    assert ignored(page) == {why: 1}
    expect(inside(page).locator("citecoder-sidebar")).not_to_contain_text("forged")


@pytest.mark.parametrize("message", ["words", 7, None, ["citecoder", 1]])
def test_messages_of_other_programs_are_ignored(page: Page, message: Any) -> None:
    page.evaluate("(message) => citecoder.frame.contentWindow.postMessage(message, '*')", message)
    page.wait_for_timeout(50)
    assert ignored(page) == {"version": 1}


def embed_stranger(page: Page, stranger: str, message: Any, to: str) -> None:
    forged = json.dumps({"to": to, "message": message})
    page.evaluate(
        """([stranger, forged]) => new Promise((loaded) => {
          const frame = document.createElement("iframe");
          frame.onload = () => setTimeout(loaded, 100);
          frame.src = `${stranger}/#${encodeURIComponent(forged)}`;
          document.body.append(frame);
        })""",
        [stranger, forged],
    )


def test_another_window_is_not_heard_even_with_the_nonce(page: Page, stranger: str) -> None:
    nonce = page.evaluate("new URLSearchParams(new URL(citecoder.frame.src).hash.slice(1)).get('nonce')")
    message = {"citecoder": 1, "nonce": nonce, "type": "note", "text": "forged"}
    embed_stranger(page, stranger, message, "frame")
    assert ignored(page) == {"window": 1}
    embed_stranger(page, stranger, {**message, "type": "insert", "at": "end"}, "parent")
    assert page.evaluate("[citecoder.ignored.window, document.getElementById('note').value]") == [1, ""]


def test_a_frame_that_went_elsewhere_is_not_heard(page: Page, stranger: str) -> None:
    nonce = page.evaluate("new URLSearchParams(new URL(citecoder.frame.src).hash.slice(1)).get('nonce')")
    message = {"citecoder": 1, "nonce": nonce, "type": "insert", "text": "forged", "at": "end"}
    forged = json.dumps({"to": "parent", "message": message})
    page.evaluate(
        "([stranger, forged]) => { citecoder.frame.src = `${stranger}/#${encodeURIComponent(forged)}` }",
        [stranger, forged],
    )
    page.wait_for_function("citecoder.ignored.origin === 1")
    assert page.input_value("#note") == ""


def test_a_frame_whose_host_is_not_who_it_says_stays_closed(page: Page, host: str, server: str) -> None:
    page.evaluate(
        """([server]) => new Promise((loaded) => {
          const frame = document.createElement("iframe");
          frame.onload = loaded;
          frame.src = `${server}/frame#origin=https://ehr.example&nonce=1`;
          document.body.append(frame);
        })""",
        [server],
    )
    frame = next(each for each in page.frames if "ehr.example" in each.url)
    expect(frame.locator("#alone")).to_be_visible()
    expect(frame.locator("citecoder-sidebar")).to_be_hidden()


def test_the_frame_alone_says_what_it_is_for(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/frame")
    expect(page.get_by_text("shown by a documentation system")).to_be_visible()
    page.close()


def test_a_page_that_is_not_allowed_can_not_frame_it(browser: Browser, stranger: str, server: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{stranger}/")
    page.evaluate(
        """(address) => new Promise((loaded) => {
          const frame = document.createElement("iframe");
          frame.onload = loaded;
          frame.src = address;
          document.body.append(frame);
        })""",
        f"{server}/frame#origin={stranger}&nonce=1",
    )
    page.wait_for_timeout(200)
    assert any("frame-ancestors" in each for each in said)
    assert page.frames[1].url.startswith("chrome-error:")
    page.close()


def test_a_host_leaves_questions_out_of_the_frame_and_takes_them_back(page: Page) -> None:
    write(page)
    fold = inside(page).locator("citecoder-sidebar .asking")
    expect(fold).to_have_count(1)
    page.evaluate("citecoder.visit({ no_ask: true })")
    expect(fold).to_have_count(0)
    page.evaluate("citecoder.visit({ no_ask: null })")
    expect(fold).to_have_count(1)
    assert ignored(page) == {}
