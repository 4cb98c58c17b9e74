"""The verbs for Python: ``from citecoder import ask, suggest, search, lookup, units``.

They run what every other door runs. The parts are made once a process, from the ``CITECODER_`` settings as they
are at the first call; nothing heavy is imported before it.
"""
# ruff: noqa: PLC0415 - heavy imports wait until a verb runs, so that `import citecoder` is light

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from citecoder import answers, model, wire
    from citecoder.app.wiring import Parts


class More(TypedDict, total=False):
    """What else can be said of a note; each is the field of ``Request`` with that name."""

    stage: model.Stage
    billed: tuple[model.BilledLine, ...]
    signed: bool | None
    performed_by: str | None
    episode: model.Episode | None


class Filters(TypedDict, total=False):
    """What a passage must satisfy, and how many are wanted."""

    code: str | None
    payer: str | None
    authority: model.Authority | None
    date: date | str | None
    k: int


def suggest(
    note: str,
    *,
    payer: str | None = None,
    discipline: str | None = None,
    date_of_service: date | str | None = None,
    **more: Unpack[More],
) -> model.Review:
    """Review one note.

    Args:
        note: the text of one visit. Offsets in the answer count its code points, exactly as given.
        payer: a payer id such as ``medicare``; None is read from the note or stays unknown.
        discipline: ``PT``, ``OT``, ``SLP`` or ``DC``.
        date_of_service: a date, or ``YYYY-MM-DD``; without one the newest edition of each rule applies.
        **more: ``stage``, ``billed``, ``signed``, ``performed_by``, ``episode``, as in ``Request``.

    Returns:
        The review: lines, gaps, what was not coded and why, and the passages behind all of it.

    Raises:
        InputError: an argument is wrong, or the note is longer than the site allows.
        CitecoderError: the sources or the index can't be used.
    """
    from citecoder import wire

    parts = _parts()
    told: dict[str, Any] = dict(more)
    asked = {"note": note, "payer": payer, "discipline": discipline, "date_of_service": date_of_service}
    request = wire.read_request({**asked, "stage": told.pop("stage", "final")}, parts.settings.max_note)
    return parts.chain.invoke(replace(request, **told))


def ask(
    question: str,
    *,
    payer: str | None = None,
    discipline: str | None = None,
    date_of_service: date | str | None = None,
    history: Iterable[answers.Turn | Mapping[str, str]] = (),
    note: str | None = None,
) -> answers.Answer:
    """Answer a question from the sources.

    Args:
        question: one question on coding, units or documentation.
        payer: a payer id such as ``medicare``; None is read from the question or its history, or stays unknown.
        discipline: ``PT``, ``OT``, ``SLP`` or ``DC``.
        date_of_service: a date, or ``YYYY-MM-DD``; without one the rules of today are told.
        history: what was said before, the oldest first: turns, or ``{"role": …, "content": …}`` as in the contract.
        note: a note that the question may be about, exactly as it stands.

    Returns:
        The answer: sentences with the ids of the passages that each rests on, and those passages; or, with
        ``abstained``, the reason why there is none and the nearest passages.

    Raises:
        InputError: an argument is wrong, or the note is longer than the site allows.
        CitecoderError: the sources or the index can't be used.
    """
    from citecoder import answers, wire

    parts = _parts()
    turns = [
        {"role": turn.role, "content": turn.content} if isinstance(turn, answers.Turn) else turn
        for turn in history
    ]
    asked = {
        "question": question,
        "payer": payer,
        "discipline": discipline,
        "date_of_service": date_of_service,
    }
    request = wire.read(wire.AskRequest, {**asked, "history": turns, "note": note})
    return parts.answers.invoke(wire.to_question(request, parts.settings.max_note))


def search(query: str, **filters: Unpack[Filters]) -> list[model.Hit]:
    """Search the sources.

    Args:
        query: a question or keywords; abbreviations of therapy notes are understood.
        **filters: ``code``, ``payer``, ``authority``, ``date`` (in force then) and ``k`` (8 hits by default).

    Returns:
        The best passages, the best first, each with its score and the parts of it.

    Raises:
        InputError: a filter is unknown or wrong.
        CitecoderError: the sources or the index can't be used.
    """
    from citecoder import wire

    asked = wire.read(wire.SearchRequest, {"query": query, **filters})
    return _parts().store.search(
        asked.query, k=asked.k, code=asked.code, payer=asked.payer, authority=asked.authority, on=asked.date
    )


def lookup(code: str, *, payer: str | None = None) -> wire.LookupResponse:
    """Return what is known about a code: timing, documentation, look-alikes, edits, and the passages behind it.

    Args:
        code: a code of the code set, in either case.
        payer: a payer id; the answer then says what that payer does with the code today.

    Raises:
        UnknownCodeError: the code is not in the code set.
        CitecoderError: the sources or the index can't be used.
    """
    from citecoder.app.verbs import lookup as verb

    return verb.lookup(_parts(), code, payer)


def units(
    minutes: Mapping[str, int], *, payer: str | None = None, method: model.Method | None = None
) -> wire.UnitsResponse:
    """Count the units of a day's minutes.

    Args:
        minutes: whole minutes by code, such as ``{"97110": 33, "97140": 7}``.
        payer: a payer id, whose method is used; a payer whose method is unknown is counted by both.
        method: ``medicare_total_time`` or ``midpoint``, whatever the payer.

    Returns:
        Units by code (None where the methods differ and nobody says which applies), lines and the arithmetic.

    Raises:
        InputError: a value is wrong; ``UnknownCodeError`` where a code is not in the code set.
    """
    from citecoder import wire
    from citecoder.app.verbs import units as verb

    asked = wire.read(wire.UnitsRequest, {"minutes": dict(minutes), "payer": payer, "method": method})
    return verb.units(_parts(), asked)


@cache
def _parts() -> Parts:
    from citecoder.app.settings import load_settings
    from citecoder.app.wiring import Parts

    return Parts(load_settings())
