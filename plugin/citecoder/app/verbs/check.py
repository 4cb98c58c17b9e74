"""check: an article's claims about codes, held against the code set, the edits and the payers' rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from citecoder import wire
from citecoder.adapters import documents
from citecoder.checking.checker import check
from citecoder.checking.own import check_article, check_data, is_own_article
from citecoder.errors import InputError
from citecoder.yaml_text import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.app.wiring import Parts
    from citecoder.checking.claims import Checked, Facts

_READ = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".pdf"})
_OURS = frozenset({"codes", "families"})
"""Folders of ``knowledge/`` whose YAML holds sentences about codes."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """List what is to be checked: files as named; of folders the documents, and our own code and family files.

    Raises:
        InputError: a path does not exist.
    """
    named = {path for path in paths if not os.path.isdir(path)}  # noqa: PTH112 - Path.is_dir raises on odd names
    return [p for p in documents.find_documents(paths) if p in named or _is_document(p)]


def _is_document(path: Path) -> bool:
    if path.name == "README.md" and (path.parent / "articles").is_dir():
        return False  # the papers of a knowledge folder, not one of its sources
    if os.path.isdir(path):  # noqa: PTH112 - a folder that can't be opened stays in the list, to be told
        return True
    return path.suffix.lower() in _READ or (path.suffix == ".yaml" and bool(_OURS & set(path.parts)))


def check_file(parts: Parts, path: Path) -> wire.CheckResponse:
    """Check one document.

    Args:
        parts: the shared parts; no index is opened.
        path: a PDF, a web page, Markdown, plain text, or a file of a knowledge folder.

    Raises:
        InputError: it can't be read; one line with the file, the reason and what to do next.
    """
    facts = parts.facts
    if path.suffix == ".yaml":
        return _told(path, check_data(_text(path), facts), facts)
    document = documents.load_document(path, parts.document_limits)
    own = document.kind == "markdown" and is_own_article(document.text)
    checked = check_article(document.text, facts) if own else check(document.text, facts)
    return _told(path, checked, facts, document)


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        parse_yaml(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(
            f"{path}: not readable as YAML ({type(error).__name__}); correct it and try again"
        ) from None
    return text


def _told(
    path: Path, checked: Checked, facts: Facts, document: documents.Document | None = None
) -> wire.CheckResponse:
    return wire.CheckResponse(
        file=str(path).encode("utf-8", "replace").decode("utf-8"),
        claims=[
            wire.CheckedClaim.model_validate(
                {
                    "line": c.line, "start": c.start, "end": c.end, "text": c.text, "code": c.code,
                    "attribute": c.attribute, "verdict": c.verdict, "because": c.because, "disputed": c.disputed,
                    "place": document.place(c.line) if document else f"line {c.line}",
                    "passages": _passages(facts, c.cites),
                }
            )
            for c in checked.claims
        ],
        omissions=[
            wire.Omission(code=o.code, what=o.what, passages=_passages(facts, o.cites)) for o in checked.omissions
        ],
        remarks=list(document.remarks) if document else [],
    )  # fmt: skip


def _passages(facts: Facts, cites: Sequence[str]) -> list[wire.Passage]:
    return wire.passages_to_wire([facts.passages[each] for each in dict.fromkeys(cites)])


def contradicted(told: wire.CheckResponse) -> Iterator[wire.CheckedClaim]:
    """Yield the claims that fail a check: contradicted, and not marked so by the document itself."""
    yield from (c for c in told.claims if c.verdict == "contradicted" and not c.disputed)
