"""The one reader and writer of ``<site>/ingested``: what users read in, one file for each article.

The index is a cache and may be deleted at any time; these files are what it is rebuilt from.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from citecoder.adapters.passage_json import passage_from_dict, passage_to_json
from citecoder.errors import InputError, KnowledgeError
from citecoder.retrieval.frontmatter import slug

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from citecoder.model import Passage

_FORMAT = 1


class IngestReport(NamedTuple):
    """What an ingestion did to an article's passages, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.added or self.changed or self.removed)


class IngestedFolder:
    """The ingested articles of a site.

    Args:
        folder: where they lie; made on the first write. None: this installation can't keep any.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def passages(self) -> tuple[Passage, ...]:
        """Return every ingested passage, by article.

        Raises:
            KnowledgeError: a file can't be read; the message names it.
        """
        if self._folder is None or not self._folder.is_dir():
            return ()
        return tuple(passage for path in sorted(self._folder.glob("*.json")) for passage in _read(path))

    def replace(self, article: str, passages: Sequence[Passage]) -> IngestReport:
        """Write an article's passages in place of those that it had; an equal article is left alone."""
        path = self._path(article)
        before = {p.id: p for p in _read(path)} if path.is_file() else {}
        report = compare(before, {p.id: p for p in passages})
        if report.touched:
            whole = {
                "format": _FORMAT,
                "article": article,
                "passages": [json.loads(passage_to_json(p)) for p in passages],
            }
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(f".{os.getpid()}.tmp")
            new.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
            new.replace(path)
        return report

    def remove(self, article: str) -> IngestReport:
        """Delete an article.

        Raises:
            InputError: there is none of that id.
        """
        path = self._path(article)
        if not path.is_file():
            raise InputError(
                f"article '{article}' was never ingested; only ingested articles can be removed", "article"
            )
        gone = tuple(p.id for p in _read(path))
        path.unlink()
        return IngestReport(removed=gone)

    def _path(self, article: str) -> Path:
        if self._folder is None:
            raise InputError(
                "no site folder is set, so nothing can be ingested; set one and try again", "site"
            )
        if slug(article) != article or not article:
            raise InputError(f"article id '{article}' must be lower-case words joined by '-'", "id")
        return self._folder / f"{article}.json"


def compare(before: dict[str, Passage], after: dict[str, Passage]) -> IngestReport:
    """Compare an article's passages with those before. The day of reading alone is no change."""
    same = {key for key in before.keys() & after.keys() if _content(before[key]) == _content(after[key])}
    return IngestReport(
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key in after if key in before and key not in same),
        unchanged=tuple(key for key in after if key in same),
        removed=tuple(key for key in before if key not in after),
    )


def _content(passage: Passage) -> str:
    whole = json.loads(passage_to_json(passage))
    del whole["source"]["checked"]
    return json.dumps(whole, sort_keys=True)


def _read(path: Path) -> tuple[Passage, ...]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        return tuple(passage_from_dict(entry) for entry in whole["passages"])
    except (ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(
            f"{path}: not an ingested article ({type(error).__name__}); ingest its source again"
        ) from error
