"""A run's scores without any text: what a repository can keep as a baseline and a gate can compare with.

Holds ids, counts and figures. No note, no quote, no answer is in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from citecoder.errors import InputError
from citecoder.evals.outcomes import Answer, Line, Row
from citecoder.evals.private import write_whole
from citecoder.evals.results import Result
from citecoder.evals.runs import Manifest
from citecoder.evals.suites import find_suite

FORMAT = 1


def scores_of(result: Result) -> dict[str, Any]:
    """Return what a scores file holds."""
    return {
        "format": FORMAT,
        "manifest": {**asdict(result.manifest), "place": Path(result.manifest.place).name},
        "figures": result.figures,
        "states": result.states(),
        "rows": [_row(row) for row in result.rows],
        "unanswered": [{"task": a.task, "state": a.state, "repeat": a.repeat} for a in result.unanswered],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "task": row.task,
        "case": row.case,
        "family": row.family,
        "counts": {key: value for key, value in row.counts.items() if value},
        "lines": [[line.code, line.confidence, line.right] for line in row.lines],
        "passed": row.passed,
        "ms": row.ms,
        "repeat": row.repeat,
        "tags": list(row.tags),
        "variant": row.variant,
        "labels": row.labels,
    }


def write_scores(path: Path, result: Result) -> None:
    """Write a scores file."""
    write_whole(path, json.dumps(scores_of(result), sort_keys=True).encode() + b"\n")
    path.chmod(0o644)  # no text is in it: it is made to be kept in a repository


def read_scores(path: Path) -> Result:
    """Read a scores file.

    Raises:
        InputError: it is none.
    """
    try:
        raw = json.loads(path.read_bytes())
        rows = [_read_row(each) for each in raw["rows"]]
        unanswered = [
            Answer(each["task"], each["state"], repeat=each["repeat"]) for each in raw["unanswered"]
        ]
        manifest = Manifest(**raw["manifest"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: is no scores file ({type(error).__name__}); write one with `eval run --save FILE`"
        ) from None
    return Result(manifest, find_suite(manifest.suite), rows, unanswered)


def _read_row(raw: dict[str, Any]) -> Row:
    lines = tuple(Line(*each) for each in raw.pop("lines"))
    return Row(**{**raw, "lines": lines, "tags": tuple(raw["tags"])})
