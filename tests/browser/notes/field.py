"""The note of the page that ``conftest.py`` opens: put there, read, and where its words stand."""

from __future__ import annotations

from playwright.sync_api import Page

NOTE = "S: \U0001f9b5 stiff.\nO: Manual therapy x 15 min.\nGait 8 min."


def host(page: Page, html: str, text: str | None = None) -> None:
    page.evaluate("html => host(html)", html)
    if text is not None:
        page.evaluate("text => { 'value' in field ? field.value = text : field.textContent = text }", text)


def seen(page: Page) -> str:
    return str(page.evaluate("adapter.text"))


def span(words: str, text: str = NOTE) -> dict[str, int]:
    """Where words stand, in UTF-16 units."""
    start = len(text[: text.index(words)].encode("utf-16-le")) // 2
    return {"start": start, "end": start + len(words.encode("utf-16-le")) // 2}


def caret_reaches(page: Page, offset: int) -> None:
    """The browser tells of a moved caret when it has time."""
    page.wait_for_function("(offset) => carets.at(-1) === offset", arg=offset)


def selected(page: Page) -> str:
    return str(
        page.evaluate(
            "'value' in field ? field.value.slice(field.selectionStart, field.selectionEnd) : String(getSelection())"
        )
    )
