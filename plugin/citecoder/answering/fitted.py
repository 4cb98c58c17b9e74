"""The fitted weights of ``knowledge/model`` that answering works with, as JSON values. Who uses them types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from citecoder.errors import KnowledgeError
from citecoder.paths import find_files

if TYPE_CHECKING:
    from citecoder.paths import DataRoots

FOLDER = "knowledge/model"
_Typed = TypeVar("_Typed")


def read_fitted(roots: DataRoots, file: str, script: str, typed: Callable[[Any], _Typed]) -> _Typed:
    """Read a file of weights.

    Args:
        roots: where data lies.
        file: its name in ``knowledge/model``.
        script: the script of ``plugin/scripts`` that makes it.
        typed: makes of the JSON values what is worked with; a ValueError or KeyError tells what is wrong with them.

    Raises:
        KnowledgeError: the file is missing or breaks its format.
    """
    path = next((p for p in find_files(roots, FOLDER, ".json") if p.name == file), None)
    if path is None:
        raise KnowledgeError(
            f"{FOLDER}/{file} is missing below {roots.packaged}; restore it, or make it with plugin/scripts/{script}"
        )
    try:
        return typed(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError) as error:
        raise KnowledgeError(f"{path}: can't be read ({error}); run plugin/scripts/{script}") from error
