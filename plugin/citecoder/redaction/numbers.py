"""Numbers that stand for somebody: after a label, or so long that they can't be anything of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.marking import Found, Kind
from citecoder.redaction.wording import NumberLabel, Wording

_SIGN = re.compile(
    r"(?:[ \t]?\([^()\n]{0,14}\))?(?P<colon>[ \t]{0,3}[.]{0,12}[:=][ \t]{0,3})?(?P<sign>[ \t.(]{0,3}(?:(?:no|num|number|nbr|id|code)\b\.?|#|№)[ \t.):=#-]{0,4})?"
    r"(?P<after>[ \t]{0,3}(?:is|was|ending|ends|in|on file|of)\b){0,3}[ \t.:=#-]{0,4}",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"[A-Za-z0-9*]{1,40}(?:[-/._][A-Za-z0-9*]{1,40}){0,8}(?: [A-Z]{2} (?=\d)[A-Z0-9-]{2,12}\b)?(?: (?=[A-Z0-9-]{2,12}\b)(?=[A-Z-]{0,5}\d)[A-Z0-9-]{2,12}){0,4}"
)
_PREFIXED = re.compile(
    r"[A-Z]{1,5}(?:-[A-Z]{1,4})?(?: I{1,3})? (?=[A-Z]{0,3}-?\d[\dA-Z -]{2})[A-Z0-9]{2,16}(?:[ -](?=[A-Z]{0,2}\d)[A-Z0-9]{1,10}){0,4}(?: [A-Z](?=[,;.)\n]|$))?(?![\w-])"
)
_LETTERS_FIRST = re.compile(
    r"(?<![\w/-])(?P<head>[A-Z]{2,5}(?:-[A-Z]{2,4})?)(?: I{1,3})? (?P<number>\d{3,}(?:[ -]\d{2,}){1,4}(?: [A-Z0-9]{1,2}(?=[,;.)\n]|$))?|\d{6,})(?![\w/]|-\w|\.\d)"
    r"|(?<![\w/-])[A-Z]{2,4}:(?=[A-Z0-9-]{0,20}\d[A-Z0-9-]{0,20}\d)[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){1,6}(?!\w)"
)
_BY_FOURS = re.compile(r"(?<![\w-])\d{4}(?: \d{4}){2,4}(?![\w-])")
_STATE_FIRST = re.compile(
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) "
)
_PLATE = re.compile(
    r"(?=[A-Z-]{0,8} ?[A-Z-]{0,3}\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}(?:[ -][A-Z0-9]{1,4})?(?![\w-])|(?=[0-9-]{0,8}\d ?[A-Z])[A-Z0-9]{1,8}[ -][A-Z0-9]{2,5}(?![\w-])"
)
_ONE_WORD = re.compile(r"[A-Za-z0-9*]{1,40}(?:[-/._][A-Za-z0-9*]{1,40}){0,8}")
_PHONE = re.compile(
    r"\+?[\d(](?:[\d ()-]|\.(?!\s)){5,20}\d(?:[ \t]{0,2}(?:x|ext\.?)[ \t]{0,2}\d{1,6})?", re.IGNORECASE
)
_LOGIN = re.compile(r"[ \t]{0,3}[:=][ \t]{0,3}(@?[\w.@!$-]{3,40})")
_MEASURED = re.compile(
    r"[ \t]{0,2}-?(?:min|mins|minutes?|m|h|hrs?|hours?|sec|s|reps?|x|×|sets?|lbs?|kg|deg|degrees|°|%|visits?|vis|units?|sessions?|weeks?|wks?"
    r"|days?|d|months?|mos?|years?|yrs?|y/?o|ft|feet|steps?|in|inch|inches|cm|mm|people|patients|pts|times?|more|of|out|/\s?\d)\b|[ \t]?[°%×]",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?:\d{5}|\d{4}[A-Z]|[A-Z]\d{4})(?:[ ,/x-]{1,2}(?:\d{1,2}|[A-Z]{2}|[A-Z]\d|\d[A-Z]|\d{5}|[A-Z]\d{4}))*"
    r"|[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|[A-TV-Z]\d[0-9A-Z]{2,5}",
    re.IGNORECASE,
)
_CODE_ALONE = re.compile(
    r"[1-9]\d{4}(?:-[A-Z0-9]{2}|X\d)?|\d{4}[FT]|[A-Z]\d{4}|[A-TV-Z]\d[0-9A-Z]{1,5}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}"
)
_DATE = re.compile(
    r"(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}"
    r"|\d{1,2}-?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}-?\d{2,4})(?![\w/-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_RUN = re.compile(r"(?<![A-Za-z0-9/_.-])[A-Za-z0-9]{1,40}(?:[-/_][A-Za-z0-9]{1,40}){0,8}(?![A-Za-z0-9_])")
_LETTERED = re.compile(
    r"[A-Z]{1,8}[-_/]?\d{5,}[A-Z]{0,3}|[A-Z]{2,8}\d{4,}[A-Z]{0,3}|\d{4,}[A-Z]{1,4}\d{2,}[A-Z0-9]*|[A-Z]{1,4}\d{1,4}[A-Z]{1,4}\d{3,}[A-Z0-9]*"
)
_SMALL_RUN = re.compile(
    r"[a-z]{1,4}[-_]?\d{5,}|\d{5,}[a-z]{1,3}|(?=(?:\w*-)*\d{4,})[a-zA-Z0-9]{1,12}(?:-[a-zA-Z0-9]{1,12}){1,4}"
)
_MIXED = re.compile(r"(?=[A-Z0-9]{5,})(?:[A-Z]{0,4}\d{1,5}(?!X\d)[A-Z]{1,5}\d[A-Z0-9]*)")
_SPINE = re.compile(
    r"(?:[CTLS]\d{1,2}){2,}|\d{1,2}[YM]\d{1,2}[MD]|\d{1,3}X\d{1,3}(?:X\d{1,3})?|\d{1,3}[A-Z]{1,3}X\d{1,3}|\d{5}X\d{1,2}"
)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[0-5]\d")
_ROOM = re.compile(
    r"\b(?:room|rm|bed|bay|locker|bldg|building|cubby|apt|unit|ste|suite|pod|hall|wing|cell)\b\.?[ \t]{0,2}(?:no\.?|number|#)?[ \t]{0,2}"
    r"(?P<value>(?=[A-Za-z]{0,3}-?\d)[A-Za-z0-9]{1,5}(?:-[A-Za-z0-9]{1,5})?|(?-i:[A-Z])(?:,? \d{1,4})?)(?![\w%°/-]|\.\d)",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    r"[ \t]{0,2}(?:min|mins|minutes?|reps?|x|ft|feet|steps?|people|persons?|days?|times|units?|sec|in\b|cm|sets?|to\b|lbs?|degrees|°)",
    re.IGNORECASE,
)
_STATE_LICENCE = re.compile(
    r"\b(?:(?P<state>A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r"|Cal(?:if)?|Tex|Fla|Mass|Penn|Wash|Mich|Minn|Wis|Ariz|Colo|Conn|Ill|Ind|Tenn|Ore|KYNP|(?:PT|OT|SLP|PTA|OTA|COTA|DC|ATC|OTR/L|DPT|CCC-SLP|OTR|OTD|LMT|CHT|RN|MD))"
    r"\.?#?,?[ \t]{1,2}\(?(?:lic(?:ense|ence)?\b\.?[ \t]?)?(?P<value>#?(?:(?:PT|OT|SLP|SP|PTA|OTA|SA)[ .-]?)?(?:[A-Z]{1,4}[.-]?)?\d[\dA-Z]*(?:[.-][\dA-Z]{1,12}){0,3})"
    r"(?![\w/%°]|\.\d|[ \t]?(?:min|x\b|×|reps|sets|deg|sec|lb|ft|visits|/))"
)
_VEHICLE = re.compile(
    r"(?<![\w-])(?=[A-HJ-NPR-Z0-9]{0,16}\d)(?=[0-9]{0,16}[A-Z])[A-HJ-NPR-Z0-9]{17}(?![\w-])"
)
_TELEPHONES = frozenset({"phone", "fax"})
_LOGINS = frozenset(
    {"username", "user name", "user id", "userid", "login", "password", "handle", "twitter", "instagram"}
)


def find_numbers(text: str, folded: str, wording: Wording) -> Iterator[Found]:
    """Yield the numbers that follow a label, then those that need none."""
    for label, start, end in wording.numbers.find(folded):
        found = _after(text, label, end, wording)
        if found is None and folded[start:end] in _LOGINS and (login := _LOGIN.match(text, end)):
            found = Found(label.kind, *login.span(1))
        if found is not None:
            yield Found(found.kind, start, found.end) if found.kind == "biometric" else found
    yield from (Found("other", *match.span()) for match in _BY_FOURS.finditer(text))
    yield from (
        Found("other", *match.span()) for match in _LETTERS_FIRST.finditer(text) if _prefixed(match, wording)
    )
    yield from (Found("vehicle", *match.span()) for match in _VEHICLE.finditer(text))
    yield from (Found("other", *_room(m)) for m in _ROOM.finditer(text) if _numbers_a_room(text, m))
    yield from (Found("licence", *m.span("value")) for m in _STATE_LICENCE.finditer(text) if _licensed(m))
    yield from (Found("other", *run.span()) for run in _RUN.finditer(text) if _unlike_any(run.group()))


def _room(match: re.Match[str]) -> tuple[int, int]:
    """Return the span of a room; a building's takes its word with it."""
    return match.span() if match.group().lower().startswith(("bldg", "building")) else match.span("value")


