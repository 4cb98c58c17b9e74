"""YAML with the lines of its keys, so that whatever is wrong can be named by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KeyPath = tuple[str | int, ...]
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """The safe loader, in C where that was built (a set has hundreds of files), which takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice: the last would win silently."""
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
            seen.add(key.value)
        told: dict[Any, Any] = super().construct_mapping(node, deep)
        return told


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
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - the safe loader
    except UnicodeDecodeError:
        raise InputError(f"{path}:1: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}:1: can't be read ({type(error).__name__}); check the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        twice = "has a key that stands twice" if "twice" in str(error) else "is not YAML that can be read"
        raise InputError(f"{path}:{mark.line + 1 if mark else 1}: {twice}; mend this line") from None
    except ValueError as error:
        raise InputError(
            f"{path}:1: holds a value that can't be read ({str(error)[:60]}); put it in quotes"
        ) from None
    return Lined(value, lambda key: _line_of(text, key))


def _line_of(text: str, key: KeyPath) -> int:
    """Return the line of a key, or of the nearest key above it that is there."""
    node, line = yaml.compose(text, Loader=_Loader), 1
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
