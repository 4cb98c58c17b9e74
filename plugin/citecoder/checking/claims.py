"""The nouns of a check: a claim with its verdict, an omission, what claims are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from citecoder.checking.wording import Wording
from citecoder.codes import Code, CodeSet, in_a_sentence
from citecoder.model import Passage
from citecoder.rules.edits import Edits
from citecoder.rules.payer import Payer

if TYPE_CHECKING:
    from citecoder.checking.records import ElementWords

Attribute = Literal[
    "identity",
    "timing",
    "attendance",
    "units",
    "area",
    "modifier",
    "provider",
    "payer",
    "pairing",
    "documentation",
]
Verdict = Literal["contradicted", "supported", "unverifiable"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, for claims to be held against.

    Attributes:
        passages: by id; a verdict that none of them stands behind is "unverifiable".
        elements: documentation elements by their words.
        on: the date whose rules apply.
    """

    codes: CodeSet
    edits: Edits
    payers: Mapping[str, Payer]
    passages: Mapping[str, Passage]
    wording: Wording
    elements: ElementWords
    on: date

    @property
    def known(self) -> frozenset[str]:
        """The codes of the code set."""
        return frozenset(self.codes.codes)


class Judged(NamedTuple):
    """What is known about something claimed: true, false or (None) not known, why, and the passages behind it."""

    true: bool | None
    because: str
    cites: tuple[str, ...]

    def verdict(self, *, denied: bool) -> Verdict:
        """Return the verdict on the claim, or on its denial."""
        if self.true is None:
            return "unverifiable"
        return "supported" if self.true != denied else "contradicted"


UNKNOWN = Judged(None, "Nothing that is known here speaks for or against it.", ())


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a document says of a code.

    Attributes:
        line: from 1, where the words stand.
        start: offset in the document in code points; ``end`` is behind the last.
        text: the sentence.
        disputed: the document marks the claim itself as contradicted by a better source.
    """

    line: int
    start: int
    end: int
    text: str
    code: str
    attribute: Attribute
    verdict: Verdict
    because: str
    cites: tuple[str, ...]
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Omission:
    """Something about a code that a document on it should say, and doesn't."""

    code: str
    what: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A document's claims in the order of its words, and what it leaves out."""

    claims: tuple[Claim, ...]
    omissions: tuple[Omission, ...] = ()


class Said(NamedTuple):
    """Words of a clause that claim something of codes, already judged: ``start`` and ``end`` count in the clause."""

    attribute: Attribute
    code: str
    start: int
    end: int
    judged: Judged
    denied: bool


def described(code: Code) -> str:
    """Return a code with its label, for a sentence."""
    return f"{code.code} is {in_a_sentence(code.label)}"


def is_evaluation(code: Code) -> bool:
    """Tell whether a code is an evaluation or re-evaluation by PT, OT or athletic trainer."""
    return code.family in ("pt_evaluation", "ot_evaluation", "athletic_trainer")


def disciplines_of(code: Code) -> str:
    """Return the disciplines of a code, for a sentence."""
    return " and ".join(code.disciplines) if code.disciplines else "other clinicians"
