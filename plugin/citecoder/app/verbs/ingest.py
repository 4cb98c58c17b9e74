"""ingest: a person's own documents into the index, and out of it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import wire
from citecoder.adapters import documents
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions, chunk_article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from citecoder import model
    from citecoder.adapters.ingested import IngestReport
    from citecoder.app.wiring import Parts


def ingest(
    parts: Parts,
    files: Sequence[Path],
    options: IngestOptions | None = None,
    step: Callable[[], None] = lambda: None,
) -> wire.IngestResponse:
    """Read documents into the index; what can't be read is named with its reason and the rest goes on.

    Args:
        parts: the shared parts.
        files: PDF, web pages, Markdown or plain text.
        options: what the person says about them all.
        step: called after each file.
    """
    read: dict[str, tuple[Path, tuple[model.Passage, ...], tuple[str, ...]]] = {}
    told: list[wire.IngestedFile] = []
    for path in files:
        try:
            passages, remarks = _chunk(parts, path, options)
            _check_id(parts, path, passages[0].source.id, read)
            read[passages[0].source.id] = (path, passages, remarks)
        except InputError as error:
            told.append(wire.IngestedFile(path=str(path), article=None, error=str(error)))
        step()
    reports = (
        parts.store.replace_many({article: passages for article, (_, passages, _) in read.items()})
        if read
        else {}
    )
    told += [_told(article, report, *read[article]) for article, report in reports.items()]
    return wire.IngestResponse(files=told, index=parts.store.version)


def _check_id(
    parts: Parts, path: Path, article: str, read: Mapping[str, tuple[Path, object, object]]
) -> None:
    """Refuse an id that another document has: one would silently take the other's place."""
    if article in read:
        raise InputError(
            f"{path}: its id {article!r} is that of {read[article][0]}; give one of them another file name, or another id in its front matter"
        )
    if article in {passage.source.id for passage in parts.authored}:
        raise InputError(
            f"{path}: the id {article!r} is that of a shipped article; give it another file name, or another id in its front matter"
        )


def _told(
    article: str,
    report: IngestReport,
    path: Path | None = None,
    passages: Sequence[model.Passage] = (),
    remarks: Sequence[str] = (),
) -> wire.IngestedFile:
    return wire.IngestedFile(
        path=str(path) if path else None,
        article=article,
        passages=len(passages),
        added=len(report.added),
        changed=len(report.changed),
        unchanged=len(report.unchanged),
        removed=len(report.removed),
        remarks=list(remarks),
    )


def _chunk(
    parts: Parts, path: Path, options: IngestOptions | None
) -> tuple[tuple[model.Passage, ...], tuple[str, ...]]:
    document = documents.load_document(path, parts.document_limits)
    passages = chunk_article(
        document.text,
        str(path),
        checked=datetime.now(UTC).date(),
        known_codes=parts.codes.codes.keys(),
        options=_with_found(options or IngestOptions(), document),
    )
    return passages, document.remarks


def _with_found(options: IngestOptions, document: documents.Document) -> IngestOptions:
    """Add what a web page or PDF tells of itself; what the person says wins."""
    return replace(
        options,
        title=options.title or document.title,
        url=options.url or document.url,
        published=options.published or document.published,
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
    return documents.find_documents(paths)
