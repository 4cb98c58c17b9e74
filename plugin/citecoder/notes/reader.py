"""``read``: a request's text → Note. Visit first, then blocks, mentions, minutes with roles, then linking."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from citecoder.model import (
    Block,
    Component,
    Mention,
    Minutes,
    Note,
    Request,
    ServiceLine,
    Span,
    TypedCode,
    Visit,
)
from citecoder.notes.blocks import Segment, parse_blocks, parse_segments
from citecoder.notes.components import find_components, find_stated_tier
from citecoder.notes.features import Found
from citecoder.notes.findings import Findings, find_findings
from citecoder.notes.foreign import Foreign, blanked, find_foreign
from citecoder.notes.link import link
from citecoder.notes.parts import find_parts, without_parts
from citecoder.notes.people import find_help, find_work
from citecoder.notes.scans import mend, quoted_from
from citecoder.notes.sections import until_the_work
from citecoder.notes.spans import cut
from citecoder.notes.spoken import Spoken, completed, foreign, listen
from citecoder.notes.status import SECTION_REASON, find_cues
from citecoder.notes.terms import Lexicon, find_mentions
from citecoder.notes.times import TimeMention, find_times, with_local_totals
from citecoder.notes.unseen import closed_up
from citecoder.notes.visit import reconsidered, settle
from citecoder.notes.visit_dates import other_visits
from citecoder.notes.words import stem

_CODE = re.compile(
    r"(?<![\w.#$-])(?:9[0-9]\d{3}|2056[01]|292[0-9]0|G0\d{3}|S\d{4}|0\d{3}T)(?![\w%]|\.\d|-\d)"
)
_BESIDE = 60
_TOTAL_OPENS = 30  # a total in a plan counts only where it opens its line
_TOTAL_SECTIONS = {"goals", "history", "prior_visit", "home_program", "diagnosis"}


def read(request: Request, lexicon: Lexicon) -> Note:
    """Read a note.

    Args:
        request: the note and what the caller states; nothing that is absent is invented.
        lexicon: the compiled lexicon.
    """
    parsed = parse(request, lexicon)
    text, blocks, segments, times, visit = (
        parsed.text,
        parsed.blocks,
        parsed.segments,
        parsed.times,
        parsed.visit,
    )
    mentions, spoken = parsed.mentions, parsed.spoken
    stated_timed = _stated("timed_total", text, segments, times)
    services, unknown = link(
        lexicon,
        text,
        visit,
        segments,
        mentions,
        times,
        spoken,
        timed_total=stated_timed.value if stated_timed else None,
    )
    if not visit.delivered:
        services = tuple(_refused(s, visit) for s in services if s.status == "performed")
    taken = {s.start for line in services for s in line.minute_spans}
    times = tuple(t for t in times if t.role == "dose" or t.start not in taken)
    note = Note(
        text=text, visit=visit, blocks=blocks, services=services, findings=_findings(lexicon, visit, text, segments),
        stated_timed=stated_timed, stated_total=_stated("grand_total", text, segments, times),
        clock_minutes=_stated("clock", text, segments, times), typed_codes=_typed_codes(text, segments),
        injection=_injection(parsed.foreign, request.note), unknown_interventions=unknown if visit.delivered else (),
        components=_components(lexicon, visit, text), stated_tier=find_stated_tier(text),
        record=text if parsed.foreign else "",
    )  # fmt: skip
    sent = request.note
    return note if text is sent else replace(quoted_from(sent, note), text=sent)


class Parsed(NamedTuple):
    """A note before its services are linked.

    Attributes:
        text: the note with a scanner's errors put right and blanks for what is no record; offsets are those of the note as sent.
        named: the phrases of the lexicon as they stand; ``mentions`` are the same, corrected and completed by the clauses.
    """

    text: str
    blocks: tuple[Block, ...]
    segments: list[Segment]
    named: tuple[Mention, ...]
    mentions: tuple[Mention, ...]
    times: tuple[TimeMention, ...]
    spoken: list[Spoken]
    visit: Visit
    foreign: tuple[Foreign, ...] = ()


def parse(request: Request, lexicon: Lexicon) -> Parsed:
    """Return the parts of a note: its visit, blocks and sentences, what its clauses speak of, and its minutes."""
    strange = find_foreign(lexicon.foreign, request.note)
    record = closed_up(blanked(request.note, strange))
    text = mend(record, lambda word: word in lexicon.known_words or stem(word) in lexicon.reading.stems)
    request = replace(request, note=text)
    named, times = (
        find_mentions(lexicon, text),
        with_local_totals(text, without_parts(find_times(text), find_parts(text))),
    )
    names = {m.concept for m in named if m.kind == "name"}
    blocks = parse_blocks(lexicon, text)
    visit = settle(lexicon, request, blocks, dosed=_dosed(named, times), named=len(names))
    others = other_visits(lexicon, text, blocks, visit.date_of_service)
    segments = [
        s._replace(section="prior_visit", absent=True) if any(a <= s.start < b for a, b in others) else s
        for s in parse_segments(lexicon, text, blocks, visit.date_of_service)
    ]
    segments = until_the_work(text, blocks, segments, times)
    spoken = listen(lexicon, Found(text, blocks, segments, named, times, visit.discipline))
    visit = reconsidered(visit, spoken)
    mentions = completed(lexicon, text, named, spoken, times, foreign(lexicon.reading, visit.discipline))
    return Parsed(text, blocks, segments, named, mentions, times, spoken, visit, tuple(strange))


def _findings(lexicon: Lexicon, visit: Visit, text: str, segments: Sequence[Segment]) -> Findings:
    """Return the findings of the whole note.

    Help by an assistant is none where the assistant gave the visit, and group work none that was not given today.
    """
    found = dict(find_findings(lexicon, text))
    found["group_work"] = tuple(
        s for s in found.get("group_work", ()) if _given_today(lexicon, text, segments, s)
    )
    found["assistant_help"] = () if visit.author == "assistant" else find_help(text)
    found["assistant_work"] = () if visit.author == "assistant" else find_work(text)
    return tuple((name, spans) for name, spans in found.items() if spans)


def _given_today(lexicon: Lexicon, text: str, segments: Sequence[Segment], span: Span) -> bool:
    """Tell whether neither the section nor any word of its sentence says that something was not done today."""
    at = bisect_right(segments, span.start, key=lambda s: s.start) - 1
    if at < 0 or span.start >= segments[at].end:
        return True
    segment = segments[at]
    denied = segment.section in SECTION_REASON or find_cues(lexicon, text, segment.start, segment.end)
    return not denied


def _dosed(mentions: Sequence[Mention], times: Sequence[TimeMention]) -> int:
    """Count the services that stand within a few words of minutes."""
    doses = [t for t in times if t.role == "dose"]
    starts = [t.start for t in doses]
    near = [
        m
        for m in mentions
        if bisect_left(starts, m.span.start - _BESIDE) < bisect_right(starts, m.span.end + _BESIDE)
    ]
    return min(len(near), len(doses))


def _components(lexicon: Lexicon, visit: Visit, text: str) -> tuple[Component, ...]:
    evaluates = visit.visit_type in ("evaluation", "reevaluation")
    return find_components(text, visit.discipline, lexicon.reading) if evaluates else ()


def _refused(service: ServiceLine, visit: Visit) -> ServiceLine:
    spans = (*service.evidence, *((visit.why_not_span,) if visit.why_not_span else ()))
    return ServiceLine(
        concept=service.concept, status=visit.why_not or "not_performed", mentions=service.mentions,
        minutes=service.minutes, evidence=spans, status_span=visit.why_not_span, start=service.start,
    )  # fmt: skip


def _stated(
    role: str, text: str, segments: Sequence[Segment], times: Sequence[TimeMention]
) -> Minutes | None:
    """Return the last total of a kind that the note states outside plans, goals and earlier visits."""
    amended = re.search(r"addendum|late entry|entered in error", text, re.IGNORECASE)
    later = amended and any(
        t.start > amended.start() for t in times if t.role in ("timed_total", "grand_total")
    )
    found = None
    for time in times:
        if time.role != role or (amended and later and time.start < amended.start()):
            continue
        at = bisect_right(segments, time.start, key=lambda s: s.start) - 1
        segment = segments[at] if at >= 0 and time.start < segments[at].end else None
        if segment and segment.dose and segment.dose[0] <= time.start < segment.dose[1]:
            continue  # a row that totals one service
        section = segment.section if segment else "unknown"
        opens = segment is not None and time.start - segment.start < _TOTAL_OPENS
        if section not in _TOTAL_SECTIONS and (section != "plan" or opens):
            found = Minutes(time.value, cut(text, time.start, time.end))
    return found


def _typed_codes(text: str, segments: Sequence[Segment]) -> tuple[TypedCode, ...]:
    codes = []
    for match in _CODE.finditer(text):
        at = bisect_right(segments, match.start(), key=lambda s: s.start) - 1
        inside = at >= 0 and match.start() < segments[at].end
        beside = text[segments[at].start : segments[at].end] if inside else ""
        codes.append(TypedCode(match.group(), Span(match.start(), match.end(), match.group()), beside))
    return tuple(codes)


def _injection(foreign: Sequence[Foreign], sent: str) -> tuple[Span, ...]:
    """Return what speaks to software, as it was sent."""
    return tuple(cut(sent, f.start, f.end) for f in foreign if f.order)
