"""The visit, settled before any service is read: what kind of document, whose, of which date, delivered at all?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from citecoder.model import Block, Request, Span, Visit, VisitType
from citecoder.notes.dates import find_dates
from citecoder.notes.features import describe_visit
from citecoder.notes.people import author_role
from citecoder.notes.spans import fold
from citecoder.notes.spoken import Spoken
from citecoder.notes.status import denial
from citecoder.notes.terms import Hit, Lexicon, Phrases, longest
from citecoder.notes.visit_dates import SIGNATURE_LINE, date_fields

_TITLE_ZONE = 260
_OPENING = 70
_CONTACT = re.compile(
    r"\s{1,4}(?:came|comes|followed|resulted|arose|near|before|after|within|from|in the|of|with)\b",
    re.IGNORECASE,
)  # "no visit came of it" tells of a call or a message that stands by itself
_AFTERWARDS = 14
_LIKELY, _DONE = 0.6, 0.8
_RECORDED = 0.35  # under this a note hardly records anything given
_HALF_TITLED = 0.5  # where the words that tell of an evaluation open a line
_THINKABLE = 0.1  # of a re-evaluation that the note gives minutes of its own
_EVALUATIONS: tuple[VisitType, ...] = ("evaluation", "reevaluation")
_REMOTE = frozenset(
    {
        "telephone_assessment",
        "e_visit",
        "virtual_check_in",
        "image_review",
        "rtm_setup",
        "rtm_supply",
        "rtm_management",
    }
)
_SUPPORTS = 4  # parts of an evaluation without which an untitled note is none
_EARLIER = re.compile(
    r"\b(?:last|previous|prior|since|after|before|from|history|at)\s{1,24}(?:the\s{1,24}|her\s{1,24}|his\s{1,24}|my\s{1,24}|our\s{1,24})?$"
)
_DISCHARGED = re.compile(
    r"discharged? from (?:my|our|ot|pt|slp|skilled|therapy|speech|physical|occupational)|patient's discharge\b|no longer needs? (?:a )?(?:out ?patient )?skilled|discharge summary|discharged to home program"
)
_TIMED_EVALUATION = re.compile(
    r"(?<!re-)(?<!re)\b(?:initial )?eval(?:uation)?(?: (?:portion|time))?\s{0,24}(?:was|took|:|-|x|lasted)?\s{0,24}(?:about )?(?:\d{1,3}\s{0,24}min|half an hour|(?:thirty|forty|forty[- ]five|twenty|sixty) minutes)"
)
_TIMED_REEVALUATION = re.compile(
    r"\bre-?(?:eval(?:uation)?|exam(?:ination)?|assess(?:ment)?|test(?:ing)?)\b[^\n.;]{0,40}?\b\d{1,3}\s{0,4}min"
)
_FOLLOW_UP = re.compile(
    r"\b(?:[2-9]|1\d)(?:nd|rd|th) (?:visit|session)\b|\bvisit\s{0,4}#?\s{0,4}:?\s{0,4}(?:[2-9]|[1-9]\d)\b|\A[^\n]{0,60}\bf/u\b",
    re.IGNORECASE,
)
_FIRST_OF_SOMETHING = re.compile(r"\s{1,4}(?:with|since|after|back|post|for the)\b", re.IGNORECASE)
_TESTING = re.compile(r"\b(?:evaluation|eval|testing|test|fce|capacity|assessment|study)\b", re.IGNORECASE)
_COURSE = re.compile(r"\battended\b|\bsessions\b|goals? (?:met|achieved)|accomplished|plateau")
_PHYSICIAN = re.compile(
    r"(?<!referring )(?<!ordering )(?<!primary care )(?<!referring/ordering )\b(?:provider|physician|surgeon|attending|seen by)\s{0,24}:[^\n]{0,40}\b(?-i:MD|DO|PA-C|NP|DPM)\b|\borthopa?edic (?:clinic|office|surgery)?\s{0,24}(?:note|visit|follow)",
    re.IGNORECASE,
)

_MERELY_NAMED = re.compile(
    r"[ \t]{0,4}(?:fees?\b|polic(?:y|ies)\b|numbers?\b|no\. ?\d|#|:? ?\(?\d)", re.IGNORECASE
)


@dataclass(frozen=True)
class _Words:
    titles: Phrases
    states: Phrases
    supports: Phrases
    support_order: tuple[str, ...]
    signs: Mapping[str, Phrases]
    sign_order: Mapping[str, tuple[str, ...]]
    disciplines: Phrases
    credentials: Phrases
    medical: Phrases
    cancelled: Phrases
    no_charge: Phrases
    never: Phrases
    never_titles: Phrases
    payers: Phrases


@lru_cache(maxsize=4)
def _words(lexicon: Lexicon) -> _Words:
    return _compile(lexicon.vocabulary["visit"])


def _compile(raw: Mapping[str, Any]) -> _Words:
    types = raw["visit_types"]
    disciplines = [(p, d) for d, ps in raw["disciplines"].items() for p in ps]
    return _Words(
        titles=Phrases((p, kind) for kind, d in types.items() for p in d["title"]),
        states=Phrases((p, p) for p in types["evaluation"]["states"]),
        supports=Phrases((p, p) for p in types["evaluation"]["supports"]),
        support_order=tuple(types["evaluation"]["supports"]),
        signs={kind: Phrases((p, p) for p in types[kind]["signs"]) for kind in _EVALUATIONS},
        sign_order={kind: tuple(types[kind]["signs"]) for kind in _EVALUATIONS},
        disciplines=Phrases((p, d) for p, d in disciplines if len(p) > 4),
        credentials=Phrases(((p.upper(), d) for p, d in disciplines if len(p) <= 5), fold_case=False),
        medical=Phrases((p, p) for p in raw["medical"]["strong"]),
        cancelled=Phrases((p, p) for p in raw["not_delivered"]["cancelled"]),
        no_charge=Phrases((p, p) for p in raw["not_delivered"]["no_charge"]),
        never_titles=Phrases((p, p) for p in raw["not_delivered"]["titles"]),
        never=Phrases((p, p) for p in raw["not_delivered"]["never"]),
        payers=Phrases((p, payer) for payer, ps in raw["payers"].items() for p in ps),
    )


def settle(lexicon: Lexicon, request: Request, blocks: Sequence[Block], *, dosed: int, named: int) -> Visit:
    """Settle the visit of a request.

    Args:
        lexicon: the compiled lexicon.
        request: the note and what the caller states about it.
        blocks: the note's blocks, by which dates in a history are told from the visit's.
        dosed: how many services stand beside minutes.
        named: how many services are named at all.
    """
    text, words = request.note, _words(lexicon)
    fields = date_fields(lexicon, text, blocks)
    payer, payer_from = _payer(lexicon, words, request)
    service_date, date_from = _date_of_service(request, fields)
    discipline, discipline_from = _discipline(words, request)
    visit_type, type_span = _visit_type(lexicon, words, text, dosed)
    features = [describe_visit(text)]
    given = lexicon.reading.given
    recorded = float(given.likelihoods(features)[0][given.classes.index("given")])
    if visit_type in ("daily", "other"):
        visit_type, type_span = _evaluates(lexicon, words, text, features, recorded) or (visit_type, None)
    author = _author(words, request, dosed=dosed, named=named)
    why_not, span = _not_delivered(lexicon, words, text, author, dosed=dosed)
    return Visit(
        visit_type=visit_type, discipline=discipline, author=author, delivered=why_not is None, why_not=why_not,
        why_not_span=span, type_span=type_span, recorded=recorded, payer=payer, date_of_service=service_date,
        dates_found=tuple(sorted({d.value for d in find_dates(text) if d.full})),
        visit_dates=tuple(sorted({value for value, _ in fields})),
        read_from=(("payer", payer_from), ("discipline", discipline_from), ("date_of_service", date_from)),
    )  # fmt: skip


def _date_of_service(request: Request, fields: Sequence[tuple[date, int]]) -> tuple[date | None, str]:
    if request.date_of_service:
        return request.date_of_service, "request"
    values = {value for value, _ in fields}
    return (values.pop(), "note") if len(values) == 1 else (None, "unknown")


def _payer(lexicon: Lexicon, words: _Words, request: Request) -> tuple[str | None, str]:
    if request.payer:
        return request.payer, "request"
    names = "|".join(re.escape(n) for n in lexicon.vocabulary["visit"]["payer_fields"])
    field = re.search(
        rf"(?:^|\n|(?<=\s\s)|[.|,])[ \t]{{0,8}}(?:{names})\s{{0,24}}[:=]\s{{0,24}}([^\n|]{{2,60}})",
        request.note,
        re.IGNORECASE,
    )
    hits = words.payers.find(field[1]) if field else []
    longest = max(hits, key=lambda h: h.end - h.start, default=None)
    return (str(longest.payload), "note") if longest else (None, "unknown")


def _discipline(words: _Words, request: Request) -> tuple[str | None, str]:
    if request.discipline:
        return request.discipline, "request"
    votes: dict[str, int] = {}
    for hit in words.disciplines.find(request.note):
        votes[str(hit.payload)] = votes.get(str(hit.payload), 0) + 2
    for hit in words.credentials.find(request.note):
        votes[str(hit.payload)] = votes.get(str(hit.payload), 0) + 1
    ranked = sorted(votes.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None, "unknown"
    return ranked[0][0], "note"


def _visit_type(lexicon: Lexicon, words: _Words, text: str, dosed: int) -> tuple[VisitType, Span | None]:
    """Return the kind of visit with the words that say so: a title, else what an evaluation is made of."""
    zone = text[:_TITLE_ZONE]
    titles = [h for h in longest(words.titles.find(zone)) if not _EARLIER.search(fold(zone[: h.start]))]
    titles = [h for h in titles if _titular(zone, h.start, h.end) and not _denied(lexicon, text, h)]
    titled = next((h for h in titles if h.payload != "daily"), None)
    if titled and titled.payload == "reevaluation" and _is_routine(lexicon, text):
        return "progress", Span(titled.start, titled.end, text[titled.start : titled.end])
    if titled:
        return titled.payload, Span(titled.start, titled.end, text[titled.start : titled.end])
    folded = fold(text)
    for said in words.states.find(text):
        if not _denied(lexicon, text, said):
            return "evaluation", Span(said.start, said.end, text[said.start : said.end])
    timed = _TIMED_EVALUATION.search(folded)
    if timed and not titled:
        return "evaluation", Span(timed.start(), timed.end(), text[timed.start() : timed.end()])
    if _DISCHARGED.search(folded) and _COURSE.search(folded) and not dosed:
        return "discharge", None
    supports = {str(h.payload): h for h in words.supports.find(text)}
    entitled = any(fold(text[h.start : h.end]) != "visit" for h in titles)  # "visit" alone titles any note
    if not dosed and len(supports) >= _SUPPORTS and not entitled:
        best = next((supports[p] for p in words.support_order if p in supports), None)
        return "evaluation", Span(best.start, best.end, text[best.start : best.end]) if best else None
    return ("daily" if dosed or titles else "other"), None


def _evaluates(
    lexicon: Lexicon, words: _Words, text: str, features: Sequence[Sequence[str]], recorded: float
) -> tuple[VisitType, Span] | None:
    """Return the evaluation that a note without a title records, with the words that show it; None where there is none.

    All words of the note say how likely it is one. A re-evaluation must say that something was examined or set anew;
    an evaluation is no later visit.
    """
    visit = lexicon.reading.visit
    likely = dict(zip(visit.classes, visit.likelihoods(features)[0].tolist(), strict=True))
    again, anew = likely.get("reevaluation", 0.0), likely.get("evaluation", 0.0)
    sign = _sign(lexicon, words, text, "reevaluation")
    timed = again >= _THINKABLE and _TIMED_REEVALUATION.search(fold(text))
    if sign and (again >= _LIKELY or timed):
        return "reevaluation", sign
    first = _sign(lexicon, words, text, "evaluation")
    if first is None or _FOLLOW_UP.search(text):
        return None
    opens = not text[text.rfind("\n", 0, first.start) + 1 : first.start].strip(" \t>*-=#[")
    if anew < (_HALF_TITLED if opens else _LIKELY):
        return None
    return ("evaluation", first) if first.start < _TITLE_ZONE or recorded >= _RECORDED else None


def _sign(lexicon: Lexicon, words: _Words, text: str, kind: VisitType) -> Span | None:
    """Return the words that show an evaluation best, where no title does."""
    hits = [h for h in words.signs[kind].find(text) if not _denied(lexicon, text, h)]
    order = words.sign_order[kind]
    best = min(hits, key=lambda h: order.index(str(h.payload)), default=None)
    return Span(best.start, best.end, text[best.start : best.end]) if best else None


def reconsidered(visit: Visit, spoken: Sequence[Spoken]) -> Visit:
    """Take a record of contacts without a visit as delivered: calls, messages and monitoring are services of their own."""
    if visit.why_not != "not_performed":
        return visit
    remote = any(s.concept in _REMOTE and s.performed > _DONE and s.likelihood > _LIKELY for s in spoken)
    return replace(visit, delivered=True, why_not=None, why_not_span=None) if remote else visit


def _is_routine(lexicon: Lexicon, text: str) -> bool:
    """A re-evaluation without a new finding or a changed plan is a progress report under another name."""
    folded = fold(text)
    changed = any(p in folded for p in lexicon.vocabulary["visit"]["reeval_support"])
    routine = any(p in folded for p in lexicon.vocabulary["visit"]["reeval_routine"])
    return routine and not changed


def _denied(lexicon: Lexicon, text: str, hit: Hit) -> bool:
    """A title in a plan, in a booking or of another day names no visit of today; "first visit with" a device, none."""
    if "visit" in fold(text[hit.start : hit.end]) and _FIRST_OF_SOMETHING.match(text, hit.end):
        return True
    start = max(text.rfind(c, 0, hit.start) for c in ("\n", ". ", "; ")) + 1
    ends = [at for c in ("\n", ". ", "; ") if (at := text.find(c, hit.end)) >= 0]
    end = min(ends, default=len(text))
    if re.match(r"\s{0,24}(?:plan|p|next|goals?|recommendations?)\s{0,24}:", fold(text[start : hit.start])):
        return True
    if re.search(r"\broutine\s{0,24}$", fold(text[start : hit.start])):
        return True
    said = denial(lexicon, text, (start, end), (hit.start, hit.end), dosed=False)
    return said is not None and said.reason in (
        "planned",
        "other_date",
        "history",
        "not_performed",
        "declined",
        "deferred",
    )


def _titular(zone: str, start: int, end: int) -> bool:
    """A title opens the note, a line or a field, or stands in capitals."""
    lead = re.split(r"[\n:.]", zone[:start])[-1]
    return len(lead.split()) <= 5 or zone[start:end].isupper()


def _author(words: _Words, request: Request, *, dosed: int, named: int) -> str:
    text = request.note
    if _PHYSICIAN.search(text[:_TITLE_ZONE]) and not SIGNATURE_LINE.search(text[-120:]):
        return "physician"
    medical = len({str(h.payload) for h in words.medical.find(text)})
    therapy = len({str(h.payload) for h in words.supports.find(text)}) + 2 * dosed + min(named, 2)
    signed = SIGNATURE_LINE.search(text[-120:]) is not None
    if not request.discipline and medical >= 2 and medical > therapy and not signed:
        return "physician"
    if request.discipline and medical >= 4 and not dosed and medical > therapy:
        return "physician"
    return author_role(text) if not request.performed_by else _stated_role(request.performed_by)


def _stated_role(words: str) -> str:
    role = author_role(words)
    return role if role != "unknown" else fold(words).strip()


def _not_delivered(
    lexicon: Lexicon, words: _Words, text: str, author: str, *, dosed: int
) -> tuple[str | None, Span | None]:
    """Return why nothing was delivered, with the words: another profession, a plain statement, or no visit at all."""
    if author in ("physician", "other"):
        return "other_provider", None
    titles = (h for h in words.never_titles.find(text[:_OPENING]) if not _MERELY_NAMED.match(text, h.end))
    opening = next((h for h in titles if not _in_service_name(lexicon, text, h)), None)
    if opening is not None:
        return "not_performed", Span(opening.start, opening.end, text[opening.start : opening.end])
    for phrases in (words.never, words.cancelled, words.no_charge):
        for hit in phrases.find(text):
            said = fold(_sentence_around(text, hit))
            if re.search(r"\b(?:last|previous|prior|yesterday|next|if|group|class)\b", said):
                continue
            if hit.payload == "no visit" and _CONTACT.search(text[hit.end : hit.end + _AFTERWARDS]):
                continue
            if said.lstrip().startswith(("no treatment", "no tx")) and _TESTING.search(text[:_TITLE_ZONE]):
                continue
            if phrases is words.never or not dosed or re.search(r"status\s{0,24}[:=]", said):
                return "not_performed", Span(hit.start, hit.end, text[hit.start : hit.end])
    return None, None


def _in_service_name(lexicon: Lexicon, text: str, hit: Hit) -> bool:
    """Tell whether a title is only part of a service's name: a telephone assessment is more than a telephone note."""
    named = lexicon.services.find(text[: hit.end + _OPENING])
    return any(
        s.start <= hit.start and hit.end <= s.end and s.end - s.start > hit.end - hit.start for s in named
    )


def _sentence_around(text: str, hit: Hit) -> str:
    start = max(text.rfind("\n", 0, hit.start), text.rfind(". ", 0, hit.start)) + 1
    stop = text.find(".", hit.end)
    return text[start : min(hit.end + 25, stop if stop >= 0 else len(text))]
