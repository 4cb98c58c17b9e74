"""What a document says a payer does with a code: pays, bundles, refuses, wants another; and which lists it is on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said
from citecoder.checking.clauses import Clause, cell_denies, listed_together
from citecoder.checking.counting import about
from citecoder.checking.modifiers import speaks_of_modifiers
from citecoder.checking.pairs import pair_of
from citecoder.checking.providers import ROLES
from citecoder.checking.statements import CODE
from citecoder.codes import Code
from citecoder.rules.payer import bundled_by, not_covered_by, substitution_for

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
    r"\b(?:pay(?:s|ment|able)?|paid|cover(?:s|ed|age)?|reimburs\w+|accepts?|accepted|recogni[sz]e[sd]?|valid|billable|payable|allows?|allowed|honou?rs?|takes?|wants?|prefers?|asks? for|separate payment|own payment|bill(?:ed|able)? (?:to )?medicare|(?:on|to) (?:a )?medicare claims?|medicare bill\w*)\b",
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
    r"\b(?:maintenance|unless|without|only (?:if|when|for|after)|if|beyond|more than|second|until|except|duplicate|exceed\w*|over the|for (?:those|them|that)|beside|alongside|with an?|same day|overlap\w*|twice|ABN)\b",
    re.IGNORECASE,
)
"""What is said of some circumstances only says nothing of the code as such."""


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says a named payer does with its codes."""
    whole = _with_lead(clause)
    payer = _named_payer(clause, whole)
    if payer is None or payer not in facts.payers or _another_matter(clause, facts, whole):
        return
    if any(role not in ("PT", "OT", "SLP") and pattern.search(whole) for role, pattern in ROLES):
        yield from _to_a_role(clause, facts, payer, whole)
        return
    several = clause.explicit and len(clause.codes) > 1 and not listed_together(clause.text, clause.codes)
    crowd = not clause.explicit and len(clause.codes) > _FEW
    if not several and not crowd and (clause.explicit or clause.referred):
        for code in clause.codes:
            yield from _done_with(clause, facts, payer, facts.codes.get(code), whole)
    yield from _substitutions(clause, facts, payer)


def _named_payer(clause: Clause, whole: str) -> str | None:
    """Return the payer of the clause; the sentence's own where the clause speaks of no other payers."""
    payer = next((name for name, pattern in _PAYERS if pattern.search(whole)), None)
    if payer is not None or _PAYERS_AT_LARGE.search(clause.text):
        return payer
    named = f"{clause.statement.lead} {clause.statement.text}"
    return next((name for name, pattern in _PAYERS if pattern.search(named)), None)


def _another_matter(clause: Clause, facts: Facts, whole: str) -> bool:
    """Tell whether the clause is about pairs, modifiers or lists, which have readers of their own."""
    paired = pair_of(clause, facts) and _SAME_DAY.search(clause.statement.text)
    return bool(
        paired
        or re.search(r"\bNCCI\b|\bedits?\b|\b59\b|\bmodifiers?\b", whole)
        or speaks_of_modifiers(clause)
        or any(each.says.search(whole) for each in facts.wording.lists)
    )


def _done_with(clause: Clause, facts: Facts, payer: str, code: Code, whole: str) -> Iterator[Said]:
    """Yield the first of: restricts, bundles, refuses, pays."""
    for kind, pattern in _KINDS:
        match = pattern.search(clause.text)
        if match is None and clause.statement.kind == "cell":
            match = pattern.search(whole)
        if match is None or code.code not in (about(clause, match.start()) or (code.code,)):
            continue
        if _CONDITION.search(whole) and kind != "bundles":
            continue
        start = min(match.start(), max(0, len(clause.text) - 1))
        denied = clause.denied(start, match.end()) if kind == "pays" else _denied_outside(clause, start)
        yield Said(
            "payer",
            code.code,
            start,
            min(match.end(), len(clause.text)),
            _payer(facts, payer, code, kind),
            denied,
        )
        return


_COLLECTS = re.compile(r"\b(?:can|may|could|do|also)\b[^.;]{0,30}\b(?:collect|bill|charge)\b", re.IGNORECASE)
_FEW = 2
_PAYERS_AT_LARGE = re.compile(r"\b(?:payers?|plans?|insurers?|commercial|private)\b", re.IGNORECASE)
_SAME_DAY = re.compile(r"\b(?:same|one) (?:day|date|session|visit)|\btogether\b", re.IGNORECASE)
_KINDS = (("restricts", _RESTRICTS), ("bundles", _BUNDLES), ("refuses", _REFUSES), ("pays", _PAYS))


