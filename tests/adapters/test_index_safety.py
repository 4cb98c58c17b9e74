"""The index is a cache that survives: checked before it is used, noticed when it is damaged, replaced whole or not."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from citecoder.adapters import chroma
from citecoder.adapters.chroma import ChromaPassageStore, open_store
from citecoder.adapters.embeddings import StaticEmbeddings
from citecoder.adapters.index_build import Built
from citecoder.adapters.index_check import fault, verify
from citecoder.adapters.index_versions import IndexVersions
from citecoder.errors import IndexUnavailableError
from citecoder.model import Passage
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages
from citecoder.retrieval.chunking import chunk_article

checked_here = pytest.mark.usefixtures("checked_in_this_process")
AUTHORED = load_passages(DataRoots(packaged_root()))[:30]
SQLITE = "chroma/chroma.sqlite3"

pytestmark = pytest.mark.slow


class Counting(StaticEmbeddings):
    """The shipped model, and how many texts it was asked for."""

    asked = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:  # noqa: D102
        Counting.asked += len(texts)
        return super().embed_documents(texts)


MODEL = Counting()


def store_in(folder: Path, progress: Callable[[str, int, int], None] | None = None) -> ChromaPassageStore:
    roots = DataRoots(packaged_root(), folder / "site")
    return open_store(folder / "cache", MODEL, AUTHORED, progress, roots=roots)


def article(name: str, word: str = "trapeze", day: date = date(2026, 1, 1)) -> tuple[Passage, ...]:
    text = (
        f"# {name}\n\n## Flying\n\nLessons on the {word} are gymnastics.\n\n## Packs\n\n97010 is bundled.\n"
    )
    return chunk_article(text, f"{name}.md", checked=day)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a complete index, to be copied; it was checked by another process."""
    folder = tmp_path_factory.mktemp("whole")
    store_in(folder).close()
    return folder


@pytest.fixture
def built(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    return tmp_path


def version_folder(folder: Path) -> Path:
    return next((folder / "cache" / "index").glob("*/complete.json")).parent


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(path: Path) -> None:
    path.write_bytes(b"\1" * path.stat().st_size)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "sqlite cut": lambda folder: cut(folder / SQLITE),
    "sqlite overwritten": lambda folder: overwrite(folder / SQLITE),
    "sqlite deleted": lambda folder: (folder / SQLITE).unlink(),
    "vectors cut": lambda folder: cut(folder / "vectors.f32"),
    "passages overwritten": lambda folder: overwrite(folder / "passages.jsonl"),
    "keywords deleted": lambda folder: shutil.rmtree(folder / "keywords"),
    "note cut": lambda folder: cut(folder / "complete.json"),
    "all deleted": shutil.rmtree,
}


