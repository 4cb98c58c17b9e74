"""citecoder eval init, add, validate and export: sets of cases."""
# ruff: noqa: PLC0415 - heavy imports wait until a command runs, so that --help is instant

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.evals.options import SetOption, settings_of
from citecoder.app.cli.options import DateOption, DisciplineOption, PayerOption, iso_date
from citecoder.app.cli.terminal import page, say, write_out
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.evals.validating import Checked

INIT = """
Lay out an empty set: cases/, notes/, arms.yaml, the JSON Schema for editors, and a page on how to go on.

Example:

  citecoder eval init my-cases
"""
ADD = """
Add a note to a set as a new case, to be labelled by a person: no label is filled in from what software says.

Examples:

  citecoder eval add visit.txt --set my-cases --payer medicare --discipline PT

  citecoder eval add visit.txt --set my-cases --id knee-7 --family knee --split dev
"""
VALIDATE = """
Check a set: every fault with its file and line. Exit code 1 where there is one; warnings do not count.

Found are: ids that stand twice, quotes that are not in their note, unknown codes, broken lines, families that lie in
two splits, notes without a case, arms that are missing, questions of cases/answers that have no key or an expression
that is none, and what looks like an identifier of a real person (a warning).

Examples:

  citecoder eval validate

  citecoder eval validate --set my-cases
"""
EXPORT = """
Print a set as JSON lines with `note` and `expected`, for scorers that know nothing of case files.

Example:

  citecoder eval export --set my-cases --split dev > rows.jsonl
"""


def add_to(group: typer.Typer) -> None:
    """Add the commands."""
    group.command("init", help=INIT, short_help="Lay out an empty set of cases.")(init)
    group.command("add", help=ADD, short_help="Add a note to a set as a new case.")(add)
    group.command("validate", help=VALIDATE, short_help="Check a set of cases.")(validate)
    group.command("export", help=EXPORT, short_help="Print a set as JSON lines.")(export)


def init(folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False)]) -> None:
    """Make the set."""
    from citecoder.evals.writing import make_set

    for path in make_set(folder):
        say(f"wrote {path}")
    say(f"next: citecoder eval add NOTE.txt --set {folder}")


def add(
    note: Annotated[str, typer.Argument(metavar="NOTE|-", show_default=False)],
    place: SetOption = None,
    case_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The case's id; the file's name by default.")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(
            "--family", metavar="F", help="What it is of one patient or scene with; its id by default."
        ),
    ] = None,
    split: Annotated[str, typer.Option("--split", metavar="PART", help="train, dev or test.")] = "dev",
    payer: PayerOption = None,
    discipline: DisciplineOption = None,
    date: DateOption = None,
) -> None:
    """Write the case."""
    from pydantic import ValidationError

    from citecoder import wire
    from citecoder.app.cli.batch import read_bytes
    from citecoder.evals.cases import Case
    from citecoder.evals.phi import suspicions
    from citecoder.evals.writing import write_case

    if place is None:
        raise InputError("say which set with --set FOLDER; `citecoder eval init FOLDER` makes one", "--set")
    if case_id is None and note == "-":
        raise InputError("a note from standard input needs an --id", "--id")
    name = case_id or Path(note).stem
    text = wire.read_text(read_bytes(note), note)
    ask = {"payer": payer, "discipline": discipline and discipline.value, "date_of_service": iso_date(date)}
    try:
        case = Case.model_validate(
            {"id": name, "family": family or name, "split": split, "note": text, "ask": ask}
        )
    except ValidationError as error:
        problem = wire.field_problems(error.errors(include_url=False, include_input=False))[0]
        raise InputError(f"{'.'.join(map(str, problem.loc))}: {problem.msg}") from None
    path = write_case(place, case)
    for each in suspicions(text):
        say(f"look at line {each.line} of the note: it looks like {each.what}")
    say(f"wrote {path}; label it, then: citecoder eval validate --set {place}")


def validate(context: typer.Context, place: SetOption = None) -> None:
    """Check and print."""
    from citecoder.codes import load_codes
    from citecoder.evals.evaluate import open_set
    from citecoder.evals.validating import validate as check
    from citecoder.paths import DataRoots, packaged_root

    settings = settings_of(context)
    codes = load_codes(DataRoots(packaged_root(settings.data), settings.site)).codes
    checked = check(open_set(place).place, codes)
    _show(checked)
    raise typer.Exit(1 if checked.faults else 0)


def _show(checked: Checked) -> None:
    console = page()
    for fault in checked.faults:
        console.print(str(fault), soft_wrap=True)
    for warning in checked.warnings:
        console.print(f"look at: {warning}", soft_wrap=True, style="dim")
    questions = f", {checked.questions} questions" if checked.questions else ""
    console.print(
        f"{checked.cases} cases{questions}, {len(checked.faults)} faults, {len(checked.warnings)} to look at"
    )


def export(
    place: SetOption = None,
    split: Annotated[
        str, typer.Option("--split", metavar="PART", help="train, dev, test, several with commas, or all.")
    ] = "train,dev",
) -> None:
    """Print the rows."""
    from citecoder.evals.case_files import to_row
    from citecoder.evals.evaluate import open_set
    from citecoder.evals.suites.suite import Selection, check_splits

    for case in open_set(place).select(Selection(check_splits(split))):
        write_out(json.dumps(to_row(case)))
