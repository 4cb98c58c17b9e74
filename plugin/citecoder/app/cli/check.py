"""citecoder check: an article's claims about codes, held against the code set."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from citecoder.app.cli.options import JsonOption, open_parts
from citecoder.errors import InputError

HELP = """
Check articles: each claim about a code is contradicted, supported or unverifiable, with the source behind it.

A code in a title or heading governs what follows. What an article on a code leaves out stands in a list of its own.
Reads PDF, web pages, Markdown, plain text, and folders of them. Exit code 1: a claim is contradicted, or a file
could not be read.

Examples:

  citecoder check article.html

  citecoder check drafts/ --format markdown > comment.md

  citecoder check policy.pdf --json

  citecoder check page.md --all
"""


class Format(StrEnum):
    """How the findings are written."""

    text = "text"
    markdown = "markdown"
    json = "json"


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("check", help=HELP, short_help="Check an article's claims about codes.")(run)


def run(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", show_default=False)],
    as_json: JsonOption = False,
    form: Annotated[Format, typer.Option("--format", help="How the findings are written.")] = Format.text,
    every: Annotated[bool, typer.Option("--all", help="Show supported and unverifiable claims too.")] = False,
) -> None:
    """Check documents, one after the other, and report each."""
    from citecoder import wire
    from citecoder.app.cli import check_view
    from citecoder.app.cli.terminal import page, progress_bar, say, write_out
    from citecoder.app.verbs import check as verb

    parts = open_parts(context)
    files = verb.find_files(paths)
    if not files:
        raise InputError(f"{paths[0]}: no document to check; give PDF, web pages, Markdown or text files")
    console = page()
    told: list[wire.CheckResponse] = []
    unread = 0
    with progress_bar("documents", len(files) if len(files) > 1 else None) as step:
        for path in files:
            try:
                told.append(verb.check_file(parts, path))
            except InputError as error:
                unread += 1
                say(f"citecoder: {error}")
            step()
    for each in told:
        if as_json or form is Format.json:
            write_out(wire.to_json(each, lines=len(files) > 1))
        elif form is Format.markdown:
            write_out(check_view.as_markdown(each, every=every))
        elif every or len(files) == 1 or each.omissions or any(verb.contradicted(each)):
            check_view.show(console, each, every=every)
    if len(files) > 1 and not as_json and form is Format.text:
        check_view.total(console, told, unread)
    bad = any(True for each in told for _ in verb.contradicted(each))
    raise typer.Exit(1 if bad or unread else 0)
