"""Tables behind the report's charts, made of rows: errors by code, directions, confusion of verdicts, speed, tags, parts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder.evals.outcomes import Row

GOLD_VERDICTS = ("met", "not_met", "cannot_tell")
SAID_VERDICTS = ("met", "not_met", "cannot_tell", "silent")
DIRECTIONS = ("upcoded", "downcoded", "swapped", "missed", "invented", "units_over", "units_under")


OF_PART = ("asked", "right", "to_answer", "all_facts", "could_be_wrong", "wrong", "answered")
"""What is counted for each part of the questions, under ``<name>~<part>:<value>``."""


def summed(rows: Iterable[Row]) -> Counter[str]:
    """Add up the counts of rows."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.counts)
    return total


def by_code(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return hits, misses and extras of each code, the most errors first."""
    total = summed(rows)
    codes = {key.split("@", 1)[1] for key in total if key[:3] in {"tp@", "fn@", "fp@"}}
    told: list[dict[str, Any]] = []
    for code in codes:
        tp, fn, fp = (int(total[f"{of}@{code}"]) for of in ("tp", "fn", "fp"))
        told.append({"code": code, "tp": tp, "fn": fn, "fp": fp, "f1": 2 * tp / (2 * tp + fn + fp)})
    return sorted(told, key=lambda each: (-each["fn"] - each["fp"], each["code"]))


def directions(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how many errors of each direction, and the dollars of them."""
    total = summed(rows)
    return {
        "counts": {kind: int(total[f"error:{kind}"]) for kind in DIRECTIONS},
        "dollars_over": round(total["dollars_over"], 2),
        "dollars_under": round(total["dollars_under"], 2),
        "unvalued": int(total["unvalued"]),
    }


def verdict_confusion(rows: Sequence[Row]) -> dict[str, Any]:
    """Return labelled verdict × verdict of the answer, in all and for each kind."""
    total = summed(rows)
    kinds = sorted(
        {key.split(":")[0].removeprefix("verdict@") for key in total if key.startswith("verdict@")}
    )

    def matrix(prefix: str) -> list[list[int]]:
        return [[int(total[f"{prefix}:{gold}:{said}"]) for said in SAID_VERDICTS] for gold in GOLD_VERDICTS]

    return {
        "labelled": list(GOLD_VERDICTS),
        "said": list(SAID_VERDICTS),
        "all": matrix("verdict"),
        "kinds": {kind: matrix(f"verdict@{kind}") for kind in kinds},
    }


def speed(rows: Sequence[Row]) -> dict[str, Any]:
    """Return milliseconds a case: median, 95th percentile, and a histogram on a logarithmic scale."""
    times = np.array([row.ms for row in rows if row.ms is not None], dtype=float)
    if not len(times):
        return {"cases": 0, "p50": None, "p95": None, "histogram": []}
    edges = np.geomspace(max(times.min(), 0.01), max(times.max(), 0.02) * 1.001, 25)
    counts, edges = np.histogram(times, edges)
    bars = [{"from": round(float(edges[n]), 3), "cases": int(c)} for n, c in enumerate(counts)]
    p50, p95 = np.quantile(times, [0.5, 0.95])
    return {"cases": len(times), "p50": round(float(p50), 2), "p95": round(float(p95), 2), "histogram": bars}


def by_tag(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return micro F1 and exact notes for each tag, so that one sees where the errors lie."""
    tags = sorted({tag for row in rows for tag in row.tags})
    told = []
    for tag in tags:
        total = summed(row for row in rows if tag in row.tags)
        below = 2 * total["tp"] + total["fp"] + total["fn"]
        told.append(
            {
                "tag": tag,
                "cases": int(total["cases"]),
                "f1": 2 * total["tp"] / below if below else None,
                "exact": total["exact"] / total["cases"] if total["cases"] else None,
            }
        )
    return told


def by_part(rows: Sequence[Row], part: str) -> dict[str, Any]:
    """Return what became of the questions of each topic, or of each kind."""
    total = summed(rows)
    values = sorted({key.removeprefix(f"asked~{part}:") for key in total if key.startswith(f"asked~{part}:")})
    told = [
        {"value": each} | {name: int(total[f"{name}~{part}:{each}"]) for name in OF_PART} for each in values
    ]
    return {"part": part, "values": told}
