"""The element in a host's page: properties, events, two at once, strict policies, and what it keeps."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.sidebar.conftest import HOST, SCRIPT, TWO, WRITTEN, Desk, Open

pytestmark = pytest.mark.browser

STRICT = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; require-trusted-types-for 'script'"


def test_it_works_under_a_strict_content_policy(open_desk: Open) -> None:
    plain = HOST.replace("<style>", "<!--").replace(
        "</style>", "-->"
    )  # the policy lets no inline style through
    desk = open_desk(html=plain, headers={"Content-Security-Policy": STRICT})
    desk.keep_decisions()
    desk.write()
    desk.line("97110").locator(".head").click()
    desk.line("97110").locator(".cite").first.click()
    expect(desk.find(".card")).to_be_visible()
    assert desk.sidebar.evaluate("e => e.getBoundingClientRect().width") == 360
    desk.page.keyboard.press("Escape")
    desk.find("[role=separator]").press("ArrowLeft")
    assert desk.sidebar.evaluate("e => e.getBoundingClientRect().width") == 376


def test_two_sidebars_do_not_disturb_each_other(open_desk: Open) -> None:
    desk = open_desk(html=TWO)
    desk.keep_decisions()
    other = desk.page.locator("#two")
    desk.write()
    desk.page.locator("#other").fill(WRITTEN)
    expect(other.locator(".state")).to_have_text("Up to date")
    assert desk.sidebar.evaluate("e => e.review.id") != other.evaluate("e => e.review.id")
    desk.page.locator("#other").focus()
    desk.page.keyboard.press("F6")
    assert "97110" in other.evaluate("e => e.shadowRoot.activeElement.textContent")
    desk.page.keyboard.press("a")
    expect(other.locator(".decision")).to_have_count(1)
    expect(desk.find(".decision")).to_have_count(0)
    desk.page.keyboard.press("F6")
    expect(desk.page.locator("#other")).to_be_focused()
    desk.note.focus()
    desk.page.keyboard.press("F6")
    assert "97110" in desk.focused()
    other.evaluate("e => e.reset()")
    assert desk.codes() == ["97110", "97140", "G0283"]
    other.evaluate("e => e.remove()")
    desk.note.focus()
    desk.page.keyboard.press("F6")
    assert "97110" in desk.focused()


def test_a_note_may_be_given_as_a_property(open_desk: Open) -> None:
    desk = open_desk(html=HOST.replace('for="note"', ""))
    desk.sidebar.evaluate("(e, text) => { e.note = text }", WRITTEN)
    desk.is_fresh()
    assert desk.codes() == ["97110", "97140", "G0283"]
    assert WRITTEN[:20] not in desk.sidebar.evaluate("e => e.outerHTML")
    desk.sidebar.evaluate("e => { e.note = null }")
    expect(desk.find(".scroller")).to_have_text("Start writing; codes appear here.")


def test_properties_set_before_the_script_came_are_taken(open_desk: Open) -> None:
    early = '<script>addEventListener("DOMContentLoaded", () => Object.assign(document.querySelector("citecoder-sidebar"), {note: "Manual therapy", payer: "tricare"}))</script>'
    desk = open_desk('discipline="PT"', html=HOST.replace('for="note"', ""), script=early + SCRIPT)
    desk.is_fresh()
    expect(desk.find("header .who")).to_have_text("TRICARE · PT")
    assert desk.sidebar.evaluate("e => e.review.note_length") == len("Manual therapy")


def test_a_host_may_bring_its_own_adapter_and_its_own_way_to_the_server(open_desk: Open) -> None:
    desk = open_desk(html=HOST.replace('for="note"', ""))
    desk.page.evaluate(
        """text => { const e = document.querySelector('#one'); window.calls = []; let told;
             e.fetcher = (path, init) => { calls.push(['asked', path]); return fetch(path, init) };
             e.host = { text, subscribe: listener => { told = listener; return () => calls.push(['unsubscribed']) },
               mark: groups => calls.push(['mark', groups.map(g => [g.name, g.ranges.length])]),
               jump: span => calls.push(['jump', text.slice(span.start, span.end)]),
               insert: (words, how) => { calls.push(['insert', words, how]); return true }, focus: () => calls.push(['focus']) } }""",
        WRITTEN,
    )
    desk.is_fresh()
    desk.line("97140").locator(".head").press("Enter")
    desk.line("97140").locator(".quote").first.click()
    desk.gap("electrodes").locator(".head").press("i")
    desk.page.keyboard.press("F6")
    desk.sidebar.evaluate("e => e.remove()")
    calls = desk.page.evaluate("calls")
    assert ["asked", "/v1/suggestions"] in calls
    assert ["mark", [["supported", 4], ["unsure", 1], ["lit", 0]]] in calls
    assert ["jump", "Manual therapy R knee x 15 min"] in calls
    assert ["insert", "Region treated: ___", {"at": "end", "select": {"start": 16, "end": 19}}] in calls
    assert ["focus"] in calls
    assert calls[-1] == ["unsubscribed"]


def test_reading_and_showing_on_demand(desk: Desk) -> None:
    desk.hear("review")
    desk.note.evaluate("(n, text) => { n.value = text }", WRITTEN)  # set by a program: no event tells of it
    got = desk.sidebar.evaluate("e => e.read().then(review => review.suggestions.length)")
    assert got == 3
    assert desk.heard()[0][1]["review"]["note_length"] == len(WRITTEN)
    desk.sidebar.evaluate("e => e.show('line-G0283')")
    expect(desk.line("G0283").locator(".body")).to_be_visible()
    desk.sidebar.evaluate("e => e.show('cms-cpm-5/unit-allocation')")
    expect(desk.find(".card h2")).to_have_text("Claims Processing Manual, outpatient therapy")


def test_it_collapses_to_a_rail_with_its_counts_and_remembers(desk: Desk) -> None:
    desk.write()
    desk.find("header .icon-button").click()
    assert desk.sidebar.evaluate("e => e.getBoundingClientRect().width") == 44
    expect(desk.find(".rail-button")).to_have_text("3codes1open")
    expect(desk.find(".rail-button")).to_be_focused()
    desk.page.reload()
    expect(desk.find(".rail-button")).to_be_visible()
    desk.find(".rail-button").click()
    expect(desk.find("header")).to_be_visible()


def test_its_width_is_dragged_stepped_and_remembered(desk: Desk) -> None:
    width = "e => e.getBoundingClientRect().width"
    box = desk.find("[role=separator]").bounding_box()
    assert box is not None
    desk.page.mouse.move(box["x"] + 4, 300)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] - 96, 300, steps=4)
    desk.page.mouse.up()
    assert desk.sidebar.evaluate(width) == 460
    separator = desk.find("[role=separator]")
    for key, expected in [
        ("ArrowRight", 444),
        ("PageUp", 508),
        ("Home", 260),
        ("End", 640),
        ("ArrowLeft", 640),
    ]:
        separator.press(key)
        assert desk.sidebar.evaluate(width) == expected
        expect(separator).to_have_attribute("aria-valuenow", str(expected))
    separator.press("PageDown")
    desk.page.reload()
    expect(desk.find("header")).to_be_visible()
    assert desk.sidebar.evaluate(width) == 576


def test_nothing_of_the_note_is_kept_in_the_browser(desk: Desk) -> None:
    desk.keep_decisions()
    desk.write()
    desk.line("97110").locator(".tick").click()
    desk.find("[role=separator]").press("Home")
    kept = desk.page.evaluate(
        "[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href]"
    )
    assert kept == [
        '{"citecoder.sidebar.one":"{\\"width\\":260,\\"collapsed\\":false}"}',
        "{}",
        "",
        f"{desk.address}/host",
    ]


def test_storage_that_is_closed_is_no_reason_to_stop(open_desk: Open) -> None:
    closed = "<script>for (const name of ['getItem', 'setItem']) Storage.prototype[name] = () => { throw new Error('closed') }</script>"
    desk = open_desk(script=closed + SCRIPT)
    desk.write()
    desk.find("[role=separator]").press("Home")
    assert desk.sidebar.evaluate("e => e.getBoundingClientRect().width") == 260


def test_links_lead_only_to_known_hosts(desk: Desk) -> None:
    addresses = {
        "https://www.cms.gov/manuals": True,
        "https://evil.example/cms.gov": False,
        "https://cms.gov.evil.example/": False,
        "http://www.cms.gov/": False,
        "https://user@www.cms.gov/": False,
        "javascript:alert(1)": False,
        "https://notcms.gov/": False,
        "nonsense": False,
    }
    got = desk.page.evaluate(
        "async all => { const { trusted } = await import('/sidebar/links.js'); return all.map(each => trusted(each) !== null) }",
        list(addresses),
    )
    assert dict(zip(addresses, got, strict=True)) == addresses


def test_a_source_is_a_card_with_its_authority_its_date_and_what_contradicts_it(desk: Desk) -> None:
    def linked(review: dict[str, Any]) -> None:
        review["passages"][1]["source"].update(url="https://www.cms.gov/pfs", summary=True)
        review["passages"][4]["source"]["url"] = "https://evil.example/page"

    desk.change_reviews(linked)
    desk.write()
    desk.find(".fold-head", has_text="Sources").click()
    desk.find(".title.disputed").click()
    card = desk.find(".card")
    expect(card.locator(".badges")).to_have_text("Articledisputed")
    expect(card.locator("s")).to_have_count(0)
    expect(card.locator("h2")).to_have_css("text-decoration-line", "line-through")
    expect(card.locator(".passage")).to_have_text("It claims one-on-one contact in 15-minute units.")
    expect(card).to_contain_text("The fee schedule makes it untimed and unattended.")
    expect(card).to_contain_text("published 2023-05-04")
    expect(card.locator(".address")).to_have_text("https://evil.example/page")
    expect(card.locator("a")).to_have_count(0)
    card.locator(".cite").click()
    expect(card.locator("h2")).to_have_text("Physician Fee Schedule 2026")
    expect(card).to_contain_text("our summary of CMS PFS RVU26D · in force 2026-01-01")
    expect(card.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    card.get_by_role("button", name="Back").click()
    expect(card.locator(".badges")).to_have_text("Articledisputed")
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)


def test_the_drawn_tree_keeps_its_nodes_by_key(desk: Desk) -> None:
    kept = desk.page.evaluate(
        """async () => { const { h, draw } = await import('/sidebar/tree.js'); const at = document.createElement('ul');
             const rows = (...keys) => keys.map(key => h('li', { key, class: key }, key, h('b', {}, 'x')));
             draw(at, rows('a', 'b', 'c')); const [a, b, c] = at.children;
             draw(at, rows('d', 'c', 'a')); const now = [...at.children];
             const moved = now.map(n => n.textContent).join() + [now[1] === c, now[2] === a, b.isConnected];
             let calls = ''; draw(at, h('button', { onclick: () => (calls += 1), title: 't' })); at.firstChild.click();
             draw(at, h('button', { onclick: () => (calls += 2) })); at.firstChild.click();
             draw(at, h('button', {})); at.firstChild.click();
             return [moved, calls, at.firstChild.hasAttribute('title'), at.childNodes.length] }"""
    )
    assert kept == ["dx,cx,axtrue,true,false", "12", False, 1]
