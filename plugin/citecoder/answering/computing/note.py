"""Questions about the note at hand, answered from its review: what is coded, what is not and why, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.answering.computing.finding import Finding
from citecoder.answers import Sentence
from citecoder.model import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citecoder.answering.asked import Asked
    from citecoder.answering.desk import Desk
    from citecoder.model import Gap, Review, Suggestion

_MOST = 5
"""Gaps that one answer tells; the review has the rest."""


def about_note(asked: Asked, desk: Desk) -> Finding | None:
    """Answer from the review of the note that came with the question."""
    if asked.note is None or not {"note", "missing"} & asked.wants:
        return None
    review = desk.review(
        Request(asked.note, asked.payer, asked.discipline, asked.on if asked.day_named else None)
    )
    if "missing" in asked.wants:
        sentences = tuple(_missing(asked, review))
    elif asked.services:
        sentences = tuple(s for code in asked.services for s in _why(code, review, desk))
    else:
        sentences = tuple(_lines(review))
    values = {
        "lines": [
            {"code": s.code, "units": s.units, "modifiers": list(s.modifiers)} for s in review.suggestions
        ],
        "missing": [gap.element for gap in _gaps(review)],
    }
    return Finding("review", sentences, values) if sentences else None


def _why(code: str, review: Review, desk: Desk) -> Iterator[Sentence]:
    """Say what became of a code: suggested, refused, weighed and left, or never heard of in the note."""
    told = list(_verdicts(code, review))
    if told:
        yield from told
        return
    known = desk.engine.codes.codes.get(code)
    if known is not None:
        yield Sentence(
            f"Nothing in the note is read as {code} ({known.label}), so no line is suggested for it.",
            known.cites,
        )


def _verdicts(code: str, review: Review) -> Iterator[Sentence]:
    for line in review.suggestions:
        if line.code == code:
            yield _line(line)
            yield from (Sentence(r.text, r.citations, r.evidence) for r in line.reasons if r.about == "code")
    for refused in review.not_coded:
        if refused.code == code:
            yield Sentence(f"{code} is not coded: {refused.explanation}", refused.citations, refused.evidence)
    for line in review.suggestions:
        for other in line.alternatives:
            if other.code == code:
                yield Sentence(
                    f"{code} was weighed beside {line.code} and left: {other.why_not}",
                    other.citations,
                    line.evidence,
                )


def _lines(review: Review) -> Iterator[Sentence]:
    for line in review.suggestions:
        yield _line(line)
    for refused in review.not_coded:
        yield Sentence(
            f"{refused.code or 'A service'} is not coded: {refused.explanation}",
            refused.citations,
            refused.evidence,
        )


def _line(line: Suggestion) -> Sentence:
    units = "units open" if line.units is None else f"{line.units} {'unit' if line.units == 1 else 'units'}"
    modifiers = f" with {' '.join(line.modifiers)}" if line.modifiers else ""
    arithmetic = f" ({line.arithmetic})" if line.arithmetic else ""
    open_ = f"; {len(line.missing)} open questions of documentation" if line.missing else ""
    return Sentence(
        f"{line.code}, {units}{modifiers}, is suggested{arithmetic}{open_}.", line.citations, line.evidence
    )


def _missing(asked: Asked, review: Review) -> Iterator[Sentence]:
    gaps = [
        gap
        for gap in _gaps(review)
        if not asked.services or set(asked.services) & set(gap.codes) or not gap.codes
    ]
    for gap in gaps[:_MOST]:
        yield Sentence(f"{gap.label}: {gap.query} {gap.why}", gap.citations)
    if len(gaps) > _MOST:
        yield Sentence(f"{len(gaps) - _MOST} more are listed in the review.", gaps[_MOST].citations)
    if not gaps and review.suggestions:
        yield Sentence("Nothing that the rules ask of this note is missing.", review.suggestions[0].citations)


def _gaps(review: Review) -> list[Gap]:
    """Return every gap, the required ones of lines first."""
    gaps = [gap for line in review.suggestions for gap in line.missing] + list(review.missing)
    return sorted(gaps, key=lambda gap: gap.severity != "required")
