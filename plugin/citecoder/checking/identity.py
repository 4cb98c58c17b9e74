"""What a document says a code *is*, held against what it is.

A service named of a code must be one that the code may be, and so must what sets its neighbours apart: complexity,
first or further, one region or five. The code set's own facts decide; nobody's wording does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from citecoder.checking.claims import Facts, Judged, Said, described
from citecoder.checking.clauses import Clause
from citecoder.checking.statements import CODE
from citecoder.checking.wording import Service

_SAYS_WHAT = re.compile(
    r"\b(?:is|are|was|describ\w+|cover\w*|refer\w*|represent\w*|report\w*|stands? for|means?|includ\w+|identif\w+|denot\w+|signif\w+|mean\w*|involv\w+|such as|use[ds]?|using|bill\w*|cod(?:e|ed|es|ing)|for|captur\w+|reflect\w*|appl(?:y|ies|icable|ication)|falls?|under|known as|called|titled|defin\w+|cho\w+|select\w*|pick|meant|designates?|indicat\w+|pertain\w*|encompass\w*|compris\w+|consist\w*|specif\w+|assign\w*|belongs?|reserved|provid\w+|perform\w+|document\w*|deliver\w*|goes with|go with|about|as|help\w*|aim\w*|benefit\w*|essential)\b|[:=(→]|\s[–—-]\s",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:with|like|against|alongside|along with|in addition to|combined with|together with|plus|besides|beside|same (?:day|visit|session|date) as|other than|rather than|unlike|instead of|before|after|following|during|separate from|different from|distinct from|confus\w+ with|as opposed to|opposed to|versus|vs\.?|compared (?:to|with)|excluding|except(?: for)?|between|beyond|outside|followed by|unless|pairs? (?:well )?with)\s+(?:(?:the|a|an|any|other|of|as|CPT|code|both|another|for|billing|provid\w+|perform\w+|attended|unattended)\s+){0,3}$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[^,;.()]{0,80}\(\s*(?:CPT|HCPCS)?\s*(?:codes?\s*)?$", re.IGNORECASE)
_IS_SAID = re.compile(
    r"^\W*(?:(?:is|are|was|describes?|covers?|reports?|means?|evaluates?|names?|for|code)\s+)?(?:(?:only|not|never|used|for|an?|the|any|both|all)\s+)*(?:(?!(?:and|or|with|over|beside|but|nor)\b)[\w-]+[\s/-]+){0,3}$",
    re.IGNORECASE,
)
_FAR = 160
_NEAR = 28
_TO_CODE = re.compile(
    r"^\W*(?:therapy|services?|treatments?|sessions?|code)?\W*(?:(?:this|it|that)\s+)?(?:(?:is|are|be|should be|must be|has|takes|gets|uses?|falls|goes|carries)\s+)?(?:(?:not|never)\s+)?(?:(?:billed|coded|reported|captured|submitted|found|listed|under|as|using|by|described|covered|(?<=ed )with)\s+)*(?:the\s+)?(?:CPT|HCPCS)?\s*(?:codes?)?\W*$",
    re.IGNORECASE,
)


def read(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says its codes are."""
    if not (clause.explicit or clause.referred):
        return
    named = list(facts.wording.named(clause.text))
    for index, (start, end, service) in enumerate(named):
        something_else = _SOMETHING_ELSE.search(clause.text[:start])
        if not something_else and _BESIDE.search(clause.text[:start]):
            continue
        following = named[index + 1][0] if index + 1 < len(named) else len(clause.text)
        code = _whose(clause, start, end, following)
        if code is None or (not _claims_what(clause, start, end, code)):
            continue
        until = next((s for s, _, _ in named[index + 1 :]), len(clause.text))
        if _among_several(clause.text, end, service):
            continue
        judged = _judge(facts, code, service, clause.text, named)
        if judged is not None:
            yield Said(
                "identity",
                code,
                start,
                min(end, until),
                judged,
                bool(something_else) != _denied(clause, code, start, end),
            )
    yield from _asked_for(clause, facts)
    if not named:
        yield from _by_distinctions(clause, facts)


_SOMETHING_ELSE = re.compile(
    r"\b(?:(?:something|anything|any service|services|a service) (?:other than|but|except(?: for)?)|a different service (?:from|than))\s+(?:an?\s|the\s)?(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_YOUR_CODE = re.compile(
    r"\b(?:is|are|would be)(?P<no>n['’]t| not)? (?:your|the|the right) (?:code|pick|choice|one)\b"
    r"|^\W*it(?: is|['’]s|s)?(?P<not>n['’]t| not)? (?:CPT |HCPCS |code )*(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b",
    re.IGNORECASE,
)


