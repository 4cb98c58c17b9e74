"""A run as CSV, one case a line without note text, and as Markdown for a pull request."""

from __future__ import annotations

import csv
import io
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citecoder.evals.comparing import Comparison
    from citecoder.evals.results import Result

COLUMNS = (
    "case",
    "family",
    "variant",
    "repeat",
    "state",
    "passed",
    "ms",
    "missed",
    "extra",
    "forbidden",
    "units_wrong",
)
MOST_NAMED = 20


def csv_of(result: Result) -> str:
    """Return one line a case: its state, and what was wrong with the codes."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in result.rows:
        detail = row.detail
        writer.writerow(
            {
                "case": row.task,
                "family": row.family,
                "variant": row.variant or "",
                "repeat": row.repeat,
                "state": "answered",
                "passed": "" if row.passed is None else int(row.passed),
                "ms": "" if row.ms is None else round(row.ms, 2),
                **{key: " ".join(detail.get(key) or ()) for key in ("missed", "extra", "forbidden")},
                "units_wrong": " ".join(
                    f"{code}:{said}/{want}" for code, said, want in detail.get("units_wrong") or ()
                ),
            }
        )
    for answer in result.unanswered:
        writer.writerow({"case": answer.task, "repeat": answer.repeat, "state": answer.state})
    return out.getvalue()


def figure(value: float | None, unit: str) -> str:
    """Write a figure as tables do."""
    if value is None or isnan(value):
        return "–"
    if unit == "dollars":
        return f"${value:,.2f}"
    if unit == "count":
        return f"{value:g}" if value == round(value) else f"{value:.2f}"
    return f"{value:.1f} ms" if unit == "ms" else f"{value:.3f}"


def span(low: float, high: float, unit: str) -> str:
    """Write an interval; a dash where there is none, as with one family."""
    return "–" if isnan(low) else f"{figure(low, unit)} to {figure(high, unit)}"


def markdown_of(result: Result) -> str:
    """Return the headline table of a run, without note text."""
    manifest, estimates = result.manifest, result.estimates()
    families = len({row.family for row in result.rows})
    lines = [
        f"### {manifest.suite}: {_plain(manifest.arm)}",
        "",
        f"{len(result.rows)} answers on {families} families, `{manifest.id}`{_not_answered(result)}",
        "",
        "| figure | value | 95 % interval |",
        "| --- | ---: | --- |",
    ]
    for metric in result.metrics:
        value, each = result.figures[metric.name], estimates[metric.name]
        if value is not None:
            lines.append(
                f"| {metric.label} | {figure(value, metric.unit)} | {span(each.low, each.high, metric.unit)} |"
            )
    lines += [f"| pass^{k} | {value:.3f} | |" for k, value in result.pass_k().items() if k > 1]
    return "\n".join(lines) + "\n"


def markdown_of_comparison(comparison: Comparison) -> str:
    """Return the differences of two runs, and the ids of the cases that were fixed and broken."""
    a, b = comparison.a.manifest, comparison.b.manifest
    lines = [
        f"### {a.suite}: {_plain(b.arm)} against {_plain(a.arm)}",
        "",
        f"{comparison.paired} cases in both, `{a.id}` → `{b.id}`",
        "",
        "| figure | before | after | difference | 95 % interval | p | |",
        "| --- | ---: | ---: | ---: | --- | ---: | --- |",
    ]
    metrics = {metric.name: metric for metric in (*comparison.a.metrics, *comparison.b.metrics)}
    for each in comparison.differences:
        metric = metrics[each.metric]
        if not isnan(each.value):
            between = span(each.low, each.high, metric.unit)
            before, after = figure(each.a, metric.unit), figure(each.b, metric.unit)
            mark = "worse" if each.worse else ""
            lines.append(
                f"| {metric.label} | {before} | {after} | {_signed(each.value, metric.unit)} | {between} | {each.p:.4f} | {mark} |"
            )
    for name in ("fixed", "broken"):
        cases = getattr(comparison, name)
        more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
        lines += [
            "",
            f"**{name.capitalize()}** ({len(cases)}): {', '.join(cases[:MOST_NAMED]) or 'none'}{more}",
        ]
    return "\n".join(lines) + "\n"


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else "-" if value < 0 else "") + figure(abs(value), unit)


def _plain(text: str) -> str:
    """Keep a name from being read as Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)


def _not_answered(result: Result) -> str:
    states: dict[str, Any] = {k: n for k, n in result.states().items() if n and k != "answered"}
    return "; not answered: " + ", ".join(f"{n} {state}" for state, n in states.items()) if states else ""
