"""A page with one note in it, and the adapter through which the sidebar reads and marks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.hosting import SIDEBAR, complaints_of, hosted

STYLE = "body { font: 16px/24px monospace; margin: 20px } textarea { font: inherit }"
PAGE = f"<!doctype html><meta charset=utf-8><title>host</title><link rel=icon href=/sidebar/icon.svg><style>{STYLE}</style><body></body>"


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with hosted({"/": PAGE, "/sidebar/": SIDEBAR}) as address:
        yield address


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 800, "height": 600})
    complaints = complaints_of(opened)
    opened.goto(f"{origin}/")
    opened.evaluate("""async () => {
      Object.assign(window, await import('/sidebar/hosts.js'), await import('/sidebar/spans.js'));
      window.told = []; window.carets = [];
      window.host = (html, options) => {
        document.body.innerHTML = html;
        window.field = document.body.firstElementChild;
        window.adapter = hostFor(field, options);
        window.end = adapter.subscribe({changed: (how) => told.push(how.settled), caret: (at) => carets.push(at)});
      };
      window.marked = (name) => [...(CSS.highlights.get('citecoder-' + name) ?? [])].map(String);
    }""")
    yield opened
    opened.close()
    assert complaints == []
