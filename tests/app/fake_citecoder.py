"""The real command line over the sample engine, as a program: the doors are tested, not the coding."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from langchain_core.runnables import RunnableLambda

from citecoder.app import wiring
from citecoder.app.settings import Settings
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.search import KeywordStore
from tests.app.sample import review

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from citecoder import model


class SampleStore(KeywordStore):
    """Passages by keyword, with a version as the real index has one."""

    version = "sample"


class SampleParts(wiring.Parts):
    """The parts, with the sample engine in place of the real one."""

    def __init__(self, settings: Settings | None = None, progress: wiring.Progress | None = None) -> None:
        super().__init__(settings or Settings(), progress)

    @cached_property
    def store(self) -> SampleStore:  # type: ignore[override]
        """The shipped passages, searched by keyword alone."""
        return SampleStore(self.authored, load_abbreviations(self.roots))

    @cached_property
    def chain(self) -> Runnable[model.Request, model.Review]:
        """The sample engine behind the same interface."""
        return RunnableLambda(review)


def main() -> None:
    """Run the command line."""
    wiring.Parts = SampleParts  # type: ignore[misc]
    from citecoder.app.cli import main as citecoder

    citecoder()


if __name__ == "__main__":
    main()
