"""The HTML report: one file that needs no network, with the data inside and a way to look at it.

Notes are untrusted text. They travel as JSON in a data block that can't be closed early, and ``report.js`` puts them
on the page as text nodes only; a content security policy with hashes lets no other script or style run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from citecoder.errors import InputError
from citecoder.evals.comparing import compare
from citecoder.evals.evaluate import reopen
from citecoder.evals.private import write_whole
from citecoder.evals.reports.data import HEAD, comparison_of, report_of
from citecoder.evals.reports.flat import figure
from citecoder.evals.runs import RunFolder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citecoder.evals.comparing import Comparison
    from citecoder.evals.results import Result

HERE = Path(__file__).parent
TEMPLATE, STYLE, SCRIPT = "report.html.j2", "report.css", "report.js"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_OF_BOTH = ("note", "gold", "ask", "tags", "id", "case", "family", "variant")
"""What a case has in common with itself in another run; told once."""


@dataclass(frozen=True)
class _Opened:
    """A run that was read again: its result, and all that a report shows of it."""

    result: Result
    report: dict[str, Any]


def write_report(path: Path, runs: Sequence[Path]) -> None:
    """Write one run, two runs with their differences, or a table of three and more with the cases of the last.

    Args:
        path: the file; it is readable by its owner alone, because it holds notes.
        runs: run folders, of one suite.

    Raises:
        InputError: there is no run, one can't be read, they are of several suites, or the file can't be written.
    """
    opened = _open_all(runs)
    if len(opened) != 2:
        _write(path, _page_of(opened, opened[-1].report["cases"]))
        return
    a, b = opened
    try:
        comparison = compare(a.result, b.result)
    except InputError as error:
        # An arm that answered nothing shares no case with the other; its failures are still worth a page.
        _write(path, {**_page_of(opened, b.report["cases"]), "not_compared": str(error)})
        return
    _write(path, _page_of_two(comparison, a, b))


def write_comparison(path: Path, a: Path, b: Path) -> None:
    """Write the differences of two runs, with every case before and after.

    Raises:
        InputError: a run can't be read, or the two can't be compared.
    """
    one, other = _open_all([a, b])
    _write(path, _page_of_two(compare(one.result, other.result), one, other))


def _open_all(runs: Sequence[Path]) -> list[_Opened]:
    if not runs:
        raise InputError("there is no run to report; name one that `citecoder eval list` shows")
    if len(runs) > len(LETTERS):
        raise InputError(f"{len(runs)} runs don't fit one table; name at most {len(LETTERS)}")
    folders = [RunFolder.open(run) for run in runs]
    if len(suites := sorted({folder.manifest.suite for folder in folders})) > 1:
        raise InputError(
            f"the runs are of different suites ({', '.join(suites)}); report each suite by itself"
        )
    return [_open(folder) for folder in folders]


def _open(folder: RunFolder) -> _Opened:
    result, tasks = reopen(folder)
    return _Opened(result, report_of(result, tasks, folder.answers()))


def _page_of(opened: Sequence[_Opened], cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the template and the script are given; every run has a name to be told apart by."""
    runs = [{key: value for key, value in each.report.items() if key != "cases"} for each in opened]
    for letter, run in zip(LETTERS, runs, strict=False):
        arm = run["manifest"]["arm"]
        run["name"] = f"{letter} · {arm}" if len(runs) > 1 else arm
    shown = [_without_passages(case) for case in cases]
    return {"head": HEAD, "runs": runs, "cases": shown, "comparison": None, "not_compared": ""}


def _page_of_two(comparison: Comparison, a: _Opened, b: _Opened) -> dict[str, Any]:
    told = comparison_of(comparison, a.report, b.report)
    cases = [
        {**case, "before": _without_passages(_without(case["before"], _OF_BOTH))} for case in told["cases"]
    ]
    return {**_page_of((a, b), cases), "comparison": told["comparison"]}


def _without_passages(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case whose hits are ids only: a ranking is read by them, and their texts would be most of the page."""
    answer = case["answer"]
    if "hits" in answer:
        answer = {**answer, "hits": [{"passage": {"id": hit["passage"]["id"]}} for hit in answer["hits"]]}
    return {**case, "answer": answer}


def _without(mapping: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}


def _write(path: Path, page: Mapping[str, Any]) -> None:
    data = render(page).encode()
    try:
        write_whole(path, data)
        path.chmod(0o600)
    except OSError as error:
        raise InputError(
            f"{path}: can't be written ({error.strerror}); choose another file", "--out"
        ) from None


def render(page: Mapping[str, Any]) -> str:
    """Return the page as HTML."""
    style, script = _asset(STYLE), _asset(SCRIPT)
    shown = {key: page[key] for key in ("cases", "comparison")}
    shown["runs"] = [{key: run[key] for key in ("name", "extras")} for run in page["runs"]]
    return _environment().get_template(TEMPLATE).render(
        **page, style=style, script=script, policy=_policy(style, script), data=embedded(shown)
    )  # fmt: skip


def _asset(name: str) -> Markup:
    """Return a file of ours that goes into the page as it is."""
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - ours, and never made of data


def _policy(style: str, script: str) -> str:
    """Forbid the page everything but its own style and script."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: object) -> Markup:
    """Return data as JSON that no text within it can break out of, whatever reads it: HTML, XML or a script."""
    text = json.dumps(_finite(data), separators=(",", ":"), allow_nan=False, default=str)
    return Markup(text.translate(_UNSAFE))  # noqa: S704 - escaped on this line


def _finite(data: object) -> object:
    """Return data with None for what JSON has no number for."""
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": figure, "signed": _signed, "tops": _tops, "state": _state}
    return environment


def _state(name: str) -> str:
    return name.replace("_", " ")


def _signed(value: float | None, unit: str) -> str:
    """Write a difference with its sign; what rounds to nothing has none."""
    told = figure(None if value is None else abs(value), unit)
    if value is None or not told.strip("$0."):
        return told
    return ("+" if value > 0 else "−") + told


def _tops(figures: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the right end of the drawn axis of each unit: 1 for shares, else the furthest that any figure reaches."""
    tops: dict[str, float] = {"share": 1.0}
    for each in figures:
        if each["unit"] != "share":
            reach = max((abs(each[key] or 0.0) for key in ("value", "low", "high")), default=0.0)
            tops[each["unit"]] = max(tops.get(each["unit"], 0.0), reach)
    return {unit: top or 1.0 for unit, top in tops.items()}
