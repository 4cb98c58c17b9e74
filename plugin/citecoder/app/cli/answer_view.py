"""An answer as a person reads it in a terminal: the sentences first, then what contradicts them, then the sources.

A passage's number is its place among the answer's passages, the same as in the contract's ``answer`` text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from citecoder.app.cli.note_view import clean
from citecoder.app.cli.rows import heading, item
from citecoder.app.cli.source_view import Numbers, source_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from citecoder import wire

REASONS = {
    "out_of_scope": "No answer: this is outside coding, units and documentation of outpatient therapy.",
    "not_in_sources": "No answer: the sources here do not say.",
    "needs_payer": "No answer yet: it depends on the payer.",
    "needs_more": "No answer yet: it depends on something that was not told.",
    "unsafe": "No answer: this is not something to be answered from the sources.",
}
"""Why there is no answer, in words."""
FOOT = "Not legal or billing advice; a person signs."


def numbers_of(told: wire.AskResponse) -> Numbers:
    """Number an answer's passages in their own order."""
    numbers = Numbers(told.passages)
    for passage in told.passages:
        numbers.number(passage.id)
    return numbers


def show(console: Console, told: wire.AskResponse) -> None:
    """Print a whole answer, with every source."""
    show_answer(console, told)
    console.print(Padding(Text(f"Rules as of {told.as_of}.", "dim"), (1, 0, 0, 0)))
    show_conflicts(console, told)
    _evidence(console, told)
    show_sources(console, told, text=told.abstained)
    console.print(Padding(Text(FOOT, "dim"), (1, 0, 0, 0)))


def show_answer(console: Console, told: wire.AskResponse) -> None:
    """Print the sentences with their marks; above them, where nothing is answered, the reason."""
    if told.reason is not None:
        console.print(Text(REASONS[told.reason], "bold"))
    numbers = numbers_of(told)
    _flow(
        console,
        (Text.assemble(clean(each.text), numbers.of(each.citations)) for each in told.sentences),
    )


def _flow(console: Console, pieces: Iterable[Text]) -> None:
    """Print pieces as one wrapped paragraph, each of them as soon as it comes."""
    used = 0
    try:
        for piece in pieces:
            filled = Text.assemble("x" * used, " " if used else "", piece)  # x: the room that is taken
            lines = list(filled.wrap(console, console.width))
            lines[0] = lines[0][used:]
            for line in lines:
                line.rstrip()
            console.print(Text("\n").join(lines), end="", soft_wrap=True)
            used = lines[-1].cell_len + (used if len(lines) == 1 else 0)
    finally:
        if used:
            console.print()


def show_conflicts(console: Console, told: wire.AskResponse) -> None:
    """Print what other sources claim, and whom the answer follows."""
    if not told.conflicts:
        return
    numbers = numbers_of(told)
    heading(console, "SOURCES DISAGREE", len(told.conflicts))
    for each in told.conflicts:
        item(console, conflict_line(each, told.answer, numbers), "≠ ", 1)


def conflict_line(conflict: wire.Conflict, answer: str, numbers: Numbers) -> Text:
    """Say who claims what and whom the answer follows instead; why, unless the answer has told it."""
    claimed, better = numbers.of([conflict.said_by]), numbers.of([conflict.contradicted_by])
    return Text.assemble(
        (f"{numbers.authority(conflict.said_by)} says: ", "dim"),
        clean(conflict.claim).rstrip("."),
        claimed,
        (f". Not followed: the {numbers.authority(conflict.contradicted_by)} says otherwise", "dim"),
        better,
        ""
        if conflict.resolution.casefold() in answer.casefold()
        else f": {clean(conflict.resolution).rstrip('.')}",
        ".",
    )


def _evidence(console: Console, told: wire.AskResponse) -> None:
    if not told.evidence:
        return
    heading(console, "IN THE NOTE", len(told.evidence))
    for span in told.evidence:
        item(console, Text(f"“{clean(' '.join(span.quote.split()))}”", "italic"), "", 1)


def show_sources(console: Console, told: wire.AskResponse, *, text: bool) -> None:
    """Print the sources by number, if there are any; ``text``: with the words of each passage."""
    if not told.passages:
        return
    numbers = numbers_of(told)
    explained = {conflict.said_by for conflict in told.conflicts}
    heading(console, "NEAREST PASSAGES" if told.abstained else "SOURCES", len(told.passages))
    for number, passage in enumerate(told.passages, start=1):
        if text:
            show_passage(console, number, passage, numbers)
        else:
            line = source_line(passage, numbers, because=passage.id not in explained)
            item(console, line, f"[{number}] ", 1)


def show_passage(console: Console, number: int, passage: wire.Passage, numbers: Numbers) -> None:
    """Print the words of one passage, and under them where they come from."""
    words = Text.assemble(clean(passage.text), "\n", (f"{passage.id} · ", "dim"))
    item(console, words + source_line(passage, numbers), f"[{number}] ", 1)
