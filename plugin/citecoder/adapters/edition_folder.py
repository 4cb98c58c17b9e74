"""``<site>/knowledge/edits/imported``: the rows and the record of each imported edition, written in one step.

The record names the file of its rows by their hash and is put in place last, so that a reader sees the old edition or
the new one, and an import that is killed leaves the old. ``rules/edits.py`` is the one reader of the rows.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import yaml
from filelock import FileLock

from citecoder.errors import InputError
from citecoder.paths import DataRoots
from citecoder.rules.editions import FOLDER, Import, load_imports
from citecoder.rules.edits import IMPORTED_MUE_COLUMNS, PAIR_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_COLUMNS = {"ncci": PAIR_COLUMNS, "mue": IMPORTED_MUE_COLUMNS}


def imports_in(site: Path) -> tuple[Import, ...]:
    """Return the records of a site's imported editions.

    Raises:
        KnowledgeError: a record breaks its format.
    """
    return tuple(record for _, record in load_imports(DataRoots(site)))


def write_edition(site: Path, record: Import, rows: Iterable[tuple[str, ...]]) -> Import:
    """Put an edition in place of the one of the same name, if there is one.

    Args:
        site: the site's folder.
        record: the record; its ``rows`` is filled in here.
        rows: rows of the CSV file, without the header.

    Raises:
        InputError: the site's folder can't be written to.
    """
    text = _as_csv(_COLUMNS[record.table], rows)
    record = replace(record, rows=f"{record.id}.{hashlib.sha256(text).hexdigest()[:12]}.csv")
    with _writing(site) as folder:
        _put(folder / record.rows, text)
        _put(folder / f"{record.id}.yaml", _as_yaml(record))
        _clear(folder, record.id, keep=record.rows)
    return record


def remove_edition(site: Path, import_id: str) -> bool:
    """Take an imported edition away; False when there is none of that name."""
    if not (site / FOLDER / f"{import_id}.yaml").is_file():
        return False
    with _writing(site) as folder:
        (folder / f"{import_id}.yaml").unlink(missing_ok=True)
        _clear(folder, import_id, keep=None)
    return True


@contextmanager
def _writing(site: Path) -> Iterator[Path]:
    folder = site / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            yield folder
    except OSError as error:
        said = os.strerror(error.errno or 0).lower()
        raise InputError(f"{folder}: {said}; set CITECODER_SITE to a folder that can be written to") from None


def _put(path: Path, data: bytes) -> None:
    """Write a file in one step; whoever reads meanwhile sees the old one."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _clear(folder: Path, import_id: str, keep: str | None) -> None:
    """Delete rows that no record names any more, also those that a killed import left."""
    for path in folder.glob(f"{import_id}.*"):
        if path.name not in (keep, f"{import_id}.yaml"):
            path.unlink(missing_ok=True)


def _as_csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _as_yaml(record: Import) -> bytes:
    raw = asdict(record)
    raw["files"] = list(raw["files"])
    return yaml.safe_dump(raw, sort_keys=False, allow_unicode=True).encode("utf-8")
