"""The sidebar over the real engine and real records: a visit is written, its gap closed, its lines decided on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from citecoder.model import Request
from tests.app.serving import serving
from tests.browser.hosting import found_by_axe
from tests.browser.sidebar.conftest import Desk, Open, opened, watched
from tests.browser.sidebar.test_looks import overflowing
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.browser

SAMPLES = CHECKOUT / "plugin" / "sidebar" / "samples"
DAILY = (SAMPLES / "pt-daily.txt").read_text(encoding="utf-8")
SEVERAL = (SAMPLES / "several-visits.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def real(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The real parts with records of their own."""
    made = Parts(Settings(cache=parts.settings.cache, site=tmp_path_factory.mktemp("site")))
    made.chain.invoke(
        Request("Manual therapy x 15 min.")
    )  # what is loaded once is loaded before the first test
    return made


@pytest.fixture(scope="module")
def address(real: Parts) -> Iterator[str]:
    with serving(real) as base:
        yield base


@pytest.fixture
def open_real(browser: Browser, address: str) -> Iterator[Open]:
    with watched() as desks:

        def make(*given: str, **named: object) -> Desk:
            desks.append(opened(browser, address, *given, **named))
            return desks[-1]

        yield make


def test_lines_come_as_the_note_is_typed_and_a_gap_goes_when_it_is_answered(open_real: Open) -> None:
    desk = open_real()
    desk.note.press_sequentially(DAILY.rstrip(), delay=0)
    desk.is_fresh()
    assert desk.codes() == ["97110", "97140", "G0283"]
    gap = desk.gap("How did the patient respond")
    expect(gap).to_have_count(1)
    desk.line("97110").locator(".tick").click()
    gap.get_by_role("button", name="Insert prompt").click()
    assert desk.page.evaluate("getSelection().toString()") == "___"
    desk.page.keyboard.type("pain after manual therapy 1/10, flexion 112.")
    expect(gap).to_have_count(0)
    desk.is_fresh()
    expect(desk.find(".missing .finished")).to_have_text("No required item missing.")
    expect(desk.line("97140")).to_have_class("item line supported")
    expect(desk.line("97110").locator(".decision")).to_contain_text("Accepted")
    expect(desk.note).to_be_focused()


def test_decisions_come_into_the_records(open_real: Open, real: Parts) -> None:
    desk = open_real()
    before = {each.code: each for each in real.records.stats().codes} if real.records else {}
    desk.write(DAILY)
    desk.line("97110").locator(".head").press("a")
    desk.line("97140").locator(".head").press("e")
    desk.find("input[name=modifiers]").fill("GP 59")
    desk.page.keyboard.press("Enter")
    desk.line("G0283").locator(".head").press("r")
    desk.find(".chip", has_text="Payer’s rule").click()
    with desk.page.expect_response("**/v1/decisions") as answered:
        desk.gap("How did the patient respond").locator(".head").press("d")
        desk.find(".chip", has_text="Documented elsewhere").click()
    assert answered.value.status == 201
    expect(desk.find(".unsaved")).to_have_count(0)
    assert real.records is not None
    after = {each.code: each for each in real.records.stats().codes}
    was = {code: (before[code].accepted, before[code].edited, before[code].rejected) if code in before else (0, 0, 0) for code in after}  # fmt: skip
    grown = {code: (now.accepted - was[code][0], now.edited - was[code][1], now.rejected - was[code][2]) for code, now in after.items()}  # fmt: skip
    assert grown == {"97110": (1, 0, 0), "97140": (0, 1, 0), "G0283": (0, 0, 1)}
    assert sum(each.dismissed for each in real.records.stats().gaps) == 1
    assert real.records.verify_audit().faults == ()


def test_one_of_several_visits_is_chosen(open_real: Open) -> None:
    desk = open_real()
    desk.note.fill(SEVERAL)
    expect(desk.find(".several button")).to_have_text(["2026-05-04", "2026-05-07"])
    expect(desk.find(".missing")).to_have_count(0)
    desk.find(".several button").last.click()
    expect(desk.find(".line .code").first).to_be_visible()
    assert desk.sidebar.evaluate("e => e.review.encounter.date_of_service") == "2026-05-07"


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.txt")))
def test_every_sample_is_shown_whole(open_real: Open, name: str) -> None:
    desk = open_real('payer="medicare"')
    desk.note.fill((SAMPLES / name).read_text(encoding="utf-8"))
    desk.is_fresh()
    for selector in (".line .head", ".fold-head"):
        for each in desk.find(selector).all():
            each.click()
    assert overflowing(desk) == []
    assert found_by_axe(desk.page) == []


def test_a_question_is_answered_from_the_sources(open_real: Open) -> None:
    desk = open_real()
    desk.note.fill(DAILY)
    desk.is_fresh()
    desk.find(".ask-head .fold-head").click()
    desk.find(".ask-form textarea").fill("Can a PTA do an evaluation under Medicare?")
    desk.find(".ask-form textarea").press("Enter")
    expect(desk.find(".answer .as-of")).to_be_visible(timeout=90_000)  # the index of claims is made once
    assert 2 <= desk.find(".sentence").count() <= 8
    expect(desk.find(".sentence").first).to_contain_text(re.compile("PTAs and OTAs may .*not"))
    desk.find(".sentence .cite").first.click()
    expect(desk.find(".card .badge").first).to_have_text("Regulator")
    expect(desk.find(".card")).to_contain_text("our summary of")
    assert found_by_axe(desk.page) == []
