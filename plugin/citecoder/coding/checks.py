"""Passes that ask whether a line may stand at all: evidence, delivery, provider, payer's code."""

from __future__ import annotations

import re
from dataclasses import replace

from citecoder.coding.draft import Draft, Line, refuse, swap, warn
from citecoder.coding.reasons import WHY_NOT
from citecoder.model import Candidate, NotCoded, Reason, ServiceLine, Warn
from citecoder.notes.spans import verbatim
from citecoder.rules.payer import bundled_by, not_covered_by, only_codes_for, substitution_for

_ELSEWHERE = re.compile(
    r"treating another|line[- ]of[- ]sight|with another (?:pt|patient)|next plinth|other patient",
    re.IGNORECASE,
)


def in_code_set(draft: Draft, candidate: Candidate) -> tuple[Draft, bool]:
    """Refuse a candidate whose code is not in the code set, or not valid on the date of service."""
    code = draft.policy.codes.codes.get(candidate.code)
    on = draft.policy.on
    ended = code is not None and (
        (code.valid_until and on > code.valid_until) or (code.valid_from and on < code.valid_from)
    )
    if code is not None and not ended:
        return draft, True
    why, cites = (
        ("The code is not in force on the date of service.", code.cites)
        if code
        else WHY_NOT["outside_code_set"]
    )
    gone = NotCoded(
        candidate.code, "outside_code_set", why, candidate.service.minutes, candidate.evidence, cites
    )
    return replace(draft, not_coded=(*draft.not_coded, gone)), False


def evidence(draft: Draft) -> Draft:
    """Refuse lines whose words do not stand in the note, and keep only quotes that do."""
    for line in draft.lines:
        kept = tuple(s for s in line.evidence if verbatim(s, draft.note.text))
        if not kept:
            draft = refuse(
                draft,
                line,
                "unconfirmed",
                "No words of the note show it.",
                ("cms-bpm-15/interventions-named",),
            )
        elif kept != line.evidence:
            draft = swap(draft, line, replace(line, evidence=kept))
    return draft


def performed(draft: Draft) -> Draft:
    """Refuse what was not delivered at this visit; say the same of services that no line was asked for."""
    for line in draft.lines:
        if line.service.status != "performed":
            why, cites = WHY_NOT.get(line.service.status, WHY_NOT["not_described"])
            draft = refuse(draft, line, line.service.status, why, cites)
    told = [s for s in draft.note.services if s.status != "performed"]
    return replace(draft, not_coded=(*draft.not_coded, *(_not_delivered(draft, s) for s in told)))


def _not_delivered(draft: Draft, service: ServiceLine) -> NotCoded:
    rules = draft.policy.codes.rules_for(service.concept)
    settled = bool(rules) and not {name for name, _ in rules[-1].when} - {"discipline"}
    code = (
        rules[-1].code if settled or len({r.code for r in rules}) == 1 else None
    )  # which of several is open
    why, cites = WHY_NOT.get(service.status, WHY_NOT["not_described"])
    return NotCoded(code, service.status, why, service.minutes, service.evidence, cites)


def merge_same_service(draft: Draft) -> Draft:
    """Join lines of one code: their minutes add up, their words are kept."""
    kept: list[Line] = []
    for line in draft.lines:
        index = next((i for i, k in enumerate(kept) if k.code.code == line.code.code), None)
        if index is None:
            kept.append(line)
            continue
        first = kept[index]
        total = None if first.minutes is None or line.minutes is None else first.minutes + line.minutes
        joined = replace(
            first.service, mentions=(*first.service.mentions, *line.service.mentions), minutes=total,
            contents=(*first.service.contents, *line.service.contents), regions=(*first.service.regions, *line.service.regions),
            assistant_minutes=first.service.assistant_minutes + line.service.assistant_minutes,
            minute_spans=(*first.service.minute_spans, *line.service.minute_spans),
            assistant_spans=(*first.service.assistant_spans, *line.service.assistant_spans),
        )  # fmt: skip
        kept[index] = replace(
            first, service=joined, minutes=total, evidence=(*first.evidence, *line.evidence)
        )
    return replace(draft, lines=tuple(kept))


