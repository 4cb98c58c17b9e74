"""Hashes of what decides an arm's answers: the key under which they may be kept."""

from __future__ import annotations

import hashlib
import os
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
    root = packaged_root(data)
    found = [path for path in PACKAGE.rglob("*.py") if "evals" not in path.relative_to(PACKAGE).parts]
    folders = [root / name for name in _DECIDING]
    if site := os.environ.get("CITECODER_SITE"):
        folders.append(Path(site))
    for folder in folders:
        found += [path for path in folder.rglob("*") if path.is_file()]
    settings = sorted(
        f"{k}={v}" for k, v in os.environ.items() if k.startswith("CITECODER_") and k != "CITECODER_CACHE"
    )
    return _hash(found, [citecoder.__version__, *settings])


def files_identity(words: Iterable[str]) -> str:
    """Hash a command and every file that it names; what those files read in turn is not seen."""
    words = list(words)
    return _hash([path for word in words if (path := Path(word)).is_file()], words)


def _hash(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(set(files)):
        digest.update(str(path).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
