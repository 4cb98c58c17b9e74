"""Who was in the room: several patients together, families together, a caregiver without the patient.

A class is told by its heads ("pt + 3 others", "five women, on chairs"), teaching of a caregiver by who was not there
("wife alone w/ me", "no pts in rm"). Read before any service: it decides what the work beside it is called.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Literal, NamedTuple

from citecoder.notes.spans import fold
from citecoder.notes.times import NUMBER_WORD, number

Kind = Literal["patients", "families", "absent"]

_N = rf"(\d{{1,2}}|{NUMBER_WORD})"
_HEADS = (
    r"(?:pts|patients|people|ppl|persons?|folks|kids|kiddos|children|players|men|women|ladies|guys|participants?|clients|"
    r"members|peers|residents|boys|girls|teachers|adults|veterans|students|others|athletes|runners|swimmers|dancers|talkers)"
)
_KIN = (
    r"(?:families|famil(?:y members)|parents|mothers|moms|dads|fathers|wives|husbands|spouses|partners|caregivers|carers|couples|"
    r"daughters|sons|relatives|pairs of parents|sets of parents|caregiver dyads)"
)
_WHO = r"(?:wife|husband|spouse|son|daughter|mother|mom|father|dad|parents?|partner|sister|brother|caregiver|carer|grand\w+|aunt|niece|nephew|family|she|he)"
_STAFF = r"(?:me|us|pt|ot|slp|therapist|clinician|the therapist|this therapist|this (?:pt|ot|slp))"
_GAP = r"[ \t]{1,4}"
_HEAD_WORDS = (
    " pts", " patients", " people", " ppl", " person", " folks", " kids", " kiddos", " children", " players", " men", " women",
    " ladies", " guys", " participant", " clients", " members", " peers", " residents", " boys", " girls", " teachers",
    " adults", " veterans", " students", " others", " athletes", " runners", " swimmers", " dancers", " talkers",
)  # fmt: skip
_KIN_WORDS = (
    "families", "family members", "parents", "mothers", "moms", "dads", "fathers", "wives", "husbands", "spouses", "partners",
    "caregivers", "carers", "couples", "daughters", "sons", "relatives", "caregiver dyads",
)  # fmt: skip
_NONE_WORDS = (
    "no pt", "no patient", "no kids", "no children", "no client", "none of the ", "without any ", "without the ",
)  # fmt: skip
_AWAY_WORDS = tuple(
    f"{no} {where}" for no in ("not", "n't") for where in ("present", "in ", "with us", "there")
)
# Each pattern with words of which one stands in all that it matches: looking for them first is far quicker.
_SAID: tuple[tuple[Kind, tuple[str, ...], str], ...] = (
    ("families", tuple(f" {kin}" for kin in _KIN_WORDS), rf"\b{_N}{_GAP}(?:(?:other|different|more|of the){_GAP})?(?:[\w-]+{_GAP}){{0,2}}?{_KIN}\b"),
    ("families", _KIN_WORDS, rf"\b(?:group|class|evening|circle) (?:of|for|with) {_KIN}\b|\b{_KIN} group\b|\b{_KIN}\s?[-–,(]\s?{_N}\b"),
    ("patients", _HEAD_WORDS, rf"\b(?:with|w/|\+|and|plus|&|alongside|joined){_GAP}(?:the{_GAP})?{_N}{_GAP}(?:other{_GAP})?(?:[\w-]+{_GAP}){{0,2}}?{_HEADS}\b"),
    ("patients", _HEAD_WORDS, rf"\b{_N}{_GAP}(?:other{_GAP})?(?:[a-z-]+{_GAP}){{0,2}}?{_HEADS}\b"),
    ("patients", ("+",), rf"\b(?:pt|she|he|him|her){_GAP}?\+{_GAP}?{_N}\b"),
    ("patients", ("n=", "n =", "together", "of them", "group", "class", "circle"), rf"\bn ?= ?{_N}\b|\ball {_N} (?:together|of them)\b|\bgroup of {_N}\b|\b{_N} in (?:the )?(?:group|class|circle)\b"),
    ("absent", ("alone", "solo", "himself", "herself", " own", "only"), rf"\b{_WHO}{_GAP}(?:\([^)\n]{{1,20}}\){_GAP})?(?:came{_GAP}in{_GAP})?(?:alone|solo|by (?:him|her)self|on (?:his|her) own|only){_GAP}?(?:,{_GAP}?)?(?:w/|with){_GAP}?{_STAFF}\b"),
    ("absent", ("alone", " own"), rf"\b(?:took|met|sat down with|saw) [\w ]{{2,30}} (?:alone|on (?:his|her|their) own)\b|\b\w+ alone (?:w/|with) {_STAFF}\b"),
    ("absent", _NONE_WORDS, r"\b(?:no|none of the|without (?:any|the)) (?:pts?|patients?|kids|children|clients)\b[^.;\n]{0,24}\b(?:in|with|present|there|rm|room|us)\b|\bno (?:kids|pts|patients|children)\b"),
    ("absent", _AWAY_WORDS, r"\b(?:pts?|patients?|child|children|kids|he|she|[A-Z][a-z]+)\b[^.;\n]{0,24}\b(?:not|n't) (?:present|in (?:the )?(?:rm|room)|with us|there|in attendance)\b"),
    ("absent", ("only", "lobby", "at home", "waiting room"), r"\bonly (?:the )?(?:mother|father|wife|husband|daughter|son|parents|caregiver|family) (?:came|attended|present)\b|\bin (?:the )?lobby w(?:ith|/)\b|\bpt (?:stayed )?(?:at home|in (?:the )?waiting room)\b"),
)  # fmt: skip
_PATTERNS = tuple((kind, words, re.compile(said, re.IGNORECASE)) for kind, words, said in _SAID)
_OTHERS = re.compile(r"\+|\bother|\bwith\b|w/|\bplus\b|joined", re.IGNORECASE)
_NO_HEADS = re.compile(
    r"\b(?:years?|yrs?|yo|y/o|wks?|weeks?|days?|reps?|sets?|min\w*|times|steps?|ft|feet)\b", re.IGNORECASE
)
_MANY = 40


class Company(NamedTuple):
    """Words that tell who was there; ``heads``: how many there were, the patient's own included, where it is told."""

    start: int
    end: int
    kind: Kind
    heads: int | None = None


