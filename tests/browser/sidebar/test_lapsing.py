"""What was accepted and no longer fits the note: it is taken back aloud, and nothing of another text is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def changing(desk: Desk) -> dict[str, Any]:
    """Let the server say what the returned dict holds of the line of 97140."""
    said: dict[str, Any] = {}
    desk.change_reviews(lambda review: review["suggestions"] and review["suggestions"][1].update(said))
    return said


def test_an_accepted_line_that_changes_lapses_and_says_so_until_it_is_decided_again(desk: Desk) -> None:
    desk.keep_decisions()
    said = changing(desk)
    said["units"] = 2
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.line("97110").locator(".tick").click()
    said["units"] = 1
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    line = desk.line("97140")
    expect(line.locator(".lapsed")).to_have_text("Accepted as ×2; the note now supports ×1")
    expect(line.locator(".tick")).to_have_attribute("aria-pressed", "false")
    expect(desk.line("97110").locator(".decision")).to_contain_text("Accepted")
    was, now = {"units": 2, "modifiers": ["GP"]}, {"units": 1, "modifiers": ["GP"]}
    assert desk.heard() == [("lapsed", {"line_id": "line-97140", "code": "97140", "was": was, "now": now})]
    said["modifiers"] = ["GP", "59"]
    desk.sidebar.evaluate("e => { e.discipline = 'PT' }")
    expect(line.locator(".lapsed")).to_have_text("Accepted as ×2 GP; the note now supports ×1 GP 59")
    line.locator(".tick").click()
    expect(line.locator(".lapsed")).to_have_count(0)
    expect(line.locator(".decision")).to_contain_text("Accepted")
    assert len(desk.heard()) == 1


def test_an_edited_line_lapses_unless_the_note_comes_to_support_the_edit(desk: Desk) -> None:
    desk.keep_decisions()
    said = changing(desk)
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=units]").fill("2")
    desk.page.keyboard.press("Enter")
    said["units"] = 2
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find("header .who")).to_have_text("Medicare · OT")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Changed from 97140 ×1 GP")
    assert desk.heard() == []
    said["units"] = 3
    desk.sidebar.evaluate("e => { e.discipline = 'PT' }")
    expect(desk.line("97140").locator(".lapsed")).to_have_text("Accepted as ×2; the note now supports ×3")
    assert [detail["was"]["units"] for _, detail in desk.heard()] == [2]


def test_an_accepted_line_that_goes_is_told_until_it_was_seen(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.line("97110").locator(".head").press("r")
    desk.find(".chip", has_text="Other").click()
    desk.write("Nothing to bill.")
    expect(desk.find(".gone .lapsed")).to_contain_text(
        "97140 ×1 GP was accepted; the note no longer supports it"
    )
    assert [(detail["line_id"], detail["now"]) for _, detail in desk.heard()] == [("line-97140", None)]
    desk.write()
    expect(desk.line("97140").locator(".lapsed")).to_contain_text("it supports ×1 again")
    desk.note.fill("")
    desk.write("Nothing to bill.")
    desk.find(".gone button").click()
    expect(desk.find(".gone")).to_have_count(0)
    assert len(desk.heard()) == 1


def test_clearing_the_note_tells_the_host_that_what_was_accepted_is_gone(desk: Desk) -> None:
    desk.keep_decisions()
    desk.hear("lapsed")
    desk.write()
    desk.line("97140").locator(".tick").click()
    desk.note.fill("")
    assert [detail["now"] for _, detail in desk.heard()] == [None]


def test_codes_of_another_text_are_never_accepted(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.refuse(403)
    desk.note.fill(WRITTEN + " more")
    expect(desk.find(".failure > span")).to_have_text(
        "Not allowed: this page or key may not ask. Codes are of the note as last read."
    )
    tick = desk.line("97140").locator(".tick")
    expect(tick).to_be_disabled()
    expect(tick).to_have_attribute("title", "The note has changed since it was read: read it again first")
    desk.line("97140").locator(".head").press("a")
    expect(desk.find(".decision")).to_have_count(0)
    assert desk.decisions == []
    desk.page.unroute("**/v1/suggestions")
    desk.note.fill(WRITTEN)
    expect(tick).to_be_enabled()
    desk.line("97140").locator(".head").press("a")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
