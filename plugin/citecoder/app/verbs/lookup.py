"""lookup: everything that is known about one code, seen by one payer on one date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import model, wire
from citecoder.rules.payer import bundled_by, not_covered_by, substitution_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from citecoder.app.wiring import Parts
    from citecoder.codes import Code
    from citecoder.rules.edits import Edits
    from citecoder.rules.payer import Payer

_UNKNOWN_PAYER = "this payer is not known here; nothing is said about it"
_TRADITIONAL = "medicare"


def lookup(parts: Parts, code: str, payer: str | None = None, on: date | None = None) -> wire.LookupResponse:
    """Gather what the code set, the payer, the edits and the sources say about a code.

    Args:
        parts: the shared parts.
        code: a code of the code set, in either case.
        payer: a payer id, or None for the code alone.
        on: the date whose rules apply; today's when it is not given.

    Raises:
        UnknownCodeError: the code is not in the code set.
    """
    found = parts.codes.get(code)
    day = on or datetime.now(UTC).date()
    view = _payer_view(parts, found, payer, day)
    edits = parts.edits.on(day)
    return wire.LookupResponse(
        code=found.code,
        system=found.system,  # type: ignore[arg-type]  # the response's own check closes the list
        label=found.label,
        family=found.family,
        timing=found.timing,
        attendance=found.attendance,
        disciplines=list(found.disciplines),
        valid=wire.Validity.model_validate({"from": found.valid_from, "until": found.valid_until}),
        payer=view,
        elements=_elements(found),
        confused_with=[
            wire.Confusable(code=each.code, how_to_tell=each.how_to_tell) for each in found.confused_with
        ],
        edits=_edits(edits, found.code),
        mue=_mue(edits, found.code),
        depth=found.depth,  # type: ignore[arg-type]
        descriptor=_descriptor(parts, found.code),
        passages=wire.passages_to_wire(_passages(parts, found, view.citations)),
    )


def _payer_view(parts: Parts, code: Code, payer_id: str | None, on: date) -> wire.PayerView:
    if payer_id is None:
        return wire.PayerView()
    payer = parts.payers.get(payer_id)
    if payer is None:
        return wire.PayerView(id=payer_id, notes=[_UNKNOWN_PAYER])
    swap = substitution_for(payer, code.code, on)
    bundled = bundled_by(payer, code.code, on)
    refused = not_covered_by(payer, code.code, on)
    facts = [fact for fact in (swap, bundled, refused) if fact is not None]
    said = [note for note in payer.notes if code.code in note.codes]
    status = _status(payer, code, on)
    notes = [fact.because for fact in facts] + [note.text for note in said]
    if payer_id == _TRADITIONAL and code.medicare.get("note"):
        notes.append(str(code.medicare["note"]))
    return wire.PayerView(
        id=payer_id,
        status=status,
        substitute=swap.by if swap else None,
        notes=list(dict.fromkeys(notes)),
        citations=list(dict.fromkeys(cite for each in (*facts, *said) for cite in each.cites)),
    )


def _status(payer: Payer, code: Code, on: date) -> str | None:
    """Return what the payer does with the code; None is unknown."""
    if substitution_for(payer, code.code, on):
        return "not_recognized"
    if bundled_by(payer, code.code, on):
        return "bundled"
    if not_covered_by(payer, code.code, on):
        return "noncovered"
    return code.medicare.get("status") if payer.id == _TRADITIONAL else None


def _elements(code: Code) -> list[wire.CodeElement]:
    return [
        wire.CodeElement.model_validate(
            {
                "id": each.id, "kind": each.kind, "severity": each.severity, "where": each.where,
                "label": each.label, "why": each.why, "query": each.query, "citations": list(each.cites),
            }
        )
        for each in code.elements
    ]  # fmt: skip


def _edits(edits: Edits, code: str) -> list[wire.PairEdit]:
    return [
        wire.PairEdit.model_validate(
            {
                "with": row.other(code),
                "column": row.column_of(code),
                "indicator": row.indicator,
                "edition": edits.edition_of(row).edition.isoformat(),
            }
        )
        for row in edits.all_for(code)
    ]


def _mue(edits: Edits, code: str) -> wire.UnitLimit | None:
    limit = edits.mue(code)
    return wire.UnitLimit(units=limit.units, edition=limit.edition_checked or None) if limit else None


def _descriptor(parts: Parts, code: str) -> wire.Descriptor | None:
    """Return the licensed descriptor while the licence holds: today counts, not the date of service."""
    held = parts.descriptors
    if held is None or code not in held.texts or not held.valid(datetime.now(UTC).date()):
        return None
    return wire.Descriptor(
        text=held.texts[code], edition=held.edition, licensed_to=held.licensee, expires=held.expires
    )


def _passages(parts: Parts, code: Code, payer_cites: Sequence[str]) -> list[model.Passage]:
    """Return the passages that the code's facts cite, then others about it, the better authority first."""
    cited = {
        *code.cites,
        *code.timing_cites,
        *payer_cites,
        *(cite for each in code.elements for cite in each.cites),
    }
    about = {each.id: each for each in parts.store.select(code=code.code) if code.code in each.codes}
    _add(parts, about, cited)
    _add(parts, about, {each.disputed.by for each in about.values() if each.disputed})
    return sorted(
        about.values(),
        key=lambda each: (each.id not in cited, -model.AUTHORITY_RANK[each.source.authority], each.id),
    )


def _add(parts: Parts, about: dict[str, model.Passage], ids: set[str]) -> None:
    found = (parts.store.get(each) for each in ids - about.keys())
    about.update({each.id: each for each in found if each})
