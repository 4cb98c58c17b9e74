"""What a document says has to be documented for a code, held against the elements of all codes.

An element is recognised by the share of a claim's weighty words that it holds: words that few elements use weigh most.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said
from citecoder.checking.clauses import Clause
from citecoder.checking.counting import with_lead
from citecoder.checking.pairs import pair_of
from citecoder.checking.statements import CODE
from citecoder.codes import Code
from citecoder.elements import Element

_RECORD = re.compile(
    r"\b(?:document\w*|notes?|records?|recorded|chart\w*|written|reviewers?|auditors?)\b",
    re.IGNORECASE,
)
_FILLER = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "best",
        "between",
        "billed",
        "billing",
        "both",
        "but",
        "by",
        "can",
        "chart",
        "claim",
        "clearly",
        "code",
        "codes",
        "cpt",
        "describe",
        "described",
        "do",
        "document",
        "documentation",
        "documented",
        "does",
        "each",
        "entry",
        "every",
        "expect",
        "expected",
        "expects",
        "for",
        "from",
        "good",
        "has",
        "have",
        "hcpcs",
        "how",
        "identify",
        "identified",
        "if",
        "in",
        "include",
        "included",
        "includes",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "list",
        "listed",
        "make",
        "makes",
        "may",
        "medicare",
        "mention",
        "more",
        "must",
        "need",
        "needed",
        "needs",
        "no",
        "not",
        "note",
        "notes",
        "of",
        "on",
        "one",
        "or",
        "other",
        "our",
        "out",
        "payer",
        "per",
        "plus",
        "practice",
        "provider",
        "provider's",
        "reason",
        "record",
        "recorded",
        "records",
        "report",
        "reported",
        "require",
        "required",
        "requires",
        "review",
        "reviewer",
        "reviewers",
        "say",
        "says",
        "service",
        "services",
        "should",
        "show",
        "showing",
        "shows",
        "shown",
        "so",
        "some",
        "specific",
        "specify",
        "state",
        "stated",
        "states",
        "statement",
        "such",
        "support",
        "supports",
        "supporting",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "time",
        "to",
        "treat",
        "treated",
        "treatment",
        "under",
        "up",
        "use",
        "used",
        "was",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "write",
        "written",
        "you",
        "your",
        "also",
        "only",
        "even",
        "auditors",
        "auditor",
        "look",
        "looks",
        "want",
        "wants",
        "patient",
        "patients",
        "patient's",
        "clinician",
        "session",
        "visit",
        "day",
        "given",
        "name",
        "names",
        "give",
        "gives",
        "cover",
        "covers",
        "explain",
        "explains",
        "make",
        "clear",
        "list",
        "lists",
        "add",
    ]
)
_ENOUGH = 0.55
_CLEARLY = 0.6
_HARDLY = 0.34
_WEIGHTY = 6.0
_SHARED_KINDS = frozenset(
    {"report", "test_result", "other", "skilled_need", "goals", "patient_response", "baseline"}
)
_KINDS_OF_TIME = frozenset({"minutes", "total_timed_minutes", "total_treatment_minutes"})


@dataclass(frozen=True, slots=True)
class _Known:
    """An element with the weighty words that stand for it."""

    element: Element
    code: str | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class ElementWords:
    """All elements by their words.

    Attributes:
        known: every element; ``code`` is None for what belongs to a visit.
        weights: what a word tells; a word of no element tells most.
    """

    known: tuple[_Known, ...]
    weights: Mapping[str, float]
    unseen: float

    def share(self, words: frozenset[str], known: _Known) -> float:
        """Return which share of the claim's weight an element holds, in 0…1."""
        whole = sum(self.weights.get(w, self.unseen) for w in words)
        shared = words & known.words
        if len(shared) < min(2, len(words)):
            return 0.0
        return sum(self.weights[w] for w in shared) / whole if whole else 0.0


