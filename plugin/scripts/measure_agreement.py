"""How far two blind labellings of the set agree, field by field.

    python plugin/scripts/measure_agreement.py

Reads ``evals/labelling/first.jsonl`` and ``second.jsonl``. Kappa is Cohen's, of scikit-learn; sets (codes, refusals)
are told as the F1 of one labelling against the other. Units, modifiers, alternatives and gaps of a code are compared
where both coded it. What the disagreements were about stands in ``adjudications.jsonl``.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from sklearn.metrics import cohen_kappa_score

from citecoder.paths import packaged_root

FOLDER = packaged_root() / "evals" / "labelling"
TOTALS = ("total_timed_minutes", "total_treatment_minutes")
Label = dict[str, Any]
Pairs = list[tuple[Any, Any]]


def main() -> None:
    """Print the tables."""
    first, second = read(FOLDER / "first.jsonl"), read(FOLDER / "second.jsonl")
    both = [(first[key], second[key]) for key in sorted(first.keys() & second.keys())]
    console = Console()
    console.print(f"{len(both)} notes labelled twice")
    console.print(agreement(both))
    console.print(causes(FOLDER / "adjudications.jsonl"))


def read(path: Path) -> dict[str, Label]:
    """Return labels by note."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows}


def codes(label: Label) -> set[str]:
    """Return the codes of a label."""
    return {line["code"] for line in label["codes"]}


def of_code(label: Label, code: str, key: str) -> str:
    """Return what a label says of a code under a key, over all its lines, as text that can be compared."""
    told = [line.get(key) for line in label["codes"] if line["code"] == code]
    return str(sorted(str(sorted(each)) if isinstance(each, list) else str(each) for each in told))


def refusals(label: Label) -> set[tuple[str, str]]:
    """Return the codes that a label leaves out, each with its reason."""
    return {(each["code"], each["reason"]) for each in label["not_coded"] if each["code"]}


def verdicts(label: Label) -> dict[tuple[str, str], str]:
    """Return the verdicts of a label by code and kind."""
    return {(gap["code"], gap["kind"]): gap["verdict"] for gap in label["gaps"]}


def agreement(both: list[tuple[Label, Label]]) -> Table:
    """Return the table of fields."""
    shared = [(a, b, code) for a, b in both for code in codes(a) & codes(b)]
    gaps = [
        (key, verdicts(a)[key], verdicts(b)[key])
        for a, b in both
        for key in verdicts(a).keys() & verdicts(b).keys()
        if key[0] == "note" or key[0] in codes(a) & codes(b)
    ]
    table = Table("field", "compared", "agree", "kappa")
    sets(table, "codes (F1 of one against the other)", [(codes(a), codes(b)) for a, b in both])
    pairs(table, "notes with the same codes", [(codes(a), codes(b)) for a, b in both], kappa=False)
    pairs(table, "units", [tuple(of_code(x, c, "units") for x in (a, b)) for a, b, c in shared])  # type: ignore[misc]
    pairs(table, "modifiers", [tuple(of_code(x, c, "modifiers") for x in (a, b)) for a, b, c in shared])  # type: ignore[misc]
    pairs(
        table,
        "alternatives of a code",
        [tuple(of_code(x, c, "alt_codes") for x in (a, b)) for a, b, c in shared],
        kappa=False,
    )  # type: ignore[misc]
    sets(table, "refusals with reason (F1)", [(refusals(a), refusals(b)) for a, b in both])
    pairs(table, "visit type", [(a["visit_type"], b["visit_type"]) for a, b in both])
    pairs(table, "gaps", [(one, other) for _, one, other in gaps])
    pairs(table, "… totals of minutes", [(one, other) for key, one, other in gaps if key[1] in TOTALS])
    pairs(table, "… skilled need", [(one, other) for key, one, other in gaps if key[1] == "skilled_need"])
    rest = [(one, other) for key, one, other in gaps if key[1] not in {*TOTALS, "skilled_need"}]
    pairs(table, "… all other kinds", rest)
    return table


def sets(table: Table, name: str, both: list[tuple[set[Any], set[Any]]]) -> None:
    """Add a row for sets: twice what is shared, over what both hold."""
    shared, held = sum(len(a & b) for a, b in both), sum(len(a) + len(b) for a, b in both)
    table.add_row(name, str(held), f"{2 * shared / held:.3f}", "")


def pairs(table: Table, name: str, both: Pairs, *, kappa: bool = True) -> None:
    """Add a row for values: the share that agrees, and kappa where chance could agree too."""
    agree = sum(one == other for one, other in both) / len(both)
    told = (
        cohen_kappa_score([str(one) for one, _ in both], [str(other) for _, other in both]) if kappa else None
    )
    table.add_row(name, str(len(both)), f"{agree:.3f}", "" if told is None else f"{told:.3f}")


def causes(path: Path) -> Table:
    """Return what was adjudicated, by field, and which side was followed."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    by_field: dict[str, Counter[str]] = {}
    for row in rows:
        words = row["field"].split()
        name = f"gap {words[2]}" if words[0] == "gap" else words[0]
        by_field.setdefault(name, Counter())[row["side"]] += 1
    table = Table(
        Column("adjudicated", no_wrap=True), "in all", "for the first", "for the second", "a third answer"
    )
    for name, sides in sorted(by_field.items(), key=lambda item: -item[1].total()):
        table.add_row(name, str(sides.total()), *(str(sides[side]) for side in ("one", "other", "third")))
    return table


if __name__ == "__main__":
    main()
