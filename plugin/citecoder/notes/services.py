"""Clusters over the whole visit → service lines. Where it is open whether a statement repeats or adds, the total chooses."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import product

from citecoder.model import ServiceLine, Span, Visit
from citecoder.notes.clusters import Cluster
from citecoder.notes.company import find_company
from citecoder.notes.findings import (
    find_facts,
    find_findings,
    find_numbers,
    find_regions,
    muscles_in,
    spinal_regions,
)
from citecoder.notes.spans import cut
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import NUMBER_WORD, number

_AREA = re.compile(
    rf"(\d+(?:\.\d+)?|\b{NUMBER_WORD})\s{{0,24}}(?:sq\.?\s{{0,24}}cm|cm2|cm²|square c(?:ent|m))",
    re.IGNORECASE,
)
_LENGTH_WIDTH = re.compile(
    r"(\d+(?:\.\d+)?)\s{0,6}(?:cm)?\s{0,6}[x×]\s{0,6}(\d+(?:\.\d+)?)\s{0,6}"
    r"(?:(?:cm)?\s{0,6}[x×]\s{0,6}\d+(?:\.\d+)?\s{0,6})?cm\b",
    re.IGNORECASE,
)
_NOTE_FACTS = frozenset(
    {"patient_absent", "followup", "disposable_device", "durable_pump"}
)  # said once, anywhere in the note
_LOOKED_AT = 60  # places where one service is told of, in which facts and findings about it are looked for
_BEFORE = 120  # characters around a sentence in which it may stand who was there
_WITH_COMPANY = frozenset({
    "caregiver_training", "group_caregiver_training", "self_management_curriculum",
    "group_self_management_curriculum", "group_therapy",
})  # fmt: skip
_PROGRAMS = (
    "work_hardening", "caregiver_training", "group_caregiver_training", "performance_test", "php_ot",
)  # fmt: skip


def merge(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    clusters: Sequence[Cluster],
    timed_total: int | None,
    blocks: int = 0,
) -> tuple[ServiceLine, ...]:
    """Merge clusters of one concept: delivered ones into one service, the others into one refusal each."""
    performed: dict[str, list[Cluster]] = {}
    refused: dict[str, list[Cluster]] = {}
    for cluster in clusters:
        (performed if cluster.status == "performed" else refused).setdefault(cluster.concept, []).append(
            cluster
        )
    _taken_in(lexicon, performed)
    minutes = _chosen_minutes(performed, timed_total)
    for program in [p for p in _PROGRAMS if p in performed]:
        minutes[program] = minutes[program] or blocks or None
    lines = [
        _service(lexicon, text, concept, group, minutes[concept], visit)
        for concept, group in performed.items()
    ]
    for concept, group in refused.items():
        told = [c for c in group if c.named and c.status != "not_described"]
        if concept not in performed and told:
            lines.append(_refusal(concept, text, told))
    return tuple(sorted(lines, key=lambda s: s.start))


def _taken_in(lexicon: Lexicon, performed: dict[str, list[Cluster]]) -> None:
    """Let a programme of hours take in the activities that it is made of: they are no services beside it."""
    for program in [p for p in _PROGRAMS if p in performed]:
        if not any(c.named or c.concept == "work_hardening" for c in performed.get(program, ())):
            continue
        for concept in lexicon.compatible.get(program, frozenset()) & performed.keys():
            kept = [c for c in performed[concept] if c.named and c.doses]
            performed[concept] = kept
            if not kept:
                del performed[concept]


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
    heard = group[:_LOOKED_AT]
    windows = [(c.start, _reach(text, c, group, lexicon)) for c in heard]
    around = [(c.start, _sayings(lexicon, text, c)) for c in heard]
    facts = dict(f for a, b in around for f in find_facts(lexicon, text, a, b))
    facts |= {name: value for name, value in find_facts(lexicon, text, 0, len(text)) if name in _NOTE_FACTS}
    facts |= _counts(lexicon, text, concept, group, windows)
    facts |= {name: value for c in group for m in c.mentions for name, value in m.facts if name not in facts}
    facts |= _company(text, concept, group)
    facts |= find_numbers(lexicon, text, concept, around)
    regions = [r for a, b in windows for r in find_regions(lexicon, text, a, b)]
    if regions:
        facts["region_names"] = ",".join(sorted({name for _, _, name in regions}))
    if any(c.shared for c in group) and minutes is None:
        facts["shared"] = "yes"
    findings: dict[str, tuple[Span, ...]] = {}
    for start, end in around:
        for name, spans in find_findings(lexicon, text, start, end):
            findings.setdefault(name, spans)
    assistant = sum(c.assistant or (c.minutes or 0) * (c.role == "assistant") for c in group)
    performer = visit.author if first.role is None else first.role
    told = any(c.role == "therapist" or c.split or c.assistant for c in group)
    if visit.author == "assistant" and not told:
        assistant, performer = minutes or 0, "assistant"
    mentions = tuple(m for c in group for m in c.mentions)
    return ServiceLine(
        concept=concept, status="performed", mentions=mentions, minutes=minutes,
        minute_spans=tuple(cut(text, d.start, d.end) for c in group for d in c.doses),
        assistant_minutes=min(assistant, minutes or 0), performer=performer,
        assistant_spans=tuple(s for c in group for s in c.assistant_spans),
        evidence=tuple(_evidence_span(text, c) for c in group if c.doses or c is first or c is last),
        contents=tuple(dict.fromkeys(m.phrase for m in mentions if m.kind != "name")),
        regions=tuple(span for span, _, _ in regions),
        facts=tuple(sorted(facts.items())), findings=tuple(findings.items()), start=first.mentions[0].span.start,
    )  # fmt: skip


def _company(text: str, concept: str, group: Sequence[Cluster]) -> dict[str, str]:
    """Return who was there, for services that are known by it: was the patient absent, how many learned together."""
    if concept not in _WITH_COMPANY:
        return {}
    windows = [(max(0, c.segment.start - _BEFORE), c.segment.end + _BEFORE) for c in group]
    told = [c for c in find_company(text) if any(a <= c.start < b for a, b in windows)]
    facts = {"patient_absent": "yes"} if any(c.kind in ("absent", "families") for c in told) else {}
    kind = "families" if "caregiver" in concept else "patients"
    count = next((c.heads for c in told if c.kind == kind and c.heads), None)
    return facts | ({"patients": str(count)} if count else {})


def _reach(text: str, cluster: Cluster, group: Sequence[Cluster], lexicon: Lexicon) -> int:
    """Return where the words of a service end: the sentence, or the next service's name in it."""
    if cluster.concept == "spinal_manipulation":
        line_end = text.find("\n", cluster.segment.end)
        stop = len(text) if line_end < 0 else line_end
        after = [
            h.start for h in lexicon.services.find(text, cluster.end, stop) if h.payload[0] != cluster.concept
        ]
        return min([stop, text.find(". ", cluster.end) if ". " in text[cluster.end : stop] else stop, *after])
    following = [
        h.start
        for h in lexicon.services.find(text, cluster.end, cluster.segment.end)
        if h.payload[1] == "name" and h.payload[0] != cluster.concept
    ]
    return min([cluster.segment.end, *following])


