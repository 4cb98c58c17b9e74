"""Codes, units and modifiers of one answer against the labels of its case.

What counts: a line with zero units is no line; codes of other fields (E/M, imaging, surgery, supplies) are not scored;
units of two lines of one code add up; a code and its alternative together are one too many; a line that the labels
call acceptable costs nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citecoder.evals.cases import Case, GoldLine

Suggested = dict[str, Any]

OTHER_FIELDS = re.compile(r"99\d{3}|7\d{4}|8\d{4}|[LKJQ]\d{4}|0[0-4]\d{3}|[1236]\d{4}")
REHAB_AMONG_THEM = frozenset({
    "20560", "20561", "29200", "29240", "29260", "29280", "29520", "29530", "29540",
    "29105", "29125", "29130", "29584",
})  # fmt: skip
"""Needling, strapping and splinting: surgery's numbers, rehab's work."""


def in_scope(code: str) -> bool:
    """Return whether a code is one that rehab is scored on."""
    return code in REHAB_AMONG_THEM or not OTHER_FIELDS.fullmatch(code)


@dataclass(frozen=True)
class Claim:
    """How a predicted claim stands against the labels.

    Attributes:
        hits: gold code → the predicted code that meets it (itself or an alternative).
        missed: gold codes that no line meets.
        extra: predicted codes that nothing in the labels allows.
        forbidden: those of the predicted codes that the labels forbid.
        units: predicted code → units over its lines, None where a line leaves them open.
        units_wrong: (predicted code, units said, units wanted); wanted None: there was no basis for a number.
        modifiers_wrong: (predicted code, modifiers said, modifiers wanted).
    """

    lines: Mapping[str, Sequence[Suggested]]
    units: Mapping[str, int | None]
    hits: Mapping[str, str]
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    forbidden: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)
    units_wrong: tuple[tuple[str, int | None, int | None], ...] = ()
    modifiers_wrong: tuple[tuple[str, list[list[str]], list[str]], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the codes are all there and no other."""
        return not self.missed and not self.extra

    @property
    def perfect(self) -> bool:
        """Whether the units are right too."""
        return self.exact and not self.units_wrong


def predicted(response: Mapping[str, Any]) -> dict[str, list[Suggested]]:
    """Return the lines of an answer that are scored, by code."""
    found: dict[str, list[Suggested]] = defaultdict(list)
    for line in response.get("suggestions") or ():
        if line.get("units") != 0 and in_scope(line["code"]):
            found[line["code"]].append(line)
    return dict(found)


def wanted(case: Case) -> dict[str, list[GoldLine]]:
    """Return the required lines of a case by code."""
    found: dict[str, list[GoldLine]] = defaultdict(list)
    for line in case.codes:
        if line.required:
            found[line.code].append(line)
    return dict(found)


def total_units(lines: Sequence[Suggested]) -> int | None:
    """Add up the units of a code's lines; one that is open leaves the total open."""
    each = [line.get("units") for line in lines]
    return None if any(units is None for units in each) else sum(each)  # type: ignore[arg-type]


def judge(case: Case, response: Mapping[str, Any]) -> Claim:
    """Hold the lines of an answer against a case."""
    lines, gold = predicted(response), wanted(case)
    units = {code: total_units(of) for code, of in lines.items()}
    hits = {code: hit for code, of in gold.items() if (hit := _hit(code, of, lines)) is not None}
    missed = tuple(code for code in gold if code not in hits)
    allowed = {*hits.values(), *case.acceptable}
    extra = tuple(code for code in lines if code not in allowed)
    forbidden = tuple(code for code in lines if code in case.forbidden)
    counts: Counter[str] = Counter(_code_counts(case, lines, hits, missed, extra, forbidden))
    units_wrong = _judge_units(case, gold, hits, units, counts)
    modifiers_wrong = _judge_modifiers(gold, hits, lines, counts)
    claim = Claim(
        lines, units, hits, missed, extra, forbidden, counts, tuple(units_wrong), tuple(modifiers_wrong)
    )
    counts["exact"] = claim.exact
    counts["perfect"] = claim.perfect
    return claim


def _hit(code: str, gold: Sequence[GoldLine], lines: Mapping[str, Any]) -> str | None:
    options = [code, *(other for line in gold for other in line.alt_codes)]
    return next((option for option in options if option in lines), None)


def _code_counts(
    case: Case,
    lines: Mapping[str, Any],
    hits: Mapping[str, str],
    missed: Sequence[str],
    extra: Sequence[str],
    forbidden: Sequence[str],
) -> dict[str, int]:
    nothing = not hits and not missed
    counts = {
        "cases": 1,
        "tp": len(hits),
        "fn": len(missed),
        "fp": len(extra),
        "predicted": len(lines),
        "forbidden": len(forbidden),
        "no_code": nothing,
        "no_code_right": nothing and not extra,
    }
    for name, codes in (("tp", hits), ("fn", missed), ("fp", extra)):
        counts |= {f"{name}@{code}": 1 for code in codes}
    return counts


def _judge_units(
    case: Case,
    gold: Mapping[str, Sequence[GoldLine]],
    hits: Mapping[str, str],
    units: Mapping[str, int | None],
    counts: Counter[str],
) -> list[tuple[str, int | None, int | None]]:
    wrong: list[tuple[str, int | None, int | None]] = []
    for code, hit in hits.items():
        open_line = any(line.units is None for line in gold[code])
        want = None if open_line else sum(line.units or 0 for line in gold[code])
        said = units[hit]
        if want is None:
            if said is not None:
                counts["units_invented"] += 1
                wrong.append((hit, said, None))
            continue
        other = any(one.get(code, one.get(hit)) == said for one in case.unit_alternatives)
        right = said == want or other
        counts["units_right" if right else "units_wrong"] += 1
        if not right:
            wrong.append((hit, said, want))
            counts["units_open"] += said is None
    return wrong


def _judge_modifiers(
    gold: Mapping[str, Sequence[GoldLine]],
    hits: Mapping[str, str],
    lines: Mapping[str, Sequence[Suggested]],
    counts: Counter[str],
) -> list[tuple[str, list[list[str]], list[str]]]:
    wrong = []
    for code, hit in hits.items():
        for line in gold[code]:
            if line.modifiers is None:
                continue
            free = set(line.modifiers_optional)
            said = [set(each.get("modifiers") or ()) - free for each in lines[hit]]
            right = set(line.modifiers) - free in said
            counts["modifiers_right" if right else "modifiers_wrong"] += 1
            if not right:
                wrong.append((hit, [sorted(each) for each in said], list(line.modifiers)))
    return wrong
