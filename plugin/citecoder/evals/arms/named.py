"""``arms.yaml`` of a set: names for arms, so that a leaderboard and a colleague call them the same."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from citecoder.errors import InputError
from citecoder.evals.yaml_lines import read_yaml

FILE = "arms.yaml"


class NamedArm(NamedTuple):
    """A name, what it stands for, what it is, its line, and the files and folders that decide its answers."""

    arm: str
    about: str
    line: int
    depends: tuple[Path, ...] = ()


def _filled(arm: str, folder: Path) -> str:
    """Fill in what a set can't know: which Python runs, and where the set lies."""
    return arm.replace("{python}", shlex.quote(sys.executable)).replace("{set}", shlex.quote(str(folder)))


def named_arms(folder: Path) -> dict[str, NamedArm]:
    """Read the names; a set without the file has none.

    Raises:
        InputError: the file breaks its format; the message names file and line.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    raw, line_of = read_yaml(path)
    if not isinstance(raw or {}, dict):
        raise InputError(f"{path}:1: write names, each with arm: and about:")
    found = {}
    for name, each in (raw or {}).items():
        line = line_of((name,))
        if not isinstance(each, dict) or not isinstance(each.get("arm"), str):
            raise InputError(f"{path}:{line}: {name}: write arm: and, if you like, about: and depends:")
        depends = tuple(folder / str(word) for word in each.get("depends") or ())
        found[str(name)] = NamedArm(_filled(each["arm"], folder), str(each.get("about") or ""), line, depends)
    return found
