"""What the server counts, for Prometheus. Labels are codes, kinds and route patterns: nothing of a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_fastapi_instrumentator import Instrumentator

from citecoder import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from citecoder import wire

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Meters:
    """The counters of one app, in a registry of its own: several apps of one process don't mix.

    Args:
        codes: the codes that may be a label.
        under_way: tells how many reviews wait or are computed.
    """

    def __init__(self, codes: Callable[[], frozenset[str]], under_way: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self._codes = codes
        self._review = Histogram(
            "citecoder_review_seconds",
            "Time to review a note, waiting left out",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answer = Histogram(
            "citecoder_answer_seconds",
            "Time to answer a question, waiting left out",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answers = self._counter(
            "citecoder_answers", "Questions, by `answered` or the reason why not", "outcome"
        )
        self._lines = self._counter("citecoder_lines", "Lines suggested, by code", "code")
        self._gaps = self._counter("citecoder_gaps", "Documentation found missing, by kind", "kind")
        self._decisions = self._counter("citecoder_decisions", "Decisions of people, by action", "action")
        self._not_kept = self._counter(
            "citecoder_reviews_not_kept", "Reviews answered and not kept: records were down"
        )
        waiting = Gauge(
            "citecoder_reviews_under_way", "Reviews that wait or are computed", registry=self.registry
        )
        waiting.set_function(under_way)
        self._index = Gauge(
            "citecoder_index",
            "The index that is served; always 1",
            ("version", "index"),
            registry=self.registry,
        )

    def watch(self, app: FastAPI) -> None:
        """Count requests by route pattern, method and status, and their time."""
        Instrumentator(registry=self.registry, should_group_status_codes=False).instrument(app)

    def reviewed(self, told: wire.SuggestResponse) -> None:
        """Count one review."""
        if told.engine.elapsed_ms is not None:
            self._review.observe(told.engine.elapsed_ms / 1000)
        for line in told.suggestions:
            self._lines.labels(line.code if line.code in self._codes() else "other").inc()
        for gap in (*told.missing, *(gap for line in told.suggestions for gap in line.missing)):
            self._gaps.labels(gap.kind).inc()

    def answered(self, told: wire.AskResponse) -> None:
        """Count one question."""
        if told.engine.elapsed_ms is not None:
            self._answer.observe(told.engine.elapsed_ms / 1000)
        self._answers.labels(told.reason or "answered").inc()

    def decided(self, told: wire.DecisionResponse) -> None:
        """Count one decision."""
        self._decisions.labels(told.action).inc()

    def not_kept(self) -> None:
        """Count a review that was answered and not kept."""
        self._not_kept.inc()

    def index_is(self, version: str) -> None:
        """Tell which index is served."""
        self._index.clear()
        self._index.labels(__version__, version).set(1)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)
