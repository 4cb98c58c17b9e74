"""A PDF → the lines of its pages with size, weight and place: the only pypdf."""

from __future__ import annotations

import io
import logging
import math
import re
import time
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import DependencyError

from citecoder.adapters.documents.document import Document, Limits, without_fence
from citecoder.adapters.documents.pdf_layout import Line, to_markdown
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Its warnings go to standard error where no logging is set up; what matters of them is in our errors.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "\u00ad": "",
        "\u00a0": " ",
        "\u200b": "",
    }
)
_WIDTH = 0.5
_JUNK_TITLE = re.compile(
    r"^(?:microsoft \w+ - .*|untitled.*|.*\.(?:docx?|pdf|indd|pptx?|xlsx?|html?|txt))?$", re.IGNORECASE
)


class _TimeIsUpError(Exception):
    """A page takes longer than the document may."""


def read_pdf(data: bytes, where: str, limits: Limits) -> Document:
    """Read a PDF.

    Args:
        data: the file's bytes.
        where: the file, for the message.
        limits: pages and seconds after which it is cut, with a remark.

    Raises:
        InputError: broken, encrypted, or without text.
    """
    deadline = time.monotonic() + limits.seconds
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        _unlock(reader, where)
        count = len(reader.pages)
    except InputError:
        raise
    except DependencyError:
        raise InputError(f"{where}: {_ENCRYPTED}") from None
    except Exception as error:  # noqa: BLE001 - a broken file makes pypdf raise whatever its parts raise
        raise InputError(f"{where}: {_broken(error)}") from None
    pages, remarks = _pages(reader, min(count, limits.pages), deadline)
    if len(pages) < count:
        why = (
            f"at most {limits.pages:,} are read; raise CITECODER_MAX_DOCUMENT_PAGES"
            if len(pages) == limits.pages
            else f"it took longer than {limits.seconds:g} s; split it, or raise CITECODER_MAX_DOCUMENT_SECONDS"
        )
        remarks.insert(0, f"cut after page {len(pages):,} of {count:,}: {why}")
    _check_text(pages, where, remarks)
    lines = without_fence(to_markdown(pages))
    return Document(
        text="\n".join(text for text, _ in lines),
        kind="pdf",
        title=_title(reader, lines),
        places=tuple(page for _, page in lines),
        remarks=tuple(remarks),
    )


_ENCRYPTED = "is encrypted and needs a password; save a copy without one and ingest that"


def _broken(error: Exception) -> str:
    return f"is broken or not a whole PDF ({type(error).__name__}); fetch it again, or print it to a new PDF"


def _unlock(reader: PdfReader, where: str) -> None:
    """Open what opens for everybody: many published PDFs have only an owner's password, against changes."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{where}: {_ENCRYPTED}")


def _pages(reader: PdfReader, count: int, deadline: float) -> tuple[list[list[Line]], list[str]]:
    """Read pages until the time is up; a page that can't be read is named."""
    pages: list[list[Line]] = []
    broken: list[int] = []
    for at in range(count):
        try:
            pages.append(_page_lines(reader, at, deadline))
        except _TimeIsUpError:
            break
        except Exception:  # noqa: BLE001 - see above; the other pages may be sound
            pages.append([])
            broken.append(at + 1)
        if time.monotonic() > deadline:
            break
    return pages, [f"page {_ranges(broken)} can't be read"] if broken else []


def _page_lines(reader: PdfReader, at: int, deadline: float) -> list[Line]:
    runs: list[_Run] = []

    def on_text(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text:
            runs.append(_Run(text, cm, tm, font, float(size or 0)))

    def on_operator(*_: object) -> None:
        if time.monotonic() > deadline:
            raise _TimeIsUpError

    reader.pages[at].extract_text(visitor_text=on_text, visitor_operand_before=on_operator)
    return list(_lines(runs, at + 1))


class _Run:
    """A run of text in one font, with the place and the size that it has on the page."""

    def __init__(self, text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        self.text = text.translate(_LIGATURES)
        self.x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        self.y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        self.size = abs(size) * math.hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        self.bold = bool(_BOLD.search(str((font or {}).get("/BaseFont", ""))))


def _lines(runs: Sequence[_Run], page: int) -> Iterator[Line]:
    """Join runs to lines where pypdf ends them."""
    row: list[tuple[str, _Run]] = []
    for run in runs:
        parts = run.text.split("\n")
        for place, part in enumerate(parts):
            if place and row:
                yield from _line(row, page)
                row = []
            if part.strip():
                row.append((part, run))
    if row:
        yield from _line(row, page)


def _line(row: Sequence[tuple[str, _Run]], page: int) -> Iterator[Line]:
    cells: list[str] = []
    starts: list[float] = []
    end = math.inf
    for text, run in row:
        if run.x - end > 2 * run.size or not cells:
            cells.append("")
            starts.append(run.x)
        cells[-1] += text
        # Widths of letters are not asked for: half the size is near enough to see a column's gap.
        end = run.x + len(text.strip()) * run.size * _WIDTH
    shown = [" ".join(cell.split()) for cell in cells]
    longest = max(row, key=lambda each: len(each[0]))[1]
    yield Line(
        cells=tuple(shown),
        starts=tuple(starts),
        page=page,
        y=row[0][1].y,
        size=round(longest.size * 2) / 2,
        bold=all(run.bold for _, run in row),
    )


def _check_text(pages: Sequence[Sequence[Line]], where: str, remarks: list[str]) -> None:
    """Refuse a PDF without text, and tell which pages of another have none.

    Raises:
        InputError: no page has text, or its letters can't be told.
    """
    empty = [number for number, page in enumerate(pages, 1) if not page]
    text = "".join(line.text for page in pages for line in page)
    if not text:
        raise InputError(
            f"{where}: has no text, only images (a scan); run text recognition (OCR) over it and ingest the result"
        )
    odd = sum(not each.isprintable() or "\ue000" <= each <= "\uf8ff" for each in text)
    if odd > 0.3 * len(text):
        raise InputError(
            f"{where}: its fonts don't tell their letters; run text recognition (OCR) over it and ingest the result"
        )
    named = any("can't be read" in remark for remark in remarks)
    if empty and not named:
        remarks.append(f"page {_ranges(empty)} of {len(pages):,} has no text (blank or scanned)")


def _ranges(numbers: Sequence[int]) -> str:
    """Write page numbers short.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    return ", ".join(shown[:10]) + (" …" if len(shown) > 10 else "")


def _title(reader: PdfReader, lines: Sequence[tuple[str, int | None]]) -> str | None:
    """Return the first heading, which a reader sees; else the title in the file's data unless it's a file name."""
    for text, _ in lines:
        if text.startswith("# "):
            return text[2:].strip()
    try:
        stated = " ".join(str((reader.metadata and reader.metadata.title) or "").split())
    except Exception:  # noqa: BLE001 - see above; a title is not worth a document
        return None
    return None if _JUNK_TITLE.match(stated) else stated
