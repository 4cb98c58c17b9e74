"""Minutes in a text, each with its role: dose, total, clock, test, rest, late, tolerance.

A number of minutes means nothing before its role is known: "six-minute walk" is a test, "25 min late" is no
treatment, "tolerates 15 minutes of standing" is a finding. Only a dose is linked to a service.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import Literal, NamedTuple

from citecoder.notes.spans import fold

Role = Literal["dose", "timed_total", "grand_total", "clock", "test", "rest", "other"]

_UNITS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
NUMBER_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_UNITS)[1:10])}))?|{'|'.join(_UNITS)})"
_NUMBER = rf"(?:\d{{1,3}}(?:\.\d+)?|{NUMBER_WORD})"
_FRACTIONS = {
    "a quarter of an": 15,
    "quarter of an": 15,
    "a quarter": 15,
    "three quarters of an": 45,
    "three-quarters of an": 45,
    "half of an": 30,
    "1/4": 15,
    "1/2": 30,
    "3/4": 45,
    "¼": 15,
    "½": 30,
    "¾": 45,
}
_FRACTION = "|".join(_FRACTIONS)

_DURATION = re.compile(
    rf"(?<![A-WYZa-wyz0-9_.:/])(?:(?P<h>{_FRACTION}|\d(?:\.\d+)?|{NUMBER_WORD}|an|half an|a half)[- ]?(?:hours?|hrs?|h)\b(?P<half> and a half\b)?(?:[,\s]*(?:and\s{{1,24}})?(?P<hm>{_NUMBER})[- ]?(?:minutes?|mins?|min|m)\b)?"
    rf"|(?P<m>{_NUMBER})\s{{0,24}}[- ]?(?:(?:minutes?|mins?|mintues|minuets|minute)\b|m\b(?![/²2])|(?P<tick>['’′])(?!\d|\w)))",
    re.IGNORECASE,
)
_MALE = re.compile(r"\dM$|\d\s{1,24}[mM]$|^[0-7]m$|^10m$")  # "74 M" is a man
_CLOCK = r"(?P<{0}h>\d{{1,2}})(?P<{0}c>:?)(?P<{0}m>[0-5]\d)\s{{0,24}}(?P<{0}p>[ap]\.?m\.?)?"
_RANGE = re.compile(
    rf"(?<![\d/.-]){_CLOCK.format('a')}\s{{0,24}}(?:-|–|—|to|until|till)\s{{0,24}}{_CLOCK.format('b')}(?![\d/])",
    re.IGNORECASE,
)
_START_END = re.compile(
    rf"(?:start|in)\s{{0,24}}/\s{{0,24}}(?:end|out|stop)\s{{0,24}}[:|]?\s{{0,24}}{_CLOCK.format('a')}\s{{0,24}}(?:/|-|–|to|,)\s{{0,24}}{_CLOCK.format('b')}(?!\d)",
    re.IGNORECASE,
)
_IN_OUT = re.compile(
    rf"(?:time\s{{0,24}}in|in|start(?:\s{{0,24}}time)?|began|arrived)\s{{0,24}}[:=@]?\s{{0,24}}{_CLOCK.format('a')}[^\n\d]{{1,25}}?"
    rf"(?:time\s{{0,24}}out|out|end(?:\s{{0,24}}time)?|stop(?:\s{{0,24}}time)?|ended|finish(?:ed)?)\s{{0,24}}[:=@]?\s{{0,24}}{_CLOCK.format('b')}(?!\d)",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    rf"[\s,.;—–-]*(?:scratch that|strike that|correction|i mean|sorry|no wait|actually)[,.:;\s-]*(?:make (?:it|that)|that's|it was|should be)?\s{{0,24}}({_NUMBER})\s{{0,24}}(?:minutes?|mins?|min|')?(?![\w/])",
    re.IGNORECASE,
)
_TIMED_BEFORE = re.compile(
    r"(?:(?:total\s{1,24})?(?:timed|time[- ]based|tbc)|total\s{1,24}(?:direct(?: contact)?|one[- ]on[- ]one|1:1)|(?:direct(?: contact)?|one[- ]on[- ]one|1:1)\s{1,24}(?:minutes?|time|mins)\s{0,24}[:=]?)(?:\s{1,24}(?:code|codes|tx|treatment|minutes?|mins?|min|time|services?|contact|total|units?|cpt|therapy|procedures?))*\s{0,24}[:=\-–(]?\s{0,24}(?:was|of|is)?\s{0,24}$"
)
_TOTAL_BEFORE = re.compile(
    r"(?:total|tot\.?|ttl|session (?:length|time|duration)|length of (?:session|visit)|treatment time|tx time|time in clinic|visit (?:length|time)|session lasted|duration of (?:session|visit)|total time)(?:\s{1,24}(?:treatment|tx|session|visit|time|in|clinic|billable|billed|therapy|minutes?|mins?|min|duration|of|intervention|contact|skilled|all|rx|was|direct))*\s{0,24}[:=\-–(]?\s{0,24}(?:was|of|is|about|approximately)?\s{0,24}$"
)
_TIMED_AFTER = re.compile(
    r"^\s{0,24}(?:of\s{1,24})?(?:total\s{1,24})?timed\b|^\s{0,24}total timed|^\s{0,24}(?:minutes?\s{0,24})?\(timed\)"
)
_TOTAL_AFTER = re.compile(
    r"^\s{0,24}(?:total|in total|session|treatment session|visit|in clinic|total treatment|altogether|all told|of total|overall)\b"
)
_TEST_AFTER = re.compile(
    r"^[- ]*(?:walk|step|push|sit|stand test|delay|recall|test|balance test|step test|march)\b|^\s{0,24}(?:delay|hold|holds)\b"
)
_TEST_BEFORE = re.compile(r"(?:test|6mwt|2mwt)\s{0,24}[:=]?\s{0,24}$")
_REST = re.compile(
    r"^\s{0,24}(?:of\s{1,24})?(?:seated |standing |supine )?(?:rest|break|breaks|rest break|rests|recovery)\b"
)
_REST_BEFORE = re.compile(
    r"(?:rest(?:ed|s|ing)?(?: breaks?)?|break|waited|waiting|set-?up|wait|setup time)\s{0,24}(?:of|for|x|:|about)?\s{0,24}$"
)
_OTHER_AFTER = re.compile(
    r"^\s{0,24}(?:late\b|early\b|ago\b|prior to\b|before\b|after\s{1,24}(?:\w+ing\b|onset|meals|surgery|work)|away\b|on ?/|off\b|on\s?,?\s?\d|on at a time|at a time|a night\b|at night\b|drive\b|commute\b|delay|without\b|of (?:standing|sitting|walking|driving|activity|ambulation|light activity|continuous|community|housework|typing|computer|cooking|reading|standing/|pain|relief|time|morning|stiffness|onset)|onset|per day|a day|daily\b|each (?:day|hour)|every\b|twice|intervals?|standing tolerance|sitting tolerance|tolerance|walking tolerance|with \d/10)"
)
_OTHER_BEFORE = re.compile(
    r"(?:\dx\s{0,24}/\s{0,24}w\w*|(?<![x×\d])\d{1,2}\s?(?:-|–|to)|tolerat\w*(?: up to)?|after|every|within|for up to|up to|at least|more than|greater than|less than|<|(?<!-)>|≥|≤|able to (?:sit|stand|walk|drive|work|type|tolerate)[\w\s]{0,20}|(?:sit|stand|walk|drive|sitting|standing|walking|driving|stands|sits|walks)(?:s|ing)?(?: for| through| tolerance| x|:)?(?: a full meeting now,?)?(?: about)?|lasting|lasts|stopped at|stop at|onset|each|pain for|takes|waking|woke|sleeps?|next|wait|rule|first|\bq|units?|goal|was|from|tolerance (?:is|of|to|was|x)?|increase (?:to|by)|stiffness (?:of|for|x|lasting)?|past|fatigued? (?:in|at|after)|fatigues (?:in|at|after)|tire[sd] (?:in|at|after|by)|winded (?:in|at|after))\s{0,24}$"
)


_TELLS_BACK = re.compile(
    r"\b(?:that|this|which|it all|all of it|all that|the pair|the two|the lot)\s{1,4}(?:was|were|took|made|came to|lasted)\s{1,4}(?:about |some )?$"
)  # "That was 12 minutes." of the work before, where "was 12 minutes" alone is an earlier value


class TimeMention(NamedTuple):
    """Minutes at a place, with their role. ``value`` is in whole minutes."""

    value: int
    start: int
    end: int
    role: Role
    is_range: bool = False


def number(words: str) -> int | None:
    """Return the value of a number in digits or words (0–99 in words), or None."""
    cleaned = words.strip().lower()
    if re.fullmatch(r"\d+(?:\.\d+)?", cleaned):
        return round(float(cleaned))
    if cleaned in _UNITS:
        return _UNITS[cleaned]
    first, _, second = cleaned.replace("-", " ").partition(" ")
    if first in _TENS:
        return _TENS[first] + (_UNITS.get(second, 0) if second else 0)
    return None


def find_times(text: str) -> tuple[TimeMention, ...]:
    """Return every statement of minutes in a text, in order, with its role."""
    clocks = [
        *_spans(_START_END, text, "clock"),
        *_spans(_IN_OUT, text, "clock"),
        *_spans(_RANGE, text, "dose"),
    ]
    kept: list[TimeMention] = []
    folded, ranges = fold(text), list[tuple[int, int]]()
    for item in clocks:
        at = bisect_left(ranges, (item.end, 0))
        if at == 0 or ranges[at - 1][1] <= item.start:
            ranges.insert(at, (item.start, item.end))
            kept.append(item)
    for found in _DURATION.finditer(text):
        value = _duration(found)
        at = bisect_left(
            ranges, (found.end(), 0)
        )  # the ranges are disjoint: only the one before can reach in
        inside = at > 0 and ranges[at - 1][1] > found.start()
        if value is None or inside or (found["tick"] and not 2 <= value <= 90) or _MALE.search(found.group()):
            continue
        role = _role(folded, found.start(), found.end())
        kept.append(_corrected(text, TimeMention(value, found.start(), found.end(), role)))
    kept += _unlabelled_totals(folded, kept)
    kept += _labelled(folded, kept)
    return tuple(_without_rest(folded, sorted(kept, key=lambda t: t.start)))


def with_local_totals(text: str, times: tuple[TimeMention, ...]) -> tuple[TimeMention, ...]:
    """Take a total that closes a line and is less than the minutes of the other lines as that line's own.

    "Worn, edges rolled, fit checked. 17 min total." beside 25 minutes of exercise is no visit of 17 minutes. Where the
    line gives other minutes, too, they are its parts, and the total says nothing more. Beside a total of timed minutes a
    total is the visit's, even one that the services don't add up to: that is what a reader must be told.
    """
    timed = [t.start for t in times if t.role == "timed_total"]
    doses = [t for t in times if t.role == "dose"]
    starts = [t.start for t in doses]
    sums = [0, *accumulate(t.value for t in doses)]
    made = []
    for each in times:
        start, end = text.rfind("\n", 0, each.start) + 1, text.find("\n", each.end)
        first, last = bisect_left(starts, start), bisect_left(starts, end if end >= 0 else len(text))
        elsewhere = sums[-1] - (sums[last] - sums[first])
        of_visit = bisect_left(timed, start) < bisect_left(timed, end if end >= 0 else len(text))
        less = each.role == "grand_total" and each.value < elsewhere
        local = less and not of_visit and _goes_before(text, start, each.start)
        role: Role = "other" if last > first else "dose"
        made.append(each._replace(role=role) if local else each)
    return tuple(made)


def _goes_before(text: str, start: int, end: int) -> bool:
    """Tell whether more than a total's own words stand before it on its line."""
    return (
        re.search(r"\w", _TOTAL_WORDS.sub("", fold(text[max(start, end - _LOOKED_BACK) : end]))) is not None
    )


