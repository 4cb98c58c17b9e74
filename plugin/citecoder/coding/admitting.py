"""The pass that admits a line that a language model alone offers, or refuses it as ``unconfirmed``.

A model points; the note's reader, the families' rules and the arithmetic decide. An offer is admitted only where nothing
that they know speaks against it, where the words themselves show the service, and where no line that stands already
changes. ``plugin/scripts/measure_models.py`` measures what good and hostile models do to reviews under these limits.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import NamedTuple

from citecoder.coding import checks, counting, remarks, separating, settling
from citecoder.coding.draft import Draft, Line, refuse
from citecoder.coding.propose import rule_for, visit_services
from citecoder.model import Mention, Reason, ServiceLine, Span
from citecoder.notes.heard import Heard, HeardClause
from citecoder.notes.times import TimeMention

SETTLING: tuple[Callable[[Draft], Draft], ...] = (
    checks.merge_same_service,
    checks.one_evaluation,
    checks.qualified_provider,
    checks.substitute_for_payer,
    separating.drop_indicator_0,
    separating.same_region,
    settling.settle_minutes,
    counting.units,
    remarks.assistant_help,
    counting.assistants,
    counting.mue,
    separating.separate_services,
    separating.plan_modifiers,
)
"""The passes that follow and settle codes, units and modifiers: an offer is tried on them before it is admitted."""

LIKELY = 0.5
"""How likely the words must speak of the service, by the learned weights, where no phrase of it stands in them."""
DONE = 0.7
"""How likely the words must tell of work of today."""
SILENT = 0.9
"""From how surely words tell of no service nothing is admitted without a phrase of it."""
SURE_OF_IT = 0.5
"""How likely words that hold a phrase of the service must speak of it all the same."""
TOLD_BARELY = 0.15
"""How likely words without minutes, name or phrase must tell of a service at all, and of this one."""
LEAST_LETTERS = 6
MOST_CLAUSES = 6
NEAR = 40
"""Characters between a quote and its minutes."""
_EXAMINED = ("evaluation", "reevaluation")
_MOST_QUOTES = 3
_UNDER_RULES = 0.05
_CONTENT, _NAME = 1, 2

_ASK = "What do these words record, and of which visit?"
_CITES = ("cms-bpm-15/interventions-named",)
_UNFILLED = re.compile(r"_{3,}|\[[^\[\]\d]{0,30}\]|\*{3}|☐")
_NOT_GIVEN = frozenset({"performed", "not_described"})


class Told(NamedTuple):
    """An offer that was looked at: the service as the note tells it, or why it can't be confirmed."""

    service: ServiceLine | None
    why: str = ""
    because: str = ""
    cites: tuple[str, ...] = ()


def admitted(draft: Draft) -> Draft:
    """Admit what a language model alone offers where the note bears it out; refuse the rest as unconfirmed."""
    offers = [x for x in draft.lines if x.origin == "llm"]
    if not offers:
        return draft
    draft = replace(draft, lines=tuple(x for x in draft.lines if x.origin != "llm"))
    ceiling = _ceiling(draft.lines)
    left: dict[str, tuple[Line, str]] = {}
    for offer in offers:
        told = looked_at(draft, offer)
        line = _line(offer, told, ceiling)
        if line is not None and not _undisturbed(draft, line):
            line, told = None, Told(None, "it would change what the note's own words settle")
        if line is not None:
            draft = _with(draft, line)
        else:
            _leave(left, offer, told.why)
    codes = {x.code.code for x in draft.lines}
    for code, (offer, why) in left.items():
        draft = draft if code in codes else _refused(draft, offer, why)
    return draft


def _leave(left: dict[str, tuple[Line, str]], offer: Line, why: str) -> None:
    """Keep what is not admitted, one entry a code, which takes the words of later offers."""
    code = offer.code.code
    if code not in left:
        left[code] = (offer, why)
    elif len(left[code][0].evidence) < _MOST_QUOTES:
        first, because = left[code]
        left[code] = (replace(first, evidence=(*first.evidence, *offer.evidence)), because)


def _ceiling(lines: Iterable[Line]) -> float:
    known = [x.confidence for x in lines]
    return median(known) - _UNDER_RULES if known else 1.0


def _line(offer: Line, told: Told, ceiling: float) -> Line | None:
    if told.service is None:
        return None
    reason = Reason("code", f"{told.because}. {offer.reasons[0].text}", told.cites, offer.evidence[:1])
    return replace(
        offer, service=told.service, minutes=told.service.minutes, confidence=min(offer.confidence, ceiling), reasons=(reason,),
    )  # fmt: skip