def _numbers_a_room(text: str, match: re.Match[str]) -> bool:
    value = match["value"]
    if not any(map(str.isdigit, value)):
        return value.isupper() and match.group()[:4].lower() == "bldg"
    if len(value) == 1 or value.lower().startswith("x") or (" " in value and "," not in value):
        return False
    worded = match.group().lower().startswith(("bed", "unit", "hall", "cell", "bay", "building"))
    if worded and value.isdigit() and len(value) < 3:
        return False
    return not _MINUTES.match(text, match.end()) and not _CODE_ALONE.fullmatch(value)


def _licensed(match: re.Match[str]) -> bool:
    """Whether what follows the letters of a state or of a degree is a licence: four digits or more, and no code."""
    value = match["value"].lstrip("#").replace(" ", "")
    if "(" in match.group() and re.fullmatch(r"[A-Z]\d{5,}", value):
        return True
    digits = sum(map(str.isdigit, value))
    if digits < 4 or (_CODE_ALONE.fullmatch(value) and not value.startswith("0")) or _DATE.fullmatch(value):
        return False
    return not _YEAR.fullmatch(value)


def _prefixed(match: re.Match[str], wording: Wording) -> bool:
    """Tell whether letters and the digits behind them are one identifier ("IOPI 0922-417"), and no codes or range."""
    if match["number"] is None:
        return True
    parts = re.split("[ -]", match["number"])
    if all(_CODE_ALONE.fullmatch(part) for part in parts) or match["head"] in wording.state_letters:
        return False
    head = match["head"].lower()
    if head in wording.proper or head in wording.never or (len(head) < 3 and head in wording.ordinary):
        return False
    if any(
        hit[1:] == (0, len(head))
        for known in (wording.numbers, wording.credentials)
        for hit in known.find(head)
    ):
        return False
    lengths = {len(part) for part in parts}
    return (
        sum(lengths) >= 6
        if len(parts) == 1
        else sum(map(len, parts)) >= 6 and not (len(parts) == 2 and len(lengths) == 1)
    )


