"""``decide``: candidates → Review, by an ordered tuple of pure passes over the whole visit.

The only place where Suggestions are made. A line leaves a draft only into ``not_coded`` with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from citecoder.coding import admitting, asking, checks, documenting, remarks, tiers
from citecoder.coding.draft import Draft, Line, Policy, line_of, refuse, warn
from citecoder.coding.propose import Proposal
from citecoder.coding.reasons import WHY_NOT
from citecoder.elements import Element
from citecoder.model import (
    BilledVerdict,
    Encounter,
    Gap,
    NotCoded,
    Note,
    Passage,
    Request,
    Review,
    ServiceLine,
    Span,
    Suggestion,
    Warn,
)
from citecoder.notes.heard import Heard

Pass = Callable[[Draft], Draft]

PASSES: tuple[Pass, ...] = (
    checks.evidence,
    checks.performed,
    admitting.admitted,
    *admitting.SETTLING,
    documenting.documentation,
    asking.asked_once,
    remarks.typed_codes,
    tiers.written_tiers,
    remarks.source_conflicts,
    remarks.payer_policies,
    remarks.payer_notes,
    remarks.unknown_interventions,
    remarks.visit_warnings,
)
"""The passes, in order. ``in_code_set`` comes before them, ``cited`` after them."""


def decide(
    request: Request,
    note: Note,
    proposal: Proposal,
    policy: Policy,
    *,
    heard: Heard | None = None,
    pointed: Mapping[str, Span] | None = None,
) -> Review:
    """Return the review of a note.

    Args:
        request: what was asked.
        note: the note as read.
        proposal: what the proposers offer.
        policy: the code set, payer, edits and sources in force.
        heard: the note laid open; needed where a language model offers or points to something.
        pointed: where a language model points for questions that are left open, by the gap's id.
    """
    draft = replace(_begin(request, note, proposal, policy), heard=heard, pointed=pointed or {})
    for one in PASSES:
        draft = one(draft)
    return _review(cited(draft))


def open_questions(
    request: Request, note: Note, proposal: Proposal, policy: Policy, *, heard: Heard | None = None
) -> dict[str, Element]:
    """Return, by the gap's id, the documentation elements that the passes leave open and that words of the note may show.

    Args:
        request: what was asked.
        note: the note as read.
        proposal: what the proposers offer.
        policy: the code set, payer, edits and sources in force.
        heard: the note laid open; needed where a language model offers something.
    """
    draft = replace(_begin(request, note, proposal, policy), heard=heard)
    for one in PASSES[: PASSES.index(documenting.documentation) + 1]:
        draft = one(draft)
    return documenting.left_open(draft)


def _begin(request: Request, note: Note, proposal: Proposal, policy: Policy) -> Draft:
    draft = Draft(request, note, policy)
    lines: list[Line] = []
    for candidate in sorted(proposal.candidates, key=lambda c: c.service.start):
        draft, stands = checks.in_code_set(draft, candidate)
        if stands:
            lines.append(line_of(candidate, policy.codes.codes))
    without = tuple(
        _without_code(policy, s)
        for s in proposal.without_code
        if any(m.kind == "name" for m in s.mentions) and not _another_field(policy, note, s)
    )
    draft = replace(draft, lines=tuple(lines), not_coded=(*draft.not_coded, *without))
    return _refuse_all(draft) if remarks.several_visits(draft) else draft


def _another_field(policy: Policy, note: Note, service: ServiceLine) -> bool:
    """Tell whether the words name another discipline's service, as "adjusted" does outside chiropractic."""
    asked = [dict(rule.when).get("discipline") for rule in policy.codes.rules_for(service.concept)]
    return bool(asked) and None not in asked and note.visit.discipline not in (None, *asked)


def _without_code(policy: Policy, service: ServiceLine) -> NotCoded:
    """Say why a named service has no code: there is none, or the note leaves open what decides between several."""
    rules = policy.codes.rules_for(service.concept)
    name, span = _named(policy, service.concept), service.evidence
    if not rules:
        why, cites = WHY_NOT["outside_code_set"]
        return NotCoded(None, "outside_code_set", f"{name}: {why}", service.minutes, span, cites)
    asked = sorted({fact.replace("_", " ") for rule in rules for fact, _ in rule.when})
    cites = tuple(dict.fromkeys(c for rule in rules for c in rule.cites))
    why = f"{name}: what decides its code ({', '.join(asked)}) is not stated, or fits none."
    return NotCoded(None, "not_described", why, service.minutes, span, cites)


def _named(policy: Policy, concept: str) -> str:
    label = policy.codes.name_of(concept)
    return label[:1].upper() + label[1:]


def _refuse_all(draft: Draft) -> Draft:
    """Refuse every line, without minutes: those read may be of several dates."""
    dates = ", ".join(d.isoformat() for d in draft.note.visit.visit_dates)
    cites = ("coding-principles/separate-dates",)
    why = f"The text holds several visits ({dates}); say which one to review."
    undated = tuple(replace(line, minutes=None) for line in draft.lines)
    draft = replace(draft, lines=undated)
    for line in undated:
        draft = refuse(draft, line, "other_date", why, cites)
    text = f"The text holds several visits ({dates}). Minutes are never summed over dates: give a date of service."
    return warn(draft, Warn("multiple_visits", "warning", text, (), (), cites))


