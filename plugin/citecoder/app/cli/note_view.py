"""The note as a person reads it, with the evidence of each line marked by a letter."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder import wire

LETTERS = "abcdefghijklmnoprstuvwxyz"
"""Letters that have a superscript form (q has none); the 26th line starts over."""
_SUPERSCRIPT = dict(zip(LETTERS, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_INKS = ("cyan", "magenta", "green", "yellow", "blue", "bright_cyan", "bright_magenta", "bright_green")
_LONG_NOTE = 40
_KEEP_AROUND = 1


class Mark(NamedTuple):
    """A stretch of the note that one line stands on."""

    start: int
    end: int
    line: int


def letter(line: int) -> str:
    """Return the letter of the n-th line of a review."""
    return LETTERS[line % len(LETTERS)]


def ink(line: int) -> str:
    """Return the colour of the n-th line; the letter says the same without colour."""
    return _INKS[line % len(_INKS)]


def clean(text: str) -> str:
    """Make note text safe to print: no control or direction characters reach the terminal."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf") else "" for char in text
    )


def marks_of(suggestions: Sequence[wire.Suggestion]) -> list[Mark]:
    """Collect the evidence of all lines in note order."""
    marks = {Mark(span.start, span.end, n) for n, each in enumerate(suggestions) for span in each.evidence}
    return sorted(mark for mark in marks if mark.end > mark.start)


def marked_note(note: str, suggestions: Sequence[wire.Suggestion], *, styled: bool) -> Text:
    """Return the note with its evidence underlined, in the line's colour, and lettered.

    Args:
        note: the note exactly as sent.
        suggestions: the lines, in the order of the review.
        styled: whether the console shows underlines; if not, evidence stands in ‹ ›.
    """
    marks = marks_of(suggestions)
    shown = Text()
    for piece in _pieces(len(note), marks):
        _append(shown, note, piece, marks, styled=styled)
    return shown if shown.plain.count("\n") < _LONG_NOTE else _fold(shown, styled=styled)


def _pieces(length: int, marks: Iterable[Mark]) -> list[tuple[int, int]]:
    """Cut the note wherever a mark begins or ends."""
    cuts = sorted(
        {0, length, *(edge for mark in marks for edge in (mark.start, mark.end) if 0 <= edge <= length)}
    )
    return list(pairwise(cuts))


def _append(shown: Text, note: str, piece: tuple[int, int], marks: Sequence[Mark], *, styled: bool) -> None:
    start, end = piece
    under = [mark for mark in marks if mark.start <= start and end <= mark.end]
    style = f"underline {ink(under[0].line)}" if under else ""
    opens = "" if styled else "‹" * sum(mark.start == start for mark in under)
    ending = sorted({mark.line for mark in under if mark.end == end})
    closes = "" if styled else "›" * sum(mark.end == end for mark in under)
    shown.append(opens + clean(note[start:end]) + closes, style)
    for line in ending:
        shown.append(_SUPERSCRIPT[letter(line)], f"bold {ink(line)}")


def _fold(shown: Text, *, styled: bool) -> Text:
    """Leave out stretches of a long note that hold no evidence, and say so."""
    lines = shown.split("\n")
    holds = [bool(line.spans) if styled else any(char in line.plain for char in "‹›") for line in lines]
    wide = range(-_KEEP_AROUND, _KEEP_AROUND + 1)
    keep = [any(holds[n + step] for step in wide if 0 <= n + step < len(lines)) for n in range(len(lines))]
    kept: list[Text] = []
    skipped = 0
    for line, wanted in zip(lines, keep, strict=True):
        if wanted:
            kept += _gap(skipped)
            kept.append(line)
        skipped = 0 if wanted else skipped + 1
    return Text("\n").join([*kept, *_gap(skipped)])


def _gap(skipped: int) -> list[Text]:
    return [Text(f"… {skipped} lines without evidence …", "dim")] if skipped else []
