"""Questions that lead by the form of their sentences: yes or no, one choice alone, an order to write something.

A question is open when it asks what, which, who, when, where, why or how. Any other sentence with a question
mark can be answered with yes, so it leads unless it offers the opposite or a way out itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_BE = r"(?:was|were|is|are|am|did|does|do|has|have|had|can|could|would|will|should|may|might|must|shall)"
_NOT = r"(?:(?:was|were|is|are|did|does|do|has|have|had|could|would|should)n't|can't|won't)"
_OF = (
    r"(?:of|in|at|on|with|for|to|by|from|under|over|during|after|before|since|until|till|against|through|"
    r"towards?|into|about|between|per|within|beside|upon|near|via|without|as)"
)
_WHILE = r"(?:if|when|where|while|since|as|because|after|before|once|although|given|besides|today|now)"
_SUBJECT = (
    r"(?:the|an?|this|that|these|those|it|he|she|they|you|we|there|any\w*|all|each|every\w*|some\w*|both|no|one|"
    r"most|more|his|her|its|their|your|patients?|therapists?|clinicians?|caregivers?|treatment|therapy)"
)
_TELL = r"(?:describe|clarify|explain|specify|list|name|tell|give|provide|share|identify)"
_WRITE = (
    r"(?:add|addend|append|amend|include|insert|document|state|write|record|note|indicate|confirm|verify|attest|"
    r"affirm|acknowledge|certify|agree|ensure|make sure|enter|put|mention|report|change|correct|update|revise|"
    r"complete|show|say)"
)
_PICK = r"(?:choose|select|tick|check|pick|circle)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_END = _pattern(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<=[.?!])\s+")
_OPENER = _pattern(
    r"^(?:(?:and|but|also|so|ok|okay|then|again|well|hello|hi|please|kindly|thank you|thanks|just)\b[,:]?\s*)+"
)
_POLITE = _pattern(
    r"^(?:can|could|would|will) you (?:please |kindly |also |just )*|^(?:we|i)(?: would|'d) like you to "
)
_BIDS = _pattern(rf"(?:{_TELL}|{_WRITE}|{_PICK})\b")
_ASKS = _pattern(
    rf"^(?:{_OF} (?:(?:and|or) {_OF} )?)?(?:what|which|who|whom|whose|why|how)\b"
    rf"|^(?:{_OF} )?(?:when|where)\b(?! {_SUBJECT}\b)"
)
_ASKS_LATER = _pattern(rf"\b{_OF} (?:what|which|whom|whose|how)\b|\bhow (?:many|much|long|often|far)\b")
_FRONTED = _pattern(rf"^(?:{_OF}|{_WHILE})\b[^,?]*,\s*")

_POLAR = _pattern(rf"^{_BE}\b")
_POLAR_JOINED = _pattern(rf"\b(?:and|but|then|so) (?:also |then )?({_BE} {_SUBJECT}\b[^?]*)")
_POLAR_AFTER_PAUSE = _pattern(rf"[,;:–—]\s*({_BE} {_SUBJECT}\b[^?]*)")
_NEGATED = _pattern(rf"(?:^|[,;:–—]\s*|\band )({_NOT} \w+(?: \w+)?)")
_TAG = _pattern(
    rf"[,–—]\s*(?:right|correct|yes|agreed?|true|ok|okay|no|(?:{_NOT}|{_BE}) (?:it|he|she|they|you|there|that|this))\s*\?"
    r"|\b(?:is|am) (?:that|this|it|i) (?:so|right|correct|true|wrong)\b|\byes\s*(?:/|or)\s*no\b|\by/n\b"
)
_WHETHER = _pattern(rf"\b(?:{_TELL}|{_WRITE}|know|recall|remember)(?: us| me)? (?:whether|if) [^?.;]*")
_WAY_OUT = _pattern(
    r"\bor (?:not|none|neither|nobody|no one|nothing|unknown|unable|undetermined|by|with|without|in|at|on|from|for|before|after|"
    rf"{_BE})\b|\beither\b.*\bor\b"
)
_OR_OTHER = _pattern(r",?\s*\bor (?:an)?(?:other|(?:some|any)(?:thing|one|body|where) else)\b[^?]*")
_OR_MORE = _pattern(
    r"\bor (?:even |much )?(?:more|less|longer|greater|better|higher|above|over|so|at least|nearly|almost|mostly|about)\b"
)
_PAIRS = (
    ("right", "left"), ("active", "passive"), ("sitting|seated", "standing|lying"), ("alone|individual|one-on-one", "group|others"),
    ("attended|supervised", "unattended|unsupervised|alone"), ("planned", "unplanned|done|given"), ("better|improved", r"worse\w*"),
    ("therapist", "assistant|aide|student"), ("first", "later|second|follow-up"), ("acute", "chronic"),
    ("continuous", "intermittent|pulsed"), ("same", "different|separate"),
)  # fmt: skip
_OPPOSITES = tuple(
    _pattern(rf"\b(?:{one})\b(?: \w+){{0,3}} or (?:\w+ ){{0,2}}(?:{other})\b")
    for pair in _PAIRS
    for one, other in (pair, pair[::-1])
)

_EXAMPLE = _pattern(
    r"(?:\be\.g\.|\bi\.e\.|\bfor (?:example|instance)\b|\bsuch as\b|\bnamely\b)[,:]?\s*([^?;)]*)"
)
_LISTED = _pattern(r"[:–—]\s+([^?.;]+)|\(([^)]*)\)")
_BOX = _pattern(r"(?:☐|□|\[ ?\])[^☐□\[]*")
_NO_ANSWER = _pattern(
    rf"^(?:{_OF}|{_WH}|{_BE}|{_TELL}|and|or|if|but|not|then|please|\w+ly|each|today|overall|face to face|both|"
    r"excluding|including|only|\w+ by \w+)\b|\b(?:included|together|combined|excluded|alone|only|apart)$"
)
_RANGE = _pattern(r"\w+\s*(?:-|–|to)\s*\w+")

_THAT = _pattern(
    r"\b(?:document(?:ing)?|stat(?:e|ing)|writ(?:e|ing)|record(?:ing)?|not(?:e|ing)|indicat(?:e|ing)|confirm(?:ing)?|"
    r"attest(?:ing)?|certify(?:ing)?|verify(?:ing)?|agree(?:ing)?|say(?:ing)?|show(?:ing)?|mention(?:ing)?|ensur(?:e|ing)|make sure)"
    r"(?: (?:in|on|for) \w+ \w+)? that (?:the|an?|this|these|it|he|she|they|there|you|no|all|each|one|both|skilled|constant|"
    r"patients?|therapists?|treatment|therapy|minutes|time|care|services?|\d+)\b"
    r"|\b(?:documenting|stating|writing|noting) (?:the )?\w+ (?:was|were|is|needed|had|required)\b"
)  # fmt: skip
_ORDER = _pattern(rf"(?:^|[,;:–—]\s*|\b(?:and|then|please|kindly|just) ){_WRITE}\b")
_ASKS_BELOW = _pattern(rf"^(?: (?!that\b)\w+){{0,4}}? (?:{_OF} )?(?:{_WH}|whether|if)\b")
_MUST = r"(?:should|must|ought to|needs? to|has to|have to)"
_RECORD_MUST = _pattern(
    rf"\b(?:note|documentation|record|entry|report|chart) {_MUST} \w+|\b{_MUST} (?:also |always )?be (?:documented|written|"
    r"recorded|noted|stated|included|reported|counted|shown|listed|mentioned|added|increased|higher|lower|changed)\b"
    r"|\b(?:mandatory|obligatory|compulsory)\b|\brequired by (?:the |our )?(?:law|plan|polic\w+|regulations?|rules?)\b"
)  # fmt: skip
_YOU_MUST = _pattern(
    rf"\b(?:you|we|it|this|that) (?:{_MUST}|should have) \w+|\b(?:forgot|forgotten|forget) to\b"
    r"|\b(?:we|i) (?:need|require|want|expect|are looking for)\b|\bit would (?:help|be (?:good|better|best))\b"
)


def yes_no(text: str) -> Iterator[str]:
    """Yield the first words of every clause that asks for yes or no, and tags that ask for a nod."""
    for sentence in _sentences(text):
        yield from (each[0].strip(" ,–—") for each in _TAG.finditer(sentence))
        yield from (each[1] for each in _NEGATED.finditer(sentence))
        yield from (each[0] for each in _WHETHER.finditer(sentence) if not _balanced(each[0]))
        if not _request(sentence):
            yield from _polar(sentence)


def one_choice(text: str) -> Iterator[str]:
    """Yield choices that stand alone: one example, one item after a colon, one box, a guess at the end."""
    yield from (each[0] for each in _EXAMPLE.finditer(text) if not _several(each[1]))
    if len(boxes := _BOX.findall(text)) == 1:
        yield boxes[0]
    for sentence in _sentences(text):
        request = _request(sentence)
        if re.match(_PICK, request, re.IGNORECASE) and not _several(request) and not re.search(_WH, request):
            yield request
        if _open(sentence):
            listed = (each[1] or each[2] for each in _LISTED.finditer(sentence))
            yield from (each for each in listed if _is_answer(each))
            yield from _guess(sentence)


def instruction(text: str) -> Iterator[str]:
    """Yield orders to write something. A request to tell what, which or how is none."""
    yield from (each[0] for each in _THAT.finditer(text))
    yield from (each[0] for each in _RECORD_MUST.finditer(text))
    for sentence in _sentences(text):
        if not _open(sentence):
            yield from (each[0] for each in _YOU_MUST.finditer(_POLITE.sub("", sentence)))
            yield from _orders(_request(sentence) or sentence)


def _sentences(text: str) -> Iterator[str]:
    """Yield each sentence without the words that only open it ("And", "Please")."""
    yield from filter(None, (_OPENER.sub("", sentence) for sentence in _END.split(text)))


def _request(sentence: str) -> str:
    """Return what a sentence bids the reader do ("could you describe …" → "describe …"), or nothing."""
    plain = _OPENER.sub("", _POLITE.sub("", sentence))
    return plain if _BIDS.match(plain) else ""


def _open(sentence: str) -> bool:
    if _ASKS.search(sentence) or _ASKS.search(_FRONTED.sub("", sentence)):
        return True
    return not _POLAR.search(sentence) and bool(_ASKS_LATER.search(sentence))


def _polar(sentence: str) -> Iterator[str]:
    """Yield the openings of yes-or-no clauses: after "and" anywhere, elsewhere only where nothing is asked openly."""
    asks = _open(sentence)
    for pattern in (_POLAR_JOINED,) if asks else (_POLAR_JOINED, _POLAR_AFTER_PAUSE):
        yield from (_opening(each[1]) for each in pattern.finditer(sentence) if not _balanced(each[1]))
    main = _FRONTED.sub("", sentence)
    if not asks and (_POLAR.search(main) or sentence.endswith("?")) and not _balanced(main):
        yield _opening(main)


def _opening(clause: str) -> str:
    return " ".join(clause.split()[:4]).rstrip("?,")


def _balanced(clause: str) -> bool:
    """Whether a clause offers the opposite or a way out, so that yes and no do not answer it."""
    plain = _OR_MORE.sub("", clause)
    if _OR_OTHER.search(plain):
        return _several(plain)
    if _WAY_OUT.search(plain) or (plain.count(",") == 1 and ", or " in plain):
        return True
    return " or " in plain and any(pair.search(plain) for pair in _OPPOSITES)


def _several(choices: str) -> bool:
    """Whether two choices or more are named; "or other" behind a single one does not count."""
    named = _OR_OTHER.sub("", choices)
    return bool(re.search(r"\bor\b|/", named)) or named.count(",") > (named == choices)


def _is_answer(choice: str) -> bool:
    """Whether what stands after a colon or in brackets is one answer, and not a unit, a range or a question."""
    lists = _several(choice) or "," in choice or " and " in choice or _RANGE.fullmatch(choice)
    return not lists and not re.search(rf"\b{_WH}\b", choice) and not _NO_ANSWER.search(choice)


def _guess(sentence: str) -> Iterator[str]:
    """Yield an answer that is hung on to the question ("How long did it take, 15 minutes?")."""
    _, _, last = sentence.rstrip("?").partition(", ")
    if sentence.endswith("?") and 0 < len(last.split()) <= 4 and _is_answer(last):
        yield last


def _orders(request: str) -> Iterator[str]:
    for order in _ORDER.finditer(request):
        if not _ASKS_BELOW.match(request[order.end() :]):
            yield order[0].strip(" ,;:–—")
