"""How codes' companions are written: modifiers, payers, people, disciplines, units, numbers in words, set phrases.

Knows spellings only; where they stand in a text is for ``tokens``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from citecoder.retrieval.keywords import words

MODIFIERS = [
    "GP",
    "GO",
    "GN",
    "KX",
    "CQ",
    "CO",
    "GA",
    "GX",
    "GY",
    "GZ",
    "XE",
    "XS",
    "XP",
    "XU",
    "AT",
    "GT",
    "FQ",
    "FR",
    "Q5",
    "Q6",
    "CR",
    "CG",
    "KF",
    "NU",
    "RR",
    "LT",
    "RT",
    "SG",
    "TC",
    "GL",
    "KZ",
    "WV",
]
NUMBERED = (
    "22",
    "24",
    "25",
    "33",
    "50",
    "51",
    "52",
    "53",
    "57",
    "59",
    "76",
    "77",
    "91",
    "93",
    "95",
    "96",
    "97",
)
UNITS = [
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
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH = "|".join(f"{m}|{m[:3]}\\.?" for m in (*MONTHS, "sept"))
WORD_NUMBER = "|".join(
    (
        *(f"{t}[- ](?:{'|'.join(UNITS[1:10])})" for t in TENS),
        *sorted((*UNITS, *TENS), key=len, reverse=True),
        "hundred",
        "dozen",
    )
)

PAYERS: tuple[tuple[str, str], ...] = (
    ("medicare_advantage", r"medicare advantage|humana medicare|uhc medicare|aarp medicare|ma[- ]plans?|advantage plans?|part c|medicare replacement"),
    ("medicare", r"(?:original |traditional |ffs )?medicare(?: part b| b)?|mcr|part b|cms(?!-?\d)|centers for medicare"),
    ("tx_medicaid", r"texas medicaid"),
    ("medicaid", r"medicaid"),
    ("tricare", r"tri-?care(?: east| west)?"),
    ("uhc", r"uhc|united ?healthcare|united health care|united(?! states)|optum"),
    ("humana", r"humana"),
    ("highmark", r"highmark"),
    ("aetna", r"aetna"),
    ("cigna", r"cigna"),
    ("anthem", r"anthem(?: bcbs)?"),
    ("bcbs", r"bcbs|blue cross(?:[ /]+(?:and )?blue shield)?|blue shield|blues\b|blue plans?"),
    ("ca_workers_comp", r"california workers'? comp(?:ensation)?"),
    ("wa_workers_comp", r"(?:washington )?l&i|labor (?:and|&) industries"),
    ("workers_comp", r"work(?:ers?['’]?s?|man'?s)?[- ]comp(?:ensation)?|wc claim"),
    ("commercial", r"(?:commercial|private) (?:payers?|insurance|insurers?)|commercial"),
    ("ngs", r"ngs|national government services"), ("cgs", r"cgs"), ("palmetto", r"palmetto"),
    ("noridian", r"noridian"), ("novitas", r"novitas"), ("first_coast", r"first coast"), ("wps", r"wps"),
    ("kaiser", r"kaiser"), ("va", r"veterans affairs|va(?= (?:pays|covers|plans?|claims?))"),
)  # fmt: skip
"""Payers and plans by id, and how each is written; the first that fits is meant."""

WHO: tuple[tuple[str, str, str], ...] = (
    ("assistant", "", r"ptas?(?:/otas?)?|c?otas?|c?ota/ls?|lptas?|(?:physical|occupational) therap(?:ist|y) assistants?|(?:therap(?:ist|y) )?assistants?"),
    ("aide", "", r"(?:physical |rehab(?:ilitation)? )?(?:therapy )?(?:aides?|technicians?|techs?)"),
    ("student", "", r"(?:\w+ )?(?:students?|interns?)|spts?"),
    ("trainer", "", r"athletic trainers?|athletic[- ]trainer|atcs?"),
    ("masseur", "", r"massage therapists?|lmts?"),
    ("recreation", "", r"recreation(?:al)? therapists?|kinesiotherapists?"),
    ("chiropractor", "", r"chiropractors?|doctors? of chiropractic"),
    ("npp", "", r"non-?physician practitioners?|npps?|nurse practitioners?|physician assistants?|clinical nurse specialists?"),
    ("nurse", "", r"(?:registered )?nurses?|rns?"),
    ("physician", "", r"physicians?|doctors?|mds?|surgeons?"),
    ("fellow", "", r"clinical fellows?"),
    ("therapist", "slp", r"slps?|speech(?:[- ]language)? (?:pathologists?|therapists?)"),
    ("therapist", "ot", r"occupational therapists?|ots"),
    ("therapist", "pt", r"physical therapists?|pts(?! may)"),
    ("therapist", "", r"(?:treating |supervising |evaluating |qualified |licensed )?(?:therapists?|clinicians?)"),
    ("caregiver", "", r"caregivers?"),
    ("family", "", r"family(?: members?)?|relatives?"),
    ("employer", "", r"employers?"),
    ("supplier", "", r"suppliers?"),
)  # fmt: skip
_WHO_FOUND = tuple(
    (who, re.compile(rf"\b(?:{said})\b", re.IGNORECASE)) for who, _, said in WHO if who != "therapist"
)


@lru_cache(maxsize=4096)
def people_in(text: str) -> frozenset[str]:
    """Return who is named in a text, therapists and patients aside, by the names of ``WHO``."""
    return frozenset(who for who, said in _WHO_FOUND if said.search(text))


SETTINGS: tuple[tuple[str, str], ...] = (
    ("corf", r"corfs?|comprehensive outpatient rehab\w*"),
    ("nursing", r"snfs?|(?:skilled )?nursing (?:facilit\w+|homes?|stays?)|part a(?= (?:nursing|stay))"),
    ("home_health", r"home health|hha"),
    ("agency", r"rehab(?:ilitation)? agenc\w+|orfs?"),
    ("hospital", r"hospitals?|critical access|cahs?|inpatients?|observation"),
    ("school", r"schools?"),
    ("hospice", r"hospices?"),
)
"""Settings other than a clinic or a practice, and how each is written."""
_SETTINGS_FOUND = tuple((name, re.compile(rf"\b(?:{said})\b", re.IGNORECASE)) for name, said in SETTINGS)


@lru_cache(maxsize=4096)
def settings_in(text: str) -> frozenset[str]:
    """Return the settings that a text names, by the names of ``SETTINGS``."""
    return frozenset(name for name, said in _SETTINGS_FOUND if said.search(text))


ROLES = frozenset(
    words(
        """patient provider providers agency agencies hospital contractor payer payers insurer insurers carrier
        facility facilities owner author dentist podiatrist optometrist"""
    )
) | {"=patient"}
"""Words for those who act beside the people above."""
FIELDS = (
    ("slp", r"speech(?:[- ]language)? (?:pathology|therapy)|speech-language"),
    ("ot", r"occupational therapy|occupational"),
    ("pt", r"physical therapy|physical(?= (?:and|or) |,)"),
)
COUNTED = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "hour"),
    **{f"{u}{s}": u for u in ("day", "week", "month", "year", "unit", "dollar", "region", "patient", "mile", "code",
                              "modifier", "test", "element", "factor", "plan", "wound", "area", "tier", "condition",
                              "quarter", "muscle", "point", "test", "page", "rvu") for s in ("", "s")},
    **dict.fromkeys(("visits", "visit", "session", "sessions", "encounters", "encounter", "treatments"), "visit"),
    **dict.fromkeys(("percent", "percentage", "%", "per cent"), "percent"),
    **dict.fromkeys(("comorbidity", "comorbidities"), "factor"),
    **dict.fromkeys(("centimetres", "centimeters", "cm", "square"), "cm"),
}  # fmt: skip
MEASURES = frozenset(
    ("minute", "hour", "day", "week", "month", "year", "unit", "dollar", "visit", "percent", "mile", "cm")
)
"""What is counted exactly; other things a writer may count for himself."""

REWRITES = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"[’]", "'"),
        (r"\b(?:can't|cannot|can not)\b", "may not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"\b(?:must|should) (not|never)\b", r"may \1"),
        (r"\bneed not\b|\b(?:do|does|did) not (?:have|need) to\b", "need not"),
        (r"\b(?:has|have|had|is|are) to (?!(?:the|a|an|be)\b)(?=[a-z])|\b(?:has|have|had) to\b", "must "),
        (r"\b(?:calls?|asks?|asked|calling|asking) for\b|\b(?:is|are) due\b", "need"),
        (
            r"\bleft? out\b|\bleaves? (?:out|aside)\b|\bleft aside\b|\bkept out\b|\bkeep out\b|\bstays? out(?:side)?\b|\bout of\b",
            "excluded",
        ),
        (r"\b(?:rather than|instead of|as opposed to|other than)\b", "insteadof"),
        (
            r"\bno matter\b|\bwhether or not\b|\bnot (?:only|just|merely|simply|necessarily)\b|\bnot to mention\b|\bno doubt\b|\bno exceptions?\b|\bwithout exception\b",
            "regardless",
        ),
        (r"\bno longer\b", "not"),
        (r"\boff limits\b", "forbidden"),
        (r"\bon top of\b|\bin addition to\b", "outside"),
        (r"\bas not\b", "because not"),
        (r"\bin (?:place of|lieu of)\b", "replacing"),
        (r"\b(?:the )?(\w+)(?: alone)? (?:aside|excepted)\b", r"without \1"),
        (r"\bsomething else\b|\banother thing\b", "not same"),
        (r"\bnot even\b", "regardless"),
        (r"\b(?:leaves?|leaving) (\w+|the \w+) alone\b", r"do not apply to \1"),
        (r"\b(?:nothing|no one|nobody|none) (?:else|but|other than)\b", "only"),
        (r"\bplays? no part\b|\bmakes? no difference\b|\b(?:are|is) irrelevant\b", "do not matter"),
        (r"\b(?:on|by) (?:its|their) own\b", "alone"),
        (r"\bone[- ](?:on|to)[- ]one\b", "oneonone"),
        (r"\btime[- ]based\b|\bby the minute\b|\bcounted by time\b", "timed"),
        (r"\bservice[- ]based\b", "untimed"),
        (r"\bnon-", "non"),
        (r"\b(a|one)[- ]tenth\b", "10 percent"),
        (r"\b(a|one)[- ]fifth\b", "20 percent"),
        (r"\b(a|one)[- ]quarter(?= of)\b", "25 percent"),
        (r"\bhalf(?= of)\b", "50 percent"),
        (r"(?<=\d)\s?%", " percent"),
        (r"\bper cent\b", "percent"),
    )
)
"""Set phrases, each with the plain word that says the same."""
