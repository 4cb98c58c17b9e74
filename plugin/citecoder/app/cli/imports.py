"""citecoder import: your own current CMS tables and licensed descriptors into your site's folder."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import JsonOption, iso_date, open_parts
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder import wire
    from citecoder.rules.editions import TableName

HELP = """
Import your own current tables and licensed descriptors.

What is imported stays in your site's folder (CITECODER_SITE) and is laid beside what ships: the edition that covers
the date of service decides, and its own passage is cited. A server that is running has to be started again.

Examples:

  citecoder import ncci ccipra-v323r0-f1.zip ccipra-v323r0-f2.zip ccipra-v323r0-f3.zip ccipra-v323r0-f4.zip

  citecoder import mue MCR_MUE_PractitionerServices_Eff_10-01-2026.zip

  citecoder import descriptors LONGULT.txt --edition 2026 --licensee "Elm Street Therapy" --accept-licence

  citecoder import --list

  citecoder import --remove ncci-2026-10-01
"""
NCCI = """
Import CMS's practitioner table of pair edits (NCCI PTP): zip, xlsx or text, all parts of an edition together.

Rows of codes that citecoder knows are kept, with their dates, so one newest table answers for earlier days too.
The edition is read from the names or the header where they tell it plainly, else from --edition.

Examples:

  citecoder import ncci ccipra-v323r0-f*.zip

  citecoder import ncci pairs.csv --edition 2026Q4 --json
"""
MUE = """
Import CMS's practitioner table of daily unit limits (MUE): zip, xlsx or csv.

A value holds for its quarter: import each quarter's table, they lie side by side.

Examples:

  citecoder import mue MCR_MUE_PractitionerServices_Eff_10-01-2026.csv

  citecoder import mue limits.xlsx --edition 2026-10-01
"""
DESCRIPTORS = """
Import the CPT descriptors that you have a licence for: lines of code, tab and text, or columns with a header.

With --accept-licence you state that the licensee holds a current licence of the American Medical Association to use
the descriptors of this file in this software, at this site, until it expires. They are kept in your site's folder for
your user alone, are shown by `lookup` beside our own label, and are never indexed or cited. After the day of expiry
they are no longer shown.

Examples:

  citecoder import descriptors LONGULT.txt --edition 2026 --licensee "Elm Street Therapy" --accept-licence

  citecoder import descriptors cpt-2026.csv --licensee "Elm Street Therapy" --expires 2027-01-31 --accept-licence
