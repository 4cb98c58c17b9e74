"""citecoder units: minutes into units."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citecoder.app.cli.options import (
    DateOption,
    Discipline,
    DisciplineOption,
    JsonOption,
    PayerOption,
    iso_date,
    open_parts,
)
from citecoder.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from citecoder import wire

HELP = """
Count the units of a day's minutes. Minutes are all minutes of a service, the assistant's included.

Examples:

  citecoder units 97110=33 97140=7 --payer medicare

  citecoder units 97110=33 97140=7 --assistant 97110=10 --payer medicare

  citecoder units 97110=23 97530=24 --method midpoint --json

  citecoder units --jsonl days.jsonl

A line of --jsonl: {"id": 1, "minutes": {"97110": 33}, "payer": "medicare"}.
"""


class Method(StrEnum):
    """How timed units are counted."""

    medicare_total_time = "medicare_total_time"
    midpoint = "midpoint"


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("units", help=HELP, short_help="Count the units of a day's minutes.")(run)


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: typer.Context,
    minutes: Annotated[list[str] | None, typer.Argument(metavar="CODE=MINUTES…", show_default=False)] = None,
    assistant: Annotated[
        list[str] | None,
        typer.Option("--assistant", metavar="CODE=MINUTES", help="Of these, the assistant's own."),
    ] = None,
    payer: PayerOption = None,
    method: Annotated[Method | None, typer.Option(help="Count by this method, whatever the payer.")] = None,
    discipline: DisciplineOption = None,
    date: DateOption = None,
    as_json: JsonOption = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE|-", help="One request a line in, one answer a line out."),
    ] = None,
) -> None:
    """Print the units."""
    given = {
        "payer": payer,
        "method": _value(method),
        "discipline": _value(discipline),
        "date": iso_date(date),
    }
    asked: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if jsonl is not None:
        if minutes or assistant:
            raise InputError("give CODE=MINUTES or --jsonl, not both")
        raise typer.Exit(0 if _answer_jsonl(context, jsonl, asked) else 1)
    asked["minutes"] = pairs(minutes, "CODE=MINUTES")
    asked["assistant_minutes"] = pairs(assistant, "--assistant")
    if not asked["minutes"]:
        raise InputError("no minutes were given; write CODE=MINUTES, such as 97110=33")
    _answer(context, asked, as_json=as_json)


def _value(choice: Method | Discipline | None) -> str | None:
    return choice.value if choice else None


def pairs(words: list[str] | None, where: str) -> dict[str, int]:
    """Read words such as ``97110=33``, separated by spaces or commas.

    Raises:
        InputError: a word is not CODE=MINUTES, or a code stands twice.
    """
    found: dict[str, int] = {}
    for word in re.split(r"[\s,]+", " ".join(words or []).strip()):
        if not word:
            continue
        match = re.fullmatch(r"([0-9A-Za-z]{5})=(\d{1,4})", word)
        if match is None:
            raise InputError(
                f"{where}: {word[:20]!r} is not CODE=MINUTES; write whole minutes, such as 97110=33", where
            )
        code = match[1].upper()
        if code in found:
            raise InputError(f"{where}: {code} stands twice; add its minutes up first", where)
        found[code] = int(match[2])
    return found


def _answer_jsonl(context: typer.Context, name: str, asked: dict[str, Any]) -> bool:
    from citecoder import wire
    from citecoder.app.cli.batch import answer_lines
    from citecoder.app.verbs.units import units

    parts = open_parts(context)

    def answer(raw: object) -> BaseModel:
        merged = {**asked, **raw} if isinstance(raw, dict) else raw
        return units(parts, wire.read(wire.UnitsRequest, merged))

    return answer_lines(name, answer)


def _answer(context: typer.Context, asked: dict[str, Any], *, as_json: bool) -> None:
    from citecoder import wire
    from citecoder.app.cli.terminal import write_out
    from citecoder.app.verbs.units import units

    told = units(open_parts(context), wire.read(wire.UnitsRequest, asked))
    if as_json:
        write_out(wire.to_json(told))
    else:
        _show(told)


def _show(told: wire.UnitsResponse) -> None:
    from rich.text import Text

    from citecoder.app.cli.rows import item, sources
    from citecoder.app.cli.source_view import Numbers, payer_name
    from citecoder.app.cli.terminal import page

    console, numbers = page(), Numbers(told.passages)
    method = (told.method or "both methods").replace("_", " ")
    total = "units differ by method" if told.total_units is None else f"{told.total_units} timed units"
    who = payer_name(told.payer)
    console.print(
        Text.assemble((f"{who} · {method}", "bold"), f"  {told.total_timed_minutes} timed min · {total}")
    )
    for line in told.lines:
        readings = "|".join(str(units.get(line.code, "?")) for units in told.by_method.values())
        times = f"×{readings if line.units is None else line.units}"
        item(console, Text.assemble((times, "bold"), "  ", " ".join(line.modifiers)), f"{line.code} ", 1)
    for tie in told.ties:
        item(
            console,
            Text(f"tie: {' and '.join(tie)} have equal leftovers; the first one was given the unit"),
            "i ",
            1,
        )
    item(console, Text.assemble((told.explanation, "dim"), numbers.of(told.citations)), "", 1)
    sources(console, numbers.cited(), numbers)
