"""A PDF → the lines of its pages with size, weight and place: the only pypdf."""

from __future__ import annotations

import io
import logging
import math
import re
import time
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from citecoder.adapters.documents.document import Document, Limits, without_fence
from citecoder.adapters.documents.pdf_layout import to_markdown
from citecoder.adapters.documents.pdf_lines import Line, Run, lines_of
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_LEANS = 0.2
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
    reader, count = _opened(data, where)
    pages, broken = _pages(reader, min(count, limits.pages), deadline)
    if not pages:
        raise InputError(
            f"{where}: its first page takes longer than {limits.seconds:g} s; print it to a new PDF, "
            "or raise CITECODER_MAX_DOCUMENT_SECONDS"
        )
    if len(broken) == len(pages):
        raise InputError(f"{where}: none of its pages can be read (broken or too complex); {_AGAIN}")
    remarks = _cut(len(pages), count, limits)
    if broken:
        remarks.append(f"page {_ranges(broken)} of {count:,} can't be read")
    remarks += _empty_pages(pages, broken, where)
    lines = without_fence(to_markdown(pages))
    return Document(
        text="\n".join(text for text, _ in lines),
        kind="pdf",
        title=_title(reader, lines),
        places=tuple(page for _, page in lines),
        remarks=tuple(remarks),
    )


_AGAIN = "fetch it again, or print it to a new PDF"


def _opened(data: bytes, where: str) -> tuple[PdfReader, int]:
    """Open a PDF and count its pages.

    Many published PDFs have only an owner's password, against changes: those open for everybody.

    Raises:
        InputError: broken, or encrypted with a password.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    except Exception as error:  # noqa: BLE001 - a broken file makes pypdf raise whatever its parts raise
        raise InputError(
            f"{where}: is broken or not a whole PDF ({type(error).__name__}); {_AGAIN}"
        ) from None
    if locked:
        raise InputError(
            f"{where}: is encrypted and needs a password; save a copy without one and ingest that"
        )
    if not count:
        raise InputError(f"{where}: has no pages; {_AGAIN}")
    return reader, count


def _cut(read: int, count: int, limits: Limits) -> list[str]:
    if read == count:
        return []
    why = (
        f"at most {limits.pages:,} are read; raise CITECODER_MAX_DOCUMENT_PAGES"
        if read == limits.pages
        else f"it takes longer than {limits.seconds:g} s; split it, or raise CITECODER_MAX_DOCUMENT_SECONDS"
    )
    return [f"cut after page {read:,} of {count:,}: {why}"]


def _pages(reader: PdfReader, count: int, deadline: float) -> tuple[list[list[Line]], list[int]]:
    """Read pages until the time is up; return them, and the numbers of those that can't be read."""
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
    return pages, broken


def _page_lines(reader: PdfReader, at: int, deadline: float) -> list[Line]:
    runs: list[Run] = []

    def on_text(text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        if text:
            runs.append(_run(text, cm, tm, font, float(size or 0)))

    def on_operator(*_: object) -> None:
        if time.monotonic() > deadline:
            raise _TimeIsUpError

    reader.pages[at].extract_text(visitor_text=on_text, visitor_operand_before=on_operator)
    return lines_of(runs, at + 1)


def _run(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> Run:
    """Give a run its place and size on the page: text matrix times page matrix."""
    across, up = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
    scale = math.hypot(across, up)
    # Letters that lean are a watermark ("DRAFT"); only where it ends a line matters.
    leans = min(abs(across), abs(up)) > _LEANS * scale and not _upright(tm, cm)
    return Run(
        text="\n" * text.count("\n") if leans else text.translate(_LIGATURES),
        x=tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
        y=tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
        size=abs(size) * scale,
        bold=bool(_BOLD.search(str((font or {}).get("/BaseFont", "")))),
    )


def _upright(tm: Sequence[float], cm: Sequence[float]) -> bool:
    """Tell slanted letters on a level line, which some files use as italics, from a line that climbs."""
    along, climb = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    return abs(climb) < _LEANS * math.hypot(along, climb)


def _empty_pages(pages: Sequence[Sequence[Line]], broken: Sequence[int], where: str) -> list[str]:
    """Refuse a PDF without text, and tell which pages of another have none.

    Raises:
        InputError: no page has text, or its letters can't be told.
    """
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
    empty = [number for number, page in enumerate(pages, 1) if not page and number not in broken]
    return [f"page {_ranges(empty)} of {len(pages):,} has no text (blank or scanned)"] if empty else []


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
