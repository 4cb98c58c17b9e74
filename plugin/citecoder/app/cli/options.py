"""Options that several verbs share, and how a verb gets at the parts."""
# ruff: noqa: PLC0415 - heavy imports wait until a verb runs, so that --help is instant

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.terminal import Work
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.app.wiring import Parts


class Discipline(StrEnum):
    """Who treats."""

    PT = "PT"
    OT = "OT"
    SLP = "SLP"
    DC = "DC"


class Stage(StrEnum):
    """Whether the note is finished."""

    final = "final"
    draft = "draft"


@dataclass(frozen=True)
class Globals:
    """What stands before the verb."""

    site: Path | None = None
    cache: Path | None = None


PayerOption = Annotated[
    str | None, typer.Option("--payer", metavar="P", help="Payer id, such as medicare or commercial.")
]
DateOption = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Date of service: the rules in force then.")
]
DisciplineOption = Annotated[
    Discipline | None, typer.Option("--discipline", case_sensitive=False, help="Who treats.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the contract's JSON and nothing else.")]


def open_parts(context: typer.Context) -> Parts:
    """Make the parts from the options before the verb and the environment; nothing is loaded yet."""
    from citecoder.app.settings import load_settings
    from citecoder.app.wiring import Parts

    given = context.find_object(Globals) or Globals()
    return Parts(load_settings(given.site, given.cache), Work())


def day_or_days(text: str | None, option: str) -> date | timedelta | None:
    """Read the value of an option that takes a day, or a number of days such as ``90d``.

    Raises:
        InputError: neither.
    """
    if text and (days := re.fullmatch(r"(\d{1,5})d", text)):
        return timedelta(days=int(days[1]))
    try:
        return iso_date(text, option)
    except InputError:
        raise InputError(
            f"{option} {(text or '')[:20]!r} is neither a day nor a number of days; write 2027-01-31 or 90d",
            option,
        ) from None


def iso_date(text: str | None, option: str = "--date") -> date | None:
    """Read the value of an option that takes a date.

    Raises:
        InputError: not a date written as YYYY-MM-DD.
    """
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InputError(
        f"{option} {text[:20]!r} is not a date; write it as YYYY-MM-DD, such as 2026-05-01", option
    )
