"""What a document says of units: the most a day, what minutes earn, one or many, add-on or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said
from citecoder.checking.clauses import Clause
from citecoder.checking.counting import (
    BY_PAYER,
    ONCE,
    OTHER_TIMED,
    STAFF,
    TIMED_AS,
    TRUE_OF,
    about,
    overshadowed,
    timing,
    timing_cites,
    with_lead,
)
from citecoder.codes import Code
from citecoder.notes.times import NUMBER_WORD, number
from citecoder.rules.units import allocate_midpoint, allocate_total_time

_COUNT = rf"(\d{{1,2}}|{NUMBER_WORD}|a single)"
_LIMIT = re.compile(
    rf"\b(?:max\w*|limit\w*|capp?\w*|up to|(?:no|not) more than|at most|mue|medically unlikely edit|units per day|ceiling|not exceed|exceed\w*|daily limit|tops? out|allow\w*|edit)\b[^.;|]{{0,60}}?\b{_COUNT} (?:timed )?units?\b"
    rf"|\b{_COUNT} units?[^.;|]{{0,30}}?\b(?:max\w*|limit|cap|ceiling|mue|at most)\b"
    rf"|\b(?:mue|medically unlikely edit|maximum units|daily (?:limit|cap|maximum))\b[^.;|\d]{{0,40}}?\b(\d{{1,2}})\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\b(?:cannot|can['’]t|may not|should not|must not|will not|won['’]t|do not|don['’]t|does not|doesn['’]t|never|not|no)\b(?: \w+){0,4}? (?:more than|exceed|over|above|beyond|pay|allow|bill)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(rf"\b(?:more than|beyond|above|over|exceed\w*) {_COUNT} units?", re.IGNORECASE)
_EARNED = re.compile(
    rf"\b(\d{{1,3}}|{NUMBER_WORD})[\s-]minutes?\b(?! rule)[^.;|]{{0,60}}?\b(?:is|are|equals?|=|earns?|makes?|supports?|gives?|yields?|counts? as|bill\w*|for|justif\w+|allow\w*|warrants?|report|comes? to|adds? up to|total\w*|amounts? to|stays? at)\b[^.;|]{{0,25}}?\b{_COUNT} units?\b",
    re.IGNORECASE,
)
_EARNED_ANSWER = re.compile(
    rf"\b(\d{{1,3}}) minutes[^.;|]{{0,80}}[?.:][^.;|]{{0,30}}?\b{_COUNT} units?\b", re.IGNORECASE
)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of the units of its codes."""
    for code in clause.codes:
        found = facts.codes.get(code)
        said = _earned(clause, found) or _most(clause, facts, found) or _how_many(clause, facts, found)
        if said:
            yield said


# --- one or many, add-on, counted by minutes -----------------------------------------------------

_WRONG = re.compile(
    r"\b(?:exceeds?|breaks?|violat\w+|over the (?:limit|MUE)|(?:is|are) (?:wrong|an error|a mistake|denied)|gets? denied)\b",
    re.IGNORECASE,
)
_MORE_THAN = re.compile(r"(?:more than|exceed|beyond|above|over)", re.IGNORECASE)
_VALUES = ("full15", "twice", "addon", "one_a_day", "many", "by_minutes")


def _how_many(clause: Clause, facts: Facts, code: Code) -> Said | None:
    """Return what is said of the number of units without naming a limit."""
    for value in _VALUES:
        match = facts.wording.cues["units"][value].search(clause.text)
        if match is None or code.code not in about(clause, match.start()):
            continue
        if overshadowed(facts, "units", value, match, clause.text):
            continue
        if BY_PAYER.match(clause.text) or (value == "by_minutes" and STAFF.search(clause.text)):
            continue
        meant = "many" if value == "one_a_day" and _MORE_THAN.match(match[0]) else value
        wrong = value == "many" and bool(_WRONG.search(clause.text[match.end() :]))
        denied = clause.denied(match.start(), match.end()) != wrong
        return Said("units", code.code, match.start(), match.end(), _judge(facts, code, meant), denied)
    return None


def _judge(facts: Facts, code: Code, value: str) -> Judged:
    if value in ("one_a_day", "many"):
        return _by_limit(facts, code, value)
    if value == "by_minutes":
        return timing(code, "timed", "")
    if value == "addon" and code.timing in TRUE_OF:
        return Judged(code.timing.startswith("add"), f"{code.code} {TIMED_AS[code.timing]}.", code.cites)
    if value == "full15" and code.timed:
        return Judged(False, "A first unit is earned from 8 minutes on.", ("cms-cpm-5/counting-minutes",))
    if value == "twice" and code.timed:
        because = "A minute of the patient's time is counted once, under one code."
        return Judged(False, because, ("cms-cpm-5/one-patient-minute-once",))
    return UNKNOWN


def _by_limit(facts: Facts, code: Code, value: str) -> Judged:
    """Tell whether a code is one unit a day or may be several."""
    limit = facts.edits.mue(code.code)
    most = limit.units if limit else None
    if most == 0 or (code.timing in ONCE and most not in (None, 1)):
        return UNKNOWN  # not payable at all, or a second side or limb may be counted apart
    if code.timing in ONCE:
        return Judged(value == "one_a_day", f"{code.code} {TIMED_AS[code.timing]}.", timing_cites(code))
    if limit is None or most is None:
        return UNKNOWN
    cites = (*timing_cites(code), *facts.edits.edition_of_mue(limit).cites)
    return Judged(
        (most > 1) == (value == "many"), f"Medicare's daily limit for {code.code} is {most}.", cites
    )


