"""Identifiers that their shape gives away: mail and web addresses, telephone and social security numbers, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.marking import Found, Kind

_HEX = "[0-9A-Fa-f]"
_EXTENSION = r"(?:[ \t]{0,2},?[ \t]{0,2}(?:x|ext\.?|extension)[ \t]{0,2}\d{1,6})?"
_SHAPES: tuple[tuple[Kind, str], ...] = (
    ("email", r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    (
        "email",
        r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:[.,][\w-]{1,63}){0,5}[.,](?:com|org|net|edu|gov|io)\b",
    ),
    (
        "email",
        r"(?<![\w.])[\w.]{2,40} ?(?:\(at\)|\[at\]| at ) ?\w{2,30} ?(?:\(dot\)|\[dot\]| dot ) ?(?:com|org|net|edu|gov)\b",
    ),
    ("url", r"\b(?:https?|ftps?|sftp)://[^\s<>\"']{1,2000}(?<![.,;:)\]])"),
    ("url", r"\bwww\.[^\s<>\"']{1,2000}(?<![.,;:)\]])"),
    (
        "url",
        r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|edu|gov|io)\b(?:/[^\s<>\"']{0,2000}(?<![.,;:)\]]))?",
    ),
    ("url", r"(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){2,5}[a-z]{2,12}/[^\s<>\"']{1,2000}(?<![.,;:)\]])"),
    (
        "url",
        r"(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,5}[a-z]{2,12}/[^\s<>\"']{0,200}[?=#][^\s<>\"']{1,2000}(?<![.,;:)\]])",
    ),
    (
        "url",
        r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,10}/[a-z0-9_-]{1,60}/[^\s<>\"']{1,2000}(?<![.,;:)\]])",
    ),
    ("photo", r"(?<![\w.-])[\w-]{1,80}\.(?:jpe?g|png|heic|heif|tiff?|gif|bmp|mp4|mov|dcm)\b"),
    (
        "photo",
        r"\b(?:full[- ]face(?:d)?|facial|face|head ?shot|profile|id|portrait|mug)[ -](?:photo(?:graph)?|picture|image|pic|selfie)s?\b",
    ),
    (
        "photo",
        r"\b(?:photo(?:graph)?|picture|image|pic)s? of (?:the )?(?:pt|patient|client|resident|child|his|her|their)(?:['’]s)?(?: full)? face\b",
    ),
    ("photo", r"\bhead ?shots?\b|\bselfies?\b"),
    ("device", rf"(?<![\w:-])(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}(?![\w:-])"),
    ("device", r"\(01\)\d{14}(?:\(\d{2}\)[\w-]{1,30}){0,4}"),
    (
        "ip",
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)(?::\d{2,5}\b)?",
    ),
    ("ip", rf"(?<![\w:])(?:{_HEX}{{1,4}}:){{5,7}}{_HEX}{{1,4}}(?![\w:])"),
    ("ip", rf"(?<![\w:])(?:{_HEX}{{1,4}}:){{1,6}}(?::{_HEX}{{1,4}}){{1,6}}(?![\w:])"),
    ("ssn", r"(?<![\w-])(?:\d{3}|[x*]{3})-(?:\d{2}|[x*]{2})-\d{4}(?![\w-])"),
    ("ssn", r"(?<![\w.-])\d{3} \d{2} \d{4}(?![\w-])"),
    ("account", r"(?<![\w-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])"),
    (
        "phone",
        rf"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{{3}}\)[ .-]{{0,2}}|\d{{3}}[ ./^-])\d{{3}}[ .-]?\d{{4}}{_EXTENSION}(?![\w])",
    ),
    (
        "phone",
        rf"(?<![\w.-])\d{{3}}-\d{{4}}{_EXTENSION}(?![\w-])(?! ?(?:steps|ft|feet|m|mg|lbs?|kcal|cal|reps)\b)",
    ),
    ("phone", r"(?<![\w+])\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4}(?![\w])"),
    (
        "plan",
        r"(?<![\w-])[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\w-])",
    ),
)
_SPOKEN = re.compile(
    r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|dash|hyphen)\b[ \t,.-]{1,2}){5,24}"
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)
_PATTERNS = tuple((kind, re.compile(shape, re.IGNORECASE)) for kind, shape in _SHAPES)
_FAX = re.compile(r"\b(?:fax|facsimile|fx|e-?fax|f)\b[^\n\d]{0,14}$", re.IGNORECASE)


def find_contacts(text: str) -> Iterator[Found]:
    """Yield the identifiers of a text that have a shape of their own."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            fax = kind == "phone" and _FAX.search(text[max(0, match.start() - 24) : match.start()])
            yield Found("fax" if fax else kind, match.start(), match.end())
    yield from (Found("phone", *match.span()) for match in _SPOKEN.finditer(text))