def _after(text: str, label: NumberLabel, at: int, wording: Wording) -> Found | None:
    """Return the number that a label is followed by, if it can be an identifier."""
    sign = _SIGN.match(text, at)
    if sign is None:
        return None
    if label.kind in _TELEPHONES:
        return _telephone(text, label.kind, sign.end())
    state = _STATE_FIRST.match(text, sign.end()) if label.kind == "vehicle" else None
    if label.kind == "vehicle" and (plate := _PLATE.match(text, state.end() if state else sign.end())):
        return Found(label.kind, *plate.span())
    if (
        label.kind in {"device", "plan", "other", "account", "licence"}
        and (label.strong or sign["sign"])
        and (value := _PREFIXED.match(text, sign.end()))
    ):
        first = re.split("[ -]", value.group())[0].lower()
        if not (
            first.upper() in wording.state_letters
            or first in wording.proper
            or wording.credentials.find(first)
        ):
            return Found(label.kind, *value.span())
    lettered = _STATE_FIRST.match(text, sign.end()) if label.kind == "licence" else None
    value = _VALUE.match(text, lettered.end() if lettered else sign.end())
    head = value.group().split(" ")[0] if value else ""
    if not (any(map(str.isdigit, head)) or (head.replace("-", "").isupper() and len(head) <= 5)):
        value = _ONE_WORD.match(text, sign.end())
    if value is None or (sign.end() == at and text[at - 1].isalnum()):
        return None
    words = value.group()
    signed = label.signed or sign["sign"] is not None
    if not _identifies(words, label, signed=signed, colon="#" in sign.group() or ":" in sign.group()):
        return None
    if _MEASURED.match(text, value.end()):
        return None
    return Found(label.kind, value.start(), value.end())


