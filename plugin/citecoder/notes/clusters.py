"""Mentions of one sentence → clusters: a name opens a cluster and takes the content that is compatible with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from citecoder.model import Mention, Span
from citecoder.notes.blocks import Segment
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

_GROUP = re.compile(r"\b(?:group|grp)\s{1,24}$", re.IGNORECASE)
_HEADS = re.compile(
    r"^[^.\n]{0,30}\b(?:\d{1,2}|two|three|four|five|six)\s{0,24}(?:pts?|patients|participants|people|members|folks|clients)\b",
    re.IGNORECASE,
)
_VAGUE = frozenset({"manual", "manual therapy", "mt", "manual tx", "manual techniques", "manual treatment"})
_LIST_OF = re.compile(r"^[^:.;\n]{0,24}:[^;\n]*$")
_VAGUE_LIST = re.compile(r"^[\"”\s]*(?:x\s{0,24})?(?:\d+\s{0,24}(?:min\w*|'))?\s{0,24}[:(–-].*$", re.DOTALL)
_A_TIME = re.compile(r"\d\s{0,24}(?:min|')", re.IGNORECASE)
_LONGEST = 60  # mentions of one cluster; clusters of one service are merged later
_INDIVIDUAL = re.compile(r"1:1|one[- ]on[- ]one|\bindiv", re.IGNORECASE)


@dataclass(frozen=True)
class Cluster:
    """Mentions of one service in one sentence, with the minutes that stand beside them."""

    concept: str
    mentions: tuple[Mention, ...]
    segment: Segment
    named: bool
    doses: tuple[TimeMention, ...] = ()
    shared: bool = False
    assistant: int = 0  # minutes that the words beside them give to an assistant
    assistant_spans: tuple[Span, ...] = ()  # words that give an assistant a part
    split: bool = False  # the minutes are told person by person, so they add up
    status: str = "performed"
    status_span: Span | None = None
    role: str | None = None
    amends: bool = False

    @property
    def start(self) -> int:
        """Where the first of its words or minutes stands."""
        return min([self.mentions[0].span.start, *(d.start for d in self.doses)])

    @property
    def end(self) -> int:
        """Where the last of its words or minutes ends."""
        return max([self.mentions[-1].span.end, *(d.end for d in self.doses)])

    @property
    def minutes(self) -> int | None:
        """Ranges and their stated length are one statement; different blocks of time are added."""
        if not self.doses or self.shared:
            return None
        values = [d.value for d in self.doses]
        if self.split:
            return sum(values)
        spoken = [d.value for d in self.doses if not d.is_range]
        ranges = [d.value for d in self.doses if d.is_range]
        if spoken and ranges:
            return spoken[0] if len(spoken) == 1 else sum(spoken)
        return sum(dict.fromkeys(values)) if len(set(values)) == 1 else sum(values)


def grouped(text: str, mention: Mention) -> Mention:
    """Read "group" before a service's name as group work: "group speech therapy session"."""
    if mention.concept == "group_therapy" and _HEADS.search(text[mention.span.end : mention.span.end + 40]):
        return replace(mention, kind="name")
    if mention.kind == "name" and _GROUP.search(text[max(0, mention.span.start - 8) : mention.span.start]):
        return replace(mention, concept="group_therapy")
    return mention


def make_clusters(lexicon: Lexicon, text: str, segment: Segment, inside: Sequence[Mention]) -> list[Cluster]:
    """Group a sentence's mentions: a name opens a cluster, content joins the cluster that it is compatible with."""
    groups: list[list[Mention]] = []
    for mention in inside:
        if groups and len(groups[-1]) < _LONGEST and _belongs(lexicon, text, groups[-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    groups = _led_by_group(lexicon, text, _leading_content(lexicon, groups))
    return [Cluster(_concept(g), tuple(g), segment, named=any(m.kind == "name" for m in g)) for g in groups]


def _led_by_group(lexicon: Lexicon, text: str, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Let group work take what was done in it: "pool group … water exercise" is one service."""
    head = next(
        (g for g in groups if any(m.concept == "group_therapy" and m.kind == "name" for m in g)), None
    )
    span = text[groups[0][0].span.start : groups[-1][-1].span.end + 25]
    if head is None or len(groups) < 2 or len(_A_TIME.findall(span)) > 1 or _INDIVIDUAL.search(span):
        return groups
    fits = lexicon.compatible.get("group_therapy", frozenset())
    taken = [g for g in groups if g is head or _concept(g) in fits]
    joined = sorted((m for g in taken for m in g), key=lambda m: m.span.start)
    return sorted([joined, *(g for g in groups if g not in taken)], key=lambda g: g[0].span.start)


def _head_end(group: Sequence[Mention]) -> int:
    return next(m.span.end for m in group if m.kind == "name")


def _only_strokes(group: Sequence[Mention]) -> bool:
    """A vague "manual" whose content is massage strokes alone is massage: the content wins over the name."""
    vague = [m for m in group if m.phrase in _VAGUE]
    return (
        bool(vague)
        and len(vague) < len(group)
        and all(m.phrase in _VAGUE or m.concept == "massage" for m in group)
    )


def _belongs(lexicon: Lexicon, text: str, group: Sequence[Mention], mention: Mention) -> bool:
    concept = _concept(group)
    if mention.concept == concept:
        return True
    named = any(m.kind == "name" for m in group)
    compatible = mention.concept in lexicon.compatible.get(concept, ())
    if "described" in (mention.kind, group[-1].kind) and not named:
        return False  # what a clause speaks of was settled over the whole visit
    if mention.kind != "name":
        if named and _LIST_OF.match(text[_head_end(group) : mention.span.start]):
            return True
        if not named:
            return compatible or concept in lexicon.compatible.get(mention.concept, ())
        return compatible
    between = text[group[0].span.end : mention.span.start]
    if mention.concept == "massage" and all(m.phrase in _VAGUE or m.concept == "massage" for m in group):
        return _VAGUE_LIST.match(between) is not None
    return (
        named
        and compatible
        and re.match(r"^\s{0,24}(?:[(:–-]|(?:x\s{0,24})?\d+\s{0,24}(?:min\w*|')?\s{0,24}[:(])", between)
        is not None
        and "," not in between
    )


def _leading_content(lexicon: Lexicon, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join content that stands before its own name: "ecc wrist ext, grip 12 min TE"."""
    joined: list[list[Mention]] = []
    for group in groups:
        last = joined[-1] if joined else None
        if last and all(m.kind != "name" for m in last) and group[0].kind == "name":
            same = all(
                m.concept == group[0].concept or m.concept in lexicon.compatible.get(group[0].concept, ())
                for m in last
            )
            if same and len(joined) == 1 and len(groups) == 2:
                joined[-1] = [*last, *group]
                continue
        joined.append(group)
    return joined


def _concept(group: Sequence[Mention]) -> str:
    named = next((m.concept for m in group if m.kind == "name"), None)
    if any(m.concept == "group_therapy" and m.kind == "name" for m in group):
        return "group_therapy"
    if named == "manual_therapy" and _only_strokes(group):
        return "massage"
    if named:
        return named
    counts: dict[str, int] = {}
    for mention in group:
        counts[mention.concept] = counts.get(mention.concept, 0) + 1
    return max(counts, key=lambda c: (counts[c], -[m.concept for m in group].index(c)))
