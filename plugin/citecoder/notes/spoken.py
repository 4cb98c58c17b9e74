"""What each clause of a note speaks of, and whether it was done today: learned weights, read over the whole visit.

A clause by itself is often open ("then the same on the left"). The clauses of a note are therefore read together:
going on with the same service costs nothing, going over to another costs more within a sentence than at its end, at a
statement of minutes or on a new line. The clinician's own names of services count as much as all other words.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citecoder.model import Mention, Span
from citecoder.notes.blocks import Segment
from citecoder.notes.features import Described, Found, describe
from citecoder.notes.learned import PERFORMED, ReadingModel, parse_class, softmax
from citecoder.notes.spans import cut
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

_READY, _CALM = 1.5, 0.3  # how much readier clauses are taken for services than the marked ones were
_SEVERAL = 2  # named services with minutes, from which on a note is one that names them
_DOSED = 0.4  # what minutes in a sentence add to that
_NAMED = 6.0  # what a clinician's own name for a service adds to it, in log odds
_WITHIN, _NEXT_SENTENCE, _NEXT_LINE, _AFTER_MINUTES = 3.0, 1.0, 0.5, 1.0
_AN_HOUR = 60
_FAR = 1e-4
_TIMES = 4  # statements of time in one clause that are looked at
_TIMED = frozenset({"min:own", "min:before", "min:after"})
_SILENT = 0.9
_LOOKED_AT = 60  # mentions of one sentence; more is a list that goes on alike
_SEVERAL_PHRASES = 3  # of one service in a sentence: more than a word that can mean anything
_VISIT = frozenset({"evaluation", "reevaluation"})
_EDGE = re.compile(r"^[\s,.;:x×()\-–—]+|[\s,.;:(\-–—]+$")


@dataclass(frozen=True)
class Spoken:
    """A clause with the service that it speaks of (None: no service), and how likely it was done today.

    ``status`` is the likeliest of the learned statuses, ``performed`` the likelihood that it was done at this visit.
    """

    start: int
    end: int
    segment: Segment
    concept: str | None
    facts: tuple[tuple[str, str], ...]
    likelihood: float
    silence: float
    performed: float
    status: str


def listen(lexicon: Lexicon, note: Found) -> list[Spoken]:
    """Return every clause of a note with what it speaks of, in order."""
    model = lexicon.reading
    described = describe(lexicon, note)
    if not described:
        return []
    features = [d.features for d in described]
    is_told, scores, state = model.clause_scores(features)
    constant, by_words, by_service = model.balance
    told = constant + by_words * is_told[:, model.spoken.classes.index("service")]
    spoken = 1 / (1 + np.exp(-(told + by_service * scores.max(axis=1))))
    service = softmax(scores) * possible(lexicon, note.text, note.discipline, note.times)
    service /= service.sum(axis=1, keepdims=True)
    status = softmax(state)
    labels = _path(
        _emissions(model, described, note.mentions, spoken, service), _costs(note.text, described, note.times)
    )
    done = model.status.classes.index(PERFORMED)
    heard = []
    for i, each in enumerate(described):
        label = labels[i]
        concept, facts = (None, ()) if label == 0 else parse_class(model.service.classes[label - 1])
        heard.append(
            Spoken(
                each.clause.start, each.clause.end, each.segment, concept, facts,
                likelihood=0.0 if label == 0 else float(service[i, label - 1]),
                silence=float(1 - spoken[i]), performed=float(status[i, done]),
                status=model.status.classes[int(status[i].argmax())],
            )
        )  # fmt: skip
    return heard


def likely_services(lexicon: Lexicon, note: Found) -> list[dict[str, float]]:
    """Return, clause by clause as ``listen`` does, how likely its words by themselves speak of each service."""
    described = describe(lexicon, note)
    if not described:
        return []
    model = lexicon.reading
    _, scores, _ = model.clause_scores([d.features for d in described])
    service = softmax(scores) * possible(lexicon, note.text, note.discipline, note.times)
    service /= service.sum(axis=1, keepdims=True)
    names = [parse_class(name)[0] for name in model.service.classes]
    told: list[dict[str, float]] = []
    for row in service:
        by_concept: dict[str, float] = {}
        for name, value in zip(names, row.tolist(), strict=True):
            by_concept[name] = by_concept.get(name, 0.0) + value
        told.append(by_concept)
    return told


def possible(
    lexicon: Lexicon, text: str, discipline: str | None, times: Sequence[TimeMention]
) -> NDArray[np.float64]:
    """Return 1 for every class of service that this visit can hold, else next to nothing.

    A service that is another discipline's is none of this visit; work conditioning is counted in hours; and some are
    told only in notes that hold one of their words.
    """
    model = lexicon.reading
    hours = any(t.value >= _AN_HOUR for t in times)
    without = {concept for concept, words in lexicon.only_with.items() if not words.find(text)}
    factors = []
    for name in model.service.classes:
        whose, concept = model.disciplines.get(name, frozenset()), parse_class(name)[0]
        other = discipline is not None and bool(whose) and discipline not in whose
        short = concept == "work_hardening" and not hours
        factors.append(_FAR if other or short or concept in without else 1.0)
    return np.array(factors)


def _emissions(
    model: ReadingModel,
    described: Sequence[Described],
    mentions: Sequence[Mention],
    spoken: NDArray[np.float64],
    service: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the log likelihood of every label of every clause; label 0 is no service."""
    small = 1e-6
    scores = np.empty((len(described), service.shape[1] + 1))
    timed = np.array([not _TIMED.isdisjoint(d.features) for d in described])
    readiness = _CALM if _names_its_services(described, mentions) else _READY
    ready = np.where(timed, readiness + _DOSED, readiness)
    spoken = 1 / (1 + (1 / (spoken + small) - 1) * np.exp(-ready))
    scores[:, 0] = np.log(1 - spoken + small)
    scores[:, 1:] = np.log(spoken + small)[:, None] + np.log(service + small)
    of_concept: dict[str, list[int]] = {}
    for i, name in enumerate(model.service.classes):
        of_concept.setdefault(parse_class(name)[0], []).append(i + 1)
    starts = [m.span.start for m in mentions]
    for i, each in enumerate(described):
        inside = _inside(mentions, starts, each.clause.start, each.clause.end)
        for concept in {m.concept for m in inside if m.kind == "name"}:
            scores[i, of_concept.get(concept, [])] += _NAMED
    return scores


