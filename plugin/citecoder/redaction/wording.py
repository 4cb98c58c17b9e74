"""The one reader of knowledge/redaction: which words name people and places, and which are ordinary."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml

from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, find_files
from citecoder.redaction.marking import Kind
from citecoder.redaction.phrases import Phrases, fold
from citecoder.redaction.tagger import Tagger, load_tagger
from citecoder.yaml_text import parse_yaml

FOLDER = "knowledge/redaction"
_SAYS_NUMBER = frozenset(
    {"no", "number", "num", "id", "identifier", "code", "serial", "ending", "in", "4", "four", "last4"}
)


class NumberLabel(NamedTuple):
    """A label of a number.

    Attributes:
        kind: what the number is.
        strong: whatever number follows is an identifier.
        signed: the label itself says that a number follows ("policy no").
    """

    kind: Kind
    strong: bool
    signed: bool


@dataclass(frozen=True, eq=False, repr=False)
class Wording:
    """Everything that is looked up. Words are in lower case; phrases ignore case.

    Attributes:
        given, surnames: words that may be names.
        foremost: words of the language that are names wherever they have a capital.
        ordinary: words that are mostly none, of the language and of the field.
        proper: words with a capital that are no names: brands, payers, months, abbreviations.
        eponyms: names that stand for a test, a sign, a disease; ``eponym_heads`` may follow them.
        never: words that no name holds.
        before: capitalised words that stand before a name and are none of it.
        forms: beginnings ("hyper-") and ends ("-itis") of words of medicine.
    """

    given: frozenset[str]
    surnames: frozenset[str]
    foremost: frozenset[str]
    ordinary: frozenset[str]
    proper: frozenset[str]
    eponyms: frozenset[str]
    eponym_heads: frozenset[str]
    never: frozenset[str]
    forms: tuple[str, ...]
    titles: frozenset[str]
    roles: Phrases[str]
    labels: Phrases[str]
    leads: Phrases[str]
    does: frozenset[str]
    credentials: Phrases[str]
    states: Phrases[str]
    state_letters: frozenset[str]
    cities: Phrases[str]
    place_leads: Phrases[str]
    facilities: Phrases[str]
    streets: tuple[str, ...]
    compass: tuple[str, ...]
    dwellings: tuple[str, ...]
    openings: frozenset[str]
    generic: frozenset[str]
    unlike_streets: frozenset[str]
    rare_streets: frozenset[str]
    degrees: frozenset[str]
    reports: frozenset[str]
    also_said: frozenset[str]
    before: frozenset[str]
    numbers: Phrases[NumberLabel]
    roots: DataRoots

    @cached_property
    def tagger(self) -> Tagger:
        """What has learned from marked texts; read where it is first asked for."""
        return load_tagger(self.roots)

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self.ordinary)

    def begins_a_word(self, low: str) -> bool:
        """Whether an ordinary word begins with these letters."""
        at = bisect_left(self._in_order, low)
        return at < len(self._in_order) and self._in_order[at].startswith(low)

    def forms_of(self, low: str) -> bool:
        """Whether a word is made as words of medicine are ("Postprocedure", "Hydrochlorothiazide")."""
        return any(
            low.startswith(form[:-1]) if form.endswith("-") else low.endswith(form[1:])
            for form in self.forms
            if len(low) > len(form) + 2
        )


def load_wording(roots: DataRoots) -> Wording:
    """Read knowledge/redaction.

    Raises:
        KnowledgeError: a file or a list of it is missing, or is not of its shape.
    """
    files = {path.stem: path for path in find_files(roots, FOLDER, ".yaml")}
    try:
        read = {name: parse_yaml(path.read_bytes()) for name, path in files.items()}
        return _compiled(read, roots)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{FOLDER}: a file is not YAML: {type(error).__name__}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"{FOLDER}: a list is missing or is not of its shape: {error}") from None


def _compiled(read: Mapping[str, Any], roots: DataRoots) -> Wording:
    people, clinical, places = read["people"], read["clinical"], read["places"]
    towns = [town.strip() for town in read["towns"]["towns"].split(";")]
    words, eponyms = read["words"], _words(clinical["eponyms"])
    roles = {group: people[f"{group}s"] for group in ("relation", "patient", "clinician")}
    return Wording(
        given=_words(read["names"]["given"], people["given"]),
        surnames=_words(read["names"]["surnames"], people["surnames"]),
        foremost=_words(people["foremost"]),
        ordinary=_words(words["ordinary"])
        | (_words(words["more"], words["clinical"]) - eponyms - _words(people["surnames"])),
        proper=_words(*(clinical[key] for key in ("brands", "payers", "capitalised", "countries"))),
        eponyms=eponyms,
        eponym_heads=_words(clinical["eponym_heads"]),
        never=_words(clinical["never"]),
        titles=frozenset(fold(title) for title in people["titles"]),
        roles=Phrases((phrase, group) for group, phrases in roles.items() for phrase in phrases),
        labels=Phrases((phrase, "label") for phrase in people["labels"]),
        leads=Phrases((phrase, "lead") for phrase in people["leads"]),
        does=_words(" ".join(people["does"])),
        credentials=Phrases((phrase, phrase) for phrase in people["credentials"]),
        states=Phrases((state, state) for state in places["states"]),
        state_letters=frozenset(places["state_letters"].split()),
        cities=Phrases((city, city) for city in (*places["cities"], *towns)),
        forms=tuple(clinical["forms"].split()),
        place_leads=Phrases((phrase, phrase) for phrase in places["leads"]),
        facilities=Phrases((phrase, phrase) for phrase in places["facilities"]),
        streets=tuple(places["streets"]),
        compass=tuple(places["compass"]),
        dwellings=tuple(places["units"]),
        openings=_words(places["openings"]),
        generic=_words(places["generic"]),
        unlike_streets=_words(places["unlike_streets"]),
        rare_streets=_words(places["rare_streets"]),
        degrees=_words(places["degrees"]),
        reports=_words(people["reports"]),
        also_said=_words(people["also_said"]),
        before=_words(people["before"]),
        numbers=Phrases(_number_labels(read["numbers"])),
        roots=roots,
    )


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in fold(text).split())


def _number_labels(kinds: Mapping[Kind, Mapping[str, list[str]]]) -> list[tuple[str, NumberLabel]]:
    return [
        (phrase, NumberLabel(kind, strength == "strong", fold(phrase).split()[-1] in _SAYS_NUMBER))
        for strength in ("strong", "weak")
        for kind, lists in kinds.items()
        for phrase in lists[strength]
    ]