"""

EditionOption = Annotated[
    str | None,
    typer.Option("--edition", metavar="YYYYQn|YYYY-MM-DD", help="The edition, if the files don't tell it."),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Take a table that says it is not the practitioner table.")
]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the verb, with one command a kind of file, to the command line."""
    group = typer.Typer(
        name="import",
        help=HELP,
        short_help="Import current CMS tables and licensed descriptors.",
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    group.callback()(look)
    group.command("ncci", help=NCCI, short_help="The practitioner table of pair edits.")(ncci)
    group.command("mue", help=MUE, short_help="The practitioner table of daily unit limits.")(mue)
    group.command("descriptors", help=DESCRIPTORS, short_help="Your licensed CPT descriptors.")(descriptors)
    app.add_typer(group)


def look(
    context: typer.Context,
    as_list: Annotated[bool, typer.Option("--list", help="Show what was imported.")] = False,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="NAME", help="Take an import away again.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List or remove imports."""
    if context.invoked_subcommand:
        if as_list or remove:
            raise InputError("--list and --remove stand alone: `citecoder import --list`")
        return
    if as_list == bool(remove):
        raise InputError(
            "name what to import, or give --list or --remove NAME; see `citecoder import --help`"
        )
    from citecoder.app.verbs import imports as verb

    parts = open_parts(context)
    _print(verb.remove(parts, remove) if remove else verb.listed(parts), as_json=as_json)


def ncci(
    context: typer.Context, files: FilesArgument, edition: EditionOption = None, force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Import pair edits."""
    _table(context, "ncci", files, edition, force=force, as_json=as_json)


def mue(
    context: typer.Context, files: FilesArgument, edition: EditionOption = None, force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Import daily limits."""
    _table(context, "mue", files, edition, force=force, as_json=as_json)


def descriptors(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    edition: Annotated[
        str | None, typer.Option("--edition", metavar="YYYY", help="The edition of CPT.")
    ] = None,
    licensee: Annotated[
        str | None, typer.Option("--licensee", metavar="NAME", help="Who holds the licence.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="YYYY-MM-DD", help="The licence's last day (31 December of the edition)."
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept-licence", help="State that the licensee holds a current licence.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import licensed descriptors."""
    from citecoder.app.verbs import imports as verb

    if not accept or not (licensee or "").strip():
        raise InputError(
            "CPT descriptors belong to the American Medical Association: give --licensee NAME, and --accept-licence to "
            "state that NAME holds a current licence to use this file here; see `citecoder import descriptors --help`"
        )
    if edition is not None and not re.fullmatch(r"20\d\d", edition):
        raise InputError(f"--edition {edition[:20]!r} is not a year; write it as 2026", "--edition")
    stated = verb.Licence(edition, str(licensee).strip(), iso_date(expires, "--expires"))
    _print(verb.import_descriptors(open_parts(context), file, stated), as_json=as_json)


def _table(
    context: typer.Context, kind: TableName, files: list[Path], edition: str | None, *, force: bool, as_json: bool
) -> None:  # fmt: skip
    from citecoder.app.cli.terminal import progress_bar
    from citecoder.app.verbs import imports as verb

    day = _edition(edition)
    with progress_bar("thousand rows", None) as step:
        told = verb.import_table(open_parts(context), kind, files, day, force=force, step=step)
    _print(told, as_json=as_json)


def _edition(text: str | None) -> date | None:
    quarter = re.fullmatch(r"(20\d\d)-?[qQ]([1-4])", text or "")
    if quarter:
        return date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1)
    try:
        return iso_date(text, "--edition")
    except InputError:
        raise InputError(
            f"--edition {(text or '')[:20]!r} is no edition; write a quarter as 2026Q4 or its first day as 2026-10-01",
            "--edition",
        ) from None


# --- as text ---------------------------------------------------------------------------------------


def licence_line(held: wire.DescriptorLicence) -> str:
    """Return a descriptor licence in one line."""
    if not held.valid:
        return f"CPT {held.edition}: the licence of {held.licensed_to} ended on {held.expires}; none is shown"
    return f"CPT {held.edition}, {held.codes} codes, licensed to {held.licensed_to} until {held.expires}"


def _print(told: wire.ImportResponse, *, as_json: bool) -> None:
    from citecoder import wire as shapes
    from citecoder.app.cli.terminal import page, say, write_out

    if as_json:
        write_out(shapes.to_json(told))
        return
    console = page()
    for line in _lines(told):
        console.print(line)
    for warning in told.warnings:
        say(f"citecoder: {warning}")
    for bad in told.bad_rows:
        say(f"citecoder: left out: {bad}")


def _lines(told: wire.ImportResponse) -> list[str]:
    lines = [f"{told.outcome}: {_table_line(each)}" for each in told.tables]
    if told.descriptors:
        lines.append(f"{told.outcome}: {licence_line(told.descriptors)}")
    if told.outcome == "removed":
        left = [each.id for each in told.tables] + (["descriptors"] if told.descriptors else [])
        return [f"removed; left: {', '.join(left) or 'nothing'}"]
    return lines or ["nothing was imported"]


def _table_line(each: wire.ImportedTable) -> str:
    read, kept, bad = (
        sum(getattr(f, name) for f in each.files) for name in ("rows_read", "rows_kept", "rows_bad")
    )
    left_out = f", {bad} not readable" if bad else ""
    names = ", ".join(file.name for file in each.files)
    return (
        f"{each.id}, {each.setting} table (edition from the {each.edition_from}), current until {each.current_until}: "
        f"{kept} of {read} rows kept{left_out}; imported {each.imported_on} from {names}"
    )
