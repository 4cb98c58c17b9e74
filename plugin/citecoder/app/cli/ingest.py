"""citecoder ingest: a person's own documents into the index."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import JsonOption, PayerOption, iso_date, open_parts
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder import wire

HELP = """
Read your own articles and policies into the index: PDF, web pages (.html), Markdown and plain text. Folders are read
with all below them that is not hidden; linked folders in them are not entered.

A document ranks as a payer's policy when a payer is named, else as an article, unless --authority says otherwise.
Markdown may carry front matter: id, title, publisher, payer, effective, url. What can't be read is told and left out.

Examples:

  citecoder ingest policy.pdf --payer aetna --effective 2026-01-01

  citecoder ingest articles/ policies/

  citecoder ingest manual.txt --authority contractor --url https://example.org/manual

  citecoder ingest --remove policy
"""


MOST_SHOWN = 20
COUNTS = ("added", "changed", "unchanged", "removed")


class AuthorityChoice(StrEnum):
    """Who stands behind a document."""

    regulator = "regulator"
    contractor = "contractor"
    association = "association"
    payer = "payer"
    practice = "practice"
    article = "article"


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("ingest", help=HELP, short_help="Read your own articles and policies into the index.")(run)


def run(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH…]", show_default=False)] = None,
    payer: PayerOption = None,
    authority: Annotated[
        AuthorityChoice | None, typer.Option(help="Who stands behind the documents.")
    ] = None,
    effective: Annotated[
        str | None, typer.Option("--effective", metavar="YYYY-MM-DD", help="Since when their rules hold.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="U", help="Where the original is (one file).")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="ID", help="Take an ingested article out again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ingest or remove documents, and report."""
    from citecoder import wire
    from citecoder.app.cli.terminal import progress_bar, write_out
    from citecoder.app.verbs import ingest as verb
    from citecoder.retrieval.chunking import IngestOptions

    if bool(paths) == bool(remove):
        raise InputError("give PATHs to ingest, or --remove ID; see `citecoder ingest --help`")
    parts = open_parts(context)
    if remove:
        told = verb.remove(parts, remove)
    else:
        count = sum(1 for _ in verb.find_documents(paths or []))
        if url and count != 1:
            raise InputError(
                f"--url belongs to one document, and {count} were given; use front matter", "--url"
            )
        options = IngestOptions(
            authority=authority.value if authority else None,
            payer=payer,
            effective=iso_date(effective, "--effective"),
            url=url,
        )
        with progress_bar("documents", count) as step:
            told = verb.ingest(parts, verb.find_documents(paths or []), options, step)
    if as_json:
        write_out(wire.to_json(told))
    else:
        _show(told)
    raise typer.Exit(1 if any(each.error for each in told.files) else 0)


def _show(told: wire.IngestResponse) -> None:
    """Tell what was left out and what changed, document by document; the rest is counted."""
    from citecoder.app.cli.terminal import page, say

    console = page()
    good = [each for each in told.files if not each.error]
    for each in told.files:
        for line in [each.error] if each.error else [f"{each.path}: {remark}" for remark in each.remarks]:
            say(f"citecoder: {line}")
    shown = good if len(good) <= MOST_SHOWN else [each for each in good if _changes(each)][:MOST_SHOWN]
    for each in shown:
        console.print(f"{each.article}: {_counted(each)}")
    rest = len(good) - len(shown)
    if rest:
        changed = sum(_changes(each) for each in good) - sum(_changes(each) for each in shown)
        console.print(f"and {changed:,} more that changed, {rest - changed:,} unchanged")
    console.print(f"{len(good):,} of {len(told.files):,} documents: {_totals(good)}; index {told.index}")


def _changes(each: wire.IngestedFile) -> bool:
    return bool(each.added or each.changed or each.removed)


def _counted(each: wire.IngestedFile) -> str:
    counts = [(name, getattr(each, name)) for name in COUNTS]
    return ", ".join(f"{count:,} {name}" for name, count in counts if count) or "nothing"


def _totals(files: list[wire.IngestedFile]) -> str:
    totals = [(name, sum(getattr(each, name) for each in files)) for name in COUNTS]
    return "passages " + (", ".join(f"{count:,} {name}" for name, count in totals if count) or "none")