def _asked_for(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what an answer says of the service in its question: "Looking for X? CODE is your code"."""
    answer = _YOUR_CODE.search(clause.text)
    if clause.statement.kind != "answer" or answer is None or len(clause.codes) != 1:
        return
    named = list(facts.wording.named(clause.statement.lead))
    for _, _, service in named:
        judged = _judge(facts, clause.codes[0], service, clause.statement.lead, named)
        if judged is not None:
            yield Said(
                "identity",
                clause.codes[0],
                answer.start(),
                answer.end(),
                judged,
                bool(answer["no"] or answer["not"]) != clause.flipped,
            )


def _among_several(text: str, end: int, service: Service) -> bool:
    """Tell whether a parenthesis behind a service lists several codes, one of which is the service's."""
    inside = re.match(r"[^,;.()]{0,80}\(([^()]{0,120})\)", text[end:])
    codes = CODE.findall(inside[1]) if inside else []
    return len(codes) > 1 and any(code in service.codes for code in codes)


def _whose(clause: Clause, start: int, end: int, following: int) -> str | None:
    """Return the code that a service is named of: the one beside it, else the clause's only one."""
    codes = [m for m in CODE.finditer(clause.text) if m[0] in clause.codes]
    if not codes:
        return clause.codes[0] if len(clause.codes) == 1 else None
    if re.match(r"[^,;.()]{0,80}(?:\(this code\)|\bas this code\b)", clause.text[end:], re.IGNORECASE):
        return None  # it names the heading's code, whose sentence writes another
    follows = next((m for m in codes if m.start() >= end), None)
    leads = next((m for m in reversed(codes) if m.end() <= start), None)
    if follows and following < follows.start():
        follows = None  # the next service is nearer to it
    aside = follows and _ASIDE.match(clause.text[end : follows.start()])
    if (
        follows
        and "," not in (between := clause.text[end : follows.start()])
        and len(between) <= _NEAR + 12
        and _TO_CODE.match(between)
    ):
        gap = start - leads.end() if leads else _FAR
        if (
            leads is None
            or len(between) < gap
            or clause.text[leads.end() : start].startswith((",", ";"))
            or between.strip() in ("(", "")
        ):
            return follows[0]
    if follows and aside:
        return follows[0]
    several = len({m[0] for m in codes}) > 1
    if leads and (not several or _IS_SAID.match(clause.text[leads.end() : start])):
        return leads[0]
    return follows[0] if follows and not several else None


def _claims_what(clause: Clause, start: int, end: int, code: str) -> bool:
    """Tell whether the words between a code and a service say that the one is the other."""
    kind = clause.statement.kind
    if kind == "cell":
        return True
    at = clause.text.find(code)
    if at < 0:
        return bool(_SAYS_WHAT.search(clause.text)) or kind == "item"
    between = clause.text[at + len(code) : start] if at < start else clause.text[end:at]
    if len(between) > _FAR:
        return False
    if (
        at >= end
        and not (_TO_CODE.match(between) or _ASIDE.match(between))
        and not _FOR_IT.search(clause.text[:start])
    ):
        return False
    if at >= end and _FOR_IT.search(clause.text[:start]):
        return True
    if kind == "heading" or not re.search(r"[a-z]", between):
        return len(between.split()) <= 4
    return bool(_SAYS_WHAT.search(between)) or len(between.split()) <= 1


_FOR_IT = re.compile(
    r"\b(?:for|when|if|whenever|bill(?:ing)?|report(?:ing)?|code|provided|delivered|document\w*|shows?)\b[^,;]{0,60}$",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:this|the|that) (?:CPT |HCPCS )?code\b|\bit\b", re.IGNORECASE)
_NOT_IT = re.compile(r"\b(?:not|never|cannot|wrong (?:code|choice|pick)|avoid)\b|n['’]t\b", re.IGNORECASE)


_NOT_WHAT = re.compile(
    r"(?:\b(?:not|never|no|cannot|neither|nor)|n['’]t)\b (?:\w+ ){0,3}(?:used?|meant|for|cover\w*|describ\w*|includ\w*|represent\w*|report\w*|the|an?|bill\w*|apply|refer\w*|mean\w*|stand\w*|pick|choose|code)\b[^.;]{0,60}$|\bfor no\s*$|(?:\b(?:not|never|neither|nor)|n['’]t)\s*$",
    re.IGNORECASE,
)


def _denied(clause: Clause, code: str, start: int, end: int) -> bool:
    """Tell whether the code is said *not* to be the service; an apposition ("97035 (ultrasound) is not …") says it is."""
    at = clause.text.find(code)
    if at < 0:
        referred = _REFERS.search(clause.text, end)
        if referred and _NOT_IT.search(
            clause.text[end : referred.end()] + _tail(clause.text, referred.end())
        ):
            return not clause.flipped
        return bool(_NOT_WHAT.search(clause.text[:start])) != clause.flipped
    between = clause.text[at + len(code) : start] if at < start else clause.text[end:at]
    if at < start and _NOT_IT.search(between):
        return not clause.flipped
    if (
        re.fullmatch(r"[^\w,;]*(?:an?|the)?\s*", between)
        or re.fullmatch(r"\s*[(–—:-]\s*[^()]{0,60}", between)
        or (at >= end and _ASIDE.match(between))
    ):
        return clause.flipped
    if at < start:
        told = clause.text[at + len(code) : start]
        if len(told) <= _FAR and _NOT_WHAT.search(told) and not re.search(r",.*\b(?:is|are|has)\b", told):
            return not clause.flipped
        return clause.denied(start, end)
    before = clause.text[:start]
    between += _tail(clause.text, at + len(code))
    return bool(_NOT_IT.search(between) or _NOT_IT.search(before[-45:])) != clause.flipped


def _tail(text: str, at: int) -> str:
    """Return "is not the right code" where it stands behind a code."""
    found = re.match(
        r"\s+(?:is|are|would be)(?:(?: not|n['’]t)(?: the| your| a)? (?:right|correct|matching|code|answer|one|proper|what)|(?: the| a)? wrong)",
        text[at:],
    )
    return f"{found[0]} not" if found else ""


def _judge(
    facts: Facts, code: str, service: Service, text: str, named: list[tuple[int, int, Service]]
) -> Judged | None:
    mine = facts.codes.get(code)
    values = service.codes.get(code)
    if values is None:
        if code in service.also:
            return _in_passing(facts, code, text)
        if any(code in other.codes for _, _, other in named) and _subsumed(service, named):
            return None
        others = [facts.codes.get(c) for c in list(service.codes)[:3]]
        because = f"{described(mine)}; what is named here is {' or '.join(o.code for o in others)}."
        return Judged(False, because, (*mine.cites, *others[0].cites))
    for dimension, wanted in values.items():
        told = {v for v, pattern in facts.wording.dimensions[dimension].items() if pattern.search(text)}
        if told and wanted not in told and not _about_another(text, code, service):
            return Judged(False, f"{described(mine)}.", mine.cites)
    return Judged(True, f"{described(mine)}.", mine.cites)


def _in_passing(facts: Facts, code: str, text: str) -> Judged | None:
    """Judge a weaker name by what sets the code apart all the same: "a high-complexity PT evaluation" is no re-evaluation."""
    mine = facts.codes.get(code)
    values = next((s.codes[code] for s in facts.wording.services.values() if code in s.codes), {})
    for dimension in ("profession", "complexity"):
        told = {v for v, pattern in facts.wording.dimensions[dimension].items() if pattern.search(text)}
        if told and (
            (dimension in values and values[dimension] not in told)
            or (dimension == "complexity" and "profession" in values)
        ):
            return Judged(False, f"{described(mine)}.", mine.cites)
    return None


def _subsumed(service: Service, named: list[tuple[int, int, Service]]) -> bool:
    """Tell whether a weaker name stands beside the code's own one ("electrical stimulation (iontophoresis)")."""
    return service.id in ("evaluation", "electrical_stimulation", "therapeutic_exercise", "biofeedback")


def _about_another(text: str, code: str, service: Service) -> bool:
    """Tell whether the text also writes a neighbour, so that the distinction may be the neighbour's."""
    return any(c in text for c in service.codes if c != code)


def _by_distinctions(clause: Clause, facts: Facts) -> Iterator[Said]:
    """Yield what a clause says of a code by a distinction alone: "97163 is for high complexity"."""
    if len(clause.codes) != 1:
        return
    code = clause.codes[0]
    found: list[tuple[bool, re.Match[str]]] = []
    for service in facts.wording.services.values():
        for dimension, wanted in service.codes.get(code, {}).items():
            if dimension in _TELLING:
                told = {
                    v: m
                    for v, p in facts.wording.dimensions[dimension].items()
                    if (m := p.search(clause.text))
                }
                found += [(wanted in told, told.get(wanted) or next(iter(told.values())))] if told else []
    if not found or (not _SAYS_WHAT.search(clause.text) and clause.statement.kind != "cell"):
        return
    true, match = min(found, key=lambda each: each[0])
    mine = facts.codes.get(code)
    denied = _denied(clause, code, match.start(), match.end())
    yield Said(
        "identity", code, match.start(), match.end(), Judged(true, f"{described(mine)}.", mine.cites), denied
    )


_TELLING = frozenset(
    {
        "complexity",
        "spinal_regions",
        "muscles",
        "surface",
        "pump",
        "talk_minutes",
        "days",
        "manage",
        "patients",
        "order",
        "data",
    }
)
