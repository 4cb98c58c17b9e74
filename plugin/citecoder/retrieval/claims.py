"""What a payer's own ingested policy says about codes: bundled, substituted, not covered, modifier required.

Deliberately narrow. A claim is made only from a plain statement about codes that the passage names: a sentence that
is negated, conditional, past, a question or about another payer makes none. The authored payer files stay the base;
these claims add to them or contradict them, with the passage as their citation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from citecoder.retrieval.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from citecoder.model import Passage

Kind = Literal["bundled", "modifier", "substitute", "not_covered"]


@dataclass(frozen=True, slots=True)
class PolicyClaim:
    """One statement of a payer about codes.

    Attributes:
        kind: what it says of ``codes``.
        codes: the codes it is about, in the order of the sentence.
        payer: the payer whose policy it is.
        passage: id of the passage that says it.
        sentence: the words that say it, for display.
        modifiers: for "modifier": those that are asked for (any one of them).
        beside: for "modifier": only when billed with one of these codes; empty is always.
        substitute: for "substitute": the code to use instead.
        effective: since when, when the source tells.
    """

    kind: Kind
    codes: tuple[str, ...]
    payer: str
    passage: str
    sentence: str
    modifiers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    substitute: str | None = None
    effective: date | None = None


_CODE = re.compile(r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b")
_RANGE = re.compile(r"\b(\d{5})\s?(?:-|–|to|through)\s?(\d{5})\b")

_NOT = r"(?:\bnot|\bnever|n['’]t|\bno longer)"
_PAY = r"(?:reimburs\w+|pa(?:y|id|yable)|payment|bill\w*|allow\w*)"
_BUNDLED = re.compile(
    rf"{_NOT}\s+(?:be\s+)?(?:separately\s+{_PAY}|{_PAY}\b[^.;]{{0,40}}?\bseparately)|\bno\s+separate\s+{_PAY}"
    r"|\b(?:is|are|be|as|considered)\s+bundled\b|\bbundled\s+(?:into|with)\b|\bincidental\s+to\b"
    rf"|\b(?:is|are|considered)\s+(?:always\s+)?(?:included\s+in|part\s+of)\s+(?:the\s+)?(?:{_PAY}|other|another|primary|any)\b",
    re.IGNORECASE,
)
_NOT_COVERED = re.compile(
    rf"{_NOT}\s+(?:be\s+)?(?:a\s+)?(?:covered|reimbursable|reimbursed|payable|paid|cover)\b(?!\s+separately)"
    r"|\bnon-?covered\b|\bexcluded\s+from\s+coverage\b|\b(?:not|in)eligible\s+for\s+(?:reimbursement|payment|coverage)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    rf"{_NOT}\s+(?:be\s+)?(?:accept\w*|recogni[sz]\w*|valid|use|used|bill|billed|report\w*|submit\w*)\b"
    r"|\b(?:invalid|replaced|rejected|denied)\b",
    re.IGNORECASE,
)
_USE_INSTEAD = re.compile(
    r"\b(?:use|bill|report|submit|with|by)\s+(?:HCPCS\s+|CPT\s+)?(?:code\s+)?(?P<code>\d{5}|[A-Z]\d{4}|\d{4}[A-Z])\b",
    re.IGNORECASE,
)
_IN_PLACE_OF = re.compile(
    r"\b(?P<new>\d{5}|[A-Z]\d{4})\b[^.;]{0,60}?\b(?:instead|in\s+place|in\s+lieu|rather\s+than)(?:\s+of)?\s+"
    r"(?:CPT\s+|HCPCS\s+)?(?:code\s+)?(?P<old>\d{5}|[A-Z]\d{4})\b",
    re.IGNORECASE,
)
_MODIFIER = re.compile(
    r"\b[Mm]odifiers?\s+(?P<list>-?(?:\d{2}|[A-Z][A-Z0-9])\b(?:\s*(?:,|/|or|and|,\s*or|,\s*and)\s*-?(?:\d{2}|[A-Z][A-Z0-9])\b)*)",
)
_REQUIRED = re.compile(
    r"\b(?:is|are)\s+(?:always\s+)?(?:required|needed|mandatory)\b|\bmust\s+(?:always\s+)?(?:be|carry|have|include|append|use|bill|report)"
    r"|\b(?:requires?|needs?|wants?)\b|\bappend\b|\bshall\s+be\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\bwhen\s+(?:it\s+is\s+|they\s+are\s+|also\s+)?(?:billed|reported|performed|submitted|provided|furnished|used)\s+"
    r"(?:together\s+|in\s+conjunction\s+|along\s+)?(?:with|beside|alongside|on\s+the\s+same\s+(?:day|date)\s+as)\s+(?P<codes>[^.;]+)",
    re.IGNORECASE,
)

_TOGETHER = re.compile(
    r"\bwhen\b(?![^.;]*\b(?:any|other|another)\b)|\bsame\s+(?:day|date|visit|session)\b|\btogether\b|\bin\s+combination\b",
    re.IGNORECASE,
)
"""A statement about a pair of services; it says nothing of either code alone."""

_LIMITED = re.compile(
    r"\bfor\b(?!\s+(?:\d{5}|[A-Z]\d{4}|CPT|HCPCS|codes?|payment|reimbursement|coverage|any|all|members|this\s+plan|our|the\s+plan))|\b(?:furnished|performed"
    r"|provided|given|rendered|billed)\s+by\b|\b(?:during|after|beyond|exceed\w*|over|more\s+than|at\s+home|in\s+(?:the\s+|a\s+)?"
    r"(?:home|hospital|facility|outpatient|inpatient))\b",
    re.IGNORECASE,
)
"""A statement about some providers, diagnoses, places or amounts; it doesn't hold of every visit."""
_POSITIVE = re.compile(
    r"\b(?:is|are)\s+(?:also\s+|still\s+|separately\s+)?(?:covered|payable|reimbursed|reimbursable|paid|accepted|allowed)\b",
    re.IGNORECASE,
)
"""Beside a refusal, this makes it unclear which code is refused."""

