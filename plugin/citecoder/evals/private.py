"""Folders and files that only their owner may read: answers hold quotes of notes."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from citecoder.errors import InputError

OWNER_ONLY = 0o700


def private_folder(path: Path) -> Path:
    """Make a folder for its owner alone, whatever the umask says; one that is there is closed to others.

    Raises:
        InputError: the folder can't be made or closed.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        path.chmod(OWNER_ONLY)
    except OSError as error:
        raise InputError(
            f"{path}: can't be made private ({os.strerror(error.errno or 0).lower()}); choose another --cache"
        ) from None
    return path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader, or a kill, sees all of it or nothing."""
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for its owner alone
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(beside).replace(path)


def remove(path: Path) -> int:
    """Remove a folder and return how many bytes its files held."""
    if not path.exists():
        return 0
    size = sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    shutil.rmtree(path)
    return size
