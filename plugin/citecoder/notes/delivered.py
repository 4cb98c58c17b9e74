"""Was a cluster delivered at this visit? Denied by words, by its section, or for want of evidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from citecoder.model import Visit
from citecoder.notes.clusters import Cluster
from citecoder.notes.dates import find_dates
from citecoder.notes.doses import JOINER
from citecoder.notes.people import role_of
from citecoder.notes.spans import fold
from citecoder.notes.spoken import Spoken, says_it_was_given
from citecoder.notes.status import SECTION_REASON, denial
from citecoder.notes.terms import Hit, Lexicon

_SETS = re.compile(
    r"\b\d{1,2}\s{0,24}(?:x|×|sets? of)\s{0,24}\d{1,3}\b|\bx\s{0,24}\d{1,3}\s{0,24}(?:reps?)?\b|\b\d{1,3}\s{0,24}reps?\b|\b\d+\s{0,24}(?:#|lbs?\b)",
    re.IGNORECASE,
)
_TITLE = 100
_SAME_LINE = 2_000  # characters back to a box
_TRAINED = ("speech_treatment", "swallow_treatment", "cognitive_training")
_TRIALS = re.compile(r"\b\d{1,2}\s{0,24}/\s{0,24}\d{1,2}\b|\b\d{1,3}\s{0,24}%")  # "17/20 with semantic cue"
_BOX = re.compile(r"\[[ xX✓✔]?\]|\([ xX✓✔]\)|[☐☒☑]")
_MEASURES = re.compile(
    r"\bre-?test|\bre-?exam|\btested\b|\bassessed\b|\bmeasured\b|\bre-?measure", re.IGNORECASE
)
_SOME_YEAR = date(2000, 1, 1)  # only month and day are compared
_UNLIKELY, _LIKELY, _VERY_LIKELY, _ALL_BUT_SURE = 0.3, 0.6, 0.85, 0.97
_WHOLE = 0.95  # without minutes on the day of an evaluation
_AHEAD = frozenset({"plan", "goals", "template"})
_ENOUGH, _BLANK, _RECORDED = 0.3, 0.5, 0.35
_SILENT = 0.75  # clauses that tell of no service, for all that a phrase of one stands in them
_FEW = 3  # other words: the unit of time, and one or two more
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_UNFILLED = re.compile(r"_{3,}|\[ ?\]|\*{3}|☐")
_REASON = {"performed": "not_described", "finding": "not_described", "goal": "planned"}
_SEVERAL = 3  # activities in one sentence that show treatment on an evaluation day
_TECHNIQUES = ("manual_therapy", "spinal_manipulation", "dry_needling")  # a technique's words are no finding
_TEACHING = "patient_education"
_TAUGHT = re.compile(
    r"(?<!to be )(?<!be )\b(?:reviewed|updated|issued|provided|given|taught|revised|instructed|demonstrated|went over|discussed)\b",
    re.IGNORECASE,
)
_BESIDE = 20  # characters
_AFTER_PREPOSITION = re.compile(r"\b(?:before|after|during|prior to|following|with|for)\s{1,24}$")


def judge(
    lexicon: Lexicon,
    text: str,
    visit: Visit,
    cluster: Cluster,
    spoken: Sequence[Spoken],
    cues: Sequence[Hit] | None = None,
) -> Cluster:
    """Settle whether a cluster was delivered today: denied by words, by its section, or for want of evidence.

    ``cues`` are those of the cluster's sentence, for who judges many clusters of one.
    """
    segment, head = cluster.segment, cluster.mentions[0].span
    cluster = replace(cluster, role=role_of(lexicon, text, segment.start, cluster.end, head.start))
    status = _by_layout(text, visit, cluster)
    if status is not None:
        return replace(cluster, status=status)
    words = denial(
        lexicon,
        text,
        (segment.start, segment.end),
        (head.start, head.end),
        dosed=bool(cluster.doses),
        cues=cues,
    )
    if words:
        status = "not_performed" if words.reason == "not_one_on_one" else words.reason
        return replace(cluster, status=status, status_span=words.span)
    status = _by_setting(lexicon, text, visit, cluster)
    return replace(cluster, status=_weighed(lexicon, text, visit, cluster, status, spoken))


def heard_in(cluster: Cluster, spoken: Sequence[Spoken]) -> list[Spoken]:
    """Return the clauses that a cluster's phrases stand in."""
    at = (bisect_right(spoken, m.span.start, key=lambda s: s.start) - 1 for m in cluster.mentions)
    return [spoken[i] for i in dict.fromkeys(at) if i >= 0]


def told_at_all(lexicon: Lexicon, text: str, cluster: Cluster, spoken: Sequence[Spoken]) -> bool:
    """Tell whether a cluster is named, its sentence says that it was given, or any of its clauses tells of a service."""
    segment, mentions = cluster.segment, cluster.mentions
    if cluster.named or says_it_was_given(lexicon, text, segment, mentions, cluster.doses):
        return True
    return min((s.silence for s in heard_in(cluster, spoken)), default=0.0) <= _SILENT


