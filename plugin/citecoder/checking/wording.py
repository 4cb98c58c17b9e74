"""The one reader of ``knowledge/claims``: the words in which articles claim things of codes, and lists of codes.

Knows phrases and what they stand for. Whether a claim is true is for the modules that judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files
from citecoder.rules.typed import Closed, read_yaml

FOLDER = "knowledge/claims"
_NUMBER = (
    r"(?:\d+|one|two|three|four|five|ten|fifteen|twenty|thirty|sixty)[\s-]+(?:minutes?|hours?|sq\.?|square)"
)

Codes = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class _ServiceRow(Closed):
    id: str
    says: Annotated[tuple[str, ...], Field(min_length=1)]
    codes: Codes
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _ServicesFile(Closed):
    dimensions: dict[str, dict[str, tuple[str, ...]]]
    services: tuple[_ServiceRow, ...]
    not_services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _ListRow(Closed):
    id: str
    says: Annotated[tuple[str, ...], Field(min_length=1)]
    listed: tuple[str, ...]
    unlisted: tuple[str, ...]
    because: dict[str, str]
    cites: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class _ListsFile(Closed):
    lists: tuple[_ListRow, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A published list that names codes; of a code that is neither on it nor known to be off it nothing is known."""

    id: str
    says: re.Pattern[str]
    listed: frozenset[str]
    unlisted: frozenset[str]
    because: Mapping[str, str]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A service that articles name.

    Attributes:
        id: its name here.
        codes: the codes that it may be, each with its value in the dimensions that set them apart.
        also: other codes of which it may be said in passing without being wrong.
    """

    id: str
    codes: Mapping[str, Mapping[str, str]]
    also: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wording:
    """All phrases, compiled.

    Attributes:
        services: by id.
        cues: attribute → value → pattern.
        dimensions: dimension → value → pattern.
        lists: published lists that name codes.
    """

    services: Mapping[str, Service]
    cues: Mapping[str, Mapping[str, re.Pattern[str]]]
    dimensions: Mapping[str, Mapping[str, re.Pattern[str]]]
    lists: tuple[CodeList, ...]
    _names: re.Pattern[str]
    _exact_names: re.Pattern[str]
    _service_of: Mapping[str, str]

    def named(self, text: str) -> Iterator[tuple[int, int, Service]]:
        """Yield the services that a text names, longest name first where names overlap, in order."""
        taken: list[tuple[int, int, str]] = []
        for pattern in (self._exact_names, self._names):
            for match in pattern.finditer(text):
                if not any(a < match.end() and match.start() < b for a, b, _ in taken):
                    taken.append((match.start(), match.end(), match[0]))
        for start, end, words in sorted(taken):
            service = self._service_of.get(words) or self._service_of.get(_key(words), "")
            if service:
                yield start, end, self.services[service]


def load_wording(roots: DataRoots) -> Wording:
    """Read the files of ``knowledge/claims``.

    Raises:
        KnowledgeError: a file breaks the format, a phrase stands for two services, or a pattern can't be compiled.
    """
    found = {path.name: path for path in find_files(roots, FOLDER, ".yaml")}
    for name in ("services.yaml", "wording.yaml", "lists.yaml"):
        if name not in found:
            raise KnowledgeError(f"{FOLDER}: {name} is missing; the installation is incomplete")
    services = read_yaml(found["services.yaml"], TypeAdapter(_ServicesFile))
    cues = read_yaml(found["wording.yaml"], TypeAdapter(dict[str, dict[str, tuple[str, ...]]]))
    lists = read_yaml(found["lists.yaml"], TypeAdapter(_ListsFile)).lists
    _check_dimensions(services, found["services.yaml"])
    owner = _owners(services, found["services.yaml"])
    exact = [p for p in owner if p != p.lower()]
    return Wording(
        services={s.id: Service(s.id, s.codes, frozenset(s.also)) for s in services.services},
        cues={
            attribute: {v: _either(ps, found["wording.yaml"]) for v, ps in values.items()}
            for attribute, values in cues.items()
        },
        dimensions={
            name: {value: _phrases(words) for value, words in values.items()}
            for name, values in services.dimensions.items()
        },
        lists=tuple(
            CodeList(
                each.id,
                _either(each.says, found["lists.yaml"]),
                frozenset(each.listed),
                frozenset(each.unlisted),
                each.because,
                each.cites,
            )
            for each in lists
        ),
        _names=_phrases([p for p in owner if p == p.lower()]),
        _exact_names=re.compile(rf"\b(?:{'|'.join(map(re.escape, exact))})\b"),
        _service_of={_key(p): s for p, s in owner.items()} | {p: owner[p] for p in exact},
    )


def _check_dimensions(file: _ServicesFile, path: Path) -> None:
    for service in file.services:
        for code, values in service.codes.items():
            for name, value in values.items():
                if value not in file.dimensions.get(name, {}):
                    raise KnowledgeError(
                        f"{path}: {service.id}, {code}: no value {value!r} of a dimension {name!r}"
                    )


def _owners(file: _ServicesFile, path: Path) -> dict[str, str]:
    """Return phrase → service id; phrases that are no service stand for ""."""
    owner: dict[str, str] = dict.fromkeys(file.not_services, "")
    for service in file.services:
        for phrase in service.says:
            other = owner.setdefault(phrase, service.id)
            if other not in (service.id, ""):
                raise KnowledgeError(f"{path}: {phrase!r} stands for {other} and {service.id}; keep one")
    return owner


def _key(words: str) -> str:
    """Return a phrase as it is looked up: lower case, one kind of gap, no plural."""
    return re.sub(r"[\s-]+", " ", words.casefold()).rstrip("s")


def _phrases(words: list[str] | tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the phrases as whole words; capitals in a phrase are meant."""
    parts = [_phrase(each) for each in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def _phrase(words: str) -> str:
    pattern = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", words)).replace(
        r"\{n\}", _NUMBER
    )
    return pattern if words != words.lower() else f"(?i:{pattern}s?)"


def _either(patterns: tuple[str, ...], path: Path) -> re.Pattern[str]:
    joined = "|".join(f"(?:{p})" for p in patterns)
    # A gap may be any spaces or hyphens; behind "(?<" it has to be of one width.
    parts = re.split(r"(\(\?<[!=][^)]*\))", joined)
    loose = "".join(p.replace(" ", "[ -]" if p.startswith("(?<") else "[ -]+") for p in parts)
    try:
        return re.compile(rf"(?<!\w)(?:{loose})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise KnowledgeError(f"{path}: a pattern can't be compiled ({error}); correct it") from error
