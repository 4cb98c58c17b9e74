"""What a document says of a code's time, attendance, units and areas, held against the code set.

Each claimed value is true, false or unknown of a code; the tables below say which, by the code's timing and attendance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from citecoder.checking.claims import UNKNOWN, Attribute, Facts, Judged, Said
from citecoder.checking.clauses import Clause, listed_together
from citecoder.checking.statements import CODE
from citecoder.codes import Code
from citecoder.rules.units import allocate_midpoint, allocate_total_time

_ONCE = ("untimed", "per_day", "per_session")
_QUARTER = ("timed15", "first15", "add15")

# What is true of a code by its timing; what stands in neither set is not known.
_TRUE_OF: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_ONCE, frozenset({"untimed"})),
    "timed15": frozenset({"timed", "timed15"}),
    "first15": frozenset({"timed", "timed15"}),
    "add15": frozenset({"timed", "timed15"}),
    "first30": frozenset({"timed", "min30"}),
    "add30": frozenset({"timed", "min30"}),
    "first60": frozenset({"timed", "hour"}),
    "add60": frozenset({"timed", "hour"}),
    "per_hour": frozenset({"timed", "hour"}),
    "first120": frozenset({"timed", "hour"}),
    "per_30min": frozenset({"timed", "min30"}),
    "first20month": frozenset({"month", "timed", "min20"}),
    "add20month": frozenset({"month", "timed", "min20"}),
    "monthly": frozenset({"month", "timed", "min20"}),
    "per_30days": frozenset({"month"}),
    "first20sqcm": frozenset({"surface"}),
    "add20sqcm": frozenset({"surface"}),
}
_ALL_TIMING = frozenset({"timed", "timed15", "untimed", "hour", "min30", "min20", "min10", "month", "surface"})
_OPEN: Mapping[str, frozenset[str]] = {
    # Not known, or true in a sense: a monthly code is billed once a month.
    "monthly": frozenset({"untimed"}),
    "first20month": frozenset({"untimed"}),
    "add20month": frozenset({"untimed"}),
    "per_30days": frozenset({"untimed"}),
    "first20sqcm": frozenset({"untimed"}),
    "add20sqcm": frozenset({"untimed"}),
    "first15": frozenset({"untimed"}),
    "first30": frozenset({"untimed", "timed15"}),
    "first60": frozenset({"untimed"}),
    "first120": frozenset({"untimed"}),
    "per_hour": frozenset({"untimed"}),
    "per_session": frozenset({"timed", "surface"}),
    "per_day": frozenset({"surface"}),
}
_ATTENDED = frozenset({"constant"})
_BY_ATTENDANCE: Mapping[str, Mapping[str, bool]] = {
    "one_on_one": {"constant": True, "unattended": False, "group": False},
    "constant": {"constant": True, "unattended": False, "group": False},
    "supervised": {"constant": False, "unattended": True, "group": False},
    "group": {"unattended": False, "group": True},
    "evaluation": {"constant": True, "unattended": False, "group": False},
}
_CONSTANT_ALONE = re.compile(r"one[\s-]+(?:on|to)[\s-]+one|1(?:[\s-]on[\s-]|:)1|individual", re.IGNORECASE)

_WORDS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
_TENS = {"fifteen": 15, "twenty": 20, "twenty-three": 23, "thirty": 30, "thirty-eight": 38, "forty-five": 45, "sixty": 60}
_MINUTE_WORDS = "|".join([*_WORDS, *sorted(_TENS, key=len, reverse=True)])
_COUNT = rf"(\d{{1,2}}|{'|'.join(_WORDS)}|a single)"
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
    rf"\b(\d{{1,3}}|{_MINUTE_WORDS})[\s-]minutes?\b[^.;|]{{0,60}}?\b(?:is|are|equals?|=|earns?|makes?|supports?|gives?|yields?|counts? as|bill\w*|for|justif\w+|allow\w*|warrants?|report)\b[^.;|]{{0,25}}?\b{_COUNT} units?\b",
    re.IGNORECASE,
)
_TIMING_CITES = ("cms-cpm-5/counting-minutes",)
_ONCE_CITES = ("cms-cpm-5/untimed-one-unit",)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of the time, attendance, units and areas of its codes."""
    for attribute in ("timing", "attendance", "area"):
        yield from _read(clause, facts, attribute)  # type: ignore[arg-type]  # three of the closed list
    yield from _units(clause, facts)


