"""citecoder's own page in a real browser, over the real engine: a note is chosen or written, coded, accepted and printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect
from pypdf import PdfReader

from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from tests.app.serving import serving
from tests.browser.hosting import SIDEBAR, complaints_of, found_by_axe

pytestmark = pytest.mark.browser

SAMPLES = json.loads((SIDEBAR / "samples" / "samples.json").read_text(encoding="utf-8"))
TITLES = [sample["title"] for sample in SAMPLES]


@pytest.fixture(scope="module")
def address(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    served = Parts(Settings(cache=parts.settings.cache, site=tmp_path_factory.mktemp("site")))
    _ = served.chain  # as `citecoder serve` does: the first note waits for nothing
    with serving(served) as base:
        yield base


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; it may neither complain nor speak to anybody but our server."""
    opened = browser.new_page(viewport={"width": 1280, "height": 860})
    complaints = complaints_of(opened)
    opened.on(
        "request", lambda asked: None if asked.url.startswith(address) else complaints.append(asked.url)
    )
    opened.goto(address)
    expect(opened.locator("#sample option")).to_have_count(len(SAMPLES) + 1)
    expect(opened.locator("#note")).not_to_be_empty()  # the first sample
    yield opened
    opened.close()
    assert complaints == []


def choose(page: Page, title: str = TITLES[0]) -> None:
    empty(page)
    page.get_by_label("Sample").select_option(title)
    expect(page.locator("citecoder-sidebar [part=state]")).to_have_text("Up to date", timeout=30_000)


def empty(page: Page) -> None:
    page.get_by_label("Sample").select_option("")
    expect(page.locator("#note")).to_be_empty()


def codes(page: Page) -> list[str]:
    return page.locator("citecoder-sidebar [part~=line] .code").all_text_contents()


def marked(page: Page, name: str = "supported") -> list[str]:
    found: list[str] = page.evaluate(
        "(name) => [...(CSS.highlights.get(`citecoder-${name}`) ?? [])].map(String)", name
    )
    return found


WITHOUT_QUESTIONS = """() => {
  const { review } = document.querySelector("citecoder-sidebar");
  review.missing = [];
  for (const line of review.suggestions) line.missing = [];
}"""


def on_blank_paper(page: Page, at: str, stage: str = "draft") -> Frame:
    """Write the review into a blank frame, which has no doctype: as printing does."""
    page.evaluate(
        """async ([at, stage]) => {
          const { review } = document.querySelector("citecoder-sidebar");
          const { writeSummary } = await import("/sidebar/summary.js");
          const frame = document.body.appendChild(document.createElement("iframe"));
          writeSummary(frame.contentDocument, review, document.getElementById("note").textContent, { at: new Date(at), stage });
        }""",
        [at, stage],
    )
    return page.frames[-1]


def on_paper(page: Page, decisions: dict[str, Any] | None = None) -> None:
    """Write the review of the chosen note into the page, as it is written into the frame that is printed."""
    page.evaluate(
        """async (decisions) => {
          const { review } = document.querySelector("citecoder-sidebar");
          const { writeSummary } = await import("/sidebar/summary.js");
          for (const link of document.querySelectorAll("link[rel=stylesheet]")) link.remove();
          writeSummary(document, review, document.getElementById("note").textContent, { patient: { Patient: "Rosa Samplewood" }, decisions });
        }""",
        decisions or {},
    )


# --- the screen ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (TITLES[0], ["97110", "97140", "G0283"]),
        (TITLES[2], ["92526", "92507"]),
        (TITLES[3], ["98941"]),
        (TITLES[4], ["97110", "97140"]),
        (TITLES[6], []),
    ],
)
def test_a_sample_is_coded(page: Page, title: str, expected: list[str]) -> None:
    choose(page, title)
    assert codes(page) == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=TITLES)
def test_samples_are_of_invented_people(sample: dict[str, Any]) -> None:
    assert (SIDEBAR / "samples" / sample["file"]).read_text(encoding="utf-8").strip()
    assert sample["patient"]["record"].startswith("TEST-")


def test_a_newcomer_sees_a_coded_sample_at_once(page: Page) -> None:
    expect(page.locator("citecoder-sidebar [part~=line] .code")).to_have_text(
        ["97110", "97140", "G0283"], timeout=30_000
    )
    expect(page.get_by_label("Sample")).to_have_value("0")
    expect(page.get_by_label("Stage")).to_have_value("draft")
    empty(page)
    expect(page.locator("#patient")).to_be_hidden()
    expect(page.locator("citecoder-sidebar")).to_contain_text("Start writing; codes appear here.")


