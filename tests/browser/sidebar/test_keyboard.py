"""The whole panel without a mouse, and evidence that lights up on both sides."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk

pytestmark = pytest.mark.browser


def lit(desk: Desk) -> list[str]:
    """The words of the note that are lit."""
    words: list[str] = desk.page.evaluate(
        "[...(CSS.highlights.get('citecoder-lit') ?? [])].map(range => range.toString())"
    )
    return words


def test_everything_is_done_by_keyboard_alone(desk: Desk) -> None:
    desk.keep_decisions()
    desk.note.focus()
    desk.page.keyboard.insert_text(WRITTEN)
    desk.is_fresh()
    press = desk.page.keyboard.press
    press("F6")
    assert "97110" in desk.focused()
    press("ArrowDown")
    assert "97140" in desk.focused()
    press("Enter")
    expect(desk.line("97140").locator(".body")).to_be_visible()
    press("a")
    expect(desk.line("97140").locator(".decision")).to_contain_text("Accepted")
    assert "97140" in desk.focused()
    press("ArrowDown")
    press("r")
    assert desk.focused() == "Wrong code"
    press("Escape")
    assert "G0283" in desk.focused()
    press("e")
    press("a")  # a letter in a field is a letter
    expect(desk.line("G0283").locator(".decision")).to_have_count(0)
    press("Escape")
    press("ArrowDown")
    assert "electrodes" in desk.focused()
    press("d")
    press("Enter")
    expect(desk.find(".missing .finished")).to_be_visible()
    assert desk.focused() != ""  # the question is gone, the focus is not
    press("End")
    assert desk.focused() == "Ask"
    press("ArrowUp")
    assert "Sources" in desk.focused()
    press("Enter")
    press("F6")
    expect(desk.note).to_be_focused()


def test_escape_goes_back_step_by_step(desk: Desk) -> None:
    desk.write()
    desk.line("97110").locator(".head").press("Enter")
    desk.line("97110").locator(".cite").first.press("Enter")
    expect(desk.find(".card")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.find(".card")).to_have_count(0)
    desk.page.keyboard.press("Escape")
    expect(desk.line("97110").locator(".body")).to_have_count(0)
    desk.page.keyboard.press("Escape")
    expect(desk.note).to_be_focused()


def test_a_card_gives_the_focus_back_to_where_it_came_from(desk: Desk) -> None:
    desk.write()
    desk.line("97110").locator(".head").press("Enter")
    desk.line("97110").locator(".cite").first.press("Enter")
    desk.page.keyboard.press("Escape")
    assert desk.focused() == "[1]"


def test_the_sheet_of_keys_opens_and_closes(desk: Desk) -> None:
    desk.write()
    desk.line("97110").locator(".head").press("?")
    expect(desk.find(".card")).to_contain_text("accept a line")
    desk.page.keyboard.press("?")
    expect(desk.find(".card")).to_have_count(0)


def test_a_prompt_is_inserted_by_its_key(desk: Desk) -> None:
    desk.write()
    desk.gap("electrodes").locator(".head").press("i")
    assert desk.note.input_value().endswith("Region treated: ___")
    expect(desk.note).to_be_focused()


def test_letters_with_a_modifier_are_the_browsers(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97110").locator(".head").press("Control+a")
    desk.page.wait_for_timeout(200)
    assert desk.decisions == []


# --- the note and the panel ------------------------------------------------------------------------


def test_a_line_lights_its_evidence_in_the_note(desk: Desk) -> None:
    desk.hear("evidence")
    desk.write()
    desk.line("97140").hover()
    assert lit(desk) == ["Manual therapy R knee x 15 min", "patellar mobs"]
    name, detail = desk.heard()[0]
    assert (name, detail["active"], detail["line_id"], detail["reason"]) == (
        "evidence",
        True,
        "line-97140",
        "hover",
    )
    marked = [WRITTEN.encode("utf-16-le")[2 * span["start"] : 2 * span["end"]].decode("utf-16-le") for span in detail["spans"]]  # fmt: skip
    assert marked == ["Manual therapy R knee x 15 min", "patellar mobs"]
    desk.page.mouse.move(5, 5)
    assert lit(desk) == []
    desk.line("97110").locator(".head").focus()
    assert lit(desk) == ["Therapeutic exercise x 23 min", "SLR 3x10"]


def test_the_caret_in_the_note_lights_the_line(desk: Desk) -> None:
    desk.write()
    at = len(WRITTEN[: WRITTEN.index("patellar mobs")].encode("utf-16-le")) // 2 + 3
    desk.note.evaluate("(n, at) => { n.focus(); n.setSelectionRange(at, at) }", at)
    expect(desk.find(".line.lit .code")).to_have_text(["97140"])
    desk.note.evaluate("n => n.setSelectionRange(0, 0)")
    expect(desk.find(".line.lit")).to_have_count(0)


def test_a_quote_jumps_to_its_words(desk: Desk) -> None:
    desk.write()
    desk.line("G0283").locator(".head").click()
    desk.line("G0283").locator(".quote").click()
    expect(desk.note).to_be_focused()
    desk.page.wait_for_function(
        "[...(CSS.highlights.get('citecoder-found') ?? [])].map(String).includes('IFC x 15 min, unattended')"
    )
    assert desk.page.evaluate("getSelection().toString()") == ""


def test_a_quote_whose_words_were_changed_says_so(desk: Desk) -> None:
    desk.write()
    desk.line("G0283").locator(".head").click()
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.fill(WRITTEN.replace("IFC x 15", "IFC x 20"))
    desk.line("G0283").locator(".quote").click()
    expect(desk.find(".strip")).to_contain_text("Those words were changed.")


def test_marks_follow_an_edit_before_the_server_has_answered(desk: Desk) -> None:
    desk.write()
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.evaluate("n => { n.focus(); n.setSelectionRange(0, 0) }")
    desk.page.keyboard.type("Late entry. ")
    marked = desk.page.evaluate(
        "[...CSS.highlights.get('citecoder-supported')].map(range => range.toString())"
    )
    assert marked[0] == "Therapeutic exercise x 23 min"
