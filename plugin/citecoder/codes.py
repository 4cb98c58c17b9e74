"""knowledge/codes and knowledge/families → :class:`Code` and :class:`Family`. The one reader of both folders.

A code is one file: what it is, how it is timed, which documentation it needs. A family is one file: the
phrases that its concepts share and the ordered rules that choose between its codes. This module knows
nothing of notes and nothing of payers' policies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from citecoder.elements import Element, parse_element
from citecoder.errors import KnowledgeError, UnknownCodeError
from citecoder.paths import DataRoots, find_files
from citecoder.yaml_text import parse_yaml

TIMED = "timed15"
_CODE_KEYS = {
    "code", "system", "label", "family", "timing", "timing_note", "attendance", "disciplines", "therapy_status",
    "valid", "medicare", "depth", "confidence", "cites", "timing_cites", "elements", "confused_with", "examples",
}  # fmt: skip
_FAMILY_KEYS = {"id", "title", "concepts", "rules", "compatible", "examples"}
_CONCEPT_KEYS = {"id", "label", "names", "short", "content", "only_with"}
_RULE_KEYS = {"concept", "if", "code", "because", "cites", "alternatives"}


@dataclass(frozen=True, slots=True)
class Confusion:
    """A code that is mistaken for this one, and how to tell them apart."""

    code: str
    how_to_tell: str


@dataclass(frozen=True, slots=True)
class Example:
    """A note in a sentence, with codes that it must give and codes that it must not."""

    note: str
    gives: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    payer: str | None = None
    discipline: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A procedure code in our own words. A None date is unknown and never rejects the code."""

    code: str
    system: str
    label: str
    family: str
    timing: str
    attendance: str
    disciplines: tuple[str, ...]
    therapy_status: str
    valid_from: date | None
    valid_until: date | None
    medicare: Mapping[str, Any]
    depth: str
    confidence: str
    cites: tuple[str, ...]
    timing_cites: tuple[str, ...]
    elements: tuple[Element, ...]
    confused_with: tuple[Confusion, ...]
    examples: tuple[Example, ...]
    timing_note: str | None = None

    @property
    def timed(self) -> bool:
        """Whether the code counts in the pool of 15-minute services."""
        return self.timing == TIMED


@dataclass(frozen=True, slots=True)
class Concept:
    """A service as clinicians write of it.

    ``names`` are the clinician's own names for it, ``short`` its case-sensitive abbreviations, ``content``
    the things done in it, which alone are weaker evidence. Where ``only_with`` holds phrases, plain words are taken
    for it only in a note that holds one of them.
    """

    id: str
    label: str
    names: tuple[str, ...]
    short: tuple[str, ...]
    content: tuple[str, ...]
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One deciding rule: the first rule of a concept whose conditions hold names the code."""

    concept: str
    when: tuple[tuple[str, Any], ...]
    code: str
    because: str
    cites: tuple[str, ...]
    alternatives: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Concepts that are easily confused, with the ordered rules that decide between their codes."""

    id: str
    title: str
    concepts: tuple[Concept, ...]
    rules: tuple[Rule, ...]
    compatible: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CodeSet:
    """All codes and families that citecoder knows, with a hash of the files they came from."""

    codes: Mapping[str, Code]
    families: tuple[Family, ...]
    sha: str

    def get(self, code: str) -> Code:
        """Return the code.

        Raises:
            UnknownCodeError: the code is not in the set.
        """
        found = self.codes.get(code.upper())
        if found is None:
            raise UnknownCodeError(
                f"code {code!r} is not in the code set: `citecoder search` finds codes by their work", "code"
            )
        return found

    def concepts(self) -> tuple[Concept, ...]:
        """Return the concepts of all families, in file order."""
        return tuple(concept for family in self.families for concept in family.concepts)

    def name_of(self, concept: str) -> str:
        """Return what a service is called in a sentence: the label of its concept, else the id in words."""
        return next((each.label for each in self.concepts() if each.id == concept), concept.replace("_", " "))

    def rules_for(self, concept: str) -> tuple[Rule, ...]:
        """Return the deciding rules of a concept, in order."""
        return tuple(rule for family in self.families for rule in family.rules if rule.concept == concept)

    def compatible(self, concept: str) -> tuple[str, ...]:
        """Return the concepts whose content a service of that name may hold and keep its name."""
        return tuple(other for family in self.families for other in family.compatible.get(concept, ()))


def in_a_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence: its first letter small, unless it opens an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def load_codes(roots: DataRoots) -> CodeSet:
    """Read every code and family file.

    Raises:
        KnowledgeError: a file breaks its format, or two rules can't be told apart.
    """
    digest = hashlib.sha256()
    codes: dict[str, Code] = {}
    for path in find_files(roots, "knowledge/codes", ".yaml"):
        code = _parse_code(_read(path, digest), path)
        codes[code.code] = code
    families = tuple(
        _parse_family(_read(p, digest), p) for p in find_files(roots, "knowledge/families", ".yaml")
    )
    _check(codes, families)
    return CodeSet(codes, families, digest.hexdigest()[:12])


