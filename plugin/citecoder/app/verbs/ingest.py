"""ingest: a person's own documents into the index, and out of it again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import citecoder
from citecoder import wire
from citecoder.adapters import documents
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions, chunk_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from citecoder import model
    from citecoder.adapters.ingested import IngestReport
    from citecoder.adapters.ingesting import Ingesting, Seen
    from citecoder.app.wiring import Parts


def ingest(
    parts: Parts,
    files: Iterable[Path],
    options: IngestOptions | None = None,
    step: Callable[[], None] = lambda: None,
) -> wire.IngestResponse:
    """Read documents into the index; what can't be read is named with its reason and the rest goes on.

    Documents are read, cut and written one by one. One that did not change since it was last read is passed over.
    The index is built once, at the end.

    Args:
        parts: the shared parts.
        files: PDF, web pages, Markdown or plain text.
        options: what the person says about them all.
        step: called after each file.
    """
    maker = _maker(parts, options)
    taken: dict[str, Path] = {}
    told: list[wire.IngestedFile] = []
    with parts.unopened_store.ingesting() as site:
        for path in files:
            try:
                told.append(_take_in(parts, site, site.look(path, maker), options, taken))
            except InputError as error:
                told.append(wire.IngestedFile(path=str(path), article=None, error=str(error)))
            step()
    return wire.IngestResponse(files=told, index=parts.store.version)


def _take_in(
    parts: Parts, site: Ingesting, seen: Seen, options: IngestOptions | None, taken: dict[str, Path]
) -> wire.IngestedFile:
    """Write one document's article, or pass it over; ``taken`` are the articles of the documents before it."""
    if seen.article is not None:
        _check_id(site, seen.path, seen.article, taken)
        taken[seen.article] = seen.path
        return wire.IngestedFile(
            path=str(seen.path), article=seen.article, passages=seen.passages, unchanged=seen.passages
        )
    passages, remarks = _chunk(parts, seen.path, options)
    article = passages[0].source.id
    _check_id(site, seen.path, article, taken)
    report = site.replace(article, passages, seen)
    taken[article] = seen.path
    return _told(article, report, seen.path, passages, remarks)


def _maker(parts: Parts, options: IngestOptions | None) -> str:
    """Name what a document's passages depend on besides its bytes: this program, the code set, what the person says."""
    whole = hashlib.sha256(f"{options}|{parts.codes.sha}|{parts.document_limits}".encode())
    for module in sorted(Path(citecoder.__file__).parent.rglob("*.py")):
        whole.update(module.read_bytes())
    return whole.hexdigest()


def _check_id(site: Ingesting, path: Path, article: str, taken: Mapping[str, Path]) -> None:
    """Refuse an id that another document has: one would silently take the other's place."""
    if article in taken:
        raise InputError(
            f"{path}: its id {article!r} is that of {taken[article]}; give one of them another file name, or another id in its front matter"
        )
    if article in site.shipped:
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
    known = parts.unopened_store.ingested_articles()
    for article in articles:
        if article not in known:
            raise InputError(
                f"--remove {article!r}: no ingested article has this id; `citecoder search` shows ids",
                "--remove",
            )
    with parts.unopened_store.ingesting() as site:
        told = [_told(article, site.remove(article)) for article in dict.fromkeys(articles)]
    return wire.IngestResponse(files=told, index=parts.store.version)


def find_documents(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are meant, each once: files as named, folders with all below them that is not hidden.

    Raises:
        InputError: a path does not exist; raised at once.
    """
    return iter(documents.find_documents(paths))