def _inside(mentions: Sequence[Mention], starts: Sequence[int], start: int, end: int) -> Sequence[Mention]:
    """Return the mentions in a clause, with the one that reaches into it from the clause before."""
    first = bisect_left(starts, start)
    if first and mentions[first - 1].span.end > start:
        first -= 1
    return mentions[first : bisect_left(starts, end)]


def _names_its_services(described: Sequence[Described], mentions: Sequence[Mention]) -> bool:
    """Tell whether a note names its services beside their minutes: then few others are told without a name."""
    starts = [m.span.start for m in mentions]
    named = set()
    for each in described:
        if not _TIMED.isdisjoint(each.features):
            inside = _inside(mentions, starts, each.clause.start, each.clause.end)
            named |= {m.concept for m in inside if m.kind == "name"}
    return len(named) >= _SEVERAL


def _costs(text: str, described: Sequence[Described], times: Sequence[TimeMention]) -> list[float]:
    """Return what it costs to go over to another service before each clause but the first."""
    ends = [t.end for t in times]
    costs = []
    for before, after in itertools.pairwise(described):
        last = bisect_right(ends, after.clause.start) - 1
        told = last >= 0 and times[last].start >= before.segment.start
        if before.segment.line != after.segment.line:
            cost = _NEXT_LINE
        elif "\n" in text[before.clause.end : after.clause.start] or before.segment is not after.segment:
            cost = _NEXT_SENTENCE
        else:
            cost = _WITHIN
        costs.append(min(cost, _AFTER_MINUTES) if told else cost)
    return costs


def _path(scores: NDArray[np.float64], costs: Sequence[float]) -> list[int]:
    """Return the labels whose scores, less the costs of going over, add up to the most."""
    best = scores[0].copy()
    back = np.zeros(scores.shape, dtype=np.int64)
    for i, cost in enumerate(costs, start=1):
        leader = int(best.argmax())
        moved = best[leader] - cost
        stays = best >= moved
        back[i] = np.where(stays, np.arange(scores.shape[1]), leader)
        best = np.where(stays, best, moved) + scores[i]
    labels = [int(best.argmax())]
    for i in range(len(scores) - 1, 0, -1):
        labels.append(int(back[i, labels[-1]]))
    return labels[::-1]


