"""Made-up notes for property tests: pieces with and without identifiers, in any order."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from citecoder.paths import DataRoots
from citecoder.redaction import load_wording
from tests.conftest import CHECKOUT

WORDING = load_wording(DataRoots(CHECKOUT))
"""Read once; an argument of a property test would be shown, all of it, for each example."""

GIVEN = ["Maria", "DeShawn", "Priya", "Grace", "Will", "Xiomara", "Ann-Marie", "José", "Quoc", "Mark"]
FAMILY = ["Alvarez", "O'Connor", "Nguyen", "Young", "Thompson-Reyes", "Park", "Bell", "Kowalczyk", "Ng"]
CLINICAL = [
    "Manual therapy x 15 min: grade III PA mobs L4-L5.",
    "97110 x 2, 97140-59, ICD-10 M54.50, S83.511A.",
    "Berg 42/56, TUG 14.2 s, MMT 4/5, pain 6/10, ROM 0-118°.",
    "Spurling neg, Thomas test +, Dix-Hallpike L.",
    "Nustep L5 x 10 min, Theraband 3x15, 10:15-10:45 AM.",
    "[x] tolerated well; {plan} <2x/wk>",
]


@st.composite
def names(draw: st.DrawFn) -> str:
    """A name in one of the ways that notes write it."""
    first, last = draw(st.sampled_from(GIVEN)), draw(st.sampled_from(FAMILY))
    way = draw(
        st.sampled_from(["{f} {l}", "{l}, {f}", "{F} {L}", "Dr. {l}", "{f}", "{i}. {l}", "{f} {i}. {l}"])
    )
    return way.format(f=first, l=last, F=first.upper(), L=last.upper(), i=last[0])


@st.composite
def days(draw: st.DrawFn) -> str:
    """A date in one of the ways that notes write it."""
    day = draw(st.dates(date(1930, 1, 1), date(2049, 12, 31)))
    way = draw(st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%m/%d/%y", "%m-%d-%Y"]))
    return day.strftime(way)


def numbers() -> st.SearchStrategy[str]:
    """A labelled number."""
    digits = st.from_regex(r"[A-Z]{0,3}\d{5,10}", fullmatch=True)
    labels = st.sampled_from(["MRN: ", "SSN ", "Phone 415-555-", "Policy #", "Acct no. ", "S/N ", "NPI "])
    return st.tuples(labels, digits).map("".join)


def notes() -> st.SearchStrategy[str]:
    """Pieces of notes, with the signs that stand between them."""
    pieces = (
        names().map("Patient: {}".format)
        | names()
        | days().map("DOS: {}".format)
        | days()
        | numbers()
        | st.sampled_from(CLINICAL)
        | st.sampled_from(
            ["[NAME-1]", "⟦DATE", "92 y/o F", "maria@example.org", "Dayton, OH 45402", "’s", "\t", "("]
        )
    )
    return st.lists(st.tuples(pieces, st.sampled_from([" ", "\n", ". ", ", ", ""])), max_size=12).map(
        lambda pairs: "".join(piece + sign for piece, sign in pairs)
    )
