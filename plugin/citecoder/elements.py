"""Documentation elements: what a note, chart or claim has to show, typed.

The one reader of ``knowledge/visits``; ``codes.py`` reads a code's own elements through ``parse_element``.
Knows what may be asked and how gravely. It does not know notes, and it never decides whether an element is met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import yaml

from citecoder.errors import KnowledgeError
from citecoder.leading import why_leading
from citecoder.model import Confidence, Severity, VisitType, Where
from citecoder.paths import DataRoots, find_files
from citecoder.yaml_text import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

FOLDER = "knowledge/visits"

# The contract's closed list: the coarse name of an element that every door shows.
KINDS: frozenset[str] = frozenset({
    "minutes", "total_timed_minutes", "total_treatment_minutes", "interventions", "body_region",
    "technique", "parameters", "attendance_level", "patient_response", "skilled_need", "goals",
    "plan_of_care", "certification", "progress_report", "complexity_components", "diagnosis",
    "baseline", "functional_link", "history", "prognosis", "referral", "frequency", "signature",
    "qualified_provider", "supervision", "assistant_minutes", "group_size", "spinal_level", "count",
    "equipment", "caregiver", "wound_measurement", "test_result", "report", "consent",
    "safety_check", "date_of_service", "other",
})  # fmt: skip

# Circumstances of a visit that switch an element on; without one it always applies.
CONDITIONS: frozenset[str] = frozenset({"timed", "group", "assistant", "maintenance", "late_entry"})

_CLOSED: dict[str, Collection[str]] = {
    "kind": KINDS,
    "severity": get_args(Severity),
    "where": get_args(Where),
    "confidence": get_args(Confidence),
    "when": CONDITIONS,
    "applies": get_args(VisitType),
}
_TEXTS = ("id", "kind", "severity", "where", "label", "why", "query", "confidence")
_OPTIONAL = ("applies", "when", "payers", "same_as")
_KEYS = (*_TEXTS, "cites", *_OPTIONAL)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that documentation has to show.

    Attributes:
        id: stable id, ``<code or scope>.<name>`` (``97140.region``, ``note.signature``).
        kind: the contract's coarse name, one of ``KINDS``.
        severity: ``required`` or ``recommended``; what rests on low confidence is never ``required``.
        where: where it is found: in this note, elsewhere in the chart, or in the record's metadata.
        label: a few words for a list.
        why: one sentence that the passages in ``cites`` stand behind.
        query: a question to the clinician that names no wanted answer, no code and no payment.
        confidence: how sure the sources are.
        cites: ids of passages, at least one.
        applies: visit types it belongs to; empty for the element of a code, which goes where the code goes.
        when: the circumstance that switches it on, one of ``CONDITIONS``; None is always.
        payers: payer ids that it is for; empty is every payer, the unknown one included.
        same_as: id of an element of the visit that the answer to this question shows too.
    """

    id: str
    kind: str
    severity: Severity
    where: Where
    label: str
    why: str
    query: str
    confidence: Confidence
    cites: tuple[str, ...]
    applies: tuple[str, ...] = ()
    when: str | None = None
    payers: tuple[str, ...] = ()
    same_as: str | None = None


def parse_element(raw: dict[str, Any], file: Path, code: str | None = None) -> Element:
    """Turn one entry of an ``elements:`` list into an Element.

    Args:
        raw: the mapping as YAML gave it.
        file: the file it stands in, for the message.
        code: the code it belongs to, which its question may not name; None for the element of a visit.

    Raises:
        KnowledgeError: a key is unknown, missing or of the wrong shape, a value is outside its closed list,
            something required rests on low confidence, or the question leads. The message names the file, the
            element and the key.
    """
    where = _name(raw, file)
    _check_keys(raw, where)
    for key in (*_TEXTS, *({"when", "same_as"} & raw.keys())):
        _check_text(raw[key], key, where)
    lists = {key: _texts(raw.get(key), key, where) for key in ("cites", "applies", "payers")}
    for key, allowed in _CLOSED.items():
        _check_closed(lists.get(key, (raw.get(key),)), key, allowed, where)
    _check_sense(raw, lists["cites"], where)
    _check_question(raw["query"], code, where)
    texts: dict[str, Any] = {key: raw[key] for key in _TEXTS}
    return Element(
        **texts,
        cites=lists["cites"],
        applies=lists["applies"],
        payers=lists["payers"],
        when=raw.get("when"),
        same_as=raw.get("same_as"),
    )