def _to_a_role(clause: Clause, facts: Facts, payer: str, whole: str) -> Iterator[Said]:
    """Yield what a payer is said to pay chiropractors; who else may bill is read as a matter of providers."""
    chiropractor = dict(ROLES)["DC"].search(whole)
    paid = next((o for o in facts.payers[payer].only_for if o.discipline == "DC"), None)
    match = _REFUSES.search(clause.text) or _PAYS.search(whole) or _COLLECTS.search(whole)
    if "only" in whole and not clause.explicit:
        return
    if chiropractor is None or paid is None or match is None:
        return
    for code in clause.codes:
        true = code in paid.codes
        refused = "only" not in whole and (
            bool(_REFUSES.search(clause.text) or re.search(r"\bfor none\b|\bnone of\b", clause.text))
            or clause.denied(max(0, match.start() - len(whole) + len(clause.text)), len(clause.text))
            or cell_denies(clause)
        )
        yield Said("payer", code, 0, len(clause.text), Judged(true, paid.because, paid.cites), refused)


def _with_lead(clause: Clause) -> str:
    return f"{clause.statement.lead}: {clause.text}" if clause.statement.lead else clause.text


def _denied_outside(clause: Clause, start: int) -> bool:
    """Tell whether a refusal is itself denied: only words before it count, its own negation doesn't."""
    return (
        bool(re.search(r"\b(?:not|never|n['’]t)\b[^,;]{0,25}$", clause.text[:start], re.IGNORECASE))
        != clause.flipped
    )


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
        true = {
            "pays": False,
            "bundles": status == "bundled" or None,
            "refuses": status != "bundled" or None,
        }[kind]
        return Judged(true, f"Medicare's status of {code.code}: {status.replace('_', ' ')}.", code.cites)
    return UNKNOWN


_WANTS_NOT = re.compile(
    r"(?:\b(?:not|never)|n['’]t) (?:want|take|require|ask|expect|use|need|replac|substitut|switch|bill|report)",
    re.IGNORECASE,
)


def _substitutions(clause: Clause, facts: Facts, payer_id: str) -> Iterator[Said]:
    """Yield that a payer wants one code in place of another."""
    codes = list(dict.fromkeys(m[0] for m in CODE.finditer(clause.statement.text) if m[0] in facts.known))
    match = _SWAPS.search(clause.text)
    if (
        len(codes) != 2
        or match is None
        or not re.search(
            r"\b(?:instead|in place|rather|in lieu|replac|substitut|switch)\w*\b",
            clause.statement.text,
            re.IGNORECASE,
        )
    ):
        return
    payer = facts.payers[payer_id]
    for code in clause.codes:
        swap = substitution_for(payer, code, facts.on)
        other = next((c for c in codes if c != code), "")
        back = substitution_for(payer, other, facts.on) if other else None
        fact = swap or back
        if fact is None:
            continue
        if {fact.code, fact.by} != set(codes):
            judged = Judged(False, fact.because, fact.cites)
            yield Said("payer", code, match.start(), match.end(), judged, clause.flipped)
            return
        order = re.search(
            rf"{CODE.pattern}[^.;]{{0,60}}\b(?:instead of|in place of|rather than|in lieu of|replaces?)\b[^.;]{{0,30}}?{CODE.pattern}",
            clause.statement.text,
            re.IGNORECASE,
        )
        wrong = bool(order) and order is not None and codes[0] == fact.code and codes[1] == fact.by
        judged = Judged(not wrong, fact.because, fact.cites)
        refused = bool(_WANTS_NOT.search(clause.text)) != clause.flipped
        yield Said("payer", code, match.start(), match.end(), judged, refused)
        return


_PRICED = re.compile(
    r"\b(?:contractor[- ]pric\w+|(?:priced|set) by (?:the |each |your )?(?:local |Medicare )?(?:contractor|MAC)s?|(?:contractor|MAC)s? (?:sets?|prices?|decides?))",
    re.IGNORECASE,
)
_NATIONAL = re.compile(
    r"\bnational (?:Medicare |fee schedule |payment )*(?:price|rate|amount|fee)\w*|fee schedule amount",
    re.IGNORECASE,
)


def read_lists(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of published lists: whether its codes are on them, and who prices them."""
    whole = _with_lead(clause)
    shift = len(whole) - len(clause.text)
    for each in facts.wording.lists:
        match = each.says.search(whole)
        if match is None:
            continue
        at = max(0, match.start() - shift)
        for code in about(clause, at):
            if code in each.listed or code in each.unlisted:
                true = code in each.listed
                judged = Judged(true, f"{code} {each.because['listed' if true else 'unlisted']}.", each.cites)
                denied = clause.denied(at, max(0, match.end() - shift)) or cell_denies(clause)
                yield Said("payer", code, at, max(at + 1, match.end() - shift), judged, denied)
    priced, national = _PRICED.search(clause.text), _NATIONAL.search(clause.text)
    match = priced or national
    if match is None:
        return
    for code in about(clause, match.start()):
        found = facts.codes.get(code)
        status = found.medicare.get("status")
        if status not in ("contractor_priced", "payable"):
            continue
        own = status == "contractor_priced"
        because = (
            f"Medicare's fee schedule leaves the price of {code} to the contractors."
            if own
            else f"Medicare's fee schedule prices {code} nationally."
        )
        judged = Judged(own == bool(priced), because, found.cites)
        yield Said("payer", code, match.start(), match.end(), judged, clause.denied(*match.span()))