def _read(clause: Clause, facts: Facts, attribute: Attribute) -> Iterator[Said]:
    text = with_lead(clause)
    shift = len(text) - len(clause.text)
    for value, pattern in facts.wording.cues[attribute].items():
        match = pattern.search(text) or (pattern.search(f"{clause.text}") if shift else None)
        if match is None or _overshadowed(facts, attribute, value, match, text):
            continue
        start, end = max(0, match.start() - shift), max(0, match.end() - shift)
        if _BY_PAYER.match(clause.text) and not CODE.search(clause.text[:start]) and CODE.search(clause.text):
            continue  # what a payer does with all codes, before it comes to one
        for code in _about(clause, start):
            judged = _JUDGES[attribute](facts.codes.get(code), value, match[0])
            yield Said(attribute, code, start, end, judged, clause.denied(start, end))


_BY_PAYER = re.compile(r"\s*(?:medicare|united ?healthcare|UHC|aetna|cigna|humana|anthem|tricare|blue|most (?:payers|plans))\b[^,]*\b(?:pools?|counts?|follows?|uses?|applies)\b", re.IGNORECASE)


def with_lead(clause: Clause) -> str:
    """Put a table's column before its cell, or the question before its answer: "Attendance: constant"."""
    lead = clause.statement.lead
    return f"{lead}: {clause.text}" if lead and clause.statement.kind in ("cell", "answer") else clause.text


def _overshadowed(facts: Facts, attribute: str, value: str, match: re.Match[str], text: str) -> bool:
    """Tell whether the words belong to a longer phrase of another value ("does not require constant attendance")."""
    for other, pattern in facts.wording.cues[attribute].items():
        if other == value:
            continue
        for longer in pattern.finditer(text):
            if longer.start() <= match.start() and match.end() <= longer.end() and len(longer[0]) > len(match[0]):
                return True
    return False


def _about(clause: Clause, at: int) -> tuple[str, ...]:
    """Return the codes that words at an offset are about: the whole list, or the nearest code before them."""
    if not clause.explicit or len(clause.codes) == 1 or listed_together(clause.text, clause.codes):
        return clause.codes
    written = [m for m in CODE.finditer(clause.text) if m[0] in clause.codes]
    before = [m[0] for m in written if m.end() <= at]
    return (before[-1],) if before else (written[0][0],) if written else ()


def _timing(code: Code, value: str, words: str) -> Judged:
    if code.timing not in _TRUE_OF:
        return UNKNOWN
    true = value in _TRUE_OF[code.timing]
    if not true and (value not in _ALL_TIMING or value in _OPEN.get(code.timing, ())):
        return UNKNOWN
    if value in ("untimed",) and re.search(r"once|one time", words, re.IGNORECASE) and code.timing not in _QUARTER[:1] + _ONCE:
        return UNKNOWN
    return Judged(true, f"{code.code} {_TIMED_AS.get(code.timing, 'is timed in its own way')}.", _cites_of(code))


_TIMED_AS = {
    "timed15": "is counted in 15-minute units",
    "untimed": "is untimed: one unit a day, whatever the minutes",
    "per_day": "is reported once a day, whatever the minutes",
    "per_session": "is reported once a session, whatever the minutes",
    "first15": "is the opening 15 minutes of its service",
    "add15": "is each further 15 minutes of its service",
    "first30": "is the opening 30 minutes of its service",
    "add30": "is each further 30 minutes of its service",
    "first60": "is the opening hour of its service",
    "add60": "is each further hour of its service",
    "first120": "is the opening two hours of its service",
    "per_hour": "is counted by the hour",
    "monthly": "is counted by the calendar month",
    "per_30days": "is counted by periods of 30 days",
    "first20sqcm": "is counted by the area treated, the first 20 square centimetres",
    "per_30min": "is counted by 30 minutes",
    "first20month": "is the opening 20 minutes of a calendar month",
    "add20month": "is each further 20 minutes of a calendar month",
    "add20sqcm": "is counted by the area treated, each further 20 square centimetres",
}


