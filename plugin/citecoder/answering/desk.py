"""What answering works with: sources, codes, payers, edits, and how a note is reviewed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from citecoder.answering.asked import Hearing, written_codes
from citecoder.answering.bearing import GroundingWeights, load_grounding_weights
from citecoder.answering.catalogue import Catalogue, Embed, catalogue_of
from citecoder.answering.choosing import Sources, Weights
from citecoder.answering.wording import Wording, load_wording
from citecoder.model import Passage, Request, Review

if TYPE_CHECKING:
    from citecoder.answering.drafting import Drafter
    from citecoder.checking.claims import Checked
    from citecoder.coding.engine import Engine
    from citecoder.retrieval.abbreviations import Abbreviations


@dataclass(frozen=True)
class Desk:
    """Everything that a question may be answered from.

    Attributes:
        engine: codes, payers, edits, passages and words, as reviewing has them.
        listed: the passages whose questions are compared with the one asked.
        review: reviews a note, through the one chain that every door runs.
        check: holds what a text claims of codes against what is known.
        drafter: words the answer from passages (a language model); None joins the leads of the passages.
    """

    engine: Engine
    listed: Sequence[Passage]
    abbreviations: Abbreviations
    embed: Embed
    weights: Weights
    review: Callable[[Request], Review]
    check: Callable[[str], Checked]
    drafter: Drafter | None = None

    @cached_property
    def wording(self) -> Wording:
        """How questions are put."""
        return load_wording(self.engine.roots)

    @cached_property
    def grounding(self) -> GroundingWeights:
        """By what a sentence is told that its passages don't bear."""
        return load_grounding_weights(self.engine.roots)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The questions that passages say they answer."""
        return catalogue_of(self.listed, self.abbreviations, self.embed)

    @cached_property
    def sources(self) -> Sources:
        """Where passages are found."""
        return Sources(self.engine.store, self.listed, self.catalogue, self.weights)

    @cached_property
    def _written(self) -> frozenset[str]:
        """The codes that passages write out, those inside of ranges included."""
        return frozenset(code for passage in self.listed for code in written_codes(passage.text))

    def knows(self, code: str) -> bool:
        """Tell whether the code set or a passage, one that the site took in included, speaks of a code."""
        known = code in self.engine.codes.codes or code in self._written
        return known or bool(self.engine.store.select(code=code))

    def hearing(self) -> Hearing:
        """Return what it takes to understand a question today."""
        return Hearing(self.wording, self.engine.lexicon, self.engine.codes, self.engine.today())

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by its id."""
        return self.engine.store.get(passage_id)

    def day(self, named: date | None) -> date:
        """Return the day whose rules count."""
        return named or self.engine.today()
