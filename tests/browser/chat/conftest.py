"""The page for questions in a real browser, on the real server's pages and policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.app.serving import served
from tests.browser.answering import HELD, Answers
from tests.browser.hosting import complaints_of, found_by_axe

expect.set_options(timeout=10_000)  # other work may share the cores


@dataclass
class Room:
    """The page and what it is told."""

    page: Page
    answers: Answers
    complaints: list[str] = field(default_factory=list)

    def find(self, selector: str, **more: Any) -> Locator:
        """Find on the page."""
        return self.page.locator(selector, **more)

    @property
    def field(self) -> Locator:
        """Where a question is written."""
        return self.page.get_by_role("textbox", name="Question")

    def ask(self, question: str = "Can a PTA do an evaluation?") -> None:
        """Write a question and send it."""
        self.field.fill(question)
        self.field.press("Enter")

    def answered(self, question: str = "Can a PTA do an evaluation?", answer: dict[str, Any] | None = None) -> None:  # fmt: skip
        """Ask, and be answered."""
        self.ask(question)
        self.answers.whole(answer)
        expect(self.find("#send")).to_be_visible()

    def violations(self) -> list[str]:
        """What axe finds."""
        return found_by_axe(self.page, within_landmarks=True)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("chat")) as base:
        yield base


Enter = Callable[..., Room]


@pytest.fixture
def enter(browser: Browser, pages: str) -> Iterator[Enter]:
    """Open the page; it may neither complain nor speak to anybody but our server."""
    rooms: list[Room] = []

    def make(
        context: BrowserContext | None = None, path: str = "/chat", *, held: bool = True, **choices: Any
    ) -> Room:
        page = (context or browser.new_context(**({"viewport": {"width": 1200, "height": 800}} | choices))).new_page()  # fmt: skip
        if held:
            page.add_init_script(HELD)
        room = Room(page, Answers(page), complaints_of(page))
        page.on("request", lambda asked: None if asked.url.startswith(pages) else room.complaints.append(asked.url))  # fmt: skip
        page.goto(pages + path)
        rooms.append(room)
        return room

    yield make
    complaints = [each for room in rooms for each in room.complaints]
    for room in rooms:
        if not room.page.is_closed():
            room.page.context.close()
    assert complaints == []


@pytest.fixture
def room(enter: Enter) -> Room:
    return enter()
