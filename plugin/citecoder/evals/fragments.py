"""Fragments of notes with every service and time marked in the text → what each stretch stands for.

The one reader of ``evals/fragments``. Fragments are separated by a line ``%%``; the marks in them are

    [[97110 performed|the words]]    a service (a code, or ``none``) and its status
    [[t 97110|15 min]]               the time given to a service, ``timed`` or ``total``, or no one's (``no``)

and in ``components/``, whose files open with the discipline (``pt.txt``, ``ot_hands.txt``), where evaluations are marked,

    [[history moderate|the words]]   a component of the discipline's grid, and the level that it reaches
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from citecoder.errors import InputError
from citecoder.evals.case_files import Fault
from citecoder.rules.complexity import COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MARK = re.compile(r"\[\[(?P<what>[^\[\]|]{1,80})\|(?P<words>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\]")
STATUSES = frozenset(
    [
        "performed",
        "planned",
        "deferred",
        "declined",
        "contraindicated",
        "home_program",
        "history",
        "other_date",
        "other_provider",
        "aide",
        "template",
        "hypothetical",
        "goal",
        "finding",
    ]
)
"""What a stretch that speaks of a service may be; ``aide``: by an aide or the patient alone, ``finding``: no service."""
LEVELS = ("low", "moderate", "high")
_BETWEEN = re.compile(r"^%%[ \t]*$", re.MULTILINE)
_T = TypeVar("_T")


@dataclass(frozen=True)
class MarkedService:
    """A stretch that speaks of a service: its code (None for what no code covers) and its status."""

    start: int
    end: int
    code: str | None
    status: str


@dataclass(frozen=True)
class MarkedTime:
    """A statement of time: the codes that it is given to, none for a total or for what is no one's dose."""

    start: int
    end: int
    role: str  # dose | shared | timed | total | no
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarkedComponent:
    """A stretch that tells a component of an evaluation, and the level that it reaches."""

    start: int
    end: int
    name: str
    level: str


@dataclass(frozen=True)
class Fragment:
    """A piece of a note without its marks, and what they say."""

    id: str
    text: str
    services: tuple[MarkedService, ...]
    times: tuple[MarkedTime, ...]


@dataclass(frozen=True)
class EvaluationFragment:
    """A piece of an evaluation without its marks, its discipline, and the components that it tells."""

    id: str
    text: str
    discipline: str
    components: tuple[MarkedComponent, ...]


def read_fragments(place: Path) -> tuple[list[Fragment], list[Fault]]:
    """Return the fragments of a set in the order of their files, and what is wrong with the others."""
    return _read(place / "fragments", parse_fragment)


def read_evaluations(place: Path) -> tuple[list[EvaluationFragment], list[Fault]]:
    """Return the pieces of evaluations of a set in the order of their files, and what is wrong with the others."""
    return _read(place / "fragments" / "components", parse_evaluation)


def _read(folder: Path, parse: Callable[[str, str], _T]) -> tuple[list[_T], list[Fault]]:
    found: list[_T] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        at = 0
        for n, piece in enumerate(_BETWEEN.split(text)):
            line = text.count("\n", 0, at + len(piece) - len(piece.lstrip())) + 1
            at += len(piece) + len("%%")
            if not piece.strip():
                continue
            try:
                found.append(parse(f"{path.stem}-{n}", piece.strip("\r\n")))
            except InputError as problem:
                faults.append(Fault(path.name, line, str(problem)))
    return found, faults


def parse_fragment(name: str, marked: str) -> Fragment:
    """Take the marks out of a fragment.

    Raises:
        InputError: a mark is not closed, or says neither a service with its status nor a time.
    """
    text, marks = _unmarked(name, marked)
    services: list[MarkedService] = []
    times: list[MarkedTime] = []
    for start, end, first, second in marks:
        if first == "t":
            times.append(_time(start, end, second))
        elif second in STATUSES:
            services.append(MarkedService(start, end, None if first == "none" else first, second))
        else:
            raise InputError(f"{second} is no status; one of {', '.join(sorted(STATUSES))}", name)
    return Fragment(name, text, tuple(services), tuple(times))


def parse_evaluation(name: str, marked: str) -> EvaluationFragment:
    """Take the marks out of a piece of an evaluation; its name opens with the discipline (``pt-4``, ``ot_hands-2``).

    Raises:
        InputError: a mark is not closed, or says no component of the discipline with its level.
    """
    discipline = re.split(r"[-_]", name)[0].upper()
    if discipline not in COMPONENTS:
        raise InputError(
            f"{discipline} has no grid; name the file after one of {', '.join(COMPONENTS)}", name
        )
    text, marks = _unmarked(name, marked)
    for _, _, component, level in marks:
        if component not in COMPONENTS[discipline]:
            told = ", ".join(COMPONENTS[discipline])
            raise InputError(f"{component} is no component of a {discipline} evaluation; one of {told}", name)
        if level not in LEVELS:
            raise InputError(f"{level} is no level; one of {', '.join(LEVELS)}", name)
    return EvaluationFragment(name, text, discipline, tuple(MarkedComponent(*mark) for mark in marks))


def _unmarked(name: str, marked: str) -> tuple[str, list[tuple[int, int, str, str]]]:
    """Return a fragment's text without its marks, and for each of them its place and the two words that it says."""
    text, at = "", 0
    marks = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        start, at = len(text), mark.end()
        text += mark["words"]
        told = mark["what"].split()
        if len(told) != 2:
            raise InputError(
                f"mark [[{mark['what']}|…]] must say a code and a status, t and a code, or a component and a level",
                name,
            )
        marks.append((start, len(text), told[0], told[1]))
    text += marked[at:]
    if "[[" in text or "]]" in text:
        raise InputError("a mark is not closed, or stands in another", name)
    return text, marks


def _time(start: int, end: int, what: str) -> MarkedTime:
    if what in ("timed", "total", "no"):
        return MarkedTime(start, end, what)
    codes = tuple(what.split("+"))
    return MarkedTime(start, end, "dose" if len(codes) == 1 else "shared", codes)
