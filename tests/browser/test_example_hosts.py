"""The example hosts, each on an origin of its own: typed into, jumped into, prompted into, as their readers will."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.app.sample import NOTE
from tests.app.serving import served
from tests.browser.hosting import complaints_of, hosted
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.browser

EXAMPLES = CHECKOUT / "plugin" / "examples" / "hosts"
SERVER = "http://127.0.0.1:8765"
HOSTS = ["textarea", "contenteditable", "frame", "strict-csp", "react"]
every = pytest.mark.parametrize("page", HOSTS, indirect=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the React host as its README says; npm is part of the tools that CI needs."""
    npm = shutil.which("npm")
    assert npm, "npm is needed to build the React host; install Node.js 18 or newer"
    source = tmp_path_factory.mktemp("hosts")
    shutil.copytree(
        EXAMPLES, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist")
    )
    for command in (
        [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
        [npm, "run", "build"],
    ):
        done = subprocess.run(
            command, cwd=source / "react", capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr[:600]
    return source / "react" / "dist"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[str]:
    """The hosts' origin; their pages name the port of the server that was started for them."""
    instead: dict[str, str] = {}
    with hosted({"/react/": built, "/": EXAMPLES}, host="localhost", instead=instead) as address:
        folder = tmp_path_factory.mktemp("served")
        with served(folder, allowed_origins=(address,)) as server:
            instead[SERVER] = server
            yield address


@pytest.fixture
def page(browser: Browser, origin: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A host's page; it may not complain, not even of what its content policy blocked."""
    opened = browser.new_page(viewport={"width": 1100, "height": 800})
    complaints = complaints_of(opened)
    opened.goto(f"{origin}/{request.param}/")
    yield opened
    opened.close()
    assert complaints == []


def panel(page: Page) -> Page | FrameLocator:
    return page.frame_locator("iframe") if "/frame/" in page.url else page


def write(page: Page) -> None:
    note = page.get_by_role("textbox", name="Note")
    note.click()
    for line in NOTE.split("\r\n")[:-1]:
        page.keyboard.insert_text(line)
        page.keyboard.press("Enter")
    expect(panel(page).locator("citecoder-sidebar .line .code")).to_have_text(
        ["97110", "97140", "G0283"],
        timeout=20_000,  # the first answer waits for the sources to be read
    )


def selected(page: Page) -> str:
    return str(
        page.evaluate(
            "(() => { const n = document.getElementById('note'); return 'value' in n ? n.value.slice(n.selectionStart, n.selectionEnd) : String(getSelection()) })()"
        )
    )


def open_line(page: Page, code: str) -> None:
    panel(page).locator("citecoder-sidebar .line", has_text=code).locator("[data-focus]").first.click()


@every
def test_lines_appear_as_the_note_is_written(page: Page) -> None:
    write(page)
    expect(panel(page).locator("citecoder-sidebar [part=state]")).to_have_text("Up to date", timeout=30_000)


@every
def test_a_quote_shows_its_words_in_the_note(page: Page) -> None:
    write(page)
    open_line(page, "97140")
    panel(page).locator("citecoder-sidebar [part~=quote]", has_text="patellar mobs").click()
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    page.wait_for_function(
        "[...(CSS.highlights.get('citecoder-found') ?? [])].map(String).includes('patellar mobs')"
    )
    assert selected(page) == "", "the next key replaces nothing"


@every
def test_a_prompt_goes_in_with_its_blank_selected(page: Page) -> None:
    write(page)
    panel(page).get_by_role("button", name="Insert prompt").first.click()
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    assert selected(page) == "___"
    page.keyboard.type("R knee")
    note = page.get_by_role("textbox", name="Note")
    text = note.evaluate("node => node.value ?? node.innerText")
    assert "Region treated: R knee" in text


@pytest.mark.parametrize("page", ["textarea", "contenteditable", "frame", "strict-csp"], indirect=True)
def test_evidence_is_marked_in_the_note(page: Page) -> None:
    write(page)
    marked = page.evaluate(
        "['supported', 'unsure'].map((name) => [...CSS.highlights.get(`citecoder-${name}`)].map(String))"
    )
    assert marked == [
        ["Therapeutic exercise x 23 min", "SLR 3x10", "Manual therapy R knee x 15 min", "patellar mobs"],
        ["IFC x 15 min, unattended"],
    ]


@pytest.mark.parametrize("page", ["contenteditable", "frame", "react"], indirect=True)
def test_the_host_hears_what_is_accepted(page: Page) -> None:
    write(page)
    page.keyboard.press("F6")
    expect(
        panel(page).locator("citecoder-sidebar .line", has_text="97110").locator("[data-focus]").first
    ).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#claim")).to_contain_text("97110")
    expect(page.locator("#claim")).to_contain_text("×2")


@pytest.mark.parametrize("page", ["react"], indirect=True)
def test_react_holds_what_was_inserted_and_its_choices_reach_the_sidebar(page: Page) -> None:
    write(page)
    panel(page).get_by_role("button", name="Insert prompt").first.click()
    length = page.locator("#note").evaluate("node => node.value.length")
    expect(page.locator("#held")).to_have_text(f"{length} characters")
    page.get_by_label("Payer").select_option("aetna")
    expect(page.locator("citecoder-sidebar [part=header]")).to_contain_text("Aetna")
    assert "___" in page.locator("#note").input_value()


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (EXAMPLES / "react" / "package-lock.json").read_text(encoding="utf-8")


def test_every_example_is_listed_and_named_in_the_paper() -> None:
    paper = (CHECKOUT / "plugin" / "docs" / "embed.md").read_text(encoding="utf-8")
    listed = (EXAMPLES / "index.html").read_text(encoding="utf-8")
    for name in HOSTS:
        assert f"{name}/" in listed
        assert f"examples/hosts/{name}" in paper
