"""Words that mean the same, and words that mean the contrary: ``reimbursed`` is ``paid``, ``denied`` is not.

Knows words only; where they stand and whether they are denied is for ``polarity``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from citecoder.retrieval.keywords import words


class Meaning(NamedTuple):
    """What a word stands for.

    Attributes:
        concept: the name that all its synonyms share; the word's own stem when it has none.
        sign: -1 for the contrary of the concept.
        polar: whether the concept has a contrary, so that a wrong sign turns a statement around.
    """

    concept: str
    sign: int
    polar: bool


# concept: words | words for the contrary. A concept with a bar is polar.
_TABLE = """
pay: pay pays paid paying payable payment payments reimburse reimburses reimbursed reimbursable reimbursement cover covers covered coverage covering accept accepts accepted accepting recognizes recognized honors honours | deny denies denied denial denying denials refuse refuses refused refusing reject rejects rejected rejecting unpaid noncovered nonpayable uncovered experimental investigational unproven
permit: may can could allow allows allowed allowing permit permits permitted able eligible entitled let lets authorized authorised acceptable lawful legal | prevent prevents prevented preventing block blocks blocked hinder hinders prohibit prohibits prohibited forbid forbids forbidden bar bars barred ban bans banned disallow disallows disallowed ineligible illegal unlawful
need: need needs needed needing require requires required requiring requirement must necessary mandatory compulsory obligatory demand demands demanded insists expects want wants wanted should | optional unnecessary voluntary needless waive waives waived exempt exempts exempted dispensable escape escapes spared
timed: timed timebased time-based | untimed servicebased service-based
attended: attended | unattended
include: include includes included including contain contains part count counts counted counting enter enters add added adds toward into inside bundled | exclude excludes excluded excluding outside omit omits omitted uncounted disregarded ignored ignore
same: same alike identical equal equally | separate separately different differ differs differently distinct distinctly apart
before: before prior beforehand earlier ahead precede precedes advance previously | after afterwards afterward following follows later subsequently
more: more greater higher highest above exceed exceeds larger largest bigger biggest greatest most upper longer longest increase increases increased raise raises raised rises rose | fewer fewest less lower lowest below smaller smallest least lesser shorter shortest decrease decreases decreased
always: always every each all any everyone everywhere anyone invariably
skilled: skilled | unskilled
valid: valid | invalid
complete: complete full fully whole entire
direct: direct directly personally
active: active | inactive deleted obsolete withdrawn retired
written: written writing | oral orally spoken verbal verbally
signed: signed signature signatures sign signs | unsigned
permanent: permanent permanently good indefinitely | temporary temporarily provisional provisionally
improve: improve improves improving improvement progress better restorative
open: open opens opened start starts started begin begins began beginning initiate initiated initiates commence
close: close closes closed end ends finish finishes finished stop stops stopped
first: first initial
last: last final
oneonone: oneonone one-on-one individually individual
group: group groups
high: high | low
early: early | late
local: local | national
known: known | unknown
present: present | absent
simple: simple simpler simplest | complex complicated
safe: safe safely | unsafe unsafely
alone: alone itself only solely exclusively sole single singly merely
acute: acute
chronic: chronic
inpatient: inpatient | outpatient
home: home
intact: intact | impaired
stable: stable | unstable unpredictable
new: new | established existing old
succeed: succeed succeeds succeeded success | fail fails failed failing failure
primary: primary
upheld: upheld affirmed | overturned reversed
in-person: in-person face-to-face | virtual virtually
agree: agree agrees agreed | disagree disagrees disagreed
available: available | unavailable
related: related | unrelated
common: common usual usually typically customary custom
sufficient: enough suffice suffices sufficient sufficiently adequate satisfy satisfies satisfied meet meets met fulfil fulfils | insufficient inadequate
bill: bill bills billed billing billable report reports reported reporting claim claims claimed charge charged charges submit submits submitted coded | unbillable nonbillable
note: note notes record records recorded document documents documented documentation chart charted charting write writes show shows shown state states stated name names named describe
visit: visit visits encounter session sessions appointment
use: use uses used using take takes taken took carry carries carried go goes append appended attach attached put puts apply applies applied bear bears stand stands belong belongs mark marks
give: give gives given gave furnish furnishes furnished provide provides provided providing deliver delivers delivered perform performs performed done do does render rendered
treat: treat treats treated treatment treatments treating therapy
plan: plan plans programme program
line: line lines
code: code codes coding
share: share shares shared
rule: rule rules policy policies
right: right correct true | wrong incorrect mistaken false superseded mistake myth
limit: limit limits limited cap caps capped maximum ceiling
cut: reduction reduce cut cuts reduced
money: amount amounts rate rates fee fees price
area: area areas region regions site sites
change: change changes changed revise revised modify modified alter
goal: goal goals
help: help helps assist
supervise: supervise supervises supervised supervision supervising oversee
regardless: regardless irrespective whatever however
stay: stay stays remain remains sit watching watch
teach: teach teaches teaching taught train training trains trained instruct
phone: phone telephone telephoned
licence: licence license licensed licensing licensure
certify: certify certified certification certifies
enrol: enrol enroll enrolled enrolment enrollment
together: together jointly joint alongside beside simultaneously concurrently
replace: replace replaces replaced substitute substitutes instead supersede
exercise: exercise exercises
patient: patient patients beneficiary beneficiaries client clients person people
decide: choose chooses chosen choosing choice pick decide decides decided determine determines determined judge judges judged govern governs set sets
"""


def _read_table() -> tuple[dict[str, Meaning], dict[str, Meaning]]:
    by_word: dict[str, Meaning] = {}
    by_stem: dict[str, Meaning] = {}
    for row in _TABLE.strip().splitlines():
        concept, _, said = row.partition(":")
        affirmed, bar, contrary = said.partition("|")
        for sign, group in ((1, affirmed), (-1, contrary)):
            for word in group.split():
                meaning = Meaning(f"={concept}", sign, bool(bar))
                by_word.setdefault(word, meaning)
                stems = words(word)
                if len(stems) == 1:
                    by_stem.setdefault(stems[0], meaning)
    return by_word, by_stem


_BY_WORD, _BY_STEM = _read_table()


@lru_cache(maxsize=20_000)
def meanings(word: str) -> tuple[Meaning, ...]:
    """Return what a word in lower case stands for: nothing, one thing, or what its parts stand for.

    >>> meanings("denied")
    (Meaning(concept='=pay', sign=-1, polar=True),)
    """
    known = _BY_WORD.get(word)
    if known:
        return (known,)
    stems = words(word)
    for prefix in ("un", "non"):
        rest = word.removeprefix(prefix).lstrip("-")
        if rest != word and rest in _BY_WORD and not any(stem in _BY_STEM for stem in stems):
            inner = _BY_WORD[rest]
            return (inner._replace(sign=-inner.sign),)
    return tuple(_BY_STEM.get(stem) or Meaning(stem, 1, polar=False) for stem in stems)
