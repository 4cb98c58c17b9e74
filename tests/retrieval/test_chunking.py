"""A user's document cut into passages."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citecoder.errors import InputError
from citecoder.model import Passage
from citecoder.retrieval.chunking import LONGEST, IngestOptions, chunk_article
from citecoder.retrieval.sentences import sentences

TODAY = date(2026, 11, 21)
CODES = frozenset(
    {"97010", "97014", "97110", "97112", "97116", "97140", "97161", "97162", "97163", "97530", "G0283"}
)
SHARED = Path(os.environ.get("CITECODER_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "articles"
LONG = "Manual therapy needs a technique, a region and an effect that the reader can find in the note. "

PAGE = f"""Tuesday, March 3, 2026
No menu items!
Home Billing Understanding Manual Therapy

Understanding Manual Therapy

{LONG * 2}

Table of Contents

What the Note Should Show

{LONG}The important points include:

• The technique that was used
• The region that was treated

Code Description Use
97140 Manual therapy Hands-on techniques

Q&A

Q: Is 97140 timed?
A: Yes, 97140 is counted in units of fifteen minutes, and its minutes belong in the note.

Q: Is 97010 paid by Medicare on its own?
A: No, hot and cold packs are part of the payment for other services of that day.

RELATED POSTS

Most Read This Week

Sign up for our newsletter and never miss a post

