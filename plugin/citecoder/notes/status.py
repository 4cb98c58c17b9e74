"""Was it done today? Planned, held, declined, home, earlier, hypothetical: the words that say so.

Deny by default: a mention is a delivered service only on positive evidence, which ``link`` looks for; this
module finds the evidence against it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from citecoder.model import Span
from citecoder.notes.spans import fold
from citecoder.notes.terms import Hit, Lexicon, longest

# The section decides unless the words beside the service say more.
SECTION_REASON = {
    "plan": "planned", "goals": "planned", "history": "history", "diagnosis": "history", "subjective": "history",
    "prior_visit": "other_date", "home_program": "home_program", "template": "template",
}  # fmt: skip
_CLAUSE = re.compile(
    r";|\s(?:but|however|although|whereas|while)\s|,\s{0,24}(?:then|and then|followed by)\s|\bthen\s",
    re.IGNORECASE,
)
_HOLD_TIME = re.compile(r"^\s{0,24}(?:x|for)?\s{0,24}\d|^\s{0,24}(?:at|in|for)\s{1,24}(?:end|\d)")
_HOLDER = re.compile(r"\b(?:i|we|therapist|clinician)\s{1,24}$", re.IGNORECASE)
_OUTWEIGHED = ("home_program", "history")
_NEAR = 28
_PRACTICED = re.compile(
    r"\b(?:practi[cs]ed|performed|completed|trained|did|instruct(?:ed|ion) in)\b", re.IGNORECASE
)
_COMPARES = re.compile(
    r"\b(?:same as|as|than|since|from|vs\.?|compared (?:to|with)|like|was)\s{1,24}(?:the\s{1,24})?$",
    re.IGNORECASE,
)
_PROVIDED = re.compile(
    r"\b(?:issued|made|fabricated|fitted|moulded|molded|dispensed|delivered|provided|ordered|received|bought|given)\s{1,24}$",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^[\s,/&+]*(?:(?:and|or|as well as|also|both|the|a|any|all|for|of|her|his|on|to|with|type|work)\b[\s,/&+]*)*$"
)
_LISTED = re.compile(r",[^;:\d]*\b(?:or|nor|and)\b")
_NO_LIST = re.compile(
    r"[;:\d]|\b(?:with|to|during|from|after|following|in|that|but|only|other|than|so)\b", re.IGNORECASE
)
"""What turns the words behind a "no" into something said of a service: "no pain with …"."""
_ITS_MINUTES = re.compile(
    r"\s{0,4}(?:x|for|:|-)?\s{0,4}\d{1,3}\s{0,4}(?:min|mins|minutes|')\.?\s{1,4}(?:is |was )?", re.IGNORECASE
)


class Denial(NamedTuple):
    """Why a mention was not delivered today, with the words that say so."""

    reason: str
    span: Span


def denial(
    lexicon: Lexicon,
    text: str,
    segment: tuple[int, int],
    mention: tuple[int, int],
    *,
    dosed: bool,
    cues: Sequence[Hit] | None = None,
) -> Denial | None:
    """Return the reason that the words beside a mention give against it, or None.

    Args:
        lexicon: the compiled lexicon.
        text: the note.
        segment: start and end of the sentence.
        mention: start and end of the mention.
        dosed: minutes are linked to the mention; then a "no" before an earlier comma does not reach it.
        cues: what ``find_cues`` found in the sentence, when that was asked before.
    """
    for cue in find_cues(lexicon, text, *segment) if cues is None else cues:
        for reason, side in cue.payload:
            if _reaches(text, segment, mention, cue, side, reason, dosed=dosed):
                return Denial(reason, Span(cue.start, cue.end, text[cue.start : cue.end]))
    return None


def find_cues(lexicon: Lexicon, text: str, start: int, end: int) -> list[Hit]:
    """Return the words of a sentence that may say of a service that it was not delivered."""
    return longest([h for h in lexicon.cues.find(text, start, end) if not _is_grip(text, h)])


def _is_grip(text: str, cue: Hit) -> bool:
    """A held contraction or a hand-held device is no service put off."""
    if fold(text[cue.start : cue.end]) not in ("held", "hold"):
        return False
    return (
        _HOLD_TIME.match(text[cue.end : cue.end + 8]) is not None
        or fold(text[max(0, cue.start - 5) : cue.start]).startswith("hand")
        or _HOLDER.search(text[max(0, cue.start - 12) : cue.start]) is not None
    )


def _reaches(
    text: str,
    segment: tuple[int, int],
    mention: tuple[int, int],
    cue: Hit,
    side: str,
    reason: str,
    *,
    dosed: bool,
) -> bool:
    if cue.start < mention[1] and cue.end > mention[0]:
        return False
    if reason in ("other_date", "history") and _COMPARES.search(text[max(0, cue.start - 18) : cue.start]):
        return False  # "same as last visit" says what was done today
    if reason in ("other_date", "history") and _PROVIDED.search(text[max(0, cue.start - 18) : cue.start]):
        return False  # "the splint issued last week" says when the thing was given
    if dosed and reason in _OUTWEIGHED and side != "before":
        return False  # minutes outweigh "… at home" in what the task is for
    if side == "before":
        return cue.end <= mention[0] and _reaches_on(text, segment, mention, cue, reason, dosed=dosed)
    if not _same_clause(text, cue.start, cue.end, mention):
        return side == "whole" and not re.search(r"\w{3}", text[segment[0] : cue.start])
    return side == "whole" or (cue.start >= mention[1] and _binds_back(text, mention[1], cue.start))


def _reaches_on(
    text: str, segment: tuple[int, int], mention: tuple[int, int], cue: Hit, reason: str, *, dosed: bool
) -> bool:
    """Tell whether words before a mention are about it: "no" only what it joins, a plan its whole clause."""
    if not _same_clause(text, cue.start, cue.end, mention):
        return False
    between = text[cue.end : mention[0]]
    if reason == "not_performed" and not dosed and _opens_a_list(text, segment, cue, between):
        return True
    if dosed and reason == "home_program" and _PRACTICED.search(text[max(0, cue.start - 40) : mention[0]]):
        return False  # practised at the visit, with minutes, for use at home
    if reason in ("not_performed", "declined", "deferred") and not _JOINED.match(_words_only(between)):
        return len(between) <= _NEAR and "," not in between and not dosed
    return not (dosed and "," in between and reason != "planned")


def _opens_a_list(text: str, segment: tuple[int, int], cue: Hit, between: str) -> bool:
    """Tell whether a sentence is one denial of several things: "No strengthening, manual or functional training today"."""
    opens = not text[segment[0] : cue.start].strip(" -*•")
    rest = text[cue.end : segment[1]]
    return opens and _LISTED.search(rest) is not None and _NO_LIST.search(between) is None


def _words_only(between: str) -> str:
    """Drop adjectives of place and kind, so that "no cervical mechanical traction" still joins."""
    return re.sub(
        r"\b(?:cervical|lumbar|right|left|r|l|bilateral|mechanical|manual|formal|further|additional|other|more|skilled|direct|therapeutic|e-?stim|us|mt|te|modalities?)\b",
        " ",
        fold(between),
    )


def _binds_back(text: str, mention_end: int, cue_start: int) -> bool:
    """Tell whether words after a mention are about it: close by, with no minutes but its own between."""
    between = text[mention_end:cue_start]
    if _ITS_MINUTES.fullmatch(between):
        return True  # "management 40 min planned for July"
    return len(between) <= 60 and not re.search(r"\d\s{0,24}(?:min|')", between) and between.count(",") <= 2


def _same_clause(text: str, cue_start: int, cue_end: int, mention: tuple[int, int]) -> bool:
    low, high = (cue_end, mention[0]) if cue_end <= mention[0] else (mention[1], cue_start)
    return _CLAUSE.search(text, low, high) is None