def element_words(codes: Iterable[Code], visits: Sequence[Element]) -> ElementWords:
    """Index the elements of all codes and visits by their words."""
    known = [
        _Known(each, code.code, _words(f"{each.label} {each.query} {each.why}"))
        for code in codes
        for each in code.elements
    ]
    known += [_Known(each, None, _words(f"{each.label} {each.query} {each.why}")) for each in visits]
    seen = Counter(word for each in known for word in each.words)
    weights = {word: math.log(1 + len(known) / count) for word, count in seen.items()}
    return ElementWords(tuple(known), weights, math.log(1 + len(known)))


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says has to be documented for its codes."""
    whole = with_lead(clause) if clause.statement.kind == "cell" else f"{clause.statement.lead} {clause.text}"
    if not _RECORD.search(whole):
        return
    if not pair_of(clause, facts):
        yield from _times(clause, facts, whole)
    words = _words(CODE.sub(" ", clause.text))
    if not words:
        return
    at = _RECORD.search(clause.text)
    start = at.end() if at and at.end() < len(clause.text) else 0
    for code in clause.codes:
        judged = _judge(facts, facts.codes.get(code), words)
        if judged.true is not None:
            yield Said("documentation", code, start, len(clause.text), judged, _denied(clause))


_START_STOP = re.compile(
    r"\b(?:start(?:ing)?|begin(?:ning)?|clock[- ]in)[ -]*(?:and|/|&|or|-)[ -]*(?:stop(?:ping)?|end(?:ing)?|finish|clock[- ]out)[ -]*(?:times?|clock)?",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\bminutes\b", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:requires?|must|has to|have to|needs?|mandatory|compulsory|wants?|insists?|demands?|expects?|should|show|record|document|list|note|include)\b",
    re.IGNORECASE,
)


def _times(clause: Clause, facts: Facts, whole: str) -> Iterator[Said]:
    """Yield what is said of minutes, and of start and stop times, in the record."""
    start_stop, minutes = _START_STOP.search(clause.text), _MINUTES.search(clause.text)
    for code in clause.codes:
        found = facts.codes.get(code)
        if (
            start_stop
            and re.search(r"\b(?:medicare|CMS)\b", f"{whole} {clause.statement.text}", re.IGNORECASE)
            and _ASKED.search(clause.text)
        ):
            because = (
                "Medicare asks for total timed and total treatment minutes, not for start and stop times."
            )
            judged = Judged(
                False,
                because,
                ("cms-bpm-15/total-timed-minutes", "cms-bpm-15/minutes-per-intervention-voluntary"),
            )
            yield Said("documentation", code, start_stop.start(), start_stop.end(), judged, _denied(clause))
        elif minutes and not start_stop and found.timed and _ASKED.search(clause.text):
            judged = Judged(
                True,
                f"{code} is counted in 15-minute units, so the record shows the minutes behind them.",
                ("cms-bpm-15/total-timed-minutes", "cms-cpm-5/typed-minutes-support-units"),
            )
            yield Said("documentation", code, minutes.start(), minutes.end(), judged, _denied(clause))


_NEED_NOT = re.compile(
    r"\b(?:not|never|no|cannot|nothing|nobody|without)\b|\w+n['’]t\b|\bunnecessary\b|\boptional\b|\bskip\b|\bomits?\b|\bleaves? out\b|\bmissing\b|\black(?:s|ing)\b|\bincomplete\b|\bdeficient\b|\bno interest\b",
    re.IGNORECASE,
)
_INNER = re.compile(r"\b(?:why|that|whether|how|which|what|who)\b", re.IGNORECASE)


_SAYS_THAT = re.compile(
    r"\b(?:statements?|states?|shows?|notes?|says?|documents?|records?|makes? clear|mentions?)\s*$",
    re.IGNORECASE,
)


def _denied(clause: Clause) -> bool:
    """Tell whether it is said *not* to be needed; a "not" within what is to be shown ("why no code fits") is no denial."""
    inner = _INNER.search(clause.text)
    head = (
        clause.text[: inner.start()]
        if inner and inner.start() > 0 and inner[0].casefold() != "that"
        else clause.text
    )
    return (len(_NEED_NOT.findall(head)) % 2 == 1) != clause.flipped


def _judge(facts: Facts, code: Code, words: frozenset[str]) -> Judged:
    index = facts.elements
    if code.depth != "full" or not code.elements or (not code.timed and words & {"time", "timed"}):
        return UNKNOWN
    shares = [(index.share(words, each), each) for each in index.known]
    own = max(((s, e) for s, e in shares if e.code in (code.code, None)), key=lambda x: x[0])
    if own[0] >= _ENOUGH:
        element = own[1].element
        if element.severity != "required":
            return UNKNOWN
        return Judged(
            True,
            f"Documentation for {code.code} shows: {element.label.lower()}. {element.why}",
            element.cites,
        )
    other = max(
        (x for x in shares if x[1].code not in (code.code, None)), key=lambda x: x[0], default=(0.0, None)
    )
    if other[1] is None or sum(index.weights.get(w, 0.0) for w in words & other[1].words) < _WEIGHTY:
        return UNKNOWN
    if other[0] < _CLEARLY or own[0] > _HARDLY or other[1].element.kind in _KINDS_OF_TIME:
        return UNKNOWN
    if other[1].element.kind in _SHARED_KINDS and any(e.kind == other[1].element.kind for e in code.elements):
        return UNKNOWN
    shown = ", ".join(e.label.lower() for e in code.elements[:4])
    because = f"That belongs to {other[1].code}; documentation for {code.code} shows: {shown}."
    return Judged(False, because, (*other[1].element.cites, *code.cites))


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"[a-z][a-z'’]+", text.casefold().replace("-", ""))
    return frozenset(_stem(w) for w in found if w not in _FILLER and len(w) > 2)


def _stem(word: str) -> str:
    """Cut the commonest endings: near enough to match "needled muscles" with "muscle needling"."""
    for ending in ("ations", "ation", "ings", "ing", "ments", "ment", "ies", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word.rstrip("ey") if len(word) > 5 else word
