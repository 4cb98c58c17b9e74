"""What the reader made of labelled mentions and numbers, counted: see ``measure_reading.py``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from citecoder.coding.propose import visit_services
from citecoder.evals.mentions import Mention, Mentions, Number
from citecoder.model import Note, ServiceLine, Span
from citecoder.notes.times import TimeMention

UNSEEN, NO_CODE, NO_RULE = "unseen", "(no code)", "(no rule)"
"""``NO_RULE``: the label's code is an add-on or the like, which no family's rule leads to."""
GIVEN = frozenset({"performed", "caregiver_taught"})
VISITS = frozenset({"evaluation", "reevaluation"})
SAME_STATUS = {
    "caregiver_taught": {"performed"}, "goal": {"planned"}, "hypothetical": {"hypothetical", "not_performed"},
    "order_in_text": {"template"}, "screening": {UNSEEN, "not_described"}, "unclear": {UNSEEN, "not_described"},
}  # fmt: skip
"""What the reader calls a labelled status, where it calls it otherwise."""
LINKED = "linked"
"""The role of minutes that a delivered service holds; ``dose`` are those that none does."""
MINUTES = {
    "dose_minutes": {LINKED, "dose"}, "shared_minutes": {LINKED, "dose"},
    "total_timed": {"timed_total"}, "total_treatment": {"grand_total"},
}  # fmt: skip
NO_MINUTES = {UNSEEN, "clock", "test", "rest", "other", "corrected"}
OTHERS = {
    "clock": {*NO_MINUTES, LINKED}, "plan": {*NO_MINUTES, "dose"}, "goal": {*NO_MINUTES, "dose"},
    "order_in_text": {*NO_MINUTES, "dose"},
}  # fmt: skip
"""Roles that a labelled number may have, where it is none of ``MINUTES``: minutes of a plan are a dose that no one got."""
JUDGED = ("therapist", "assistant", "student", "aide", "other")
"""Who can be told of by a line. A patient's own doing is marked in the layer, and is no one's service in the reader."""

Confusion = Counter[tuple[str, str]]
"""(what is labelled, what the reader made of it) → how often."""


def shared(start: int, end: int, spans: Iterable[Span | TimeMention]) -> int:
    """Return how many characters a stretch shares with others."""
    return sum(max(0, min(end, span.end) - max(start, span.start)) for span in spans)


def line_of(note: Note, start: int, end: int) -> ServiceLine | None:
    """Return the service line that the reader made of a stretch: by its own words, else by its evidence."""
    looks: tuple[Callable[[ServiceLine], list[Span]], ...] = (
        lambda line: [mention.span for mention in line.mentions],
        lambda line: [span for span in line.evidence if span != line.status_span],
    )
    for spans_of in looks:
        best = max(note.services, key=lambda line: shared(start, end, spans_of(line)), default=None)
        if best is not None and shared(start, end, spans_of(best)):
            return best
    return None


def holders(note: Note, start: int, end: int) -> list[ServiceLine]:
    """Return the delivered services that hold the minutes at a place."""
    return [s for s in note.services if s.status == "performed" and shared(start, end, s.minute_spans)]


def role_of(number: Number, numbers: Sequence[Number], note: Note, times: Sequence[TimeMention]) -> str:
    """Return the role that the reader gave a number."""
    told = max(times, key=lambda time: shared(number.start, number.end, [time]), default=None)
    if told is None or not shared(number.start, number.end, [told]):
        return LINKED if holders(note, number.start, number.end) else UNSEEN
    meant = [n for n in numbers if n.role in MINUTES and shared(n.start, n.end, [told])]
    if number.role == "corrected" and meant:
        return "corrected"
    if holders(note, number.start, number.end):
        return LINKED
    return "clock" if told.role == "dose" and told.is_range else told.role


@dataclass
class Counts:
    """What was counted over notes.

    Attributes:
        concept: of every labelled mention; ``given`` of those that were given.
        service: of every labelled service that was given, all its mentions together: is there a line of it at all?
        status: of the mentions with a code.
        role: of every labelled number.
        linked: of labelled doses: whether their service was given, against whose minutes they became.
        performer: of the mentions with a code that were given.
        figures: case-level figures of suite ``coding``.
    """

    concept: Confusion = field(default_factory=Counter)
    given: Confusion = field(default_factory=Counter)
    service: Confusion = field(default_factory=Counter)
    status: Confusion = field(default_factory=Counter)
    role: Confusion = field(default_factory=Counter)
    linked: Confusion = field(default_factory=Counter)
    performer: Confusion = field(default_factory=Counter)
    figures: Mapping[str, float | None] = field(default_factory=dict)

    def add(
        self,
        layer: Mentions,
        note: Note,
        times: Sequence[TimeMention],
        concepts: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Count one note."""
        for mention in layer.mentions:
            self._mention(mention, note, concepts)
        self._services(layer, note, concepts)
        for number in layer.numbers:
            self.role[number.role, role_of(number, layer.numbers, note, times)] += 1
        for number in layer.numbers:
            if number.role == "dose_minutes" and number.of is not None:
                told = [m for m in layer.mentions if m.service == number.of]
                self.linked[_linked(number, told, note, concepts)] += 1

    def _services(self, layer: Mentions, note: Note, concepts: Mapping[str, tuple[str, ...]]) -> None:
        told = {m.service: concepts.get(m.code or "", ()) for m in layer.mentions if m.status in GIVEN}
        held = {s.concept for s in (*visit_services(note), *note.services) if s.status == "performed"}
        for wanted in filter(None, told.values()):
            self.service[wanted[0], wanted[0] if held & set(wanted) else UNSEEN] += 1

    def _mention(self, mention: Mention, note: Note, concepts: Mapping[str, tuple[str, ...]]) -> None:
        wanted = concepts.get(mention.code or "", ())
        line = line_of(note, mention.start, mention.end)
        if VISITS & set(wanted):
            line = next((v for v in visit_services(note) if v.concept in wanted), line)
        name = wanted[0] if wanted else NO_RULE if mention.code else NO_CODE
        made = UNSEEN if line is None else name if line.concept in wanted else line.concept
        self.concept[name, made] += 1
        if mention.status in GIVEN:
            self.given[name, made] += 1
        if mention.code is None:
            return
        self.status[mention.status, UNSEEN if line is None else line.status] += 1
        if mention.status in GIVEN:
            self.performer[mention.by, _performer(line)] += 1


def _performer(line: ServiceLine | None) -> str:
    """Return who gave a service by the reader; a refusal holds no more than that it was someone else."""
    if line is None:
        return UNSEEN
    if line.status == "performed":
        return line.performer
    return "other_provider" if line.status == "other_provider" else "refused"


def _linked(
    number: Number, told: Sequence[Mention], note: Note, concepts: Mapping[str, tuple[str, ...]]
) -> tuple[str, str]:
    """Return what is labelled of a dose's service, and whose minutes the dose became."""
    wanted = {concept for m in told for concept in concepts.get(m.code or "", ())}
    given = any(m.status in GIVEN for m in told)
    kind = NO_CODE if not wanted else "given" if given else "not given"
    owners = {line.concept for line in holders(note, number.start, number.end)}
    if VISITS & wanted and given:
        kind, owners = "an evaluation", owners - wanted
    return kind, "no one's" if not owners else "its service's" if owners & wanted else "another's"
