"""What a document says of who may furnish or bill a code, held against its disciplines and the rules for staff."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said, described, disciplines_of, is_evaluation
from citecoder.checking.clauses import Clause, cell_denies
from citecoder.checking.counting import about, with_lead
from citecoder.checking.modifiers import speaks_of_modifiers
from citecoder.codes import Code

ROLES = (
    ("PTA", re.compile(r"\b(?:physical therap(?:y|ist)['’]?s? assistants?|PTAs?)\b", re.IGNORECASE)),
    ("OTA", re.compile(r"\b(?:occupational therap(?:y|ist)['’]?s? assistants?|OTAs?|COTAs?)\b", re.IGNORECASE)),
    ("assistant", re.compile(r"\b(?:therap(?:y|ist) )?assistants?\b(?! modifier)", re.IGNORECASE)),
    ("aide", re.compile(r"\b(?:(?:therapy |rehab(?:ilitation)? |PT |OT |physical therapy )?(?:aides?|techs?|technicians?)|unlicensed (?:staff|personnel|helpers?)|front desk (?:staff|workers?))\b", re.IGNORECASE)),
    ("massage", re.compile(r"\b(?:(?:licensed )?massage therapists?|LMTs?)\b", re.IGNORECASE)),
    ("ATC", re.compile(r"\b(?:(?:certified )?athletic trainers?|ATCs?)\b", re.IGNORECASE)),
    ("PT", re.compile(r"\b(?:physical therapists?|PTs?)\b(?!['’]?s? (?:assist|evaluation|re-?eval|plan|code|aide|visit|practice|clinic|discipline))", re.IGNORECASE)),
    ("OT", re.compile(r"\b(?:occupational therapists?|OTs?)\b(?!['’]?s? (?:assist|evaluation|re-?eval|plan|code|aide|visit|practice|clinic))", re.IGNORECASE)),
    ("SLP", re.compile(r"\b(?:speech[- ](?:language )?(?:pathologists?|therapists?)|SLPs?)\b", re.IGNORECASE)),
    ("DC", re.compile(r"\b(?:chiropract(?:ors?|ic benefit)|DCs?)\b", re.IGNORECASE)),
)  # fmt: skip
_ACTS = re.compile(
    r"\b(?:perform\w*|furnish\w*|provid(?:e|es|ed|ing)|deliver\w*|bill\w*|report\w*|use[ds]?|using|utili[sz]e\w*|administer\w*|conduct\w*|carr(?:y|ies|ied) out|done|give[ns]?|qualified|eligible|allowed|permitted|scope|responsib\w+|personally|treat\w*|apply|applies|applied|belongs? to|territory|domain|claim\w*|complete[ds]?|who|whose|shar\w+|open|owns?|lists?|written|qualif\w+|did|does|fits|made for|handing|for (?=(?:\w+ )?(?:physical|occupational|speech|chiropract|athletic))|counts?|spends?|limits|delegat\w+|lets?|meant|may|can|provider|discipline|clinician|work|time|assistant\?)\b",
    re.IGNORECASE,
)
_SUPERVISED_BY = re.compile(
    r"\b(?:supervision|supervised by|oversight|direction|signature|order|referral|prescri\w+|beside|assist\w*|learn\w*|train\w+ of|helping)\s+(?:(?:of|by|from|a|an|the|qualified|licensed|supervising|treating)\s+)*$",
    re.IGNORECASE,
)
_UNDER_SUPERVISION = re.compile(
    r"\bunder (?:the )?(?:\w+ )?supervision of\b|\bsupervis(?:ed|ion) (?:of|by) (?:a |the )?(?:qualified |licensed )?(?:physical|occupational) therapist\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\b(?:only(?! (?:approved|trained|licensed|qualified))|exclusive(?:ly)?|solely|nobody but|no one but|reserved for|restricted to|limited to)\b",
    re.IGNORECASE,
)
_OTHERS = {
    "PT": "physical therapist",
    "OT": "occupational therapist",
    "SLP": "speech-language pathologist",
    "DC": "chiropractor",
}
_STAFF = ("cms-bpm-15/other-staff-not-billable",)


_PAID_FOR = re.compile(
    r"\b(?:does not|doesn['’]t|will not|won['’]t) pay (?!a |an |the |chiro|physical|occup|for)", re.IGNORECASE
)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of who may furnish or bill its codes."""
    if speaks_of_modifiers(clause) or _PAID_FOR.search(clause.text):
        return  # a matter of modifiers, or of payers
    cell = clause.statement.kind == "cell"
    text = with_lead(clause) if cell else clause.text
    shift = len(text) - len(clause.text)
    if not cell and not _ACTS.search(f"{clause.statement.lead} {clause.statement.text}"):
        return
    yield from _under_supervision(clause, facts)
    named = list(_named_roles(text))
    for role, match in named:
        start, end = max(0, match.start() - shift), max(1, match.end() - shift)
        for code in about(clause, start):
            judged = _provider(facts, facts.codes.get(code), role, clause)
            yield Said("provider", code, start, end, judged, clause.denied(start, end) or cell_denies(clause))
    yield from _only(clause, facts, [role for role, _ in named])
    yield from _disciplines(clause, facts, text, shift)