def test_a_note_is_coded_as_it_is_typed_and_its_words_are_marked(page: Page) -> None:
    empty(page)
    page.get_by_label("Payer").select_option("Medicare")
    page.get_by_label("Discipline").select_option("PT")
    page.get_by_role("textbox", name="Note").click()
    page.keyboard.type("O: \U0001f9b5 Therapeutic exercise x 23 min: quad sets, SLR 3x10, cues for form.")
    page.keyboard.press("Enter")
    page.keyboard.type("Ultrasound held today.")
    expect(page.locator("citecoder-sidebar [part~=line] .code")).to_have_text(["97110"])
    assert [each[:29] for each in marked(page, "unsure")] == ["Therapeutic exercise x 23 min"]
    page.keyboard.press("Control+Home")
    page.keyboard.type("Late entry. ")
    assert [each[:29] for each in marked(page, "unsure")] == ["Therapeutic exercise x 23 min"]


def test_an_accepted_line_stands_on_the_claim_until_it_is_taken_back(page: Page) -> None:
    choose(page)
    expect(page.locator("#claim-empty")).to_be_visible()
    page.get_by_role("textbox", name="Note").focus()
    page.keyboard.press("F6")
    page.keyboard.press("a")
    expect(page.locator("#claim li")).to_have_text(["97110GP×2"])
    expect(page.locator("#claim-total")).to_have_text("1 line, 2 units")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("#claim-total")).to_have_text("2 lines, 3 units")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#claim li")).to_have_count(1)
    choose(page, TITLES[4])
    expect(page.locator("#claim li")).to_have_count(0)


def test_a_line_that_the_note_no_longer_supports_as_accepted_leaves_the_claim(page: Page) -> None:
    choose(page)
    page.get_by_role("textbox", name="Note").focus()
    page.keyboard.press("F6")
    page.keyboard.press("a")
    expect(page.locator("#claim li")).to_have_text(["97110GP×2"])
    line = page.evaluate("document.querySelector('citecoder-sidebar').review.suggestions[0].id")
    page.locator("citecoder-sidebar").evaluate(
        "(sidebar, detail) => sidebar.dispatchEvent(new CustomEvent('lapsed', {detail}))",
        {
            "line_id": line,
            "code": "97110",
            "was": {"units": 2, "modifiers": ["GP"]},
            "now": {"units": 1, "modifiers": ["GP"]},
        },
    )
    expect(page.locator("#claim li")).to_have_count(0)
    expect(page.locator("#claim-lapsed")).to_have_text(
        "97110 ×2 GP was taken off: the note now supports ×1 GP."
    )
    expect(page.locator("#claim-empty")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("#claim-lapsed")).to_be_empty()
    page.locator("#note").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.locator("#claim-lapsed")).to_contain_text("the note no longer supports it.")


def test_choosing_a_visit_sets_its_date(page: Page) -> None:
    choose(page, TITLES[5])
    assert codes(page) == []
    page.get_by_role("button", name="2026-05-07").click()
    expect(page.locator("citecoder-sidebar [part~=line] .code")).to_have_text(["97110", "97116"])
    expect(page.get_by_label("Date of service")).to_have_value("2026-05-07")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    choose(page)
    assert found_by_axe(page) == []


@pytest.mark.parametrize("width", [320, 600, 840, 1280])
def test_no_width_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    choose(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_an_emptied_note_says_again_what_to_do(page: Page) -> None:
    choose(page)
    note = page.get_by_role("textbox", name="Note")
    note.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert "Start writing" in note.evaluate("node => getComputedStyle(node, '::before').content")
    expect(page.locator("citecoder-sidebar")).to_contain_text("Start writing; codes appear here.")


# --- on paper ------------------------------------------------------------------------------------


def test_printing_opens_a_paper_of_its_own_and_leaves_nothing(page: Page) -> None:
    choose(page)
    page.evaluate(
        """() => {
          window.printed = [];
          const { get } = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "contentWindow");
          Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", { get() {
            const paper = get.call(this);
            paper.print = () => {
              const { body } = paper.document;
              printed.push([body.textContent, paper.getComputedStyle(body.querySelector("h1")).fontSize]);
              document.body.dataset.printed = printed.length;
              paper.dispatchEvent(new Event("afterprint"));
            };
            return paper;
          } });
        }"""
    )
    page.get_by_role("main").get_by_role("button", name="Print review").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "1")
    expect(page.locator("iframe")).to_have_count(0)
    ((text, size),) = page.evaluate("window.printed")
    assert "Rosa Samplewood (invented)" in text
    assert (
        round(float(size.removesuffix("px"))) == 19
    )  # 14 pt: the paper's own styles hold under the page's policy


