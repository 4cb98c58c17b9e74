"""The one reader of ``knowledge/answers``: how questions are put, and what is declined. Knows no rule and no code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, TypeAdapter

from citecoder.answering.weighing import DeclineWeights, load_decline_weights
from citecoder.answers import Abstention
from citecoder.errors import KnowledgeError
from citecoder.model import Method
from citecoder.paths import DataRoots, find_files
from citecoder.rules.typed import Closed, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "knowledge/answers"
WORD = re.compile(r"[A-Za-z][A-Za-z'&-]*[A-Za-z]")
_OWN_TEXTS = (
    ("knowledge/articles", ".md"),
    ("knowledge/lexicon", ".yaml"),
    ("knowledge/families", ".yaml"),
    ("knowledge/codes", ".yaml"),
    (FOLDER, "asking.yaml"),
)
CONDITIONS = frozenset(
    {"no-payer", "medicare", "other-payer", "no-code", "no-service", "no-minutes", "far-future", "goes-on", "short", "brief", "long",
     "strange", "strange-two", "strange-three", "strange-many", "named", "named-fully"}
)  # fmt: skip
"""What a way of declining may ask of a question beside its words; ``declining.py`` reads them."""
Patterns = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _FollowUps(Closed):
    opens: Patterns
    points: Patterns


@dataclass(frozen=True, slots=True)
class _AskingFile(Closed):
    payers: Mapping[str, Patterns]
    methods: Mapping[Method, Patterns]
    follow_up: _FollowUps
    asks: Mapping[str, Patterns]
    assistants: Patterns
    therapists: Patterns
    disciplines: Mapping[str, Patterns]


@dataclass(frozen=True, slots=True)
class _DeclineRow(Closed):
    id: str
    reason: Abstention
    ways: Patterns
    says: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _DeclinesFile(Closed):
    words: Mapping[str, Patterns]
    declines: Annotated[tuple[_DeclineRow, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Way:
    """One way of putting a question that is declined.

    Attributes:
        present: signs that a question must all have.
        absent: signs of which it may have none.
    """

    present: frozenset[str]
    absent: frozenset[str]

    def meant_by(self, signs: AbstractSet[str]) -> bool:
        """Tell whether a question with these signs is put this way."""
        return self.present <= signs and not self.absent & signs


@dataclass(frozen=True, slots=True)
class Decline:
    """A kind of question that is not answered: how it is put, why not, and what can be done instead."""

    id: str
    reason: Abstention
    ways: tuple[Way, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything by which a question is understood, compiled.

    Attributes:
        payers: payer id → names beside those that the lexicon of notes has.
        asks: what is asked for (``units``, ``together`` …) → how that is put.
        families: families of words by which questions that are declined are told, by name.
        known: every word of our own texts, in small letters: what no source speaks of has other words.
        weights: how likely a question is of each kind that is declined, where no way tells.
    """

    payers: Mapping[str, tuple[str, ...]]
    methods: Mapping[Method, re.Pattern[str]]
    opens: re.Pattern[str]
    points: re.Pattern[str]
    asks: Mapping[str, re.Pattern[str]]
    assistants: re.Pattern[str]
    therapists: re.Pattern[str]
    disciplines: Mapping[str, re.Pattern[str]]
    declines: tuple[Decline, ...]
    families: Mapping[str, re.Pattern[str]]
    known: frozenset[str]
    weights: DeclineWeights

    def asking(self, text: str) -> frozenset[str]:
        """Return what a question asks for, by the names of ``asks``."""
        return frozenset(name for name, pattern in self.asks.items() if pattern.search(text))


_ASKING = TypeAdapter(_AskingFile)
_DECLINES = TypeAdapter(_DeclinesFile)


def load_wording(roots: DataRoots) -> Wording:
    """Read how questions are put and what is declined.

    Raises:
        KnowledgeError: a file is missing or breaks its format, or a pattern is no regular expression.
    """
    asking_path, declines_path = _file(roots, "asking.yaml"), _file(roots, "declines.yaml")
    asking, declines = read_yaml(asking_path, _ASKING), read_yaml(declines_path, _DECLINES)
    return Wording(
        payers=asking.payers,
        methods={method: _any(said, asking_path) for method, said in asking.methods.items()},
        opens=_pattern(rf"^\W*(?:{'|'.join(asking.follow_up.opens)})\b", asking_path),
        points=_any(asking.follow_up.points, asking_path),
        asks={name: _any(said, asking_path) for name, said in asking.asks.items()},
        assistants=_any(asking.assistants, asking_path),
        therapists=_any(asking.therapists, asking_path),
        disciplines={name: _any(said, asking_path) for name, said in asking.disciplines.items()},
        declines=tuple(_decline(row, declines.words, declines_path) for row in declines.declines),
        families={name: _any(said, declines_path) for name, said in declines.words.items()},
        known=frozenset(own_words(roots)),
        weights=load_decline_weights(roots),
    )


def own_words(roots: DataRoots) -> Counter[str]:
    """Count the words of our own texts: articles, lexicon, families, code files, and how questions are put."""
    paths = (path for folder, suffix in _OWN_TEXTS for path in find_files(roots, folder, suffix))
    return Counter(word for path in paths for word in words_of(path.read_text(encoding="utf-8")))


def words_of(text: str) -> list[str]:
    """Return the words of two letters and more in small letters, without a possessive's ending."""
    return [word.lower().removesuffix("'s") for word in WORD.findall(text.replace("\u2019", "'"))]


def _decline(row: _DeclineRow, families: Mapping[str, Patterns], path: Path) -> Decline:
    known = {*families, *CONDITIONS}
    for name in (name for way in row.ways for name in way.split()):
        if name.removeprefix("-") not in known:
            raise KnowledgeError(
                f"{path}: {row.id}: {name!r} is no family of words and no condition; name one of them"
            )
    return Decline(row.id, row.reason, tuple(map(_way, row.ways)), row.says)


def _way(written: str) -> Way:
    names = written.split()
    return Way(
        frozenset(name for name in names if not name.startswith("-")),
        frozenset(name[1:] for name in names if name.startswith("-")),
    )


def _file(roots: DataRoots, name: str) -> Path:
    for path in find_files(roots, FOLDER, name):
        if path.name == name:
            return path
    raise KnowledgeError(
        f"{FOLDER}/{name} is missing below {roots.packaged}. Restore it to answer questions."
    )


def _any(said: Sequence[str], path: Path) -> re.Pattern[str]:
    return _pattern("|".join(f"(?:{each})" for each in said), path)


def _pattern(written: str, path: Path) -> re.Pattern[str]:
    try:
        return re.compile(written, re.IGNORECASE)
    except re.error as error:
        raise KnowledgeError(f"{path}: {error.msg} in a pattern; correct the regular expression") from error
