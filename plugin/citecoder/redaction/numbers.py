"""Numbers that stand for somebody: after a label, or so long that they can't be anything of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.marking import Found, Kind
from citecoder.redaction.wording import NumberLabel, Wording

_SIGN = re.compile(
    r"(?P<colon>[ \t]{0,3}[:=][ \t]{0,3})?(?P<sign>[ \t.(]{0,3}(?:(?:no|num|number|nbr|id|code)\b\.?|#|№)[ \t.):=#-]{0,4})?"
    r"(?P<after>[ \t]{0,3}(?:is|was|ending|ends|in|on file|of)\b){0,3}[ \t.:=#-]{0,4}",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"[A-Za-z0-9*]{1,40}(?:[-/._][A-Za-z0-9*]{1,40}){0,8}(?: (?=[A-Z0-9-]{2,12}\b)(?=[A-Z-]{0,5}\d)[A-Z0-9-]{2,12}){0,4}"
)
_ONE_WORD = re.compile(r"[A-Za-z0-9*]{1,40}(?:[-/._][A-Za-z0-9*]{1,40}){0,8}")
_PHONE = re.compile(r"\+?[\d(][\d ().-]{5,20}\d(?:[ \t]{0,2}(?:x|ext\.?)[ \t]{0,2}\d{1,6})?", re.IGNORECASE)
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
_DATE = re.compile(
    r"(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}"
    r"|\d{1,2}-?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}-?\d{2,4})(?![\w/-])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_RUN = re.compile(r"(?<![A-Za-z0-9/_.-])[A-Za-z0-9]{1,40}(?:[-/_][A-Za-z0-9]{1,40}){0,8}(?![A-Za-z0-9_])")
_LETTERED = re.compile(
    r"[A-Z]{1,8}[-_/]?\d{5,}[A-Z]{0,3}|\d{4,}[A-Z]{1,4}\d{2,}[A-Z0-9]*|[A-Z]{1,4}\d{1,4}[A-Z]{1,4}\d{3,}[A-Z0-9]*"
)
_ROOM = re.compile(
    r"\b(?:room|rm)\.?[ \t]{0,2}#?[ \t]{0,2}(\d{2,4}-?[A-Za-z]?)(?![\w%°/-]|\.\d)", re.IGNORECASE
)
_MINUTES = re.compile(r"[ \t]{0,2}(?:min|mins|minutes?|reps?|x|ft)\b", re.IGNORECASE)
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
        found = _after(text, label, end)
        if found is None and folded[start:end] in _LOGINS and (login := _LOGIN.match(text, end)):
            found = Found(label.kind, *login.span(1))
        if found is not None and found.kind == "biometric":
            found = Found(found.kind, start, found.end)
        if found is not None:
            yield found
    yield from (Found("vehicle", *match.span()) for match in _VEHICLE.finditer(text))
    yield from (Found("other", *m.span(1)) for m in _ROOM.finditer(text) if not _MINUTES.match(text, m.end()))
    yield from (Found("other", *run.span()) for run in _RUN.finditer(text) if _unlike_any(run.group()))


def _after(text: str, label: NumberLabel, at: int) -> Found | None:
    """Return the number that a label is followed by, if it can be an identifier."""
    sign = _SIGN.match(text, at)
    if sign is None:
        return None
    if label.kind in _TELEPHONES:
        return _telephone(text, label.kind, sign.end())
    value = _VALUE.match(text, sign.end())
    head = value.group().split(" ")[0] if value else ""
    if not (any(map(str.isdigit, head)) or (head.isupper() and len(head) <= 3)):
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
    if digits < 5 or _CODE.fullmatch(run):
        return False
    if run.isdigit():
        return digits >= 7
    if digits == len(run.replace("-", "").replace("/", "")):
        return digits >= 9 and "/" not in run and run.count("-") <= 3 and not _DATE.fullmatch(run)
    if _LETTERED.fullmatch(run):
        return True
    return "-" in run and run.upper() == run and not re.search(r"\d{5}-[A-Z0-9]{2}(?![A-Z0-9])", run)
