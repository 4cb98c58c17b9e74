"""The reader of knowledge/articles."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import check_citations, load_passages, read_article
from citecoder.retrieval.frontmatter import slug

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """---
id: {id}
title: A manual
publisher: An agency
authority: regulator
locator: "Pub 1 ch.2 §§20-30"
effective: 2020-01-01
confidence: high
checked: 2026-11-21
{extra}
---
"""


def write(folder: Path, body: str, name: str = "manual", extra: str = "") -> Path:
    path = folder / "knowledge" / "articles" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(id=name, extra=extra) + body, encoding="utf-8")
    return path


def test_a_section_is_a_passage_that_inherits_and_narrows_the_article(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '\n## Treatment note {codes: 97110 97140; locator: "§21.E"; confidence: medium; effective: 2025-01-01; '
        'lead: "One; sentence."; answers: "What now? | Who signs?"}\n\nOur words.\n\n- a list\n\n## Next one\n\nMore.\n',
    )
    first, second = read_article(path)
    assert first.id == "manual/treatment-note"
    assert first.text == "Our words.\n\n- a list"
    assert first.codes == ("97110", "97140")
    assert first.lead == "One; sentence."
    assert first.answers == ("What now?", "Who signs?")
    assert (first.source.locator, first.source.section) == ("Pub 1 ch.2 §21.E", "Treatment note")
    assert (first.source.confidence, first.source.effective) == ("medium", date(2025, 1, 1))
    assert (second.source.confidence, second.source.effective) == ("high", date(2020, 1, 1))
    assert second.source.locator == "Pub 1 ch.2 §§20-30"
    assert not first.ingested


def test_null_takes_the_locator_back(tmp_path: Path) -> None:
    (only,) = read_article(write(tmp_path, "\n## Own knowledge {locator: null}\n\nText.\n"))
    assert only.source.locator is None


def test_subsections_carry_their_parents_heading(tmp_path: Path) -> None:
    (only,) = read_article(write(tmp_path, "\n## Parent\n\n### Child\n\nText.\n"))
    assert (only.id, only.heading) == ("manual/child", ("Parent", "Child"))


@pytest.mark.parametrize(
    ("body", "extra", "says"),
    [
        ("## A {codex: 97110}\n\nText.", "", "unknown attribute 'codex'"),
        ("## A {codes: 9711}\n\nText.", "", "no procedure code"),
        ("## A {confidence: sure}\n\nText.", "", "'confidence' is 'sure'"),
        ("## A {effective: soon}\n\nText.", "", "'effective' is 'soon'"),
        ("## A {disputed-by: x/y}\n\nText.", "", "'disputed-by' and 'because' belong together"),
        ("## A {lead}\n\nText.", "", "can't read the attributes"),
        ("## A\n\n## B\n\nText.", "", "with text below it"),
        ("Loose text.\n\n## A\n\nText.", "", "before the first '##' heading"),
        ("", "", "no '##' section"),
        ("## A\n\nText.", "colour: red", "unknown key 'colour'"),
        ("## A\n\nText.", "published: someday", "'published' is 'someday'"),
    ],
)
def test_a_broken_article_is_named_with_its_key(tmp_path: Path, body: str, extra: str, says: str) -> None:
    path = write(tmp_path, "\n" + body + "\n", extra=extra)
    with pytest.raises(KnowledgeError, match=r"manual\.md") as error:
        read_article(path)
    assert says in str(error.value)


@pytest.mark.parametrize("gone", ["title", "authority", "checked", "locator"])
def test_a_missing_key_is_named(tmp_path: Path, gone: str) -> None:
    path = write(tmp_path, "\n## A\n\nText.\n")
    kept = [line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith(f"{gone}:")]
    path.write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"'{gone}'"):
        read_article(path)


def test_the_id_is_the_files_name(tmp_path: Path) -> None:
    path = write(tmp_path, "\n## A\n\nText.\n")
    other = path.rename(path.with_name("other.md"))
    with pytest.raises(KnowledgeError, match="key 'id'"):
        read_article(other)


def test_the_sites_article_replaces_the_packaged_one(tmp_path: Path) -> None:
    write(tmp_path / "packaged", "\n## A\n\nOld.\n")
    write(tmp_path / "packaged", "\n## B\n\nKept.\n", name="second")
    write(tmp_path / "site", "\n## A\n\nNew.\n")
    passages = load_passages(DataRoots(tmp_path / "packaged", tmp_path / "site"))
    assert {p.id: p.text for p in passages} == {"manual/a": "New.", "second/b": "Kept."}


def test_a_dispute_must_name_a_passage(tmp_path: Path) -> None:
    write(tmp_path, '\n## A {disputed-by: manual/b; because: "It is not so."}\n\nText.\n')
    with pytest.raises(KnowledgeError, match="manual/b"):
        load_passages(DataRoots(tmp_path))


def test_two_sections_of_one_slug_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "\n## A b\n\nText.\n\n## A, b!\n\nText.\n")
    with pytest.raises(KnowledgeError, match="manual/a-b"):
        load_passages(DataRoots(tmp_path))


def test_dangling_citations_are_all_named(tmp_path: Path) -> None:
    passages = read_article(write(tmp_path, "\n## A\n\nText.\n"))
    check_citations(["manual/a"], passages)
    with pytest.raises(KnowledgeError, match="manual/x, manual/y"):
        check_citations(["manual/y", "manual/a", "manual/x"], passages)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Treatment note", "treatment-note"),
        ("97014/G0283: what?", "97014-g0283-what"),
        ("The payer’s own", "the-payers-own"),
    ],
)
def test_slugs(heading: str, expected: str) -> None:
    assert slug(heading) == expected


def test_every_shipped_article_loads_and_regulators_say_where() -> None:
    passages = load_passages(DataRoots(packaged_root()))
    assert len(passages) > 100
    assert all(
        p.source.locator
        for p in passages
        if p.source.authority == "regulator" and p.source.confidence == "high"
    )