def find_company(text: str) -> list[Company]:
    """Return what a text tells of who was in the room, in order."""
    found: list[Company] = []
    taken: dict[Kind, list[tuple[int, int]]] = {"patients": [], "families": [], "absent": []}
    words = fold(text).replace("\t", " ")
    for kind, needed, pattern in _PATTERNS:
        if not any(word in words for word in needed):
            continue
        for match in pattern.finditer(text):
            count = _heads(kind, match)
            if kind != "absent" and not _fits(kind, count, match.group()):
                continue
            at = bisect_left(taken[kind], (match.end(),))
            if at == 0 or taken[kind][at - 1][1] <= match.start():
                taken[kind].insert(at, match.span())
                found.append(Company(match.start(), match.end(), kind, count))
    return sorted(found)


def _heads(kind: Kind, match: re.Match[str]) -> int | None:
    """Return how many were there by the number in the words; "with 3 others" is four with the patient."""
    told = next((g for g in match.groups() if g), None)
    count = number(told) if told else None
    others = kind == "patients" and _OTHERS.search(match.group())
    return count + 1 if count is not None and others else count


def _fits(kind: Kind, count: int | None, words: str) -> bool:
    """Tell whether a number can be one of heads."""
    if count is None:
        return kind == "families"
    return 2 <= count <= _MANY and (kind == "families" or _NO_HEADS.search(words) is None)
