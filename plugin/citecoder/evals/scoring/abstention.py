"""When to stay silent: risk against coverage, calibration of confidence, and a threshold for each code.

Every predicted line has a confidence and is right or not. Keeping only lines at or above a threshold covers fewer of
them at a lower risk; ``aurc`` is the area under that curve (lower is better). Calibration asks whether lines of
confidence 0.9 are right nine times in ten. Thresholds are read off the rows given: choose them on one split and
measure on another.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from citecoder.evals.outcomes import Line, Row

BINS = 10
WANTED_PRECISION = 0.95
FEWEST = 5
"""Lines of a code below which no threshold is told: too few to mean anything."""


def of_rows(rows: Iterable[Row]) -> dict[str, Any]:
    """Return curve, area, calibration and thresholds over all lines of all rows."""
    lines = [line for row in rows for line in row.lines]
    curve = risk_coverage(lines)
    return {
        "lines": len(lines),
        "curve": curve,
        "aurc": area(curve),
        **calibration(lines),
        "thresholds": thresholds(lines),
    }


def risk_coverage(lines: Sequence[Line]) -> list[dict[str, float]]:
    """Return a point for each distinct confidence, from the surest lines down: what is covered at which risk."""
    points, kept, wrong = [], 0, 0
    ordered = sorted(lines, key=lambda line: -line.confidence)
    for confidence, group in groupby(ordered, key=lambda line: line.confidence):
        each = list(group)
        kept += len(each)
        wrong += sum(not line.right for line in each)
        points.append({"threshold": confidence, "coverage": kept / len(lines), "risk": wrong / kept})
    return points


def area(curve: Sequence[dict[str, float]]) -> float | None:
    """Return the mean risk over coverage; between two points the risk of the later holds, as ties are kept together."""
    if not curve:
        return None
    before, total = 0.0, 0.0
    for point in curve:
        total += (point["coverage"] - before) * point["risk"]
        before = point["coverage"]
    return total


def calibration(lines: Sequence[Line]) -> dict[str, Any]:
    """Return reliability by tenths of confidence, the expected calibration error and the Brier score."""
    bins: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        bins[min(BINS - 1, int(line.confidence * BINS))].append(line)
    told = [
        {
            "from": at / BINS,
            "lines": len(each),
            "confidence": sum(line.confidence for line in each) / len(each),
            "right": sum(line.right for line in each) / len(each),
        }
        for at, each in sorted(bins.items())
    ]
    size = len(lines)
    return {
        "bins": told,
        "ece": sum(b["lines"] / size * abs(b["confidence"] - b["right"]) for b in told) if size else None,
        "brier": sum((line.confidence - line.right) ** 2 for line in lines) / size if size else None,
    }


def thresholds(lines: Sequence[Line], wanted: float = WANTED_PRECISION) -> list[dict[str, Any]]:
    """Return for each code the lowest confidence from which on its lines reach the wanted precision.

    ``threshold`` is None where no confidence does.
    """
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_code[line.code].append(line)
    told = []
    for code, of_code in sorted(by_code.items()):
        if len(of_code) < FEWEST:
            continue
        good = [point for point in risk_coverage(of_code) if 1 - point["risk"] >= wanted]
        told.append(
            {
                "code": code,
                "lines": len(of_code),
                "precision": sum(line.right for line in of_code) / len(of_code),
                "threshold": good[-1]["threshold"] if good else None,
                "coverage": good[-1]["coverage"] if good else 0.0,
            }
        )
    return told