def _sayings(lexicon: Lexicon, text: str, cluster: Cluster) -> int:
    """Return where what is said of a service ends: the line, or the next service in it."""
    newline = text.find("\n", cluster.end)
    stop = min(len(text) if newline < 0 else newline, cluster.end + 240)
    following = [
        h.start for h in lexicon.services.find(text, cluster.end, stop) if h.payload[0] != cluster.concept
    ]
    following += [
        h.start for h in lexicon.shorts.find(text, cluster.end, stop) if h.payload[0] != cluster.concept
    ]
    return max(cluster.end, min([stop, *following]))


def _counts(
    lexicon: Lexicon, text: str, concept: str, group: Sequence[Cluster], windows: Sequence[tuple[int, int]]
) -> dict[str, str]:
    if concept == "dry_needling":
        return {"muscle_count": str(sum(muscles_in(lexicon, text, a, b) for a, b in windows))}
    if concept == "spinal_manipulation":
        regions = {name for a, b in windows for name, _ in spinal_regions(lexicon, text, a, b)}
        if not regions:  # "C1 C6 / T3 / L2 - all adjusted"
            regions = {
                name for c in group for name, _ in spinal_regions(lexicon, text, c.segment.start, c.end)
            }
        return {"spinal_regions": str(len(regions))}
    if concept == "selective_debridement":
        areas = [_square_cm(m) for a, b in windows for m in _AREA.finditer(text, a, b)]
        return {"area_sqcm": str(max(areas))} if areas else {}
    if concept == "npwt":
        whole = [_wound_area(text, a, b) for a, b in windows] + [_wound_area(text, 0, len(text))]
        area = next((x for x in whole if x), None)
        return {"wound_area": str(math.ceil(area))} if area else {}
    return {}


def _square_cm(found: re.Match[str]) -> float:
    digits = found[1].replace(".", "").isdigit()
    return float(found[1]) if digits else float(number(found[1]) or 0)


def _wound_area(text: str, start: int, end: int) -> float | None:
    """Return the one wound area that a stretch states, in sq cm or as length by width; None where it is open."""
    stated = {_square_cm(m) for m in _AREA.finditer(text, start, end)}
    sized = {float(m[1]) * float(m[2]) for m in _LENGTH_WIDTH.finditer(text, start, end)}
    told = stated or sized
    return told.pop() if len(told) == 1 else None


def _evidence_span(text: str, cluster: Cluster) -> Span:
    return cut(text, cluster.start, min(cluster.end, cluster.start + 240))


def _refusal(concept: str, text: str, group: Sequence[Cluster]) -> ServiceLine:
    """Return the service with the reason why it is not delivered; the most telling statement counts."""
    order = (
        "declined",
        "contraindicated",
        "deferred",
        "other_provider",
        "not_performed",
        "other_date",
        "home_program",
        "template",
        "planned",
        "history",
        "hypothetical",
    )
    best = min(group, key=lambda c: order.index(c.status) if c.status in order else len(order))
    status = "not_performed" if best.status == "hypothetical" else best.status
    spans = tuple(dict.fromkeys(s for s in (_evidence_span(text, best), best.status_span) if s))
    return ServiceLine(
        concept=concept, status=status, mentions=best.mentions, minutes=best.minutes, evidence=spans,
        status_span=best.status_span, start=best.mentions[0].span.start,
    )  # fmt: skip
