"""The index in Chroma: built once, switched whole, rebuilt from files."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from citecoder.adapters import chroma
from citecoder.adapters.chroma import ChromaPassageStore, open_store
from citecoder.adapters.embeddings import StaticEmbeddings
from citecoder.adapters.passage_json import passage_from_json, passage_to_json
from citecoder.adapters.retriever import PassageRetriever
from citecoder.errors import InputError
from citecoder.model import Dispute, Passage
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages
from citecoder.retrieval.chunking import IngestOptions, chunk_article

pytestmark = pytest.mark.usefixtures("checked_in_this_process")

MODEL = StaticEmbeddings()
AUTHORED = load_passages(DataRoots(packaged_root()))[:60]
POLICY = "# Acme Policy\n\n## Packs\n\n97010 is bundled at Acme and never paid on its own.\n\n## Flying\n\nTrapeze lessons count as gymnastics at Acme, under no code.\n"


class Reversed(Embeddings):
    """Another model: the static one with its dimensions reversed."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:  # noqa: D102
        return [vector[::-1] for vector in MODEL.embed_documents(texts)]

    def embed_query(self, text: str) -> list[float]:  # noqa: D102
        return MODEL.embed_query(text)[::-1]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def store_in(folder: Path, embeddings: Embeddings = MODEL, progress: object = None) -> ChromaPassageStore:
    roots = DataRoots(packaged_root(), folder / "site")
    return open_store(folder / "cache", embeddings, AUTHORED, progress, roots=roots)  # type: ignore[arg-type]


def policy(text: str = POLICY) -> tuple[Passage, ...]:
    options = IngestOptions(payer="acme")
    return chunk_article(text, "acme.md", checked=date(2026, 1, 1), known_codes={"97010"}, options=options)


def versions(folder: Path) -> set[str]:
    return {path.parent.name for path in (folder / "cache" / "index").glob("*/complete.json")}


def test_a_passage_survives_json() -> None:
    whole = replace(AUTHORED[0], disputed=Dispute("a/b", "because"), answers=("x?",))
    assert passage_from_json(passage_to_json(whole)) == whole


