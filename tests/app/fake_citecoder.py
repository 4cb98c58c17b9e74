"""The real command line over the sample engine, as a program: the doors are tested, not the coding."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.runnables import RunnableLambda

from citecoder.app import wiring
from citecoder.app.settings import Settings
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.search import KeywordStore
from tests.app.sample import review
from tests.app.sample_answers import answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.runnables import Runnable

    from citecoder import model
    from citecoder.answers import Answer, Question
    from citecoder.codes import CodeSet
    from citecoder.rules.edits import Edits
    from citecoder.rules.payer import Payer


wiring_parts = wiring.Parts  # the real one, also while a test has put the sample in its place


class SampleStore(KeywordStore):
    """Passages by keyword, with a version as the real index has one."""

    version = "sample"


class SampleParts(wiring.Parts):
    """The parts, with the sample engine in place of the real one.

    What ships is loaded once a process: most sites of tests lay nothing over it.
    """

    def __init__(self, settings: Settings | None = None, progress: wiring.Progress | None = None) -> None:
        super().__init__(settings or Settings(), progress)

    @property
    def _lays_something_over(self) -> bool:
        return self.settings.data is not None or (self.settings.site / "knowledge").exists()

    @cached_property
    def codes(self) -> CodeSet:
        """The code set."""
        return super().codes if self._lays_something_over else _shipped().codes

    @cached_property
    def payers(self) -> Mapping[str, Payer]:
        """The payers by id."""
        return super().payers if self._lays_something_over else _shipped().payers

    @cached_property
    def edits(self) -> Edits:
        """Pair edits and daily unit limits."""
        return super().edits if self._lays_something_over else _shipped().edits

    @cached_property
    def authored(self) -> Sequence[model.Passage]:
        """The passages that ship and those of the site."""
        return super().authored if self._lays_something_over else _shipped().authored

    @cached_property
    def store(self) -> SampleStore:  # type: ignore[override]
        """The passages, searched by keyword alone."""
        if self._lays_something_over:
            return SampleStore(self.authored, load_abbreviations(self.roots))
        return _shipped_store()

    @cached_property
    def chain(self) -> Runnable[model.Request, model.Review]:
        """The sample engine behind the same interface."""
        return RunnableLambda(review)

    @cached_property
    def answers(self) -> Runnable[Question, Answer]:
        """Sample answers behind the same interface."""
        return RunnableLambda(answer)


@cache
def _shipped() -> wiring.Parts:
    return wiring_parts(Settings(site=Path("/nonexistent")))


@cache
def _shipped_store() -> SampleStore:
    return SampleStore(_shipped().authored, load_abbreviations(_shipped().roots))


def main() -> None:
    """Run the command line."""
    wiring.Parts = SampleParts  # type: ignore[misc]
    from citecoder.app.cli import main as citecoder

    citecoder()


if __name__ == "__main__":
    main()
