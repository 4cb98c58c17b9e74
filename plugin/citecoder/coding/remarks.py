"""Passes that speak of the visit as a whole: typed codes, conflicts of sources, payer policies, billed lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from citecoder.codes import in_a_sentence
from citecoder.coding.draft import Draft, Line, warn
from citecoder.model import BilledVerdict, Conflict, NotCoded, Passage, TypedCode, Warn
from citecoder.retrieval.claims import PolicyClaim
from citecoder.rules.payer import threshold_on

_CHECK = ("cms-bpm-15/interventions-named",)
_PER_CODE = 2
_NEAREST = 3


def typed_codes(draft: Draft) -> Draft:
    """Check the codes that the note itself types: a claim to hold against what was done, never evidence."""
    ours = {x.code.code for x in draft.lines}
    also = {n.code for n in draft.not_coded if n.reason in ("substituted", "bundled", "payer_not_covered")}
    for typed in {t.code: t for t in draft.note.typed_codes}.values():
        if typed.code in ours or typed.code in also:
            continue
        draft = _typed(draft, typed)
    return draft


def _typed(draft: Draft, typed: TypedCode) -> Draft:
    beside = [
        x
        for x in draft.lines
        if any(s.quote and (s.quote in typed.beside or typed.beside in s.quote) for s in x.evidence)
    ]
    known = draft.policy.codes.codes.get(typed.code)
    if beside and known is not None and known.code not in {x.code.code for x in beside}:
        return _wrong(draft, typed, beside[0])
    cites = known.cites if known else _CHECK
    text = (
        f"The note types {typed.code}; what it describes does not support a line for it."
        if known
        else f"The note types {typed.code}, which is not in the code set used here."
    )
    return warn(draft, Warn("typed_code_unsupported", "warning", text, (typed.code,), (typed.span,), cites))


def _wrong(draft: Draft, typed: TypedCode, line: Line) -> Draft:
    """Say that the typed code is another service, with the article that may have misled and what contradicts it."""
    known = draft.policy.codes.get(typed.code)
    misled = _disputed_about(draft, typed.code, line.code.code)
    text = f"{typed.code} is {in_a_sentence(known.label)}; the words beside it describe {in_a_sentence(line.code.label)}, which is {line.code.code}."
    cites = (
        *known.cites,
        *line.code.cites,
        *(c for p in misled for c in (p.id, p.disputed.by if p.disputed else "") if c),
    )
    draft = warn(
        draft,
        Warn(
            "wrong_code_in_note",
            "warning",
            text,
            (typed.code, line.code.code),
            (typed.span,),
            tuple(dict.fromkeys(cites)),
        ),
    )
    return replace(draft, conflicts=(*draft.conflicts, *(_conflict(draft, p) for p in misled)))


def _disputed_about(draft: Draft, typed: str, actual: str) -> list[Passage]:
    """Return the passages that take the one code for the other and are contradicted by a better source."""
    disputed = [p for p in draft.policy.store.select(code=typed, disputed=True) if typed in p.codes]
    both = [p for p in disputed if actual in p.codes]
    return (both or [])[:1]


_ASSISTANT_CITES = ("cms-cq-co/together-counts-as-therapist", "cms-cq-co/ten-percent")
_WORK_UNREAD = (
    "The note says that an assistant gave some of the work, and of which line how many minutes is not read from it: no line "
    "is marked or split for it. The assistant's own minutes decide whether CQ or CO is due."
)


def assistant_help(draft: Draft) -> Draft:
    """Say that an assistant's help alone marks and splits nothing, and that work whose minutes are not read marks nothing."""
    helped, worked = draft.note.finding("assistant_help"), draft.note.finding("assistant_work")
    if worked and not helped and draft.lines and not _read_of_assistant(draft):
        return warn(draft, Warn("supervision", "warning", _WORK_UNREAD, (), worked[:2], _ASSISTANT_CITES))
    if not helped or not draft.lines:
        return draft
    text = (
        "The note says that an assistant helped. Minutes that therapist and assistant treat together are the therapist's: "
        "no line is marked or split for them. Minutes that the assistant gave alone are to be told."
    )
    return warn(draft, Warn("supervision", "warning", text, (), helped[:2], _ASSISTANT_CITES))


def _read_of_assistant(draft: Draft) -> bool:
    """Tell whether any line is known to be an assistant's, in part or whole."""
    return any(x.service.assistant_minutes or x.service.performer == "assistant" for x in draft.lines)


