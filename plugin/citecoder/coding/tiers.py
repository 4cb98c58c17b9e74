"""The pass that holds the tier a note writes for its evaluation against the one that its components support.

Which code stands for which tier is told by the deciding rules of the evaluation's family; this module knows no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from citecoder.coding.draft import Draft, Line, swap, warn
from citecoder.model import Component, Warn

_DOUBTED = 0.6  # confidence of a tier that the note itself writes otherwise
_LOWEST = "low"  # what a rule without a tier gives


def written_tiers(draft: Draft) -> Draft:
    """Lower the confidence of a tier that the note writes otherwise, in words or as a code, and name the words."""
    for line in draft.lines:
        grid = _grid(draft, line)
        mine, stated = grid.get(line.code.code), draft.note.stated_tier
        typed = {grid[t.code] for t in draft.note.typed_codes if t.code in grid} - {mine}
        written = stated if stated is not None and stated.level in {*grid.values()} - {mine} else None
        if not (typed or written):
            continue
        draft = swap(draft, line, replace(line, confidence=min(line.confidence, _DOUBTED)))
        if written and written.level not in typed:  # a typed code of that tier is named already
            draft = warn(draft, _warning(line, grid, written))
    return draft


def _grid(draft: Draft, line: Line) -> Mapping[str, str]:
    """Return the tier of each code that the line's own rules choose between; empty where they know no tiers."""
    rules = [(rule.code, dict(rule.when)) for rule in draft.policy.codes.rules_for(line.service.concept)]
    disciplines = {when.get("discipline") for code, when in rules if code == line.code.code}
    grid = {c: str(when.get("tier", _LOWEST)) for c, when in rules if when.get("discipline") in disciplines}
    return grid if len(set(grid.values())) > 1 else {}


def _warning(line: Line, grid: Mapping[str, str], written: Component) -> Warn:
    code = next(c for c, level in grid.items() if level == written.level)
    open_ = "" if line.service.fact("components") == "all" else ", and not every component is told"
    text = (
        f"The note writes an evaluation of {written.level} complexity ({code}); "
        f"the components that it tells support {grid[line.code.code]} complexity ({line.code.code}){open_}."
    )
    cites = ("evaluation-tiers/lowest-component-governs", *line.code.cites)
    return Warn("typed_code_unsupported", "warning", text, (code, line.code.code), (written.span,), cites)
