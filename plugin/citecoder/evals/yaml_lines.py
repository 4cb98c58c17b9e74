"""YAML with the lines of its keys, so that whatever is wrong can be named by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KeyPath = tuple[str | int, ...]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where that was built: a set has hundreds of files."""


class Lined(NamedTuple):
    """A value, and a way to find the line (from 1) of a key in it."""

    value: Any
    line_of: Callable[[KeyPath], int]


def read_yaml(path: Path) -> Lined:
    """Read a file.

    Raises:
        InputError: it can't be read; the message begins with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        value = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader
    except UnicodeDecodeError:
        raise InputError(f"{path}:1: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}:1: can't be read ({type(error).__name__}); check the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise InputError(f"{path}:{line}: is not YAML that can be read; mend this line") from None
    return Lined(value, lambda key: _line_of(text, key))


def _line_of(text: str, key: KeyPath) -> int:
    """Return the line of a key, or of the nearest key above it that is there."""
    node, line = yaml.compose(text, Loader=_LOADER), 1
    for part in key:
        below = _child(node, part)
        if below is None:
            break
        node, line = below
    return line


def _child(node: Any, part: str | int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == part:
                return value, name.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None
