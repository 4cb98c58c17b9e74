"""Hashes of what decides an arm's answers: the key under which they may be kept."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import citecoder
from citecoder.paths import packaged_root

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(citecoder.__file__).parent
_DECIDING = ("knowledge", "prompts")


def engine_identity() -> str:
    """Hash the code, the knowledge, the prompts, the site's folder and the settings of this installation."""
    data = Path(os.environ["CITECODER_DATA"]) if os.environ.get("CITECODER_DATA") else None
    return tree_identity(PACKAGE, packaged_root(data))


def tree_identity(package: Path, root: Path) -> str:
    """Hash what decides the answers of a package over a data folder, with this machine's settings and site."""
    found = [path for path in package.rglob("*.py") if "evals" not in path.relative_to(package).parts]
    folders = [root / name for name in _DECIDING]
    if site := os.environ.get("CITECODER_SITE"):
        folders.append(Path(site))
    return _hash(_files(folders) + found, [*_settings(), _vendors()])


def files_identity(arm: str, depends: Iterable[Path]) -> str:
    """Hash an arm's words and all that it was said to depend on, files and folders, beside this installation."""
    return _hash(_files(depends), [arm, engine_identity()])


def _settings() -> list[str]:
    kept = {"CITECODER_CACHE", "CITECODER_DATA"}
    return sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("CITECODER_") and k not in kept)


def _vendors() -> str:
    """Name the packages beside ours, and the day: rules without a date of service ask for today's."""
    packages = sorted(f"{each.name}=={each.version}" for each in distributions())
    return f"{datetime.now(UTC).date()} {' '.join(packages)}"


def _files(places: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        found += [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def _hash(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(set(files)):
        digest.update(path.name.encode())  # not where it lies: a checkout is the same anywhere
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
