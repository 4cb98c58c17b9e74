"""What a file is, told by its first bytes: a name can lie, and what can't be read is called what it is."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

import filetype

from citecoder.adapters.documents.encodings import looks_like_text
from citecoder.errors import InputError

Content = Literal["html", "pdf", "text"]

_HEAD = 4096
_TEXT = frozenset({".md", ".markdown", ".txt", ".text", ""})
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_CLAIMED = {".pdf": "a PDF", **dict.fromkeys(_PAGES, "a web page"), **dict.fromkeys(_TEXT - {""}, "text")}
_NAMES = {
    "zip": "a ZIP archive",
    "docx": "a Word document",
    "doc": "an old Word, Excel or PowerPoint file",
    "xlsx": "an Excel workbook",
    "pptx": "a PowerPoint file",
    "odt": "an OpenDocument text",
    "rtf": "an RTF document",
    "epub": "an EPUB book",
    "gz": "a GZIP archive",
    "png": "a PNG image",
    "jpg": "a JPEG image",
    "tif": "a TIFF image",
    "gif": "a GIF image",
}
_NEXT = {
    "zip": "unpack it and ingest what is inside",
    "gz": "unpack it and ingest what is inside",
    "png": "ingest the text that it shows",
    "jpg": "ingest the text that it shows",
    "tif": "ingest the text that it shows",
    "gif": "ingest the text that it shows",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"^(?:\s|<!--(?:[^-]|-(?!->)){0,2000}-->|<\?xml[^>]{0,200}\?>)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])",
    re.IGNORECASE,
)
_XML = re.compile(rb"^\s*<(?:\?xml|svg\b)", re.IGNORECASE)


def kind_of(data: bytes, path: PurePath) -> Content:
    """Tell what the bytes are.

    Args:
        data: the file's bytes.
        path: its name, for the message; among text it tells a web page's fragment from plain text.

    Raises:
        InputError: nothing that citecoder reads, or not what the name claims in a way that hints at a mistake.
    """
    suffix = path.suffix.lower()
    head = data[:_HEAD]
    # Readers take a PDF with other bytes before its head; without the name to it, that may be a text about PDFs.
    if head.lstrip().startswith(b"%PDF") or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    if not looks_like_text(head):
        raise InputError(_refusal(path, *_binary(head)))
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if plain.startswith(b"{\\rtf"):
        raise InputError(_refusal(path, _NAMES["rtf"]))
    if _HTML.match(plain):
        if suffix == ".pdf":
            raise InputError(_refusal(path, "a web page", "fetch the PDF again, or name the page .html"))
        return "html"
    if _XML.match(plain):
        raise InputError(_refusal(path, "XML data"))
    return _text_or_fragment(path, suffix)


def _text_or_fragment(path: PurePath, suffix: str) -> Content:
    if suffix in _PAGES:
        return "html"
    if suffix == ".pdf":
        raise InputError(
            _refusal(path, "plain text", "fetch the PDF again, or name the file .txt if its text is meant")
        )
    if suffix not in _TEXT:
        raise InputError(
            f"{path}: {suffix} files are not read; give a PDF, a web page, Markdown or plain text (.pdf, .html, .md, .txt)"
        )
    return "text"


def _binary(head: bytes) -> tuple[str, str]:
    found = filetype.guess(head)
    known = "doc" if head.startswith(_OLE) else found.extension if found else ""
    name = _NAMES.get(known) or (f"a {known.upper()} file" if known else "binary data")
    return name, _NEXT.get(known, "")


def _refusal(path: PurePath, what: str, next_step: str = "") -> str:
    claimed = _CLAIMED.get(path.suffix.lower())
    instead = f", not {claimed}" if claimed else ", which is not read"
    return f"{path}: is {what}{instead}; {next_step or 'save it as PDF, web page, Markdown or plain text'}"