@checked_here
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_noticed_told_once_and_built_again(
    built: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    folder = version_folder(built)
    damage(folder)
    with caplog.at_level(logging.WARNING):
        store = store_in(built)
    assert store.search("swallowing")
    assert store.version == folder.name
    assert len(caplog.messages) == 1
    assert "damaged" in caplog.messages[0]
    assert str(folder) in caplog.messages[0]
    assert IndexVersions(built / "cache" / "index").damage(folder.name) is None


@checked_here
def test_a_damaged_index_that_cannot_be_built_again_gives_way_to_the_one_before(
    built: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = version_folder(built).name
    store = store_in(built)
    store.replace("acme", article("acme"))
    cut(built / "cache" / "index" / store.version / SQLITE)
    monkeypatch.setattr(chroma, "build_index", _no_room)
    again = store_in(built)
    assert again.version == before
    assert again.search("swallowing")
    assert "No space left" in caplog.messages[-1]


def _no_room(*_: object) -> Built:
    raise OSError(28, "No space left on device")


def test_the_check_in_another_process_catches_what_is_missing(built: Path) -> None:
    folder, records = version_folder(built), len(AUTHORED) + sum(len(set(p.answers)) for p in AUTHORED)
    right = Built(len(AUTHORED), records)
    verify(folder, right)
    (folder / SQLITE).unlink()
    with pytest.raises(IndexUnavailableError, match="failed its check"):
        verify(folder, right)


def test_the_check_counts(built: Path) -> None:
    folder, records = version_folder(built), len(AUTHORED) + sum(len(set(p.answers)) for p in AUTHORED)
    assert fault(folder, len(AUTHORED), records) is None
    assert fault(folder, len(AUTHORED) + 1, records) == "passages or vectors are missing"
    assert fault(folder, len(AUTHORED), records + 1) == "passages or vectors are missing"


def test_the_pointer_never_names_an_index_that_was_not_checked(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = IndexVersions(built / "cache" / "index")
    (versions.folder / "unchecked").mkdir()
    with pytest.raises(IndexUnavailableError, match="never checked"):
        versions.point_to("unchecked", "model")
    store, before = store_in(built), versions.pointer()

    def refuse(folder: Path, found: Built) -> None:
        assert versions.pointer() == before
        raise IndexUnavailableError(f"{folder}: the new index failed its check")

    monkeypatch.setattr(chroma, "verify", refuse)
    with pytest.raises(IndexUnavailableError, match="failed its check"):
        store.replace("acme", article("acme"))
    assert versions.pointer() == before
    assert store.search("swallowing")
    assert not list(versions.folder.glob(".building-*"))


@checked_here
def test_leftovers_of_killed_processes_are_cleared(built: Path) -> None:
    index, ingested = built / "cache" / "index", built / "site" / "ingested"
    ingested.mkdir(parents=True)
    left = [
        index / ".building-0123",
        index / ".gone-0123",
        index / "current.json.7.tmp",
        ingested / "a.7.tmp",
    ]
    for path in left:
        path.write_text("half") if path.suffix == ".tmp" else path.mkdir()
    store_in(built).replace("acme", article("acme"))
    assert [path for path in left if path.exists()] == []


@checked_here
def test_the_version_depends_on_content_alone_not_on_order_or_day(built: Path) -> None:
    store = store_in(built)
    store.replace_many({name: article(name) for name in ("acme", "best", "core")})
    version = store.version
    for name in ("acme", "best", "core"):
        store.remove(name)
    assert store.version != version
    for name in ("core", "acme", "best"):
        store.replace(name, article(name, day=date(2026, 5, 5)))
    assert store.version == version


@checked_here
def test_only_new_texts_are_embedded(built: Path) -> None:
    store = store_in(built)
    store.replace_many({name: article(name) for name in ("acme", "best")})
    Counting.asked = 0
    store.replace("acme", article("acme", "tightrope"))
    assert Counting.asked == 1
    assert store.search("tightrope")[0].passage.id == "acme/flying"


@checked_here
def test_an_index_is_served_while_another_process_builds(built: Path) -> None:
    before = version_folder(built).name
    store_in(built).replace("acme", article("acme"))
    for path in (built / "site" / "ingested").glob("*.json"):
        path.write_text(path.read_text().replace("trapeze", "tightrope"))
    with IndexVersions(built / "cache" / "index").locked():
        assert store_in(built).version != before
        assert not store_in(built).search("tightrope", k=1)[0].keyword
    assert store_in(built).search("tightrope", k=1)[0].passage.id == "acme/flying"


def test_where_no_file_may_grow_the_error_is_clear_and_the_old_index_answers(built: Path) -> None:
    """The process may write no file beyond 30 kB, as on a full disk."""
    before = version_folder(built).name
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from tests.adapters.test_index_safety import article, store_in\n"
        "from citecoder.errors import CitecoderError\n"
        "store = store_in(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n"
        "try:\n"
        "    store.replace('acme', article('acme'))\n"
        "except CitecoderError as error:\n"
        "    print(error)\n"
        "assert store.search('swallowing')\n"
        "again = store_in(Path(sys.argv[1]))\n"
        "assert again.search('swallowing')\n"
        "print(again.version)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(built)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 0, ran.stderr
    said, version = ran.stdout.splitlines()
    assert "free some space or choose another cache folder" in said
    assert version == before
    assert f"Until then the index before, {before}, is used." in ran.stderr
