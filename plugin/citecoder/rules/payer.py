"""The one reader of knowledge/payers: what each payer wants, each fact with its start date and its passages.

Knows the format of a payer file and which fact is in force on a date; decides nothing about a line.
``since`` is the ``from`` of the file; None: always, or no start is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, TypeVar

from pydantic import Field, TypeAdapter

from citecoder.errors import KnowledgeError
from citecoder.model import Confidence
from citecoder.paths import DataRoots, find_files
from citecoder.rules.typed import Closed, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FOLDER = "knowledge/payers"

MethodName = Literal["medicare_total_time", "midpoint", "both"]
Since = Annotated[date | None, Field(alias="from")]
MaybeConfidence = Confidence | None
Cites = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class UnitMethod(Closed):
    """How the payer counts timed units from a date on; ``both``: its rule isn't known."""

    method: MethodName
    confidence: Confidence
    since: Since = None
    cites: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True)
class CodeFact(Closed):
    """Something that the payer does with one code: bundles it, doesn't cover it."""

    code: str
    confidence: Confidence
    cites: Cites
    because: str
    since: Since = None


@dataclass(frozen=True, slots=True)
class Substitution(Closed):
    """The payer takes the code ``by`` in place of ``code``."""

    code: str
    by: str
    confidence: Confidence
    cites: Cites
    because: str
    since: Since = None


@dataclass(frozen=True, slots=True)
class OnlyFor(Closed):
    """The only codes that the payer pays a discipline."""

    discipline: str
    codes: tuple[str, ...]
    confidence: Confidence
    cites: Cites
    because: str
    since: Since = None


@dataclass(frozen=True, slots=True)
class ModifierUse(Closed):
    """Whether the payer wants a kind of modifier; None is not known."""

    use: bool | None = None
    since: Since = None
    confidence: MaybeConfidence = None
    cites: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True)
class ActiveTreatment(Closed):
    """The modifier for active chiropractic treatment, and the codes that it stands on."""

    use: bool | None = None
    modifier: str | None = None
    codes: tuple[str, ...] = ()
    since: Since = None
    confidence: MaybeConfidence = None
    cites: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Threshold(Closed):
    """A yearly amount in dollars; physical and speech therapy share one, occupational has its own."""

    kind: str
    year: int
    pt_slp: float
    ot: float
    confidence: Confidence
    cites: tuple[str, ...] = ()
    because: str | None = None


@dataclass(frozen=True, slots=True)
class RequiredElement(Closed):
    """An element id or kind that this payer makes required."""

    element: str
    cites: Cites
    since: Since = None
    confidence: MaybeConfidence = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class PayerNote(Closed):
    """A warning worth showing for this payer; no codes means every note."""

    level: Literal["error", "warning", "info"]
    text: str
    confidence: Confidence
    codes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    since: Since = None


@dataclass(frozen=True, slots=True)
class Payer(Closed):
    """One payer file. ``edits`` and ``mue`` say whose pair edits and daily limits the payer applies."""

    id: str
    name: str
    methods: tuple[UnitMethod, ...]
    method_note: str | None = None
    substitutions: tuple[Substitution, ...] = ()
    bundled: tuple[CodeFact, ...] = ()
    not_covered: tuple[CodeFact, ...] = ()
    only_for: tuple[OnlyFor, ...] = ()
    plan_modifiers: ModifierUse = ModifierUse()
    assistant_modifiers: ModifierUse = ModifierUse()
    active_cmt_modifier: ActiveTreatment = ActiveTreatment()
    edits: Literal["ncci", "none", "unknown"] = "unknown"
    mue: Literal["cms", "none", "unknown"] = "unknown"
    thresholds: tuple[Threshold, ...] = ()
    required_elements: tuple[RequiredElement, ...] = ()
    notes: tuple[PayerNote, ...] = ()


class _Dated(Protocol):
    @property
    def since(self) -> date | None: ...


