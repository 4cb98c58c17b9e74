"""The page in a real browser: what is written is read, and the note and the panel keep in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.app.sample import NOTE
from tests.app.serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WRITTEN = NOTE.replace("\r\n", "\n")  # what a text area makes of it


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served")) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; it may neither complain nor speak to anybody but our server."""
    opened = browser.new_page(viewport={"width": 1180, "height": 820})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url)
    )
    opened.goto(address)
    yield opened
    opened.close()
    assert [
        each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each and "500" not in each
    ] == []


def write(page: Page, text: str = WRITTEN) -> None:
    page.select_option("[name=payer]", "medicare")
    page.select_option("[name=discipline]", "PT")
    page.fill("#note", text)
    expect(page.locator("#state")).to_have_text("up to date")


def marked(page: Page) -> list[str]:
    return page.locator("#marks mark").all_text_contents()


def test_an_empty_page_says_what_will_happen(page: Page) -> None:
    expect(page.locator("#review")).to_have_text("Start writing; codes appear here.")


def test_a_note_is_read_as_it_is_written(page: Page) -> None:
    write(page)
    expect(page.locator(".coded .code")).to_have_text(["97110", "97140", "G0283"])
    expect(page.locator("#who")).to_have_text("Medicare · PT")
    text = page.locator("#review").inner_text()
    order = ["38 timed min · 53 total", "4 units", "CODES (3)", "MISSING (1)", "Where were the electrodes placed?", "NOT CODED (1)", "WARNINGS (2)", "Chart items (1)", "Sources (5)"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_evidence_is_marked_after_a_character_of_two_units(page: Page) -> None:
    write(page)
    assert marked(page) == [
        "Therapeutic exercise x 23 min",
        "SLR 3x10",
        "Manual therapy R knee x 15 min",
        "patellar mobs",
        "IFC x 15 min, unattended",
    ]


def test_a_line_lights_up_its_evidence_and_the_reverse(page: Page) -> None:
    write(page)
    page.hover("summary:has-text('97140')")
    assert page.locator("mark.lit").all_text_contents() == ["Manual therapy R knee x 15 min", "patellar mobs"]
    box = page.locator("mark", has_text="SLR 3x10").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    expect(page.locator("details.lit .code")).to_have_text(["97110"])


def test_marks_follow_an_edit_before_the_server_has_answered(page: Page) -> None:
    write(page)
    page.route("**/v1/suggestions", lambda _: None)
    page.evaluate("const n = document.querySelector('#note'); n.setSelectionRange(0, 0); n.focus()")
    page.keyboard.type("Late entry. ")
    assert marked(page)[0] == "Therapeutic exercise x 23 min"
    expect(page.locator("#review")).to_have_class("stale")


def test_a_quote_jumps_to_its_words(page: Page) -> None:
    write(page)
    page.click("summary:has-text('G0283')")
    page.click("button.quote:has-text('IFC')")
    chosen = page.evaluate(
        "(() => { const n = document.querySelector('#note'); return n.value.slice(n.selectionStart, n.selectionEnd) })()"
    )
    assert chosen == "IFC x 15 min, unattended"


def test_a_source_opens_as_a_card_and_escape_closes_it(page: Page) -> None:
    write(page)
    page.click("summary:has-text('Sources')")
    page.click("button.disputed")
    card = page.locator("dialog")
    expect(card).to_contain_text("It claims one-on-one contact")
    expect(card).to_contain_text("The fee schedule makes it untimed and unattended.")
    page.keyboard.press("Escape")
    expect(card).not_to_be_visible()


def test_markup_in_a_note_stays_text(page: Page) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    write(page, hostile)
    assert page.title() == "citecoder"
    assert page.locator("#marks img, #review img, main script").count() == 0


def test_the_whole_page_works_by_keyboard(page: Page) -> None:
    write(page)
    page.focus("#note")
    page.keyboard.press("F6")
    assert "97110" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    assert "97140" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("details[data-line='line-97140']")).to_have_attribute("open", "")
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.id") == "note"


def test_what_was_opened_stays_open_over_a_new_reading(page: Page) -> None:
    write(page)
    page.click("summary:has-text('97110')")
    page.select_option("[name=discipline]", "OT")
    expect(page.locator("#who")).to_have_text("Medicare · OT")
    expect(page.locator("details[data-line='line-97110']")).to_have_attribute("open", "")


def test_offline_keeps_the_last_reading_and_can_try_again(page: Page) -> None:
    write(page)
    page.context.set_offline(True)
    page.fill("#note", WRITTEN + " ")
    expect(page.locator("#state")).to_have_text("offline: the last reading is kept")
    expect(page.locator(".coded .code")).to_have_text(["97110", "97140", "G0283"])
    page.context.set_offline(False)
    page.fill("#note", WRITTEN)
    expect(page.locator("#state")).to_have_text("up to date")


def test_an_error_is_one_line_with_a_retry(page: Page) -> None:
    page.fill("#note", "please crash: Jane Roe")
    expect(page.locator("#state")).to_have_text("citecoder failed; its log names this request")
    expect(page.locator("#retry")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground_in_both_schemes(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    write(page)
    ratios = page.evaluate(
        """() => {
          const light = (color) => {
            const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((n) => n / 255)
              .map((n) => (n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = light(getComputedStyle(document.querySelector('.panel')).backgroundColor);
          return [...document.querySelectorAll('.panel *')].filter((each) => each.innerText?.trim()).map((each) => {
            const ink = light(getComputedStyle(each).color);
            return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
          });
        }"""
    )
    assert min(ratios) >= 4.5
