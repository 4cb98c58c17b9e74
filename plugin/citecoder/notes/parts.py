"""The part of a service's minutes that an assistant gave: "COTA did the coin work (12 of the 16 min)", "PT 14, PTA 10"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from citecoder.model import Span
from citecoder.notes.clusters import Cluster
from citecoder.notes.people import A_NAME, ASSISTANTS, find_help
from citecoder.notes.times import NUMBER_WORD, TimeMention, number

_NUMBER = rf"(?:\d{{1,3}}|{NUMBER_WORD})"
_MIN = r"(?:\s{0,4}-?(?:min(?:ute)?s?\b|')(?!\w))"
_THERAPISTS = r"(?:DPT|PT|OTR(?:/L)?|OTD|OT)"
_WHOSE = r"(?:(?:the|these|those|its|his|her|that)\s{1,4})?(?:total\s{1,4})?"
_OF_SO_MANY = rf"(?P<n>{_NUMBER}){_MIN}?\s{{1,4}}(?:out\s{{1,4}})?of\s{{1,4}}{_WHOSE}(?P<of>{_NUMBER})(?:{_MIN}|(?=\s{{0,4}}[).,;]))"
_OF_IT = r"\s{1,4}(?:out\s{1,4})?of\s{1,4}(?:these|those|it|this|that|them|which)\b"
_AMOUNT = (
    rf"(?:{_OF_SO_MANY}|(?P<n2>{_NUMBER}){_MIN}{_OF_IT}|(?P<n4>{_NUMBER}){_OF_IT}\s{{1,4}}min(?:ute)?s?\b"
    rf"|(?:first|last|final)\s{{1,4}}(?P<n3>{_NUMBER}){_MIN})"
)
_NOBODY_ELSE = r"(?:(?!\b(?:by|not|never|no|next|plan\w*|therapist|I|me|we|with|(?-i:DPT|PT|OTR|OTD|OT))\b|n't)[^.;\n]){0,80}?"
_GAVE = r"(?:did|gave|led|ran|took|treated|provided|performed|completed|delivered|carried out)"
_BEFORE = re.compile(
    rf"\b{ASSISTANTS}\b{A_NAME}[\s,]{{1,4}}(?:(?:then|also|alone|and|who)\s{{1,4}}){{0,2}}{_GAVE}\b{_NOBODY_ELSE}\b(?<![./\d]){_AMOUNT}",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?<![\w./])(?:{_AMOUNT}|(?P<n5>{_NUMBER}){_OF_IT}(?=\s{{1,4}}by\b)){_NOBODY_ELSE}\bby\s{{1,4}}(?:(?:the|our|a)\s{{1,4}})?{ASSISTANTS}\b",
    re.IGNORECASE,
)
_EACH = rf"\s{{0,4}}[:=x]?\s{{0,4}}(?P<NAME>\d{{1,3}}){_MIN}?"
_JOINED = r"\s{0,4}(?:[,;/&+]|and\b)\s{0,4}"
_BOTH = re.compile(
    rf"\b{_THERAPISTS}{_EACH.replace('NAME', 'their')}{_JOINED}{ASSISTANTS}{_EACH.replace('NAME', 'own')}(?![\w/%])"
    rf"|\b{ASSISTANTS}{_EACH.replace('NAME', 'own2')}{_JOINED}{_THERAPISTS}{_EACH.replace('NAME', 'their2')}(?![\w/%])"
)
_BEHIND = 24
_SENTENCE = re.compile(r"[.\n]\s")
_ENDS = re.compile(r"[.,;()\n]")
_REACH = 400  # characters between a service and the words that share it out


class Part(NamedTuple):
    """Minutes that an assistant gave of a service.

    Attributes:
        minutes: how many.
        of: the minutes of the whole service, where the words tell them.
        span: the words.
    """

    minutes: int
    of: int | None
    span: Span


def find_parts(text: str) -> tuple[Part, ...]:
    """Return the statements that give an assistant a part of a service's minutes; help at the therapist's side is none."""
    found: list[Part] = []
    helped = find_help(text)
    matches = (m for pattern in (_BEFORE, _AFTER, _BOTH) for m in pattern.finditer(text))
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        part = _part(match)
        beside = any(h.start < match.end() and match.start() < h.end for h in helped)
        if (
            part
            and not beside
            and (not _BOTH.fullmatch(match.group()) or _is_shared_out(text, match))
            and (not found or found[-1].span.end <= match.start())
        ):
            found.append(part)
    return tuple(found)


def _is_shared_out(text: str, match: re.Match[str]) -> bool:
    """Tell whether "PT 14, PTA 10" are minutes: it stands in brackets, or says so."""
    return text[: match.start()].rstrip().endswith("(") or re.search(r"min|'", match.group()) is not None


def _part(match: re.Match[str]) -> Part | None:
    told = match.groupdict()
    span = Span(match.start(), match.end(), match.group())
    if own := told.get("own") or told.get("own2"):
        theirs = told.get("their") or told.get("their2") or "0"
        return Part(int(own), int(own) + int(theirs), span)
    minutes = number(next(told[name] for name in ("n", "n2", "n3", "n4", "n5") if told.get(name)))
    whole = number(told["of"]) if told["of"] else None
    if not minutes or (whole is not None and whole < minutes):
        return None
    return Part(minutes, whole, span)


def without_parts(times: Sequence[TimeMention], parts: Sequence[Part]) -> tuple[TimeMention, ...]:
    """Return the times with those inside such a statement told as no dose: they are minutes that stand elsewhere.

    Where each one's minutes stand alone ("PTA 10 min, PT 15 min") they are the only ones, so they stay.
    """
    shared = [p.span for p in parts if not _BOTH.fullmatch(p.span.quote)]
    return tuple(
        t._replace(role="other") if any(s.start <= t.start < s.end for s in shared) else t for t in times
    )


def share_out(text: str, clusters: Sequence[Cluster], parts: Sequence[Part]) -> list[Cluster]:
    """Give each part to the service that it is a part of: one before it of so many minutes, or of more.

    Of several it is the last, and only where that stands in the same sentence; else the part stays open.
    """
    shared = list(clusters)
    for part in parts:
        at = _owner(text, shared, part)
        if at is None:
            continue
        owner = shared[at]
        if _told_already(owner, part):
            continue
        told = owner.assistant + part.minutes if owner.assistant_spans else part.minutes
        role = None if owner.role == "assistant" else owner.role
        shared[at] = replace(
            owner, assistant=told, role=role, assistant_spans=(*owner.assistant_spans, part.span)
        )
    return shared


def _told_already(owner: Cluster, part: Part) -> bool:
    """Tell whether a part is among the words that were read, or says the same minutes again."""
    among = any(s.start < part.span.end and part.span.start < s.end for s in owner.assistant_spans)
    return among or (bool(owner.assistant_spans) and owner.assistant == part.minutes)


def _owner(text: str, clusters: Sequence[Cluster], part: Part) -> int | None:
    fits = [
        i
        for i, c in enumerate(clusters)
        if c.status == "performed"
        and c.minutes is not None
        and (c.minutes == part.of if part.of else c.minutes > part.minutes)
    ]
    named = {c.concept for c in clusters if any(_beside(text, part.span, m.span) for m in c.mentions)}
    fits = [i for i in fits if clusters[i].concept in named] or fits
    near = [
        i for i in fits if clusters[i].start <= part.span.end and part.span.start - clusters[i].end < _REACH
    ]
    if near:
        last = clusters[near[-1]]
        beside = _SENTENCE.search(text, last.end, max(last.end, part.span.start)) is None
        return near[-1] if len(near) == 1 or beside else None
    return fits[0] if len(fits) == 1 and (part.of or named) else None


def _beside(text: str, part: Span, service: Span) -> bool:
    """Tell whether a service is named in the words, or right behind: "PTA did the last 10 min of ther ex"."""
    inside = part.start <= service.start < part.end
    behind = part.end <= service.start < part.end + _BEHIND
    return inside or (behind and _ENDS.search(text, part.end, service.start) is None)
