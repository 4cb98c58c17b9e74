"""A question to a clinician → the reasons why it leads, each with the words that do it. Text in, reasons out.

citecoder asks for what a note does not show, so a question may hold nothing that tells which answer is hoped
for. The practice of compliant queries, in our own words: ask openly; where choices are offered they are several,
and one of them is a way out (neither, not done, someone else); yes or no is for what the record already says,
which a missing fact never is; and nothing is told of codes, of money, or of the amount at which either changes.

The wording is read by pattern, in English: ``words`` has what leads wherever it stands, ``shape`` what leads by
the form of the sentence. A question that leads by a fact it takes for granted, in words of neither, is not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from citecoder.leading import shape, words

Kind = Literal["yes_no", "wanted", "one_choice", "instruction", "purpose", "payment", "code", "threshold"]

_BECAUSE: dict[Kind, str] = {
    "yes_no": "asks for yes or no; ask what, which, who, when or how, or offer the opposite too",
    "wanted": "takes the wanted answer for granted; ask what was found or done",
    "one_choice": "offers one choice only; ask openly, or offer several and a way out",
    "instruction": "tells what to write; ask what happened",
    "purpose": "tells what the answer is for; leave it out",
    "payment": "names payment, coverage or a review; leave it out",
    "code": "names a code or its tier; ask for the facts behind it",
    "threshold": "names an amount that decides; ask how many or how long",
}


@dataclass(frozen=True, slots=True)
class Lead:
    """One reason why a question leads.

    Attributes:
        kind: what is wrong, in a word.
        words: the words of the question that do it.
    """

    kind: Kind
    words: str

    @property
    def because(self) -> str:
        """What the words do, and what to do instead."""
        return _BECAUSE[self.kind]


def why_leading(question: str, code: str | None = None) -> tuple[Lead, ...]:
    """Return the reasons why a question leads; none when it does not.

    Args:
        question: what is asked of a clinician, in one sentence or several.
        code: the code whose documentation it asks for; its name leads even where it is not shaped like a code.
    """
    text = " ".join(question.replace("’", "'").split())
    return tuple(dict.fromkeys((*_told(text), *_named(code, text))))


@cache
def _told(text: str) -> tuple[Lead, ...]:
    """Judge a text once; codes of a family ask many questions in the same words."""
    return (
        *(Lead("yes_no", each) for each in shape.yes_no(text)),
        *(Lead("wanted", each) for each in words.wanted(text)),
        *(Lead("one_choice", each) for each in shape.one_choice(text)),
        *(Lead("instruction", each) for each in shape.instruction(text)),
        *(Lead("purpose", each) for each in words.purpose(text)),
        *(Lead("payment", each) for each in words.payment(text)),
        *(Lead("code", each) for each in words.code(text)),
        *(Lead("threshold", each) for each in words.threshold(text)),
    )


def _named(code: str | None, text: str) -> tuple[Lead, ...]:
    found = re.search(rf"\b{re.escape(code)}\b", text, re.IGNORECASE) if code else None
    return (Lead("code", found[0]),) if found else ()
