"""Concepts become Candidates by the deciding rules of their family. Proposes; decides nothing.

A named service keeps the clinician's name; which code the name means is settled by the family's first rule
whose conditions hold for the facts that the note tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from citecoder.codes import CodeSet, Rule
from citecoder.language_model import Used
from citecoder.model import Alternative, Candidate, Note, Reason, Request, ServiceLine, Span
from citecoder.rules.complexity import COMPONENTS, Tier, tier

_MOST_CODES = 2  # whose words one quote may touch and still speak for one of them
_MOST_SHARED = 0.5  # of an offer's letters
_EVALUATIONS = {"evaluation": "evaluation", "reevaluation": "reevaluation"}


@dataclass(frozen=True)
class Proposal:
    """What the proposers offer, the services that have no code to propose, and the language model that was asked."""

    candidates: tuple[Candidate, ...]
    without_code: tuple[ServiceLine, ...] = ()
    used: tuple[Used, ...] = ()


class Proposer(Protocol):
    """Offers candidates for a note: the rules, or a language model."""

    def __call__(self, request: Request, note: Note, codes: CodeSet) -> Proposal:
        """Return the candidates of a note."""
        ...


def propose_by_rules(request: Request, note: Note, codes: CodeSet) -> Proposal:
    """Return one candidate for each delivered service that a rule gives a code."""
    given = [s for s in note.services if s.status == "performed"]
    services = (*visit_services(note), *given)
    candidates, without = [], []
    if len(services) == 1 and given and _asks_for_minutes(codes, given[0]):
        services = (_with_visit_minutes(given[0], note),)
    for service in services:
        rule = rule_for(codes, service, note)
        if rule is None:
            without.append(service)
        else:
            candidates.append(_candidate(service, rule))
    return Proposal(tuple(candidates), tuple(without))


def rule_for(codes: CodeSet, service: ServiceLine, note: Note) -> Rule | None:
    """Return the first rule of the service's concept whose conditions hold."""
    minutes = None if service.minutes is None else str(service.minutes)
    facts = {"discipline": note.visit.discipline, "minutes": minutes, **dict(service.facts)}
    return next((r for r in codes.rules_for(service.concept) if _holds(r.when, facts)), None)


def _asks_for_minutes(codes: CodeSet, service: ServiceLine) -> bool:
    return any(name == "minutes" for rule in codes.rules_for(service.concept) for name, _ in rule.when)


def _with_visit_minutes(service: ServiceLine, note: Note) -> ServiceLine:
    """Give the visit's only service the stated total as its minutes, when it has none of its own."""
    total = note.stated_total
    if service.minutes is not None or total is None:
        return service
    return replace(service, minutes=total.value, minute_spans=(total.span,))


def _holds(conditions: Sequence[tuple[str, Any]], facts: Mapping[str, str | None]) -> bool:
    return all(_one_holds(facts.get(name), wanted) for name, wanted in conditions)


def _one_holds(told: str | None, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):  # {min: 2, max: 4}, either end may be left open
        known = told is not None and told.isdigit()
        return known and int(wanted.get("min", 0)) <= int(told or 0) <= int(wanted.get("max", told or 0))
    return told == str(wanted)


def visit_services(note: Note) -> tuple[ServiceLine, ...]:
    """Return the evaluation as a service, when the visit is one that was carried out here."""
    visit = note.visit
    concept = _EVALUATIONS.get(visit.visit_type)
    if concept is None or not visit.delivered or not note.text.strip():
        return ()
    levels: dict[str, Tier] = {c.name: c.level for c in note.components}
    told = tuple(c.span for c in note.components)
    needed = COMPONENTS.get(visit.discipline or "", ())
    facts = [
        ("tier", tier(visit.discipline or "", levels)),
        ("components", "all" if needed and len(levels) == len(needed) else "some"),
    ]
    evidence = told or tuple(s for s in (visit.type_span,) if s)
    return (
        ServiceLine(
            concept=concept, status="performed", mentions=(), evidence=evidence, facts=tuple(facts),
            performer=visit.author, start=visit.type_span.start if visit.type_span else 0,
            findings=(("complexity_components", told),),
        ),
    )  # fmt: skip


def _candidate(service: ServiceLine, rule: Rule) -> Candidate:
    reason = Reason("code", f"{rule.because}.", rule.cites, service.evidence[:1])
    others = tuple(Alternative(code, f"{why}.", cites) for code, why, cites in rule.alternatives)
    return Candidate(rule.code, service, service.evidence, "rules", _confidence(service), (reason,), others)


def _confidence(service: ServiceLine) -> float:
    """Return how surely the note names the service: by name with minutes, by name, or by content alone."""
    named = any(m.kind == "name" for m in service.mentions) or not service.mentions
    if named:
        return 0.95 if service.minutes is not None or not service.mentions else 0.85
    return 0.75 if service.minutes is not None else 0.6


def merge(first: Proposal, second: Proposal) -> Proposal:
    """Join what a second proposer offers to what the rules made; the rules' candidates stay as they are.

    An offer of a code that the rules give to the same words makes that candidate ``both`` and surer. An offer adds nothing,
    and is left out, where the code stands already on other words, where the rules give its words another code, and where
    an earlier offer is the same. What is left is for ``admitting`` to decide.
    """
    merged = list(first.candidates)
    added: list[Candidate] = []
    for other in second.candidates:
        agreed = [i for i, c in enumerate(merged) if c.code == other.code]
        if agreed:
            i = next((i for i in agreed if _shown_by(other, merged[i], first.candidates)), None)
            if i is not None:
                merged[i] = _surer(merged[i])
        elif not _taken(other, first.candidates) and not any(_same(other, a) for a in added):
            added.append(other)
    return Proposal(
        (*merged, *added), (*first.without_code, *second.without_code), (*first.used, *second.used)
    )


def _surer(mine: Candidate) -> Candidate:
    if mine.origin == "both":
        return mine
    return replace(mine, origin="both", confidence=max(mine.confidence, 0.5 + mine.confidence / 2))


def _shown_by(offer: Candidate, mine: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Tell whether an offer's words are those of a candidate, and not of everything that the note tells."""
    codes = {c.code for c in candidates if _overlap(c.evidence, offer.evidence)}
    return _overlap(mine.evidence, offer.evidence) and len(codes) <= _MOST_CODES


def _taken(offer: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Tell whether most of an offer's words are those that the rules gave another code for."""
    spans = sorted({s for c in candidates for s in c.evidence})
    shared, reached = 0, 0
    for span in spans:
        for words in offer.evidence:
            low, high = max(span.start, words.start, reached), min(span.end, words.end)
            shared, reached = shared + max(0, high - low), max(reached, high)
    return shared > _MOST_SHARED * sum(s.end - s.start for s in offer.evidence)


def _same(offer: Candidate, other: Candidate) -> bool:
    return offer.code == other.code and _overlap(offer.evidence, other.evidence)


def _overlap(first: Sequence[Span], second: Sequence[Span]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in first for b in second)
