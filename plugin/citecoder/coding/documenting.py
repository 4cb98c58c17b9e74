"""The pass that holds each line and the visit against its documentation elements, with a verdict for each.

*met*: words of the note, or the request, show it. *not_met*: it belongs in this note and nothing speaks of it.
*cannot_tell*: something speaks of it unclearly, or it lives in the chart or in metadata.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple

from citecoder.coding.draft import Draft, Line
from citecoder.elements import Element
from citecoder.model import Gap, Met, Minutes, Outcome, Severity, Span
from citecoder.rules.payer import required_on

# Words that name the service without saying what was done.
_VAGUE_NAMES = frozenset(
    {
        "manual therapy",
        "manual",
        "mt",
        "manual tx",
        "manual techniques",
        "manual treatment",
        "manual tech",
        "massage",
        "mobilization",
        "mobilizations",
        "mobilisation",
        "mobs",
        "mob",
        "soft tissue work",
    }
)
_GIVEN = ("bundled", "payer_not_covered", "edit", "below_minimum", "tie", "substituted")  # given, and no line
_FOLDED = ("chart", "metadata")


class Verdict(NamedTuple):
    """What the note says of one element."""

    outcome: Outcome
    evidence: tuple[Span, ...] = ()
    source: str = "note"


def documentation(draft: Draft) -> Draft:
    """Give every element of every line and of the visit its verdict; drafts keep quiet about lesser ones."""
    lines = tuple(_line(draft, line) for line in draft.lines)
    missing, met = _visit(draft)
    draft = replace(draft, lines=lines, missing=(*draft.missing, *missing), met=(*draft.met, *met))
    if draft.request.stage == "draft":
        draft = _held_back(draft)
    return draft


def _held_back(draft: Draft) -> Draft:
    """While the note is being written, keep recommended gaps and the signature for later."""
    lines = tuple(
        replace(x, missing=tuple(g for g in x.missing if g.severity == "required")) for x in draft.lines
    )
    gaps = tuple(g for g in draft.missing if g.severity == "required" and g.kind != "signature")
    return replace(draft, lines=lines, missing=gaps)


# --- lines -----------------------------------------------------------------------------------------


def _line(draft: Draft, line: Line) -> Line:
    missing, met = list(line.missing), list(line.met)
    for element in line.code.elements:
        if element.when and not _switched_on(draft, element):
            continue
        if element.payers and _payer(draft) not in element.payers:
            continue
        verdict = _of_line(draft, line, element)
        name = f"{line.id}/{element.id}"
        pointed = _pointed(draft, name, element, verdict)
        if pointed is not None:
            met.append(pointed)
        elif verdict.outcome == "met":
            met.append(Met(element.id, element.kind, "note", verdict.evidence[:3]))
        else:
            missing.append(_gap(element, verdict, name, _severity(draft, element)))
    return replace(line, missing=tuple(_once(missing)), met=tuple(met))


def _pointed(draft: Draft, name: str, element: Element, verdict: Verdict) -> Met | None:
    """Return the words that a language model points to for a question that was left open, as showing it."""
    span = draft.pointed.get(name)
    if span is None or not may_be_pointed_to(element) or verdict.outcome != "cannot_tell":
        return None
    return Met(element.id, element.kind, "note", (span,), "llm")


def may_be_pointed_to(element: Element) -> bool:
    """Tell whether a model may point to words for an element: one of the note that no rule here reads itself."""
    own = {*_LINE_CHECKS, *_VISIT_CHECKS, "signature", "date_of_service"}
    return element.where == "note" and element.kind not in own


def left_open(draft: Draft) -> dict[str, Element]:
    """Return, by the gap's id, the elements of a documented draft that a model may point to words for."""
    known = {e.id: e for e in draft.policy.elements}
    known |= {e.id: e for line in draft.lines for e in line.code.elements}
    gaps = (*draft.missing, *(g for line in draft.lines for g in line.missing))
    return {
        g.id: known[g.element]
        for g in gaps
        if g.verdict == "cannot_tell" and g.element in known and may_be_pointed_to(known[g.element])
    }


