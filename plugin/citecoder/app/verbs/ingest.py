"""ingest: a person's own documents into the index, and out of it again."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import citecoder
from citecoder import wire
from citecoder.errors import InputError
from citecoder.retrieval.chunking import IngestOptions, chunk_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from citecoder import model
    from citecoder.adapters.ingested import IngestReport
    from citecoder.adapters.ingesting import Ingesting, Seen
    from citecoder.app.wiring import Parts

KINDS = frozenset({".md", ".markdown", ".txt", ".text"})


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
        files: Markdown or plain-text files.
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
    passages = _chunk(parts, seen.path, options)
    article = passages[0].source.id
    _check_id(site, seen.path, article, taken)
    report = site.replace(article, passages, seen)
    taken[article] = seen.path
    return _told(article, report, seen.path, passages)


def _maker(parts: Parts, options: IngestOptions | None) -> str:
    """Name what a document's passages depend on besides its bytes: this program, the code set, what the person says."""
    whole = hashlib.sha256(f"{options}|{parts.codes.sha}".encode())
    for module in sorted(Path(citecoder.__file__).parent.rglob("*.py")):
        whole.update(module.read_bytes())
    return whole.hexdigest()


def _check_id(site: Ingesting, path: Path, article: str, taken: Mapping[str, Path]) -> None:
    """Refuse an id that another document has: one would silently take the other's place."""
    if article in taken:
        raise InputError(
            f"{path}: its id {article!r} is that of {taken[article]}; give one of them another id in its front matter"
        )
    if article in site.shipped:
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
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
    return _documents(paths)


def _documents(paths: Sequence[Path]) -> Iterator[Path]:
    several = len(paths) > 1
    given: set[Path] = set()
    for path in paths:
        for found in _below(path) if path.is_dir() else (path,):
            if found not in given:
                yield found
            if several:
                given.add(found)


def _below(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        seen = sorted((each.name, each.is_dir(follow_symlinks=False), each.is_file()) for each in entries)
    for name, is_folder, is_file in seen:
        if name.startswith("."):
            continue
        if is_folder:
            yield from _below(folder / name)
        elif is_file:
            yield folder / name