def _cites_of(code: Code) -> tuple[str, ...]:
    extra = _TIMING_CITES if code.timing == "timed15" else _ONCE_CITES if code.timing in _ONCE else ()
    return tuple(dict.fromkeys((*code.timing_cites, *extra)))


def _attendance(code: Code, value: str, words: str) -> Judged:
    told = _BY_ATTENDANCE.get(code.attendance, {})
    true = told.get(value)
    if code.attendance == "group" and value == "constant" and _CONSTANT_ALONE.search(words):
        true = False
    if code.attendance == "group" and value == "unattended" and re.search(r"one[ -]on[ -]one|direct", words, re.IGNORECASE):
        return Judged(True, f"{code.code} is for two or more patients at once, none of them one-on-one.", code.cites)
    if code.family in ("rtm", "virtual", "php"):
        true = None
    if true is None:
        return UNKNOWN
    how = {
        "one_on_one": "is given one-on-one, with the clinician in contact throughout",
        "constant": "asks for constant attendance",
        "supervised": "asks for no constant attendance: it is set up and then runs unattended",
        "group": "is for two or more patients at once",
        "evaluation": "is an evaluation that the clinician carries out in person",
    }[code.attendance]
    return Judged(true, f"{code.code} {how}.", code.cites)


def _area(code: Code, value: str, words: str) -> Judged:
    if code.timing in _ONCE and code.attendance in ("supervised", "group"):
        shared, why = True, f"{code.code} is one unit a day for any number of areas"
    elif code.timing == "timed15":
        shared, why = True, f"Units of {code.code} come from minutes, not from the number of areas"
    elif code.code in ("98940", "98941", "98942"):
        shared, why = True, f"{code.code} is one code a day, chosen by the number of regions; no region is billed apart"
        if value == "per_area" and re.search(r"number|how many", words, re.IGNORECASE):
            return Judged(True, f"{why}.", code.cites)
        if value == "per_area":
            return Judged(False, f"{why}.", code.cites)
        return UNKNOWN
    elif code.code == "95851":
        shared, why = False, "95851 is reported for each limb or trunk section measured"
    elif code.code == "98943":
        shared, why = True, "98943 is one service for one or more regions outside the spine"
    else:
        return UNKNOWN
    return Judged((value == "shared") == shared, f"{why}.", _cites_of(code))


def _units(clause: Clause, facts: Facts) -> Iterator[Said]:
    for code in clause.codes:
        found = _limit_claim(clause, facts, code) or _earned_claim(clause, facts, code)
        if found:
            yield found
            continue
        for value in ("full15", "twice", "addon", "one_a_day", "many", "by_minutes"):
            match = facts.wording.cues["units"][value].search(clause.text)
            if match and code in _about(clause, match.start()) and not _overshadowed(facts, "units", value, match, clause.text):
                judged = _how_many(facts, facts.codes.get(code), value)
                more = re.match(r"(?:more than|exceed|beyond|above|over)", match[0], re.IGNORECASE)
                denied = clause.denied(match.start(), match.end())
                if more and value == "one_a_day":
                    judged, denied = _how_many(facts, facts.codes.get(code), "many"), denied
                yield Said("units", code, match.start(), match.end(), judged, denied)
                break


def _how_many(facts: Facts, code: Code, value: str) -> Judged:
    if value == "full15" and code.timing == "timed15":
        return Judged(False, "A first unit is earned from 8 minutes on.", ("cms-cpm-5/counting-minutes",))
    if value == "twice" and code.timing == "timed15":
        return Judged(False, "A minute of the patient's time is counted once, under one code.", ("cms-cpm-5/one-patient-minute-once",))
    if value == "addon" and code.timing in _TRUE_OF:
        return Judged(code.timing.startswith("add"), f"{code.code} {_TIMED_AS[code.timing]}.", code.cites)
    if value in ("full15", "twice", "addon"):
        return UNKNOWN
    if value == "by_minutes":
        return _timing(code, "timed", "")
    limit = facts.edits.mue(code.code)
    most = limit.units if limit else None
    if most == 0:
        return UNKNOWN
    if code.timing in _ONCE and most not in (None, 1):
        return UNKNOWN  # a second side or limb may be counted apart
    if code.timing in _ONCE:
        return Judged(value == "one_a_day", f"{code.code} {_TIMED_AS[code.timing]}.", _cites_of(code))
    if most is not None:
        cites = (*_cites_of(code), *facts.edits.editions.mue.cites)
        return Judged((most > 1) == (value == "many"), f"Medicare's daily limit for {code.code} is {most}.", cites)
    return UNKNOWN


