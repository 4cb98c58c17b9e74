"""The evaluation report in a real browser: read, filtered and walked through by keyboard, in both schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from citecoder.evals.reports.write import write_report
from tests.browser.hosting import found_by_axe
from tests.evals.report_runs import LABELLED, MARKED, PREDICTED, write_run, write_set

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``one.html`` of one run and ``two.html`` of two."""
    base = tmp_path_factory.mktemp("reports")
    place = write_set(base, 60)
    a = write_run(base / "run-a", place)
    b = write_run(base / "run-b", place, seed=2, arm="command:python peer.py", fail=["case-003"])
    write_report(base / "one.html", [b])
    write_report(base / "two.html", [a, b])
    return base


@pytest.fixture
def opened(browser: Browser, reports: Path) -> Iterator[Callable[..., Page]]:
    """Open a report; it may neither complain nor ask the network for anything."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_report(
        name: str = "one.html", hashed: str = "", width: int = 1280, scheme: str = "light"
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: None if asked.url.startswith("file:") else complaints.append(asked.url)
        )
        page.goto(f"{(reports / name).as_uri()}{hashed}")
        pages.append(page)
        return page

    yield open_report
    for page in pages:
        page.close()
    assert complaints == []


Opened = Callable[..., Page]


def chosen(page: Page) -> str:
    return page.locator("#case-title").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["one.html", "two.html"])
def test_axe_finds_nothing(opened: Opened, name: str, scheme: str) -> None:
    page = opened(name, "#case=marked", scheme=scheme)
    assert found_by_axe(page) == []


def test_every_chart_has_a_name_and_a_caption(opened: Opened) -> None:
    page = opened()
    expect(page.locator("#chart-list h3")).to_have_text(
        ["Risk and coverage", "Calibration", "Errors by code", "Direction of errors", "Verdicts on documentation", "Latency", "Scores by tag", "Threshold of each code"]
    )  # fmt: skip
    assert page.locator("figure:not(:has(figcaption))").count() == 0
    assert page.locator("figure svg:not([role=img][aria-label])").count() == 0
    page.locator("figure", has_text="Verdicts").locator("select").select_option("goals")
    expect(page.locator("figure", has_text="Verdicts").locator("figcaption")).to_contain_text("verdict")


def test_evidence_is_marked_in_two_ways_over_emoji_and_crlf(opened: Opened) -> None:
    page = opened(hashed="#case=marked")
    note = page.locator(".note")
    assert note.evaluate("node => node.textContent") == MARKED
    assert "".join(note.locator("mark.labelled").all_text_contents()[:2]) == LABELLED
    assert "".join(note.locator("mark.predicted").all_text_contents()) == PREDICTED
    assert note.locator("mark.labelled.predicted").all_text_contents() == ["23 min"]


def test_a_line_lights_its_quotes_by_pointer_and_by_focus(opened: Opened) -> None:
    page = opened(hashed="#case=marked")
    page.locator(".lines tr", has_text="97140").first.hover()
    assert page.locator("mark.lit").all_text_contents() == ["Manual therapy x 15 min"]
    page.locator(".quote", has_text="SLR").focus()
    assert "".join(page.locator("mark.lit").all_text_contents()) == PREDICTED


def test_the_case_says_what_was_wrong(opened: Opened) -> None:
    page = opened(hashed="#case=marked")
    pane = page.locator("#case")
    for said in (
        "units: 3, wanted 2",
        "missed",
        "extra",
        "Both are named with minutes.",
        "planned",
        "asked for, not met",
        "is there",
    ):
        expect(pane).to_contain_text(said)
    assert page.title().startswith("coding: command:python peer.py")
    assert page.locator("#case img, #case script").count() == 0


def test_a_case_is_filtered_and_chosen_by_keyboard_alone(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the cases
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "words"
    page.keyboard.type("case-01")
    expect(page.locator("#count")).to_have_text("10 of 62 cases")
    while page.evaluate("document.activeElement.id") != "list":
        page.keyboard.press("Tab")
    for key, name in [
        ("Home", "case-010"),
        ("ArrowDown", "case-011"),
        ("j", "case-012"),
        ("k", "case-011"),
        ("End", "case-019"),
    ]:
        page.keyboard.press(key)
        assert chosen(page).startswith(name)
        active = page.locator("#list").get_attribute("aria-activedescendant")
        assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    assert page.url.endswith("#case=case-019")


def test_filters_hold_what_they_say(opened: Opened) -> None:
    page = opened()
    page.locator("#filter [name=state]").select_option("timed_out")
    expect(page.locator("#list li:visible .name")).to_have_text("not answered: case-003")
    assert chosen(page).startswith("case-003")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text("62 cases")
    page.locator("#filter [name=code]").select_option("97530")
    page.locator("#filter [name=direction]").select_option("invented")
    page.locator("#filter [name=tag]").select_option("daily")
    expect(page.locator("#list li:visible .name", has_text="marked")).to_have_count(1)
    page.get_by_label("Id, tag or code").fill("nothing has this")
    expect(page.locator("#count")).to_contain_text("No case fits")


def test_previous_and_next_keep_the_focus(opened: Opened) -> None:
    page = opened(hashed="#case=case-010")
    page.get_by_role("button", name="Next").press("Enter")
    assert chosen(page).startswith("case-011")
    assert page.evaluate("document.activeElement.textContent") == "Next"


@pytest.mark.parametrize("name", ["one.html", "two.html"])
def test_a_narrow_screen_does_not_scroll_sideways(opened: Opened, name: str) -> None:
    page = opened(name, "#case=marked", width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_two_runs_stand_before_and_after(opened: Opened) -> None:
    page = opened("two.html")
    expect(page.locator("#differences thead th")).to_have_text(["Figure", "A", "B", "Difference", "95 % interval", "p", "Drawn", "Verdict"])  # fmt: skip
    page.locator("#filter [name=change]").select_option("broken")
    first = page.locator("#list li:visible").first
    expect(first).to_contain_text("broken")
    expect(page.locator("#case-title")).to_contain_text("broken")
    page.get_by_role("button", name="Clear").click()
    page.goto(f"{page.url.split('#')[0]}#case=marked")
    expect(page.locator("#case .lines thead").first).to_have_text("CodeLabelsBeforeAfter")
    page.get_by_label("Whose evidence is marked").select_option("before")
    assert "".join(page.locator(".note mark.predicted").all_text_contents()) == PREDICTED
    page.get_by_label("Charts of").select_option("0")
    expect(page.locator("#chart-list figure").first).to_be_visible()


def test_it_prints_whole(opened: Opened) -> None:
    page = opened(hashed="#case=marked")
    page.emulate_media(media="print")
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator(".note")).to_be_visible()
