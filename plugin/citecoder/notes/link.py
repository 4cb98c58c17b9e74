"""Mentions + minutes + regions + people → service lines, chosen jointly against the note's stated totals.

A service is a cluster of mentions. Within a sentence the clinician's own name opens a cluster and takes the
content that follows; minutes go to the name that they stand beside. Clusters of one concept are merged over
the visit, and where it is open whether a second statement repeats or adds, the stated total chooses.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from citecoder.model import Mention, ServiceLine, Span, Visit
from citecoder.notes.blocks import Segment
from citecoder.notes.clusters import Cluster, grouped, make_clusters
from citecoder.notes.delivered import judge, take_listed, told_at_all
from citecoder.notes.doses import assign, bare_doses, find_doses, given_by
from citecoder.notes.parts import find_parts, share_out
from citecoder.notes.services import merge
from citecoder.notes.spans import cut
from citecoder.notes.spoken import Spoken
from citecoder.notes.status import find_cues
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

_T = TypeVar("_T")
_NEVER_ALONE = re.compile(r"\bno (?:1:1|one[- ]on[- ]one)|\bnot (?:1:1|one[- ]on[- ]one)", re.IGNORECASE)
_WITH_REPORT = frozenset({"aphasia_test", "cognitive_test"})
"""Tests whose hours hold the interpretation and the report, too. Source: ``cms-pfs-2026/aphasia-cognitive-tests``."""
_REPORTS = re.compile(
    r"\b(?:scor(?:ed|ing)|interpret\w*|report|writing|write-?up|wrote|drafting)\b", re.IGNORECASE
)
_SHORT, _FEW = 70, 8  # letters, and words of three letters and more
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_HEADING = re.compile(
    r":\s{0,24}$|^[A-Z][A-Z/&' -]{2,40}\s?[-–—(]{1,2}\s?\d{1,3}\s?(?:min\w*|')\)?$|\b(?:PTA|COTA(?:/L)?|OTA|PT|OTR|OT)\b[^.]{0,20}\b(?:did|gave|took|led|saw)\b[^.]*$"
)
_BARE_WORDS = frozenset(
    {"exercise", "exercises", "rom", "strengthening", "stretching", "flexibility", "gait", "balance"}
)
_AFTER = re.compile(r"\b(?:before|after|during|prior to|following)\s{1,24}(?:the\s{1,24})?$", re.IGNORECASE)
_REACH = 40  # characters before a word in which a preposition makes it an aside
_BREAK = re.compile(r"\b(?:break|rest|lunch)\b", re.IGNORECASE)
_INTO_WATER = re.compile(r"\bin(?:to)? (?:the )?pool\b|\bchest depth\b|\bwaist depth\b", re.IGNORECASE)
_OUT_OF_WATER = re.compile(
    r"\bout of (?:the )?pool\b|\bland(?:-based)?\b\s{0,24}[:(]|\bon land\b", re.IGNORECASE
)
_NAMES_WORK = 2
_NO_WORK = re.compile(
    r"\b(?:rest|break|wait|late|total|time|drive|pain|walk|stand|sit|sleep|hours?|visit|min late|vitals|report|phone|call|note|goal)\w*",
    re.IGNORECASE,
)
_BY_ASSISTANT = re.compile(r"\b(?:PTA|COTA(?:/L)?|OTA)\b")
_MEASURES = re.compile(r"test|measure|exam|assess|eval", re.IGNORECASE)
_NEAR_LINES = 2
_AMENDS = re.compile(
    r"addendum|late entry|correct(?:ed|ion)|amend|entered in error|error above", re.IGNORECASE
)


@dataclass
class _Flow:
    """What reading on carries from one sentence to the next."""

    clusters: list[Cluster] = field(default_factory=list)
    open_line: int | None = None  # index of a named service whose list goes on below
    amending: bool = False
    pending: tuple[
        TimeMention, ...
    ] = ()  # minutes of a heading ("OT 38 min one on one:") for what stands below it
    pending_line: int = 0
    pending_role: str | None = None
    in_water: bool = False
    tested: int | None = None  # index of the last test whose hours hold its report
    unknown: list[Span] = field(default_factory=list)


def link(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    segments: Sequence[Segment],
    mentions: Sequence[Mention],
    times: Sequence[TimeMention],
    spoken: Sequence[Spoken],
    *,
    timed_total: int | None,
) -> tuple[tuple[ServiceLine, ...], tuple[Span, ...]]:
    """Return the services of the visit in the order of the note, and the words with minutes that name none.

    Args:
        lexicon: the compiled lexicon.
        text: the note.
        visit: what was settled about the visit.
        segments: the note's sentences, items and rows, in order.
        mentions: the concepts' phrases found in the note.
        times: the minutes found in the note, with roles.
        spoken: what each clause speaks of, and how likely it was done today.
        timed_total: the total of timed minutes that the note states, if it does.
    """
    flow = _Flow()
    together = _NEVER_ALONE.search(text) is not None
    least = 1 if len(bare_doses(text, mentions)) > 1 else 2
    for segment in segments:
        inside = [grouped(text, m) for m in _within(mentions, segment, lambda m: m.span.start)]
        inside = [m for m in inside if not _aside(text, segment, m)]
        doses = find_doses(text, segment, _within(times, segment, lambda t: t.start), inside, least=least)
        _read_segment(lexicon, text, visit, flow, segment, inside, doses, spoken)
    if together:
        flow.clusters = [_as_group(lexicon, c) for c in flow.clusters]
    flow.clusters = share_out(text, flow.clusters, find_parts(text))
    merged = merge(lexicon, text, visit, flow.clusters, timed_total, _block_minutes(text, times))
    return merged, tuple(flow.unknown)


def _block_minutes(text: str, times: Sequence[TimeMention]) -> int:
    """Add up the clock blocks of a day's programme, breaks left out."""
    breaks = [m.start() for m in _BREAK.finditer(text)]
    newlines = [m.start() for m in re.finditer("\n", text)]

    def is_break(time: TimeMention) -> bool:
        if _BREAK.search(text[max(0, time.start - 10) : time.start].rsplit("\n", 1)[-1]):
            return True
        first, ends = bisect_left(breaks, time.start), bisect_left(newlines, time.end)
        return first < len(breaks) and (ends == len(newlines) or breaks[first] < newlines[ends])

    return sum(t.value for t in times if t.is_range and t.role == "dose" and not is_break(t))


