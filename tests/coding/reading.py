"""What tests read off a review."""

from __future__ import annotations

from citecoder.model import Review


def lines(review: Review) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    return {s.code: (s.units, s.modifiers) for s in review.suggestions}


def reasons(review: Review) -> dict[str | None, str]:
    return {n.code: n.reason for n in review.not_coded}


def kinds(review: Review) -> set[str]:
    return {w.kind for w in review.warnings}
