"""What a document says of modifiers, held against the rules. Silence of the rules is "not known", never "no"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import UNKNOWN, Facts, Judged, Said, disciplines_of, is_evaluation
from citecoder.checking.clauses import Clause
from citecoder.checking.counting import about
from citecoder.checking.pairs import pair_of
from citecoder.codes import Code
from citecoder.rules.payer import used_on

_THERAPY_MODIFIER = {"GP": "PT", "GO": "OT", "GN": "SLP"}
_ASSISTANT_MODIFIER = {"CQ": "PT", "CO": "OT"}
_SEPARATING = ("59", "XE", "XP", "XS", "XU")
_MODIFIER = re.compile(
    r"(?<![\w.$])-?(59|25|GP|GO|GN|KX|CQ|CO|AT|XE|XP|XS|XU)\b(?!\s*(?:minutes?|min\b|%|percent|patients|units|days))"
)
_SPEAKS_OF_MODIFIERS = re.compile(
    r"modifier|append|suffix|\badd(?:ing|s|ed)? (?:a )?-?(?:59|25)\b|\b(?:59|25) (?:to|on|with|for)\b|\b-(?:59|25)\b|(?<=\d)-(?:59|25|GP|GO|GN|AT|CQ|CO)\b",
    re.IGNORECASE,
)
_TELLING_ALONE = frozenset({"GP", "GO", "GN", "CQ", "CO", "KX", "XE", "XP", "XS", "XU"})


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of modifiers on its codes."""
    whole = f"{clause.statement.lead} {clause.statement.text}"
    speaks = bool(_SPEAKS_OF_MODIFIERS.search(whole))
    yield from _assistant_words(clause, facts)
    about_visits = not clause.explicit and re.search(
        r"\boffice visit|\bE/M\b|\bevaluation[- ]and[- ]management", clause.text, re.IGNORECASE
    )
    several = (
        len({m[1] for m in _MODIFIER.finditer(clause.text)} & set(_SEPARATING)) > 1 and "stack" in clause.text
    )
    paired = (
        several
        or bool(re.search(r"\bNCCI|\bedits?\b", clause.statement.text))
        or len(pair_of(clause, facts)) == 2
    )
    for match in _MODIFIER.finditer(clause.text):
        if (not speaks and match[1] not in _TELLING_ALONE) or (paired and match[1] in _SEPARATING):
            continue
        if match[1] == "25" and about_visits:
            continue
        if match[1] in _THERAPY_MODIFIER and all(m in clause.text for m in _THERAPY_MODIFIER):
            continue  # "GP, GO or GN": whichever fits
        if match[1] in _SEPARATING and _ALWAYS.search(clause.text):
            continue
        for code in about(clause, match.start()):
            judged = _modifier(facts, facts.codes.get(code), match[1])
            denied = clause.denied(match.start(1), match.end(1))
            yield Said("modifier", code, match.start(1), match.end(1), judged, denied)


_ALWAYS = re.compile(
    r"\b(?:routine(?:ly)?|always|automatic(?:ally)?|every|stack(?:ed|ing)?|by default)\b", re.IGNORECASE
)
_ASSISTANT_MODIFIERS = re.compile(
    r"\b(?:assistant modifiers?|modifiers? for (?:an |the )?assistants?)\b", re.IGNORECASE
)


def _assistant_words(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what is said of CQ and CO without naming them."""
    match = _ASSISTANT_MODIFIERS.search(clause.text)
    if match is None or re.search(r"\bC[QO]\b", clause.text):
        return
    for code in about(clause, match.start()):
        found = facts.codes.get(code)
        judged = _modifier(facts, found, "CQ" if "PT" in found.disciplines else "CO")
        yield Said("modifier", code, match.start(), match.end(), judged, clause.denied(*match.span()))


def _modifier(facts: Facts, code: Code, modifier: str) -> Judged:
    """Tell whether a modifier may stand on a code."""
    if modifier == "25":
        because = f"25 belongs on the line of an evaluation-and-management service; {code.code} is none."
        return Judged(False, because, ("cms-therapy-modifiers/modifier-25-not-for-therapy",))
    if modifier in _THERAPY_MODIFIER:
        return _of_discipline(code, modifier)
    if modifier in _ASSISTANT_MODIFIER:
        return _of_assistants(code, modifier)
    if modifier == "AT":
        active = facts.payers["medicare"].active_cmt_modifier
        true = code.code in active.codes and used_on(active, facts.on) is True
        because = f"AT marks active chiropractic treatment on {', '.join(active.codes)}; it belongs on no other code."
        return Judged(true, because, active.cites)
    if modifier in _SEPARATING:
        return _separating(facts, code, modifier)
    return UNKNOWN


def _of_discipline(code: Code, modifier: str) -> Judged:
    owner = _THERAPY_MODIFIER[modifier]
    marks = f"{modifier} marks a service under a plan of {owner}; {code.code}"
    cites = ("cms-therapy-modifiers/gp-go-gn",)
    if "any" in code.disciplines or (owner in code.disciplines and code.therapy_status == "other"):
        return UNKNOWN
    if owner in code.disciplines:
        return Judged(True, f"{marks} may be one.", cites)
    return Judged(False, f"{marks} is a service of {disciplines_of(code)}.", (*cites, *code.cites))


def _of_assistants(code: Code, modifier: str) -> Judged:
    owner = _ASSISTANT_MODIFIER[modifier]
    if is_evaluation(code):
        because = f"An assistant may not evaluate, so {modifier} never stands on {code.code}."
        return Judged(False, because, ("cms-bpm-15/assistants-limits",))
    if code.timing == "per_30days":
        because = f"{code.code} is the supply of a device: nobody's share of it is an assistant's."
        return Judged(False, because, ("cms-cq-co/remote-monitoring-lines",))
    if owner in code.disciplines and code.therapy_status != "other":
        because = f"{modifier} marks a service of which an assistant gave more than a tenth."
        return Judged(True, because, ("cms-cq-co/assistant-modifiers",))
    if not set(code.disciplines) & {"PT", "OT", "any"}:
        because = (
            f"{modifier} is for assistants in {owner}; {code.code} is a service of {disciplines_of(code)}."
        )
        return Judged(False, because, ("cms-cq-co/assistant-modifiers", *code.cites))
    return UNKNOWN


def _separating(facts: Facts, code: Code, modifier: str) -> Judged:
    rows = facts.edits.all_for(code.code)
    cites = facts.edits.editions.ncci.cites
    apart = [row.other(code.code) for row in rows if row.separable]
    if apart:
        return Judged(
            True,
            f"{modifier} may set {code.code} apart from {', '.join(apart[:4])} where the services were separate.",
            cites,
        )
    if rows:
        return Judged(False, f"No pair of {code.code} allows a modifier: {modifier} changes nothing.", cites)
    return UNKNOWN


def speaks_of_modifiers(clause: Clause) -> bool:
    """Tell whether a clause is about modifiers, whoever else it names."""
    words = f"{clause.statement.lead} {clause.statement.text}"
    return bool(
        (_MODIFIER.search(clause.text) and _SPEAKS_OF_MODIFIERS.search(words))
        or re.search(r"\bG[PON]\b", words)
    )
