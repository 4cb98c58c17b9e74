"""``STEPS``: understand → decline → compute → search → draft → ground → finish, the one way to an answer.

No step knows a code or a topic: what is known stands in passages, payer files and edits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from citecoder.answering.asked import Asked
from citecoder.answering.choosing import Ranked, rank
from citecoder.answering.computing import Finding, compute
from citecoder.answering.declining import ASKED_BACK, declined
from citecoder.answering.desk import Desk
from citecoder.answering.disputing import MOST, disputes, told
from citecoder.answering.drafting import MOST_PASSAGES, draft_from_leads, lead_of
from citecoder.answering.grounding import grounded
from citecoder.answering.taken_in import conflicts_with, sifted, told_as_theirs
from citecoder.answering.turns import understand
from citecoder.answers import Abstention, Answer, Question, Sentence
from citecoder.coding.engine import facts

if TYPE_CHECKING:
    from citecoder.checking.claims import Claim
    from citecoder.language_model import Used
    from citecoder.model import Passage

NEAREST = 3
"""Passages that an abstention shows."""
_WORTH_SHOWING = 0.3
"""The likelihood from which on a passage is told to who is asked back: about a third of those that answer stay below."""


@dataclass(frozen=True)
class State:
    """What one step hands to the next. Once there is an answer, the steps that are left do nothing."""

    question: Question
    desk: Desk
    asked: Asked | None = None
    finding: Finding | None = None
    ranked: tuple[Ranked, ...] = ()  # every passage that speaks of the question
    good: tuple[Ranked, ...] = ()  # those that answer it
    against: tuple[tuple[Passage, Claim], ...] = ()  # what articles taken in claim against better sources
    draft: tuple[Sentence, ...] = ()
    used: tuple[Used, ...] = ()
    answer: Answer | None = None


Step = Callable[[State], State]


def understand_question(state: State) -> State:
    """Read the question in the light of its history."""
    return replace(state, asked=understand(state.question, state.desk.hearing()))


def decline(state: State) -> State:
    """Decline what is never answered, with what can be done instead."""
    asked = _asked(state)
    kind = declined(asked, state.desk.wording, state.desk.engine.today())
    if kind is None or (kind.reason == "needs_more" and asked.note is not None):
        return state
    sentences = tuple(Sentence(said) for said in kind.says)
    if kind.reason not in ASKED_BACK:
        return replace(state, answer=Answer(sentences, asked.on, kind.reason))
    ranked = tuple(rank(asked, state.desk.sources))
    return _abstain(replace(state, ranked=ranked), kind.reason, (*sentences, *_held(ranked, state.desk)))


def _held(ranked: Sequence[Ranked], desk: Desk) -> Iterable[Sentence]:
    """Yield the lead of the passage that answers best: who is asked back sees what is held meanwhile."""
    good, _ = sifted([each for each in ranked[:1] if each.score >= _WORTH_SHOWING], desk)
    return told_as_theirs([Sentence(lead_of(each.passage), (each.passage.id,)) for each in good], desk)


def compute_values(state: State) -> State:
    """Compute what can be computed."""
    if state.answer:
        return state
    finding = compute(_asked(state), state.desk)
    if finding is not None and finding.reason is not None:
        return _abstain(replace(state, finding=finding), finding.reason, finding.sentences)
    return replace(state, finding=finding)


def search(state: State) -> State:
    """Find the passages that answer; without any and without a computed value there is no answer."""
    if state.answer:
        return state
    desk = state.desk
    ranked = tuple(rank(_asked(state), desk.sources))
    likely = (
        each for each in ranked if each.score >= desk.weights.enough and _of_its_year(each.passage, state)
    )
    good, against = sifted(tuple(likely), desk)
    if not good and state.finding is None:
        return _abstain(replace(state, ranked=ranked), "not_in_sources", _NOTHING)
    if good and good[0].passage.unknown and state.finding is None:
        told = Sentence(lead_of(good[0].passage), (good[0].passage.id,))
        return _abstain(replace(state, ranked=ranked), "not_in_sources", (told,))
    return replace(
        state, ranked=ranked, good=tuple(r for r in good if not r.passage.unknown), against=against
    )


_NOTHING = (
    Sentence("The sources here do not answer this."),
    Sentence(
        "The nearest passages are shown; name the code, the payer or the date if there is one, or ask the payer."
    ),
)


def _of_its_year(passage: Passage, state: State) -> bool:
    """Tell whether a passage may speak of the year that is asked about: of one to come only what names it does."""
    year, asked = _asked(state).year, _asked(state)
    coming = asked.day_named and year > state.desk.engine.today().year
    return not coming or str(year) in f"{passage.lead} {passage.text}"


def write_draft(state: State) -> State:
    """Word the answer: what was computed first, then what the passages say."""
    if state.answer:
        return state
    asked, desk = _asked(state), state.desk
    computed = state.finding.sentences if state.finding else ()
    if state.finding is not None and state.finding.complete:
        return replace(state, draft=computed)
    if desk.drafter is not None and state.good:
        drafted = desk.drafter(asked, [each.passage for each in state.good[: 2 * MOST_PASSAGES]])
        state = replace(state, used=drafted.used)
        if any(_bears(desk, sentence) for sentence in drafted.sentences):
            return replace(state, draft=(*computed, *drafted.sentences))
    return replace(state, draft=(*computed, *draft_from_leads(asked, state.good, computed, desk.catalogue)))


def _bears(desk: Desk, sentence: Sentence) -> bool:
    """Tell whether a sentence's passages bear it."""
    return grounded(sentence, _passages(desk, sentence.citations), desk.grounding)


