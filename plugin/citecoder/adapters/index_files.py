"""The list of a version's files as they were when it was complete, and what has become of them since.

A check must be quick at any size: sizes, and a checksum of the beginning, the middle and the end of each file.
"""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SAMPLE = 64 * 1024
_SQLITE = b"SQLite format 3\x00"

Inventory = dict[str, tuple[int, int | None]]
"""Relative name → size in bytes, and checksum; None for a file that its library writes to when it opens it."""


def inventory(folder: Path, foreign: Path) -> Inventory:
    """List the files of a version.

    Args:
        folder: the version's folder.
        foreign: the folder in it that a library keeps: only the sizes of its files are noted.
    """
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_size,
            None if path.is_relative_to(foreign) else _checksum(path),
        )
        for path in _files(folder)
    }


def damage(folder: Path, listed: Mapping[str, tuple[int, int | None]]) -> str | None:
    """Say in words what is wrong with a version's files; None when all are as they were."""
    for name, (size, checksum) in listed.items():
        try:
            found = (folder / name).stat().st_size
            if found < size or (checksum is not None and found != size):
                return f"{name} has {found} bytes instead of {size}"
            if checksum is not None and _checksum(folder / name) != checksum:
                return f"{name} was changed"
            if name.endswith(".sqlite3") and _head(folder / name) != _SQLITE:
                return f"{name} is no database"
        except OSError as error:
            return f"{name}: {(error.strerror or 'unreadable').lower()}"
    return None


def flush(folder: Path) -> None:
    """Make sure that a folder's files are on the disk before anything points at them."""
    for path in [*_files(folder), *(each for each in folder.rglob("*") if each.is_dir()), folder]:
        flush_one(path)


def flush_one(path: Path) -> None:
    """Make sure that a file's bytes, or a folder's entries, are on the disk."""
    if os.name == "nt" and path.is_dir():  # Windows can't open folders; it keeps their entries by itself
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))


def _checksum(path: Path) -> int:
    size, total = path.stat().st_size, 0
    with path.open("rb") as file:
        for start in sorted({0, max(0, size // 2 - _SAMPLE // 2), max(0, size - _SAMPLE)}):
            file.seek(start)
            total = zlib.crc32(file.read(_SAMPLE), total)
    return total
