"""Which files are meant by the paths that a person names; what can't be opened stays in the list, to be told."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from citecoder.errors import InputError


def find_documents(paths: Sequence[Path]) -> list[Path]:
    """List files as named, and folders with all below them that is not hidden.

    Linked folders below a folder are not entered, so that no loop of links can be walked. Broken links and folders
    that can't be opened are listed like files: reading them gives the reason.

    Raises:
        InputError: a named path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not _is_there(path):
            raise InputError(f"{path}: no such file or folder; check the name")
        found.update(dict.fromkeys(_below(path) if os.path.isdir(path) else [path]))  # noqa: PTH112 - Path.is_dir raises on loops
    return list(found)


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
    return True


def _below(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []

    def note(error: OSError) -> None:
        closed.append(Path(error.filename))

    for base, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base, name) for name in sorted(names) if not name.startswith("."))
    yield from closed
