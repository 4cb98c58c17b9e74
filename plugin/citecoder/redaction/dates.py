"""Elements of dates other than the year. Clock times are no dates and stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from citecoder.redaction.marking import Found, Precision

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LEAP_YEAR = "2000"  # stands for the year that is not written; it has a 29 February
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
    r"|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|thirtieth|thirty[ -]first)"
)
_UNITS = (
    r"[ \t]{0,2}-?(?:x\b|×|reps?\b|sets?\b|min(?:ute)?s?\b|secs?\b|seconds\b|lbs?\b|kg\b|pounds?\b|%|°|deg\b|degrees\b|in\b(?! \w+day)|inch|\"|ft\b|feet"
    r"|steps?\b|visits?\b|mm\b|cm\b|cups?\b|miles?\b|mi\b|trials?\b|points?\b|pts?\b(?! \w)|correct\b|times?\b|attempts?\b|hold|mmHg|m\b|strength\b|MMT\b|pain\b)"
)
_NO_UNIT = rf"(?!{_UNITS})"
_YEAR = r"(?:19|20)\d{2}"
_ISO = re.compile(rf"(?<!\d)(?P<y>{_YEAR})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)")
_COMPACT = re.compile(r"(?<![\w-])(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?![\w-])")
_SLASHED = re.compile(
    rf"(?<![\d/.])(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>{_YEAR}|'?\d{{2}})(?![\d/])",
    re.IGNORECASE,
)
_SPACED = re.compile(rf"(?<![\d/.])(?P<m>\d{{1,2}}) / (?P<d>\d{{1,2}}) / (?P<y>{_YEAR}|\d{{2}})(?![\d/])")
_DASHED = re.compile(
    rf"(?<![\w/.-])(?P<m>\d{{1,2}})(?P<sep>[-.])(?P<d>\d{{1,2}})(?P=sep)(?P<y>{_YEAR}|\d{{2}})(?![\d/]|[.-]\d){_NO_UNIT}",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"(?<![\d/.-])(?P<m>0?[1-9]|1[0-2])[/-](?P<y>{_YEAR})(?![\d/])")
_SHORT = re.compile(
    r"(?<![\w/.])(?<![^/\d]\d-)(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])(?![\w/%\"]|\.\d)"
)
_HYPHENED = re.compile(
    rf"\b(?:on|since|dated|dos|(?:next|last|return|recheck|f/u)(?: (?:visit|appt|seen|tx|session|class|on))?|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[.,]?[ \t:]{{1,3}}(?P<date>(?P<m>0?[1-9]|1[0-2])-(?P<d>0?[1-9]|[12]\d|3[01]))(?![\w/-]|\.\d)(?![ \t]?(?:times|visits|weeks|wks?|days|months|mos?|x\b)){_NO_UNIT}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?<![\w-])(?P<month>{_MONTH})\b\.?,?[ \t]{{0,3}}(?:the )?(?P<d>\d{{1,2}}|{_ORDINAL})(?:st|nd|rd|th)?\b(?!:\d|/\d|\.\d)(?P<range>[ \t]?(?:-|–|to|through|and|&)[ \t]?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?![/:\d]))?"
    rf"(?:,?[ \t]{{1,3}}(?:of )?(?P<y>{_YEAR}|'\d{{2}})\b|,[ \t]?(?P<yy>\d{{2}})\b)?{_NO_UNIT}",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"(?<![\w/.-])(?P<d>\d{{1,2}}|{_ORDINAL})(?:st|nd|rd|th)?(?:[ \t]{{1,2}}|[-./]|(?=[a-z]{{3}}\d))(?:of[ \t])?(?P<month>{_MONTH})(?![a-z])\.?(?:[-,/]?[ \t]{{0,2}}(?P<y>{_YEAR}|'?\d{{2}})\b(?!:\d))?",
    re.IGNORECASE,
)
_MONTH_OF = re.compile(
    rf"(?<![\w-])(?P<month>{_MONTH})\b\.?,?[ \t]{{1,3}}(?:of[ \t]{{1,2}})?(?P<y>{_YEAR}|'\d{{2}})\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?<![\w'’-])(?:(?:mid|early|late)-)?(?P<month>{_MONTH})(?![\w’-]|'\w|\.\w)", re.IGNORECASE
)
_TOWARDS = re.compile(
    r"\b(?:in|since|last|early|late|mid|until|till|til|thru|through|by|from|during|next|of|before|after|around|beginning|end of|this past|to|between|and|&)[ \t-]{1,2}$",
    re.IGNORECASE,
)
_NTH = re.compile(
    rf"\bthe (?P<d>\d{{1,2}}(?:st|nd|rd|th)|(?<=on the ){_ORDINAL}(?=[ \t]*(?:[.,;)\n]|$|(?:of|and|at|for|with)\b)))\b"
    r"(?![ \t-](?:visits?|sessions?|%|percentile|digits?|ribs?|metatarsals?|metacarpals?|mets?\b|fingers?|toes?|grade|cranial|times?|week|sets?|reps?|floor"
    r"|edition|ed\b|mcp|pip|dip|ray|trials?|attempts?|step|stair|century|nerve|tx|treatment|place|one|day of treatment|shelf|item|appointment|row|try))",
    re.IGNORECASE,
)
_HOLIDAY = re.compile(
    r"\b(?P<day>(?:christmas|xmas|thanksgiving|easter|halloween|hanukkah|new year['’]?s?|mother['’]?s|father['’]?s|valentine['’]?s|labor"
    r"|memorial|veterans['’]?|mlk|presidents['’]?|independence|columbus|groundhog|st\.? patrick['’]?s|patriots['’]?|ash|good|palm)"
    r"[ -](?:day|eve|sunday|monday|wednesday|friday))\b"
    r"|\b(?P<feast>(?-i:Christmas|Xmas|Thanksgiving|Easter|Halloween|Hanukkah|Juneteenth|Kwanzaa|Diwali|Yom Kippur|Rosh Hashanah|Passover|Eid|Mardi Gras|Cinco de Mayo))\b"
    r"|\b(?:on|at|since|before|after|over|until|by) (?P<low>christmas|xmas|thanksgiving|easter|halloween|hanukkah)\b(?! (?:eve|day|sunday|monday))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\b(?:today|tomorrow|yesterday|on|since|from|until|till|thru|through|by|before|after|dated?|dos|d\.o\.s\.?|seen|showed?|missed|cancell?ed|cx|absent|(?:next|last|prior|previous|first|initial|return|recheck|f/u) (?:visit|session|tx|appt)|eval|evaluation|recert|cert|poc|started|start|starting|began|onset|doi|soc|sx|surgery|"
    r"next|last|appt|appointment|scheduled|signed|received|sent|ending|end|between|effective|eff|admitted|adm|discharged|d/c|dc|dob|born|returns?|week of|wk of|as of|valid|expires?|exp|due|injury|"
    r"fall|fell|keeps|sutures out|rtw|exac|wk|f/u|measured|comment|rev['’]?d|hx|surgery date|ago \(|films?|mri|x-?ray|xrays?|ct|injection|report|period|dates?|reassess(?:ed|ment)?|re-?eval|updated?|saw|f/u|follow-?up|for|to|of|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b[^\n\w]{0,4}|/\d{2,4}[ \t]?[-–][ \t]?)$",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"\b(?:pain|vas|nprs|mmt|strength|scored?|scores|grade|tinetti|berg|bbs|tug|mmse|moca|slums|dgi|fga|lefs|poma|rated?|rating|rates|level|test|rpe|borg|accuracy|goals?|stg|ltg|of|for|dynamic|correct|trials?|flex|flexion|ext|extension|abd|add|abduction|grip|gcs|fim|reflexe?s?|dtrs?|pulses?|at|max|min|spasm|tone|ashworth|quad|quads|hamstrings?|glute|deltoid|was|now|currently|only|is|from|to|with)\b[^\n\w]{0,5}$",
    re.IGNORECASE,
)
_LINE = re.compile(r"(?:^|\n)[ \t*•-]{0,6}$")
_LISTED = re.compile(
    r"[ \t]{0,2}(?:,|;|and|&|-|–|to|thru|through)[ \t,]{0,2}|[ \t]{0,12}\|[ \t]{0,12}|\t{1,4}"
)
_DOES = re.compile(
    r"[ \t]+(?:notes?|visits?|video|f/u|follow|appt|appointment|pt (?:phoned|called|rang|sent)|reviewed|message|calls?|called|session|eval|clinic|films?|mri|x-?ray"
    r"|surgery|for (?:re-?eval|recheck|f/u)|at \d{1,2}:\d{2})\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:for|to|of|from|note|report|is|on|level|period|before|after|end|start|starting|now|last|next|with|due|test|between|today|tomorrow|yesterday|note|eval|reported|rated)\b[^\n\w]{0,4}$",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:on|since|dos|dated|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b[^\n\w]{0,4}$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:next|from|visit|returns?|class|mtg|meeting|conference|conf|iep|appt|recheck|f/u|until|till|til|thru|through|starting|ending)\b[^\n\w]{0,4}$",
    re.IGNORECASE,
)
_ACRONYM = re.compile(
    r"(?<![\w])(?!(?:DOS|POC|DOI|SOC|DOB|WB|RTW|RTC|PT|OT|MD|PCP|MRI|CT|XR|DC|MTG|IEP|ED|ER|ON|AND|TO|THRU|NEXT|SEEN|DATE|MON|TUE|WED|THU|FRI|SAT|SUN)\b)"
    r"[A-Z][A-Za-z]{0,3}[A-Z][A-Za-z]*(?:-[A-Z0-9]+)?(?: (?:score|total|raw|L|R|was|now|at|of))?[ \t]?[:=]?[ \t]?$"
)
_HYPHENED_SHORT = re.compile(
    r"(?<=[A-Za-z] )(?P<m>0?[1-9]|1[0-2])-(?P<d>0?[1-9]|[12]\d|3[01])(?=[.;,)]|[ \t]*\n)"
)
_CLOSE = re.compile(
    r"\b(?:today|yesterday|tomorrow|now|us|seen|note|see (?:us|me|him|her|them))[ \t]{1,2}\(?$", re.IGNORECASE
)
_DAYS_KEPT = 32
_EVALUATED = re.compile(r"[ \t]+eval\b", re.IGNORECASE)
_VERY_NEAR = (-30, 30)
_CLOCK_AFTER = re.compile(r"[ \t]+(?:at[ \t])?(?:\d{1,2}:\d{2}|[01]\d[0-5]\d)\b")
_NOT_A_DAY = re.compile(
    r"[ \t]*(?:met\b|goals|correct|present|positive|pts\b|points|trials|items|strength|pain\b|is grade|%)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:TKA|THA|TKR|THR|TSA|RTSA|rTSA|ORIF|RCR|ACLR|ACL|ACDF|CABG|CVA|MVA|MVC|IMN|CMC|CTR|A1|BKA|AKA|TLIF|PLIF|XR|MRI|CT|ER|ED|DC|PLOF|Botox|release|repair|surgery|"
    r"fusion|ESI|EMG|NCV|PEG|FEES|MBS|MBSS|EGD|CI|SOC|COE|PN|IE|RE|SAD|DRUJ|LC|ENT)[ \t]?[,(]?[ \t]?$"
)
_NEAR = (-75, 75)  # days from a date of the text, within which a fraction is a day rather than a score
_BIRTH = re.compile(
    r"\b(?:d\.?[ \t]?o\.?[ \t]?b\b\.?|birth[ -]?(?:date|day)|date of birth|born|b\.)[^\n\w]{0,8}(?:\bon\b|\bin\b|\bis\b)?[ \t]?$",
    re.IGNORECASE,
)
_BIRTH_YEAR = re.compile(
    r"\b(?:born in|born|birth year|year of birth|yob|dob)[ \t]{0,2}:?[ \t]{0,2}(?P<y>19[0-4]\d)\b(?!-)",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:dos|d\.o\.s\.?|dates? of (?:service|visit|treatment|session|tx)|(?:visit|service|treatment|session|tx|note|today'?s|encounter|eval(?:uation)?) date|seen on|date)\b[^\n\w]{0,6}$",
    re.IGNORECASE,
)
_AHEAD = range(29, 36)  # years to come: three numbers that end so are settings ("5-5-30")
_WEEKDAY_NTH = re.compile(
    rf"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,? the (?P<d>{_ORDINAL}|\d{{1,2}}(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)


def find_dates(text: str) -> list[Found]:
    """Return the dates of a text, and the years that somebody was born in; of those that overlap the longest first."""
    return sorted(_dates(text), key=lambda one: one.start - one.end)


def _dates(text: str) -> Iterator[Found]:
    full = [*_in_digits(text), *_with_months(text)]
    yield from full
    days = _some(one.value for one in full if one.value and one.precision == "day")
    if not days:
        days = _some(one.value for one in islice(_short(text, ()), _DAYS_KEPT) if one.value)
    yield from _short(text, days)
    yield from _short_hyphened(text, days)
    for pattern, group in (
        (_NTH, "d"),
        (_WEEKDAY_NTH, "d"),
        (_HOLIDAY, "day"),
        (_HOLIDAY, "feast"),
        (_HOLIDAY, "low"),
    ):
        yield from (Found("date", *m.span(group)) for m in pattern.finditer(text) if m[group])
    for match in _HYPHENED.finditer(text):
        yield Found(
            "date", *match.span("date"), _made(_LEAP_YEAR, match["m"], match["d"]), "day", dated=False
        )
    for match in _BIRTH_YEAR.finditer(text):
        yield Found("date", *match.span("y"), precision="birth")


def _in_digits(text: str) -> Iterator[Found]:
    for pattern in (_ISO, _COMPACT, _SLASHED, _SPACED, _DASHED):
        for match in pattern.finditer(text):
            made = _made(match["y"], match["m"], match["d"])
            ahead = pattern is _DASHED and len(match["y"]) == 2 and int(match["y"]) in _AHEAD
            if made and not ahead:
                yield _found(text, match, made)


def _with_months(text: str) -> Iterator[Found]:
    for match in (*_MONTH_YEAR.finditer(text), *_MONTH_OF.finditer(text)):
        yield _found(text, match, _made(match["y"], _month(match), "1"), precision="month")
    for match in (*_NAMED.finditer(text), *_DAY_FIRST.finditer(text)):
        if _month_meant(text, match):
            groups = match.groupdict()
            year = groups.get("y") or groups.get("yy")
            made = _made(year or _LEAP_YEAR, _month(match), _day(match["d"]))
            yield _found(text, match, made, dated=bool(year))
    for match in _ALONE.finditer(text):
        if _month_alone(text, match):
            made = _made(_LEAP_YEAR, _month(match), "1")
            yield Found("date", *match.span("month"), made, "month", dated=False)


def _day(said: str) -> str:
    """Return the day of a month in digits."""
    if said.isdigit():
        return said
    return str(_ORDINALS.index(re.sub("[ -]", "-", said.lower())) + 1)


def with_years(found: Found, anchor: date) -> Found:
    """Give a date without a year the year that puts it nearest to the anchor."""
    if found.dated or found.value is None:
        return found
    nearest = min(
        (
            day
            for year in (anchor.year - 1, anchor.year, anchor.year + 1)
            if (day := _in_year(found.value, year))
        ),
        key=lambda day: abs((day - anchor).days),
        default=None,
    )
    return Found(found.kind, found.start, found.end, nearest, found.precision, found.service)


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _short(text: str, days: Sequence[date]) -> Iterator[Found]:
    """Yield dates without a year ("3/14"): near a full one, after a word of time, at the head of a line, or in a list."""
    ended = -1
    for match in _SHORT.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        after = text[match.end() : match.end() + 24]
        listed = (
            ended >= 0
            and _LISTED.fullmatch(text[ended : match.start()]) is not None
            and match.start() - ended < 12
            and not (
                int(match["d"]) in {5, 10}
                and int(match["m"]) <= int(match["d"])
                and "to" in text[ended : match.start()]
            )
        )
        if (listed or _tells_day(match, before, after, days)) and not re.match(_UNITS, after, re.IGNORECASE):
            made = _made(_LEAP_YEAR, match["m"], match["d"])
            if made:
                yield _found(text, match, made, dated=False)
                ended = match.end()


def _some(days: Iterable[date]) -> list[date]:
    """Return the first of the days, each once: enough to tell what is near."""
    return list(dict.fromkeys(days))[:_DAYS_KEPT]


def _short_hyphened(text: str, days: Sequence[date]) -> Iterator[Found]:
    """Yield "3-12" near a date where the text writes dates so, at the end of what is said."""
    if not re.search(r"\b\d{1,2}-\d{1,2}-(?:20)?\d{2}\b", text):
        return
    for match in _HYPHENED_SHORT.finditer(text):
        month, day = int(match["m"]), int(match["d"])
        if _near(month, day, days, _VERY_NEAR) and (made := _made(_LEAP_YEAR, match["m"], match["d"])):
            yield _found(text, match, made, dated=False)


def _tells_day(match: re.Match[str], before: str, after: str, days: Sequence[date]) -> bool:
    """Tell whether a fraction is a day: scores are out of five, ten or more, and stand beside other words."""
    month, day = int(match["m"]), int(match["d"])
    if _FIRM.search(before) or (_NEXT.search(before) and _near(month, day, days)):
        return True
    if _CLOSE.search(before) and _near(month, day, days, (-3, 3)):
        return True
    if _BEFORE.search(before):
        score = day in {3, 4, 5, 10} or month == day or _inch(month, day)
        return not (score and _LOOSE.search(before) and not _NEXT.search(before))
    if match["m"].startswith("0") or match["d"].startswith("0"):
        return True
    return _day_by_place(month, day, before, after, days)


def _inch(month: int, day: int) -> bool:
    return day in {2, 4, 8, 16} and month % 2 == 1 and month < day


def _day_by_place(month: int, day: int, before: str, after: str, days: Sequence[date]) -> bool:
    """Tell whether a fraction that no word of time announces is a day, by where it stands and what is near."""
    score = month <= day and day in {3, 4, 5, 10}
    if after.startswith(":") and re.search(r"[.;][ \t]{1,2}$", before):
        return True
    if _LINE.search(before):
        return not score and re.match(r"[ \t]*(?:[:.;–-]|[A-Za-z])", after) is not None
    if _DOES.match(after):
        return not score or (_EVALUATED.match(after) is not None and _near(month, day, days, _VERY_NEAR))
    near = _near(month, day, days)
    if near and _CLOCK_AFTER.match(after):
        return True
    return not score and _day_among_words(month, day, before, after, near=near, alone=not days)


def _day_among_words(month: int, day: int, before: str, after: str, *, near: bool, alone: bool) -> bool:
    event = _EVENT.search(before) is not None
    if (_ACRONYM.search(before) and not event) or _NOT_A_DAY.match(after):
        return False
    if near or (event and day > 5) or (month > day and alone):
        return not _SCORE.search(before) or (month > day and "to" not in before[-4:])
    rare = day > 12 and day not in {15, 20, 24, 25, 28, 30}
    return rare and not (_inch(month, day) or _SCORE.search(before))


def _near(month: int, day: int, days: Sequence[date], within: tuple[int, int] = _NEAR) -> bool:
    """Whether a day without a year is near to one of the text's dates."""
    if not 1 <= month <= 12:
        return False
    try:
        bare = date(int(_LEAP_YEAR), month, day)
    except ValueError:
        return False
    return any(
        within[0] <= (there - full).days <= within[1]
        for full in days
        for year in (full.year - 1, full.year, full.year + 1)
        if (there := _in_year(bare, year))
    )


