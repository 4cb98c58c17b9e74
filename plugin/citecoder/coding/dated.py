"""Says, once, that an edition of an edit table decided something for a day that it isn't in force on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from citecoder.coding.draft import Draft, warn
from citecoder.model import Warn
from citecoder.rules.editions import Edition

_TABLES = {"ncci": "pair table", "mue": "table of daily limits"}


def decided_by(draft: Draft, table: str, edition: Edition) -> Draft:
    """Note that an edition decided something; if it doesn't cover the day, the one warning of it says so.

    Args:
        draft: the visit.
        table: ``ncci`` or ``mue``.
        edition: the edition that the deciding row was read in.
    """
    if edition.covers(draft.policy.on) or (table, edition) in draft.stale:
        return draft
    stale = (*draft.stale, (table, edition))
    text = " ".join(_says(name, one, draft.policy.on) for name, one in stale)
    cites = tuple(dict.fromkeys(cite for _, one in stale for cite in one.cites))
    others = tuple(each for each in draft.warnings if each.kind != "stale_source")
    draft = replace(draft, stale=stale, warnings=others)
    return warn(draft, Warn("stale_source", "info", text, (), (), cites))


def _says(table: str, edition: Edition, day: date) -> str:
    which = "a later" if day > edition.ends else "an earlier"
    return (
        f"The {_TABLES[table]} read is the edition of {edition.edition}, in force until {edition.ends}; "
        f"{which} one may differ for {day}: `citecoder import {table} FILE` reads it."
    )
