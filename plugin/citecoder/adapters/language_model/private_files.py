"""Files in the site's folder for their owner alone, which several processes write."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o700
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def private_folder(path: Path) -> Path:
    """Make a folder for its owner alone; one that is there keeps its rights."""
    path.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    return path


def append_line(path: Path, line: str | None) -> None:
    """Add a line in one write; without one, only make sure that it could be."""
    handle = os.open(path, _APPEND, 0o600)
    try:
        os.fchmod(handle, 0o600)
        if line is not None:
            os.write(handle, line.encode() + b"\n")
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader, or a kill, sees all of it or nothing."""
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