_TOTAL_WORDS = re.compile(
    r"\b(?:total|tot|ttl|treatment|tx|session|visit|time|minutes?|mins?|length|duration|of|in|clinic|therapy|billable|contact|skilled)\b"
)
_INCLUDING = re.compile(
    r"\s{0,4}[,(]?\s{0,4}(?:including|incl\.?|minus|less|of which)\s{0,4}(?:an? |about )?\s{0,4}"
)


def _without_rest(folded: str, times: list[TimeMention]) -> list[TimeMention]:
    """Take rest out of the minutes that are said to include it: "30 min including 10 min rest" is 20.

    Source: ``cms-bpm-15/rest-not-counted``.
    """
    made: list[TimeMention] = []
    for time in times:
        last = made[-1] if made else None
        rest = time.role == "rest" and last is not None and last.role == "dose" and last.value > time.value
        if last is not None and rest and _INCLUDING.fullmatch(folded[last.end : time.start]):
            made[-1] = last._replace(value=last.value - time.value, end=time.end)
        made.append(time)
    return made


def _spans(pattern: re.Pattern[str], text: str, role: Role) -> list[TimeMention]:
    found = []
    for match in pattern.finditer(text):
        minutes = _elapsed(match)
        if minutes is not None:
            label = fold(text[max(0, match.start() - 40) : match.start()]).rsplit("\n\n", 1)[-1]
            clock = role == "clock" or re.search(
                r"(?:time|session|visit|treatment time|tx time|clock|seen|hours|in clinic|clinic|time in/out|time with patient|time with pt|time w pt|face time|contact time)\s{0,24}[:=]?\s{0,24}(?:from)?\s{0,24}$",
                label,
            )
            found.append(
                TimeMention(minutes, match.start(), match.end(), "clock" if clock else "dose", is_range=True)
            )
    return found