def load_visit_elements(roots: DataRoots) -> tuple[Element, ...]:
    """Read every file of ``knowledge/visits``, in order of file name and then of the file.

    Raises:
        KnowledgeError: a file is not YAML, is not ``elements: [...]``, an element breaks the format or names no
            visit type in ``applies``, or two elements share an id.
    """
    seen: dict[str, Path] = {}
    elements: list[Element] = []
    for file in find_files(roots, FOLDER, ".yaml"):
        for raw in _entries(file):
            element = parse_element(raw, file)
            if not element.applies:
                raise KnowledgeError(
                    f"{file}: {element.id}: applies is empty; name the visit types it belongs to."
                )
            if element.id in seen:
                raise KnowledgeError(
                    f"{file}: id {element.id} is already used in {seen[element.id]}; rename one."
                )
            seen[element.id] = file
            elements.append(element)
    return tuple(elements)


def _entries(file: Path) -> list[Any]:
    """Return the raw list below ``elements:``, the only key of a visit file."""
    try:
        data = parse_yaml(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise KnowledgeError(
            f"{file}: not valid YAML ({type(error).__name__}); check indentation and quotes."
        ) from error
    if not isinstance(data, dict) or set(data) != {"elements"} or not isinstance(data["elements"], list):
        raise KnowledgeError(f"{file}: must hold one key, elements, with a list of elements.")
    return data["elements"]


def _name(raw: Any, file: Path) -> str:
    """Say where we are for a message: the file, and the element when it has an id."""
    if not isinstance(raw, dict):
        raise KnowledgeError(
            f"{file}: an entry of elements is a {type(raw).__name__}; it must be a mapping of keys."
        )
    return f"{file}: element {raw.get('id', 'without an id')}"


def _check_keys(raw: dict[str, Any], where: str) -> None:
    unknown = [str(key) for key in raw if key not in _KEYS]
    if unknown:
        raise KnowledgeError(f"{where}: unknown key {', '.join(unknown)}; allowed: {', '.join(_KEYS)}.")
    missing = [key for key in (*_TEXTS, "cites") if key not in raw]
    if missing:
        raise KnowledgeError(f"{where}: missing key {', '.join(missing)}.")


def _check_sense(raw: dict[str, Any], cites: tuple[str, ...], where: str) -> None:
    """Refuse an element that nothing stands behind, and a demand that rests on something unconfirmed."""
    if not cites:
        raise KnowledgeError(f"{where}: cites is empty; name the passage that stands behind this element.")
    if raw["severity"] == "required" and raw["confidence"] == "low":
        raise KnowledgeError(
            f"{where}: severity is required but confidence is low; make it recommended or find a source."
        )


def _check_question(query: str, code: str | None, where: str) -> None:
    """Refuse a question that leads: the answer to it would be worth nothing as documentation."""
    told = " ".join(f"{lead.words!r} {lead.because}." for lead in why_leading(query, code))
    if told:
        raise KnowledgeError(f"{where}: query leads. {told}")


def _check_text(value: Any, key: str, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise KnowledgeError(
            f"{where}: {key} must be text that is not empty; quote it if it looks like a number."
        )


def _texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    """Return a list of texts as a tuple; an absent list is empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise KnowledgeError(f"{where}: {key} must be a list, for example [{_example(key)}].")
    for item in value:
        _check_text(item, key, where)
    return tuple(value)


def _example(key: str) -> str:
    return {"applies": "daily, progress", "payers": "medicare"}.get(key, "cms-bpm-15/treatment-note")


def _check_closed(values: Iterable[Any], key: str, allowed: Collection[str], where: str) -> None:
    for value in values:
        if value is not None and value not in allowed:
            raise KnowledgeError(
                f"{where}: {key} {value!r} is not known; allowed: {', '.join(sorted(allowed))}."
            )