def _stands_with_its_minutes(text: str, cluster: Cluster) -> bool:
    """Tell whether clock times are given for it, or a phrase and its minutes are hardly less than the whole sentence."""
    words = text[cluster.segment.start : cluster.segment.end]
    alone = len(_LONG_WORD.findall(words)) - sum(
        len(_LONG_WORD.findall(m.span.quote)) for m in cluster.mentions
    )
    return bool(cluster.doses) and (alone <= _FEW or any(d.is_range for d in cluster.doses))


def _weighed(
    lexicon: Lexicon, text: str, visit: Visit, cluster: Cluster, status: str, spoken: Sequence[Spoken]
) -> str:
    """Hold what rules say of a cluster against how likely its clauses are work done today."""
    heard = heard_in(cluster, spoken)
    if not heard:
        return status
    likely = sum(s.performed for s in heard) / len(heard)
    meant = [s for s in heard if s.concept == cluster.concept]
    if status == "performed":
        if cluster.named:
            words = text[cluster.segment.start : cluster.segment.end]
            blank = likely < _BLANK and not cluster.doses and _UNFILLED.search(words)
            return "template" if blank else status
        recorded = cluster.segment.section == "treatment" and any(
            m.kind == "content" for m in cluster.mentions
        )
        silent = (
            not meant
            and not recorded
            and not _stands_with_its_minutes(text, cluster)
            and not told_at_all(lexicon, text, cluster, spoken)
        )
        if _hardly_recorded(visit) or silent or (likely < _UNLIKELY and not recorded):
            return _REASON.get(heard[0].status, heard[0].status)
        return status if _shown_enough(cluster, meant) else "not_described"
    return "performed" if meant and likely > _needed(visit, cluster, status) else status


def _hardly_recorded(visit: Visit) -> bool:
    """Tell whether the note as a whole records nothing given; an evaluation's history and plan outweigh its treatment."""
    return visit.recorded < _RECORDED and visit.visit_type not in ("evaluation", "reevaluation")


def _shown_enough(cluster: Cluster, meant: Sequence[Spoken]) -> bool:
    """Tell whether words that describe a service, without its name and without minutes, are sure enough."""
    if cluster.doses or any(m.kind != "described" for m in cluster.mentions):
        return True
    return max(((1 - s.silence) * s.likelihood * s.performed for s in meant), default=0.0) >= _ENOUGH


def _needed(visit: Visit, cluster: Cluster, status: str) -> float:
    """Return how likely it must be that a service was given today, for that to outweigh why it is doubted."""
    if cluster.role == "aide" or not visit.delivered or _hardly_recorded(visit):
        return 1.0
    if visit.discipline is None and visit.author == "unknown" and visit.visit_type == "other":
        return 1.0  # nothing says that this is a therapy visit
    if not cluster.doses and status != "not_described":
        return 1.0
    if status == "not_described":
        return _LIKELY if cluster.doses else _without_minutes(visit)
    return _ALL_BUT_SURE if cluster.segment.section in _AHEAD else _VERY_LIKELY


def _without_minutes(visit: Visit) -> float:
    """Return the same for a service that no minutes stand beside: an examination, too, is full of such words."""
    if visit.visit_type == "discharge" or (visit.visit_type == "evaluation" and visit.discipline == "SLP"):
        return 1.0  # a course that is over; trials that belong to the testing
    return _WHOLE if visit.visit_type in ("evaluation", "reevaluation") else _LIKELY


def _by_layout(text: str, visit: Visit, cluster: Cluster) -> str | None:
    """Return what an empty column, an empty box or a list of measures says of a cluster."""
    segment, head = cluster.segment, cluster.mentions[0].span
    if segment.absent:
        return "other_date"
    if _unchecked(text, segment.start, head.start):
        return "template"
    dated = find_dates(text[head.end : head.end + 14], year_hint=visit.date_of_service or _SOME_YEAR)
    if (
        dated
        and not re.search(r"\w", text[head.end : head.end + dated[0].start].replace("on", ""))
        and not _same_day(visit, dated[0].value)
        and not cluster.doses
    ):
        return "other_date"
    evaluating = visit.visit_type in ("evaluation", "reevaluation")
    if not evaluating or cluster.named:
        return None
    return "not_described" if _MEASURES.search(text[segment.start : head.end]) else None


def _same_day(visit: Visit, day: date) -> bool:
    mine = visit.date_of_service
    return mine is None or (mine.month, mine.day) == (day.month, day.day)