_UNSURE = re.compile(
    r"\?|\b(?:unless|except\w*|only\s+(?:if|when|for)|if|may|might|can|could|should\s+not\s+assume|some|myth|misconception"
    r"|incorrect\w*|believe\w*|false|wrong\w*|formerly|previously|used\s+to|was|were|until|before|prior\s+to|through\s+\d"
    r"|proposed|under\s+review|considering)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    rf"{_NOT}\s+(?:\w+\s+)?(?:bundled|incidental|required|needed|require|part\s+of|included|non-?covered|excluded|denied|replaced"
    rf"|invalid|rejected|have\s+to|necessary|mandatory)\b|\bno\s+modifier|\bwithout\s+(?:a\s+)?modifier",
    re.IGNORECASE,
)
_OTHER_PAYER = re.compile(
    r"\b(?P<name>medicare|cms|medicaid|tricare|noridian|palmetto)\b[^.;]{0,30}?\b(?:does|do|will|considers?|bundles?|requires?"
    r"|pays?|says?|treats?)\b|\b(?:for|under)\s+(?P<name2>medicare|medicaid|tricare)\b",
    re.IGNORECASE,
)


def policy_claims(passages: Iterable[Passage]) -> tuple[PolicyClaim, ...]:
    """Read the statements about codes out of ingested policies of named payers.

    Args:
        passages: any passages; only those that were ingested with authority "payer" and a payer id are read.

    Returns:
        The claims in the order of the passages, each sentence's claims once.
    """
    found: dict[PolicyClaim, None] = {}
    for passage in passages:
        if passage.ingested and passage.source.authority == "payer" and passage.source.payer:
            for sentence in _statements(passage.text):
                found.update(dict.fromkeys(_claims(sentence, passage)))
    return tuple(found)


def _statements(text: str) -> Iterator[str]:
    """Yield each sentence; an item of an announced list ("Not covered:") is read with its announcement."""
    announced = ""
    for line in text.split("\n"):
        item = re.match(r"\s*(?:-|\d{1,2}\.)\s+(.*)", line)
        if item and announced:
            yield f"{announced} {item[1]}"
        elif item:
            yield from sentences(item[1])
        elif line.strip():
            parts = sentences(re.sub(r"^\s*[QA]:\s*", "", line))
            announced = parts[-1] if parts and parts[-1].endswith(":") else ""
            yield from _with_advice(parts[:-1] if announced else parts)


def _with_advice(parts: list[str]) -> Iterator[str]:
    """Join "Use G0283 instead." to the sentence before it: neither tells the whole."""
    joined: list[str] = []
    for part in parts:
        if joined and re.match(r"(?:use|bill|report|submit)\b", part, re.IGNORECASE) and "instead" in part:
            joined[-1] = f"{joined[-1].rstrip('.')}; {part}"
        else:
            joined.append(part)
    yield from joined


def _claims(sentence: str, passage: Passage) -> Iterator[PolicyClaim]:
    codes = _codes(sentence, passage)
    if not codes or any(doubt.search(sentence) for doubt in (_UNSURE, _DENIED, _POSITIVE)):
        return
    if _speaks_of_another(sentence, passage):
        return
    substitution = _substitution(sentence, codes)
    if substitution:
        old, new = substitution
        yield _claim("substitute", old, sentence, passage, substitute=new)
    elif _MODIFIER.search(sentence):
        yield from _modifier_claim(sentence, codes, passage)
    elif _TOGETHER.search(sentence) or _LIMITED.search(sentence):
        return
    elif _BUNDLED.search(sentence):
        yield _claim("bundled", codes, sentence, passage)
    elif _NOT_COVERED.search(sentence):
        yield _claim("not_covered", codes, sentence, passage)


def _claim(
    kind: Kind, codes: tuple[str, ...], sentence: str, passage: Passage, *, substitute: str | None = None
) -> PolicyClaim:
    return PolicyClaim(
        kind=kind,
        codes=codes,
        payer=passage.source.payer or "",
        passage=passage.id,
        sentence=sentence,
        substitute=substitute,
        effective=passage.source.effective,
    )


def _codes(sentence: str, passage: Passage) -> tuple[str, ...]:
    """Return the passage's codes that the sentence names, ranges spelled out."""
    known = set(passage.codes)
    found = [code for code in _CODE.findall(sentence) if code in known]
    for first, last in _RANGE.findall(sentence):
        found.extend(sorted(code for code in known if code.isdigit() and first <= code <= last))
    return tuple(dict.fromkeys(found))


def _speaks_of_another(sentence: str, passage: Passage) -> bool:
    """Tell whether the sentence is about what somebody else than this payer does."""
    own = (passage.source.payer or "").split("_")
    named = [name for match in _OTHER_PAYER.finditer(sentence) for name in match.groups() if name]
    return any(("medicare" if name.casefold() == "cms" else name.casefold()) not in own for name in named)


def _substitution(sentence: str, codes: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    """Return the codes given up and the code that stands in, or None."""
    swap = _IN_PLACE_OF.search(sentence)
    if (
        swap
        and {swap["new"], swap["old"]} <= set(codes)
        and not re.search(rf"{_NOT}\b", swap[0], re.IGNORECASE)
    ):
        return (swap["old"],), swap["new"]
    refused = _REFUSED.search(sentence)
    if not refused:
        return None
    before = [code for code in _CODE.findall(sentence[: refused.start()]) if code in codes]
    after = [code for code in _CODE.findall(sentence[refused.start() :]) if code in codes]
    old = before or after[:1]
    instead = [
        match["code"]
        for match in _USE_INSTEAD.finditer(sentence, refused.start())
        if match["code"] not in old
    ]
    new = next((code for code in instead if code in codes), None)
    return (tuple(dict.fromkeys(old)), new) if new and old else None


def _modifier_claim(sentence: str, codes: tuple[str, ...], passage: Passage) -> Iterator[PolicyClaim]:
    named, required = _MODIFIER.search(sentence), _REQUIRED.search(sentence)
    if named is None or required is None or re.search(rf"{_NOT}\b", sentence, re.IGNORECASE):
        return
    beside = _BESIDE.search(sentence)
    companions = tuple(code for code in _CODE.findall(beside["codes"]) if code in codes) if beside else ()
    own = tuple(code for code in codes if code not in companions)
    modifiers = tuple(dict.fromkeys(re.findall(r"\d{2}|[A-Z][A-Z0-9]", named["list"])))
    if own:
        yield PolicyClaim(
            kind="modifier",
            codes=own,
            payer=passage.source.payer or "",
            passage=passage.id,
            sentence=sentence,
            modifiers=modifiers,
            beside=companions,
            effective=passage.source.effective,
        )