def clock_range(words: str) -> tuple[int, int] | None:
    """Return start and stop of a stretch of clock time ("9:00-9:15") in minutes of the day, or None.

    Without a.m. or p.m. an hour stands as written, so only stretches of one note are to be compared.
    """
    match = next((m for p in (_START_END, _IN_OUT, _RANGE) if (m := p.search(words))), None)
    minutes = _elapsed(match) if match else None
    if match is None or minutes is None:
        return None
    start = int(match["ah"]) % 12 * 60 + int(match["am"])
    return start, start + minutes


def disjoint(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Tell whether two stretches of clock time have no minute in common."""
    return first[1] <= second[0] or second[1] <= first[0]


def _elapsed(match: re.Match[str]) -> int | None:
    """Return the minutes between two clock times, or None when they are no pair of clock times."""
    plain = not (match["ac"] or match["bc"] or match["ap"] or match["bp"])
    if plain and len(match["ah"]) + len(match["bh"]) < 3:
        return None
    start = int(match["ah"]) * 60 + int(match["am"])
    stop = int(match["bh"]) * 60 + int(match["bm"])
    if int(match["ah"]) > 23 or int(match["bh"]) > 23:
        return None
    minutes = (stop - start) % 720 if stop < start else stop - start
    return minutes if 0 < minutes <= 300 else None


def _duration(found: re.Match[str]) -> int | None:
    if found["h"]:
        word = found["h"].lower()
        if word in _FRACTIONS:
            return _FRACTIONS[word]
        hours = {"an": 1.0, "half an": 0.5, "a half": 0.5}.get(word)
        if hours is None:
            whole = number(word)
            hours = (
                float(word)
                if re.fullmatch(r"\d(?:\.\d+)?", word)
                else (float(whole) if whole is not None else 0.0)
            )
        return round((hours + (0.5 if found["half"] else 0)) * 60) + (
            (number(found["hm"]) or 0) if found["hm"] else 0
        )
    return number(found["m"])


def _role(folded: str, start: int, end: int) -> Role:
    before, after = folded[max(0, start - 60) : start], folded[end : end + 40]
    before = before.rsplit("\n", 1)[-1]
    behind = after.split("\n", 1)[0]  # "TE 25 min" above "Total 40 min" is no total
    if _TEST_AFTER.search(after) or _TEST_BEFORE.search(before):
        return "test"
    if _REST.search(after) or _REST_BEFORE.search(before):
        return "rest"
    if re.match(r"\s{0,24}total (?:a|per|each) day|\s{0,24}(?:a|per|each) day", after):
        return "other"
    if _TIMED_BEFORE.search(before) or _TIMED_AFTER.search(behind):
        return "timed_total"
    if _TOTAL_BEFORE.search(before) or _TOTAL_AFTER.search(behind):
        return "grand_total"
    if _TELLS_BACK.search(before):
        return "dose"
    column = folded[max(0, start - 3) : start].isspace()  # minutes in a column of their own at the line's end
    if _OTHER_AFTER.search(after) or (_OTHER_BEFORE.search(before) and not column):
        return "other"
    return "dose"


def _corrected(text: str, item: TimeMention) -> TimeMention:
    """Take a spoken correction that follows at once: "ten minutes, scratch that, make it twelve"."""
    found = _CORRECTION.match(text, item.end)
    value = number(found[1]) if found else None
    return item._replace(value=value, end=found.end()) if found and value else item


_LABELLED = re.compile(r"\b(?:minutes|mins)\s{0,24}[:=]?\s{0,24}(?P<n>\d{1,3})\b(?!\s{0,24}(?:/|:|%|min))")


def _labelled(folded: str, kept: list[TimeMention]) -> list[TimeMention]:
    """Find minutes written behind their label: "OT minutes 25"."""
    found = []
    for match in _LABELLED.finditer(folded):
        if not any(match.start() < o.end and match.end() > o.start for o in kept):
            role = _role(folded, match.start("n"), match.end("n"))
            label = fold(folded[max(0, match.start() - 12) : match.start()])
            timed = "timed" in label or "total" in label
            if not timed:
                found.append(
                    TimeMention(
                        int(match["n"]), match.start(), match.end(), "dose" if role == "dose" else role
                    )
                )
    return found


_BARE_TOTAL = re.compile(
    r"\b(?P<label>(?:timed total|total timed)(?: today| now)?(?: code)?(?: minutes?| mins?| time| min)?|timed(?: minutes?| mins?| min| code minutes?| total)?|total(?: treatment| tx| session| time| minutes?| mins?)*)\s{0,24}[:=]?\s{0,24}(?P<n>\d{1,3})(?![\d/:%=]|[a-ln-z]|m(?!in|\b)|\.\d|\s{0,24}(?:units?|u\b|x|visits?|reps?|lbs?|#|°|deg|-|=)|,?\s{0,4}\d{1,2}(?:st|nd|rd|th)?\s{0,4}(?:%|percentile))"
)
_LOOKED_BACK = 80
_OF_A_TEST = re.compile(r"[\w)]\s{1,4}$")  # "RBANS total 58" is a score


def _unlabelled_totals(folded: str, kept: list[TimeMention]) -> list[TimeMention]:
    """Find totals that carry no unit: "Timed 25 / total 45", "TOTAL TIMED 40"."""
    found: list[TimeMention] = []
    for match in _BARE_TOTAL.finditer(folded):
        if any(match.start("n") < o.end and match.end("n") > o.start for o in kept):
            continue
        role: Role = "timed_total" if "timed" in match["label"] else "grand_total"
        value = number(match["n"])
        bare = match["label"].strip() == "total"
        if bare and _OF_A_TEST.search(folded, max(0, match.start() - 8), match.start()):
            continue
        if value:
            found.append(TimeMention(value, match.start("n"), match.end("n"), role))
    return found
