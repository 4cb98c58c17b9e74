"""The only place that picks adapters: settings in, the parts that the doors share out.

Each part is made on first use, and its imports wait until then, so that ``citecoder --help`` loads no vendor.
Vendors are silenced here, in this process, whatever the environment says.
"""
# ruff: noqa: PLC0415 - imports wait until a part is made, as the docstring says

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.runnables import Runnable

    from citecoder import model
    from citecoder.adapters.chroma import ChromaPassageStore
    from citecoder.adapters.descriptors import Descriptors
    from citecoder.adapters.documents import Limits
    from citecoder.adapters.language_model.calling import LanguageModel
    from citecoder.adapters.records import Records
    from citecoder.answering.desk import Desk
    from citecoder.answering.model_drafter import ModelDrafter
    from citecoder.answers import Answer, Question
    from citecoder.app.settings import Settings
    from citecoder.checking.claims import Facts
    from citecoder.codes import CodeSet
    from citecoder.coding.engine import Engine
    from citecoder.coding.judging import Judge
    from citecoder.coding.propose import Proposer
    from citecoder.paths import DataRoots
    from citecoder.redaction import Wording
    from citecoder.rules.edits import Edits
    from citecoder.rules.payer import Payer

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is, when it may take more than a moment."""

_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")
_HIDING = (
    "LANGSMITH_HIDE_INPUTS",
    "LANGSMITH_HIDE_OUTPUTS",
    "LANGCHAIN_HIDE_INPUTS",
    "LANGCHAIN_HIDE_OUTPUTS",
)


def silence_vendors(*, allow_tracing: bool = False, trace_text: bool = False) -> None:
    """Turn off Chroma's telemetry, and LangSmith's tracing unless the site allows it.

    Traces carry notes, so what is allowed is hidden of its texts unless the site asks for them, too.
    """
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["CHROMA_OTEL_COLLECTION_ENDPOINT"] = ""
    if allow_tracing:
        if not trace_text:
            for name in _HIDING:
                os.environ[name] = "true"
            from langsmith.utils import get_env_var

            get_env_var.cache_clear()  # type: ignore[attr-defined]  # what was read of the environment before counts no more
        return
    for name in _TRACING:
        os.environ[name] = "false"
    import langsmith

    # LangSmith caches what it read of the environment; its process-wide switch is above all of that.
    langsmith.configure(enabled=False)


class Parts:
    """What the doors share, each made once and on first use.

    Args:
        settings: the site's choices.
        progress: told what is being done when it takes more than a moment (building the index).
    """

    def __init__(self, settings: Settings, progress: Progress | None = None) -> None:
        self.settings = settings
        self.progress = progress

    def _silence_vendors(self) -> None:
        told = self.settings
        silence_vendors(allow_tracing=told.allow_tracing, trace_text=told.trace_text)

    @cached_property
    def roots(self) -> DataRoots:
        """Where data lies."""
        from citecoder.paths import DataRoots, packaged_root

        return DataRoots(packaged_root(self.settings.data), self.settings.site)

    @cached_property
    def document_limits(self) -> Limits:
        """How much of a document is read."""
        from citecoder.adapters.documents import Limits

        told = self.settings
        return Limits(told.max_document_mb, told.max_document_pages, told.max_document_seconds)

    @cached_property
    def codes(self) -> CodeSet:
        """The code set."""
        from citecoder.codes import load_codes

        return load_codes(self.roots)

    @cached_property
    def payers(self) -> Mapping[str, Payer]:
        """The payers by id."""
        from citecoder.rules.payer import load_payers

        return load_payers(self.roots)

    @cached_property
    def edits(self) -> Edits:
        """Pair edits and daily unit limits."""
        from citecoder.rules.edits import load_edits

        return load_edits(self.roots)

    @property
    def descriptors(self) -> Descriptors | None:
        """The site's licensed descriptors, read anew each time: a licence may end or be taken back."""
        from citecoder.adapters.descriptors import descriptors_in

        return descriptors_in(self.roots.site)

    @property
    def records_address(self) -> str | None:
        """Where reviews, decisions and keys are kept, as an address; None when they are not."""
        if self.settings.records == "off":
            return None
        in_site = f"sqlite:///{self.settings.site.absolute() / 'records.sqlite'}"
        return in_site if self.settings.records == "sqlite" else self.settings.records

    @property
    def records_place(self) -> str | None:
        """The same for people to read, without its password."""
        from citecoder.adapters.records.database import place

        return None if self.records_address is None else place(self.records_address)

    @cached_property
    def records(self) -> Records | None:
        """Reviews, decisions, keys and the audit trail; None when the site keeps none. Nothing is opened yet."""
        if self.records_address is None:
            return None
        from citecoder.adapters.records import Records
        from citecoder.adapters.records.site_secret import site_secret

        told = self.settings
        return Records(
            self.records_address,
            site_secret(told.site),
            keep_notes=told.keep_notes,
            keep_comments=told.keep_comments,
        )

    @cached_property
    def authored(self) -> Sequence[model.Passage]:
        """The passages that ship, those that the site wrote, and those of imported tables; no index is needed."""
        from citecoder.retrieval.articles import load_passages
        from citecoder.rules.edition_passages import edition_passages

        return (*load_passages(self.roots), *edition_passages(self.edits))

    @cached_property
    def table_rows(self) -> Callable[[str], model.Passage | None]:
        """What tells a row of the shipped pair table as a passage, by its id."""
        from citecoder.rules.edition_passages import rows_of

        return rows_of(self.edits, self.authored)

    @cached_property
    def store(self) -> ChromaPassageStore:
        """The passage index; built on first use."""
        self.unopened_store.refresh()
        return self.unopened_store

    @cached_property
    def unopened_store(self) -> ChromaPassageStore:
        """The same before anything is built or opened: who writes first need not build twice."""
        from citecoder.adapters.chroma import ChromaPassageStore
        from citecoder.adapters.embeddings import embeddings_for

        self._silence_vendors()
        embeddings = embeddings_for(self.settings.embeddings)
        told = self.settings
        return ChromaPassageStore(
            told.cache, embeddings, self.authored, self.roots, self.progress, self.table_rows
        )

    @cached_property
    def redaction_wording(self) -> Wording:
        """What tells identifiers from the words of a visit."""
        from citecoder.redaction import load_wording

        return load_wording(self.roots)

    @cached_property
    def facts(self) -> Facts:
        """What an article's claims are held against; no index is needed."""
        from datetime import UTC, datetime

        from citecoder.checking.claims import Facts
        from citecoder.checking.records import element_words
        from citecoder.checking.wording import load_wording
        from citecoder.elements import load_visit_elements

        today = datetime.now(UTC).date()
        return Facts(
            codes=self.codes,
            edits=self.edits.on(today),
            payers=self.payers,
            passages={passage.id: passage for passage in self.authored},
            wording=load_wording(self.roots),
            elements=element_words(self.codes.codes.values(), load_visit_elements(self.roots)),
            on=today,
        )

    @cached_property
    def proposer(self) -> Proposer | None:
        """The language model as a second proposer; None without one."""
        if self.language_model is None:
            return None
        from citecoder.coding.offering import ModelProposer
        from citecoder.prompts import load_prompt

        return ModelProposer(
            self.language_model, load_prompt(self.roots, "suggest"), self.settings.llm_samples
        )

    @cached_property
    def judge(self) -> Judge | None:
        """The language model as a judge of what documentation leaves open; None without one."""
        if self.language_model is None:
            return None
        from citecoder.coding.judging import Judge
        from citecoder.prompts import load_prompt

        return Judge(self.language_model, load_prompt(self.roots, "judge"))

    @cached_property
    def drafter(self) -> ModelDrafter | None:
        """The language model as a drafter of answers; None without one."""
        if self.language_model is None:
            return None
        from citecoder.answering.model_drafter import ModelDrafter
        from citecoder.prompts import load_prompt

        return ModelDrafter(self.language_model, load_prompt(self.roots, "answer"))

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """What asks the site's language model; None where none is chosen. Nothing is asked yet, or checked."""
        if not self.settings.llm:
            return None
        from citecoder.adapters.language_model.calling import LanguageModel
        from citecoder.adapters.language_model.choices import Choices

        self._silence_vendors()
        told = self.settings
        choices = Choices(
            model=told.llm,
            base_url=told.llm_base_url,
            timeout=told.llm_timeout,
            retries=told.llm_retries,
            concurrency=told.llm_concurrency,
            wait=told.llm_wait,
            answer_tokens=told.llm_answer_tokens,
            tokens_per_request=told.llm_tokens_per_request,
            tokens_per_day=told.llm_tokens_per_day,
            dollars_per_day=told.llm_dollars_per_day,
            price_in=told.llm_price_in,
            price_out=told.llm_price_out,
            cache=told.llm_cache,
            redact=told.llm_redact,
            temperature=told.llm_temperature,
            trace_text=told.allow_tracing and told.trace_text,
        )
        from functools import partial

        from citecoder.redaction import redact_all

        return LanguageModel(choices, told.site, partial(redact_all, wording=self.redaction_wording))

    @cached_property
    def engine(self) -> Engine:
        """What the steps of the pipeline work with."""
        from datetime import date

        from citecoder import __version__
        from citecoder.coding.engine import Engine

        return Engine(
            codes=self.codes,
            payers=self.payers,
            edits=self.edits,
            store=self.store,
            roots=self.roots,
            today=date.today,
            proposer=self.proposer,
            judge=self.judge,
            version=__version__,
        )

    @cached_property
    def chain(self) -> Runnable[model.Request, model.Review]:
        """The one pipeline that every door runs."""
        self._silence_vendors()
        from citecoder.adapters.chains import suggest_chain

        return suggest_chain(self.engine)

    @cached_property
    def desk(self) -> Desk:
        """What answering works with."""
        import numpy as np

        from citecoder.adapters.embeddings import embeddings_for
        from citecoder.answering.choosing import load_weights
        from citecoder.answering.desk import Desk
        from citecoder.checking.checker import check
        from citecoder.retrieval.abbreviations import load_abbreviations

        embeddings = embeddings_for(self.settings.embeddings)
        return Desk(
            engine=self.engine,
            listed=self.authored,
            abbreviations=load_abbreviations(self.roots),
            embed=lambda texts: np.asarray(embeddings.embed_documents(list(texts)), np.float32),
            weights=load_weights(self.roots),
            review=self.chain.invoke,
            check=lambda text: check(text, self.facts),
            drafter=self.drafter,
        )

    @cached_property
    def answers(self) -> Runnable[Question, Answer]:
        """The one way from a question to its answer."""
        from citecoder.adapters.chains import answer_chain

        self._silence_vendors()
        return answer_chain(self.desk)
