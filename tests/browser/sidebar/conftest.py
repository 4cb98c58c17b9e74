"""A host page with a note and the sidebar beside it, in a real browser, over the sample engine.

A page is served on the service's own origin, so that it needs no permission to ask; other origins are for the tests of
the hosts. It may neither complain nor speak to anybody but that server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.app.sample import NOTE
from tests.app.serving import served

WRITTEN = NOTE.replace("\r\n", "\n")  # what a text area makes of it
SCRIPT = '<script type="module" src="/sidebar/citecoder.js"></script>'
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>A host</title>
<style>body {{ margin: 0; display: flex; height: 100vh }} main {{ flex: 1; min-width: 0; display: flex }} textarea {{ flex: 1; min-width: 0 }}</style>{script}</head>
<body><main><h1>Visit</h1><textarea id="note" aria-label="Note" data-citecoder-marks></textarea></main>
<citecoder-sidebar id="one" for="note" {attributes}></citecoder-sidebar></body></html>"""
TWO = HOST.replace(
    "</body>",
    '<section aria-label="Other visit"><textarea id="other" aria-label="Other note"></textarea></section><citecoder-sidebar id="two" for="other" payer="tricare"></citecoder-sidebar></body>',
)
expect.set_options(timeout=10_000)  # other work may share the cores
TOLD = "Failed to load resource"  # the browser says so of every status that the tests make


@dataclass
class Desk:
    """A host page and the sidebar in it."""

    page: Page
    address: str
    decisions: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def note(self) -> Locator:
        """The host's text area."""
        return self.page.locator("#note")

    @property
    def sidebar(self) -> Locator:
        """The element."""
        return self.page.locator("#one")

    def find(self, selector: str, **more: Any) -> Locator:
        """Find in the panel."""
        return self.sidebar.locator(selector, **more)

    def line(self, code: str) -> Locator:
        """The line of a code."""
        return self.find(".line").filter(has=self.page.locator(f".code:text-is('{code}')"))

    def gap(self, words: str = "") -> Locator:
        """The question that holds these words."""
        return self.find(".gap", has_text=words)

    def write(self, text: str = WRITTEN) -> None:
        """Put a text in as a paste does, and wait until it is read."""
        self.note.fill(text)
        self.is_fresh()

    def is_fresh(self) -> None:
        """Wait until the note of now is read."""
        expect(self.find(".state")).to_have_text("Up to date")

    def codes(self) -> list[str]:
        """The codes of the lines, in order."""
        return self.find(".line .code").all_inner_texts()

    def focused(self) -> str:
        """What has the focus in the panel, in words."""
        said: str = self.sidebar.evaluate("e => e.shadowRoot.activeElement?.textContent ?? ''")
        return said

    def hear(self, *names: str) -> None:
        """Note down events of these names, as ``[name, detail]``."""
        self.page.evaluate(
            "names => { window.heard = []; for (const name of names) document.addEventListener(name, e => heard.push([name, e.detail])) }",
            list(names),
        )

    def heard(self) -> list[tuple[str, Any]]:
        """What was heard since ``hear``."""
        return [(name, detail) for name, detail in self.page.evaluate("heard")]

    def keep_decisions(self, status: int = 201) -> None:
        """Answer decisions in the server's place, and remember them."""

        def answer(route: Route) -> None:
            self.decisions.append(json.loads(route.request.post_data or "{}"))
            problem = {"title": "no", "status": status, "detail": "no"}
            route.fulfill(status=status, json={"id": "d"} if status < 400 else problem)

        self.page.unroute("**/v1/decisions")
        self.page.route("**/v1/decisions", answer)

    def sent(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many decisions have come to the server, and return them."""
        for _ in range(100):
            if len(self.decisions) >= count:
                break
            self.page.wait_for_timeout(50)
        assert len(self.decisions) == count
        return self.decisions

    def change_reviews(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Let the server review, then change what it says before the page gets it."""

        def answer(route: Route) -> None:
            answered = route.fetch()
            review = answered.json()
            change(review)
            route.fulfill(response=answered, json=review)

        self.page.route("**/v1/suggestions", answer)

    def refuse(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Answer every reading with a problem."""
        problem = {"title": "no", "status": status, "detail": f"detail of {status}"}
        self.page.unroute("**/v1/suggestions")
        self.page.route(
            "**/v1/suggestions",
            lambda route: route.fulfill(status=status, json=problem, headers=headers or {}),
        )


def opened(
    browser: Browser,
    address: str,
    attributes: str = 'payer="medicare" discipline="PT"',
    *,
    html: str = HOST,
    script: str = SCRIPT,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Desk:
    """Open a host page."""
    page = browser.new_page(**({"viewport": {"width": 1100, "height": 760}} | context))
    desk = Desk(page, address)
    page.on(
        "console",
        lambda said: (
            desk.complaints.append(said.text)
            if said.type == "error" and not said.text.startswith(TOLD)
            else None
        ),
    )
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else desk.complaints.append(asked.url),
    )
    body = html.format(attributes=attributes, script=script)
    page.route(
        "**/host", lambda route: route.fulfill(body=body, content_type="text/html", headers=headers or {})
    )
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(f"{address}/host")
    page.wait_for_function("!!customElements.get('citecoder-sidebar')")
    return desk


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service over the sample engine; its address."""
    with served(tmp_path_factory.mktemp("sidebar")) as base:
        # the records are made at the first review: not in a test's time
        httpx.post(f"{base}/v1/suggestions", json={"note": "Manual therapy"}, timeout=60).raise_for_status()
        yield base


Open = Callable[..., Desk]


@contextmanager
def watched() -> Iterator[list[Desk]]:
    """Close the pages that were opened in the block; none of them may have complained."""
    desks: list[Desk] = []
    yield desks
    for each in desks:
        each.page.unroute_all(behavior="ignoreErrors")  # an answer that is held back may come after its test
        each.page.close()
    assert [words for each in desks for words in each.complaints] == []


@pytest.fixture
def open_desk(browser: Browser, sample: str) -> Iterator[Open]:
    """Open host pages of one's own making."""
    with watched() as desks:

        def make(*given: Any, **named: Any) -> Desk:
            desks.append(opened(browser, sample, *given, **named))
            return desks[-1]

        yield make


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    """A host page with one sidebar for one text area."""
    return open_desk()
