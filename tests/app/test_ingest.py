"""citecoder ingest over a real index: what is taken in, what is told, and that the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from citecoder.app import wiring
from citecoder.app.settings import Settings
from citecoder.app.verbs import ingest as verb
from citecoder.app.verbs.ingest import find_documents, ingest, remove
from citecoder.app.wiring import Parts
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions
from tests.adapters.documents.policy_pdf import policy_pdf
from tests.adapters.documents.test_web_pages import PAGE

if TYPE_CHECKING:
    from tests.app.conftest import Run

POLICY = """# Acme policy

## Hot packs

97010 is bundled and not separately reimbursed by this plan. It is part of the primary service.

## Manual therapy

Modifier 59 is required on 97530 when it is billed with 97140 on the same day.
"""
pytestmark = pytest.mark.usefixtures("checked_in_this_process")

EMBEDDINGS = "tests.app.word_embeddings:WordEmbeddings"


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """Real parts over a fresh site and cache."""
    return Parts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", embeddings=EMBEDDINGS))


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "docs" / "acme.md"
    path.parent.mkdir()
    path.write_text(POLICY, encoding="utf-8")
    return path


def counts(told: Any) -> list[tuple[int, int, int, int]]:
    return [(each.added, each.changed, each.unchanged, each.removed) for each in told.files]


@pytest.mark.slow
def test_a_document_comes_in_changes_and_goes(parts: Parts, policy: Path) -> None:
    options = IngestOptions(payer="aetna")
    before = parts.store.version
    assert counts(ingest(parts, [policy], options)) == [(2, 0, 0, 0)]
    found = parts.store.get("acme/hot-packs")
    assert found is not None
    assert (found.source.authority, found.source.payer, found.ingested) == ("payer", "aetna", True)
    assert counts(ingest(parts, [policy], options)) == [(0, 0, 2, 0)]
    policy.write_text(POLICY.replace("Modifier 59", "Modifier XU"), encoding="utf-8")
    assert counts(ingest(parts, [policy], options)) == [(0, 1, 1, 0)]
    assert counts(remove(parts, ["acme"])) == [(0, 0, 0, 2)]
    assert parts.store.get("acme/hot-packs") is None
    assert parts.store.version == before


@pytest.mark.slow
def test_what_cannot_be_read_is_named_and_the_rest_goes_on(parts: Parts, policy: Path) -> None:
    folder = policy.parent
    (folder / "bad.txt").write_bytes(b"\xff\xfe")
    (folder / "scan.pdf").write_bytes(b"%PDF")
    (folder / ".hidden.md").write_text("secret", encoding="utf-8")
    (folder / "deep").mkdir()
    (folder / "deep" / "acme.md").write_text(POLICY, encoding="utf-8")
    (folder / "deep" / "cms-bpm-15.md").write_text(POLICY, encoding="utf-8")
    told = ingest(parts, find_documents([folder]))
    reasons = {Path(each.path or "").name: each.error or "" for each in told.files if each.error}
    assert "holds no text" in reasons["bad.txt"]
    assert "broken or not a whole PDF" in reasons["scan.pdf"]
    assert "another" in reasons["acme.md"]
    assert "shipped" in reasons["cms-bpm-15.md"]
    assert [each.article for each in told.files if not each.error] == ["acme"]
    assert len(told.files) == 5


def test_what_was_never_ingested_cannot_be_removed(parts: Parts) -> None:
    with pytest.raises(InputError, match="cms-bpm-15"):
        remove(parts, ["cms-bpm-15"])


@pytest.mark.slow
def test_the_command_reports_and_exits_1_when_something_was_left_out(
    run: Run, monkeypatch: pytest.MonkeyPatch, policy: Path
) -> None:
    monkeypatch.setattr(wiring, "Parts", Parts)
    monkeypatch.setenv("CITECODER_EMBEDDINGS", EMBEDDINGS)
    good = run("ingest", str(policy), "--payer", "aetna", "--effective", "2026-01-01", "--json")
    assert good.code == 0
    assert json.loads(good.out)["files"][0]["added"] == 2
    (policy.parent / "bad.txt").write_bytes(b"\xff")
    mixed = run("ingest", str(policy.parent))
    assert mixed.code == 1
    assert "bad.txt: is not UTF-8" in mixed.err
    assert "1 of 2 documents" in mixed.out.decode()
    hits = json.loads(run("search", "hot packs bundled", "--payer", "aetna", "--json").out)["hits"]
    assert "acme/hot-packs" in [hit["passage"]["id"] for hit in hits]


def test_one_address_cannot_belong_to_several_documents(run: Run, policy: Path) -> None:
    (policy.parent / "b.md").write_text(POLICY, encoding="utf-8")
    told = run("ingest", str(policy.parent), "--url", "https://example.org")
    assert (told.code, told.out) == (2, b"")
    assert "--url" in told.err


@pytest.mark.slow
def test_a_pdf_and_a_web_page_come_in_with_what_they_tell_of_themselves(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "acme.pdf").write_bytes(policy_pdf())
    (tmp_path / "web.html").write_text(PAGE, encoding="utf-8")
    told = ingest(
        parts, find_documents([tmp_path / "acme.pdf", tmp_path / "web.html"]), IngestOptions(payer="aetna")
    )
    assert [each.error for each in told.files] == [None, None]
    pdf, page = parts.store.get("acme/hot-and-cold-packs"), parts.store.get("web/hot-and-cold-packs")
    assert pdf is not None
    assert page is not None
    assert (pdf.source.title, pdf.source.url, pdf.source.authority) == (
        "Outpatient therapy payment policy", None, "payer",
    )  # fmt: skip
    assert page.source.url == "https://www.acme.example/policies/therapy"
    assert str(page.source.published) == "2026-02-01"
    told = ingest(parts, [tmp_path / "web.html"], IngestOptions(url="https://example.org/here", title="Mine"))
    changed = parts.store.get("web/hot-and-cold-packs")
    assert changed is not None
    assert (changed.source.url, changed.source.title, changed.source.authority) == (
        "https://example.org/here", "Mine", "article",
    )  # fmt: skip


@pytest.mark.slow
def test_the_size_that_is_read_is_a_setting(tmp_path: Path) -> None:
    parts = Parts(Settings(site=tmp_path / "site", cache=tmp_path / "cache", max_document_mb=1))
    (tmp_path / "long.md").write_text(POLICY * 8000, encoding="utf-8")
    (told,) = ingest(parts, [tmp_path / "long.md"]).files
    assert "at most 1 MB" in (told.error or "")


@pytest.mark.slow
def test_a_long_report_counts_what_is_unchanged_and_names_what_changed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wiring, "Parts", Parts)
    monkeypatch.setenv("CITECODER_EMBEDDINGS", EMBEDDINGS)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"policy-{number:02}.md").write_text(POLICY, encoding="utf-8")
    first = run("ingest", str(folder)).out.decode().splitlines()
    assert len(first) == 22
    assert first[20] == "and 10 more that changed, 0 unchanged"
    assert first[21].startswith("30 of 30 documents: passages 60 added; index ")
    (folder / "policy-07.md").write_bytes(
        POLICY.replace("Modifier 59", "Modifier XU \u2013").encode("cp1252")
    )
    (folder / "scan.pdf").write_bytes(b"PK\x03\x04" + bytes(60))
    second = run("ingest", str(folder))
    assert second.code == 1
    assert second.out.decode().splitlines()[:2] == [
        "policy-07: 1 changed, 1 unchanged", "and 0 more that changed, 29 unchanged",
    ]  # fmt: skip
    assert "policy-07.md: is not UTF-8 (byte" in second.err
    assert "scan.pdf: is a ZIP archive, not a PDF" in second.err


@pytest.mark.slow
def test_an_unchanged_run_reads_and_builds_nothing(
    parts: Parts, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(parts, [policy])
    version = parts.store.version
    done: list[str] = []
    again = Parts(parts.settings, lambda title, *_: done.append(title))
    with monkeypatch.context() as patch:
        patch.setattr(verb, "_chunk", lambda *_: pytest.fail("read again"))
        assert counts(ingest(again, [policy])) == [(0, 0, 2, 0)]
        policy.touch()
        assert counts(ingest(again, [policy])) == [(0, 0, 2, 0)]
    assert (done, again.store.version) == ([], version)
    assert counts(ingest(again, [policy], IngestOptions(payer="aetna"))) == [(0, 2, 0, 0)]
    assert done


@pytest.mark.slow
def test_a_document_whose_article_was_removed_is_read_again(parts: Parts, policy: Path) -> None:
    ingest(parts, [policy])
    remove(parts, ["acme"])
    assert counts(ingest(parts, [policy])) == [(2, 0, 0, 0)]


@pytest.mark.slow
def test_the_first_ingest_builds_once(parts: Parts, policy: Path) -> None:
    done: list[str] = []
    ingest(Parts(parts.settings, lambda title, at, _: done.append(f"{title} {at}")), [policy])
    assert done.count("checking the passage index 0") == 1


def test_documents_are_found_in_order_and_once(tmp_path: Path) -> None:
    for name in ("b.md", "a/c.md", "a/.hidden.md", ".git/d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_documents([tmp_path, tmp_path / "b.md"])
    assert next(found) == tmp_path / "b.md"
    assert list(found) == [tmp_path / "a" / "c.md"]
    with pytest.raises(InputError, match="no such file"):
        find_documents([tmp_path / "none"])