def _once(gaps: list[Gap]) -> list[Gap]:
    kept: dict[str, Gap] = {}
    for gap in gaps:
        kept.setdefault(gap.id, gap)
    return list(kept.values())


def _of_line(draft: Draft, line: Line, element: Element) -> Verdict:
    own = draft.note.finding(element.id)  # words that knowledge/lexicon/findings.yaml keeps for this element
    if own:
        return Verdict("met", own)
    check = _LINE_CHECKS.get(element.kind)
    if check is not None:
        return check(draft, line)
    if element.where in _FOLDED:
        return Verdict("cannot_tell")
    own_words = dict(line.service.findings)
    for name in _shown_by(element):
        spans = own_words.get(name) or _found(draft, name)
        if spans:
            return Verdict("met", spans)
    return Verdict("cannot_tell" if element.kind == "other" else "not_met")


def _found(draft: Draft, name: str) -> tuple[Span, ...]:
    """Return what the note shows of a finding; how a patient responded is told of today, not before or ahead."""
    spans = draft.note.finding(name)
    if not name.startswith("patient_response"):
        return spans
    return tuple(s for s in spans if _section_of(draft, s) not in _NOT_FINDINGS)


def _section_of(draft: Draft, span: Span) -> str | None:
    return next((b.section for b in draft.note.blocks if b.start <= span.start < b.end), None)


def _shown_by(element: Element) -> tuple[str, ...]:
    """Return the findings that show an element; some words are enough only for what is recommended."""
    lesser = (f"{element.kind}.recommended",) if element.severity == "recommended" else ()
    return (element.kind, *lesser)


def _minutes(draft: Draft, line: Line) -> Verdict:
    if line.minutes is not None:
        return Verdict("met", line.service.minute_spans)
    return Verdict("cannot_tell" if line.service.fact("shared") else "not_met", line.service.minute_spans)


def _region(draft: Draft, line: Line) -> Verdict:
    if line.service.regions:
        return Verdict("met", line.service.regions)
    return Verdict("not_met")


def _technique(draft: Draft, line: Line) -> Verdict:
    told = [
        m
        for m in line.service.mentions
        if m.phrase not in _VAGUE_NAMES and (m.kind != "name" or line.code.family != "exercise")
    ]
    vague = [m for m in line.service.mentions if m.phrase in _VAGUE_NAMES and m.kind == "content"]
    if told or (vague and line.service.regions):
        return Verdict("met", tuple(m.span for m in (told or vague)))
    return Verdict("not_met")


def _baseline(draft: Draft, line: Line) -> Verdict:
    """A measure counts when it tells of a deficit today: not a normal finding, a service's own name or a plan."""
    told = (*dict(line.service.findings).get("baseline", ()), *draft.note.finding("baseline"))
    spans = tuple(dict.fromkeys(s for s in told if _of_today(draft, s) and not _is_normal(draft, s)))
    return Verdict("met", spans) if spans else Verdict("not_met")


def _of_today(draft: Draft, span: Span) -> bool:
    named = (m.span for s in draft.note.services for m in s.mentions)
    if any(span.start < m.end and m.start < span.end for m in named):
        return False
    return _section_of(draft, span) not in _NOT_FINDINGS


def _is_normal(draft: Draft, span: Span) -> bool:
    text = draft.note.text
    before = re.split(r"[.;,\n]\s|\n", text[max(0, span.start - 40) : span.start])[-1]
    after = re.split(r"[.;,\n]\s|\n", text[span.start : span.end + 40])[0]
    return _NORMAL.search(before + after) is not None


def _attendance(draft: Draft, line: Line) -> Verdict:
    spans = dict(line.service.findings).get("attendance_level", ())
    return Verdict("met", spans) if spans and line.service.fact("attended") else Verdict("not_met")


def _in_words_of_service(name: str) -> Callable[[Draft, Line], Verdict]:
    def check(draft: Draft, line: Line) -> Verdict:
        spans = dict(line.service.findings).get(name, ())
        return Verdict("met", spans) if spans else Verdict("not_met")

    return check


