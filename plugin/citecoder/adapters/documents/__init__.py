"""A file → a `Document`: text with its place in the original, or one line that says why not and what to do next.

Files are untrusted: nothing is fetched, no link is followed, no entity is expanded, and text stays text.
"""
# ruff: noqa: PLC0415 - a reader's library is loaded with the first file that needs it

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from citecoder.adapters.documents.document import Document, Limits
from citecoder.adapters.documents.folders import find_documents
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.adapters.documents.document import Kind

__all__ = ["Document", "Limits", "find_documents", "load_document"]

_MEGABYTE = 1024 * 1024
_MARKDOWN = frozenset({".md", ".markdown"})


def load_document(path: Path, limits: Limits | None = None) -> Document:
    """Read one document.

    Args:
        path: a PDF, a web page, Markdown or plain text; which of them is told by its content.
        limits: how much is read.

    Raises:
        InputError: it can't be read; one line with the file, the reason and what to do next.
    """
    from citecoder.adapters.documents.kinds import kind_of

    limits = limits or Limits()
    data = _bytes(path, limits)
    content = kind_of(data, path)
    if content == "pdf":
        from citecoder.adapters.documents.pdf_pages import read_pdf

        return read_pdf(data, str(path), limits)
    if content == "html":
        from citecoder.adapters.documents.web_pages import read_page

        return read_page(data, str(path))
    return _plain(data, path)


def _plain(data: bytes, path: Path) -> Document:
    from citecoder.adapters.documents.encodings import decode

    decoded = decode(data, str(path))
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError(f"{path}: holds no text; check that it was saved whole")
    kind: Kind = "markdown" if path.suffix.lower() in _MARKDOWN else "text"
    return Document(
        text=text,
        kind=kind,
        places=range(1, text.count("\n") + 2),
        remarks=(decoded.remark,) if decoded.remark else (),
    )


def _bytes(path: Path, limits: Limits) -> bytes:
    """Read a regular file that is not too large; its size is asked before a byte is read."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            os.scandir(path).close()  # says why when it can't be opened
            raise InputError(f"{path}: is a folder, not a document; give its files")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path}: not a file but a device, pipe or socket; give a file")
        if found.st_size > limits.megabytes * _MEGABYTE:
            raise InputError(_too_large(path, found.st_size, limits))
        with path.open("rb") as stream:
            data = stream.read(limits.megabytes * _MEGABYTE + 1)
    except (OSError, ValueError) as error:
        raise InputError(_unreadable(path, error)) from None
    if len(data) > limits.megabytes * _MEGABYTE:
        raise InputError(_too_large(path, len(data), limits))
    if not data.strip():
        raise InputError(f"{path}: is empty; check that it was saved whole")
    return data


def _too_large(path: Path, size: int, limits: Limits) -> str:
    shown = -(-size // _MEGABYTE)
    return (
        f"{path}: has {shown:,} MB, and at most {limits.megabytes:,} MB are read; "
        "split it, or raise CITECODER_MAX_DOCUMENT_MB"
    )


def _unreadable(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return f"{path}: is a link to {os.readlink(path)!r}, which is not there; mend or remove the link"  # noqa: PTH115 - as written
    if isinstance(error, PermissionError):
        return f"{path}: permission denied; give yourself read permission"
    reason = (
        os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "not readable"
    )
    return f"{path}: {reason}; check the file and try again"
