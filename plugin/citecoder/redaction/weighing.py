"""What the rules found, weighed by the tagger: what it doubts stays in the text, and what it is sure of goes, too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import cast

import numpy as np

from citecoder.redaction.describing import Piece, describe
from citecoder.redaction.marking import Found, Kind
from citecoder.redaction.phrases import fold
from citecoder.redaction.wording import Wording

SURE, KEPT = 0.5, 0.5
"""How likely a piece must be an identifier, and one that the rules found. Chosen on texts of a writer left aside."""
_PLAIN: frozenset[Kind] = frozenset({"age", "email", "url", "ip", "ssn", "phone", "fax"})
"""Kinds whose form alone tells them: what the rules found of them goes, whatever the tagger says."""
_TITLE = 8
_TITLED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx)\.? $", re.IGNORECASE)
_NEXT = re.compile(r"(?:['’]s)?[ \t-]([^\W\d_]+)")
_JOINED = re.compile(r"[ \t]{0,3}[.,&^#-]?[ \t]{0,3}")


def weigh(text: str, found: Sequence[Found], wording: Wording) -> list[Found]:
    """Return the identifiers of a text.

    Args:
        text: any text.
        found: what the rules found in it, apart and in order.
        wording: what knowledge/redaction says, and the tagger.
    """
    pieces = describe(text, found, wording)
    told = wording.tagger.likelihoods(pieces)
    shares = 1 - told[:, 0]
    likely = [piece for piece, share in zip(pieces, shares, strict=True) if share >= KEPT]
    ends = [piece.end for piece in likely]
    kept = [part for one in found for part in _kept(text, one, likely, bisect_right(ends, one.start))]
    taken = bytearray(len(text))
    for one in kept:
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)
    kinds = {piece: cast("Kind", wording.tagger.kinds[1 + int(np.argmax(row[1:]))]) for piece, row in zip(pieces, told, strict=True)}  # fmt: skip
    free = [
        (piece, kinds[piece])
        for piece, share in zip(pieces, shares, strict=True)
        if share >= SURE
        and not any(taken[piece.start : piece.end])
        and not (kinds[piece] == "name" and _heads_a_test(text, piece, wording))
    ]
    return sorted([*kept, *_joined(text, free)], key=lambda one: one.start)


def _heads_a_test(text: str, piece: Piece, wording: Wording) -> bool:
    """Tell whether a test, a sign or a disease is named so here: "Thomas test", "Berg Balance"."""
    after = _NEXT.match(text, piece.end)
    return (
        fold(text[piece.start : piece.end]) in wording.eponyms
        and after is not None
        and fold(after[1]) in wording.eponym_heads
    )


def _kept(text: str, one: Found, likely: Sequence[Piece], first: int) -> Iterator[Found]:
    """Yield what the tagger leaves of a find: a date whole or not at all, of others what it holds likely.

    Args:
        text: where it stands; what follows a title is a name, whatever the tagger holds of it.
        one: the find.
        likely: the pieces that it holds likely enough, in order.
        first: the number of the first of them that ends behind where the find starts.
    """
    inside = list(takewhile(lambda piece: piece.start < one.end, islice(likely, first, None)))
    titled = _TITLED.search(text, max(0, one.start - _TITLE), one.start) is not None
    if titled or one.kind in _PLAIN or (inside and one.kind == "date"):
        yield one
    elif inside:
        yield replace(one, start=max(one.start, inside[0].start), end=min(one.end, inside[-1].end))


def _joined(text: str, pieces: Sequence[tuple[Piece, Kind]]) -> Iterator[Found]:
    """Yield finds made of neighbours of one kind."""
    made: list[Found] = []
    for piece, kind in pieces:
        last = made[-1] if made else None
        if last and last.kind == kind and _JOINED.fullmatch(text, last.end, piece.start):
            made[-1] = replace(last, end=piece.end)
        else:
            made.append(Found(kind, piece.start, piece.end))
    yield from made
