"""Small files in the layouts that CMS and the AMA publish: headers as they come, rows of our own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

NOTICE = "CPT only copyright 2025 American Medical Association. All rights reserved."
PTP_HEADER = [
    ("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
]
MUE_HEADER = (
    "HCPCS/\nCPT Code",
    "Practitioner Services MUE Values",
    "MUE Adjudication Indicator",
    "MUE Rationale",
)
PAIRS = [
    ("97140", "97124", "", "19960101", "*", "0", "made up"),
    ("97140", "97530", "", "20190101", "20191231", "1", "made up"),
    ("97140", "97530", "", "20260701", "*", "1", "made up"),
    ("97012", "97140", "", "19960101", "*", "1", "made up"),
    ("97150", "97140", "", "20050101", "20050101", "9", "made up"),
    ("00100", "99999", "", "20200101", "*", "1", "made up"),
]
LIMITS = [
    ("97140", "3", "3 Date of Service Edit: Clinical", "Clinical: Data"),
    ("97161", "1", "2 Date of Service Edit: Policy", "Nature of Service"),
    ("J0001", "5", "1 Line Edit", "Prescribing Information"),
]


def ptp_text(path: Path, rows: Iterable[Sequence[str]] = PAIRS, title: str = "Column1/Column2 Edits") -> Path:
    """Write a pair table as CMS's tab-delimited text: six lines above the rows, CRLF."""
    lines = [NOTICE, title, *("\t".join(cells) for cells in (*PTP_HEADER, *rows))]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode())
    return path


def ptp_workbook(path: Path, rows: Iterable[Sequence[str]] = PAIRS) -> Path:
    """Write a pair table as a workbook: codes and dates as numbers where they are digits."""
    book = Workbook()
    sheet = book.active
    sheet.append([NOTICE])
    sheet.append(["Column1/Column2 Edits"])
    for cells in PTP_HEADER:
        sheet.append(list(cells))
    for cells in rows:
        sheet.append([int(c) if c.isdigit() and not c.startswith("00") else c for c in cells])
    book.save(path)
    return path


def mue_csv(path: Path, rows: Iterable[Sequence[str]] = LIMITS, header: Sequence[str] = MUE_HEADER) -> Path:
    """Write a table of limits as CMS's csv: the notice is one quoted cell of several lines."""
    lines = [f'"{NOTICE}\nCPT is a trademark.",,,', ",".join(f'"{cell}"' for cell in header)]
    lines += [",".join(f'"{cell}"' for cell in cells) for cells in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode())
    return path


def zipped(path: Path, *members: Path) -> Path:
    """Put files into a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.write(member, member.name)
    return path


def locked(path: Path) -> Path:
    """Set the flags of a zip's members that say they are encrypted."""
    data = bytearray(path.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))
    return path


DESCRIPTOR = "Words of a licensed file"
LICENCE = ("--licensee", "Elm Street Therapy", "--accept-licence")
"""What the command line asks for before it takes descriptors in."""


def cpt_text(path: Path) -> Path:
    """Write a file of descriptors with one that is ours to show."""
    path.write_text(f"notice\r\n97140\t{DESCRIPTOR}\r\n00100\tx\r\n")
    return path