def _by_setting(lexicon: Lexicon, text: str, visit: Visit, cluster: Cluster) -> str:
    """Return what the person, the section and the evidence say of a cluster that no words deny."""
    if cluster.role == "aide":
        return "other_provider"
    section = cluster.segment.section
    if section == "plan" and cluster.concept == _TEACHING and _was_taught(text, cluster):
        return "performed"
    if section in SECTION_REASON and not _says_today(lexicon, text, cluster):
        return SECTION_REASON[section]
    return "performed" if _evidence(lexicon, text, visit, cluster) else "not_described"


def take_listed(text: str, clusters: Sequence[Cluster]) -> list[Cluster]:
    """Take content that stands in one list with named services that were delivered: "US, massage, stretching"."""
    kept = list(clusters)
    for i in range(1, len(kept)):
        between = text[kept[i - 1].end : kept[i].start]
        if kept[i].status == "not_described" and kept[i - 1].status == "performed" and JOINER.match(between):
            kept[i] = replace(kept[i], status="performed", named=True)
    return kept


def _unchecked(text: str, start: int, head: int) -> bool:
    """Tell whether the nearest box before a service is empty: "[ ] ultrasound"."""
    line = text.rfind("\n", 0, head) + 1
    before = text[max(min(start, line), head - _SAME_LINE) : head]
    if not any(mark in before for mark in "])☐☒☑"):
        return False
    boxes = _BOX.findall(before)
    return bool(boxes) and not boxes[-1].strip("[]() ")


def _says_today(lexicon: Lexicon, text: str, cluster: Cluster) -> bool:
    """Minutes with "today" or a verb of delivery outweigh a plan or history section."""
    opens = not re.search(r"\w", text[cluster.segment.start : cluster.start])
    if cluster.doses and cluster.named and opens and cluster.segment.section in ("subjective", "diagnosis"):
        return True  # "MT x 15 min" on a line of its own is a record, whatever stands above it
    words = fold(text[cluster.segment.start : cluster.segment.end])
    return bool(cluster.doses) and re.search(r"\btoday\b|\bperformed\b|\bcompleted\b", words) is not None


def _was_taught(text: str, cluster: Cluster) -> bool:
    """Tell whether teaching is told as done, as plans often close: "HEP reviewed and understood"."""
    low, high = (
        max(cluster.segment.start, cluster.start - _BESIDE),
        min(cluster.segment.end, cluster.end + _BESIDE),
    )
    return _TAUGHT.search(text, low, high) is not None


def _evidence(lexicon: Lexicon, text: str, visit: Visit, cluster: Cluster) -> bool:
    """Tell whether anything says that the service was delivered in this visit: minutes do, else the setting."""
    if cluster.doses:
        return True
    delivered = cluster.segment.section in lexicon.delivered_sections
    if visit.discipline is None and visit.author == "unknown" and visit.visit_type == "other":
        return delivered and cluster.named  # nothing says that this is a therapy visit
    if visit.visit_type == "discharge" or cluster.segment.section == "assessment":
        return False
    verb = _verb(lexicon, text, cluster)
    if visit.visit_type in ("evaluation", "reevaluation"):
        if cluster.named and _in_title(text, visit, cluster):
            return True  # the title names what was evaluated
        open_section = cluster.segment.section in ("unknown", "other", "objective")
        return (
            (delivered or open_section)
            and (verb or _by_hand(cluster))
            and (cluster.named or len(cluster.mentions) >= _SEVERAL)
        )
    return delivered or _shown(text, cluster, verb=verb)


def _in_title(text: str, visit: Visit, cluster: Cluster) -> bool:
    """Tell whether a service stands in the line that names the kind of visit, or opens the note."""
    titles = [(0, 0), *((s.start, s.end) for s in (visit.type_span,) if s)]
    between = [text[min(a, cluster.start) : max(b, cluster.start)].strip() for a, b in titles]
    return any(len(words) < _TITLE and "\n" not in words for words in between)


def _by_hand(cluster: Cluster) -> bool:
    return any(m.concept in ("spinal_manipulation", "dry_needling") for m in cluster.mentions)


def _verb(lexicon: Lexicon, text: str, cluster: Cluster) -> bool:
    """Tell whether a word of delivery stands in the sentence, and not only "before exercise"."""
    start = cluster.segment.start
    said = lexicon.performed.find(text, start, cluster.segment.end)
    return bool(said) and not _AFTER_PREPOSITION.search(fold(text[start : cluster.mentions[0].span.start]))


def _shown(text: str, cluster: Cluster, *, verb: bool) -> bool:
    """Tell whether a sentence outside a treatment section shows the service: by name, technique, sets or verb."""
    sets = _SETS.search(text[cluster.segment.start : cluster.segment.end]) is not None
    trials = _TRIALS.search(text[cluster.segment.start : cluster.segment.end]) is not None
    hands_on = any(m.concept in _TECHNIQUES or (trials and m.concept in _TRAINED) for m in cluster.mentions)
    if cluster.segment.section == "objective" and not cluster.named:
        return (sets and verb) or hands_on
    return cluster.named or hands_on or sets or verb
