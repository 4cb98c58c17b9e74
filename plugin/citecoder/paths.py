"""Where data lies: the packaged folders, with the site's own folder laid over them.

Knows folders and names only; what is inside a file is for that folder's one reader.
A site folder has the same layout (``knowledge/articles`` …) and wins by relative path.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


class DataRoots(NamedTuple):
    """The folders that hold knowledge/, prompts/ and evals/, the strongest last."""

    packaged: Path
    site: Path | None = None


def packaged_root(override: Path | None = None) -> Path:
    """Return the folder that holds ``knowledge/``: the setting, else the wheel's data, else the checkout."""
    if override is not None:
        return override
    inside = _PACKAGE / "_data"
    return inside if inside.is_dir() else _CHECKOUT


def sidebar_root() -> Path:
    """Return the folder of the browser pages, in the wheel or in the checkout."""
    inside = _PACKAGE / "_data" / "sidebar"
    return inside if inside.is_dir() else _CHECKOUT / "plugin" / "sidebar"


def find_files(roots: DataRoots, folder: str, suffix: str) -> list[Path]:
    """List the files below ``folder`` (for example ``knowledge/codes``), sorted by relative path.

    A file of the site replaces the packaged file with the same relative path.
    """
    found: dict[str, Path] = {}
    for root in (roots.packaged, roots.site):
        base = root / folder if root else None
        if base is None or not base.is_dir():
            continue
        for path in sorted(base.rglob(f"*{suffix}")):
            found[path.relative_to(base).as_posix()] = path
    return [found[name] for name in sorted(found)]