def test_the_paper_tells_everything_that_a_signer_needs(page: Page) -> None:
    choose(page)
    line = page.evaluate("document.querySelector('citecoder-sidebar').review.suggestions[0].id")
    on_paper(page, {line: {"action": "accept"}})
    text = page.locator("body").inner_text()
    for said in (
        "Rosa Samplewood", "Medicare", "2026-05-18", "38 timed min · 53 total", "4 units",
        "97110", "×2", "GP", "Accepted", "38 timed minutes → 3 units", "Therapeutic exercise x 23 min",
        "Needs documentation", "Missing", "required", "To check in the chart", "Not coded, and why", "97035",
        "Sources disagree", "our summary of Pub 100-04 ch.5 §20.2.C", "Regulator", "checked 2026-",
        "Not legal or billing advice", "Signature", "Name and credentials", "NCCI", "MUE",
    ):  # fmt: skip
        assert said in text, said
    numbers = {int(n) for group in re.findall(r"\[(\d[\d, ]*)\]", text) for n in group.split(", ")}
    listed = {int(n) for cell in page.locator(".sources th").all_text_contents() for n in cell.split(", ")}
    assert numbers == listed


def test_the_paper_of_a_draft_says_that_only_what_is_required_was_asked_for(page: Page) -> None:
    choose(page)
    for stage, said in (("draft", "No required item missing."), ("final", "Nothing missing.")):
        page.evaluate(WITHOUT_QUESTIONS)
        missing = on_blank_paper(page, "2026-05-20T10:00", stage).locator("section", has_text="Missing")
        expect(missing.locator("p")).to_have_text(said)


def test_the_paper_tells_only_of_conflicts_about_what_the_note_says(page: Page) -> None:
    choose(page)
    told = page.evaluate(
        "document.querySelector('citecoder-sidebar').review.conflicts.map((each) => each.claim.slice(0, 40))"
    )
    paper = on_blank_paper(page, "2026-05-20T10:00")
    disagreeing = paper.locator("li", has_text="Sources disagree")
    expect(disagreeing).to_have_count(1)
    expect(disagreeing).to_contain_text("one-on-one")
    assert len(told) > 1
    text = paper.locator("body").inner_text()
    numbers = {int(n) for group in re.findall(r"\[(\d[\d, ]*)\]", text) for n in group.split(", ")}
    listed = {int(n) for cell in paper.locator(".sources th").all_text_contents() for n in cell.split(", ")}
    assert numbers == listed == set(range(1, len(listed) + 1))


def test_tables_are_set_no_larger_than_the_rest(page: Page) -> None:
    choose(page)
    paper = on_blank_paper(page, "2026-05-20T10:00")
    sizes = paper.evaluate(
        "[...document.querySelectorAll('body, td')].map((each) => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert len(sizes) > 4
    assert max(sizes) == sizes[0] < 13


def test_the_age_of_the_edit_tables_is_told_in_words(page: Page) -> None:
    choose(page)
    day = page.evaluate("document.querySelector('citecoder-sidebar').review.engine.editions.ncci")
    year, month, _ = (int(part) for part in day.split("-"))
    at = f"{year + (month + 4) // 12}-{(month + 4) % 12 + 1:02}-20T10:00"
    said = on_blank_paper(page, at).locator("footer").inner_text()
    assert f"NCCI pair edits: edition of {day}, 5 months old, a newer one may be out; MUE unit limits" in said


def test_markup_in_a_review_stays_text_on_paper(page: Page) -> None:
    choose(page)
    page.evaluate("""() => {
      const { review } = document.querySelector("citecoder-sidebar");
      review.suggestions[0].evidence[0].quote = "<img src=x onerror=\\"document.title='owned'\\">";
    }""")
    on_paper(page)
    expect(page.locator("body")).to_contain_text("<img src=x")
    assert page.locator("body img, body script").count() == 0
    assert page.title() == "Review 2026-05-18"


def test_pages_are_whole(page: Page, tmp_path: Path) -> None:
    choose(page)
    on_paper(page)
    page.pdf(path=tmp_path / "review.pdf", format="Letter", prefer_css_page_size=True)
    pages = [each.extract_text() for each in PdfReader(tmp_path / "review.pdf").pages]
    assert 2 <= len(pages) <= 4
    assert all(re.search(rf"{n}\s*/\s*{len(pages)}", text) for n, text in enumerate(pages, 1))
    assert "Signature" in pages[-1]
    page.emulate_media(media="print")
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth).map((each) => each.className || each.localName)"
    )
    assert wide == []
