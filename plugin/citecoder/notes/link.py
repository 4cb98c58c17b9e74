"""Mentions + minutes + regions + people → service lines, chosen jointly against the note's stated totals.

A service is a cluster of mentions. Within a sentence the clinician's own name opens a cluster and takes the
content that follows; minutes go to the name that they stand beside. Clusters of one concept are merged over
the visit, and where it is open whether a second statement repeats or adds, the stated total chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from citecoder.model import Mention, ServiceLine, Span, Visit
from citecoder.notes.blocks import Segment
from citecoder.notes.findings import find_facts, find_findings, find_regions, muscles_in, spinal_regions
from citecoder.notes.people import role_of
from citecoder.notes.spans import cut, fold
from citecoder.notes.status import SECTION_REASON, denial
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

_OF = re.compile(
    r"^\s*(?:(?:minutes?|mins?)\s+)?(?:(?:of|spent on|spent in|on|for|in|doing|was|were|total|worth of)\b\s*)?(?:(?:skilled|direct|one[- ]on[- ]one|1:1|individual|the|a|some|our|active|resumed)\b\s*)*$"
)
_OPENS_WITH_TIME = re.compile(r"^\W*(?:\w+\W+){0,6}$")
_SETS = re.compile(r"\b\d{1,2}\s*(?:x|×|sets? of)\s*\d{1,3}\b|\bx\s*\d{1,3}\s*(?:reps?)?\b|\b\d{1,3}\s*reps?\b|\b\d+\s*(?:#|lbs?\b)", re.IGNORECASE)
_JOINER = re.compile(r"^\s*(?:,|and|&|/|\+|,\s*and|w/|with)\s*$", re.IGNORECASE)
_AMENDS = re.compile(r"addendum|late entry|correct(?:ed|ion)|amend|entered in error|error above", re.IGNORECASE)
_BARE = re.compile(r"^\s*(?:x|:|-|–|=|\()?\s*(\d{1,2})\b(?!\s*(?:x\s*\d|×|/|lb|#|reps?\b|sets?\b|%|deg|°|ft|feet|:|\.\d|[-–]\s*\d|in\b|cm|units?\b|u\b|sec|hz|mhz|w/))")
_AFTER_PREPOSITION = re.compile(r"\b(?:before|after|during|prior to|following|with|for)\s+$")
_GROUP = re.compile(r"\b(?:group|grp)\s+$", re.IGNORECASE)
_A_TIME = re.compile(r"\d\s*(?:min|')", re.IGNORECASE)
_INDIVIDUAL = re.compile(r"1:1|one[- ]on[- ]one|\bindiv", re.IGNORECASE)
_DOSED_ROLES = ("dose",)


@dataclass(frozen=True)
class Cluster:
    """Mentions of one service in one sentence, with the minutes that stand beside them."""

    concept: str
    mentions: tuple[Mention, ...]
    segment: Segment
    named: bool
    doses: tuple[TimeMention, ...] = ()
    shared: bool = False
    status: str = "performed"
    status_span: Span | None = None
    role: str | None = None
    amends: bool = False

    @property
    def start(self) -> int:
        return min(self.mentions[0].span.start, *(d.start for d in self.doses), self.mentions[0].span.start)

    @property
    def end(self) -> int:
        return max(self.mentions[-1].span.end, *(d.end for d in self.doses), self.mentions[-1].span.end)

    @property
    def minutes(self) -> int | None:
        """Ranges and their stated length are one statement; different blocks of time are added."""
        if not self.doses or self.shared:
            return None
        values = [d.value for d in self.doses]
        spoken = [d.value for d in self.doses if not d.is_range]
        ranges = [d.value for d in self.doses if d.is_range]
        if spoken and ranges:
            return spoken[0] if len(spoken) == 1 else sum(spoken)
        return sum(dict.fromkeys(values)) if len(set(values)) == 1 else sum(values)


@dataclass
class _Flow:
    """What reading on carries from one sentence to the next."""

    clusters: list[Cluster] = field(default_factory=list)
    open_line: int | None = None  # index of a named service whose list goes on below
    amending: bool = False


def link(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    segments: Sequence[Segment],
    mentions: Sequence[Mention],
    times: Sequence[TimeMention],
    *,
    timed_total: int | None,
) -> tuple[ServiceLine, ...]:
    """Return the services of the visit in the order of the note, delivered or not.

    Args:
        lexicon: the compiled lexicon.
        text: the note.
        visit: what was settled about the visit.
        segments: the note's sentences, items and rows, in order.
        mentions: the concepts' phrases found in the note.
        times: the minutes found in the note, with roles.
        timed_total: the total of timed minutes that the note states, if it does.
    """
    flow = _Flow()
    for segment in segments:
        inside = [_grouped(text, m) for m in mentions if segment.start <= m.span.start < segment.end]
        doses = _doses(text, segment, times, inside)
        _read_segment(lexicon, text, visit, flow, segment, inside, doses)
    return _merge(lexicon, text, visit, flow.clusters, timed_total)


def _grouped(text: str, mention: Mention) -> Mention:
    """Read "group" before a service's name as group work: "group speech therapy session"."""
    if mention.kind == "name" and _GROUP.search(text[max(0, mention.span.start - 8) : mention.span.start]):
        return replace(mention, concept="group_therapy")
    return mention