def _with(draft: Draft, line: Line) -> Draft:
    lines = list(draft.lines)
    insort(lines, line, key=lambda x: x.service.start)
    return replace(draft, lines=tuple(lines))


def _refused(draft: Draft, offer: Line, why: str) -> Draft:
    said = f"A language model offered it on these words; {why}. {_ASK}"
    return refuse(draft, replace(offer, minutes=None), "unconfirmed", said, _CITES)


# --- what the words show ---------------------------------------------------------------------------


def looked_at(draft: Draft, offer: Line) -> Told:
    """Return the service that an offer's words tell of today, or why that can't be confirmed."""
    heard, quote = draft.heard, offer.evidence[0]
    why = _against_visit(draft, offer)
    if why or heard is None:
        return Told(None, why or "the note was not laid open")
    clauses = heard.clauses_of(quote)
    why = _against_words(draft, heard, quote, clauses) or _against_performer(draft, offer)
    if why:
        return Told(None, why)
    concept = _concept(draft, heard, offer, clauses)
    if concept is None:
        return Told(None, "the words do not show that service, or show another one as well")
    doses = _doses(draft, heard, offer)
    if doses is None:
        return Told(None, "the minutes given for it are not its own")
    service = heard.service(concept, quote, doses)
    rule = rule_for(draft.policy.codes, service, draft.note)
    if rule is None or rule.code != offer.code.code:
        return Told(None, "what decides its code is not told, or tells another one")
    return Told(service, because=rule.because, cites=rule.cites)


def _against_visit(draft: Draft, offer: Line) -> str:
    visit, code = draft.note.visit, offer.code
    if not visit.delivered or not any(s.status == "performed" for s in _found(draft)):
        return "the note by itself tells of no service that was given"
    if draft.note.injection:
        return "the note holds orders to software, so nothing is taken on a model's word"
    if any(t.code == code.code for t in draft.note.typed_codes):
        return "the note types that code, which is a claim to check and no record of work"
    if draft.heard is not None and draft.heard.tells_of_student:
        return "a student took part, and what may then be billed is not for a model to add to"
    if code.attendance == "evaluation":
        return "what kind of visit it was is read from the note alone"
    if visit.discipline and code.disciplines and not {"any", visit.discipline} & {*code.disciplines}:
        return "it is another discipline's service"
    return ""


def _found(draft: Draft) -> tuple[ServiceLine, ...]:
    """Return what the note's reader found: the visit's own service and those that it names."""
    return (*visit_services(draft.note), *draft.note.services)


def _against_words(draft: Draft, heard: Heard, quote: Span, clauses: Sequence[HeardClause]) -> str:
    """Return what speaks against the place: too much or too little is quoted, or it tells of something else than today."""
    letters = sum(c.isalpha() for c in quote.quote)
    if not clauses or letters < LEAST_LETTERS or len(clauses) > MOST_CLAUSES:
        return "the words are too few or too many to show one service"
    if _UNFILLED.search(quote.quote):
        return "the words are a form's, with places left to fill in"
    if len({c.sentence for c in clauses}) > 1:
        return "the words are of several sentences"
    if any(c.against for c in clauses) or heard.denied(quote):
        return "the note tells them as planned, put off, done elsewhere or at another time"
    if sum(c.performed for c in clauses) / len(clauses) < DONE:
        return "the note does not tell that they were done at this visit"
    told = [s for s in draft.note.services if s.status not in _NOT_GIVEN]
    if any(_touch(quote, e) for s in told for e in s.evidence):
        return "the note says of them that they were not given at this visit"
    return ""


def _against_performer(draft: Draft, offer: Line) -> str:
    named, author = offer.service.performer, draft.note.visit.author
    if named in ("assistant", "student") and named != author:
        return "who gave it is not told"
    return ""