# --- the most units a day ------------------------------------------------------------------------

_ANOTHERS = re.compile(
    r"\b(?:aetna|anthem|cigna|humana|highmark|tricare|UHC|united ?healthcare|medicaid|BCBS|blue (?:cross|shield)|workers.? comp\w*|(?:most|some|many|private|commercial|other) (?:payers?|plans?|insurers?|contracts?))\b",
    re.IGNORECASE,
)
_NAMES_LIMIT = re.compile(r"\bMUE\b|medically unlikely|daily limit|ceiling|tops? out", re.IGNORECASE)
_NO_LIMIT = re.compile(r"\bno (?:daily )?(?:limit|cap|maximum)", re.IGNORECASE)
_NOT_MORE = re.compile(r"\b(?:no|not) (?=more than|exceed)", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|other than|anything but)\b|n['’]t\b", re.IGNORECASE)
_STOPS = re.compile(
    r"\b(?:no|not|never|cannot|can['’]t|n['’]t|unlikely|denied|den(?:y|ies)|reject\w*|exceed\w*|flag\w*)\b",
    re.IGNORECASE,
)
_AFTER = 28
_BEFORE = 60


def _most(clause: Clause, facts: Facts, code: Code) -> Said | None:
    """Return what a clause says of the most units a day."""
    limit = facts.edits.mue(code.code)
    text = with_lead(clause)
    if _ANOTHERS.search(f"{clause.statement.lead} {clause.statement.text}"):
        return None  # a limit of another payer is not Medicare's
    shift = len(text) - len(clause.text)
    limited, above = _LIMIT.search(text), _ABOVE.search(text)
    found = above if above and (limited is None or above.start() <= limited.end()) else limited
    if limit is None or found is None or (limit.units == 0 and not _NAMES_LIMIT.search(text)):
        return None
    start, end = max(0, found.start() - shift), max(1, found.end() - shift)
    if code.code not in about(clause, start):
        return None
    true = _stated(found, text, code.code) == limit.units and not _NO_LIMIT.search(text[: found.end()])
    cites = (*facts.edits.edition_of_mue(limit).cites, *timing_cites(code))
    judged = Judged(true, f"Medicare's daily limit (MUE) for {code.code} is {limit.units}.", cites)
    denied = _denies_limit(found, text, above=found is above)
    return Said("units", code.code, start, end, judged, denied != clause.flipped)


def _stated(found: re.Match[str], text: str, code: str) -> int:
    """Return the number of units: the code's own in a list ("6 for 97110, 4 for 97112"), else the first."""
    own = re.search(rf"\b(\d{{1,2}}) for (?:[\d, ]|and |or )*{code}\b", text)
    return int(own[1]) if own else _count(next(g for g in found.groups() if g))


def _denies_limit(found: re.Match[str], text: str, *, above: bool) -> bool:
    """Tell whether the limit is said not to be one, or more than it to be allowed."""
    if above:
        return not _STOPS.search(text[: found.end() + 40])
    masked = _NOT_MORE.sub(lambda m: " " * len(m[0]), text[: found.end() + _AFTER])
    masked = _NO_MORE.sub(lambda m: " " * len(m[0]), masked)
    return bool(_DENIES.search(masked[max(0, found.start() - _BEFORE) :]))


# --- what minutes earn ---------------------------------------------------------------------------

_LONGEST = 480
_REFUTED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b|\bwrong\b", re.IGNORECASE)


def _earned(clause: Clause, code: Code) -> Said | None:
    """Return what a clause says a number of minutes of one code earns."""
    text = OTHER_TIMED.sub(lambda m: " " * len(m[0]), with_lead(clause))
    shift = len(text) - len(clause.text)
    match = _EARNED.search(text) or (_EARNED_ANSWER.search(text) if shift else None)
    if match is None or code.timing not in ("timed15", *ONCE) or len(clause.codes) != 1:
        return None
    minutes, units = _count(match[1]), _count(match[2])
    if not 0 < minutes <= _LONGEST:
        return None
    start, end = max(0, match.start() - shift), max(1, match.end() - shift)
    denied = bool(_REFUTED.search(text[match.start() : match.end() + 12])) != clause.flipped
    return Said("units", code.code, start, end, _earns(code, minutes, units), denied)


def _earns(code: Code, minutes: int, units: int) -> Judged:
    if not code.timed:
        return Judged(units == 1, f"{code.code} {TIMED_AS[code.timing]}.", timing_cites(code))
    timed = [(code.code, minutes)]
    earned = {allocate_total_time(timed).of(code.code), allocate_midpoint(timed).of(code.code)}
    true = units in earned if len(earned) == 1 else None
    because = (
        f"{minutes} minutes of one timed service are {' or '.join(str(e) for e in sorted(earned))} units."
    )
    return Judged(true, because, ("cms-cpm-5/counting-minutes", "midpoint-method/code-by-code"))


def _count(words: str) -> int:
    """Return a matched number; "a single" is one."""
    value = number(words)
    return 1 if value is None else value