def _doses(text: str, segment: Segment, times: Sequence[TimeMention], inside: Sequence[Mention]) -> list[TimeMention]:
    found = [t for t in times if segment.start <= t.start < segment.end and t.role in _DOSED_ROLES]
    if segment.flowsheet:
        return []
    if segment.dose and not any(segment.dose[0] <= t.start < segment.dose[1] for t in found):
        digits = re.match(r"\d+", text[segment.dose[0] : segment.dose[1]])
        if digits:
            found = [TimeMention(int(digits.group()), segment.dose[0], segment.dose[1], "dose")]
    elif segment.dose:
        found = [t for t in found if segment.dose[0] <= t.start < segment.dose[1]]
    return found or _bare_doses(text, inside)


def _bare_doses(text: str, inside: Sequence[Mention]) -> list[TimeMention]:
    """Read "TE 20, MT 15": numbers right behind at least two names, plausible as minutes."""
    found = []
    for mention in (m for m in inside if m.kind == "name"):
        match = _BARE.match(text[mention.span.end : mention.span.end + 12])
        if match and 3 <= int(match[1]) <= 75:
            start = mention.span.end + match.start(1)
            found.append(TimeMention(int(match[1]), start, mention.span.end + match.end(1), "dose"))
    return found if len(found) >= 2 else []


def _read_segment(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    flow: _Flow,
    segment: Segment,
    inside: Sequence[Mention],
    doses: Sequence[TimeMention],
) -> None:
    if _AMENDS.search(text[segment.start : segment.end]):
        flow.amending = True
    if not inside:
        _take_orphan(text, flow, segment, doses)
        return
    clusters = _clusters(lexicon, text, segment, inside)
    clusters = _assign(text, segment, clusters, doses)
    clusters = [_judged(lexicon, text, visit, replace(c, amends=flow.amending)) for c in clusters]
    clusters = _listed(text, clusters)
    clusters = _joined_to_open(lexicon, text, flow, segment, clusters)
    flow.clusters += clusters
    _remember_open(text, flow, segment, clusters)


def _take_orphan(text: str, flow: _Flow, segment: Segment, doses: Sequence[TimeMention]) -> None:
    """Give minutes that stand alone ("Time: 15 min") to the service of the sentence before."""
    if not flow.clusters or len(doses) != 1 or segment.end - segment.start > 60:
        return
    last = flow.clusters[-1]
    near = segment.line - last.segment.line <= 2
    if near and not last.doses and last.named and segment.section == last.segment.section:
        flow.clusters[-1] = replace(last, doses=tuple(doses))


