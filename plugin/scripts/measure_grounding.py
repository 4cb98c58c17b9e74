"""Measures which sentences the check of drafts drops: with an error planted in them, and without.

python plugin/scripts/measure_grounding.py FILE [--misses N]

FILE is YAML: a list of drafts, each ``{passage: <id>, sentences: [{text: ..., bad: null or the kind of the error}]}``.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from citecoder.answering.bearing import load_grounding_weights
from citecoder.answering.grounding import objections
from citecoder.answers import Sentence
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts

_LEVEL = 1.96
"""Standard deviations of a two-sided interval of 95 percent."""
_TRUE = "true"


def main() -> None:
    """Print a table of what is dropped by kind of error, and how many leads their own passages don't bear."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="how many misjudged sentences to print")
    given = parser.parse_args()
    parts = Parts(load_settings())
    passages = {passage.id: passage for passage in parts.authored}
    weights = load_grounding_weights(parts.roots)
    told: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    misses: list[str] = []
    for draft in yaml.safe_load(given.file.read_text(encoding="utf-8")):
        passage = passages[draft["passage"]]
        for row in draft["sentences"]:
            why = objections(Sentence(row["text"], (passage.id,)), [passage], weights)
            kind = row["bad"] or _TRUE
            for name in (kind,) if kind == _TRUE else (kind, "all errors"):
                told[name] += 1
                dropped[name] += bool(why)
            if bool(why) != bool(row["bad"]):
                misses.append(f"{kind}: {passage.id}: {row['text']} {'; '.join(why)}")
    console = Console()
    table = Table("sentences", "count", "dropped", "share", "95 percent interval", title=str(given.file))
    for name in sorted(told, key=lambda n: (n == _TRUE, n == "all errors", n)):
        low, high = wilson(dropped[name], told[name])
        table.add_row(
            name,
            str(told[name]),
            str(dropped[name]),
            f"{dropped[name] / told[name]:.3f}",
            f"{low:.3f} to {high:.3f}",
        )
    console.print(table)
    leads = [p for p in passages.values() if p.lead]
    refused = [p.id for p in leads if p.lead and objections(Sentence(p.lead, (p.id,)), [p], weights)]
    console.print(
        f"leads that their own passages don't bear: {len(refused)} of {len(leads)} {' '.join(refused)}"
    )
    for line in misses[: given.misses]:
        console.print(line, markup=False)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    share, square = hits / count, _LEVEL**2
    centre = (share + square / (2 * count)) / (1 + square / count)
    half = _LEVEL * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return centre - half, centre + half


if __name__ == "__main__":
    main()
