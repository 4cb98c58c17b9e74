"""The one reader of ``knowledge/lexicon/abbreviations.yaml``: "TE x 15" also means therapeutic exercise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from citecoder.errors import KnowledgeError
from citecoder.paths import find_files
from citecoder.yaml_text import parse_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.paths import DataRoots

FILE = "abbreviations.yaml"
_KEYS = frozenset({"short", "long", "case"})
_Tree = dict[str, "_Tree"]


class Abbreviations(NamedTuple):
    """Spelling → long forms. ``exact`` holds those that count in this very spelling only."""

    exact: dict[str, tuple[str, ...]]
    folded: dict[str, tuple[str, ...]]
    pattern: re.Pattern[str]

    def long_forms(self, text: str) -> tuple[str, ...]:
        """Return the long form of every abbreviation in the text, in order, without repeats."""
        found: dict[str, None] = {}
        for match in self.pattern.finditer(text):
            found.update(dict.fromkeys(self._forms(match[0])))
        return tuple(found)

    def written_out(self, text: str) -> str:
        """Return the text with each abbreviation replaced by its (first) long form."""
        return self.pattern.sub(lambda match: next(iter(self._forms(match[0])), match[0]), text)

    def _forms(self, spelling: str) -> tuple[str, ...]:
        return self.exact.get(spelling) or self.folded.get(spelling.casefold(), ())


NO_ABBREVIATIONS = Abbreviations({}, {}, re.compile(r"(?!)"))


def load_abbreviations(roots: DataRoots) -> Abbreviations:
    """Read the list of abbreviations.

    Raises:
        KnowledgeError: naming the file and the entry that breaks the format.
    """
    exact: dict[str, tuple[str, ...]] = {}
    folded: dict[str, tuple[str, ...]] = {}
    for path in find_files(roots, "knowledge/lexicon", FILE):
        for entry in _entries(path):
            forms = _texts(entry["long"])
            for short in _texts(entry["short"]):
                if entry.get("case") == "exact":
                    exact[short] = forms
                else:
                    folded[short.casefold()] = forms
    return Abbreviations(exact, folded, _pattern([*exact, *folded]))


def _entries(path: Path) -> list[dict[str, Any]]:
    entries = parse_yaml(path.read_text(encoding="utf-8")) or []
    for number, entry in enumerate(entries, start=1):
        well_formed = isinstance(entry, dict) and {"short", "long"} <= entry.keys() <= _KEYS
        if not well_formed or entry.get("case", "any") not in ("any", "exact"):
            raise KnowledgeError(
                f"{path}: entry {number} must have 'short', 'long' and at most 'case: exact'"
            )
    return list(entries)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


def _pattern(spellings: list[str]) -> re.Pattern[str]:
    """One pattern for all spellings, the longest first, so that "ther-ex" isn't read as "ex".

    It is written as a tree by letters: trying hundreds of spellings at each word takes longer than all other reading.
    """
    if not spellings:
        return NO_ABBREVIATIONS.pattern
    tree: _Tree = {}
    for spelling in sorted({spelling.lower() for spelling in spellings}):
        node = tree
        for letter in spelling:
            node = node.setdefault(letter, {})
        node[""] = {}
    return re.compile(rf"(?<![\w&-]){_written(tree)}(?![\w&]|-\w)", re.IGNORECASE)


def _written(tree: _Tree) -> str:
    """Return the pattern of a tree; where a spelling ends and a longer one goes on, the longer one is tried first."""
    longer = [re.escape(letter) + _written(below) for letter, below in tree.items() if letter]
    if not longer:
        return ""
    return f"(?:{'|'.join(longer)}){'?' if '' in tree else ''}"
