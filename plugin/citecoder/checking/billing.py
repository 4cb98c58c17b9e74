"""What a document says of modifiers, of who may bill, of payers and of pairs, held against the rules.

Each judge answers one question about one code; silence of the rules is "not known", never "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said, described, is_evaluation
from citecoder.checking.clauses import Clause, listed_together
from citecoder.checking.counting import with_lead
from citecoder.checking.pairs import pair_of
from citecoder.checking.statements import CODE
from citecoder.codes import Code
from citecoder.rules.payer import bundled_by, not_covered_by, substitution_for, used_on

_THERAPY_MODIFIER = {"GP": "PT", "GO": "OT", "GN": "SLP"}
_ASSISTANT_MODIFIER = {"CQ": "PT", "CO": "OT"}
_SEPARATING = ("59", "XE", "XP", "XS", "XU")
_MODIFIER = re.compile(
    r"(?<![\w.$])-?(59|25|GP|GO|GN|KX|CQ|CO|AT|XE|XP|XS|XU)\b(?!\s*(?:minutes?|min\b|%|percent|patients|units|days))"
)
_SPEAKS_OF_MODIFIERS = re.compile(r"modifier|append|suffix|\badd(?:ing|s|ed)? (?:a )?-?(?:59|25)\b|\b(?:59|25) (?:to|on|with|for)\b|\b-(?:59|25)\b|(?<=\d)-(?:59|25|GP|GO|GN|AT|CQ|CO)\b", re.IGNORECASE)
_TELLING_ALONE = frozenset({"GP", "GO", "GN", "CQ", "CO", "KX", "XE", "XP", "XS", "XU"})


# --- modifiers -----------------------------------------------------------------------------------


def read_modifiers(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of modifiers on its codes."""
    whole = f"{clause.statement.lead} {clause.statement.text}"
    speaks = bool(_SPEAKS_OF_MODIFIERS.search(whole))
    yield from _assistant_words(clause, facts)
    about_visits = not clause.explicit and re.search(r"\boffice visit|\bE/M\b|\bevaluation[- ]and[- ]management", clause.text, re.IGNORECASE)
    several = len({m[1] for m in _MODIFIER.finditer(clause.text)} & set(_SEPARATING)) > 1 and "stack" in clause.text
    paired = several or bool(re.search(r"\bNCCI|\bedit\b", clause.statement.text)) or len(pair_of(clause, facts)) == 2
    for match in _MODIFIER.finditer(clause.text):
        if (not speaks and match[1] not in _TELLING_ALONE) or (paired and match[1] in _SEPARATING):
            continue
        if match[1] == "25" and about_visits:
            continue
        for code in _subjects(clause, match.start()):
            judged = _modifier(facts, facts.codes.get(code), match[1])
            denied = clause.denied(match.start(1), match.end(1))
            yield Said("modifier", code, match.start(1), match.end(1), judged, denied)


_ASSISTANT_MODIFIERS = re.compile(r"\b(?:assistant modifiers?|modifiers? for (?:an |the )?assistants?)\b", re.IGNORECASE)


