"""Minutes of one sentence → the services that they stand beside."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from citecoder.model import Mention
from citecoder.notes.blocks import Segment
from citecoder.notes.clusters import Cluster
from citecoder.notes.spans import cut, fold
from citecoder.notes.times import TimeMention

_OF = re.compile(
    r"^\s{0,24}(?:(?:minutes?|mins?)\s{1,24})?(?:(?:of|spent on|spent in|on|for|in|doing|was|were|total|worth of)\b\s{0,24})?(?:(?:skilled|direct|one[- ]on[- ]one|1:1|individual|the|a|some|our|active|resumed)\b\s{0,24})*$"
)
_BARE = re.compile(
    r"^\s{0,24}(?:x|:|-|–|=|\()?\s{0,24}(\d{1,2})\b(?!\s{0,24}(?:x\s{0,24}\d|×|/|lb|#|reps?\b|sets?\b|%|deg|°|ft|feet|:|\.\d|[-–]\s{0,24}\d|in\b|cm|units?\b|u\b|sec|hz|mhz|w/))"
)


_SAYS_OF = re.compile(r"^\s{0,24}(?:minutes?\s{1,24}|mins?\s{1,24})?(?:of|spent on|on|doing|worth of)\b")
_DIVIDED = re.compile(r"[,;.&+/]|\band\b|\bthen\b")
_OPENS_CLAUSE = re.compile(
    r"(?:^|[,;.]|\b(?:and|then|finished with|did|plus|performed)\b)\s{0,24}(?:about|approximately|another|an additional)?\s{0,24}$"
)
_GIVER_BEFORE = re.compile(
    r"\b(PTA|LPTA|COTA(?:/L)?|OTA|PT|OTR(?:/L)?|OT)\b[\s:,x-]*(?:[A-Z]\.?\s{1,24}[A-Z]\w+\s{0,24})?$"
)
_GIVER_AFTER = re.compile(
    r"\s{0,24}(?:min\w*)?\s{0,24}(?:by|w/|with|\()?\s{0,24}(PTA|LPTA|COTA(?:/L)?|OTA|PT|OTR(?:/L)?|OT)\b"
)
_AND = re.compile(r"^\s{0,24}(?:and|&|\+|/)\s{0,24}$", re.IGNORECASE)
JOINER = re.compile(r"^\s{0,24}(?:,|and|&|/|\+|,\s{0,24}and|w/|with)\s{0,24}$", re.IGNORECASE)
"""What stands between two members of a list."""


def find_doses(
    text: str, segment: Segment, times: Sequence[TimeMention], inside: Sequence[Mention], *, least: int = 2
) -> list[TimeMention]:
    """Return the minutes of a sentence or row that may be a service's: a table's cell outranks free words."""
    found = [t for t in times if segment.start <= t.start < segment.end and t.role == "dose"]
    parts_only = all(m.kind != "name" for m in inside)  # "UBE 5 min, wrist ext 3x15 - 20 min total"
    if inside and (not found or parts_only):
        closing = [
            t._replace(role="dose")
            for t in times
            if segment.start < t.start < segment.end and _spoken_total(text, segment, t, inside)
        ]
        if closing and closing[-1].value >= sum(t.value for t in found):
            found = closing
    if segment.flowsheet:
        return []
    if segment.dose and not any(segment.dose[0] <= t.start < segment.dose[1] for t in found):
        digits = re.match(r"\d+", text[segment.dose[0] : segment.dose[1]])
        if digits:
            found = [TimeMention(int(digits.group()), segment.dose[0], segment.dose[1], "dose")]
    elif segment.dose:
        found = [t for t in found if segment.dose[0] <= t.start < segment.dose[1]]
    return found or _bare_doses(text, inside, least=least)


def _spoken_total(text: str, segment: Segment, time: TimeMention, inside: Sequence[Mention]) -> bool:
    """Read "twenty-four minutes total: parallel bars …" as the dose of the one service of the sentence."""
    if time.role != "grand_total" or len({m.concept for m in inside}) > 1:
        return False
    return re.match(r"\s{0,24}(?:in )?total\b", fold(text[time.end : time.end + 12])) is not None


def bare_doses(text: str, mentions: Sequence[Mention]) -> list[TimeMention]:
    """Return every number right behind a name over the whole note: two of them are a habit, not a chance."""
    return _bare_doses(text, mentions, least=1)


def _bare_doses(text: str, inside: Sequence[Mention], *, least: int) -> list[TimeMention]:
    """Read "TE 20, MT 15": numbers right behind names, plausible as minutes."""
    found = []
    for mention in (m for m in inside if m.kind == "name"):
        match = _BARE.match(text[mention.span.end : mention.span.end + 12])
        if match and 3 <= int(match[1]) <= 75:
            start = mention.span.end + match.start(1)
            found.append(TimeMention(int(match[1]), start, mention.span.end + match.end(1), "dose"))
    return found if len(found) >= least else []


def assign(
    text: str, segment: Segment, clusters: list[Cluster], doses: Sequence[TimeMention]
) -> list[Cluster]:
    """Give each statement of minutes to the service that it stands beside."""
    given: dict[int, list[TimeMention]] = {}
    starts = [c.mentions[0].span.start for c in clusters]
    time_first = bool(doses) and doses[0].end <= starts[0]
    for dose in doses:
        index = _owner(text, segment, clusters, starts, dose, given, time_first=time_first)
        given.setdefault(index, []).append(dose)
    placed = [
        given_by(text, replace(c, doses=_at_the_name(text, c, given.get(i, []))))
        for i, c in enumerate(clusters)
    ]
    return _mark_shared(text, _absorbed(text, placed))


def _absorbed(text: str, clusters: list[Cluster]) -> list[Cluster]:
    """Let a dosed name keep the content that trails it in its own list: "MT 15 min: gr III mobs, stretch"."""
    kept: list[Cluster] = []
    for cluster in clusters:
        owner = kept[-1] if kept else None
        bare = not cluster.named and not cluster.doses
        if (
            owner
            and owner.named
            and owner.doses
            and bare
            and not re.search(r"[;.]|\bthen\b", text[owner.end : cluster.start])
        ):
            continue
        kept.append(cluster)
    return kept


def given_by(text: str, cluster: Cluster) -> Cluster:
    """Note the minutes that the words beside them give to an assistant: "PTA 10 min, PT 15 min".

    Where all but the first are told person by person and add up to the first, that is the whole: "24 min (PT 14 min, PTA 10 min)".
    """
    givers = [_giver(text, d) for d in cluster.doses]
    if "assistant" not in givers:
        return cluster
    minutes = sum(d.value for d, g in zip(cluster.doses, givers, strict=True) if g == "assistant")
    whole, *parts = cluster.doses
    if givers[0] is None and all(givers[1:]) and whole.value == sum(p.value for p in parts):
        words = tuple(cut(text, p.start, p.end) for p in parts)
        return replace(cluster, doses=(whole,), assistant=minutes, assistant_spans=words)
    return replace(cluster, assistant=minutes, split=len(givers) > 1)


def _giver(text: str, dose: TimeMention) -> str | None:
    before = _GIVER_BEFORE.search(text[max(0, dose.start - 24) : dose.start])
    after = _GIVER_AFTER.match(text[dose.end : dose.end + 16])
    found = before or after
    return (
        None
        if found is None
        else "assistant"
        if found[1].startswith(("PTA", "COTA", "OTA", "LPTA"))
        else "therapist"
    )


def _at_the_name(text: str, cluster: Cluster, doses: Sequence[TimeMention]) -> tuple[TimeMention, ...]:
    """Keep the minutes that stand at the service's name; those inside its list are parts of them.

    "TherEx 27': NuStep 6 min, SLR" is 27 minutes, not 33.
    """
    name = next((m.span for m in cluster.mentions if m.kind == "name"), None)
    if len(doses) < 2:
        return tuple(doses)
    if name is None:
        last = doses[-1]
        closes = not re.search(
            r"\w{4}",
            re.sub(r"testing|total|1:1|w/|with|me|cues|today", "", text[last.end : cluster.segment.end]),
        )
        return (
            (last,)
            if closes and all(d.value < last.value for d in doses[:-1]) and not last.is_range
            else tuple(doses)
        )
    near = [d for d in doses if _beside(text, name.start, name.end, d)]
    parts = [
        d
        for d in doses
        if d not in near and d.start > name.end and not d.is_range and _giver(text, d) is None
    ]
    return tuple(d for d in doses if d not in parts) if near else tuple(doses)


def _beside(text: str, start: int, end: int, dose: TimeMention) -> bool:
    gap = text[end : dose.start] if dose.start >= end else text[dose.end : start]
    return len(gap) <= 12 and not re.search(r"[;.]\s|,\s{0,24}\w", gap) and gap.count(" ") <= 4


def _owner(
    text: str,
    segment: Segment,
    clusters: Sequence[Cluster],
    starts: Sequence[int],
    dose: TimeMention,
    given: dict[int, list[TimeMention]],
    *,
    time_first: bool,
) -> int:
    if dose.end <= segment.start:
        return 0
    last, after = bisect_left(starts, dose.start) - 1, bisect_left(starts, dose.end)
    if after == len(starts):
        return max(last, 0)
    if last < 0:
        return after
    gap_before = fold(text[clusters[last].mentions[-1].span.end : dose.start])
    gap_after = fold(text[dose.end : clusters[after].mentions[0].span.start])
    within = clusters[last].mentions[-1].span.end > dose.start
    leads = (
        not within
        and _OF.match(gap_after)
        and _leads(gap_before, gap_after, given.get(last, []), dose, time_first=time_first)
    )
    return after if leads else last


def _leads(
    before: str, after: str, given: Sequence[TimeMention], dose: TimeMention, *, time_first: bool
) -> bool:
    """Tell whether minutes between two services open the second: by "of", by the sentence's order, or because the first has its own."""
    if _SAYS_OF.match(after):
        return True
    if given and not dose.is_range and not given[-1].is_range:
        return True
    return (time_first and _DIVIDED.search(before) is not None) or (
        bool(given) and _OPENS_CLAUSE.search(before) is not None
    )


def _mark_shared(text: str, clusters: list[Cluster]) -> list[Cluster]:
    """Mark names that share one statement of minutes ("TE and MT 30 min"): each one's own part is unknown."""
    marked = list(clusters)
    for i in range(len(marked) - 1, 0, -1):
        first, second = marked[i - 1], marked[i]
        between = text[first.mentions[-1].span.end : second.mentions[0].span.start]
        behind = second.doses and second.doses[0].start >= second.mentions[0].span.end
        if not first.doses and behind and len(first.mentions) == 1 and JOINER.match(between):
            marked[i - 1] = replace(first, doses=second.doses, shared=True)
            marked[i] = replace(second, shared=True)
        elif (
            first.named
            and second.named
            and not second.doses
            and len(first.doses) == 1
            and first.doses[0].end <= first.mentions[0].span.start
            and first.concept != second.concept
            and _AND.match(between)
        ):  # "30 min: gait training and ADL training"
            marked[i - 1] = replace(first, shared=True)
            marked[i] = replace(second, doses=first.doses, shared=True)
        elif first.shared is False and second.shared and not first.doses and JOINER.match(between):
            marked[i - 1] = replace(first, doses=second.doses, shared=True)
    return marked
