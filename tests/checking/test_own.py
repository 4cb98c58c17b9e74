"""Our own prose and data say the same: a check of knowledge/ is clean but for what is marked as disputed."""

from __future__ import annotations

from pathlib import Path

import pytest

from citecoder.app.verbs.check import check_file, contradicted, find_files
from citecoder.app.wiring import Parts
from citecoder.checking.claims import Facts
from citecoder.checking.own import check_article, check_data
from citecoder.paths import packaged_root

ARTICLE = """---
id: sample
title: Sample
publisher: Nobody
authority: article
confidence: low
checked: 2026-11-21
---

## Timing {codes: 97035; lead: "97035 is untimed."}

97035 is counted in 15-minute units.

## Exercise {codes: 97162; disputed-by: cms-pfs-2026/pt-evaluations; because: "It is an evaluation."}

97162 describes therapeutic exercise.
"""


@pytest.mark.slow
def test_our_own_knowledge_is_clean(parts: Parts) -> None:
    files = find_files([packaged_root() / "knowledge"])
    assert len(files) > 150
    told = [check_file(parts, path) for path in files]
    wrong = [(each.file, c.line, c.code, c.attribute) for each in told for c in contradicted(each)]
    assert wrong == []
    assert sum(len(each.claims) for each in told) > 800


def test_the_errors_of_disputed_articles_are_seen(parts: Parts) -> None:
    folder = packaged_root() / "knowledge" / "articles"
    told = [check_file(parts, folder / f"article-{code}.md") for code in ("97014", "97140", "97162")]
    disputed = [c for each in told for c in each.claims if c.verdict == "contradicted" and c.disputed]
    assert len(disputed) > 10


def test_a_lead_is_checked_and_a_disputed_section_is_marked(facts: Facts) -> None:
    told = {(c.line, c.attribute, c.verdict, c.disputed) for c in check_article(ARTICLE, facts).claims}
    assert (10, "timing", "contradicted", False) in told
    assert (12, "timing", "supported", False) in told
    assert (16, "identity", "contradicted", True) in told


def test_a_label_that_drifted_from_its_code_is_found(facts: Facts) -> None:
    text = 'code: "97035"\nlabel: Manual therapy\nmedicare: {status: payable, note: null}\n'
    assert [(c.line, c.verdict) for c in check_data(text, facts).claims] == [(2, "contradicted")]


def test_only_documents_of_a_folder_are_checked(tmp_path: Path) -> None:
    for name in ("a.md", "b.csv", "c.yaml", "codes/x/97035.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in find_files([tmp_path])] == ["a.md", "97035.yaml"]