def _read(path: Path, digest: Any) -> dict[str, Any]:
    text = path.read_bytes()
    digest.update(text)
    try:
        raw = parse_yaml(text)
    except yaml.YAMLError as error:
        raise KnowledgeError(
            f"{path}: not valid YAML ({error.__class__.__name__}); check quotes and indentation"
        ) from error
    if not isinstance(raw, dict):
        raise KnowledgeError(f"{path}: expected a mapping of keys")
    return raw


def _only(raw: Mapping[str, Any], allowed: set[str], path: Path) -> None:
    unknown = sorted(set(raw) - allowed)
    if unknown:
        raise KnowledgeError(f"{path}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(allowed))}")


def _parse_code(raw: dict[str, Any], path: Path) -> Code:
    _only(raw, _CODE_KEYS, path)
    try:
        valid = raw.get("valid") or {}
        return Code(
            code=str(raw["code"]), system=raw["system"], label=raw["label"], family=raw["family"],
            timing=raw["timing"], timing_note=raw.get("timing_note"), attendance=raw["attendance"],
            disciplines=tuple(raw["disciplines"]), therapy_status=raw.get("therapy_status", "other"),
            valid_from=valid.get("from"), valid_until=valid.get("until"),
            medicare=raw.get("medicare") or {}, depth=raw["depth"], confidence=raw.get("confidence", "low"),
            cites=tuple(raw["cites"]), timing_cites=tuple(raw.get("timing_cites") or raw["cites"]),
            elements=tuple(parse_element(e, path, str(raw["code"])) for e in raw.get("elements") or ()),
            confused_with=tuple(Confusion(str(c["code"]), c["how_to_tell"]) for c in raw.get("confused_with") or ()),
            examples=tuple(_parse_example(e) for e in raw.get("examples") or ()),
        )  # fmt: skip
    except KeyError as error:
        raise KnowledgeError(f"{path}: key {error.args[0]!r} is missing") from error


def _parse_example(raw: Mapping[str, Any]) -> Example:
    return Example(
        note=raw["note"],
        gives=tuple(str(c) for c in raw.get("gives") or ()),
        never=tuple(str(c) for c in raw.get("not") or ()),
        payer=raw.get("payer"),
        discipline=raw.get("discipline"),
    )


def _parse_family(raw: dict[str, Any], path: Path) -> Family:
    _only(raw, _FAMILY_KEYS, path)
    for concept in raw["concepts"]:
        _only(concept, _CONCEPT_KEYS, path)
    for rule in raw["rules"]:
        _only(rule, _RULE_KEYS, path)
    return Family(
        id=raw["id"],
        title=raw["title"],
        concepts=tuple(
            Concept(
                c["id"],
                c["label"],
                *(tuple(map(str, c[key])) for key in ("names", "short", "content")),
                *(tuple(map(str, c[key])) for key in ("only_with",) if key in c),
            )
            for c in raw["concepts"]
        ),
        rules=tuple(_parse_rule(r) for r in raw["rules"]),
        compatible={key: tuple(value) for key, value in (raw.get("compatible") or {}).items()},
    )


def _parse_rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        concept=raw["concept"],
        when=tuple((raw.get("if") or {}).items()),
        code=str(raw["code"]),
        because=raw["because"],
        cites=tuple(raw["cites"]),
        alternatives=tuple(
            (str(a["code"]), a["why_not"], tuple(a["cites"])) for a in raw.get("alternatives") or ()
        ),
    )


def _check(codes: Mapping[str, Code], families: tuple[Family, ...]) -> None:
    """Refuse what can't be decided: a rule for no code, or a phrase that two concepts claim."""
    owner: dict[str, str] = {}
    for family in families:
        for rule in family.rules:
            if rule.code not in codes:
                raise KnowledgeError(
                    f"families/{family.id}.yaml: rule for {rule.concept} names unknown code {rule.code}"
                )
        for concept in family.concepts:
            for phrase in (*concept.names, *concept.short, *concept.content):
                other = owner.setdefault(phrase.casefold(), concept.id)
                if other != concept.id:
                    raise KnowledgeError(
                        f"families/{family.id}.yaml: {phrase!r} is claimed by {other} and {concept.id}; "
                        "give it to one of them, or decide with a rule on a fact"
                    )


def lookup(codes: CodeSet, code: str, *, on: date | None = None) -> tuple[Code, bool | None]:
    """Return the code and whether it is valid on a date (None when its dates are unknown).

    Raises:
        UnknownCodeError: the code is not in the set.
    """
    found = codes.get(code)
    if on is None or (found.valid_from is None and found.valid_until is None):
        return found, None
    started = found.valid_from is None or found.valid_from <= on
    return found, started and (found.valid_until is None or on <= found.valid_until)