_D = TypeVar("_D", bound=_Dated)
_PAYER = TypeAdapter(Payer)


def load_payers(roots: DataRoots) -> dict[str, Payer]:
    """Read every payer file, the site's laid over the packaged ones.

    Returns:
        Payers by id, in the order of their ids.

    Raises:
        KnowledgeError: a file breaks the format, or its id isn't its file name.
    """
    payers: dict[str, Payer] = {}
    for path in find_files(roots, FOLDER, ".yaml"):
        payer = read_yaml(path, _PAYER)
        if payer.id != path.stem:
            raise KnowledgeError(f"{path}: id {payer.id!r} must be the file's name, {path.stem!r}.")
        if payer.id in payers:
            raise KnowledgeError(f"{path}: id {payer.id!r} stands in two files. Keep one.")
        _check_cited(payer, path)
        payers[payer.id] = payer
    return payers


def _check_cited(payer: Payer, path: Path) -> None:
    """Refuse a method or a modifier that is stated but names no passage: nothing may stand on it."""
    stated = {f"methods.{i}": fact.cites for i, fact in enumerate(payer.methods) if fact.method != "both"}
    for key in ("plan_modifiers", "assistant_modifiers", "active_cmt_modifier"):
        use: ModifierUse | ActiveTreatment = getattr(payer, key)
        if use.use is not None:
            stated[key] = use.cites
    bare = [key for key, cites in stated.items() if not cites]
    if bare:
        raise KnowledgeError(f"{path}: {bare[0]}.cites is empty. Name the passage that says so.")


def method_fact_on(payer: Payer, on: date) -> UnitMethod | None:
    """Return the newest method whose start isn't after the date, with its passages; None if none is in force."""
    return newest(payer.methods, on)


def method_on(payer: Payer, on: date) -> MethodName:
    """Return how the payer counts units on a date; ``both`` when nothing in force says so."""
    return fact.method if (fact := method_fact_on(payer, on)) else "both"


def substitution_for(payer: Payer, code: str, on: date) -> Substitution | None:
    """Return what the payer takes in place of the code on a date, or None."""
    return newest((fact for fact in payer.substitutions if fact.code == code), on)


def bundled_by(payer: Payer, code: str, on: date) -> CodeFact | None:
    """Return why the payer pays no line for the code on a date although it may be given, or None."""
    return newest((fact for fact in payer.bundled if fact.code == code), on)


def not_covered_by(payer: Payer, code: str, on: date) -> CodeFact | None:
    """Return why the payer doesn't cover the code on a date, or None."""
    return newest((fact for fact in payer.not_covered if fact.code == code), on)


def only_codes_for(payer: Payer, discipline: str, on: date) -> OnlyFor | None:
    """Return the only codes that the payer pays the discipline on a date, or None when it has no such list."""
    return newest((fact for fact in payer.only_for if fact.discipline == discipline), on)


def used_on(use: ModifierUse | ActiveTreatment, on: date) -> bool | None:
    """Return whether the modifier is wanted on a date; None when the file doesn't know."""
    return False if use.use and use.since and on < use.since else use.use


def required_on(payer: Payer, on: date) -> tuple[RequiredElement, ...]:
    """Return the elements that the payer makes required on a date."""
    return tuple(fact for fact in payer.required_elements if fact.since is None or fact.since <= on)


def threshold_on(payer: Payer, kind: str, on: date) -> Threshold | None:
    """Return the amount for the date's own year, never another year's."""
    return next((fact for fact in payer.thresholds if fact.kind == kind and fact.year == on.year), None)


def newest(facts: Iterable[_D], on: date) -> _D | None:
    """Return the fact with the latest start that isn't after the date; an open start is the earliest."""
    in_force = (fact for fact in facts if fact.since is None or fact.since <= on)
    return max(in_force, key=lambda fact: fact.since or date.min, default=None)
