"""For pytest: a fixture that runs a suite, so that a test can gate on the bound of an interval.

    def test_codes_stay_good(citecoder_eval):
        result = citecoder_eval("coding", place="my-cases", split="dev")
        result.at_least("f1", 0.90)
        result.not_worse_than("baseline.json", "f1", "units_right")

A gate on a bound holds where the data bear it: ``at_least`` asks that the whole 95 % interval lies above the wanted
figure, ``not_worse_than`` fails where the bound of the paired difference says that it became worse.
"""
# ruff: noqa: PLC0415 - pytest loads this module in every project where citecoder is installed

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from citecoder.evals.results import Result
    from citecoder.evals.runs import RunFolder


@dataclass(frozen=True)
class Gate:
    """A scored run with the questions that a test asks of it."""

    run: RunFolder
    result: Result

    def at_least(self, metric: str, wanted: float, *, margin: float = 0.0) -> None:
        """Fail unless the interval's worse bound reaches the wanted figure less the margin.

        For a figure of which less is better, the upper bound may not exceed ``wanted`` plus the margin.
        """
        __tracebackhide__ = True
        self._all_answered()
        known = {each.name: each for each in self.result.metrics}
        if metric not in known:
            pytest.fail(
                f"{metric} is no figure of suite {self.result.suite.name}; choose of {', '.join(known)}"
            )
        found = self.result.estimates((metric,))[metric]
        lower = known[metric].better == "lower"
        bound = found.high if lower else found.low
        good = bound <= wanted + margin if lower else bound >= wanted - margin
        if not good:
            side = "upper" if lower else "lower"
            pytest.fail(
                f"{metric} is {found.value:.4f}; its {side} 95 % bound {bound:.4f} misses {wanted:g} (run {self.run.manifest.id})"
            )

    def not_worse_than(self, baseline: str | Path | Gate, *metrics: str, margin: float = 0.0) -> None:
        """Fail where a figure is worse than in a baseline (a file of ``eval run --save``) by more than chance."""
        __tracebackhide__ = True
        from citecoder.evals.comparing import compare
        from citecoder.evals.scores_file import read_scores

        self._all_answered()
        before = baseline.result if isinstance(baseline, Gate) else read_scores(Path(baseline))
        names = metrics or (self.result.metrics[0].name,)
        comparison = compare(before, self.result, margin=margin, names=names, judged=names)
        if worse := comparison.worse(names):
            told = "; ".join(
                f"{d.metric} {d.value:+.4f} ({d.low:+.4f} to {d.high:+.4f}), p = {d.p:.4f}" for d in worse
            )
            pytest.fail(
                f"worse than the baseline: {told}; broken: {', '.join(comparison.broken[:10]) or 'none as a whole'}"
            )

    def _all_answered(self) -> None:
        __tracebackhide__ = True
        if self.result.unanswered:
            first = self.result.unanswered[0]
            pytest.fail(
                f"{len(self.result.unanswered)} cases were not answered, the first {first.task}: {first.state}, {first.why}"
            )


@pytest.fixture(scope="session")
def citecoder_eval(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Gate]:
    """Return ``run(suite, arm="rules", place=None, split="train,dev", cases=(), tags=(), limit=None)``."""

    def run(
        suite: str = "coding",
        *,
        arm: str = "rules",
        place: str | Path | None = None,
        split: str = "train,dev",
        cases: tuple[str, ...] = (),
        tags: tuple[str, ...] = (),
        limit: int | None = None,
    ) -> Gate:
        from citecoder.evals import releases
        from citecoder.evals.evaluate import Question, evaluate, open_set
        from citecoder.evals.runner import Ways
        from citecoder.evals.suites.suite import Selection, check_splits

        selection = Selection(check_splits(split), tuple(cases), tuple(tags), limit)
        question = Question(suite, arm, Path(place) if place is not None else None, selection)
        releases.for_question(open_set(question.place), question, None)
        folder = tmp_path_factory.getbasetemp() / "citecoder-evals"
        return Gate(*evaluate(question, Ways(folder)))

    return run