def _named_roles(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield the roles that a text names as acting; the longer name wins ("physical therapist assistant")."""
    taken: list[tuple[int, int]] = []
    for role, pattern in ROLES:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if not _SUPERVISED_BY.search(text[: match.start()]):
                yield role, match


def _under_supervision(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield that an evaluation is carried out under a therapist's supervision."""
    under = _UNDER_SUPERVISION.search(clause.text)
    for code in clause.codes if under else ():
        found = facts.codes.get(code)
        if under and is_evaluation(found):
            because = (
                f"{described(found)}; the therapist carries it out in person, nobody does under supervision."
            )
            judged = Judged(False, because, ("cms-bpm-15/evaluation-by-clinician",))
            yield Said("provider", code, under.start(), under.end(), judged, clause.denied(*under.span()))


_BILLS = re.compile(
    r"\b(?:bill\w*|count\w*|perform\w*|provid\w*|furnish\w*|deliver\w*|treat\w*|do|does|did|done|giv\w+|time|minutes|paid|pays?|cover\w*|charg\w+|report\w*|qualif\w+|run|carr\w+|handle\w*)\b",
    re.IGNORECASE,
)


_ELSEWHERE = re.compile(
    r"\b(?:some (?:states|payers|plans|insurers)|auto(?:mobile)? insur\w*|commercial|private (?:payers?|plans?|insurers?)|workers.? comp\w*|cash|washington|aetna|cigna|anthem|humana|tricare|UHC|united ?healthcare)\b",
    re.IGNORECASE,
)
_NEVER: dict[str, tuple[str, tuple[str, ...]]] = {
    "aide": (
        "Services of aides and technicians are never billable, whoever is near.",
        ("cms-bpm-15/aides-not-billable",),
    ),
    "massage": (
        "Massage therapists may not bill therapy services to Medicare; elsewhere state and contract decide.",
        _STAFF,
    ),
    "ATC": ("Athletic trainers may not bill therapy services to Medicare.", _STAFF),
}


def _provider(facts: Facts, code: Code, role: str, clause: Clause) -> Judged:
    """Tell whether a role may furnish a code."""
    if role in ("PTA", "OTA", "assistant"):
        return _assistant(code, role, clause)
    if role == "ATC" and "ATC" in code.disciplines:
        return Judged(True, f"{described(code)}.", code.cites)
    if role == "aide" and not _BILLS.search(f"{clause.statement.lead} {clause.statement.text}"):
        return UNKNOWN
    if role in ("massage", "ATC") and _ELSEWHERE.search(f"{clause.statement.lead} {clause.statement.text}"):
        return UNKNOWN  # Medicare's rule; elsewhere state and contract decide
    if role in _NEVER:
        return Judged(False, *_NEVER[role])
    return _discipline(facts, code, role, clause)


_OF_SOMETHING_ELSE = re.compile(
    r"\bevaluat|\b(?:goals?|plans? of care|plan|progress|discharge|diagnos\w+|order\w*|refer\w*)\b|\bphysician assistants?\b",
    re.IGNORECASE,
)


def _assistant(code: Code, role: str, clause: Clause) -> Judged:
    cites = ("cms-bpm-15/assistants-limits",)
    if is_evaluation(code) or (code.attendance == "evaluation" and code.family != "testing"):
        return Judged(False, f"{described(code)}; an assistant may not evaluate.", cites)
    if _OF_SOMETHING_ELSE.search(clause.text):
        return UNKNOWN  # of an evaluation, goals or a plan beside the code, not of the code
    owner = {"PTA": {"PT"}, "OTA": {"OT"}}.get(role, {"PT", "OT"})
    if code.therapy_status == "always" and set(code.disciplines) & owner:
        return Judged(True, f"A supervised assistant may give {code.code}.", cites)
    return UNKNOWN


def _discipline(facts: Facts, code: Code, role: str, clause: Clause) -> Judged:
    disciplines = set(code.disciplines)
    if role == "DC" and re.search(
        r"\bmedicare\b", f"{clause.statement.lead} {clause.statement.text}", re.IGNORECASE
    ):
        return UNKNOWN  # read as a matter of the payer
    if "any" in disciplines or not disciplines:
        return UNKNOWN
    if role in disciplines:
        return Judged(True, f"{code.code} is a service of {disciplines_of(code)}.", code.cites)
    if role == "DC" and not (is_evaluation(code) or disciplines <= {"SLP"}):
        return UNKNOWN
    if (
        code.therapy_status == "other"
        and not disciplines & {"ATC"}
        and disciplines != {"DC"}
        and role != "SLP"
    ):
        return UNKNOWN
    return Judged(False, f"{code.code} is a service of {disciplines_of(code)}.", code.cites)


_BY_NAME = (
    ("PT", r"(?:physical|PT)"),
    ("OT", r"(?:occupational|OT)"),
    ("SLP", r"(?:speech(?:-language)?|SLP)"),
    ("DC", r"chiropractic"),
    ("ATC", r"athletic[- ]training"),
)
_DISCIPLINE = r"(?:physical|occupational|speech(?:-language)?)(?: therapy| pathology)?|chiropractic|athletic[- ]training|PT|OT|SLP"
_OF_DISCIPLINE = re.compile(
    rf"\b(?:(?:shared (?:by|between)|falls? under|belongs? (?:only )?to|comes? under|sits? (?:in|under)|open to|(?:is|are|n['’]t|not) (?:only |strictly |exclusively |purely )?an?)\s+(?:{_DISCIPLINE})(?: and (?:{_DISCIPLINE}))?(?=\s*(?:codes?\b|service\b|$|[.,;]|on\b))|(?:{_DISCIPLINE}) is(?: not|n['’]t)? the discipline)",
    re.IGNORECASE,
)


def _disciplines(clause: Clause, facts: Facts, text: str, shift: int) -> Iterator[Said]:
    """Yield what is said of a code by the name of a discipline: "is a physical therapy code"."""
    match = _OF_DISCIPLINE.search(text)
    if match is None:
        return
    start, end = max(0, match.start() - shift), max(1, match.end() - shift)
    for role, name in _BY_NAME:
        if re.search(rf"\b{name}\b", match[0], re.IGNORECASE):
            for code in clause.codes:
                judged = _provider(facts, facts.codes.get(code), role, clause)
                denied = clause.denied(start, end) != bool(re.search(r"\bnot\b|n['’]t", match[0]))
                yield Said("provider", code, start, end, judged, denied)


def _only(clause: Clause, facts: Facts, named: list[str]) -> Iterator[Said]:
    """Yield a claim that nobody but the roles named may bill a code, where another discipline may."""
    match = _ONLY.search(clause.text)
    if match is None or not named or len(clause.codes) != 1:
        return
    code = facts.codes.get(clause.codes[0])
    others = [d for d in code.disciplines if d in _OTHERS and d not in named and d != "DC"]
    if others and not set(named) & {"aide", "massage", "PTA", "OTA", "assistant"}:
        judged = Judged(False, f"{code.code} is a service of {disciplines_of(code)}.", code.cites)
        yield Said("provider", code.code, match.start(), match.end(), judged, clause.denied(*match.span()))
