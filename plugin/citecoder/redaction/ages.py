"""Ages over 89, in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.redaction.marking import Found

_OVER_89 = r"9\d|1[01]\d"
_TENS = (
    r"ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:a |one )?hundred(?:[ -](?:and )?(?:one|two|three|four|five|six|seven|eight|nine|ten))?"
)
_NOT_YEARS = r"degrees?|deg\b|percent|seconds?|secs?\b|feet|ft\b|minutes?|min\b|steps?|reps?|pounds?|times|beats|over|bpm|meters?|yards?|inches|days?|visits?|mm\b|hundred|five degrees"
_AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d.,/$-])(?P<age>{_OVER_89}|{_TENS})[ \t-]{{0,2}}(?:y\.?/?o\b|y\.[ \t]?o\.?|yrs?\.?[ \t-]?o\b|y/o|(?:yrs?|years?)\.?[ \t-]{{0,2}}(?:old|young|of age)|year[ -]old|yrold)",
        rf"\b(?:age|aged|ages)\b[ \t]{{0,2}}(?::|=|-|is|of|at)?[ \t]{{0,2}}(?P<age>{_OVER_89}|{_TENS})\b(?![.%°/]\w)",
        rf"\b(?:turn(?:s|ed|ing)|reach(?:ed|ing)|is now|just|almost|nearly)[ \t](?P<age>{_OVER_89}|{_TENS})\b(?=[ \t]*(?:[.,;)]|$|\n|last|this|next|in|on|yesterday|today))(?![.,]\d)",
        rf"\b(?P<age>(?:{_OVER_89})(?:st|nd|rd|th))[ \t]birthday",
        r"(?<![\d.,/°$-])(?P<age>9\d)(?:y|yr|yrs)?[ \t/-]?(?:(?-i:[MF]|WM|WF|BM|BF)|male|female|man|woman|lady|gentleman)\b(?![ \t]?(?:°|temp|deg|water|pool))",
        rf"(?<![\d.,/$-])(?P<age>{_OVER_89})y\b",
        rf"(?<!pulse )(?<!rate )(?<!sats )(?<!sat )(?<!at )(?<!to )(?<!of )(?<!from )(?<!about )(?<!nearly )(?<!past )(?<!saturation )(?<!oxygen )\b(?P<age>ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)\b(?![ \t-](?:{_NOT_YEARS}))",
        rf"[a-z],[ \t](?P<age>{_OVER_89})(?=[ \t]?(?:[,;)(]|\.(?!\d)))",
        rf"\b(?:he|she|they|pt|patient|who) (?:was|is|will be|turned)[ \t](?P<age>{_OVER_89})(?=[ \t]?(?:[,;)(]|\.(?!\d)|at\b|when\b|last\b|and\b))",
        rf"\b[A-Z][a-z]+[ \t]\((?P<age>{_OVER_89})\)",
        rf"//[ \t](?P<age>{_OVER_89})[ \t]?//",
        rf"\b(?:['’]s|is|was|has|have) (?:now |just |been |already |almost )(?P<age>{_OVER_89})\b(?=[ \t]*(?:[.,;)]|since|for|$|\n|now|today|this))(?![.,]\d)",
    )
)
_BARE_AGES = (4, 5)  # of _AGES, those that a temperature may look like
_TEMPERATURE = re.compile(
    r"temp|degrees|water|pool|tub|bath|tank|fluido|whirl|paraffin|warm|\bmin\b|°|unit|F /|\b(?:T|at|to|of)[ \t:=]{0,3}$",
    re.IGNORECASE,
)


def find_ages(text: str) -> Iterator[Found]:
    """Yield the numbers, in digits or in words, of ages over 89."""
    for at, pattern in enumerate(_AGES):
        for match in pattern.finditer(text):
            if (
                match["age"].lower() == "90"
                and "90 or" in text[match.start() : match.start("age") + 5].lower()
            ):
                continue
            before = text[max(0, match.start() - 48) : match.start()]
            if at not in _BARE_AGES or not _TEMPERATURE.search(before):
                yield Found("age", *match.span("age"))