def test_everything_comes_back_out_of_the_index(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    assert tuple(store.passages()) == AUTHORED
    assert store.get(AUTHORED[3].id) == AUTHORED[3]
    assert store.get("no/such") is None


def test_it_is_built_once_with_progress_and_then_opened(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    first = store_in(tmp_path, progress=lambda *step: told.append(step))
    assert told[-1][0] == "checking the passage index"
    told.clear()
    second = store_in(tmp_path, progress=lambda *step: told.append(step))
    assert told == []
    assert first.version == second.version
    assert len(versions(tmp_path)) == 1


def test_search_is_repeatable_and_filtered(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    assert store.search("supervised exercise") == store.search("supervised exercise")
    code = next(code for p in AUTHORED for code in p.codes)
    assert all(
        code in p.text or code in p.codes or code in str(p.heading)
        for p in (h.passage for h in store.search("therapy", code=code))
    )
    assert {h.passage.source.authority for h in store.search("therapy", authority="article", k=50)} <= {
        "article"
    }
    assert store.search("  ") == []


def test_chromas_own_answer_is_the_exact_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = ("is electrical stimulation timed", "swallowing study", "MT x 15")
    exact = [store_in(tmp_path).search(query) for query in queries]
    monkeypatch.setattr(chroma, "EXACT_UP_TO", 0)
    asked = [store_in(tmp_path).search(query) for query in queries]
    assert [[h.passage.id for h in hits] for hits in exact] == [
        [h.passage.id for h in hits] for hits in asked
    ]
    assert [h.score for hits in exact for h in hits] == pytest.approx(
        [h.score for hits in asked for h in hits], abs=1e-4
    )


def test_ingesting_serves_the_article_and_repeating_changes_nothing(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    before = store.version
    report = store.replace("acme", policy())
    assert report.added == ("acme/packs", "acme/flying")
    assert store.version != before
    assert store.search("trapeze gymnastics", payer="acme")[0].passage.id == "acme/flying"
    after = store.version
    again = store.replace(
        "acme", [replace(p, source=replace(p.source, checked=date(2026, 2, 2))) for p in policy()]
    )
    assert (again.unchanged, again.touched, store.version) == (("acme/packs", "acme/flying"), False, after)


@pytest.mark.slow
def test_an_edit_changes_its_article_alone_and_leaves_no_orphan(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.replace("acme", policy())
    edited = policy(
        POLICY.replace("never paid", "not paid").split("## Flying")[0]
        + "## Walking\n\nWalking is free of charge at Acme.\n"
    )
    report = store.replace("acme", edited)
    assert (report.changed, report.added, report.removed) == (
        ("acme/packs",),
        ("acme/walking",),
        ("acme/flying",),
    )
    assert store.get("acme/flying") is None
    assert tuple(store.passages())[: len(AUTHORED)] == AUTHORED


def test_removing_an_article(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    empty = store.version
    store.replace("acme", policy())
    assert store.remove("acme").removed == ("acme/packs", "acme/flying")
    assert (store.get("acme/packs"), store.version) == (None, empty)
    with pytest.raises(InputError, match="never ingested"):
        store.remove("acme")


def test_many_articles_build_the_index_once(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    store = store_in(tmp_path, progress=lambda *step: told.append(step))
    told.clear()
    other = chunk_article(POLICY, "other.md", checked=date(2026, 1, 1))
    reports = store.replace_many({"acme": policy(), "other": other})
    assert {key: len(report.added) for key, report in reports.items()} == {"acme": 2, "other": 2}
    assert sum(title.startswith("checking") and not done for title, done, _ in told) == 1


@pytest.mark.parametrize("article", [AUTHORED[0].source.id, "wrong", "Not A Slug"])
def test_a_foreign_id_is_refused(tmp_path: Path, article: str) -> None:
    store = store_in(tmp_path)
    with pytest.raises(InputError):
        store.replace(article, policy())
    assert not (tmp_path / "site").exists()


def test_without_a_site_folder_nothing_is_ingested(tmp_path: Path) -> None:
    store = open_store(tmp_path, MODEL, AUTHORED)
    with pytest.raises(InputError, match="site folder"):
        store.replace("acme", policy())


def test_the_cache_is_rebuilt_from_the_site(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.replace("acme", policy())
    version = store.version
    store.close()
    shutil.rmtree(tmp_path / "cache")
    again = store_in(tmp_path)
    assert again.version == version
    assert again.get("acme/flying") is not None


@pytest.mark.slow
def test_a_running_store_serves_what_another_built(tmp_path: Path) -> None:
    server, writer = store_in(tmp_path), store_in(tmp_path)
    writer.replace("acme", policy())
    assert server.search("trapeze gymnastics")[0].passage.id == "acme/flying"
    assert server.version == writer.version
    writer.remove("acme")
    assert server.get("acme/flying") is None


def test_another_model_gets_its_own_index_and_nobody_mixes_them(tmp_path: Path) -> None:
    static = store_in(tmp_path)
    other = store_in(tmp_path, Reversed())
    assert other.version != static.version
    assert [h.passage.id for h in other.search("swallowing")] == [
        h.passage.id for h in static.search("swallowing")
    ]
    assert static.version in versions(tmp_path)
    pointer = json.loads((tmp_path / "cache/index/current.json").read_text(encoding="utf-8"))
    assert pointer["version"] == other.version


def test_a_changed_passage_means_another_version(tmp_path: Path) -> None:
    first = store_in(tmp_path).version
    reworded = (replace(AUTHORED[0], text="Other words about flamingos."), *AUTHORED[1:])
    second = open_store(
        tmp_path / "cache", MODEL, reworded, roots=DataRoots(packaged_root(), tmp_path / "site")
    )
    assert second.version != first
    assert second.search("flamingos")[0].passage.id == AUTHORED[0].id


def test_a_broken_version_is_built_again(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    version = store.version
    store.close()
    (tmp_path / "cache/index" / version / "chroma.sqlite3").write_bytes(b"not a database")
    assert store_in(tmp_path).search("swallowing")


@pytest.mark.slow
def test_a_killed_build_leaves_the_old_index_in_service(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    version = store.version
    code = (
        "import os, sys, pathlib\n"
        "from citecoder.adapters import index_versions\n"
        "from citecoder.adapters.chroma import open_store\n"
        "from citecoder.adapters.embeddings import StaticEmbeddings\n"
        "from citecoder.paths import DataRoots, packaged_root\n"
        "from citecoder.retrieval.articles import load_passages\n"
        "index_versions.IndexVersions.point_to = lambda *_: os.kill(os.getpid(), 9)\n"
        "open_store(pathlib.Path(sys.argv[1]), StaticEmbeddings(), load_passages(DataRoots(packaged_root()))[:40])\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path / "cache")], check=False, timeout=120)
    assert died.returncode == -9
    assert store.search("swallowing")
    assert store.version == version
    assert store_in(tmp_path).version == version
    store.replace("acme", policy())
    assert not list((tmp_path / "cache/index").glob(".building-*"))


@pytest.mark.slow
def test_old_versions_are_deleted(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    for number in range(5):
        store.replace("acme", policy(POLICY.replace("Trapeze", f"Trapeze{number}")))
    assert len(versions(tmp_path)) <= 3
    assert store.search("gymnastics")


def test_the_retriever_gives_documents(tmp_path: Path) -> None:
    documents = PassageRetriever(store=store_in(tmp_path), k=3).invoke("electrical stimulation")
    assert len(documents) == 3
    assert documents[0].metadata["id"] == documents[0].id
    assert documents[0].metadata["source"] == str(documents[0].id).split("/")[0]
    assert documents[0].metadata["score"] >= documents[1].metadata["score"]


def test_the_langchain_vector_store_is_there_to_read(tmp_path: Path) -> None:
    found = store_in(tmp_path).vectorstore.similarity_search("electrical stimulation", k=2)
    assert all(document.metadata["passage"] in {p.id for p in AUTHORED} for document in found)
