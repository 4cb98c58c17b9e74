"""The real engine for tests that run verbs: what ships is read once a session, what a site imports each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from citecoder.app.wiring import Parts
from citecoder.retrieval.abbreviations import load_abbreviations
from citecoder.retrieval.search import KeywordStore
from citecoder.rules.edition_passages import edition_passages

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from citecoder.answers import Answer, Question
    from citecoder.codes import CodeSet
    from citecoder.coding.engine import Engine
    from citecoder.model import Passage
    from citecoder.rules.payer import Payer


class RealEngineParts(Parts):
    """The real parts: what ships is read once a session, passages are searched by keyword, no index is built."""

    shipped: Parts

    @cached_property
    def codes(self) -> CodeSet:
        """The shipped codes."""
        return self.shipped.codes

    @cached_property
    def payers(self) -> Mapping[str, Payer]:
        """The shipped payers."""
        return self.shipped.payers

    @cached_property
    def authored(self) -> Sequence[Passage]:
        """The shipped passages, and those of imported tables."""
        return (*self.shipped.authored, *edition_passages(self.edits))

    @cached_property
    def store(self) -> KeywordStore:  # type: ignore[override]
        """Every authored passage; the session's index where nothing was imported."""
        if self.authored == self.shipped.authored:
            return self.shipped.store  # type: ignore[return-value]
        return KeywordStore(self.authored, load_abbreviations(self.roots), beside=self.table_rows)

    @cached_property
    def engine(self) -> Engine:
        """The shipped engine, whose phrases are compiled once, over the site's tables."""
        engine = replace(self.shipped.engine, edits=self.edits, store=self.store)
        vars(engine).update(lexicon=self.shipped.engine.lexicon, elements=self.shipped.engine.elements)
        return engine

    @cached_property
    def answers(self) -> Runnable[Question, Answer]:
        """The session's answers where nothing was imported."""
        return self.shipped.answers if self.authored == self.shipped.authored else super().answers