def ground(state: State) -> State:
    """Drop every sentence that its passages don't bear; computed ones rest on their values."""
    if state.answer:
        return state
    computed = state.finding.sentences if state.finding else ()
    desk = state.desk
    kept = tuple(s for s in state.draft if s in computed or _bears(desk, s))
    if not kept:
        return _abstain(state, "not_in_sources", _NOTHING)
    return replace(state, draft=kept)


def finish(state: State) -> State:
    """Add what other sources say about the same, and put the answer together."""
    if state.answer:
        return state
    asked, desk = _asked(state), state.desk
    alone = state.finding is not None and state.finding.complete  # a value that needs nothing beside it
    best = state.ranked[0].score if state.ranked else 0.0
    against = [] if alone else list(told(disputes(asked, best, _cites(state.draft), desk), desk))
    against += list(conflicts_with(state.against))[:MOST]
    sentences = (*told_as_theirs(state.draft, desk), *(sentence for sentence, _ in against))
    answer = Answer(
        sentences=sentences,
        as_of=asked.on,
        passages=tuple(_passages(desk, _cites(sentences))),
        evidence=tuple(dict.fromkeys(span for sentence in sentences for span in sentence.evidence)),
        computed={state.finding.kind: state.finding.values} if state.finding else {},
        conflicts=tuple(conflict for _, conflict in against),
    )
    return replace(state, answer=answer)


STEPS: tuple[Step, ...] = (understand_question, decline, compute_values, search, write_draft, ground, finish)


def answer_of(state: State) -> Answer:
    """Return what the steps ended with.

    Raises:
        RuntimeError: they ended without an answer.
    """
    if state.answer is None:
        raise RuntimeError("the steps ended without an answer")
    engine = state.desk.engine
    return replace(state.answer, engine=facts(engine, engine.edits.on(state.answer.as_of), state.used))


def _asked(state: State) -> Asked:
    if state.asked is None:
        raise RuntimeError("a step ran before the question was understood")
    return state.asked


def _abstain(state: State, reason: Abstention, sentences: Sequence[Sentence]) -> State:
    """End without an answer, showing the nearest passages."""
    cited = _passages(state.desk, _cites(sentences))
    ranked = state.ranked or rank(_asked(state), state.desk.sources)
    near = [each.passage for each in ranked[:NEAREST]]
    passages = tuple({p.id: p for p in (*cited, *near)}.values())
    return replace(state, answer=Answer(tuple(sentences), _asked(state).on, reason, passages))


def _cites(sentences: Iterable[Sentence]) -> list[str]:
    return list(dict.fromkeys(cite for sentence in sentences for cite in sentence.citations))


def _passages(desk: Desk, cites: Iterable[str]) -> list[Passage]:
    found = (desk.passage(cite) for cite in cites)
    return [passage for passage in found if passage is not None]
