"""The folder of index versions: complete ones never change, and a pointer file names the current one.

Knows files only, not what an index holds. The pointer is switched with ``os.replace``, so a reader sees the old
version or the new one; a killed build leaves a ``.building-…`` folder that nobody opens and the next build deletes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from filelock import FileLock, Timeout

from citecoder.errors import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPLETE = "complete.json"
POINTER = "current.json"
OLD_VERSIONS_KEPT = 2
_LOCK_SECONDS = 600


class Pointer(NamedTuple):
    """What the pointer file says: the current version and the embedding model that it was built with."""

    version: str | None
    model: str | None


class IndexVersions:
    """The versions below one folder.

    Args:
        folder: made on the first build.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, version: str) -> Path:
        """Return the folder of a version."""
        return self.folder / version

    def manifest(self, version: str) -> dict[str, Any]:
        """Return what was noted when the version was complete; {} when it isn't there or not complete."""
        return _read_json(self.path(version) / COMPLETE)

    def pointer(self) -> Pointer:
        """Read the pointer; a missing or broken one names nothing."""
        read = _read_json(self.folder / POINTER)
        return Pointer(read.get("version"), read.get("embeddings"))

    def stamp(self) -> tuple[int, int] | None:
        """Return what differs whenever the pointer was switched; None when there is none. Cheap: one ``stat``."""
        try:
            found = (self.folder / POINTER).stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino)

    def point_to(self, version: str, model: str) -> None:
        """Make a complete version the current one, in one step."""
        new = self.folder / f"{POINTER}.{os.getpid()}.tmp"
        new.write_text(json.dumps({"version": version, "embeddings": model}), encoding="utf-8")
        new.replace(self.folder / POINTER)

    @contextlib.contextmanager
    def building(self, version: str, manifest: dict[str, Any]) -> Iterator[Path]:
        """Give an empty folder to build in; when the block ends well, it becomes the version. Needs the lock."""
        for left in self.folder.glob(".building-*"):
            shutil.rmtree(left, ignore_errors=True)
        half = self.folder / f".building-{version}"
        try:
            half.mkdir(parents=True)
            yield half
            (half / COMPLETE).write_text(json.dumps(manifest), encoding="utf-8")
            shutil.rmtree(self.path(version), ignore_errors=True)
            half.replace(self.path(version))
        except OSError as error:
            raise IndexUnavailableError(
                f"{half}: {error.strerror or error}; free some space or choose another cache folder"
            ) from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock under which indexes are built, by whatever process.

        Raises:
            IndexUnavailableError: the folder can't be written, or somebody holds the lock for long.
        """
        lock = FileLock(self.folder / "build.lock", timeout=_LOCK_SECONDS)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise IndexUnavailableError(
                f"{self.folder}: another process is still building; try again later"
            ) from None
        except OSError as error:
            raise IndexUnavailableError(
                f"{self.folder}: {error.strerror or error}; choose a cache folder that can be written"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def prune(self, current: str) -> None:
        """Delete old versions; the newest few stay for processes that still read them."""
        others = [
            path for path in self.folder.iterdir() if (path / COMPLETE).is_file() and path.name != current
        ]
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in others[OLD_VERSIONS_KEPT:]:
            shutil.rmtree(path, ignore_errors=True)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