def foreign(model: ReadingModel, discipline: str | None) -> frozenset[str]:
    """Return the concepts that are another discipline's alone: an "adjustment" by an OT is no chiropractor's service."""
    if discipline is None:
        return frozenset()
    whose: dict[str, set[str]] = {}
    for name, told in model.disciplines.items():
        whose.setdefault(parse_class(name)[0], set()).update(told or {discipline})
    return frozenset(concept for concept, told in whose.items() if len(told) == 1 and discipline not in told)


def completed(
    lexicon: Lexicon,
    text: str,
    mentions: Sequence[Mention],
    spoken: Sequence[Spoken],
    times: Sequence[TimeMention],
    others: frozenset[str] = frozenset(),
) -> tuple[Mention, ...]:
    """Return the mentions of the lexicon, corrected and completed by what the clauses speak of.

    A name stays as it is. Content stays where the clause as a whole speaks of the same service, and goes where it
    speaks of another or, surely, of none; so does a name of one of the ``others``, which are another discipline's. A
    clause that speaks of a service without any phrase that we know becomes a mention of kind ``described``.
    """
    dropped: set[Span] = set()
    described = []
    starts = [m.span.start for m in mentions]
    for clause in spoken:
        inside = _inside(mentions, starts, clause.start, clause.end)
        if clause.concept is not None:
            dropped |= {m.span for m in inside if m.concept in others and m.concept != clause.concept}
            inside = [m for m in inside if m.span not in dropped]
        if any(m.kind == "name" for m in inside) or (inside and _named_in(mentions, starts, clause.segment)):
            continue
        told = clause.concept if clause.concept not in _VISIT else None
        if told is None:
            silent = clause.silence > _SILENT and not (
                inside and says_it_was_given(lexicon, text, clause.segment, mentions, times)
            )
            if silent or clause.concept in _VISIT:
                dropped |= {m.span for m in inside}
            continue
        if any(m.concept == told for m in inside):
            dropped |= {m.span for m in inside if m.concept != told}
            continue
        if not inside and _named_in(mentions, starts, clause.segment, told):
            continue
        span = _words(text, clause, times)
        if span is not None:
            dropped |= {m.span for m in inside}
            described.append(Mention(told, "described", span, span.quote.casefold(), clause.facts))
    kept = [*(m for m in mentions if m.span not in dropped), *described]
    return tuple(sorted(kept, key=lambda m: m.span.start))


def _named_in(
    mentions: Sequence[Mention], starts: Sequence[int], segment: Segment, concept: str | None = None
) -> bool:
    """Tell whether the clinician names a service in a sentence: any, or the one that is asked for."""
    first, last = bisect_left(starts, segment.start), bisect_left(starts, segment.end)
    looked_at = mentions[first : min(last, first + _LOOKED_AT)]
    return any(m.kind == "name" and concept in (None, m.concept) for m in looked_at)


def says_it_was_given(
    lexicon: Lexicon,
    text: str,
    segment: Segment,
    mentions: Sequence[Mention],
    times: Sequence[TimeMention],
) -> bool:
    """Tell whether a sentence has several phrases of one service, or a phrase, a verb of delivery and minutes.

    Such a sentence is no silence, however little its words were heard of while learning.
    """
    first = bisect_left(mentions, segment.start, key=lambda m: m.span.start)
    last = bisect_left(mentions, segment.end, key=lambda m: m.span.start)
    told = Counter(m.concept for m in mentions[first : min(last, first + _LOOKED_AT)] if m.kind == "content")
    if max(told.values(), default=0) >= _SEVERAL_PHRASES:
        return True
    at = bisect_left(times, segment.start, key=lambda t: t.start)
    dosed = any(t.role == "dose" and t.start < segment.end for t in times[at : at + _TIMES])
    return bool(told) and dosed and bool(lexicon.performed.find(text, segment.start, segment.end))


def _words(text: str, clause: Spoken, times: Sequence[TimeMention]) -> Span | None:
    """Return the clause without the minutes at its ends; None when nothing else is in it."""
    start, end = clause.start, clause.end
    first = bisect_left(times, start, key=lambda t: t.start)
    for time in times[first : first + _TIMES]:
        if time.start >= end:
            break
        if not re.search(r"[^\W\d_]{2}", text[start : time.start]):
            start = min(time.end, end)
        elif not re.search(r"[^\W\d_]{2}", text[min(time.end, end) : end]):
            end = time.start
            break
    lead = _EDGE.match(text[start:end])
    start += lead.end() if lead else 0
    span = cut(text, start, end)
    return span if re.search(r"[^\W\d_]", span.quote) else None