def _month(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if groups.get("month"):
        return str(_NAMES.index(match["month"][:3].lower()) + 1)
    return str(match["m"])


def _month_meant(text: str, match: re.Match[str]) -> bool:
    """Tell whether "may 5" and "march 10" are dates: with a capital, a year, or a word of time before."""
    name = match["month"].lower()
    groups = match.groupdict()
    day = match["d"]
    if day.isdigit() and not 1 <= int(day) <= 31:
        return False
    if (
        name in {"may", "march", "mar", "dec", "sep", "sept", "second", "jan", "jun"}
        and match["month"].islower()
    ):
        before = text[max(0, match.start() - 24) : match.start()]
        return (
            bool(groups.get("y"))
            or _BEFORE.search(before) is not None
            or name in {"dec", "sept", "jan", "jun"}
        )
    return name != "may" or not match["month"].isupper() or not day.isalpha()


def _month_alone(text: str, match: re.Match[str]) -> bool:
    name = match["month"]
    towards = _TOWARDS.search(text[max(0, match.start() - 20) : match.start()]) is not None
    if name.lower() in {"may", "march"}:
        return (
            towards
            and name[0].isupper()
            and re.match(r"[ \t]+(?:[a-z]+ing|be|need|have|in place)\b", text[match.end() : match.end() + 12])
            is None
        )
    if len(name) <= 4 and name.lower() not in {"june", "july"}:
        return towards and name[0].isupper() and not name.isupper()
    return True


def _made(year: str, month: str, day: str) -> date | None:
    """Return a day, month first or, where that can't be, day first."""
    digits = year.lstrip("'")
    full = int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) <= 50 else 1900)
    for m, d in ((int(month), int(day)), (int(day), int(month))):
        try:
            return date(full, m, d)
        except ValueError:
            continue
    return None


def _found(
    text: str,
    match: re.Match[str],
    value: date | None,
    *,
    dated: bool = True,
    precision: Precision = "day",
) -> Found:
    before = text[max(0, match.start() - 32) : match.start()]
    if _BIRTH.search(before):
        return Found("date", *match.span(), value, "birth")
    service = precision == "day" and _SERVICE.search(before) is not None
    return Found("date", *match.span(), value, precision, service, dated)