def _limit_claim(clause: Clause, facts: Facts, code: str) -> Said | None:
    """Return what a clause says of the most units a day."""
    limit = facts.edits.mue(code)
    text = with_lead(clause)
    shift = len(text) - len(clause.text)
    match = _LIMIT.search(text)
    above = _ABOVE.search(text)
    if limit is None or (limit.units == 0 and not re.search(r"\bMUE\b|medically unlikely|daily limit|ceiling|tops? out", text, re.IGNORECASE)) or (match is None and above is None) or code not in clause.codes:
        return None
    found = above if above and (match is None or above.start() <= match.end()) else match
    assert found is not None
    own = re.search(rf"\b(\d{{1,2}}) for (?:[\d, ]|and |or )*{code}\b", text)
    number = int(own[1]) if own else _number(next(g for g in found.groups() if g))
    start, end = max(0, found.start() - shift), max(1, found.end() - shift)
    if code not in _about(clause, start):
        return None
    masked = re.sub(r"\b(?:no|not) (?=more than|exceed)", lambda m: " " * len(m[0]), text[: found.end() + 28], flags=re.IGNORECASE)
    unlimited = re.search(r"\bno (?:daily )?(?:limit|cap|maximum)", text[: found.end()], re.IGNORECASE)
    true = number == limit.units and not unlimited
    cites = (*facts.edits.editions.mue.cites, *_cites_of(facts.codes.get(code)))
    judged = Judged(true, f"Medicare's daily limit (MUE) for {code} is {limit.units}.", cites)
    denied = False
    if found is above and not re.search(r"\b(?:no|not|never|cannot|can['’]t|n['’]t|unlikely|denied|den(?:y|ies)|reject\w*|exceed\w*|flag\w*)\b", text[: found.end() + 40], re.IGNORECASE):
        denied = True  # "more than four units may be billed"
    masked = _NO_MORE.sub(lambda m: " " * len(m[0]), masked)
    if found is match and re.search(r"\b(?:not|never)\b|n['’]t\b", masked[max(0, found.start() - 60) :], re.IGNORECASE):
        denied = True
    return Said("units", code, start, end, judged, denied != clause.flipped)


def _earned_claim(clause: Clause, facts: Facts, code: str) -> Said | None:
    """Return what a clause says a number of minutes of one timed code earns."""
    match = _EARNED.search(clause.text)
    found = facts.codes.get(code)
    if match is None or found.timing not in ("timed15", *_ONCE) or len(clause.codes) != 1:
        return None
    minutes, units = _number(match[1]), _number(match[2])
    if not 0 < minutes <= 480:
        return None
    denied = clause.denied(match.start(), match.end())
    if found.timing != "timed15":
        judged = Judged(units == 1 or None, f"{code} {_TIMED_AS[found.timing]}.", _cites_of(found))
        judged = judged if units == 1 else judged._replace(true=False)
        return Said("units", code, match.start(), match.end(), judged, denied)
    earned = {allocate_total_time([(code, minutes)]).of(code), allocate_midpoint([(code, minutes)]).of(code)}
    true = units in earned if len(earned) == 1 else None
    because = f"{minutes} minutes of one timed service are {' or '.join(str(e) for e in sorted(earned))} units."
    judged = Judged(true, because, ("cms-cpm-5/counting-minutes", "midpoint-method/code-by-code"))
    return Said("units", code, match.start(), match.end(), judged, denied)


def _number(words: str) -> int:
    lowered = words.casefold()
    return int(lowered) if lowered.isdigit() else (_WORDS | _TENS).get(lowered, 1)


_JUDGES = {"timing": _timing, "attendance": _attendance, "area": _area}
