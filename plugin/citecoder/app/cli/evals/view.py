"""Results in the terminal: figures with their intervals, one column an arm."""

from __future__ import annotations

import json
from math import isnan
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from citecoder.evals.reports.flat import figure
from citecoder.evals.scores_file import scores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from citecoder.evals.comparing import Comparison
    from citecoder.evals.metrics import Metric
    from citecoder.evals.results import Result
    from citecoder.evals.statistics import Estimate

MOST_NAMED = 12
MOST_WITH_INTERVALS = 2
"""Arms beside one another that a terminal has room for with their intervals; the report always has them."""


def as_json_text(results: Sequence[Result]) -> str:
    """Return results as JSON: an object for one arm, a list for several."""
    told = [{**_without_rows(result), "run": result.manifest.id} for result in results]
    return json.dumps(told[0] if len(told) == 1 else told, sort_keys=True)


def _without_rows(result: Result) -> dict[str, object]:
    told = {key: value for key, value in scores_of(result).items() if key != "rows"}
    intervals = {name: _pair(each) for name, each in result.estimates().items()}
    return {**told, "intervals_95": intervals, "pass_k": result.pass_k()}


def _pair(each: Estimate) -> list[float] | None:
    return None if isnan(each.low) else [round(each.low, 4), round(each.high, 4)]


def show_results(console: Console, results: Sequence[Result]) -> None:
    """Print one table."""
    first = results[0]
    families = len({row.family for row in first.rows})
    parts = " and ".join(first.manifest.selection.get("splits") or ())
    told = f"  {first.manifest.place} · {parts} · {first.manifest.tasks} tasks · {families} families"
    console.print(Text.assemble((first.suite.name, "bold"), told))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for result in results:
        table.add_column(result.manifest.arm[:34], justify="left", overflow="fold")
    metrics = {metric.name: metric for result in results for metric in result.metrics}
    intervals = [result.estimates() for result in results]
    for name, metric in metrics.items():
        values = [result.figures.get(name) for result in results]
        if all(value is None for value in values):
            continue
        cells = []
        for value, each in zip(values, (of.get(name) for of in intervals), strict=True):
            between = (
                ""
                if each is None or isnan(each.low) or len(results) > MOST_WITH_INTERVALS
                else span(each, metric)
            )
            cells.append(Text.assemble(figure(value, metric.unit), (between, "dim")))
        table.add_row(metric.label, *cells)
    for k in sorted({k for result in results for k in result.pass_k() if k > 1}):
        table.add_row(f"pass^{k}", *(figure(result.pass_k().get(k), "share") for result in results))
    _speed(table, results)
    console.print(table)
    for result in results:
        _not_answered(console, result)
        console.print(Text(f"run {result.manifest.id}", "dim"))


def span(each: Estimate, metric: Metric) -> str:
    """Write an interval behind its figure."""
    return f"  {figure(each.low, metric.unit)}–{figure(each.high, metric.unit)}"


def _speed(table: Table, results: Sequence[Result]) -> None:
    speeds = [result.extras().get("speed") or {} for result in results]
    for name in ("p50", "p95"):
        cells = ["–" if speed.get(name) is None else f"{speed[name]:.1f} ms" for speed in speeds]
        table.add_row(f"time a case, {name}", *cells)


def _not_answered(console: Console, result: Result) -> None:
    states = {state: n for state, n in result.states().items() if n and state != "answered"}
    if not states:
        return
    told = ", ".join(f"{n} {state.replace('_', ' ')}" for state, n in states.items())
    console.print(Text(f"! {result.manifest.arm[:40]}: {told}; these cases are not in the figures", "yellow"))
    for answer in list(result.unanswered)[:MOST_NAMED]:
        console.print(Text(f"    {answer.task}: {answer.state}: {answer.why}", "dim"))


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print the differences, and which cases were fixed and broken."""
    a, b = comparison.a.manifest, comparison.b.manifest
    console.print(Text.assemble(("A ", "bold"), f"{a.arm[:50]}  {a.id}"))
    console.print(Text.assemble(("B ", "bold"), f"{b.arm[:50]}  {b.id}"))
    console.print(
        f"{comparison.paired} cases in both"
        + (f", {len(comparison.left_out)} left out" if comparison.left_out else "")
    )
    metrics = {metric.name: metric for metric in (*comparison.a.metrics, *comparison.b.metrics)}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("", "A", "B", "B − A", "95 %", "p", ""):
        table.add_column(title, justify="left" if title in {"", "95 %"} else "right")
    for each in comparison.differences:
        metric = metrics[each.metric]
        if isnan(each.value):
            continue
        span = f"{figure(each.low, metric.unit)} to {figure(each.high, metric.unit)}"
        table.add_row(
            metric.label, figure(each.a, metric.unit), figure(each.b, metric.unit), figure(each.value, metric.unit),
            Text(span, "dim"), f"{each.p:.4f}", Text("worse", "bold red") if each.worse else "",
        )  # fmt: skip
    console.print(table)
    for name in ("fixed", "broken"):
        cases = getattr(comparison, name)
        more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
        console.print(
            Text.assemble((f"{name} {len(cases)}", "bold"), f"  {', '.join(cases[:MOST_NAMED])}{more}")
        )
