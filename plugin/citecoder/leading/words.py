"""Words that lead wherever they stand in a question: payment, codes, thresholds, purposes, wanted answers.

Every list names what is harmless beside it ("paid work", "colour-coded", "weight gain"), because a question that
is refused without need is asked by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|"
    r"twenty(?:-\w+)?|thirty|forty(?:-\w+)?|fifty|sixty|ninety)"
)
_TIME_OR_AREA = r"(?:minutes?|mins?|hours?|hrs?|units?|sq|square|cm2?|cm²|centimet\w+)"
_COUNTED = (
    rf"(?:{_TIME_OR_AREA}|days?|weeks?|visits?|sessions?|regions?|areas?|patients?|people|muscles?|elements?|"
    r"factors?|comorbidit\w+|components?|dates?|times)"
)
_WORK = r"(?:service|visit|treatment|therapy|care|session|line|stay)"
_RECORD = (
    rf"(?:{_WORK}s?|codes?|claims?|charges?|levels?|needs?|evaluations?|units?|diagnos[ei]s|plan|documentation|"
    r"interventions?|procedures?|modality|complexity|continu\w+)"
)
_CLINICIAN = r"(?:therapists?|clinicians?|assistants?|professionals?|therapy)"


def _any(*patterns: str) -> re.Pattern[str]:
    """Return one pattern for all; each starts at the start of a word."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


