"""citecoder eval impact: which reviews a change would change, before it is merged."""
# ruff: noqa: PLC0415 - heavy imports wait until the command runs, so that --help is instant

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citecoder.app.cli.evals.options import (
    CaseOption,
    JsonOut,
    LimitOption,
    SetOption,
    TagOption,
    runs_folder,
)
from citecoder.app.cli.terminal import page, write_out

if TYPE_CHECKING:
    from rich.console import Console

    from citecoder.evals.comparing import Comparison
    from citecoder.evals.impact import Changed
    from citecoder.evals.runner import Ways

HELP = """
Answer the cases with a revision and with this checkout, and show the reviews that differ.

The revision is checked out beside the repository for a while, with its own code, knowledge and prompts.

Examples:

  citecoder eval impact --base main

  citecoder eval impact --base HEAD~1 --json

  citecoder eval impact --base v1.0 --fail-if-worse

Exit code: 0 whatever changed; 1 with --fail-if-worse where codes or units are worse by more than chance, or with
--fail-if-changed where any review differs.
"""
MOST_SHOWN = 40


def add_to(group: typer.Typer) -> None:
    """Add the command."""
    group.command("impact", help=HELP, short_help="Show which reviews a change would change.")(run)


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    base: Annotated[
        str, typer.Option("--base", metavar="REV", help="The revision to compare with.", show_default=False)
    ],
    place: SetOption = None,
    split: Annotated[
        str, typer.Option("--split", metavar="PART", help="train, dev, several with commas.")
    ] = "train,dev",
    case: CaseOption = None,
    tag: TagOption = None,
    limit: LimitOption = None,
    repository: Annotated[
        Path, typer.Option("--repository", metavar="DIR", help="The clone of citecoder.")
    ] = Path(),
    fail_if_worse: Annotated[
        bool, typer.Option("--fail-if-worse", help="Exit 1 where codes or units are worse.")
    ] = False,
    fail_if_changed: Annotated[
        bool, typer.Option("--fail-if-changed", help="Exit 1 where any review differs.")
    ] = False,
    as_json: JsonOut = False,
) -> None:
    """Compare and show."""
    from citecoder.evals import releases
    from citecoder.evals.evaluate import Question, open_set
    from citecoder.evals.runner import Ways
    from citecoder.evals.suites.suite import Selection, check_splits

    question = Question(
        "coding", "rules", place, Selection(check_splits(split), tuple(case or ()), tuple(tag or ()), limit)
    )
    releases.for_question(open_set(place), question, None)
    comparison, changed = _both(question, base, repository, Ways(runs_folder(context)))
    if as_json:
        told = {"base": base, "reviews": [vars_of(each) for each in changed], **comparison.as_json()}
        write_out(json.dumps(told, sort_keys=True))
    else:
        _show(page(), base, comparison, changed)
    worse = comparison.worse(["f1", "units_right"]) or comparison.lost
    raise typer.Exit(1 if (fail_if_worse and worse) or (fail_if_changed and changed) else 0)


def vars_of(changed: Changed) -> dict[str, Any]:
    """Return a changed case as plain data."""
    fields = {
        field: {"before": changed.before[field], "after": changed.after[field]} for field in changed.fields
    }
    return {"case": changed.case, "fields": fields}


def _both(question: Any, base: str, repository: Path, ways: Ways) -> tuple[Comparison, list[Changed]]:
    from dataclasses import replace

    from citecoder.app.cli.evals.run import bar
    from citecoder.evals.comparing import compare
    from citecoder.evals.evaluate import evaluate_arm
    from citecoder.evals.impact import base_arm, changes, root_of, tree_arm

    with base_arm(base, repository) as arm, bar(f"base {base}") as progress:
        before, result_before = evaluate_arm(question, arm, replace(ways, progress=progress))
    with bar("this checkout") as progress:
        here = tree_arm(root_of(repository), "this checkout")
        after, result_after = evaluate_arm(question, here, replace(ways, progress=progress))
    judged = ("f1", "units_right")
    return compare(result_before, result_after, judged=judged), changes(before.answers(), after.answers())


def _show(console: Console, base: str, comparison: Comparison, changed: list[Changed]) -> None:
    from rich.text import Text

    from citecoder.app.cli.evals.view import show_comparison

    fixed, broken = set(comparison.fixed), set(comparison.broken)
    console.print(f"{len(changed)} of {comparison.paired} reviews differ from {base}")
    for each in changed[:MOST_SHOWN]:
        way = "fixed" if each.case in fixed else "broken" if each.case in broken else ""
        style = "green" if way == "fixed" else "bold red" if way == "broken" else "dim"
        console.print(Text.assemble((each.case, "bold"), "  ", (way, style)))
        for field in each.fields:
            gone = [item for item in each.before[field] if item not in each.after[field]]
            come = [item for item in each.after[field] if item not in each.before[field]]
            console.print(Text(f"    {field}: - {_items(gone)}  + {_items(come)}"))
    if len(changed) > MOST_SHOWN:
        console.print(f"… and {len(changed) - MOST_SHOWN} more; --json has all of them")
    if changed:
        show_comparison(console, comparison)


def _items(items: list[Any]) -> str:
    return (
        ", ".join(
            " ".join(map(str, item)) if isinstance(item, (tuple, list)) else str(item) for item in items
        )
        or "nothing"
    )
