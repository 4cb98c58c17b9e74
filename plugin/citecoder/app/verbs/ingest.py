"""ingest: a person's own documents into the index, and out of it again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions, chunk_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from citecoder import model
    from citecoder.adapters.ingested import IngestReport
    from citecoder.app.wiring import Parts

KINDS = frozenset({".md", ".markdown", ".txt", ".text"})


def ingest(
    parts: Parts,
    files: Sequence[Path],
    options: IngestOptions | None = None,
    step: Callable[[], None] = lambda: None,
) -> wire.IngestResponse:
    """Read documents into the index; what can't be read is named with its reason and the rest goes on.

    Args:
        parts: the shared parts.
        files: Markdown or plain-text files.
        options: what the person says about them all.
        step: called after each file.
    """
    read: dict[str, tuple[Path, tuple[model.Passage, ...]]] = {}
    told: list[wire.IngestedFile] = []
    for path in files:
        try:
            passages = _chunk(parts, path, options)
            _check_id(parts, path, passages[0].source.id, read)
            read[passages[0].source.id] = (path, passages)
        except InputError as error:
            told.append(wire.IngestedFile(path=str(path), article=None, error=str(error)))
        step()
    reports = (
        parts.store.replace_many({article: passages for article, (_, passages) in read.items()})
        if read
        else {}
    )
    told += [_told(article, report, *read[article]) for article, report in reports.items()]
    return wire.IngestResponse(files=told, index=parts.store.version)


def _check_id(parts: Parts, path: Path, article: str, read: Mapping[str, tuple[Path, object]]) -> None:
    """Refuse an id that another document has: one would silently take the other's place."""
    if article in read:
        raise InputError(
            f"{path}: its id {article!r} is that of {read[article][0]}; give one of them another id in its front matter"
        )
    if article in {passage.source.id for passage in parts.authored}:
        raise InputError(
            f"{path}: the id {article!r} is that of a shipped article; give it another one in its front matter"
        )


def _told(
    article: str, report: IngestReport, path: Path | None = None, passages: Sequence[model.Passage] = ()
) -> wire.IngestedFile:
    return wire.IngestedFile(
        path=str(path) if path else None,
        article=article,
        passages=len(passages),
        added=len(report.added),
        changed=len(report.changed),
        unchanged=len(report.unchanged),
        removed=len(report.removed),
    )


def _chunk(parts: Parts, path: Path, options: IngestOptions | None) -> tuple[model.Passage, ...]:
    if path.suffix.lower() not in KINDS:
        raise InputError(f"{path}: not Markdown or plain text; save its text as .md or .txt")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0).lower()}") from None
    text = wire.read_text(data, str(path))
    today = datetime.now(UTC).date()
    return chunk_article(
        text, path.name, checked=today, known_codes=parts.codes.codes.keys(), options=options
    )


def remove(parts: Parts, articles: Sequence[str]) -> wire.IngestResponse:
    """Take ingested articles out of the index.

    Raises:
        InputError: no ingested article has that id.
    """
    known = {passage.source.id for passage in parts.store.passages() if passage.ingested}
    for article in articles:
        if article not in known:
            raise InputError(
                f"--remove {article!r}: no ingested article has this id; `citecoder search` shows ids",
                "--remove",
            )
    told = [_told(article, parts.store.remove(article)) for article in articles]
    return wire.IngestResponse(files=told, index=parts.store.version)


def find_documents(paths: Sequence[Path]) -> list[Path]:
    """List the files that are meant: files as named, folders with all below them that is not hidden.

    Raises:
        InputError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
        found.update(dict.fromkeys(_below(path) if path.is_dir() else [path]))
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