def _within(items: Sequence[_T], segment: Segment, start: Callable[[_T], int]) -> Sequence[_T]:
    """Return the items, sorted by their start, that begin in a segment."""
    return items[bisect_left(items, segment.start, key=start) : bisect_left(items, segment.end, key=start)]


def _aside(text: str, segment: Segment, mention: Mention) -> bool:
    """A bare "exercise" behind a preposition ("massage before exercise") is no service of its own."""
    return (
        mention.phrase in _BARE_WORDS
        and _AFTER.search(text, max(segment.start, mention.span.start - _REACH), mention.span.start)
        is not None
    )


def _water(
    lexicon: Lexicon, text: str, flow: _Flow, segment: Segment, clusters: list[Cluster]
) -> list[Cluster]:
    """Read exercises between getting into the pool and getting out as aquatic therapy."""
    words = text[segment.start : segment.end]
    if _OUT_OF_WATER.search(words):
        flow.in_water = False
    elif _INTO_WATER.search(words) or any(c.concept == "aquatic_therapy" for c in clusters):
        flow.in_water = True
    if not flow.in_water:
        return clusters
    fits = lexicon.compatible.get("aquatic_therapy", frozenset())
    return [
        replace(c, concept="aquatic_therapy") if c.concept in fits and not c.named else c for c in clusters
    ]


def _as_group(lexicon: Lexicon, cluster: Cluster) -> Cluster:
    """Where the note says that nothing was one-on-one, active work was group work."""
    fits = cluster.concept in lexicon.compatible.get("group_therapy", frozenset())
    return replace(cluster, concept="group_therapy") if fits and cluster.status == "performed" else cluster


def _read_segment(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    flow: _Flow,
    segment: Segment,
    inside: Sequence[Mention],
    doses: Sequence[TimeMention],
    spoken: Sequence[Spoken],
) -> None:
    if _AMENDS.search(text[segment.start : segment.end]):
        flow.amending = True
    if _take_report(text, flow, segment, inside, doses):
        return
    if not inside:
        _water(lexicon, text, flow, segment, [])
        _take_orphan(lexicon, text, flow, segment, doses, spoken)
        return
    role = None
    if flow.pending and not doses and segment.line - flow.pending_line <= _NEAR_LINES:
        doses, role = flow.pending, flow.pending_role
    flow.pending = ()
    clusters = make_clusters(lexicon, text, segment, inside)
    clusters = assign(text, segment, clusters, doses)
    cues = find_cues(lexicon, text, segment.start, segment.end)
    if flow.amending:
        clusters = [replace(c, amends=True) for c in clusters]
    clusters = take_listed(text, [judge(lexicon, text, visit, c, spoken, cues) for c in clusters])
    if role:
        clusters = [replace(c, role=c.role or role) for c in clusters]
    clusters = _water(lexicon, text, flow, segment, clusters)
    clusters = _joined_to_open(lexicon, text, flow, segment, clusters)
    for i, cluster in enumerate(clusters, start=len(flow.clusters)):
        flow.tested = i if cluster.concept in _WITH_REPORT else flow.tested
    flow.clusters += clusters
    _remember_open(text, flow, segment, clusters)


