"""What a document says of a code's time, attendance and areas, held against the code set.

Each claimed value is true, false or unknown of a code; the tables below say which, by the code's timing and attendance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from citecoder.checking.claims import UNKNOWN, Attribute, Facts, Judged, Said
from citecoder.checking.clauses import Clause, listed_together
from citecoder.checking.statements import CODE
from citecoder.codes import Code

ONCE = ("untimed", "per_day", "per_session")

# What is true of a code by its timing; what stands in neither set is not known.
TRUE_OF: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(ONCE, frozenset({"untimed"})),
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
_ALL_TIMING = frozenset(
    {"timed", "timed15", "untimed", "hour", "min30", "min20", "min10", "month", "surface"}
)
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

OTHER_TIMED = re.compile(
    r"\btimed and untimed\b|\b(?:no|any|only|sole|nothing|every|each) (?:\w+ )?timed(?: (?:service|code|minute|procedure)s?)?",
    re.IGNORECASE,
)
_QUARTER_CITES = ("cms-cpm-5/counting-minutes",)
_ONCE_CITES = ("cms-cpm-5/untimed-one-unit",)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of the time, attendance and areas of its codes."""
    for attribute in ("timing", "attendance", "area"):
        yield from _read(clause, facts, attribute)


def _read(clause: Clause, facts: Facts, attribute: Attribute) -> Iterator[Said]:
    text = with_lead(clause)
    shift = len(text) - len(clause.text)
    for value, pattern in facts.wording.cues[attribute].items():
        text = OTHER_TIMED.sub(lambda m: "#" * len(m[0]), text)
        match = pattern.search(text) or (pattern.search(f"{clause.text}") if shift else None)
        if match is None or overshadowed(facts, attribute, value, match, text):
            continue
        start, end = max(0, match.start() - shift), max(0, match.end() - shift)
        if _another_matter(clause, attribute, text, match.end(), start):
            continue
        denied = clause.denied(start, end) != (value == "per_area" and bool(_NEGATED.search(match[0])))
        for code in about(clause, start):
            judged = _JUDGES[attribute](facts.codes.get(code), value, match[0])
            yield Said(attribute, code, start, end, judged, denied)


_NEGATED = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)
_COUNTED = re.compile(r"[\s-]*(?:minutes|time|with (?:another|other|a different))\b", re.IGNORECASE)


def _another_matter(clause: Clause, attribute: Attribute, text: str, end: int, start: int) -> bool:
    """Tell whether words of time or attendance are about staff, about counting, or about all codes of a payer."""
    if attribute != "area" and STAFF.search(text):
        return True
    if attribute == "attendance" and _COUNTED.match(text[end:]):
        return True
    return bool(
        BY_PAYER.match(clause.text) and not CODE.search(clause.text[:start]) and CODE.search(clause.text)
    )


STAFF = re.compile(r"\b(?:aides?|technicians?|assistants?)\b", re.IGNORECASE)
BY_PAYER = re.compile(
    r"\s*(?:medicare|united ?healthcare|UHC|aetna|cigna|humana|anthem|tricare|blue|most (?:payers|plans))\b[^,]*\b(?:pools?|counts?|follows?|uses?|applies)\b",
    re.IGNORECASE,
)


_HOW_MANY = re.compile(r"\bhow (?:many|much)\b|\b(?:MUE|limit|maximum)\b|\bminutes of\b", re.IGNORECASE)
_EITHER = re.compile(r"\btimed or (?:un|non-?)timed\b", re.IGNORECASE)


def with_lead(clause: Clause) -> str:
    """Put a table's column before its cell, or the question before its answer: "Attendance: constant"."""
    lead = clause.statement.lead
    if not lead or clause.statement.kind not in ("cell", "answer"):
        return clause.text
    if clause.statement.kind == "answer" and not _HOW_MANY.search(lead):
        return clause.text  # a question asserts nothing; only a count is asked for in its own words
    return f"{re.sub(_EITHER, '', lead)}: {clause.text}"


def overshadowed(facts: Facts, attribute: str, value: str, match: re.Match[str], text: str) -> bool:
    """Tell whether the words belong to a longer phrase of another value ("does not require constant attendance")."""
    for other, pattern in facts.wording.cues[attribute].items():
        if other == value:
            continue
        for longer in pattern.finditer(text):
            if (
                longer.start() <= match.start()
                and match.end() <= longer.end()
                and len(longer[0]) > len(match[0])
            ):
                return True
    return False


def about(clause: Clause, at: int) -> tuple[str, ...]:
    """Return the codes that words at an offset are about: the whole list, or the nearest code before them."""
    if not clause.explicit or len(clause.codes) == 1 or listed_together(clause.text, clause.codes):
        return clause.codes
    written = [m for m in CODE.finditer(clause.text) if m[0] in clause.codes]
    before = [m[0] for m in written if m.end() <= at]
    return (before[-1],) if before else (written[0][0],) if written else ()


def timing(code: Code, value: str, words: str) -> Judged:
    """Tell whether a code is timed as ``value`` says; ``words`` are those that say it."""
    if code.timing not in TRUE_OF:
        return UNKNOWN
    true = value in TRUE_OF[code.timing]
    if not true and (value not in _ALL_TIMING or value in _OPEN.get(code.timing, ())):
        return UNKNOWN
    if (
        value == "untimed"
        and re.search(r"once|one time", words, re.IGNORECASE)
        and code.timing not in ("timed15", *ONCE)
    ):
        return UNKNOWN
    return Judged(
        true, f"{code.code} {TIMED_AS.get(code.timing, 'is timed in its own way')}.", timing_cites(code)
    )


TIMED_AS = {
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


def timing_cites(code: Code) -> tuple[str, ...]:
    """Return the passages behind how a code is timed, the unit rule's own among them."""
    extra = _QUARTER_CITES if code.timing == "timed15" else _ONCE_CITES if code.timing in ONCE else ()
    return tuple(dict.fromkeys((*code.timing_cites, *extra)))


def _attendance(code: Code, value: str, words: str) -> Judged:
    told = _BY_ATTENDANCE.get(code.attendance, {})
    true = told.get(value)
    if code.attendance == "group" and value == "constant" and _CONSTANT_ALONE.search(words):
        true = False
    if (
        code.attendance == "group"
        and value == "unattended"
        and re.search(r"one[ -]on[ -]one|direct", words, re.IGNORECASE)
    ):
        return Judged(
            True, f"{code.code} is for two or more patients at once, none of them one-on-one.", code.cites
        )
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
    if code.timing in ONCE and code.attendance in ("supervised", "group"):
        shared, why = True, f"{code.code} is one unit a day for any number of areas"
    elif code.timing == "timed15":
        shared, why = True, f"Units of {code.code} come from minutes, not from the number of areas"
    elif code.code in ("98940", "98941", "98942"):
        shared, why = (
            True,
            f"{code.code} is one code a day, chosen by the number of regions; no region is billed apart",
        )
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
    return Judged((value == "shared") == shared, f"{why}.", timing_cites(code))


_JUDGES = {"timing": timing, "attendance": _attendance, "area": _area}