def one_evaluation(draft: Draft) -> Draft:
    """Keep one evaluation of a discipline: tiers and re-evaluation of one discipline never stand together."""
    seen: dict[str, Line] = {}
    for line in draft.lines:
        family = line.code.family
        if family not in ("pt_evaluation", "ot_evaluation"):
            continue
        if family in seen:
            draft = refuse(
                draft,
                line,
                "edit",
                "One evaluation of a discipline is billed for a visit.",
                ("cms-ncci-ptp-2024q3/evaluation-day-pairs",),
            )
        else:
            seen[family] = line
    return draft


def qualified_provider(draft: Draft) -> Draft:
    """Refuse what the person who treated, or the discipline, may not bill; warn of students."""
    discipline = draft.note.visit.discipline
    for line in draft.lines:
        who = line.service.performer
        allowed = line.code.disciplines
        if who == "assistant" and line.code.attendance == "evaluation":
            draft = refuse(
                draft,
                line,
                "provider_not_qualified",
                "An assistant may not evaluate or re-evaluate.",
                ("cms-bpm-15/assistants-limits", "cms-cq-co/not-on-evaluations"),
            )
        elif discipline and allowed and "any" not in allowed and discipline not in allowed:
            why = f"{line.code.code} is not a {discipline} service ({', '.join(allowed)})."
            draft = refuse(draft, line, "provider_not_qualified", why, line.code.cites)
        elif who == "assistant" and discipline == "SLP" and draft.policy.medicare_like:
            draft = refuse(
                draft,
                line,
                "provider_not_qualified",
                "Medicare does not recognise speech-language pathology assistants.",
                ("cms-bpm-15/slp-assistants",),
            )
        elif who == "student" and _ELSEWHERE.search(draft.note.text):
            draft = refuse(
                draft,
                line,
                "provider_not_qualified",
                "A student gave it while the therapist was with somebody else; Part B pays only the therapist's own service.",
                ("cms-bpm-15/students",),
            )
        elif who == "student":
            draft = warn(
                draft,
                Warn(
                    "supervision",
                    "warning",
                    "A student took part: Part B pays only the therapist's own service, with the therapist in the room and directing throughout.",
                    (line.code.code,),
                    line.evidence[:1],
                    ("cms-bpm-15/students",),
                ),
            )
    return draft


def substitute_for_payer(draft: Draft) -> Draft:
    """Take the code that the payer takes in place of another, and refuse what it bundles or does not pay."""
    payer, on = draft.policy.payer, draft.policy.on
    if payer is None:
        return draft
    for line in draft.lines:
        changed = substitution_for(payer, line.code.code, on)
        if changed is not None:
            draft = _substituted(draft, line, changed.by, changed.because, changed.cites)
    discipline = draft.note.visit.discipline
    only = only_codes_for(payer, discipline, on) if discipline else None
    for line in draft.lines:
        code = line.code.code
        bundled, refused = bundled_by(payer, code, on), not_covered_by(payer, code, on)
        if bundled is not None and bundled.confidence != "low":
            draft = refuse(draft, line, "bundled", bundled.because, bundled.cites)
        elif refused is not None and refused.confidence != "low":
            draft = refuse(draft, line, "payer_not_covered", refused.because, refused.cites)
        elif only is not None and code not in only.codes:
            draft = refuse(draft, line, "payer_not_covered", only.because, only.cites)
    return draft


def _substituted(draft: Draft, line: Line, by: str, because: str, cites: tuple[str, ...]) -> Draft:
    policy = draft.policy
    new = policy.codes.get(by)
    reason = Reason("substitution", because, cites, line.evidence[:1])
    moved = replace(line, code=new).because(reason)
    gone = NotCoded(
        line.code.code,
        "substituted",
        f"{by} stands in its place: {because}",
        line.minutes,
        line.evidence,
        cites,
    )
    note = Warn("payer_substitution", "info", because, (line.code.code, by), line.evidence[:1], cites)
    draft = swap(draft, line, moved)
    return replace(draft, not_coded=(*draft.not_coded, gone), warnings=(*draft.warnings, note))
