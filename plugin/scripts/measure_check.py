"""Measures ``citecoder check`` on the labelled sentences and articles of ``evals/checking``.

python plugin/scripts/measure_check.py [--sentences FILE] [--misses N]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.checking.checker import check
from citecoder.checking.claims import Facts

FOLDER = Path(__file__).resolve().parents[2] / "evals" / "checking"


def main() -> None:
    """Print a table of the sentences by attribute and kind, and one of the articles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=Path, default=FOLDER / "sentences.jsonl")
    parser.add_argument("--misses", type=int, default=0, help="how many misjudged sentences to print")
    given = parser.parse_args()
    facts = Parts(load_settings()).facts
    console = Console()
    _sentences(console, facts, given.sentences, given.misses)
    _articles(console, facts)


def _sentences(console: Console, facts: Facts, file: Path, misses: int) -> None:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    for row in track(rows, "sentences", console=Console(stderr=True), transient=True):
        flagged = any(c.verdict == "contradicted" for c in check(row["text"], facts).claims)
        expected = row["expected"] == "contradicted"
        for name in (row["attribute"], "all"):
            counts[name].update({row["kind"]: 1, f"{row['kind']} flagged": flagged})
        if flagged != expected:
            wrong.append(f"{row['attribute']}, {row['kind']}: {row['text']!r}")
    table = Table(
        "attribute", "swapped found", "negated found", "false alarms", title=f"{len(rows)} sentences"
    )
    for name in sorted(counts, key=lambda n: (n == "all", n)):
        told = counts[name]
        table.add_row(name, *(_share(told, kind) for kind in ("swapped", "negated", "true")))
    console.print(table)
    whole = counts["all"]
    found = whole["swapped flagged"] + whole["negated flagged"]
    console.print(
        f"recall {found / (whole['swapped'] + whole['negated']):.3f}, false alarms {_share(whole, 'true')}"
    )
    for line in wrong[:misses]:
        console.print(line, markup=False)


def _share(told: Counter[str], kind: str) -> str:
    return f"{told[f'{kind} flagged'] / told[kind]:.3f}" if told[kind] else "-"


def _articles(console: Console, facts: Facts) -> None:
    planted: dict[str, set[int]] = defaultdict(set)
    for line in (FOLDER / "planted.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        planted[entry["file"]].add(entry["line"])
    table = Table("article", "wrong lines", "found", "missed at", "false alarms at", title="articles")
    for name, lines in sorted(planted.items()):
        checked = check((FOLDER / "articles" / name).read_text(encoding="utf-8"), facts)
        told = {c.line for c in checked.claims if c.verdict == "contradicted"}
        table.add_row(
            name, str(len(lines)), str(len(lines & told)), _listed(lines - told), _listed(told - lines)
        )
    console.print(table)


def _listed(lines: set[int]) -> str:
    return " ".join(str(line) for line in sorted(lines)) or "-"


if __name__ == "__main__":
    main()
