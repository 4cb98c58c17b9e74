"""What a document is once it was read: its text, what is known of it, and where each line came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["html", "pdf", "text", "markdown"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a document is read.

    Attributes:
        megabytes: a larger file is refused by its size, without being read.
        pages: a longer PDF is cut here, and the document says so.
        seconds: a PDF that takes longer is cut at the last whole page, and the document says so.
    """

    megabytes: int = 20
    pages: int = 2000
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text.

    Attributes:
        text: plain text, or Markdown for ``html`` and ``pdf``; lines end with a newline. Never interpreted here.
        kind: told by content; only "text" and "markdown" differ by the file's suffix.
        title: found in a web page or a PDF; None for text, whose front matter and headings are read later.
        url: the canonical address that a web page names, ``http`` or ``https`` only.
        published: the day of publication that a web page's metadata names; never a file's own date.
        places: for each line of ``text`` its page (``pdf``) or its line in the file (else), from 1; None: not known.
        remarks: what a person should know: which encoding was taken, what was cut or could not be read.
    """

    text: str
    kind: Kind
    title: str | None = None
    url: str | None = None
    published: date | None = None
    places: Sequence[int | None] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()

    def place(self, line: int) -> str:
        """Say where a line of the text (from 1) stands in the original: "page 3", "line 17", or "" when not known."""
        found = self.places[line - 1] if 0 < line <= len(self.places) else None
        return "" if found is None else f"{'page' if self.kind == 'pdf' else 'line'} {found}"


def without_fence(lines: Sequence[tuple[str, int | None]]) -> list[tuple[str, int | None]]:
    """Keep extracted text from opening with ``---``: a page or a PDF must not write its own front matter."""
    opens = bool(lines) and lines[0][0].startswith("---")
    return [("", lines[0][1]), *lines] if opens else list(lines)
