"""The findings of a check, for a terminal and as Markdown for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from citecoder.app.cli.markdown import code, escaped
from citecoder.app.cli.note_view import clean
from citecoder.app.cli.rows import heading, item, sources
from citecoder.app.cli.source_view import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from citecoder import wire

_STYLE = {"contradicted": "red", "supported": "green", "unverifiable": "dim"}
_TITLES = {"contradicted": "CONTRADICTED", "supported": "SUPPORTED", "unverifiable": "NOT KNOWN"}
_LONGEST = 240


def show(console: Console, told: wire.CheckResponse, *, every: bool = False) -> None:
    """Print one document's findings: what is contradicted first, then what is left out, then the sources."""
    cited = [c.passages for c in told.claims] + [o.passages for o in told.omissions]
    numbers = Numbers([passage for passages in cited for passage in passages])
    console.print(Text.assemble((clean(told.file), "bold"), (f"   {_counts(told)}", "dim")))
    for remark in told.remarks:
        item(console, Text(clean(remark), "dim"), "", 2)
    for verdict in ("contradicted", "supported", "unverifiable"):
        found = [c for c in told.claims if c.verdict == verdict]
        if not found or (verdict != "contradicted" and not every):
            continue
        heading(console, _TITLES[verdict], len(found))
        for claim in found:
            _show_claim(console, claim, numbers)
    if told.omissions:
        heading(console, "LEFT OUT", len(told.omissions))
        for each in told.omissions:
            cites = [p.id for p in each.passages]
            item(console, Text.assemble(clean(each.what), numbers.of(cites)), "○ ", 2)
    sources(console, numbers.cited(), numbers)
    if not any(c.verdict == "contradicted" for c in told.claims):
        console.print(
            Text(
                "\nNothing contradicted." if told.claims else "\nNo claim about a code was found.",
                "green" if told.claims else "dim",
            )
        )
    console.print()


def _show_claim(console: Console, claim: wire.CheckedClaim, numbers: Numbers) -> None:
    where = claim.place or f"line {claim.line}"
    marked = "   marked as disputed by the document" if claim.disputed else ""
    head = Text.assemble(
        (f"{where:<9}", "dim"),
        (f"{claim.code} ", "bold"),
        (claim.attribute, _STYLE[claim.verdict]),
        (marked, "dim"),
    )
    item(console, head, "✗ " if claim.verdict == "contradicted" else "· ", 2, _STYLE[claim.verdict])
    item(console, Text(f"“{_shortened(claim.text)}”"), "", 6)
    if claim.because:
        item(
            console,
            Text.assemble((clean(claim.because), "dim"), numbers.of([p.id for p in claim.passages])),
            "",
            6,
        )


def total(console: Console, told: Sequence[wire.CheckResponse], unread: int) -> None:
    """Print the sum over several documents."""
    wrong = sum(c.verdict == "contradicted" and not c.disputed for each in told for c in each.claims)
    marked = sum(c.verdict == "contradicted" and c.disputed for each in told for c in each.claims)
    claims = sum(len(each.claims) for each in told)
    more = (f", {marked} more that the documents mark as disputed" if marked else "") + (
        f"; {unread} not read" if unread else ""
    )
    console.print(f"{len(told)} documents, {claims} claims: {wrong} contradicted{more}")


def as_markdown(told: wire.CheckResponse, *, every: bool = False) -> str:
    """Return one document's findings as Markdown; words of the document are escaped and stay text."""
    lines = [f"### `{code(told.file)}`", "", _counts(told), ""]
    lines += [f"*{escaped(remark)}*" for remark in told.remarks]
    shown = [c for c in told.claims if every or c.verdict == "contradicted"]
    if shown:
        lines += [
            "| Where | Code | About | Verdict | It says | Known | Source |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {c.place or f'line {c.line}'} | {c.code} | {c.attribute} | {c.verdict}{' (disputed there)' if c.disputed else ''} "
            f"| {escaped(_shortened(c.text))} | {escaped(c.because)} | {_marks(c.passages)} |"
            for c in shown
        ]
        lines.append("")
    if told.omissions:
        lines += ["Left out:", ""]
        lines += [f"- {o.code}: {escaped(o.what)} {_marks(o.passages)}" for o in told.omissions]
        lines.append("")
    return "\n".join(lines)


def _counts(told: wire.CheckResponse) -> str:
    counts = {
        v: sum(c.verdict == v for c in told.claims) for v in ("contradicted", "supported", "unverifiable")
    }
    words = f"{counts['contradicted']} contradicted, {counts['supported']} supported, {counts['unverifiable']} not known"
    return f"{words}, {len(told.omissions)} left out"


def _shortened(text: str) -> str:
    plain = clean(" ".join(text.split()))
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"


def _marks(passages: Sequence[wire.Passage]) -> str:
    return ", ".join(f"`{p.id}`" for p in passages)
