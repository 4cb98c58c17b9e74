"""Who treated: therapist, assistant, aide or student, for the visit and for a piece of it."""

from __future__ import annotations

import re

from citecoder.model import Span
from citecoder.notes.spans import fold
from citecoder.notes.terms import Lexicon

_ACROSS = 90  # characters after a service in which it may stand who helped
_SIGNATURE = 60  # a longer last line is a sentence
_ASSISTANT = re.compile(r"\b(?:PTA|LPTA|COTA(?:/L)?|OTA(?:/L)?|SLPA)\b")
_THERAPIST = re.compile(r"\b(?:DPT|OTR(?:/L)?|OTD|CCC-SLP|SLP|DC|PT|OT)\b(?!/)")
_STUDENT_GAVE = re.compile(
    r"\b(?:seen|treated|provided|given|led|performed)\s{1,24}by\s{1,24}(?:the\s{1,24})?(?:student|s(?:pt|ot)\b|pt student|ot student|slp student|graduate clinician)",
    re.IGNORECASE,
)
_OTHER_STAFF = re.compile(
    r"\b(?:rehab tech|therapy tech|technician|aide|fitness attendant|fitness specialist|LMT|massage therapist|ATC)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\d\s{0,4}(?:min\w*|')(?:\s{0,4}\([A-Z/]{2,6}\))?", re.IGNORECASE
)  # credentials before are a service's
_THERAPIST_GAVE = re.compile(
    r"\((?:DPT|OTR(?:/L)?|PT|OT)\)|\b(?:DPT|OTR(?:/L)?|PT|OT) [A-Z][a-z]+\s?:|\bby (?:[A-Z][\w.'-]{0,20},? ){1,3}(?:DPT|OTR(?:/L)?|PT|OT)\b"
)
ASSISTANTS = (
    r"(?:PTA|LPTA|COTA(?:/L)?|OTA(?:/L)?|(?:physical therap(?:ist|y)|occupational therapy) assistant)"
)
A_NAME = r"(?:\s{1,4}(?-i:[A-Z])[\w.'-]{0,20}){0,2}"
_SAYS_HELP = r"(?:assist(?:s|ed|ing|ance|ant)?|help(?:s|ed|ing)?|spot(?:s|ted|ting)?|guard(?:s|ed|ing)?|stood by|standing by|on standby|second (?:person|pair of hands|set of hands)|2nd person)"
_HELP = re.compile(
    rf"\b{ASSISTANTS}\b{A_NAME}[\s,]{{1,4}}"
    rf"(?:(?:was|also|then|only|there|present|on hand|as|the|a|to|and|for|with|who|in)\s{{1,4}}){{0,5}}{_SAYS_HELP}\b"
    rf"|\b(?:(?:assist(?:ed|ance)?|help(?:ed)?|hands)\s{{1,4}}(?:of|from|by|w/|with)|assist by|second (?:person|pair of hands),?)\s{{1,4}}"
    rf"(?:(?:a|an|the|our)\s{{1,4}})?{ASSISTANTS}\b",
    re.IGNORECASE,
)
"""An assistant at the therapist's side: "PTA assisted with guarding", "with the help of the COTA"."""
_WORK = re.compile(
    rf"\b{ASSISTANTS}\b{A_NAME}[\s,]{{1,4}}(?:(?:then|also|alone|and|who)\s{{1,4}}){{0,2}}"
    r"(?:did|gave|led|ran|took|treated|provided|performed|completed|delivered|carried out|worked)\b"
    rf"|\d\s{{0,4}}(?:min(?:ute)?s?\.?)?\s{{1,4}}by\s{{1,4}}(?:the\s{{1,4}})?{ASSISTANTS}\b",
    re.IGNORECASE,
)
"""An assistant who gave some of the work: "COTA did the coin work", "12 of the 16 min by COTA"."""
_COSIGN = re.compile(r"co-?sign\w*|supervis\w+|reviewed by|under the direction", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(?:^|[.;:(]\s{0,24}|\b(?:w/?|with|by|per|the|a|and|&|then)\s{1,24}|w/)$", re.IGNORECASE
)


def author_role(text: str) -> str:
    """Return who gave the visit: ``therapist``, ``assistant``, ``student``, ``other`` (staff) or ``unknown``.

    The first credential in the signature (the last lines) counts; a co-signer comes after it. An assistant
    who opens the note ("COTA tx.") counts too.
    """
    if _STUDENT_GAVE.search(text):
        return "student"
    tail = _signature(text)
    last = tail.rstrip().rsplit("\n", 1)[-1]
    if (
        len(last) <= _SIGNATURE
        and _OTHER_STAFF.search(last)
        and not _THERAPIST.search(last)
        and not _ASSISTANT.search(last)
    ):
        return "other"
    assistant, therapist = _acting_assistant(tail), _signing_therapist(tail)
    opening = _acting_assistant(text[:60])
    if assistant and (therapist is None or assistant.start() < therapist or _COSIGN.search(tail[:therapist])):
        return "assistant"
    if opening and therapist is None:
        return "assistant"
    if therapist is not None:
        return "therapist"
    return "assistant" if opening else "unknown"


def find_help(text: str) -> tuple[Span, ...]:
    """Return the words that tell of an assistant who helped, which is not yet to have given a service alone."""
    return tuple(Span(m.start(), m.end(), m.group()) for m in _HELP.finditer(text))


def find_work(text: str) -> tuple[Span, ...]:
    """Return the words that tell of an assistant who gave some of the work."""
    return tuple(Span(m.start(), m.end(), m.group()) for m in _WORK.finditer(text))


def _acting_assistant(words: str) -> re.Match[str] | None:
    """Return the first assistant in a text who is not there to help."""
    helped = find_help(words)
    return next(
        (m for m in _ASSISTANT.finditer(words) if not any(h.start <= m.start() < h.end for h in helped)), None
    )


def _signature(text: str) -> str:
    """Return the words that sign a note: what follows "signed by", else its last lines."""
    said = re.findall(
        r"(?<!co-)(?<!co)signed (?:electronically )?by\s{0,24}:?\s{0,24}([^\n]+)", text, re.IGNORECASE
    )
    tail = str(said[-1]) if said else text[max(0, len(text.rstrip()) - 160) :]
    return tail[max((m.end() for m in _GIVEN.finditer(tail)), default=0) :]


def _signing_therapist(tail: str) -> int | None:
    found = next(
        (
            m
            for m in _THERAPIST.finditer(tail)
            if re.search(r"[A-Z][A-Za-z'.-]+[\s,]*$", tail[: m.start()])
            or re.match(r"\s{1,24}[A-Z]", tail[m.end() :])
        ),
        None,
    )
    return found.start() if found else None


def role_of(lexicon: Lexicon, text: str, start: int, end: int, head: int) -> str | None:
    """Return the role that a segment gives to the service at ``head``: the nearest role before it, else after it.

    Args:
        lexicon: the compiled lexicon.
        text: the note.
        start: start of the segment.
        end: end of the service's own words.
        head: where the service's first word stands.
    """
    told = text[start : end + 30]
    gave = _THERAPIST_GAVE.search(text, start, end + 30) if "PT" in told or "OT" in told else None
    if (
        gave
        and not re.search(r"\n|[.;]\s", text[min(end, gave.start()) : gave.start()])
        and not _ASSISTANT.search(text[start : end + 30].split("\n", 1)[0])
    ):
        return "therapist"
    helped = [(start + h.start, start + h.end) for h in find_help(text[start : end + _ACROSS])]
    roles = [
        h
        for h in lexicon.roles.find(text, start, min(len(text), end + 30))
        if h.payload != "assistant" or not any(a <= h.start < b for a, b in helped)
    ]
    before = [h for h in roles if h.end <= head and _acts(text, start, h.start, str(h.payload))]
    if before:
        return str(before[-1].payload)
    after = [h for h in roles if h.start >= head and _acts(text, start, h.start, str(h.payload))]
    after = [h for h in after if not re.search(r"[.;\n]", text[end : h.start])]
    return str(after[0].payload) if after else None


def _acts(text: str, start: int, at: int, role: str) -> bool:
    if role in ("therapist", "assistant", "student"):
        return role != "assistant" or not _COSIGN.search(fold(text[max(start, at - 25) : at]))
    return _SUBJECT.search(text[start:at]) is not None or at == start