_PAYMENT = _any(
    r"(?:non-?|over|under)?pay(?:s|ing|able|ments?|ers?|ors?)?\b(?! (?:\w+ )?attention)",
    r"(?:un|over|under)?paid\b(?! (?:attention|work|jobs?|employment|leave))",
    r"reimburs\w+", r"(?:un)?bill(?:s|ed|ing|able|ers?)?\b", r"(?<!patient )(?<!caregiver )claims?\b",
    r"charge[sd]? for\b", r"(?:be|was|were|is|are) charged\b(?! up)", r"charges\b|chargeable\b",
    r"(?:can|could|may|will|to) charge\b", r"revenue|profit|money\b|dollars?\b|fees?\b|(?<!energy )costs?\b|full credit\b",
    r"denials?\b", r"(?:be|being|been|gets?|got|getting) (?:denied|rejected|refused)\b",
    rf"(?:{_WORK}s?|it|this) (?:is|are|was|were) (?:denied|rejected|refused|covered)\b",
    rf"(?:{_WORK}s?|it|this) (?:will |would |can |to |stays? |remains? )(?:be )?(?:denied|covered)\b",
    rf"(?:deny|cover|reject) (?:the |this |our |your )(?:\w+ )?{_WORK}\b",
    r"(?:plan|carrier|contractor) (?:will|would|may|might|could) (?:reject|refuse|deny|question)\b",
    r"(?:non-?)?coverage\b", r"(?:non-?|un)?covered (?:services?|benefits?|by (?:insurance|the (?:plan|insurer)))\b", r"to be covered\b",
    r"audit(?:s|ed|ing|ors?|able)?\b", r"reviewers?\b", r"recoup\w*|claw ?back|take ?back\b", r"for compliance\b",
    r"medical(?:ly)?[- ]necess\w+", r"reasonable and necessary\b", r"necessity\b",
    r"medic(?:are|aid)\b|tricare\b|insur(?:ance|ers?|ed)\b|health plan\b|kx\b|therapy cap\b",
    r"(?:prior|pre-?) ?authori[sz]\w+", r"eligib\w+",
    rf"(?:how many|{_NUMBER}|second|third|next|more|extra|another|fewer|additional|further|timed|of the) units?\b(?! of (?:force|measure))",
    rf"units of (?:the )?{_RECORD}\b|report(?:ed|ing)? to the (?:plan|carrier)\b",
)  # fmt: skip
_MONEY_SIGN = re.compile(r"[$€£]\s*\d*")
_CODE = _any(
    r"(?:[a-z]\d{4}|\d{4}[a-z]|\d{5})\b(?!\s*(?:steps|hz|newtons?))",
    r"cpt\b|hcpcs\b|icd(?:-10)?\b|modifiers?\b|tiers?\b",
    r"(?<!colour[ -])(?<!color[ -])(?:up|down|un)?cod(?:ed|ing|able)\b",
    r"(?<!colour )(?<!color )(?<!dress )codes?\b(?! (?:status|blue))",
    r"(?:low|moderate|medium|high|lower|higher|greater|more|straightforward|added|increased)[- ]complexity\b",
    r"complexity (?:levels?|(?:was|is|be|as) (?:low|moderate|high)\w*)\b|level of complexity\b",
    r"complexity of (?:the |this |your )?(?:\w+ )?(?:evaluation|re-?evaluation|examination|decision\w*|service|visit|case)\b",
    r"(?:evaluation|visit|decision(?:-making)?|case)(?:'s)? complexity\b",
    r"how complex (?:was|is) (?:the|this) (?:\w+ )?(?:evaluation|visit|decision\w*|case)\b",
    r"(?:moderately|highly|more|very) complex (?:evaluation|visit|decision\w*|case)\b",
    r"(?:higher|greater|better|upper|next)[- ](?:paying|paid|valued|level (?:of )?(?:evaluation|service|visit|care))\b",
    r"(?:reach|raise|lift|increase|move (?:it|this) to|get to) (?:the |a )?(?:\w+ )?(?:level|category)\b",
    r"level (?:\d|[iv]+) (?:evaluation|visit|service)\b|(?:evaluation|visit|service|it) up (?:a|one) (?:notch|level|step)\b",
)  # fmt: skip
_THRESHOLD = _any(
    rf"at (?:the very )?least\b|minimum (?:minutes|number of|of {_NUMBER}|{_NUMBER})\b",
    rf"(?<!if )(?<!if there was )(?<!if there were )(?<!if there is )(?:more|longer|greater|fewer|less|higher) than (?:the )?(?:{_NUMBER}[- ](?:\w+ )?{_COUNTED}|one\b|half\b|an hour\b)",
    rf"(?!one or more){_NUMBER}[- ]?(?:{_COUNTED} )?(?:or|and) (?:more|longer|over|above|greater|up|fewer|less)\b",
    rf"\d+ ?\+ ?{_COUNTED}\b",
    rf"(?:exceed\w*|beyond|above|reach\w*|meet\w*|hit\w*) (?:the )?(?:first |full )?{_NUMBER}[- ]{_COUNTED}\b",
    rf"(?:over|under|below|up to|past the) {_NUMBER}[- ]{_TIME_OR_AREA}\b",
    rf"within {_NUMBER}[- ](?:{_COUNTED}|months?)\b",
    rf"(?:over|more than) {_NUMBER} ?(?:percent|%) of (?:the )?(?:minutes|time|{_WORK})\b",
    rf"{_NUMBER}\s*(?:-|–|to|and|through)\s*{_NUMBER}[- ]{_TIME_OR_AREA}\b",
    rf"(?:first|further|additional|extra|full|whole|entire|complete|required|opening) {_NUMBER}[- ]?{_TIME_OR_AREA}\b",
    r"midpoint (?:rule|method)\b|(?:past|reach\w*|to) the midpoint\b",
    rf"{_NUMBER}[- ]minute (?:threshold|block|increment|unit|minimum|mark|rule|step)",
    r"(?:enough|sufficient|adequate) (?:\w+ )?(?:minutes|time|contact|attendance|detail)\b",
    r"(?:required|needed|necessary) (?:number of )?(?:minutes|time|minimum|elements|components|amount)\b",
    r"(?:minutes?|time|day|meets?|meet the|reach\w* the|met the|over the) (?:threshold|minimum|cut-?off)\b",
)  # fmt: skip
_MORE_OR_LESS = re.compile(rf"[≥≤<>]=?\s*\d+(?:\.\d+)?\s*{_COUNTED}\b", re.IGNORECASE)
_PURPOSE = _any(
    rf"(?:to (?:better |fully |help )?(?:support|back up|defend|strengthen)|supports|supporting) (?:(?:the|this|that|an?|your|our|its|their|such) )?(?:\w+ )?{_RECORD}\b",
    r"justif\w+|substantiat\w+|warrant(?:s|ed|ing)?\b",
    r"to (?:prove|satisfy|qualify|comply)\b|(?:would|will|does|could) qualify\b|qualif(?:y|ies) (?:for|as)\b",
    r"to (?:show|demonstrate|establish|make clear) (?:that|skill|need|the need|progress)\b",
    r"meet(?:s|ing)? (?:the |all |these |our )?(?:\w+ )?(?:requirements?|criteri\w+|rules?|standards?|guidelines?)\b",
    r"in order (?:to|for) (?:\w+ )?(?:bill|get|be|meet|support|justify|show|count|claim|qualify|keep|pass|satisfy|comply|demonstrate|prove|avoid|have|receive|obtain|report|code|charge|it|this|us|use)\b",
    r"so that\b(?! (?:(?:the|this|an?|her|his|their) )?(?:patient|client|child|caregiver|family|person|he|she|they|arm|leg|hand|foot|joint|limb|head)\b)",
    rf"so (?:we|you|the (?:{_WORK}|note)) (?:can|could|may|will|would|counts?|is|are|gets?)\b",
    r"count(?:s|ed)? (?:as|towards?)\b|can be (?:counted|reported|used)\b|otherwise (?:we|it|the|this)\b",
)  # fmt: skip
_WANTED = _any(
    r"skilled\b(?! (?:nursing|facilit\w+))",
    rf"(?:skills?|expertise) of (?:an? |the )?(?:\w+ )?{_CLINICIAN}\b|{_CLINICIAN}'s (?:skills?|expertise)\b",
    r"(?:perhaps|maybe|probably|presumably|surely|obviously|undoubtedly|of course|no doubt|as you know|must have)\b",
    r"(?:i|we) (?:assume|believe|presume|trust)\b|(?:i|we) (?:see|think|suspect|understand) that\b|it (?:seems|appears|looks)\b",
    r"(?:what|which \w+) (?:shows?|proves?|demonstrates?|establish\w*|confirms?) (?:that|the need)\b",
)  # fmt: skip
_TAKEN_FOR_GRANTED = _any(
    r"(?:constant|continuous|uninterrupted|undivided|full-time) (?:one-(?:on|to)-one )?(?:attendance|contact|supervision|presence|attention)\b",
    r"direct (?:(?:one-(?:on|to)-one|patient) contact|supervision|attendance)\b",
    r"improv\w+|benefit\w*|(?<!weight )gain(?:s|ed)?\b|progress (?:was|has|did)\b(?! (?:measured|judged|written))",
    r"how (?:much )?did (?:\w+ ){1,4}help\b(?! (?:with|of|from))",
    rf"(?:need(?:s|ed)?|requires?|required|necessary|necessitat\w+) (?:for |of )?(?:an? |the )?{_CLINICIAN}\b",
    r"(?:aides?|technicians?|family members?|untrained \w+) (?:could|can|would)(?: not|n't)\b",
    r"(?:what|which) (?:proof|evidence) (?:is|was|do|does|shows?)\b",
    r"who (?:consented|agreed|certified|ordered|approved|authori[sz]ed)\b|when was (?:\w+ ){1,3}(?:certified|ordered|approved)\b",
    r"(?:care|treatment|therapy|program|programme|trial|measures?) (?:came|went) (?:before|first|earlier)\b",
    r"need for (?:\w+ )?(?:treatment|care|services?|visits?)\b",
    rf"why (?:was|were|is|are|did|does) (?:\w+ ){{0,3}}(?:{_CLINICIAN}|{_WORK}) (?:\w+ )?(?:need(?:ed)?|necessary|required?)\b",
)  # fmt: skip
_BOTH_WAYS = re.compile(
    r"\bif (?:any\w*|at all|so|applicable|known|there)\b|\b(?:which|what|or|and)(?: \w+){0,2} not\b|\bwors\w+|\bdeclin\w+|\bunchanged\b|\bthe same\b"
    r"|\bor (?:alone|none|nobody|no one|unattended|intermittent\w*|with nobody)\b",
    re.IGNORECASE,
)


def payment(text: str) -> Iterator[str]:
    """Yield words about payment, coverage, payers, units billed or a review of the claim."""
    yield from _found(_PAYMENT, text)
    yield from _found(_MONEY_SIGN, text)


def code(text: str) -> Iterator[str]:
    """Yield procedure codes, words about coding, and the tiers of an evaluation."""
    yield from _found(_CODE, text)


def threshold(text: str) -> Iterator[str]:
    """Yield amounts that say how much is enough."""
    yield from _found(_THRESHOLD, text)
    yield from _found(_MORE_OR_LESS, text)


def purpose(text: str) -> Iterator[str]:
    """Yield words that say what the answer would be good for."""
    yield from _found(_PURPOSE, text)


def wanted(text: str) -> Iterator[str]:
    """Yield words that take the wanted answer for granted; asked both ways ("…, if anything") most do not."""
    yield from _found(_WANTED, text)
    if not _BOTH_WAYS.search(text):
        yield from _found(_TAKEN_FOR_GRANTED, text)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    yield from (found[0].strip() for found in pattern.finditer(text))
