"""A file of prompts/ → Prompt, its versions and what changed between them. The one reader of that folder.

A prompt is versioned: ``name@version#sha`` is recorded in what it produced. The front matter holds, for each version, the
hash of its text, so that words can't change under a version; the texts of earlier versions stand in ``prompts/earlier``.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from citecoder.errors import InputError, KnowledgeError
from citecoder.paths import DataRoots, find_files
from citecoder.yaml_text import parse_yaml

FOLDER = "prompts"
EARLIER = "earlier"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of a prompt with its provenance.

    Attributes:
        public: names of the data that are our own or published (codes, passages); all other data may tell of a patient.
    """

    name: str
    version: str
    sha: str
    text: str
    public: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """The provenance as it is recorded: ``name@version#sha``."""
        return f"{self.name}@{self.version}#{self.sha}"


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """An entry of a prompt's history: when it came, what it changed, and the hash of its text."""

    version: str
    on: date | None
    change: str
    sha: str


def sha_of(text: str) -> str:
    """Return the hash by which a text of a prompt is known: the first 12 digits of its sha256."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:_DIGITS]


def load_prompt(roots: DataRoots, name: str, version: str | None = None) -> Prompt:
    """Read a prompt.

    Args:
        roots: where data lies.
        name: the name of its file, without ending.
        version: an earlier version; None is the one in use.

    Raises:
        InputError: there is no such version.
        KnowledgeError: there is no such prompt, its front matter breaks its format, or its text is not the one that
            its history knows under this version.
    """
    path = _file(roots, name)
    fields, text = _parts(path)
    in_use = str(fields["version"])
    if version not in (None, in_use):
        told = _told(path, fields, str(version))
        text = _earlier(roots, name, told.version)
    else:
        told = _told(path, fields, in_use)
    if sha_of(text) != told.sha:
        raise KnowledgeError(
            f"prompts/{name}.md: the text of version {told.version} is not the one of its history "
            f"({sha_of(text)}, not {told.sha}); raise `version`, add a line to `history` and keep the earlier text"
        )
    return Prompt(name, told.version, told.sha, text, frozenset(map(str, fields.get("public") or ())))


def history(roots: DataRoots, name: str) -> tuple[PromptVersion, ...]:
    """Return the versions of a prompt, the oldest first.

    Raises:
        KnowledgeError: there is no such prompt, or its front matter breaks its format.
    """
    path = _file(roots, name)
    return _history(path, _parts(path)[0])


def prompt_names(roots: DataRoots) -> tuple[str, ...]:
    """Return the names of all prompts."""
    return tuple(p.stem for p in _files(roots))


def difference(first: Prompt, second: Prompt) -> list[str]:
    """Return the lines of a unified diff of two versions."""
    return list(
        difflib.unified_diff(
            first.text.splitlines(), second.text.splitlines(), first.mark, second.mark, lineterm=""
        )
    )


def _files(roots: DataRoots) -> list[Path]:
    found = find_files(roots, FOLDER, ".md")
    return [p for p in found if p.parent.name != EARLIER and p.stem != "README"]


def _file(roots: DataRoots, name: str) -> Path:
    path = next((p for p in _files(roots) if p.stem == name), None)
    if path is None:
        raise KnowledgeError(
            f"prompts/{name}.md: there is no such prompt; `citecoder prompts list` names them"
        )
    return path


def _parts(path: Path) -> tuple[Mapping[str, Any], str]:
    head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    fields = parse_yaml(head) if text else None
    if not isinstance(fields, dict) or "version" not in fields or not isinstance(fields.get("history"), list):
        raise KnowledgeError(f"{path}: the front matter needs `version` and `history`")
    return fields, text.strip()


def _history(path: Path, fields: Mapping[str, Any]) -> tuple[PromptVersion, ...]:
    try:
        return tuple(
            PromptVersion(
                str(row["version"]), row.get("on", row.get(True)), str(row["change"]), str(row["sha"])
            )
            for row in fields["history"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(
            f"{path}: each line of `history` needs `version`, `on`, `change` and `sha`"
        ) from error


def _told(path: Path, fields: Mapping[str, Any], version: str) -> PromptVersion:
    versions: Sequence[PromptVersion] = _history(path, fields)
    found = next((v for v in versions if v.version == version), None)
    if found is None:
        known = ", ".join(v.version for v in versions)
        raise InputError(
            f"prompts/{path.name}: no version {version[:20]!r}; its history has {known}", "version"
        )
    return found


def _earlier(roots: DataRoots, name: str, version: str) -> str:
    wanted = f"{name}@{version}"
    path = next((p for p in find_files(roots, f"{FOLDER}/{EARLIER}", ".md") if p.stem == wanted), None)
    if path is None:
        raise KnowledgeError(f"prompts/{EARLIER}/{wanted}.md is missing")
    return path.read_text(encoding="utf-8").strip()
