"""``STEPS``: read → retrieve → propose → decide, the one pipeline that every door and every evaluation runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from citecoder.codes import CodeSet
from citecoder.coding.decide import decide, open_questions, rules_date
from citecoder.coding.draft import Policy
from citecoder.coding.judging import Judgement, OpenQuestion
from citecoder.coding.propose import Proposal, Proposer, merge, propose_by_rules
from citecoder.elements import Element, load_visit_elements
from citecoder.language_model import Used
from citecoder.model import Note, Request, Review, Warn
from citecoder.notes.heard import Heard, hear
from citecoder.notes.learned import ReadingModel
from citecoder.notes.reader import read
from citecoder.notes.terms import Lexicon, load_lexicon
from citecoder.paths import DataRoots
from citecoder.retrieval.claims import PolicyClaim, policy_claims
from citecoder.retrieval.search import PassageStore
from citecoder.rules.edits import Edits
from citecoder.rules.payer import Payer

_T = TypeVar("_T")


@dataclass(frozen=True)
class Engine:
    """What the steps work with. ``today`` is asked for the date when neither request nor note gives one.

    ``proposer`` is a second proposer beside the rules (a language model), ``judge`` points to words for questions that
    were left open; None is a complete product.
    """

    codes: CodeSet
    payers: Mapping[str, Payer]
    edits: Edits
    store: PassageStore
    roots: DataRoots
    today: Callable[[], date]
    proposer: Proposer | None = None
    judge: Callable[[Note, Sequence[OpenQuestion]], Judgement] | None = None
    version: str = ""

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases, compiled once."""
        return lexicon_of(self.codes, self.roots)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The documentation elements of visits."""
        return load_visit_elements(self.roots)


def lexicon_of(codes: CodeSet, roots: DataRoots, reading: ReadingModel | None = None) -> Lexicon:
    """Compile the lexicon: the words of knowledge/lexicon, the phrases of the families' concepts, learned weights."""
    compatible: dict[str, list[str]] = {}
    for family in codes.families:
        for concept, others in family.compatible.items():
            compatible.setdefault(concept, []).extend(others)
    return load_lexicon(roots, codes.concepts(), compatible, reading)


@dataclass(frozen=True)
class State:
    """What one step hands to the next."""

    request: Request
    engine: Engine
    note: Note | None = None
    policy: Policy | None = None
    proposal: Proposal | None = None
    heard: Heard | None = None
    review: Review | None = None
    trail: tuple[str, ...] = ()


Step = Callable[[State], State]


def read_note(state: State) -> State:
    """Read the note: visit, blocks, mentions, minutes, services."""
    return replace(state, note=read(state.request, state.engine.lexicon), trail=(*state.trail, "read"))


def retrieve(state: State) -> State:
    """Gather what this visit is decided by: payer, date, and what the site ingested for the payer."""
    note, engine = _needed(state.note), state.engine
    payer_id = state.request.payer or note.visit.payer
    payer = engine.payers.get(payer_id or "")
    on = rules_date(state.request, note, engine.today())
    policy = Policy(
        codes=engine.codes, payer=payer, edits=engine.edits.on(on), elements=engine.elements,
        store=engine.store, on=on, claims=_claims(engine, payer_id),
    )  # fmt: skip
    request = replace(state.request, payer=payer_id)
    return replace(state, request=request, policy=policy, trail=(*state.trail, "retrieve"))


def _claims(engine: Engine, payer: str | None) -> tuple[PolicyClaim, ...]:
    """Return what the payer's ingested policies say, one claim of a kind about a code."""
    if payer is None:
        return ()
    store = engine.store
    return _claims_in(store, store.version, payer)  # type: ignore[arg-type]  # a store is known by its identity


@lru_cache(maxsize=32)
def _claims_in(store: PassageStore, version: str, payer: str) -> tuple[PolicyClaim, ...]:
    """Read a payer's policies once for each state of the store: there may be thousands."""
    return policy_claims(store.select(ingested_for=payer))


def propose(state: State) -> State:
    """Ask the rules, and the second proposer when there is one, for candidates."""
    note, engine = _needed(state.note), state.engine
    proposal = propose_by_rules(state.request, note, engine.codes)
    heard = state.heard
    if engine.proposer is not None:
        proposal = merge(proposal, engine.proposer(state.request, note, engine.codes))
    if heard is None and any(c.origin == "llm" for c in proposal.candidates):
        heard = hear(state.request, engine.lexicon)
    return replace(state, proposal=proposal, heard=heard, trail=(*state.trail, "propose"))


def decide_visit(state: State) -> State:
    """Decide the visit and record what decided it."""
    note, policy, proposal = _needed(state.note), _needed(state.policy), _needed(state.proposal)
    judged = _judged(state, note, policy, proposal)
    review = decide(state.request, note, proposal, policy, heard=state.heard, pointed=judged.pointed)
    used = (*proposal.used, *judged.used)
    warnings = (*review.warnings, *(failed(u) for u in used if u.failure))
    review = replace(review, warnings=warnings, engine=facts(state.engine, policy.edits, used))
    return replace(state, review=review, trail=(*state.trail, "decide"))


def _judged(state: State, note: Note, policy: Policy, proposal: Proposal) -> Judgement:
    """Ask the judge, when there is one, about what deciding leaves open."""
    judge = state.engine.judge
    if judge is None:
        return Judgement({})
    asked = open_questions(state.request, note, proposal, policy, heard=state.heard)
    return judge(note, [OpenQuestion(name, element) for name, element in asked.items()])


STEPS: tuple[Step, ...] = (read_note, retrieve, propose, decide_visit)


def failed(used: Used) -> Warn:
    """Say in one line that the language model gave nothing, and that the rules went on alone."""
    name, why = used.prompt.partition("@")[0], str(used.failure).replace("_", " ")
    text = f"The language model gave nothing that can be used ({name}: {why}); the rules answered alone."
    return Warn("llm", "warning", text)


def facts(engine: Engine, edits: Edits, used: Sequence[Used] = ()) -> dict[str, Any]:
    """Name what decided: the editions are those that are asked first for the visit's day, and the models that answered."""
    editions = edits.editions
    return {
        "contract": "1",
        "version": engine.version,
        "knowledge": f"{engine.codes.sha}-{engine.store.version}",
        "editions": {"ncci": editions.ncci.edition.isoformat(), "mue": editions.mue.edition.isoformat()},
        "prompt": _joined(u.prompt for u in used),
        "llm": _joined(u.model for u in used if u.model),
        "llm_failure": _joined(str(u.failure) for u in used if u.failure),
        "usage": _usage(used),
    }


def _usage(used: Sequence[Used]) -> dict[str, Any] | None:
    """Add up what was asked of language models; None where nothing was."""
    if not used:
        return None
    costs = [u.cost for u in used if u.cost is not None]
    return {
        "input_tokens": sum(u.tokens_in for u in used),
        "output_tokens": sum(u.tokens_out for u in used),
        "cost": round(sum(costs), 6) if costs else None,
        "seconds": round(sum(u.seconds for u in used), 3),
    }


def _joined(names: Iterable[str]) -> str | None:
    return " ".join(dict.fromkeys(names)) or None


def _needed(value: _T | None) -> _T:
    if value is None:
        raise RuntimeError("a step ran before the one that it builds on")
    return value
