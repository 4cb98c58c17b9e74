"""Errors of data files: they name the file, the key or line, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from citecoder.errors import KnowledgeError
from citecoder.rules.typed import Closed, read_rows, read_yaml

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Shelf(Closed):
    """A small typed thing."""

    name: str
    books: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room(Closed):
    """A typed thing that holds others."""

    shelves: tuple[Shelf, ...]


ROOM = TypeAdapter(Room)
SHELF = TypeAdapter(Shelf)


def written(tmp_path: Path, text: str, name: str = "room.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_becomes_frozen_tuples(tmp_path: Path) -> None:
    path = written(tmp_path, "shelves:\n  - {name: a, books: [x, y]}\n")
    assert read_yaml(path, ROOM) == Room((Shelf("a", ("x", "y")),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shelves:\n  - {name: a, book: [x]}\n", r"shelves\.0\.book' isn't known"),
        ("shelves:\n  - {books: [x]}\n", r"shelves\.0\.name' is missing"),
        ("shelves:\n  - {name: 97110}\n", r"shelves\.0\.name'.*valid string"),
        ("- a\n", "the whole file"),
        ("shelves: [\n", "not readable as YAML near line"),
    ],
    ids=["unknown key", "missing key", "unquoted code", "no mapping", "not yaml"],
)
def test_a_bad_file_is_named_with_its_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"room\.yaml.*{told}"):
        read_yaml(written(tmp_path, text), ROOM)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "name,colour\na,red\n", "shelves.csv")
    with pytest.raises(KnowledgeError, match=r"shelves\.csv.*name"):
        list(read_rows(path, SHELF, ("name",)))


def test_a_surplus_field_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "name\na\nb,red\n", "shelves.csv")
    with pytest.raises(KnowledgeError, match=r"shelves\.csv line 3.*surplus"):
        list(read_rows(path, SHELF, ("name",)))
