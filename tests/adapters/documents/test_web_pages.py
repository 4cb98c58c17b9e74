"""Web pages: main content, structure, what they tell of themselves, and where a line stands in their source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from citecoder.adapters.documents import Document, load_document
from citecoder.errors import InputError
from citecoder.retrieval.chunking import chunk_article

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Therapy payment policy | Acme Health Plan</title>
<link rel="canonical" href="https://www.acme.example/policies/therapy">
<meta property="article:published_time" content="2026-02-01T10:00:00Z">
<script>var hidden = "Manual therapy secret";</script></head><body>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve it. Accept all of them?</p></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/plans">Plans and coverage</a></li></ul></nav>
<main><article>
<h1>Therapy payment policy</h1>
<p>This policy tells providers how outpatient therapy services are paid from February 2026 on.</p>
<h2>Hot and cold packs</h2>
<p>Code 97010 is bundled into the <b>prim</b>ary service &amp; is not separately reimbursed
when &lt;b&gt; stands for a bundle.</p>
<h2>What the note must show</h2>
<p>The daily note must show all of these:</p>
<ul><li>the technique that was used and its region</li>
<li>the minutes of each timed service</li></ul>
<h3>Codes and modifiers</h3>
<table><tr><th>Code</th><th>Service</th><th>Rule</th></tr>
<tr><td>97140</td><td>Manual therapy</td><td>59 with 97530</td></tr></table>
<h2>Questions</h2>
<dl><dt>Is 97014 accepted?</dt><dd>No, the plan wants G0283 in its place for each visit.</dd></dl>
<details><summary>Is 97140 timed?</summary><p>Yes, it is counted in units of fifteen minutes each.</p></details>
</article>
<aside class="sidebar"><h3>Related posts</h3><p>Ten tips for faster claims that every clinic should know.</p></aside>
</main><footer><p>Copyright 2026 Acme Health Plan. All rights reserved.</p></footer></body></html>
"""


def load(tmp_path: Path, page: str | bytes, name: str = "page.html") -> Document:
    path = tmp_path / name
    path.write_bytes(page.encode() if isinstance(page, str) else page)
    return load_document(path)


def test_only_the_main_content_is_taken(tmp_path: Path) -> None:
    text = load(tmp_path, PAGE).text
    for furniture in ("cookies", "Home", "Plans and", "secret", "Related", "Ten tips", "Copyright"):
        assert furniture not in text
    assert text.startswith("# Therapy payment policy\n\nThis policy tells providers")


def test_headings_lists_tables_and_questions_keep_their_shape(tmp_path: Path) -> None:
    text = load(tmp_path, PAGE).text
    assert "\n## Hot and cold packs\n" in text
    assert "- the technique that was used and its region\n- the minutes" in text
    assert "| Code | Service | Rule |\n|---|---|---|\n| 97140 | Manual therapy | 59 with 97530 |" in text
    assert "Q: Is 97014 accepted?\n\nA: No, the plan wants G0283" in text


def test_a_page_gives_passages_under_its_headings(tmp_path: Path) -> None:
    text = load(tmp_path, PAGE).text
    found = {p.id: p for p in chunk_article(text, "acme.html", checked=date(2026, 11, 22))}
    assert list(found) == [
        "acme/therapy-payment-policy",
        "acme/hot-and-cold-packs",
        "acme/what-the-note-must-show",
        "acme/codes-and-modifiers",
        "acme/questions",
        "acme/is-97140-timed",
    ]
    assert found["acme/questions"].answers == ("Is 97014 accepted?",)
    assert (
        "primary service & is not separately reimbursed when <b> stands"
        in found["acme/hot-and-cold-packs"].text
    )


def test_a_page_tells_its_title_address_and_day(tmp_path: Path) -> None:
    found = load(tmp_path, PAGE)
    assert (found.kind, found.title, found.url, found.published) == (
        "html", "Therapy payment policy", "https://www.acme.example/policies/therapy", date(2026, 2, 1),
    )  # fmt: skip


def test_what_a_page_does_not_tell_is_unknown(tmp_path: Path) -> None:
    plain = PAGE.replace('content="2026-02-01T10:00:00Z"', "").replace('rel="canonical"', "")
    found = load(tmp_path, plain)
    assert (found.url, found.published) == (None, None)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "/policies/therapy", "https://[x"]
)
def test_only_an_address_of_the_web_is_taken(tmp_path: Path, address: str) -> None:
    assert load(tmp_path, PAGE.replace("https://www.acme.example/policies/therapy", address)).url is None


def test_each_line_knows_its_line_in_the_source(tmp_path: Path) -> None:
    found = load(tmp_path, PAGE)
    source = PAGE.split("\n")
    for number, line in enumerate(found.text.split("\n"), 1):
        place = found.places[number - 1]
        assert (place is None) == (not line or set(line) <= set("|-"))
        if place is not None:
            first = line.strip("#-|QA: ").split("|")[0].split()[0]
            assert first in source[place - 1]


def test_a_page_is_told_by_content_whatever_its_name(tmp_path: Path) -> None:
    assert load(tmp_path, PAGE, "page.txt").kind == "html"
    with pytest.raises(InputError, match="is a web page, not a PDF"):
        load(tmp_path, PAGE, "page.pdf")


def test_a_page_with_a_declared_encoding_is_read_in_it(tmp_path: Path) -> None:
    page = PAGE.replace("utf-8", "iso-8859-1").replace("from February", "in the café – from February")
    found = load(tmp_path, page.encode("cp1252"))
    assert "in the café – from February" in found.text
    assert found.remarks == ()


def test_a_fragment_is_read_and_a_page_without_text_is_named(tmp_path: Path) -> None:
    assert load(tmp_path, "<p>Code 97140 is timed.</p>").text == "Code 97140 is timed."
    with pytest.raises(InputError, match="holds no text of its own"):
        load(tmp_path, "<!doctype html><html><body><div id=root></div><script>run()</script></body></html>")


def test_entities_are_not_expanded_and_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    page = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b SYSTEM "{secret.as_uri()}">]>'
        "<html><body><p>The plan says &a; and &b; of 97140 and its minutes in each visit.</p></body></html>"
    )
    text = load(tmp_path, page, "page.xhtml").text
    assert "of 97140 and its minutes" in text
    assert "secret words" not in text
    assert "lol" not in text


@pytest.mark.parametrize(
    "junk", ["<div>" * 20_000, "<" * 100_000, "<script " * 20_000, "<ul><li>97140" * 2000]
)
def test_a_page_made_to_hang_does_not(tmp_path: Path, junk: str) -> None:
    try:
        found = load(tmp_path, f"<!doctype html><html><body><p>The plan pays 97140.</p>{junk}")
    except InputError as error:
        assert "page.html" in str(error)  # noqa: PT017 - either outcome is right, if it comes
    else:
        assert len(found.places) == found.text.count("\n") + 1
