"""Which files are read, in which encodings, and what is said of the others."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from citecoder.adapters.documents import Limits, find_documents, load_document
from citecoder.errors import InputError
from citecoder.model import Passage
from citecoder.retrieval.chunking import chunk_article
from tests.retrieval.test_chunking import SHARED

TEXT = "Manual Therapy Rules\n\nCode 97140 needs a technique, a region and minutes in each note.\n"
CURLY = TEXT + "The plan\u2019s rule \u2014 \u201cone unit\u201d \u2014 holds for caf\u00e9 visits.\n"


def chunks(text: str) -> tuple[Passage, ...]:
    return chunk_article(text, "article.txt", checked=date(2026, 11, 22))


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return held.getvalue()


WORD = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"0" * 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_any_unicode_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rules.txt"
    path.write_bytes(CURLY.encode(encoding))
    found = load_document(path)
    assert (found.text, found.kind, found.remarks) == (CURLY, "text", ())


def test_windows_1252_is_a_last_and_told_resort(tmp_path: Path) -> None:
    path = tmp_path / "rules.txt"
    path.write_bytes(CURLY.encode("cp1252"))
    found = load_document(path)
    assert found.text == CURLY
    assert "read as Windows-1252" in found.remarks[0]


def test_lines_of_text_keep_their_numbers_whatever_ends_them(tmp_path: Path) -> None:
    path = tmp_path / "rules.md"
    path.write_bytes(b"---\r\ntitle: Rules\r\n---\r\n# One\r\rTwo\n")
    found = load_document(path)
    assert found.text == "---\ntitle: Rules\n---\n# One\n\nTwo\n"
    assert (found.kind, found.title, found.url) == ("markdown", None, None)
    assert found.place(6) == "line 6"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", archive("a.txt"), "is a ZIP archive, not a PDF; unpack it"),
        ("a.txt", PNG, "is a PNG image, not text;"),
        ("a.docx", WORD, "is a Word document, which is not read; save it as PDF"),
        ("a.md", WORD, "is a Word document, not text"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "is an old Word, Excel or PowerPoint file",
        ),
        ("a.txt", b"{\\rtf1\\ansi Hello}", "is an RTF document, not text"),
        ("a.pdf", TEXT.encode(), "is plain text, not a PDF; fetch the PDF again"),
        ("a.csv", b"code,units\n97140,1\n", r"\.csv files are not read; give a PDF"),
        ("a.xml", b"<?xml version='1.0'?><rss/>", "is XML data, which is not read"),
        ("a.bin", bytes(range(256)) * 8, "is binary data"),
        ("a.txt", TEXT.encode() * 200 + b"\0", "is binary data, not text"),
        ("a.txt", b"", "is empty; check that it was saved whole"),
        ("a.txt", b" \n\n", "is empty"),
        ("a.txt", b"\xff\xfe", "holds no text"),
        ("a.txt", b"\xff", r"is not UTF-8 \(byte 0\), and no other encoding fits; save it as UTF-8"),
        ("a.txt", ("理学療法の記録には時間が必要です。" * 20).encode("shift_jis"), "no other encoding fits"),
        ("a.txt", TEXT.encode("utf-16")[:-1], "is marked as UTF-16 but breaks at byte"),
    ],
)
def test_what_cannot_be_read_is_named_with_reason_and_next_step(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said) as told:
        load_document(path)
    assert str(told.value).startswith(f"{path}: ")
    assert "\n" not in str(told.value)


def test_a_file_that_is_too_large_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    path.chmod(0)  # nobody but root could read it: its size alone refuses it
    with pytest.raises(
        InputError, match=r"has 200 MB, and at most 20 MB are read; .*CITECODER_MAX_DOCUMENT_MB"
    ):
        load_document(path)
    with pytest.raises(InputError, match="at most 150 MB"):
        load_document(path, Limits(megabytes=150))


def test_links_pipes_and_rings_are_named(tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to("nowhere.md")
    (tmp_path / "ring.md").symlink_to("ring.md")
    os.mkfifo(tmp_path / "pipe.md")
    for name, said in (
        ("gone.md", "link to 'nowhere.md'"),
        ("ring.md", "symbolic links"),
        ("pipe.md", "pipe"),
    ):
        with pytest.raises(InputError, match=said):
            load_document(tmp_path / name)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """Give a folder that anyone may enter, and for root another user's rights while the test runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "shut.md").write_text(TEXT)
        (folder / "shut.md").chmod(0)
        (folder / "closed").mkdir(mode=0)
        (folder / "open.md").write_text(TEXT)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)
        (folder / "closed").chmod(0o755)


def test_what_may_not_be_read_is_listed_and_named(as_nobody: Path) -> None:
    found = find_documents([as_nobody])
    assert [path.name for path in found] == ["open.md", "shut.md", "closed"]
    assert load_document(found[0]).text == TEXT
    with pytest.raises(InputError, match=r"shut.md: permission denied; give yourself read permission"):
        load_document(found[1])
    with pytest.raises(InputError, match=r"closed: permission denied"):
        load_document(found[2])
    with pytest.raises(InputError, match="is a folder, not a document"):
        load_document(as_nobody)


def test_folders_are_read_with_all_below_them_that_is_not_hidden(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "deep/er/c.html", ".hidden.md", ".git/d.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    (tmp_path / "again").symlink_to(tmp_path)
    found = find_documents([tmp_path, tmp_path / "a.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.txt", "b.md", "deep/er/c.html"]
    with pytest.raises(InputError, match="no such file or folder; check"):
        find_documents([tmp_path / "none"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the three web articles are not on this machine")
@pytest.mark.parametrize("code", ["97014", "97140", "97162"])
def test_the_web_articles_are_read_as_they_stand(code: str) -> None:
    path = SHARED / f"{code}.txt"
    found = load_document(path)
    assert chunks(found.text) == chunks(path.read_text(encoding="utf-8"))
    assert found.remarks == ()
