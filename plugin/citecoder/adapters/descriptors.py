"""``<site>/licensed/cpt-descriptors.json``: the CPT descriptors that the site has a licence for.

They belong to the American Medical Association. They are kept apart from all data, readable by their owner alone,
never indexed, cited or sent to a model, and shown only until the licence ends.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from citecoder.adapters.table_files import Row, Table, sha256, tables
from citecoder.errors import InputError, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Collection

FOLDER, NAME = "licensed", "cpt-descriptors.json"
STATEMENT = (
    "The licensee holds a current licence of the American Medical Association to use the CPT descriptors of this "
    "file in this software, at this site, until the day on which it expires."
)

_LINE = re.compile(r"([0-9A-Z][0-9]{3}[0-9A-Z])\s+(\S.*)")
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_HEADER_WITHIN = 60
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Descriptors:
    """What the file holds: whose licence, for which edition, until when, and the texts by code."""

    edition: str
    licensee: str
    accepted_on: date
    expires: date
    statement: str
    file: str
    sha256: str
    rows_read: int
    code_set: str
    texts: dict[str, str] = field(repr=False)

    def valid(self, today: date) -> bool:
        """Tell whether the licence holds on a day; its last day is part of it."""
        return today <= self.expires


@dataclass
class DescriptorsRead:
    """What was read of a descriptor file."""

    texts: dict[str, str] = field(default_factory=dict)
    rows_read: int = 0
    bad: int = 0
    named: list[str] = field(default_factory=list)


_STORED = TypeAdapter(Descriptors)


def descriptors_in(site: Path | None) -> Descriptors | None:
    """Return the site's descriptors, expired ones included, or None.

    Raises:
        KnowledgeError: the file is damaged.
    """
    path = _path(site) if site else None
    if path is None or not path.is_file():
        return None
    try:
        return _STORED.validate_json(path.read_bytes())
    except (ValidationError, ValueError, OSError):
        raise KnowledgeError(
            f"{path}: not readable. Import the descriptors again, or run `citecoder import --remove descriptors`."
        ) from None


def write_descriptors(site: Path, descriptors: Descriptors) -> None:
    """Put descriptors in place of those before, in one step, for their owner's eyes only.

    Raises:
        InputError: the site's folder can't be written to.
    """
    path = _path(site)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")  # made with 0600
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(_STORED.dump_python(descriptors, mode="json"), indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        said = os.strerror(error.errno or 0).lower()
        raise InputError(
            f"{path.parent}: {said}; set CITECODER_SITE to a folder that can be written to"
        ) from None


def remove_descriptors(site: Path) -> bool:
    """Delete the site's descriptors; False when there are none."""
    path = _path(site)
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


def read_descriptors(path: Path, codes: Collection[str]) -> DescriptorsRead:
    """Read a descriptor file: ``code TAB text`` with lines of notice above, or columns with a header.

    Args:
        path: a text, comma or workbook file, or a zip of one.
        codes: the CPT numbers that texts are kept for.

    Raises:
        InputError: it can't be read, or holds no descriptor of these codes.
    """
    told = DescriptorsRead()
    for table in tables(path):
        _read_table(told, table, codes)
    if not told.rows_read:
        raise InputError(
            f"{path}: no descriptors; each line is a code, a tab and its text, or a header names both"
        )
    if not told.texts:
        raise InputError(
            f"{path}: none of its {told.rows_read} codes is known here; is it a CPT descriptor file?"
        )
    return told


def file_hash(path: Path) -> str:
    """Return the hash of a file."""
    return sha256(path)


def _path(site: Path) -> Path:
    return site / FOLDER / NAME


def _read_table(told: DescriptorsRead, table: Table, codes: Collection[str]) -> None:
    columns: tuple[int, int] | None = None
    for seen, row in enumerate(table.rows):
        if columns is None and not told.rows_read and seen < _HEADER_WITHIN:
            columns = _columns(row)
            if columns is not None:
                continue
        pair = _by_columns(row, columns) if columns else _by_line(row)
        if pair is None:
            begun = bool(told.rows_read) or columns is not None
            if begun and any(row.cells):  # lines of notice above the first code are no rows
                _bad(told, table, row, "no code with a text")
            continue
        told.rows_read += 1
        code, text = pair
        if code in codes and told.texts.setdefault(code, text) != text:
            _bad(told, table, row, "a second text for one code; the first is kept")


def _columns(row: Row) -> tuple[int, int] | None:
    """Return where the code and the longest text stand, when the row is a header."""
    names = [cell.lower() for cell in row.cells]
    code = next((i for i, name in enumerate(names) if name in ("code", "cpt", "cpt code", "cpt_code")), None)
    texts = [i for i, name in enumerate(names) if "descript" in name or name in ("long", "text")]
    if code is None or not texts:
        return None
    return code, next((i for i in texts if "long" in names[i]), texts[0])


def _by_columns(row: Row, columns: tuple[int, int]) -> tuple[str, str] | None:
    if len(row.cells) <= max(columns):
        return None
    code, text = (row.cells[at] for at in columns)
    return (code.upper(), text) if _CODE.fullmatch(code.upper()) and text else None


def _by_line(row: Row) -> tuple[str, str] | None:
    """Read ``code TAB text``, or a code, spaces and text that commas may have cut."""
    if len(row.cells) > 1 and _CODE.fullmatch(row.cells[0]):
        text = ", ".join(cell for cell in row.cells[1:] if cell)
        return (row.cells[0], text) if text else None
    found = _LINE.fullmatch(", ".join(row.cells).strip())
    return (found[1], found[2]) if found else None


def _bad(told: DescriptorsRead, table: Table, row: Row, why: str) -> None:
    told.bad += 1
    if len(told.named) < _NAMED:
        told.named.append(f"{table.where} line {row.line}: {why}")
