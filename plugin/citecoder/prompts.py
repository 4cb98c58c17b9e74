"""A file of prompts/ → Prompt. The one reader of that folder.

A prompt is versioned: name@version#sha is recorded in what it produced. The front matter keeps its history.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files
from citecoder.yaml_text import parse_yaml


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of a prompt with its provenance."""

    name: str
    version: str
    sha: str
    text: str

    @property
    def mark(self) -> str:
        """The provenance as it is recorded: ``name@version#sha``."""
        return f"{self.name}@{self.version}#{self.sha}"


def load_prompt(roots: DataRoots, name: str) -> Prompt:
    """Read ``prompts/<name>.md``.

    Raises:
        KnowledgeError: there is no such prompt, or its front matter names no version.
    """
    path = next((p for p in find_files(roots, "prompts", ".md") if p.stem == name), None)
    if path is None:
        raise KnowledgeError(f"prompts/{name}.md: there is no such prompt")
    raw = path.read_text(encoding="utf-8")
    head, _, text = raw.removeprefix("---\n").partition("\n---\n")
    fields = parse_yaml(head) if text else None
    if not isinstance(fields, dict) or "version" not in fields:
        raise KnowledgeError(f"{path}: the front matter needs `version`")
    return Prompt(name, str(fields["version"]), hashlib.sha256(raw.encode()).hexdigest()[:8], text.strip())
