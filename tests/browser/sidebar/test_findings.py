"""What a reading says, as the panel tells it: counts, warnings, questions, and what is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import WRITTEN, Desk, Open

pytestmark = pytest.mark.browser


def test_nothing_to_bill_is_an_answer_with_its_why(desk: Desk) -> None:
    desk.write("Patient called to cancel.")
    expect(desk.find(".codes")).to_contain_text("Nothing to bill in this note. Why is told below.")
    expect(desk.find(".warnings")).to_contain_text("No service of today's visit was found in this note.")
    expect(desk.find(".missing")).to_have_count(0)


def test_nothing_missing_is_said_and_looks_finished(desk: Desk) -> None:
    desk.change_reviews(lambda review: review["suggestions"][2].update(missing=[], status="supported"))
    desk.write()
    expect(desk.find(".missing .finished")).to_have_text("No required item missing.")
    desk.sidebar.evaluate("e => { e.stage = 'final' }")
    expect(desk.find(".missing .finished")).to_have_text("Nothing missing.")


def test_several_visits_ask_which_one(desk: Desk) -> None:
    def several(review: dict[str, Any]) -> None:
        if review["encounter"]["date_of_service"]:
            return
        review["suggestions"] = []
        review["encounter"]["dates_found"] = ["2026-04-29", "2026-05-01"]
        review["warnings"] = [{"kind": "multiple_visits", "level": "warning", "message": "Several visits.", "codes": [], "evidence": [], "citations": []}]  # fmt: skip

    desk.change_reviews(several)
    desk.hear("date")
    desk.note.fill(WRITTEN)
    expect(desk.find(".several")).to_contain_text("This note holds several visits. Which one?")
    desk.find(".several button", has_text="2026-05-01").click()
    expect(desk.find(".line .code")).to_have_text(["97110", "97140", "G0283"])
    expect(desk.sidebar).to_have_attribute("date", "2026-05-01")
    expect(desk.find(".warnings")).to_have_count(1)
    desk.find(".totals button", has_text="Other visits").click()
    expect(desk.find(".several")).to_be_visible()
    expect(desk.find(".warnings")).to_have_count(0)  # the question says it
    assert [detail["date"] for _, detail in desk.heard()] == ["2026-05-01", None]


def test_without_a_payer_both_counts_stand_side_by_side(open_desk: Open) -> None:
    def by_method(review: dict[str, Any]) -> None:
        review["suggestions"][0]["units"] = None
        review["units"] = {"method": None, "by_method": {"medicare_total_time": {"97110": 2, "97140": 1}, "midpoint": {"97110": 1, "97140": 1}}, "ties": []}  # fmt: skip

    desk = open_desk('discipline="PT"')
    desk.change_reviews(by_method)
    desk.write()
    expect(desk.find("header .who")).to_have_text("Payer unknown · PT")
    expect(desk.line("97110").locator(".units > [aria-hidden]")).to_have_text("×1 or 2")
    expect(desk.find(".totals")).to_contain_text("3–4 units")
    desk.line("97110").locator(".head").click()
    expect(desk.find(".methods")).to_have_text("Total time2 unitsEach code alone1 unit")


def test_the_arithmetic_of_both_methods_stands_one_row_a_method(open_desk: Open) -> None:
    both = (
        "23 timed minutes → 2 units; each code alone, its nth unit at 15(n-1)+8 minutes: 23 minutes → 1 unit"
    )

    def by_method(review: dict[str, Any]) -> None:
        line = review["suggestions"][0]
        line.update(units=None, arithmetic=both)
        line["reasons"][0]["text"] = both
        review["units"] = {"method": None, "by_method": {"medicare_total_time": {"97110": 2}, "midpoint": {"97110": 1}}, "ties": []}  # fmt: skip

    desk = open_desk('discipline="PT"')
    desk.change_reviews(by_method)
    desk.write()
    desk.line("97110").locator(".head").click()
    expect(desk.find(".methods dd")).to_have_text(
        ["2 units23 timed minutes → 2 units", "1 unitits nth unit at 15(n-1)+8 minutes: 23 minutes → 1 unit"]
    )
    expect(desk.line("97110").locator(".reason").first).to_have_text("Units: [1]")


def test_the_header_at_its_usual_width_shows_payer_and_discipline_whole(open_desk: Open) -> None:
    desk = open_desk('discipline="PT"')
    desk.write()
    desk.page.route("**/v1/suggestions", lambda _: None)
    desk.note.type(" more")
    expect(desk.find(".state")).to_have_text("Note changed")
    cut = desk.find("header .who").evaluate("e => [e, ...e.children].map(n => n.scrollWidth - n.clientWidth)")
    assert max(cut) <= 0


def test_only_what_concerns_the_notes_own_words_is_a_warning(desk: Desk) -> None:
    def change(review: dict[str, Any]) -> None:
        review["warnings"].append({"kind": "wrong_code_in_note", "level": "warning", "message": "97035 is another service.", "codes": ["97035"], "evidence": [], "citations": ["coding-principles/planned-is-not-performed"]})  # fmt: skip
        one = review["conflicts"][0]
        behind = {**one, "said_by": "coding-principles/planned-is-not-performed", "contradicted_by": "mac-billing-articles/unattended-stimulation", "claim": "The article says that it is so.", "resolution": "It is not. The review follows CMS."}  # fmt: skip
        aside = {**behind, "said_by": "article-97014/one-on-one-fifteen-minutes"}
        review["conflicts"] = [behind, aside]

    desk.change_reviews(change)
    desk.write()
    expect(desk.find(".warnings h2")).to_have_text("Warnings 3")
    expect(desk.find(".warnings .item.conflict")).to_have_count(1)
    expect(desk.find(".warnings .item.conflict p")).to_have_text(
        [re.compile(r"^Our working rule says: It is so\. \["), re.compile(r"says: It is not\. \[")]
    )
    fold = desk.find(".fold-head", has_text="Where sources disagree (1)")
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(desk.find(".folds .item.conflict")).to_have_count(1)


def test_minutes_are_missed_only_where_something_is_timed(desk: Desk) -> None:
    def untimed(review: dict[str, Any]) -> None:
        review["encounter"].update(timed_minutes=None)
        if review["encounter"]["discipline"] == "PT":
            review["units"]["by_method"] = {}

    desk.change_reviews(untimed)
    desk.write()
    expect(desk.find(".totals")).not_to_contain_text("timed minutes")
    desk.sidebar.evaluate("e => { e.discipline = 'OT' }")
    expect(desk.find(".totals")).to_contain_text("timed minutes not stated")


def test_a_question_says_why_in_two_lines_and_whole_when_pressed(desk: Desk) -> None:
    def change(review: dict[str, Any]) -> None:
        review["suggestions"][2]["missing"][0]["why"] = "Medicare wants to know. " * 12

    desk.change_reviews(change)
    desk.write()
    because = desk.gap().locator(".because")
    expect(because).to_contain_text("Why: Medicare wants")
    high = "e => Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))"
    assert because.evaluate(high) == 2
    because.click()
    expect(desk.gap().locator(".head")).to_have_attribute("aria-expanded", "true")
    assert because.evaluate(high) > 2


def test_never_more_than_five_questions_at_once(desk: Desk) -> None:
    def many(review: dict[str, Any]) -> None:
        one = review["suggestions"][2]["missing"][0]
        review["missing"] += [
            {**one, "id": f"g{n}", "query": f"Question {n}?", "severity": "recommended"} for n in range(7)
        ]

    desk.change_reviews(many)
    desk.write()
    expect(desk.gap()).to_have_count(5)
    expect(desk.gap().first).to_contain_text("Where were the electrodes placed?")
    desk.find(".more", has_text="3 more").click()
    expect(desk.gap()).to_have_count(8)
    desk.find(".more", has_text="Fewer").click()
    expect(desk.gap()).to_have_count(5)