def _levels(draft: Draft, line: Line) -> Verdict:
    count = int(line.service.fact("spinal_regions") or 0)
    return Verdict("met", line.service.regions or line.evidence) if count else Verdict("not_met")


def _counted(draft: Draft, line: Line) -> Verdict:
    told = any(int(line.service.fact(name) or 0) for name in ("muscle_count", "data_days"))
    return Verdict("met", line.evidence) if told else Verdict("not_met")


def _components(draft: Draft, line: Line) -> Verdict:
    spans = dict(line.service.findings).get("complexity_components", ())
    if line.service.fact("components") == "all":
        return Verdict("met", spans)
    return Verdict("cannot_tell" if spans else "not_met", spans)


_NOT_FINDINGS = frozenset({"plan", "goals", "home_program", "prior_visit"})
_NORMAL = re.compile(
    r"\b(?:normal|wnl|wfl|full|intact|unremarkable|within (?:normal|functional) limits|no (?:pain|deficits?|weakness|limitations?))\b|\b5/5",
    re.IGNORECASE,
)
_LINE_CHECKS: dict[str, Callable[[Draft, Line], Verdict]] = {
    "minutes": _minutes, "body_region": _region, "technique": _technique, "attendance_level": _attendance,
    "parameters": _in_words_of_service("parameters"), "spinal_level": _levels, "count": _counted,
    "complexity_components": _components, "baseline": _baseline,
}  # fmt: skip


# --- the visit -------------------------------------------------------------------------------------


def _visit(draft: Draft) -> tuple[list[Gap], list[Met]]:
    missing: dict[str, Gap] = {}
    met: list[Met] = []
    for element in draft.policy.elements:
        if draft.note.visit.visit_type not in element.applies or not _switched_on(draft, element):
            continue
        if (element.payers and _payer(draft) not in element.payers) or not draft.note.visit.delivered:
            continue
        if not draft.lines and element.kind != "interventions" and element.when != "group":
            continue
        verdict = _of_visit(draft, element)
        if verdict.outcome == "met":
            met.append(
                Met(
                    element.id,
                    element.kind,
                    "request" if verdict.source == "request" else "note",
                    verdict.evidence[:3],
                )
            )
            continue
        pointed = _pointed(draft, f"note/{element.id}", element, verdict)
        if pointed is not None:
            met.append(pointed)
            continue
        key = f"{element.where}/{element.kind}" if element.where in _FOLDED else element.id
        missing.setdefault(key, _gap(element, verdict, f"note/{element.id}", _severity(draft, element)))
    return list(missing.values()), met


def _of_visit(draft: Draft, element: Element) -> Verdict:
    stated = _stated_by_request(draft, element)
    if stated:
        return Verdict("met", (), "request")
    check = _VISIT_CHECKS.get(element.kind)
    if check is not None:
        return check(draft)
    spans = next((found for name in _shown_by(element) if (found := _found(draft, name))), ())
    if element.where == "chart":
        return Verdict("cannot_tell", spans)
    if spans:
        return Verdict("met", spans)
    return Verdict("cannot_tell" if element.where == "metadata" or element.kind == "other" else "not_met")


def _stated_by_request(draft: Draft, element: Element) -> bool:
    request, episode = draft.request, draft.request.episode
    if element.kind == "signature":
        return bool(request.signed)
    if element.kind == "date_of_service":
        return request.date_of_service is not None
    if element.kind == "certification" and episode and episode.certified_through:
        return episode.certified_through >= draft.policy.on
    return False


def _interventions(draft: Draft) -> Verdict:
    spans = tuple(s for line in draft.lines for s in line.evidence[:1])
    named = tuple(s for n in draft.not_coded if n.reason in _GIVEN for s in n.evidence[:1])
    spans = spans or named
    return Verdict("met", spans) if spans else Verdict("not_met")