def source_conflicts(draft: Draft) -> Draft:
    """List what a source says wrongly of a code of this review, when the review relies on what contradicts it."""
    told = {c.said_by for c in draft.conflicts}
    codes = {x.code.code for x in draft.lines}
    codes |= {n.code for n in draft.not_coded if n.reason == "substituted" and n.code}
    relied = {c for x in draft.lines for c in x.citations}
    found: list[Conflict] = []
    for code in sorted(codes):
        about = [p for p in _disputed(draft, relied) if p.codes[:1] == (code,) and p.id not in told]
        found += [_conflict(draft, p) for p in about[:_PER_CODE]]
    return replace(draft, conflicts=(*draft.conflicts, *found))


def _disputed(draft: Draft, relied: set[str]) -> list[Passage]:
    disputed = draft.policy.store.select(disputed=True)
    return [p for p in disputed if p.disputed and p.disputed.by in relied]


def _conflict(draft: Draft, passage: Passage) -> Conflict:
    because = passage.disputed.because if passage.disputed else ""
    by = draft.policy.store.get(passage.disputed.by) if passage.disputed else None
    follows = f"The review follows {by.source.publisher}." if by else ""
    return Conflict(passage.text, passage.id, by.id if by else "", f"{because} {follows}".strip())


def payer_policies(draft: Draft) -> Draft:
    """Say what a payer's own ingested policy says of the codes of this visit; it warns, a person decides."""
    payer = draft.request.payer
    codes = {x.code.code: x for x in draft.lines}
    refused = {n.code for n in draft.not_coded if n.code}
    for claim in draft.policy.claims:
        if claim.payer != payer or (claim.effective and claim.effective > draft.policy.on):
            continue
        about = tuple(
            c
            for c in claim.codes
            if c in codes or (c in refused and claim.kind in ("bundled", "not_covered"))
        )
        if not about or (claim.beside and not any(b in codes for b in claim.beside)):
            continue
        if claim.kind == "modifier" and all(
            set(claim.modifiers) & set(codes[c].modifiers) for c in about if c in codes
        ):
            continue
        kind = (
            "ncci_edit"
            if claim.kind == "modifier"
            else "payer_substitution"
            if claim.kind == "substitute"
            else "other"
        )
        draft = warn(draft, Warn(kind, "warning", _says(claim, about), about, (), (claim.passage,)))
    return draft


def _says(claim: PolicyClaim, about: Sequence[str]) -> str:
    names = ", ".join(about)
    told = {
        "bundled": f"This payer's policy bundles {names}: no separate payment.",
        "not_covered": f"This payer's policy does not cover {names}.",
        "modifier": f"This payer's policy asks for modifier {' or '.join(claim.modifiers)} on {names}{' beside ' + ', '.join(claim.beside) if claim.beside else ''}.",
        "substitute": f"This payer's policy takes {claim.substitute} in place of {names}.",
    }
    return told[claim.kind]


def payer_notes(draft: Draft) -> Draft:
    """Show what the payer's file warns of for the codes of this visit, and thresholds that are near."""
    payer = draft.policy.payer
    if draft.request.payer and payer is None:
        draft = warn(
            draft,
            Warn(
                "payer_unknown",
                "warning",
                "The payer is not known here; both unit methods are shown. `citecoder status --json` lists the payers.",
                (),
                (),
                ("midpoint-method/names-differ",),
            ),
        )
    if payer is None:
        return draft
    codes = {x.code.code for x in draft.lines}
    for note in payer.notes:
        about = tuple(c for c in note.codes if c in codes)
        if (about or not note.codes) and codes and (note.since is None or note.since <= draft.policy.on):
            draft = warn(draft, Warn("other", note.level, note.text, about, (), note.cites))
    return _threshold(draft)


def _threshold(draft: Draft) -> Draft:
    episode, payer = draft.request.episode, draft.policy.payer
    if episode is None or episode.charges_to_date is None or payer is None:
        return draft
    limit = threshold_on(payer, "kx", draft.policy.on)
    amount = limit and (limit.ot if draft.note.visit.discipline == "OT" else limit.pt_slp)
    if limit and amount and episode.charges_to_date >= amount:
        text = f"Charges to date ({episode.charges_to_date:,.2f}) have reached the {limit.year} threshold of {amount:,.0f}: KX states that the justification is on file."
        return warn(draft, Warn("episode", "warning", text, (), (), limit.cites))
    return draft


