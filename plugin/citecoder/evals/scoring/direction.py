"""In which direction an answer is wrong, and by how many dollars.

A code that was missed and one that was invented are one *swap* where the two are known to be taken for each other:
upcoded where the claim became dearer, downcoded where it became cheaper. What is left over is missed or invented.
Units of a code that is right count as over or under. Dollars are relative values times the conversion factor of
``evals/values.yaml``; what can't be valued is counted as unvalued and never taken for zero.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citecoder.evals.scoring.claim import wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citecoder.evals.cases import Case
    from citecoder.evals.scoring.claim import Claim
    from citecoder.evals.values import Values

Lookalikes = dict[str, frozenset[str]]
"""Code → the codes that it is taken for."""


@dataclass(frozen=True)
class Yardstick:
    """What direction is measured with."""

    values: Values
    lookalikes: Lookalikes


def judge(case: Case, claim: Claim, by: Yardstick) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Return the counts, and one record for each error: its kind, its codes and its dollars."""
    gold_units = _gold_units(case)
    errors: list[dict[str, Any]] = []
    extra = list(claim.extra)
    for code in claim.missed:
        other = next((each for each in extra if _alike(code, each, by.lookalikes)), None)
        if other is not None:
            extra.remove(other)
        errors.append(
            _error(by.values, (code, gold_units[code]), (other, claim.units[other]) if other else None)
        )
    errors += [_error(by.values, None, (code, claim.units[code])) for code in extra]
    for code, said, want in claim.units_wrong:
        if said is not None and want is not None:
            errors.append(_units_error(by.values, code, said, want))
    return _sums(errors), errors


def _gold_units(case: Case) -> dict[str, int | None]:
    return {
        code: None if any(line.units is None for line in lines) else sum(line.units or 0 for line in lines)
        for code, lines in wanted(case).items()
    }


def _alike(one: str, other: str, lookalikes: Lookalikes) -> bool:
    return other in lookalikes.get(one, ()) or one in lookalikes.get(other, ())


def _error(
    values: Values, gold: tuple[str, int | None] | None, said: tuple[str, int | None] | None
) -> dict[str, Any]:
    before = values.dollars(*gold) if gold else 0.0
    after = values.dollars(*said) if said else 0.0
    dollars = None if before is None or after is None else after - before
    if gold and said:
        kind = "swapped" if not dollars else "upcoded" if dollars > 0 else "downcoded"
    else:
        kind = "missed" if gold else "invented"
    return {"kind": kind, "gold": gold and gold[0], "said": said and said[0], "dollars": dollars}


def _units_error(values: Values, code: str, said: int, want: int) -> dict[str, Any]:
    kind = "units_over" if said > want else "units_under"
    return {"kind": kind, "gold": code, "said": code, "dollars": values.dollars(code, said - want)}


def _sums(errors: Sequence[Mapping[str, Any]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for error in errors:
        counts[f"error:{error['kind']}"] += 1
        if error["dollars"] is None:
            counts["unvalued"] += 1
        elif error["dollars"] > 0:
            counts["dollars_over"] += error["dollars"]
        else:
            counts["dollars_under"] -= error["dollars"]
    return counts
