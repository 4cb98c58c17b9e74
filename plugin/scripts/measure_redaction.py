"""Measures redaction on texts whose identifiers are marked.

python plugin/scripts/measure_redaction.py FILE.jsonl [--misses N] [--structured 0.98] [--names 0.90] [--touched 0.005]

A line: {"id": "…", "text": "…", "identifiers": [{"kind": "name", "start": 0, "end": 5, "text": "Maria"}]}. An identifier
counts as found when each letter and digit of it is covered; one of kind date or age, when it is changed. Exit code 1: a
share is worse than its bound, or a text does not come back as it was.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from citecoder.paths import DataRoots, packaged_root
from citecoder.redaction import Redacted, Wording, load_wording, redact

CHANGED = frozenset({"date", "age"})
_WORD = re.compile(r"[^\W_]+")
_Z = 1.959964  # 95 %


@dataclass
class Counts:
    """What was found, missed and touched, over all texts."""

    found: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    words: int = 0
    touched: int = 0
    restored: int = 0
    texts: int = 0
    misses: list[str] = field(default_factory=list)
    touches: list[str] = field(default_factory=list)


def main() -> None:
    """Print recall by kind, the share of other words that were touched, and whether texts come back."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--misses", type=int, default=0, help="how many misses and false touches to print, with their words"
    )
    parser.add_argument("--structured", type=float, default=0.98)
    parser.add_argument("--names", type=float, default=0.90)
    parser.add_argument("--touched", type=float, default=0.005)
    given = parser.parse_args()
    wording = load_wording(DataRoots(packaged_root()))
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    counts = _count(rows, wording)
    _show(Console(), counts, given.misses)
    sys.exit(0 if _good(counts, given) else 1)


def _count(rows: Sequence[dict[str, Any]], wording: Wording) -> Counts:
    counts = Counts()
    for row in rows:
        text = row["text"]
        redacted = redact(text, wording)
        counts.texts += 1
        counts.restored += redacted.restore(redacted.text) == text
        covered = _covered(redacted)
        inside = bytearray(len(text))
        for one in row["identifiers"]:
            start, end = one["start"], one["end"]
            inside[start:end] = b"\x01" * (end - start)
            counts.marked[one["kind"]] += 1
            if _found(one["kind"], text, start, end, covered):
                counts.found[one["kind"]] += 1
            else:
                counts.misses.append(f"{row['id']} {one['kind']}: {_around(text, start, end)}")
        _count_touched(counts, row["id"], redacted, covered, inside)
    return counts


def _covered(redacted: Redacted) -> bytearray:
    covered = bytearray(len(redacted.source))
    for mark in redacted.marks:
        covered[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
    return covered


def _found(kind: str, text: str, start: int, end: int, covered: bytearray) -> bool:
    hits = [covered[at] for at in range(start, end) if text[at].isalnum()]
    return any(hits) if kind in CHANGED else all(hits)


def _count_touched(
    counts: Counts, name: str, redacted: Redacted, covered: bytearray, inside: bytearray
) -> None:
    """Count the words outside of identifiers, and those of them that a placeholder took."""
    text, marks = redacted.source, redacted.marks
    kinds = {at: mark.kind for mark in marks for at in range(mark.start, mark.end)}
    for match in _WORD.finditer(text):
        if any(inside[match.start() : match.end()]):
            continue
        counts.words += 1
        if any(covered[match.start() : match.end()]):
            counts.touched += 1
            counts.touches.append(
                f"{name} {kinds.get(match.start(), 'in part')}: {_around(text, *match.span())}"
            )


def _around(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 24) : start]}«{text[start:end]}»{text[end : end + 16]}".replace("\n", "⏎")


def _interval(hits: int, total: int) -> tuple[float, float]:
    """Return Wilson's interval (1927) of a share, at 95 %."""
    if not total:
        return 0.0, 1.0
    share, z2 = hits / total, _Z**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return middle - half, middle + half


def _recall(counts: Counts, kinds: set[str]) -> tuple[int, int]:
    return sum(counts.found[kind] for kind in kinds), sum(counts.marked[kind] for kind in kinds)


def _show(console: Console, counts: Counts, misses: int) -> None:
    table = Table("kind", "marked", "found", "recall", "95 %", title=f"{counts.texts} texts")
    kinds = sorted(counts.marked)
    groups = [(kind, {kind}) for kind in kinds]
    groups += [("all but names", set(kinds) - {"name"}), ("all", set(kinds))]
    for label, group in groups:
        hits, total = _recall(counts, group)
        low, high = _interval(hits, total)
        share = f"{hits / total:.3f}" if total else "-"
        table.add_row(label, str(total), str(hits), share, f"{low:.3f} to {high:.3f}")
    console.print(table)
    console.print(f"other words touched: {counts.touched} of {counts.words} ({_share_touched(counts):.4f})")
    console.print(f"come back exactly: {counts.restored} of {counts.texts}")
    for line in [*counts.misses[:misses], *(f"touched {t}" for t in counts.touches[:misses])]:
        console.print(line, markup=False, soft_wrap=True)


def _share_touched(counts: Counts) -> float:
    return counts.touched / counts.words if counts.words else 0.0


def _good(counts: Counts, given: argparse.Namespace) -> bool:
    hits, total = _recall(counts, set(counts.marked) - {"name"})
    names, named = _recall(counts, {"name"})
    return (
        hits >= given.structured * total
        and names >= given.names * named
        and _share_touched(counts) <= given.touched
        and counts.restored == counts.texts
    )


if __name__ == "__main__":
    main()