def _take_report(
    text: str, flow: _Flow, segment: Segment, inside: Sequence[Mention], doses: Sequence[TimeMention]
) -> bool:
    """Give minutes of scoring and writing to the test before, and tell whether there were any."""
    tested = flow.tested
    if tested is None or not doses or any(m.kind == "name" for m in inside):
        return False
    if not flow.clusters[tested].doses or not _REPORTS.search(text, segment.start, segment.end):
        return False
    flow.clusters.insert(tested + 1, replace(flow.clusters[tested], doses=tuple(doses)))
    return True


def _take_orphan(
    lexicon: Lexicon,
    text: str,
    flow: _Flow,
    segment: Segment,
    doses: Sequence[TimeMention],
    spoken: Sequence[Spoken],
) -> None:
    """Give minutes that stand alone ("Time: 15 min") to the service before, a heading's to what follows."""
    if not doses:
        return
    waits = _open(flow, segment)
    words = text[segment.start : segment.end].rstrip()
    if len(doses) == 1 and _HEADING.search(words) and not _MEASURES.search(words):
        flow.pending, flow.pending_line = tuple(doses), segment.line
        flow.pending_role = "assistant" if _BY_ASSISTANT.search(words) else None
    elif not waits and _is_work(segment, words):
        flow.unknown.append(cut(text, segment.start, segment.end))
    elif _only_time(words) and waits and not _MEASURES.search(words):
        last = flow.clusters[-1]
        if last.status == "not_described" and not told_at_all(lexicon, text, last, spoken):
            return
        status = "performed" if last.status == "not_described" else last.status
        flow.clusters[-1] = given_by(text, replace(last, doses=tuple(doses), status=status))


def _only_time(words: str) -> bool:
    """Tell whether a sentence tells a time and hardly anything else: what tells more is work of its own."""
    return len(words) <= _SHORT and len(_LONG_WORD.findall(words)) <= _FEW


def _is_work(segment: Segment, words: str) -> bool:
    """Tell whether words with minutes describe some treatment that no phrase here knows."""
    plain = not (_MEASURES.search(words) or _NO_WORK.search(words))
    return plain and segment.section == "treatment" and len(words.split()) > _NAMES_WORK


def _open(flow: _Flow, segment: Segment) -> bool:
    """Tell whether the service just before still waits for its minutes."""
    if not flow.clusters:
        return False
    last = flow.clusters[-1]
    near = segment.line - last.segment.line <= _NEAR_LINES
    return near and not last.doses and segment.section == last.segment.section


def _joined_to_open(
    lexicon: Lexicon, text: str, flow: _Flow, segment: Segment, clusters: list[Cluster]
) -> list[Cluster]:
    """Hand content of a list to the named service above it; the name stands for what is in its list."""
    if flow.open_line is None or any(c.named for c in clusters):
        return clusters
    owner = flow.clusters[flow.open_line]
    near = segment.line - flow.clusters[-1].segment.line <= 1 and segment.section == owner.segment.section
    kept = []
    for cluster in clusters:
        fits = cluster.concept == owner.concept or cluster.concept in lexicon.compatible.get(
            owner.concept, ()
        )
        if (
            near
            and fits
            and not (cluster.doses and (owner.doses or cluster.concept != owner.concept))
            and cluster.status in ("performed", "not_described")
        ):
            kept.append(
                replace(cluster, concept=owner.concept, status=owner.status, status_span=owner.status_span)
            )
        else:
            kept.append(cluster)
    return kept


def _remember_open(text: str, flow: _Flow, segment: Segment, clusters: Sequence[Cluster]) -> None:
    first = len(flow.clusters) - len(clusters)
    named = [i for i in range(first, len(flow.clusters)) if flow.clusters[i].named]
    if named:
        flow.open_line = named[-1]
    elif flow.open_line is not None and segment.section != flow.clusters[flow.open_line].segment.section:
        flow.open_line = None
