"""Suite ``coding``: a note in, a claim out, scored in every respect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.evals.metrics import Metric, f1, macro, ratio, share
from citecoder.evals.scoring import abstention, tables
from citecoder.evals.suites.notes import row_of, task_of
from citecoder.evals.suites.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Row, Task
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection

METRICS = (
    Metric("f1", "codes, F1", f1),
    Metric("precision", "codes, precision", share("tp", "fp")),
    Metric("recall", "codes, recall", share("tp", "fn")),
    Metric("macro_f1", "codes, macro F1", macro("f1")),
    Metric("macro_precision", "codes, macro precision", macro("precision")),
    Metric("macro_recall", "codes, macro recall", macro("recall")),
    Metric("exact_codes", "notes with exactly the codes", ratio("exact", "cases")),
    Metric("perfect_codes_units", "… and the units", ratio("perfect", "cases")),
    Metric("no_code_specificity", "nothing to code, nothing coded", ratio("no_code_right", "no_code")),
    Metric("forbidden_per_case", "forbidden codes a note", ratio("forbidden", "cases"), "lower"),
    Metric("units_right", "units right", share("units_right", "units_wrong")),
    Metric("units_invented", "units without a basis", lambda sums: sums["units_invented"], "lower", "count"),
    Metric("modifiers_right", "modifiers right", share("modifiers_right", "modifiers_wrong")),
    Metric("gap_recall", "required gaps asked for", share("gap_asked", "gap_missed")),
    Metric("gap_false_rate", "what is there, asked for", ratio("present_asked", "present"), "lower"),
    Metric("refusal_reason", "refusals with the right reason", ratio("refusals_reason", "refusals")),
    Metric("evidence_verbatim", "lines with verbatim evidence", ratio("lines_verbatim", "lines")),
    Metric("evidence_recall", "labelled quotes found", ratio("quotes_found", "quotes")),
    Metric("evidence_precision", "quotes that are labelled", ratio("spans_labelled", "spans")),
    Metric("suggestions_cited", "lines cited", ratio("lines_cited", "lines")),
    Metric("gaps_cited", "gaps cited", ratio("line_gaps_cited", "line_gaps")),
    Metric("citation_recall", "statements with an apt citation", ratio("statements_cited", "statements")),
    Metric("citation_precision", "citations that are apt", ratio("citations_apt", "citations")),
    Metric("upcoded", "upcoded a hundred notes", lambda s: 100 * ratio("error:upcoded", "cases")(s), "lower", "count"),
    Metric("downcoded", "downcoded a hundred notes", lambda s: 100 * ratio("error:downcoded", "cases")(s), "lower", "count"),
    Metric("dollars_over", "dollars too much a note", ratio("dollars_over", "cases"), "lower", "dollars"),
    Metric("dollars_under", "dollars too little a note", ratio("dollars_under", "cases"), "lower", "dollars"),
    Metric("unvalued", "errors without a value", lambda sums: sums["unvalued"], "neither", "count"),
)  # fmt: skip


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask for a review of every case."""
    return [task_of(case) for case in of.select(selection)]


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the figures, the same for every run."""
    return METRICS


def extras(rows: Sequence[Row]) -> Extras:
    """Return the tables behind the charts."""
    return {
        "codes": tables.by_code(rows),
        "direction": tables.directions(rows),
        "verdicts": tables.verdict_confusion(rows),
        "abstention": abstention.of_rows(rows),
        "speed": tables.speed(rows),
        "tags": tables.by_tag(rows),
    }


SUITE = Suite(
    "coding",
    "codes, units, modifiers, gaps, evidence and citations of a review",
    tasks,
    row_of,
    metrics,
    extras=extras,
)