def _telephone(text: str, kind: Kind, at: int) -> Found | None:
    match = _PHONE.match(text, at)
    digits = sum(char.isdigit() for char in match.group()) if match else 0
    return Found(kind, match.start(), match.end()) if match and 7 <= digits <= 20 else None


def _identifies(words: str, label: NumberLabel, *, signed: bool, colon: bool) -> bool:
    digits = sum(char.isdigit() for char in words)
    letters = sum(char.isalnum() for char in words)
    if not digits or _DATE.match(words):
        return False
    if label.strong and (signed or colon):
        return digits >= 2
    if label.strong:
        return digits >= 3 and letters >= 4 and not _YEAR.fullmatch(words)
    if signed and label.kind != "phone":
        return digits >= 3
    plan = label.kind == "plan" and words.isdigit() and not words.startswith("9")
    return digits >= 4 and not _YEAR.fullmatch(words) and (plan or not _CODE.fullmatch(words))


def _unlike_any(run: str) -> bool:
    """Tell whether a run of letters and digits is too long for a code, a dose, a score or a date."""
    digits = sum(char.isdigit() for char in run)
    if (
        digits < 2
        or set(run) & set("0123456789") <= {"0", "1"}
        or _CODE.fullmatch(run)
        or _CODE_ALONE.fullmatch(run)
    ):
        return False
    if run.isdigit():
        return digits >= 6
    parts = re.split("[-/_]", run)
    if digits == sum(map(len, parts)):
        return _digits_in_parts(run, parts)
    if not run.isupper():
        return digits >= 5 and _SMALL_RUN.fullmatch(run) is not None
    if _LETTERED.fullmatch(run) or (_MIXED.fullmatch(run) and not _SPINE.fullmatch(run)):
        return True
    return "-" in run and _lettered_parts(run, parts)


def _digits_in_parts(run: str, parts: list[str]) -> bool:
    """Tell whether digits with hyphens are neither a date, a range, a time nor a series of scores."""
    digits = sum(map(len, parts))
    if "/" in run or "_" in run or _DATE.fullmatch(run) or len(parts) > 5:
        return False
    if len(parts) > 2:
        return digits >= 7
    first, second = parts
    if len(first) == len(second):
        clock = _CLOCK.fullmatch(first) and _CLOCK.fullmatch(second)
        return digits >= 8 and not clock
    return digits >= 6 and len(first) > len(second)


def _lettered_parts(run: str, parts: list[str]) -> bool:
    """Tell whether capitals and digits with hyphens are an identifier: a run of three digits, or parts of both kinds."""
    if re.fullmatch(r"\d{5}(?:-[A-Z0-9]{2}){1,4}|[A-Z]\d{4}(?:-[A-Z0-9]{2}){1,4}", run) or re.search(
        r"COVID|SARS|/", run
    ):
        return False
    if any(re.fullmatch(r"\d{3,}", part) for part in parts):
        return True
    if len(parts) > 1 and any(
        _LETTERED.fullmatch(p) or re.fullmatch(r"(?=.*\d.*\d.*\d)(?=.*[A-Z])[A-Z0-9]{4,}", p) for p in parts
    ):
        return True
    return len(parts) > 2 and sum(map(len, parts)) >= 7 and sum(map(str.isdigit, run)) >= 2
