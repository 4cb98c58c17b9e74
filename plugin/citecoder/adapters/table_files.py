"""A table that a person downloaded → its rows, one at a time: text, a workbook, or either inside a zip.

The only module that imports openpyxl. Knows files, not what stands in them; nothing is held in memory but a row.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import shutil
import tempfile
import warnings
import zipfile
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = (".txt", ".csv", ".tsv")
WORKBOOK = ".xlsx"
MOST_BYTES = 4 << 30
"""What a member of a zip may unpack to: four times the largest table that CMS publishes."""

_HEAD = 65_536
_AROUND = ' "\t\r\n\ufeff\xa0'
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


class Row(NamedTuple):
    """A row with the number of its last line, and its cells as text, trimmed."""

    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """A table of a file. ``names`` are the names it goes by: the file's, its member's, its sheet's."""

    names: tuple[str, ...]
    rows: Iterator[Row]

    @property
    def where(self) -> str:
        """The file, and the part of it that is meant."""
        return " / ".join(self.names)


def sha256(path: Path) -> str:
    """Return the hash of a file.

    Raises:
        InputError: it can't be read.
    """
    with _reading(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tables(path: Path) -> Iterator[Table]:
    """Yield the tables of a file; read each before asking for the next.

    Of a zip that holds the same table as text and as a workbook, as CMS's do, the text is taken.

    Raises:
        InputError: no such file, or one that is locked, damaged or no table at all; the message says which.
    """
    with _reading(path) as file:
        head = file.read(_HEAD)
        file.seek(0)
        _check_kind(head, path)
        if not head.startswith(_ZIP):
            yield Table((path.name,), _text_rows(file, head, path.name))
            return
        with _archive(file, path) as archive:
            if "[Content_Types].xml" in archive.namelist():
                yield from _sheets(file, (path.name,))
            else:
                yield from _members(archive, path)


@contextmanager
def _reading(path: Path) -> Iterator[io.BufferedReader]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: {os.strerror(error.errno or 0).lower()}; give the file's path") from None
    with file:
        yield file


def _check_kind(head: bytes, path: Path) -> None:
    start = head.lstrip()[:200].lower()
    if not head:
        raise InputError(f"{path}: the file is empty; download it again")
    if head.startswith(_OLE):
        raise InputError(
            f"{path}: a workbook with a password, or of the old .xls kind; save it as .xlsx without a password"
        )
    if start.startswith((b"<!doctype", b"<html")):
        raise InputError(
            f"{path}: a web page, not a table: the download stopped at the licence page; accept it in the browser"
        )
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not head.startswith(_ZIP) and not utf16 and b"\0" in head:
        raise InputError(f"{path}: not a table; give a .zip, .xlsx, .csv or .txt file")


# --- zip -------------------------------------------------------------------------------------------


@contextmanager
def _archive(file: IO[bytes], path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise InputError(f"{path}: the zip is damaged; download it again") from None
    with archive:
        yield archive


def _members(archive: zipfile.ZipFile, path: Path) -> Iterator[Table]:
    chosen = _chosen(archive)
    if not chosen:
        raise InputError(f"{path}: the zip holds no .txt, .csv or .xlsx; give CMS's zip or the table itself")
    for info in chosen:
        names = (path.name, PurePosixPath(info.filename).name)
        if info.flag_bits & 1:
            raise InputError(f"{path}: the zip has a password; unpack it and give the table itself")
        if info.file_size > MOST_BYTES:
            raise InputError(
                f"{path}: {names[1]} unpacks to more than {MOST_BYTES >> 30} GB; that is no table"
            )
        try:
            with archive.open(info) as member:
                yield from _member(member, names)
        except (zipfile.BadZipFile, NotImplementedError, EOFError):
            raise InputError(
                f"{path}: the zip is damaged or packed in an unusual way; download it again"
            ) from None


def _chosen(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that are tables, each once: as text where there is text, else as a workbook."""
    by_stem: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = PurePosixPath(info.filename)
        hidden = name.name.startswith(".") or "__MACOSX" in name.parts
        suffix = name.suffix.lower()
        if info.is_dir() or hidden or suffix not in (*TEXT, WORKBOOK):
            continue
        stem = str(name.with_suffix("")).lower()
        if stem not in by_stem or by_stem[stem].filename.lower().endswith(WORKBOOK):
            by_stem[stem] = info
    return list(by_stem.values())


def _member(member: IO[bytes], names: tuple[str, ...]) -> Iterator[Table]:
    if not names[-1].lower().endswith(WORKBOOK):
        head = member.read(_HEAD)
        member.seek(0)
        yield Table(names, _text_rows(member, head, " / ".join(names)))
        return
    with (
        tempfile.TemporaryFile() as copy
    ):  # a workbook is read back and forth, which a zip's member is slow at
        shutil.copyfileobj(member, copy)
        yield from _sheets(copy, names)


# --- text ------------------------------------------------------------------------------------------


def _text_rows(file: IO[bytes], head: bytes, where: str) -> Iterator[Row]:
    text = io.TextIOWrapper(file, encoding=_encoding(head), errors="replace", newline="")
    tabbed = b"\t" in head
    # CMS's tab files quote nothing; its comma files quote cells of several lines.
    reader = csv.reader(
        text, delimiter="\t" if tabbed else ",", quoting=csv.QUOTE_NONE if tabbed else csv.QUOTE_MINIMAL
    )
    try:
        for cells in reader:
            yield Row(reader.line_num, tuple([cell.strip(_AROUND) for cell in cells]))
    except csv.Error:
        raise InputError(
            f"{where} line {reader.line_num}: not readable as a table; is it CMS's file as downloaded?"
        ) from None
    finally:
        with suppress(ValueError):  # the file is closed where a table was left half read
            text.detach()


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


# --- workbooks -------------------------------------------------------------------------------------


def _sheets(file: IO[bytes], names: tuple[str, ...]) -> Iterator[Table]:
    where = " / ".join(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which say nothing about the rows
        book = _workbook(file, where)
        try:
            for sheet in book.worksheets:
                yield Table((*names, sheet.title), _sheet_rows(sheet, where))
        finally:
            book.close()


def _workbook(file: IO[bytes], where: str) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - only when a workbook is read

    try:
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:  # noqa: BLE001 - openpyxl has no root of its errors, and a damaged file raises many kinds
        raise InputError(f"{where}: not readable as a workbook; save it again as .xlsx or .csv") from None


def _sheet_rows(sheet: Any, where: str) -> Iterator[Row]:
    rows = sheet.iter_rows(values_only=True)
    for number in range(1, 1 << 31):
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - as above
            raise InputError(
                f"{where} line {number}: the workbook is damaged here; download it again"
            ) from None
        yield Row(number, tuple(_cell(value) for value in cells))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