def _clusters(lexicon: Lexicon, text: str, segment: Segment, inside: Sequence[Mention]) -> list[Cluster]:
    """Group a sentence's mentions: a name opens a cluster, content joins the cluster that it is compatible with."""
    groups: list[list[Mention]] = []
    for mention in inside:
        if groups and _belongs(lexicon, text, groups[-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    groups = _led_by_group(lexicon, text, _leading_content(lexicon, groups))
    return [Cluster(_concept(g), tuple(g), segment, named=any(m.kind == "name" for m in g)) for g in groups]


def _led_by_group(lexicon: Lexicon, text: str, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Let group work take what was done in it: "pool group … water exercise" is one service."""
    span = text[groups[0][0].span.start : groups[-1][-1].span.end + 25]
    if len(groups) < 2 or _concept(groups[0]) != "group_therapy" or len(_A_TIME.findall(span)) > 1:
        return groups
    kept = [groups[0]]
    for group in groups[1:]:
        between = text[kept[-1][-1].span.end : group[0].span.start]
        fits = _concept(group) in lexicon.compatible.get("group_therapy", ())
        if fits and len(kept) == 1 and not _INDIVIDUAL.search(between):
            kept[0] = [*kept[0], *group]
        else:
            kept.append(group)
    return kept


def _belongs(lexicon: Lexicon, text: str, group: Sequence[Mention], mention: Mention) -> bool:
    concept = _concept(group)
    if mention.concept == concept:
        return True
    named = any(m.kind == "name" for m in group)
    compatible = mention.concept in lexicon.compatible.get(concept, ())
    if mention.kind == "content":
        if not named:
            return compatible or concept in lexicon.compatible.get(mention.concept, ())
        return compatible
    between = text[group[0].span.end : mention.span.start]
    return named and compatible and re.match(r"^\s*(?:[(:–-]|(?:x\s*)?\d+\s*(?:min\w*|')?\s*[:(])", between) is not None and "," not in between


def _leading_content(lexicon: Lexicon, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join content that stands before its own name: "ecc wrist ext, grip 12 min TE"."""
    joined: list[list[Mention]] = []
    for group in groups:
        last = joined[-1] if joined else None
        if last and all(m.kind == "content" for m in last) and group[0].kind == "name":
            same = all(m.concept == group[0].concept or m.concept in lexicon.compatible.get(group[0].concept, ()) for m in last)
            if same and len(joined) == 1 and len(groups) == 2:
                joined[-1] = [*last, *group]
                continue
        joined.append(group)
    return joined


def _concept(group: Sequence[Mention]) -> str:
    named = next((m.concept for m in group if m.kind == "name"), None)
    if named:
        return named
    counts: dict[str, int] = {}
    for mention in group:
        counts[mention.concept] = counts.get(mention.concept, 0) + 1
    return max(counts, key=lambda c: (counts[c], -[m.concept for m in group].index(c)))


# --- minutes ---------------------------------------------------------------------------------------


def _assign(text: str, segment: Segment, clusters: list[Cluster], doses: Sequence[TimeMention]) -> list[Cluster]:
    """Give each statement of minutes to the service that it stands beside."""
    given: dict[int, list[TimeMention]] = {}
    time_first = bool(doses) and doses[0].end <= clusters[0].mentions[0].span.start
    for dose in doses:
        index = _owner(text, segment, clusters, dose, given, time_first=time_first)
        given.setdefault(index, []).append(dose)
    placed = [replace(c, doses=tuple(given.get(i, ()))) for i, c in enumerate(clusters)]
    return _mark_shared(text, placed)


def _owner(
    text: str,
    segment: Segment,
    clusters: Sequence[Cluster],
    dose: TimeMention,
    given: dict[int, list[TimeMention]],
    *,
    time_first: bool,
) -> int:
    before = [i for i, c in enumerate(clusters) if c.mentions[0].span.start < dose.start]
    after = [i for i, c in enumerate(clusters) if c.mentions[0].span.start >= dose.end]
    if not after:
        return before[-1]
    if not before:
        return after[0]
    gap_after = text[dose.end : clusters[after[0]].mentions[0].span.start]
    gap_before = text[clusters[before[-1]].mentions[-1].span.end : dose.start]
    inside = clusters[before[-1]].mentions[-1].span.end > dose.start
    if inside:
        return before[-1]
    if re.match(r"^\s*(?:minutes?\s+|mins?\s+)?(?:of|spent on|on|doing|worth of)\b", fold(gap_after)) and _OF.match(fold(gap_after)):
        return after[0]
    if before[-1] in given and not dose.is_range and not given[before[-1]][-1].is_range and _OF.match(fold(gap_after)):
        return after[0]
    if time_first and _OF.match(fold(gap_after)) and re.search(r"[,;.&+/]|\band\b|\bthen\b", fold(gap_before)):
        return after[0]
    starts_clause = re.search(r"(?:^|[,;.]|\band\b|\bthen\b|\bfinished with\b|\bdid\b|\bplus\b|\bperformed\b)\s*(?:about|approximately|another|an additional)?\s*$", fold(gap_before))
    if starts_clause and _OF.match(fold(gap_after)) and before[-1] in given:
        return after[0]
    return before[-1]


def _mark_shared(text: str, clusters: list[Cluster]) -> list[Cluster]:
    """Mark names that share one statement of minutes ("TE and MT 30 min"): each one's own part is unknown."""
    marked = list(clusters)
    for i in range(len(marked) - 1, 0, -1):
        first, second = marked[i - 1], marked[i]
        between = text[first.mentions[-1].span.end : second.mentions[0].span.start]
        behind = second.doses and second.doses[0].start >= second.mentions[0].span.end
        if not first.doses and behind and len(first.mentions) == len(second.mentions) == 1 and _JOINER.match(between):
            marked[i - 1] = replace(first, doses=second.doses, shared=True)
            marked[i] = replace(second, shared=True)
        elif first.shared is False and second.shared and not first.doses and _JOINER.match(between):
            marked[i - 1] = replace(first, doses=second.doses, shared=True)
    return marked


# --- status ----------------------------------------------------------------------------------------


def _judged(lexicon: Lexicon, text: str, visit: Visit, cluster: Cluster) -> Cluster:
    """Settle whether a cluster was delivered today: denied by words, by its section, or for want of evidence."""
    segment, head = cluster.segment, cluster.mentions[0].span
    role = role_of(lexicon, text, segment.start, cluster.end, head.start)
    cluster = replace(cluster, role=role)
    if segment.absent:
        return replace(cluster, status="other_date")
    words = denial(lexicon, text, (segment.start, segment.end), (head.start, head.end), dosed=bool(cluster.doses))
    if words and words.reason == "not_one_on_one":
        return replace(cluster, status="not_performed", status_span=words.span)
    if words:
        return replace(cluster, status=words.reason, status_span=words.span)
    if role == "aide":
        return replace(cluster, status="other_provider")
    section = segment.section
    if section in SECTION_REASON and not _says_today(lexicon, text, cluster):
        return replace(cluster, status=SECTION_REASON[section])
    if not _evidence(lexicon, text, visit, cluster):
        return replace(cluster, status="not_described")
    return cluster


def _listed(text: str, clusters: Sequence[Cluster]) -> list[Cluster]:
    """Take content that stands in one list with named services that were delivered: "US, massage, stretching"."""
    kept = list(clusters)
    for i in range(1, len(kept)):
        between = text[kept[i - 1].end : kept[i].start]
        if kept[i].status == "not_described" and kept[i - 1].status == "performed" and _JOINER.match(between):
            kept[i] = replace(kept[i], status="performed", named=True)
    return kept


def _says_today(lexicon: Lexicon, text: str, cluster: Cluster) -> bool:
    """Minutes with "today" or a verb of delivery outweigh a plan or history section."""
    words = fold(text[cluster.segment.start : cluster.segment.end])
    return bool(cluster.doses) and re.search(r"\btoday\b|\bperformed\b|\bcompleted\b", words) is not None


def _evidence(lexicon: Lexicon, text: str, visit: Visit, cluster: Cluster) -> bool:
    """Tell whether anything says that the service was delivered in this visit."""
    segment = cluster.segment
    if segment.header_only and not cluster.doses and len(cluster.mentions) > 3:
        return False
    delivered = segment.section in lexicon.delivered_sections
    if cluster.doses:
        return True
    if visit.discipline is None and visit.author == "unknown" and visit.visit_type == "other":
        return delivered and cluster.named  # nothing says that this is a therapy visit
    if visit.visit_type == "discharge":
        return False
    words = text[segment.start : segment.end]
    verb = bool(lexicon.performed.find(text, segment.start, segment.end)) and not _AFTER_PREPOSITION.search(
        fold(text[segment.start : cluster.mentions[0].span.start])
    )
    hands_on = any(m.concept in ("manual_therapy", "spinal_manipulation", "dry_needling") for m in cluster.mentions)
    if visit.visit_type in ("evaluation", "reevaluation"):
        return (delivered or segment.section in ("unknown", "other", "objective")) and verb and cluster.named
    if segment.section == "assessment":
        return False
    if delivered:
        return True
    if segment.section == "objective" and not cluster.named:
        return bool(_SETS.search(words)) and verb or hands_on
    return cluster.named or hands_on or bool(_SETS.search(words)) or verb


# --- lists below a name ----------------------------------------------------------------------------


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
        fits = cluster.concept == owner.concept or cluster.concept in lexicon.compatible.get(owner.concept, ())
        if near and fits and not (cluster.doses and owner.doses) and cluster.status in ("performed", "not_described"):
            kept.append(replace(cluster, concept=owner.concept, status=owner.status, status_span=owner.status_span))
        else:
            kept.append(cluster)
    return kept


def _remember_open(text: str, flow: _Flow, segment: Segment, clusters: Sequence[Cluster]) -> None:
    named = [i for i, c in enumerate(flow.clusters) if c in clusters and c.named]
    if named:
        flow.open_line = named[-1]
    elif flow.open_line is not None and segment.section != flow.clusters[flow.open_line].segment.section:
        flow.open_line = None


# --- over the visit --------------------------------------------------------------------------------


def _merge(
    lexicon: Lexicon, text: str, visit: Visit, clusters: Sequence[Cluster], timed_total: int | None
) -> tuple[ServiceLine, ...]:
    """Merge clusters of one concept: delivered ones into one service, the others into one refusal each."""
    performed: dict[str, list[Cluster]] = {}
    refused: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        (performed if cluster.status == "performed" else refused).setdefault(cluster.concept, []).append(cluster)
    minutes = _chosen_minutes(performed, timed_total)
    lines = [_service(lexicon, text, concept, group, minutes[concept], visit) for concept, group in performed.items()]
    for concept, group in refused.items():
        told = [c for c in group if c.named and c.status != "not_described"]
        if concept not in performed and told:
            lines.append(_refusal(concept, text, told))
    return tuple(sorted(lines, key=lambda s: s.start))


def _chosen_minutes(performed: dict[str, list[Cluster]], total: int | None) -> dict[str, int | None]:
    """Choose, for every concept at once, whether later statements repeat, correct or add: the total decides."""
    options = {concept: _options(group) for concept, group in performed.items()}
    default = {concept: choice[0] for concept, choice in options.items()}
    if total is None or len(options) > 6:
        return default
    for combination in product(*options.values()):
        if sum(v for v in combination if v is not None) == total:
            return dict(zip(options, combination, strict=True))
    return default


def _options(group: Sequence[Cluster]) -> list[int | None]:
    """Return the readings of a concept's minutes, the likeliest first."""
    told = [c for c in group if c.minutes is not None and not c.shared]
    if not told:
        return [None]
    values = [c.minutes or 0 for c in told]
    amended = [c.minutes or 0 for c in told if c.amends]
    if amended and len(amended) < len(values):
        return [amended[-1]]
    repeated = _unique(c for c in told)
    likely = sum(repeated)
    return list(dict.fromkeys([likely, sum(values), max(values), values[-1]]))


def _unique(told: Iterable[Cluster]) -> list[int]:
    """Drop a statement of minutes that repeats an earlier one without adding what was done."""
    kept: list[Cluster] = []
    for cluster in told:
        same = next((k for k in kept if k.minutes == cluster.minutes), None)
        if same and (len(cluster.mentions) == 1 or len(same.mentions) == 1):
            continue
        kept.append(cluster)
    return [c.minutes or 0 for c in kept]


def _service(
    lexicon: Lexicon, text: str, concept: str, group: Sequence[Cluster], minutes: int | None, visit: Visit
) -> ServiceLine:
    first, last = group[0], group[-1]
    windows = [(c.start, _reach(text, c, group, lexicon)) for c in group]
    around = [(c.start, _sayings(lexicon, text, c)) for c in group]
    facts = dict(f for a, b in around for f in find_facts(lexicon, text, a, b))
    facts |= _counts(lexicon, text, concept, group, windows)
    if any(c.shared for c in group) and minutes is None:
        facts["shared"] = "yes"
    findings: dict[str, tuple[Span, ...]] = {}
    for start, end in around:
        for name, spans in find_findings(lexicon, text, start, end):
            findings.setdefault(name, spans)
    assistant = sum(c.minutes or 0 for c in group if c.role == "assistant")
    performer = visit.author if first.role is None else first.role
    if visit.author == "assistant" and not any(c.role == "therapist" for c in group):
        assistant, performer = minutes or 0, "assistant"
    mentions = tuple(m for c in group for m in c.mentions)
    return ServiceLine(
        concept=concept, status="performed", mentions=mentions, minutes=minutes,
        minute_spans=tuple(cut(text, d.start, d.end) for c in group for d in c.doses),
        assistant_minutes=min(assistant, minutes or 0), performer=performer,
        evidence=tuple(_evidence_span(text, c) for c in group if c.doses or c is first or c is last),
        contents=tuple(dict.fromkeys(m.phrase for m in mentions if m.kind == "content")),
        regions=tuple(span for a, b in windows for span, _, _ in find_regions(lexicon, text, a, b)),
        facts=tuple(sorted(facts.items())), findings=tuple(findings.items()), start=first.mentions[0].span.start,
    )  # fmt: skip


def _reach(text: str, cluster: Cluster, group: Sequence[Cluster], lexicon: Lexicon) -> int:
    """Return where the words of a service end: the sentence, or the next service's name in it."""
    if cluster.concept == "spinal_manipulation":
        line_end = text.find("\n", cluster.segment.end)
        stop = len(text) if line_end < 0 else line_end
        after = [h.start for h in lexicon.services.find(text, cluster.end, stop) if h.payload[0] != cluster.concept]
        return min([stop, text.find(". ", cluster.end) if ". " in text[cluster.end : stop] else stop, *after])
    following = [h.start for h in lexicon.services.find(text, cluster.end, cluster.segment.end) if h.payload[1] == "name" and h.payload[0] != cluster.concept]
    return min([cluster.segment.end, *following])


def _sayings(lexicon: Lexicon, text: str, cluster: Cluster) -> int:
    """Return where what is said of a service ends: the line, or the next service in it."""
    newline = text.find("\n", cluster.end)
    stop = min(len(text) if newline < 0 else newline, cluster.end + 240)
    following = [h.start for h in lexicon.services.find(text, cluster.end, stop) if h.payload[0] != cluster.concept]
    following += [h.start for h in lexicon.shorts.find(text, cluster.end, stop) if h.payload[0] != cluster.concept]
    return max(cluster.end, min([stop, *following]))


def _counts(
    lexicon: Lexicon, text: str, concept: str, group: Sequence[Cluster], windows: Sequence[tuple[int, int]]
) -> dict[str, str]:
    if concept == "dry_needling":
        return {"muscle_count": str(sum(muscles_in(lexicon, text, a, b) for a, b in windows))}
    if concept == "spinal_manipulation":
        regions = {name for a, b in windows for name, _ in spinal_regions(lexicon, text, a, b)}
        return {"spinal_regions": str(len(regions))}
    return {}


def _evidence_span(text: str, cluster: Cluster) -> Span:
    return cut(text, cluster.start, min(cluster.end, cluster.start + 240))


def _refusal(concept: str, text: str, group: Sequence[Cluster]) -> ServiceLine:
    """Return the service with the reason why it is not delivered; the most telling statement counts."""
    order = ("declined", "contraindicated", "deferred", "other_provider", "not_performed", "other_date", "home_program", "template", "planned", "history", "hypothetical")
    best = min(group, key=lambda c: order.index(c.status) if c.status in order else len(order))
    status = "not_performed" if best.status == "hypothetical" else best.status
    spans = tuple(dict.fromkeys(s for s in (_evidence_span(text, best), best.status_span) if s))
    return ServiceLine(
        concept=concept, status=status, mentions=best.mentions, minutes=best.minutes, evidence=spans,
        status_span=best.status_span, start=best.mentions[0].span.start,
    )  # fmt: skip
