"""Fragments of notes with every service and time marked in the text → what each stretch stands for.

The one reader of ``evals/fragments``. Fragments are separated by a line ``%%``; the marks in them are

    [[97110 performed|the words]]    a service (a code, or ``none``) and its status
    [[t 97110|15 min]]               the time given to a service, ``timed`` or ``total``, or no one's (``no``)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.evals.case_files import Fault

if TYPE_CHECKING:
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
_BETWEEN = re.compile(r"^%%[ \t]*$", re.MULTILINE)


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
class Fragment:
    """A piece of a note without its marks, and what they say."""

    id: str
    text: str
    services: tuple[MarkedService, ...]
    times: tuple[MarkedTime, ...]


def read_fragments(place: Path) -> tuple[list[Fragment], list[Fault]]:
    """Return the fragments of a set in the order of their files, and what is wrong with the others."""
    found: list[Fragment] = []
    faults: list[Fault] = []
    for path in sorted((place / "fragments").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        at = 0
        for n, piece in enumerate(_BETWEEN.split(text)):
            line = text.count("\n", 0, at + len(piece) - len(piece.lstrip())) + 1
            at += len(piece) + len("%%")
            if not piece.strip():
                continue
            try:
                found.append(parse_fragment(f"{path.stem}-{n}", piece.strip("\r\n")))
            except InputError as problem:
                faults.append(Fault(path.name, line, str(problem)))
    return found, faults


def parse_fragment(name: str, marked: str) -> Fragment:
    """Take the marks out of a fragment.

    Raises:
        InputError: a mark is not closed, or says neither a service with its status nor a time.
    """
    text, at = "", 0
    services: list[MarkedService] = []
    times: list[MarkedTime] = []
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        start, at = len(text), mark.end()
        text += mark["words"]
        told = mark["what"].split()
        if len(told) != 2:
            raise InputError(f"mark [[{mark['what']}|…]] must say a code and a status, or t and a code", name)
        if told[0] != "t" and told[1] not in STATUSES:
            raise InputError(f"{told[1]} is no status; one of {', '.join(sorted(STATUSES))}", name)
        if told[0] == "t":
            times.append(_time(start, len(text), told[1]))
        else:
            services.append(MarkedService(start, len(text), None if told[0] == "none" else told[0], told[1]))
    text += marked[at:]
    if "[[" in text or "]]" in text:
        raise InputError("a mark is not closed, or stands in another", name)
    return Fragment(name, text, tuple(services), tuple(times))


def _time(start: int, end: int, what: str) -> MarkedTime:
    if what in ("timed", "total", "no"):
        return MarkedTime(start, end, what)
    codes = tuple(what.split("+"))
    return MarkedTime(start, end, "dose" if len(codes) == 1 else "shared", codes)
