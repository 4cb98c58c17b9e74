"""ingest: a person's own documents into the index, and out of it again."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions, chunk_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from citecoder import model
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
    taken: dict[str, Path] = {}
    told: list[wire.IngestedFile] = []
    for path in files:
        try:
            told.append(_ingest_one(parts, path, options, taken))
        except InputError as error:
            told.append(wire.IngestedFile(path=str(path), article=None, error=str(error)))
        step()
    return wire.IngestResponse(files=told, index=parts.store.version)


def _ingest_one(
    parts: Parts, path: Path, options: IngestOptions | None, taken: dict[str, Path]
) -> wire.IngestedFile:
    passages = _chunk(parts, path, options)
    article = passages[0].source.id
    first = taken.setdefault(article, path)
    if first != path:
        raise InputError(
            f"{path}: its id {article!r} is that of {first}; give one of them another id in its front matter"
        )
    if article in {passage.source.id for passage in parts.authored}:
        raise InputError(
            f"{path}: the id {article!r} is that of a shipped article; give it another id in its front matter"
        )
    report = parts.store.replace(article, passages)
    return wire.IngestedFile(
        path=str(path),
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
    told = [
        wire.IngestedFile(path=None, article=article, removed=len(parts.store.remove(article).removed))
        for article in articles
    ]
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