def _timed_total(draft: Draft) -> Verdict:
    stated = draft.note.stated_timed or _total_of_timed_only(draft)
    if stated is None:
        return Verdict("not_met")
    return Verdict("cannot_tell", (stated.span,)) if draft.unsure_minutes else Verdict("met", (stated.span,))


def _total_of_timed_only(draft: Draft) -> Minutes | None:
    """Return the stated treatment total when it is the timed total too: every service is timed and it adds up."""
    total, timed = draft.note.stated_total, [x for x in draft.lines if x.code.timed]
    lost = sum(n.minutes or 0 for n in draft.not_coded if n.reason in ("below_minimum", "tie"))
    whole = len(timed) == len(draft.lines) and all(x.minutes is not None for x in timed)
    return total if total and whole and sum(x.minutes or 0 for x in timed) + lost == total.value else None


def _treatment_total(draft: Draft) -> Verdict:
    stated = draft.note.stated_total or draft.note.clock_minutes
    return Verdict("met", (stated.span,)) if stated else Verdict("not_met")


def _date(draft: Draft) -> Verdict:
    return Verdict("met") if draft.note.visit.date_of_service else Verdict("cannot_tell")


def _all_minutes(draft: Draft) -> Verdict:
    timed = [x for x in draft.lines if x.code.timed]
    if all(x.minutes is not None for x in timed):
        return Verdict("met", tuple(s for x in timed for s in x.service.minute_spans))
    return Verdict("not_met")


def _assistant_minutes(draft: Draft) -> Verdict:
    spans = tuple(s for x in draft.lines if x.service.assistant_minutes for s in x.service.minute_spans)
    if spans:
        return Verdict("met", spans)
    helped = draft.note.finding("assistant_help")
    return Verdict("cannot_tell", helped) if helped else Verdict("not_met")


_VISIT_CHECKS: dict[str, Callable[[Draft], Verdict]] = {
    "interventions": _interventions, "total_timed_minutes": _timed_total, "total_treatment_minutes": _treatment_total,
    "date_of_service": _date, "minutes": _all_minutes, "assistant_minutes": _assistant_minutes,
}  # fmt: skip


def _switched_on(draft: Draft, element: Element) -> bool:
    lines = draft.lines
    tests = {
        None: True,
        "timed": any(x.code.timed for x in lines),
        "group": bool(draft.note.finding("group_work")) or any(x.code.attendance == "group" for x in lines),
        "assistant": bool(draft.note.finding("assistant_help"))
        or any(x.service.performer == "assistant" or x.service.assistant_minutes for x in lines),
        "maintenance": "maintenance" in draft.note.told.lower(),
        "late_entry": any(w in draft.note.told.lower() for w in ("late entry", "addendum")),
    }
    return tests.get(element.when, True)


def _payer(draft: Draft) -> str | None:
    return draft.policy.payer.id if draft.policy.payer else None


def _severity(draft: Draft, element: Element) -> Severity:
    """Return the element's severity for this payer: the CMS manuals bind Medicare-like payers, others by policy."""
    payer = draft.policy.payer
    if payer is not None and any(
        r.element in (element.id, element.kind) for r in required_on(payer, draft.policy.on)
    ):
        return "required"
    cms_only = all(c.split("/")[0].startswith("cms-") for c in element.cites)
    scoped = element.id.split(".")[0] in ("note", "poc", "cert", "prog", "eval", "dc", "reeval")
    if element.kind == "interventions" or draft.policy.medicare_like or not (cms_only and scoped):
        return element.severity
    return "recommended"


def _gap(element: Element, verdict: Verdict, gap_id: str, severity: Severity) -> Gap:
    outcome: Literal["not_met", "cannot_tell"] = (
        "cannot_tell" if verdict.outcome == "cannot_tell" or element.where in _FOLDED else "not_met"
    )
    return Gap(
        id=gap_id, element=element.id, kind=element.kind, verdict=outcome, severity=severity, where=element.where,
        label=element.label, why=element.why, query=element.query, citations=element.cites,
    )  # fmt: skip