# --- cited -----------------------------------------------------------------------------------------


def cited(draft: Draft) -> Draft:
    """Keep only citations that the store holds; what then stands on nothing is dropped, or refused."""
    held = draft.policy.store.get

    def keep(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(i for i in ids if held(i) is not None)

    lines = []
    for line in draft.lines:
        reasons = tuple(replace(r, citations=keep(r.citations)) for r in line.reasons)
        gaps = tuple(
            g for g in (replace(g, citations=keep(g.citations)) for g in line.missing) if g.citations
        )
        others = tuple(replace(a, citations=keep(a.citations)) for a in line.alternatives)
        lines.append(replace(line, reasons=reasons, missing=gaps, alternatives=others))
    draft = replace(
        draft, lines=tuple(lines),
        missing=tuple(g for g in (replace(g, citations=keep(g.citations)) for g in draft.missing) if g.citations),
        warnings=tuple(replace(w, citations=keep(w.citations)) for w in draft.warnings),
        not_coded=tuple(replace(n, citations=keep(n.citations)) for n in draft.not_coded),
        conflicts=tuple(c for c in draft.conflicts if held(c.said_by) and held(c.contradicted_by)),
    )  # fmt: skip
    for line in draft.lines:
        if not any(r.citations for r in line.reasons if r.about == "code"):
            draft = refuse(
                draft, line, "unconfirmed", "No passage in the sources stands behind the code.", ()
            )
    return draft


# --- the review ------------------------------------------------------------------------------------


def _review(draft: Draft) -> Review:
    note, visit = draft.note, draft.note.visit
    suggestions = tuple(_suggestion(draft, line) for line in draft.lines)
    billed = remarks.billed_review(draft)
    return Review(
        note_length=len(note.text), encounter=_encounter(draft), suggestions=suggestions, missing=draft.missing, met=draft.met,
        not_coded=draft.not_coded, warnings=draft.warnings, billed_review=billed,
        conflicts=draft.conflicts, passages=_passages(draft, suggestions, billed), units=draft.table,
        engine={"visit_author": visit.author},
    )  # fmt: skip


def _encounter(draft: Draft) -> Encounter:
    note, visit, on = draft.note, draft.note.visit, draft.policy.on
    timed = [x.minutes for x in draft.lines if x.code.timed]
    summed = sum(m for m in timed if m is not None) if timed and None not in timed else None
    lost = sum(n.minutes or 0 for n in draft.not_coded if n.reason in ("below_minimum", "tie"))
    stated = note.stated_timed.value if note.stated_timed else None
    total = note.stated_total or note.clock_minutes
    return Encounter(
        visit_type=visit.visit_type, discipline=visit.discipline, payer=draft.request.payer or visit.payer,
        date_of_service=visit.date_of_service, rules_as_of=on, dates_found=visit.dates_found,
        timed_minutes=stated if stated is not None else (summed + lost if summed is not None else None),
        total_minutes=total.value if total else None, read_from=visit.read_from,
    )  # fmt: skip


def _suggestion(draft: Draft, line: Line) -> Suggestion:
    needs = any(g.severity == "required" and g.where == "note" for g in line.missing)
    return Suggestion(
        id=line.id, code=line.code.code, system=line.code.system, label=line.code.label,
        discipline=draft.note.visit.discipline, units=line.units, modifiers=line.modifiers,
        status="needs_documentation" if needs else "supported", confidence=round(line.confidence, 2), origin=line.origin,
        evidence=line.evidence, reasons=line.reasons, arithmetic=line.arithmetic, citations=line.citations,
        missing=_ordered(line.missing), met=line.met, alternatives=line.alternatives,
    )  # fmt: skip


def _ordered(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    return tuple(
        sorted(gaps, key=lambda g: (g.severity != "required", g.where != "note", g.verdict != "not_met"))
    )


def _passages(
    draft: Draft, suggestions: Sequence[Suggestion], billed: Sequence[BilledVerdict]
) -> tuple[Passage, ...]:
    """Return every passage that the review cites, in the order of first use."""
    used = [
        *(c for s in suggestions for c in s.citations),
        *(c for g in draft.missing for c in g.citations),
        *(c for n in draft.not_coded for c in n.citations),
        *(c for w in draft.warnings for c in w.citations),
        *(c for b in billed for c in b.citations),
        *(i for c in draft.conflicts for i in (c.said_by, c.contradicted_by)),
    ]
    found = (draft.policy.store.get(i) for i in dict.fromkeys(used))
    return tuple(p for p in found if p is not None)


def rules_date(request: Request, note: Note, today: date) -> date:
    """Return the day whose rules apply: the date of service, else today (the newest edition of each rule)."""
    return request.date_of_service or note.visit.date_of_service or today