def _touch(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


# --- which service ---------------------------------------------------------------------------------


def _concept(draft: Draft, heard: Heard, offer: Line, clauses: Sequence[HeardClause]) -> str | None:
    """Return the concept of the offered code that the words show, more than they show any other."""
    quote = offer.evidence[0]
    ours = _concepts(draft, offer.code.code)
    mentions = heard.mentions_of(quote)
    own = [m for m in mentions if m.concept in ours and not _settled(draft, m.span)]
    if _rules_read(draft, quote, own):
        return None
    strongest = _strength(own)
    if any(_strength([m]) >= max(strongest, _NAME) for m in mentions if m.concept not in ours):
        return None  # a name of another service
    likeliest, likelihood = _likeliest(clauses, ours)
    silent = min(c.silence for c in clauses) > SILENT
    shown = strongest == _NAME or bool(offer.service.minute_spans)
    if not shown and (offer.code.timed or draft.note.visit.visit_type in _EXAMINED):
        return None  # an examination, too, is full of such words
    if own:
        best = max(own, key=lambda m: (m.kind == "name", m.span.end - m.span.start))
        sure = sum(max(c.services.get(k, 0.0) for c in clauses) for k in ours)
        return best.concept if strongest == _NAME or sure >= SURE_OF_IT else None
    if not shown and likelihood * (1 - min(c.silence for c in clauses)) < TOLD_BARELY:
        return None
    return likeliest if likelihood >= LIKELY and not silent else None


def _concepts(draft: Draft, code: str) -> frozenset[str]:
    return frozenset(
        rule.concept for family in draft.policy.codes.families for rule in family.rules if rule.code == code
    )


def _settled(draft: Draft, span: Span) -> bool:
    """Tell whether a phrase belongs to a service that a line stands for."""
    return any(_touch(span, m.span) for line in draft.lines for m in line.service.mentions)


def _rules_read(draft: Draft, quote: Span, own: Sequence[Mention]) -> bool:
    """Tell whether the rules gave these words a line already; a phrase of its own beside theirs is not theirs."""
    return not own and _settled(draft, quote)


def _strength(mentions: Sequence[Mention]) -> int:
    return max((_NAME if m.kind == "name" else _CONTENT for m in mentions), default=0)


def _likeliest(clauses: Sequence[HeardClause], ours: frozenset[str]) -> tuple[str | None, float]:
    """Return the concept that any of the clauses most likely speaks of, if it is one of ours."""
    best = max(clauses, key=lambda c: (1 - c.silence) * max(c.services.values()))
    concept = max(best.services, key=best.services.__getitem__)
    return (concept, best.services[concept]) if concept in ours else (None, 0.0)


# --- minutes ---------------------------------------------------------------------------------------


def _doses(draft: Draft, heard: Heard, offer: Line) -> tuple[TimeMention, ...] | None:
    """Return the minutes that were pointed to, or None when they are no dose, stand apart, or are another service's."""
    if not offer.service.minute_spans:
        return ()
    pointed, quote = offer.service.minute_spans[0], offer.evidence[0]
    doses = heard.doses_in(pointed)
    if len(doses) != 1 or not _beside(heard, quote, pointed):
        return None
    given = [*draft.note.services, *(line.service for line in draft.lines)]
    own = Span(doses[0].start, doses[0].end, "")
    return None if any(_touch(own, s) for g in given for s in g.minute_spans) else doses


def _beside(heard: Heard, quote: Span, pointed: Span) -> bool:
    """Tell whether minutes stand in a quote, near it on its line, or in its sentence with no other minutes between."""
    if _touch(pointed, quote):
        return True
    between = Span(min(quote.end, pointed.end), max(quote.start, pointed.start), "")
    words = heard.sent[between.start : between.end]
    if len(words) <= NEAR and "\n" not in words:
        return True
    sentences = {c.sentence for c in heard.clauses_of(quote)}
    inside = any(a <= pointed.start and pointed.end <= b for a, b in sentences)
    return inside and not any(t.start < between.end and between.start < t.end for t in heard.parsed.times)


# --- what stands already ---------------------------------------------------------------------------


def _undisturbed(draft: Draft, line: Line) -> bool:
    """Tell whether every line that stands keeps its code, minutes and units beside the new one.

    Units may change only where the total that the note states is that of all lines, the new one among them.
    """
    before, after = _settle(draft), _settle(_with(draft, line))
    mine, others = _figures(before), _figures(after)
    if mine.keys() - others.keys() or not others.keys() - mine.keys():
        return False
    if after.unsure_minutes != before.unsure_minutes:
        return False
    if all(others[name] == told for name, told in mine.items()):
        return True
    only_units = all(replace(others[name], units=told.units) == told for name, told in mine.items())
    return only_units and _adds_up(after) and not _adds_up(before)


def _settle(draft: Draft) -> Draft:
    for each in SETTLING:
        draft = each(draft)
    return draft


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a new line may not change of another."""

    code: str
    minutes: int | None
    units: int | None
    modifiers: tuple[str, ...]


def _figures(draft: Draft) -> dict[str, _Figures]:
    return {x.id: _Figures(x.code.code, x.minutes, x.units, x.modifiers) for x in draft.lines}


def _adds_up(draft: Draft) -> bool:
    stated, timed = draft.note.stated_timed, [x.minutes for x in draft.lines if x.code.timed]
    return stated is not None and None not in timed and sum(m or 0 for m in timed) == stated.value