def unknown_interventions(draft: Draft) -> Draft:
    """Name words with minutes that no phrase knows, with the codes that the sources hold nearest to them.

    The nearest codes are for a person to look at; nothing is suggested from likeness.
    """
    told = []
    taken = [s for x in draft.lines if x.origin == "llm" for s in (*x.evidence, *x.service.minute_spans)]
    for span in draft.note.unknown_interventions:
        if any(span.start < s.end and s.start < span.end for s in taken):
            continue  # a line stands for these words
        hits = [
            h.passage
            for h in draft.policy.store.search(span.quote, k=6, on=draft.policy.on)
            if h.passage.codes
        ]
        near = list(dict.fromkeys(h.codes[0] for h in hits))[:_NEAREST]
        nearest = f" The sources hold nearest: {', '.join(near)}." if near else ""
        why = f"These words have minutes and name no service known here.{nearest}"
        cites = (*(h.id for h in hits[:_NEAREST]), "cms-bpm-15/interventions-named")
        told.append(NotCoded(None, "not_described", why, None, (span,), cites))
    return replace(draft, not_coded=(*draft.not_coded, *told))


def visit_warnings(draft: Draft) -> Draft:
    """Warn of several visits in one text, of orders hidden in it, and of notes by other professions."""
    note, visit = draft.note, draft.note.visit
    if note.injection:
        draft = warn(
            draft,
            Warn(
                "injection",
                "warning",
                "The note holds words that give orders to software; they were read as text.",
                (),
                note.injection[:2],
                (),
            ),
        )
    if not note.text.strip():
        draft = warn(draft, Warn("other", "info", "The note is empty: there is nothing to read.", (), (), ()))
    if visit.author == "physician":
        draft = warn(
            draft,
            Warn(
                "provider",
                "info",
                "The text reads as another profession's document; therapy that it mentions was not given here.",
                (),
                (),
                ("cms-bpm-15/other-staff-not-billable",),
            ),
        )
    if visit.why_not == "not_performed":
        spans = (visit.why_not_span,) if visit.why_not_span else ()
        draft = warn(
            draft,
            Warn(
                "other",
                "info",
                "The note says that no billable visit took place.",
                (),
                spans,
                ("coding-principles/planned-is-not-performed",),
            ),
        )
    return draft


def several_visits(draft: Draft) -> bool:
    """Tell whether the text holds several visits and the one asked for is none of them, or none was."""
    held = draft.note.visit.visit_dates
    return len(held) > 1 and draft.request.date_of_service not in held


_BY_EPISODE = frozenset({"KX"})  # a matter of the year's charges, of which the note says nothing


def billed_review(draft: Draft) -> tuple[BilledVerdict, ...]:
    """Compare the billed lines with the lines that the note supports, up and down alike."""
    if not draft.request.billed:
        return ()
    found: list[BilledVerdict] = []
    units = {
        c: [x.units for x in draft.lines if x.code.code == c] for c in {x.code.code for x in draft.lines}
    }
    seen: set[str] = set()
    for code in dict.fromkeys(b.code for b in draft.request.billed):
        mine = [b for b in draft.request.billed if b.code == code]
        billed = None if any(b.units is None for b in mine) else sum(b.units or 0 for b in mine)
        seen.add(code)
        found.append(_compared(draft, code, billed, units.get(code), {m for b in mine for m in b.modifiers}))
    for code, told in units.items():
        if code not in seen:
            total = None if any(u is None for u in told) else sum(u or 0 for u in told)
            found.append(
                BilledVerdict(
                    code,
                    None,
                    total,
                    "missing_from_claim",
                    "The note supports it; the claim does not have it.",
                    _cites(draft, code),
                )
            )
    return tuple(found)


def _cites(draft: Draft, code: str) -> tuple[str, ...]:
    return next((x.citations[:2] for x in draft.lines if x.code.code == code), _CHECK)


def _compared(
    draft: Draft, code: str, billed: int | None, told: Sequence[int | None] | None, modifiers: set[str]
) -> BilledVerdict:
    if told is None:
        why = next(
            (n.explanation for n in draft.not_coded if n.code == code), "Nothing in the note supports it."
        )
        return BilledVerdict(code, billed, 0, "unsupported", why, _CHECK)
    total = None if any(u is None for u in told) else sum(u or 0 for u in told)
    cites = _cites(draft, code)
    if total is None or billed is None:
        return BilledVerdict(
            code, billed, total, "supported", "The service is supported; its units stay open.", cites
        )
    if billed != total:
        verdict: Literal["overbilled", "underbilled"] = "overbilled" if billed > total else "underbilled"
        return BilledVerdict(code, billed, total, verdict, f"Billed {billed}, supported {total}.", cites)
    wanted = {m for x in draft.lines if x.code.code == code for m in x.modifiers}
    if modifiers and wanted and modifiers - _BY_EPISODE != wanted:
        return BilledVerdict(
            code,
            billed,
            total,
            "wrong_modifier",
            f"Billed with {', '.join(sorted(modifiers))}; supported with {', '.join(sorted(wanted))}.",
            cites,
        )
    return BilledVerdict(code, billed, total, "supported", "The note supports the line as billed.", cites)
