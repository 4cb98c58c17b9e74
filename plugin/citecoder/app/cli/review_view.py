"""A review as a person reads it in a terminal: what can be billed, what would stop it, why something isn't.

The order and the words are those of the browser page. Colour helps and never says anything alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from citecoder.app.cli.note_view import clean, ink, letter, marked_note
from citecoder.app.cli.rows import heading, item, sources
from citecoder.app.cli.source_view import Numbers, payer_name, say_conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.console import Console

    from citecoder import wire

MOST_GAPS = 5
MOST_CONFLICTS = 5
LEGEND = "✓ supported · ! needs documentation"
FOOT = "Not legal or billing advice; a person signs."


def show(console: Console, note: str, review: wire.SuggestResponse) -> None:
    """Print a review.

    Args:
        console: where to print; its width and colours are respected.
        note: the note exactly as sent.
        review: what was decided about it.
    """
    numbers = Numbers(review.passages)
    _header(console, review)
    _note(console, note, review)
    _codes(console, review, numbers)
    _missing(console, review, numbers)
    _not_coded(console, review, numbers)
    _claim(console, review, numbers)
    _warnings(console, review, numbers)
    sources(console, numbers.cited(), numbers, because=False)
    console.print(Padding(Text(FOOT, "dim"), (1, 0, 0, 0)))


def _header(console: Console, review: wire.SuggestResponse) -> None:
    visit = review.encounter
    who = [payer_name(visit.payer), visit.discipline or "discipline unknown", visit.visit_type]
    minutes = [
        f"{visit.timed_minutes} timed min" if visit.timed_minutes is not None else "timed min not stated",
        *([f"{visit.total_minutes} total"] if visit.total_minutes is not None else []),
        _total_units(review.suggestions),
    ]
    grid = Table.grid(expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    grid.add_row(Text.assemble(("citecoder", "bold"), "  ", " · ".join(who)), Text(" · ".join(minutes)))
    console.print(grid)
    dated = visit.date_of_service or f"no date given: rules as of {visit.rules_as_of}"
    console.print(Rule(Text(str(dated), "dim"), style="dim", align="left"))


def _total_units(lines: Sequence[wire.Suggestion]) -> str:
    if any(line.units is None for line in lines):
        return "units open"
    total = sum(line.units or 0 for line in lines)
    return f"{total} unit{'' if total == 1 else 's'}"


def _note(console: Console, note: str, review: wire.SuggestResponse) -> None:
    styled = console.is_terminal and not console.is_dumb_terminal
    shown = marked_note(note, review.suggestions, styled=styled)
    shown.rstrip()
    console.print(Padding(shown, (1, 1, 0, 1)))


def _codes(console: Console, review: wire.SuggestResponse, numbers: Numbers) -> None:
    heading(console, "CODES", len(review.suggestions), LEGEND if review.suggestions else "")
    if not review.suggestions:
        console.print(Text("  Nothing to bill in this note. Why is told below.", "dim"))
    shared = _shared(review.suggestions)
    for n, line in enumerate(review.suggestions):
        console.print(_code_row(n, line, review))
        _code_details(console, line, numbers, shared)
    for text, (letters, citations) in shared.items():
        item(console, Text.assemble(clean(text), numbers.of(citations)), f"{letters} ", 0, "bold")


def _shared(lines: Sequence[wire.Suggestion]) -> dict[str, tuple[str, list[str]]]:
    """Return the reasons that stand on several lines, with the letters of those lines: they are told once."""
    found: dict[str, tuple[str, list[str]]] = {}
    for n, line in enumerate(lines):
        for reason in line.reasons:
            letters, citations = found.get(reason.text, ("", reason.citations))
            found[reason.text] = (letters.replace(letter(n), "") + letter(n), citations)
    return {text: told for text, told in found.items() if len(told[0]) > 1}


def _code_row(n: int, line: wire.Suggestion, review: wire.SuggestResponse) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1))
    for width, justify in ((1, "left"), (1, "left"), (5, "left"), (None, "left"), (6, "right"), (9, "left")):
        grid.add_column(width=width, justify=justify, ratio=None if width else 1)  # type: ignore[arg-type]
    supported = line.status == "supported"
    mark = Text("✓", "green") if supported else Text("!", "bold yellow")
    grid.add_row(
        Text(letter(n), f"bold {ink(n)}"),
        mark,
        Text(line.code, "bold"),
        Text(line.label),
        Text(_times(line, review), "bold"),
        Text(" ".join(line.modifiers)),
    )
    return grid


def _times(line: wire.Suggestion, review: wire.SuggestResponse) -> str:
    """Write the units; where methods differ and no payer decides, both readings."""
    if line.units is not None:
        return f"×{line.units}"
    readings = sorted({units[line.code] for units in review.units.by_method.values() if line.code in units})
    return "×" + ("|".join(map(str, readings)) if len(readings) > 1 else "?")


def _code_details(console: Console, line: wire.Suggestion, numbers: Numbers, shared: Collection[str]) -> None:
    told = {_bare(reason.text) for reason in line.reasons}
    if line.arithmetic and _bare(line.arithmetic) not in told:
        item(console, Text(line.arithmetic), "├ ")
    for reason in line.reasons:
        if reason.text not in shared:
            item(console, Text.assemble(clean(reason.text), numbers.of(reason.citations)), "├ ")
    for other in line.alternatives:
        item(
            console,
            Text.assemble(f"not {other.code}: {clean(other.why_not)}", numbers.of(other.citations)),
            "├ ",
        )
    if line.status != "supported":
        count = sum(gap.severity == "required" and gap.where == "note" for gap in line.missing)
        item(console, Text(f"needs documentation: {count} thing{'' if count == 1 else 's'} missing"), "└ ")


def _bare(text: str) -> str:
    return text.casefold().rstrip(". ")


def _missing(console: Console, review: wire.SuggestResponse, numbers: Numbers) -> None:
    gaps = [(line.code, gap) for line in review.suggestions for gap in line.missing]
    gaps += [("", gap) for gap in review.missing]
    gaps = [(", ".join(gap.codes) or code, gap) for code, gap in gaps]
    chart = [gap for _, gap in gaps if gap.where != "note"]
    asked = sorted(
        (each for each in gaps if each[1].where == "note"), key=lambda each: each[1].severity != "required"
    )
    if review.suggestions or asked:
        heading(console, "MISSING", len(asked))
    if review.suggestions and not asked:
        console.print(Text("  Nothing missing.", "green"))
    for code, gap in asked[:MOST_GAPS]:
        mark = "● " if gap.severity == "required" else "○ "
        item(console, Text.assemble((gap.query, "bold"), f"  {code}" if code else ""), mark, 1, "yellow")
        item(
            console,
            Text.assemble((f"asked because {_lower(gap.why)}", "dim"), numbers.of(gap.citations)),
            "",
            3,
        )
    if len(asked) > MOST_GAPS:
        console.print(Text(f"  … {len(asked) - MOST_GAPS} more", "dim"))
    if chart:
        labels = list(dict.fromkeys(gap.label for gap in chart))
        item(console, Text(f"Chart items ({len(labels)}): {'; '.join(labels)}", "dim"), "", 1)


def _lower(text: str) -> str:
    """Lower the first letter, unless the word is an abbreviation."""
    return text if text[:2].isalpha() and text[:2].isupper() else text[:1].lower() + text[1:]


def _not_coded(console: Console, review: wire.SuggestResponse, numbers: Numbers) -> None:
    if not review.not_coded:
        return
    heading(console, "NOT CODED", len(review.not_coded))
    for each in review.not_coded:
        quote = f' "{_short(each.evidence[0].quote)}"' if each.evidence else ""
        why = Text.assemble(clean(each.explanation), (quote, "italic dim"), numbers.of(each.citations))
        item(console, why, f"{each.code or '—':<6} ", 1, "bold")


def _short(quote: str) -> str:
    plain = " ".join(clean(quote).split())
    return plain if len(plain) <= 60 else plain[:59] + "…"


def _claim(console: Console, review: wire.SuggestResponse, numbers: Numbers) -> None:
    if not review.billed_review:
        return
    heading(console, "CLAIM AS BILLED", len(review.billed_review))
    for each in review.billed_review:
        mark = "✓ " if each.verdict == "supported" else "! "
        text = f"{each.code} {each.verdict.replace('_', ' ')}: {clean(each.explanation)}"
        item(console, Text.assemble(text, numbers.of(each.citations)), mark, 1)


def _warnings(console: Console, review: wire.SuggestResponse, numbers: Numbers) -> None:
    if not review.warnings and not review.conflicts:
        return
    heading(console, "WARNINGS", len(review.warnings) + len(review.conflicts))
    signs = {"error": ("✗ ", "bold red"), "warning": ("! ", "bold yellow"), "info": ("i ", "dim")}
    for level, (sign, style) in signs.items():
        for each in (warning for warning in review.warnings if warning.level == level):
            item(console, Text.assemble(clean(each.message), numbers.of(each.citations)), sign, 1, style)
    for conflict in review.conflicts[:MOST_CONFLICTS]:
        item(console, say_conflict(conflict, numbers), "≠ ", 1)
    if len(review.conflicts) > MOST_CONFLICTS:
        console.print(Text(f"  … {len(review.conflicts) - MOST_CONFLICTS} more conflicts of sources", "dim"))
