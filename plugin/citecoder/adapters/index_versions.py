"""The folder of index versions: complete ones never change, and a pointer file names the current one.

Knows files only, not what an index holds. A version is built in a ``.building-…`` folder that nobody opens, checked
there, then renamed, and only then named by the pointer, which is switched with ``os.replace``: a reader sees the old
version or the new one. What a killed build leaves is deleted by the next one.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from filelock import FileLock, Timeout

from citecoder.adapters.index_files import damage, flush, flush_one, inventory
from citecoder.errors import IndexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPLETE = "complete.json"
POINTER = "current.json"
OLD_VERSIONS_KEPT = 2
_HALF, _GONE = ".building-", ".gone-"
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

    def damage(self, version: str) -> str | None:
        """Say in words what keeps a version from being used; None when nothing does. Quick at any size."""
        if not self.path(version).is_dir():
            return "its folder is gone"
        manifest = self.manifest(version)
        if not manifest.get("files"):
            return f"{COMPLETE} is missing or broken"
        return damage(self.path(version), manifest["files"])

    def of_model(self, model: str) -> list[str]:
        """Return the complete versions built with a model, the newest first."""
        return [path.name for path in self._complete() if self.manifest(path.name).get("embeddings") == model]

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
        """Make a complete version the current one, in one step.

        Raises:
            IndexUnavailableError: it isn't complete, so nobody checked it; or the pointer can't be written.
        """
        if not self.manifest(version):
            raise IndexUnavailableError(f"{self.path(version)}: the index was never checked; build it again")
        new = self.folder / f"{POINTER}.{os.getpid()}.tmp"
        try:
            new.write_text(json.dumps({"version": version, "embeddings": model}), encoding="utf-8")
            flush_one(new)
            new.replace(self.folder / POINTER)
            flush_one(self.folder)
        except OSError as error:
            raise _unwritable(new, error) from error

    @contextlib.contextmanager
    def building(self, version: str, manifest: dict[str, Any], foreign: str) -> Iterator[Path]:
        """Give an empty folder to build and check in; when the block ends well, it becomes the version.

        Needs the lock. What the block leaves in the folder is the version; ``foreign`` names the folder in it that
        a library keeps.

        Raises:
            IndexUnavailableError: the files can't be written.
        """
        half = self.folder / f"{_HALF}{version}"
        try:
            half.mkdir(parents=True)
            yield half
            listed = inventory(half, half / foreign)
            flush(half)
            (half / COMPLETE).write_text(json.dumps({**manifest, "files": listed}), encoding="utf-8")
            flush_one(half / COMPLETE)
            self._put_aside(version)
            half.replace(self.path(version))
            flush_one(self.folder)
        except OSError as error:
            raise _unwritable(half, error) from error
        finally:
            shutil.rmtree(half, ignore_errors=True)  # a failed build must not keep the disk full

    @contextlib.contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[bool]:
        """Hold the one lock under which indexes are built, by whatever process, and clear away old leftovers.

        Args:
            wait: whether to wait for a process that is building; else the block runs without the lock.

        Yields:
            Whether the lock is held.

        Raises:
            IndexUnavailableError: the folder can't be written, or somebody holds the lock for long.
        """
        lock = FileLock(self.folder / "build.lock", timeout=_LOCK_SECONDS if wait else 0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            if wait:
                raise IndexUnavailableError(
                    f"{self.folder}: another process is still building; try again later"
                ) from None
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        try:
            if lock.is_locked:
                self._clear()
            yield lock.is_locked
        finally:
            lock.release()

    def prune(self, current: str) -> None:
        """Delete old versions; the newest few stay, for processes that still read them and as a reserve."""
        for path in [path for path in self._complete() if path.name != current][OLD_VERSIONS_KEPT:]:
            self._put_aside(path.name)

    def _complete(self) -> list[Path]:
        """Return the folders of complete versions, the newest first."""
        found: list[tuple[float, Path]] = []
        for note in self.folder.glob(f"*/{COMPLETE}"):
            with contextlib.suppress(OSError):
                found.append((note.stat().st_mtime, note.parent))
        return [path for _, path in sorted(found, reverse=True) if not path.name.startswith(".")]

    def _put_aside(self, version: str) -> None:
        """Delete a version so that nobody ever sees half of it."""
        gone = self.folder / f"{_GONE}{version}"
        with contextlib.suppress(FileNotFoundError):
            self.path(version).replace(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _clear(self) -> None:
        for pattern in (f"{_HALF}*", f"{_GONE}*"):
            for left in self.folder.glob(pattern):
                shutil.rmtree(left, ignore_errors=True)
        for left in self.folder.glob(f"{POINTER}.*.tmp"):
            left.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"{path}: {error.strerror or error}; free some space or choose another cache folder"
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