def _assistant_words(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what is said of CQ and CO without naming them."""
    match = _ASSISTANT_MODIFIERS.search(clause.text)
    if match is None or re.search(r"\bC[QO]\b", clause.text):
        return
    for code in _subjects(clause, match.start()):
        found = facts.codes.get(code)
        judged = _modifier(facts, found, "CQ" if "PT" in found.disciplines else "CO")
        yield Said("modifier", code, match.start(), match.end(), judged, clause.denied(*match.span()))


def _subjects(clause: Clause, at: int) -> tuple[str, ...]:
    if not clause.explicit or len(clause.codes) == 1 or listed_together(clause.text, clause.codes):
        return clause.codes
    written = [m for m in CODE.finditer(clause.text) if m[0] in clause.codes]
    before = [m[0] for m in written if m.end() <= at]
    return (before[-1],) if before else (written[0][0],) if written else ()


def _modifier(facts: Facts, code: Code, modifier: str) -> Judged:
    disciplines = set(code.disciplines)
    if modifier == "25":
        because = f"25 belongs on the line of an evaluation-and-management service; {code.code} is none."
        return Judged(False, because, ("cms-therapy-modifiers/modifier-25-not-for-therapy",))
    if modifier in _THERAPY_MODIFIER:
        owner = _THERAPY_MODIFIER[modifier]
        if "any" in disciplines or (owner in disciplines and code.therapy_status == "other"):
            return UNKNOWN
        if owner in disciplines:
            return Judged(True, f"{modifier} marks a service under a plan of {owner}; {code.code} may be one.", ("cms-therapy-modifiers/gp-go-gn",))
        because = f"{modifier} marks a service under a plan of {owner}; {code.code} is a service of {_listed(code)}."
        return Judged(False, because, ("cms-therapy-modifiers/gp-go-gn", *code.cites))
    if modifier in _ASSISTANT_MODIFIER:
        owner = _ASSISTANT_MODIFIER[modifier]
        if is_evaluation(code):
            return Judged(False, f"An assistant may not evaluate, so {modifier} never stands on {code.code}.", ("cms-bpm-15/assistants-limits",))
        if code.timing == "per_30days":
            return Judged(False, f"{code.code} is the supply of a device: nobody's share of it is an assistant's.", ("cms-cq-co/remote-monitoring",))
        if owner in disciplines and code.therapy_status != "other":
            return Judged(True, f"{modifier} marks a service of which an assistant gave more than a tenth.", ("cms-cq-co/assistant-modifiers",))
        if not disciplines & {"PT", "OT", "any"}:
            return Judged(False, f"{modifier} is for work of assistants in {owner}; {code.code} is a service of {_listed(code)}.", ("cms-cq-co/assistant-modifiers", *code.cites))
        return UNKNOWN
    if modifier == "AT":
        active = facts.payers["medicare"].active_cmt_modifier
        true = code.code in active.codes and used_on(active, facts.on) is True
        because = f"AT marks active chiropractic treatment on {', '.join(active.codes)}; it belongs on no other code."
        return Judged(true, because, active.cites)
    if modifier in _SEPARATING:
        return _separating(facts, code, modifier)
    if modifier == "KX" and code.therapy_status == "always":
        return Judged(True, "KX states that the services beyond the threshold are justified on file.", ("cms-therapy-modifiers/kx-threshold",))
    return UNKNOWN


def _separating(facts: Facts, code: Code, modifier: str) -> Judged:
    rows = facts.edits.all_for(code.code)
    cites = facts.edits.editions.ncci.cites
    apart = [row.other(code.code) for row in rows if row.separable]
    if apart:
        return Judged(True, f"{modifier} may set {code.code} apart from {', '.join(apart[:4])} where the services were separate.", cites)
    if rows:
        return Judged(False, f"No pair of {code.code} allows a modifier: {modifier} changes nothing.", cites)
    return UNKNOWN


def _listed(code: Code) -> str:
    return " and ".join(code.disciplines) if code.disciplines else "other clinicians"


# --- who may bill --------------------------------------------------------------------------------

_ROLES = (
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
    r"\b(?:perform\w*|furnish\w*|provid(?:e|es|ed|ing)|deliver\w*|bill\w*|report\w*|use[ds]?|using|utili[sz]e\w*|administer\w*|conduct\w*|carr(?:y|ies|ied) out|done|give[ns]?|qualified|eligible|allowed|permitted|scope|responsib\w+|personally|treat\w*|apply|applies|applied|belongs? to|territory|domain|claim\w*|complete[ds]?|who|whose|counts?|spends?|limits|delegat\w+|lets?|meant|may|can|provider|discipline|clinician|work|time|assistant\?)\b",
    re.IGNORECASE,
)
_SUPERVISED_BY = re.compile(r"\b(?:supervision|supervised by|oversight|direction|signature|order|referral|prescri\w+|beside|assist\w*|learn\w*|train\w+ of|helping)\s+(?:(?:of|by|from|a|an|the|qualified|licensed|supervising|treating)\s+)*$", re.IGNORECASE)
_UNDER_SUPERVISION = re.compile(r"\bunder (?:the )?(?:\w+ )?supervision of\b|\bsupervis(?:ed|ion) (?:of|by) (?:a |the )?(?:qualified |licensed )?(?:physical|occupational) therapist\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only(?! (?:approved|trained|licensed|qualified))|exclusive(?:ly)?|solely|nobody but|no one but|reserved for|restricted to|limited to)\b", re.IGNORECASE)
_OTHERS = {"PT": "physical therapist", "OT": "occupational therapist", "SLP": "speech-language pathologist", "DC": "chiropractor"}
_STAFF = ("cms-bpm-15/other-staff-not-billable",)


def read_providers(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of who may furnish or bill its codes."""
    if _MODIFIER.search(clause.text) and _SPEAKS_OF_MODIFIERS.search(clause.text) or re.search(r"\bG[PON]\b", clause.text):
        return
    cell = clause.statement.kind == "cell"
    text = with_lead(clause) if cell else clause.text
    shift = len(text) - len(clause.text)
    if not cell and not _ACTS.search(f"{clause.statement.lead} {clause.statement.text}"):
        return
    for code in clause.codes:
        found = facts.codes.get(code)
        under = _UNDER_SUPERVISION.search(clause.text)
        if under and is_evaluation(found):
            because = f"{described(found)}; the therapist carries it out in person, nobody does under supervision."
            judged = Judged(False, because, ("cms-bpm-15/evaluation-by-clinician",))
            yield Said("provider", code, under.start(), under.end(), judged, clause.denied(*under.span()))
    taken: list[tuple[int, int]] = []
    named: list[str] = []
    for role, pattern in _ROLES:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            if _SUPERVISED_BY.search(text[: match.start()]):
                continue
            named.append(role)
            start, end = max(0, match.start() - shift), max(1, match.end() - shift)
            for code in _subjects(clause, start):
                judged = _provider(facts, facts.codes.get(code), role, clause)
                yield Said("provider", code, start, end, judged, clause.denied(start, end) or _cell_denies(clause))
    yield from _only(clause, facts, named)
    yield from _disciplines(clause, facts, text, shift)


def _provider(facts: Facts, code: Code, role: str, clause: Clause) -> Judged:
    """Tell whether a role may furnish a code."""
    disciplines = set(code.disciplines)
    if role in ("PTA", "OTA", "assistant"):
        if is_evaluation(code) or (code.attendance == "evaluation" and code.family != "testing"):
            return Judged(False, f"{described(code)}; an assistant may not evaluate.", ("cms-bpm-15/assistants-limits",))
        owner = {"PTA": {"PT"}, "OTA": {"OT"}}.get(role, {"PT", "OT"})
        if code.therapy_status == "always" and disciplines & owner:
            return Judged(True, f"A supervised assistant may give {code.code}.", ("cms-bpm-15/assistants-limits",))
        return UNKNOWN
    if role == "aide":
        return Judged(False, "Services of aides and technicians are never billable, whoever is near.", ("cms-bpm-15/aides-not-billable",))
    if role == "massage":
        return Judged(False, "Massage therapists may not bill therapy services to Medicare; elsewhere state and contract decide.", _STAFF)
    if role == "ATC":
        if "ATC" in disciplines:
            return Judged(True, f"{described(code)}.", code.cites)
        return Judged(False, "Athletic trainers may not bill therapy services to Medicare.", _STAFF)
    return _discipline(facts, code, role, clause)


def _discipline(facts: Facts, code: Code, role: str, clause: Clause) -> Judged:
    disciplines = set(code.disciplines)
    if role == "DC" and re.search(r"\bmedicare\b", f"{clause.statement.lead} {clause.statement.text}", re.IGNORECASE):
        return UNKNOWN  # read as a matter of the payer
    if "any" in disciplines or not disciplines:
        return UNKNOWN
    if role in disciplines:
        return Judged(True, f"{code.code} is a service of {_listed(code)}.", code.cites)
    if role == "DC" and not (is_evaluation(code) or disciplines <= {"SLP"}):
        return UNKNOWN
    if code.therapy_status == "other" and not disciplines & {"ATC"} and disciplines != {"DC"} and role != "SLP":
        return UNKNOWN
    return Judged(False, f"{code.code} is a service of {_listed(code)}.", code.cites)


_BY_NAME = (
    ("PT", r"physical"),
    ("OT", r"occupational"),
    ("SLP", r"speech(?:-language)?"),
    ("DC", r"chiropractic"),
    ("ATC", r"athletic[- ]training"),
)
_DISCIPLINE = r"(?:physical|occupational|speech(?:-language)?)(?: therapy| pathology)?|chiropractic|athletic[- ]training"
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
        judged = Judged(False, f"{code.code} is a service of {_listed(code)}.", code.cites)
        yield Said("provider", code.code, match.start(), match.end(), judged, clause.denied(*match.span()))


# --- payers --------------------------------------------------------------------------------------

_PAYERS = (
    ("medicare_advantage", re.compile(r"\bmedicare advantage\b", re.IGNORECASE)),
    ("medicare", re.compile(r"\b(?:medicare(?: part b)?|CMS|part b)\b(?! advantage)", re.IGNORECASE)),
    ("tricare", re.compile(r"\btricare\b", re.IGNORECASE)),
    ("uhc", re.compile(r"\b(?:united ?healthcare|UHC)\b", re.IGNORECASE)),
    ("aetna", re.compile(r"\baetna\b", re.IGNORECASE)),
    ("cigna", re.compile(r"\bcigna\b", re.IGNORECASE)),
    ("humana", re.compile(r"\bhumana\b", re.IGNORECASE)),
    ("anthem", re.compile(r"\banthem\b", re.IGNORECASE)),
    ("highmark", re.compile(r"\bhighmark\b", re.IGNORECASE)),
)  # fmt: skip
_PAYS = re.compile(
    r"\b(?:pay(?:s|ment|able)?|paid|cover(?:s|ed|age)?|reimburs\w+|accepts?|accepted|recogni[sz]e[sd]?|valid|billable|payable|allows?|allowed|honou?rs?|takes?|wants?|prefers?|asks? for|separate payment|own payment|bill(?:ed|able)? (?:to )?medicare|medicare claims?|medicare bill\w*)\b",
    re.IGNORECASE,
)
_BUNDLES = re.compile(
    r"\b(?:bundl\w+|no separate payment|no payment of its own|zero dollars|pays? (?:them |it |you )?no (?:line|separate)|(?:not|n['’]t|never) (?:be )?(?:separately (?:paid|payable|reimbursed)|pay(?:able)? separately|paid (?:separately|on its own|apart))|packaged|folded into|rolled into|incidental|status b)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:non-?covered|(?:not|never|n['’]t) (?:\w+ )?(?:cover\w*|pay\w*|paid|reimburs\w*|recogni[sz]\w*|accept\w*|valid|payable|billable)|no (?:coverage|payment)|excluded|excludes|rejects?|rejected|denies|denied|leaves out|left out|refuses|refused|invalid|does not exist|pays nothing|without payment|nothing for)\b",
    re.IGNORECASE,
)  # fmt: skip
_RESTRICTS = re.compile(r"\brestrict(?:s|ed|ive)?\b", re.IGNORECASE)
_SWAPS = re.compile(
    r"\b(?:instead of|in place of|rather than|in lieu of|replac\w+|substitut\w+|not|instead)\b|\b(?:wants?|requires?|asks? for|expects?|takes?|needs?|prefers?|must be (?:billed|reported) (?:as|with|under)|use|uses|switch to|bill|report)\b",
    re.IGNORECASE,
)


_CONDITION = re.compile(
    r"\b(?:maintenance|unless|without|only (?:if|when|for|after)|if|beyond|more than|second|until|except|duplicate|exceed\w*|over the|beside|alongside|with an?|same day|overlap\w*|twice|ABN)\b",
    re.IGNORECASE,
)
"""What is said of some circumstances only says nothing of the code as such."""


def read_payers(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says a named payer does with its codes."""
    whole = _with_lead(clause)
    named = f"{clause.statement.lead} {clause.statement.text}"
    payer = next((name for name, pattern in _PAYERS if pattern.search(whole)), None)
    if payer is None and not re.search(r"\b(?:payers?|plans?|insurers?|commercial|private)\b", clause.text, re.IGNORECASE):
        payer = next((name for name, pattern in _PAYERS if pattern.search(named)), None)
    if pair_of(clause, facts) and re.search(r"\b(?:same|one) (?:day|date|session|visit)|\btogether\b", clause.statement.text):
        return  # a matter of pairs
    if _MODIFIER.search(clause.text) and _SPEAKS_OF_MODIFIERS.search(named) or re.search(r"\bG[PON]\b", named):
        return  # a matter of modifiers
    if any(each.says.search(whole) for each in facts.wording.lists):
        return  # a matter of lists
    if payer is None or payer not in facts.payers:
        return
    if any(role not in ("PT", "OT", "SLP") and pattern.search(whole) for role, pattern in _ROLES):
        yield from _to_a_role(clause, facts, payer, whole)
        return
    several = clause.explicit and len(clause.codes) > 1 and not listed_together(clause.text, clause.codes)
    for code in () if several else clause.codes:
        found = facts.codes.get(code)
        for kind, pattern in (("restricts", _RESTRICTS), ("bundles", _BUNDLES), ("refuses", _REFUSES), ("pays", _PAYS)):
            match = pattern.search(clause.text) or (pattern.search(whole) if clause.statement.kind == "cell" else None)
            if match is None or code not in (_subjects(clause, match.start()) or (code,)):
                continue
            if _CONDITION.search(whole) and kind != "bundles":
                continue
            if not (clause.explicit or clause.referred):
                continue
            judged = _payer(facts, payer, found, kind)
            start = min(match.start(), max(0, len(clause.text) - 1))
            outside = clause.denied(start, match.end()) if kind == "pays" else _denied_outside(clause, start)
            yield Said("payer", code, start, min(match.end(), len(clause.text)), judged, outside)
            break
    yield from _substitutions(clause, facts, payer)


def _to_a_role(clause: Clause, facts: Facts, payer: str, whole: str) -> Iterator[Said]:
    """Yield what a payer is said to pay chiropractors; who else may bill is read as a matter of providers."""
    chiropractor = dict(_ROLES)["DC"].search(whole)
    paid = next((o for o in facts.payers[payer].only_for if o.discipline == "DC"), None)
    match = _REFUSES.search(whole) or _PAYS.search(whole)
    if chiropractor is None or paid is None or match is None:
        return
    for code in clause.codes:
        true = code in paid.codes
        refused = bool(_REFUSES.search(whole)) or clause.denied(max(0, match.start() - len(whole) + len(clause.text)), len(clause.text)) or _cell_denies(clause)
        yield Said("payer", code, 0, len(clause.text), Judged(true, paid.because, paid.cites), refused)


def _with_lead(clause: Clause) -> str:
    return f"{clause.statement.lead}: {clause.text}" if clause.statement.lead else clause.text


def _denied_outside(clause: Clause, start: int) -> bool:
    """Tell whether a refusal is itself denied: only words before it count, its own negation doesn't."""
    return bool(re.search(r"\b(?:not|never|n['’]t)\b[^,;]{0,25}$", clause.text[:start], re.IGNORECASE)) != clause.flipped


def _payer(facts: Facts, payer_id: str, code: Code, kind: str) -> Judged:
    """Tell whether a payer pays, bundles or refuses a code; ``kind`` names which of the three is claimed."""
    payer = facts.payers[payer_id]
    bundled = bundled_by(payer, code.code, facts.on)
    refused = not_covered_by(payer, code.code, facts.on)
    swapped = substitution_for(payer, code.code, facts.on)
    if any(s.by == code.code for s in payer.substitutions if s.confidence != "low"):
        fact_by = next(s for s in payer.substitutions if s.by == code.code)
        return Judged(kind == "pays", fact_by.because, fact_by.cites)
    fact = bundled or refused or swapped
    if fact is not None and kind != "restricts":
        if fact.confidence == "low":
            return UNKNOWN
        holds = {"bundles": bundled is not None, "refuses": bundled is None, "pays": False}[kind]
        unsettled = (kind == "refuses" and bundled is not None) or (kind == "bundles" and bundled is None)
        return UNKNOWN if unsettled else Judged(holds, fact.because, fact.cites)
    status = code.medicare.get("status")
    if kind == "restricts":
        known = payer_id == "medicare" and status in ("restricted", "payable") and code.confidence != "low"
        because = f"Medicare's status of {code.code}: {status}."
        return Judged(status == "restricted", because, code.cites) if known else UNKNOWN
    if payer_id != "medicare" or code.confidence == "low":
        return UNKNOWN
    if status == "payable":
        return Judged(kind == "pays", f"Medicare's fee schedule lists {code.code} as payable.", code.cites)
    if status in ("noncovered", "not_recognized", "bundled"):
        true = {"pays": False, "bundles": status == "bundled" or None, "refuses": status != "bundled" or None}[kind]
        return Judged(true, f"Medicare's status of {code.code}: {status.replace('_', ' ')}.", code.cites)
    return UNKNOWN


def _substitutions(clause: Clause, facts: Facts, payer_id: str) -> Iterator[Said]:
    """Yield that a payer wants one code in place of another."""
    codes = list(dict.fromkeys(m[0] for m in CODE.finditer(clause.statement.text) if m[0] in facts.known))
    match = _SWAPS.search(clause.text)
    if len(codes) != 2 or match is None or not re.search(r"\b(?:instead|in place|rather|in lieu|replac|substitut|switch)\w*\b", clause.statement.text, re.IGNORECASE):
        return
    payer = facts.payers[payer_id]
    for code in clause.codes:
        swap = substitution_for(payer, code, facts.on)
        other = next((c for c in codes if c != code), "")
        back = substitution_for(payer, other, facts.on) if other else None
        fact = swap or back
        if fact is None:
            continue
        order = re.search(rf"{CODE.pattern}[^.;]{{0,60}}\b(?:instead of|in place of|rather than|in lieu of|replaces?)\b[^.;]{{0,30}}?{CODE.pattern}", clause.statement.text, re.IGNORECASE)
        wrong = bool(order) and order is not None and codes[0] == fact.code and codes[1] == fact.by
        judged = Judged(not wrong, fact.because, fact.cites)
        yield Said("payer", code, match.start(), match.end(), judged, clause.flipped)
        return



# --- lists and prices ----------------------------------------------------------------------------

_PRICED = re.compile(
    r"\b(?:contractor[- ]pric\w+|(?:priced|set) by (?:the |each |your )?(?:local |Medicare )?(?:contractor|MAC)s?|(?:contractor|MAC)s? (?:sets?|prices?|decides?))",
    re.IGNORECASE,
)
_NATIONAL = re.compile(r"\bnational (?:Medicare |fee schedule |payment )*(?:price|rate|amount|fee)\w*|fee schedule amount", re.IGNORECASE)


def read_lists(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of published lists: whether its codes are on them, and who prices them."""
    whole = _with_lead(clause)
    shift = len(whole) - len(clause.text)
    for each in facts.wording.lists:
        match = each.says.search(whole)
        if match is None:
            continue
        at = max(0, match.start() - shift)
        for code in _subjects(clause, at):
            if code in each.listed or code in each.unlisted:
                true = code in each.listed
                judged = Judged(true, f"{code} {each.because['listed' if true else 'unlisted']}.", each.cites)
                denied = clause.denied(at, max(0, match.end() - shift)) or _cell_denies(clause)
                yield Said("payer", code, at, max(at + 1, match.end() - shift), judged, denied)
    priced, national = _PRICED.search(clause.text), _NATIONAL.search(clause.text)
    match = priced or national
    if match is None:
        return
    for code in _subjects(clause, match.start()):
        found = facts.codes.get(code)
        status = found.medicare.get("status")
        if status not in ("contractor_priced", "payable"):
            continue
        own = status == "contractor_priced"
        because = f"Medicare's fee schedule leaves the price of {code} to the contractors." if own else f"Medicare's fee schedule prices {code} nationally."
        judged = Judged(own == bool(priced), because, found.cites)
        yield Said("payer", code, match.start(), match.end(), judged, clause.denied(*match.span()))


def _cell_denies(clause: Clause) -> bool:
    return clause.statement.kind == "cell" and bool(re.match(r"(?:no|none|never|not|does not|exempt|excluded|off)\b", clause.text, re.IGNORECASE))
