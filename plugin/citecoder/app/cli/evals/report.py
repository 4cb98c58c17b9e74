"""citecoder eval report: a run as HTML, JSON, CSV or Markdown."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from citecoder.app.cli.evals.options import runs_folder
from citecoder.app.cli.terminal import say, write_out
from citecoder.errors import InputError

HELP = """
Show runs: one self-contained HTML file, or JSON, CSV or Markdown on standard output.

The HTML and the JSON hold the notes of the cases. CSV and Markdown hold none.

Examples:

  citecoder eval report

  citecoder eval report latest --out report.html

  citecoder eval report latest~1 latest --out both.html

  citecoder eval report latest --format csv > cases.csv
"""


class Format(StrEnum):
    """What a report is written as."""

    html = "html"
    json = "json"
    csv = "csv"
    markdown = "markdown"


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("report", help=HELP, short_help="Show a run as HTML, JSON, CSV or Markdown.")(run)


def run(
    context: typer.Context,
    runs: Annotated[list[str] | None, typer.Argument(metavar="[RUN…]", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the HTML goes.")] = None,
    form: Annotated[Format, typer.Option("--format", help="html, json, csv or markdown.")] = Format.html,
) -> None:
    """Write the report."""
    from citecoder.app.cli.evals.run import check_folder
    from citecoder.evals.evaluate import find_run, reopen
    from citecoder.evals.private import write_whole
    from citecoder.evals.reports import flat, write

    check_folder(out)

    folder = runs_folder(context)
    found = [find_run(folder, name) for name in runs or ["latest"]]
    if form is Format.html:
        path = out or Path(f"{found[-1].manifest.id}.html")
        write.write_report(path, [each.path for each in found])
        say(f"report: {path} (it shows the notes of the cases)")
        return
    if len(found) > 1:
        raise InputError("several runs go into one HTML file only; name one run", "--format")
    result, tasks = reopen(found[0])
    if form is Format.json:
        from citecoder.evals.reports.data import report_of

        text = json.dumps(report_of(result, tasks, found[0].answers()), default=str)
    else:
        text = (flat.csv_of if form is Format.csv else flat.markdown_of)(result).rstrip("\n")
    if out is None:
        write_out(text)
    else:
        write_whole(out, text.encode() + b"\n")  # for its owner alone: JSON holds the notes
        say(f"report: {out}")
