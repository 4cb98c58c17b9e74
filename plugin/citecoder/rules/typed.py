"""Raw YAML and CSV values → typed, frozen dataclasses, or an error that names file and key.

Knows no rule and no folder: ``payer.py`` and ``edits.py`` say what a file holds; pydantic checks it.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from citecoder.errors import KnowledgeError
from citecoder.yaml_text import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

T = TypeVar("T")


class Closed:
    """Base of dataclasses that are read from a file: a key that they don't name is an error."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid")


def read_yaml(path: Path, adapter: TypeAdapter[T]) -> T:
    """Read one YAML file into the adapter's type.

    Raises:
        KnowledgeError: not YAML, an unknown or missing key, or a value of the wrong kind.
    """
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise KnowledgeError(
            f"{path}: not readable as YAML{line}. Quote values that hold a colon or a brace."
        ) from error
    return checked(raw, adapter, str(path))


def read_rows(path: Path, adapter: TypeAdapter[T], columns: tuple[str, ...]) -> Iterator[T]:
    """Read one CSV file with a header, a row at a time; an empty field counts as absent.

    Raises:
        KnowledgeError: other columns than ``columns``, or a value of the wrong kind; the message names the line.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != columns:
            raise KnowledgeError(f"{path}: the columns must be {','.join(columns)}. Correct the first line.")
        for row in reader:
            yield checked(_present(row), adapter, f"{path} line {reader.line_num}")


def checked(raw: Any, adapter: TypeAdapter[T], where: str) -> T:
    """Return the raw value as the adapter's type.

    Raises:
        KnowledgeError: names ``where``, the key and what is wrong with it.
    """
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        raise KnowledgeError(f"{where}: {_first_problem(error)}") from error


def _present(row: Mapping[str | None, Any]) -> dict[str, Any]:
    """Drop empty fields; a surplus field stands under ``surplus`` and is refused as an unknown key."""
    return {name or "surplus": value for name, value in row.items() if value not in ("", None)}


def _first_problem(error: ValidationError) -> str:
    """Tell one problem: an unknown key before all others, for a misspelt key is also a missing one."""
    problems = error.errors(include_input=False, include_url=False)
    first = next((one for one in problems if one["type"] == "unexpected_keyword_argument"), problems[0])
    key = ".".join(str(part) for part in first["loc"]) or "the whole file"
    if first["type"] == "unexpected_keyword_argument":
        return f"key {key!r} isn't known. Correct or remove it; knowledge/README.md lists the keys."
    if first["type"] == "missing":
        return f"key {key!r} is missing. Add it; knowledge/README.md lists the keys."
    return f"key {key!r}: {first['msg']}."