Powered By : example.com
"""


def chunk(text: str, name: str = "page.txt", **options: object) -> tuple[Passage, ...]:
    return chunk_article(text, name, checked=TODAY, known_codes=CODES, options=IngestOptions(**options))  # type: ignore[arg-type]


def test_page_furniture_is_dropped_and_content_kept() -> None:
    whole = "\n".join(p.text for p in chunk(PAGE))
    for furniture in (
        "2026",
        "No menu",
        "Home Billing",
        "Table of Contents",
        "RELATED",
        "Most Read",
        "newsletter",
        "Powered",
    ):
        assert furniture not in whole
    for content in (
        "technique, a region",
        "• ".replace("•", "-") + "The region",
        "97140 Manual therapy Hands-on",
        "Is 97010 paid",
    ):
        assert content in whole


def test_plain_text_headings_give_the_ids_and_the_path() -> None:
    found = {p.id: p for p in chunk(PAGE)}
    assert list(found) == [
        "page/understanding-manual-therapy",
        "page/what-the-note-should-show",
        "page/q-a",
        "page/q-a#2",
    ]
    section = found["page/what-the-note-should-show"]
    assert section.heading == ("Understanding Manual Therapy", "What the Note Should Show")
    assert section.source.title == "Understanding Manual Therapy"
    assert section.source.section == "What the Note Should Show"


def test_a_list_and_a_table_stay_whole_with_what_announces_them() -> None:
    text = {p.id: p.text for p in chunk(PAGE)}["page/what-the-note-should-show"]
    assert "include:\n\n- The technique that was used\n- The region that was treated" in text
    assert "Code Description Use\n97140 Manual therapy Hands-on techniques" in text


def test_each_question_stays_with_its_answer() -> None:
    first, second = (p for p in chunk(PAGE) if "/q-a" in p.id)
    assert first.answers == ("Is 97140 timed?",)
    assert first.text.startswith("Q: Is 97140 timed?\nA: Yes, 97140 is counted")
    assert "97010" in second.text
    assert first.codes == ("97140",)
    assert second.codes == ("97010",)


def test_ids_survive_a_rewording_of_the_text() -> None:
    reworded = PAGE.replace("needs a technique", "asks for a named technique").replace(
        "counted in units", "billed in units"
    )
    assert [p.id for p in chunk(reworded)] == [p.id for p in chunk(PAGE)]
    assert [p.text for p in chunk(reworded)] != [p.text for p in chunk(PAGE)]


def test_markdown_of_the_same_page_gives_headings_lists_and_tables() -> None:
    markdown = (
        "# Manual Therapy\n\n[Home](/) · [Blog](/blog)\n\n- [One](/1)\n- [Two](/2)\n\n"
        f"{LONG}See [the *manual*](http://x.y/z).\n\n## Units\n\n| Code | Minutes |\n|---|---|\n| 97140 | 15 |\n\n"
        "1. First **bold** point of the list\n2. Second point\n   - nested\n\n### Units\n\nWhat is a unit? It is 15 minutes of 97110-97116.\n"
    )
    passages = chunk(markdown, "x.md")
    assert [p.id for p in passages] == ["x/manual-therapy", "x/units", "x/units-units"]
    assert passages[0].text.endswith("See the manual.")
    assert "Home" not in passages[0].text
    assert "One" not in passages[0].text
    assert (
        passages[1].text
        == "Code | Minutes\n97140 | 15\n\n1. First bold point of the list\n2. Second point\n  - nested"
    )
    assert passages[2].heading == ("Manual Therapy", "Units", "Units")
    assert passages[2].codes == ("97110", "97112", "97116")


def test_long_text_is_cut_between_sentences_only() -> None:
    text = "A Heading\n\n" + " ".join(
        f"Sentence number {n} speaks, e.g. of 97140, at some length about a topic." for n in range(60)
    )
    passages = chunk(text)
    assert len(passages) > 2
    assert all(80 <= len(p.text) <= LONGEST for p in passages)
    assert all(p.text.startswith("Sentence number") and p.text.endswith("topic.") for p in passages)
    assert " ".join(p.text for p in passages) == text.split("\n\n")[1]


def test_front_matter_is_honoured_and_options_win() -> None:
    text = f"---\nid: acme-2026\ntitle: Acme policy\npublisher: Acme\npayer: acme\neffective: 2026-01-01\nurl: https://a.example/p\n---\n\n# Policy\n\n{LONG}"
    source = chunk(text, "x.md", effective=date(2026, 7, 1))[0].source
    assert (source.id, source.title, source.publisher, source.payer) == (
        "acme-2026",
        "Acme policy",
        "Acme",
        "acme",
    )
    assert (source.effective, source.url, source.authority) == (
        date(2026, 7, 1),
        "https://a.example/p",
        "payer",
    )
    assert (source.confidence, source.summary, source.checked) == ("low", False, TODAY)


@pytest.mark.parametrize(
    ("head", "options", "expected"),
    [
        ("", {}, "article"),
        ("", {"payer": "acme"}, "payer"),
        ("authority: regulator", {}, "article"),
        ("authority: practice", {}, "practice"),
        ("payer: acme", {"authority": "contractor"}, "contractor"),
    ],
)
def test_a_document_cannot_raise_its_own_authority(head: str, options: dict[str, str], expected: str) -> None:
    text = f"---\n{head or 'title: x'}\n---\n\n# A\n\n{LONG}"
    passages = chunk(text, "x.md", **options)
    assert {p.source.authority for p in passages} == {expected}
    assert all(p.ingested for p in passages)


def test_only_known_codes_are_codes() -> None:
    (only,) = chunk(f"# A\n\n{LONG} Send it to ZIP 90210 under 97140, G0283 or 99999.", "x.md")
    assert only.codes == ("97140", "G0283")


@pytest.mark.parametrize(
    "text", ["", "Home\nBlog\nContact\n", "\x00\x01", "---\na: [\n---\n\n# A\n\nText.", "# Only a heading\n"]
)
def test_what_has_no_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"x\.md"):
        chunk(text, "x.md")


def test_a_running_footer_is_dropped() -> None:
    pages = "\n\n".join(f"{LONG * 2}{n}.\n\nAcme Policy 12 Revision {n}" for n in range(1, 5))
    assert not any("Acme Policy 12 Revision" in p.text for p in chunk(pages))


@settings(deadline=None)  # the first call compiles patterns; a busy machine takes longer over that
@given(st.text(alphabet="abc XYZ.:?!\n#-*|Q A1", max_size=400))
def test_any_text_is_cut_or_refused_and_ids_are_unique(text: str) -> None:
    try:
        passages = chunk(text, "any.md")
    except InputError:
        return
    ids = [p.id for p in passages]
    assert len(set(ids)) == len(ids)
    assert all(p.text.strip() for p in passages)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two follows.", ["One is here.", "Two follows."]),
        ("Bill it, e.g. Monday. Then stop.", ["Bill it, e.g. Monday.", "Then stop."]),
        ("See ch. 15 of it. “Quoted.” Next one", ["See ch. 15 of it.", "“Quoted.”", "Next one"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the three web articles are not on this machine")
@pytest.mark.parametrize("code", ["97014", "97140", "97162"])
def test_the_web_articles_are_cut_well(code: str) -> None:
    text = (SHARED / f"{code}.txt").read_text(encoding="utf-8")
    passages = chunk(text, f"{code}.txt")
    assert 15 <= len(passages) <= 60
    assert all(80 <= len(p.text) <= LONGEST for p in passages)
    for furniture in (
        "No menu items",
        "Table of Contents",
        "RELATED ARTICLES",
        "Most Popular",
        "XYZScripts",
        "Blog Posts a Month",
    ):
        assert not any(furniture in p.text for p in passages)
    assert sum(code in p.codes for p in passages) > len(passages) / 2
    questions = [p for p in passages if p.answers]
    assert all("\nA: " in p.text for p in questions)
    assert len(questions) == text.count("Q: ")
