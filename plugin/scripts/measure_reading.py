"""Measure the reading layer on the mention layer of the labelled set: concepts, status, minutes and who gave it.

    python plugin/scripts/measure_reading.py --split dev
    python plugin/scripts/measure_reading.py --split dev --without learned,path --json
    python plugin/scripts/measure_reading.py --split dev --ablate       # the whole, then without each part
    python plugin/scripts/measure_reading.py --split dev --limit 10     # a quick look

Train and dev parts only. A labelled mention is *seen* where words of a service line of the reader overlap it: the line
whose own words share most with it, else the line whose evidence does; an evaluation is seen where the visit is one. A
refusal keeps only its most telling place, and a service that was also given keeps none, so that many mentions of what was
not given are *unseen*, which is no harm. Case-level figures are those of suite ``coding`` on the same notes.

Shares: *concept right* of mentions whose code has a concept, unseen ones with them; *services found* of the services that
were given, each once a note, with a line of their concept anywhere; *status right* of mentions with a code, where the line
has the labelled status; *given or not* of the same, where only what was given stands in a line of what was given; *roles
right* of numbers that the labels or the reader take for minutes; *doses linked* of labelled doses of a known service;
*performer right* of given mentions that are seen, by the ``by`` of the layer (the labels of cases tell no performer).

The weights that ship were learned from fragments and from both parts, so that all that rests on them looks better here
than it is. To measure dev with weights that never saw it, lay others over them from a site:

    mkdir -p SITE/knowledge/model
    python plugin/scripts/train_reader.py --split train --out SITE/knowledge/model/reading.json
    CITECODER_SITE=SITE python plugin/scripts/measure_reading.py --split dev
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

from rich.console import Console
from rich.progress import track
from rich.table import Table

from citecoder import wire
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.codes import CodeSet
from citecoder.coding.engine import STEPS, Engine, State, read_note
from citecoder.coding.propose import visit_services
from citecoder.errors import InputError
from citecoder.evals.evaluate import open_set, yardstick
from citecoder.evals.mentions import Mention, Mentions, Number
from citecoder.evals.outcomes import Answer, Task
from citecoder.evals.results import score
from citecoder.evals.runs import Manifest
from citecoder.evals.suites import coding, mentions
from citecoder.evals.suites.notes import task_of
from citecoder.evals.suites.suite import Selection, check_splits
from citecoder.model import Note, Request, Review, ServiceLine, Span
from citecoder.notes import delivered, features, reader, services, spoken
from citecoder.notes.learned import UNTRAINED, ReadingModel
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

UNSEEN, NO_CODE, NO_RULE = "unseen", "(no code)", "(no rule)"
"""``NO_RULE``: the label's code is an add-on or the like, which no family's rule leads to."""
COMMONEST = 10
WIDE = 170  # characters of a line in a file
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
MANIFEST = Manifest("-", "coding", "the reader in this process", None, "-", "-", 0, 1, "-", "-", {}, finished=True)  # fmt: skip
CASE_LEVEL = {"f1": "F1", "units_right": "units right", "no_code_specificity": "no-code specificity"}


# --- parts that can be left out ------------------------------------------------------------------


class Part(NamedTuple):
    """A part of the reader: how to do without its weights, and functions that let things pass as they are."""

    about: str
    model: Callable[[ReadingModel], ReadingModel] = lambda model: model
    patches: tuple[tuple[ModuleType, str, Callable[..., Any]], ...] = ()


PARTS = {
    "learned": Part("all learned weights: what the lexicon alone gives", lambda _: UNTRAINED),
    "status": Part(
        "rules on status held against the learned status",
        patches=((delivered, "_weighed", lambda *given: given[4]),),  # the status as the rules have it
    ),
    "path": Part(
        "clauses read together: each by itself",
        patches=((spoken, "_path", lambda scores, _: scores.argmax(axis=1).tolist()),),
    ),
    "visit": Part("the learned kind of visit", lambda model: replace(model, visit=UNTRAINED.visit)),
    "given": Part(
        "whether the note as a whole records anything given",
        lambda model: replace(model, given=UNTRAINED.given),
    ),
    "components": Part(
        "the components of evaluations", patches=((reader, "find_components", lambda *_: ()),)
    ),
    "company": Part(
        "who was in the room",
        patches=tuple((module, "find_company", lambda _: []) for module in (features, services)),
    ),
    "sections": Part(
        "where what is told ends and the work begins",
        patches=((reader, "until_the_work", lambda *given: list(given[2])),),  # the segments as they are
    ),
    "totals": Part(
        "totals of one line alone", patches=((reader, "with_local_totals", lambda _, times: times),)
    ),
    "scans": Part("mending of scanned text", patches=((reader, "mend", lambda text, _: text),)),
}


@contextmanager
def left_out(names: Iterable[str], lexicon: Lexicon) -> Iterator[Lexicon]:
    """Leave parts out of the reader while this lasts, and give the lexicon to read with."""
    with ExitStack() as stack:
        for name in names:
            for module, attribute, instead in PARTS[name].patches:
                stack.enter_context(patch.object(module, attribute, instead))
            lexicon = replace(lexicon, reading=PARTS[name].model(lexicon.reading))
        yield lexicon


def check_parts(text: str) -> tuple[str, ...]:
    """Read ``--without``.

    Raises:
        InputError: no such part.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if wrong := [name for name in names if name not in PARTS]:
        raise InputError(
            f"--without {wrong[0][:20]!r} is not known; choose of {', '.join(PARTS)}", "--without"
        )
    return names


# --- what is asked -------------------------------------------------------------------------------


def tasks_of(splits: Sequence[str], limit: int | None = None) -> list[Task]:
    """Return the notes of some parts that have a layer.

    Raises:
        InputError: the test part is among them.
    """
    if "test" in splits:
        raise InputError("the test part is never looked into; choose of train, dev", "--split")
    return mentions.tasks(open_set(), Selection(tuple(splits)))[:limit]


def concepts_of(codes: CodeSet) -> dict[str, tuple[str, ...]]:
    """Return, by code, the concepts whose rules lead to it, the first of them its name in tables.

    A payer's own code for a service (G0283) has the concepts of the code that it stands for.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for family in codes.families:
        for rule in family.rules:
            found[rule.code].append(rule.concept)
    for code in codes.codes.values():
        if (other := code.medicare.get("substitute")) and other not in found:
            found[other] = found[code.code]
    return {code: tuple(dict.fromkeys(concepts)) for code, concepts in found.items()}


# --- what the reader made of it ------------------------------------------------------------------


def read_with_times(request: Request, lexicon: Lexicon) -> tuple[Note, tuple[TimeMention, ...]]:
    """Read a note, and return with it every statement of minutes with the role that the reader gave it."""
    heard: list[TimeMention] = []
    settled = vars(reader)["with_local_totals"]  # or what stands there instead of it

    def overheard(text: str, times: tuple[TimeMention, ...]) -> tuple[TimeMention, ...]:
        told: tuple[TimeMention, ...] = settled(text, times)
        heard.extend(told)
        return told

    with patch.object(reader, "with_local_totals", overheard):
        note = reader.read(request, lexicon)
    return note, tuple(heard)


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


# --- counting ------------------------------------------------------------------------------------

Confusion = Counter[tuple[str, str]]
"""(what is labelled, what the reader made of it) → how often."""


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


def measure(
    tasks: Sequence[Task], engine: Engine, without: Sequence[str] = (), console: Console | None = None
) -> Counts:
    """Read and review every note without some parts of the reader, and count."""
    counts, answers, concepts = Counts(), [], concepts_of(engine.codes)
    doing = f"without {', '.join(without)}" if without else "reading"
    with left_out(without, engine.lexicon) as lexicon:
        for task in track(tasks, doing, console=console or Console(stderr=True), transient=True):
            request = wire.read_request(task.request)
            note, times = read_with_times(request, lexicon)
            counts.add(task.gold.layer, note, times, concepts)
            told = wire.review_to_wire(review_of(request, note, engine), task.id)
            answers.append(Answer(task.id, "answered", told.model_dump(mode="json", by_alias=True)))
    asked = [task_of(task.gold.case) for task in tasks]
    counts.figures = score(MANIFEST, coding.SUITE, asked, answers, yardstick(open_set())).figures
    return counts


def review_of(request: Request, note: Note, engine: Engine) -> Review:
    """Take a note that has been read through the other steps."""
    state = State(request, engine, note=note, trail=("read",))
    for step in STEPS[STEPS.index(read_note) + 1 :]:
        state = step(state)
    if state.review is None:
        raise RuntimeError("the steps ended without a review")
    return state.review


# --- figures -------------------------------------------------------------------------------------


def headline(counts: Counts) -> dict[str, float | None]:
    """Return the figures of the table of parts."""
    kept = Counter(
        {(one, other): n for (one, other), n in counts.role.items() if one in MINUTES or other != UNSEEN}
    )
    performer = Counter({k: n for k, n in counts.performer.items() if k[0] in JUDGED and k[1] not in (UNSEEN, "refused")})  # fmt: skip
    return {
        "concept right": share(_coded(counts.concept), same),
        "… of the given": share(_coded(counts.given), same),
        "services found": share(counts.service, same),
        "status right": share(counts.status, status_right),
        "given or not": share(counts.status, given_right),
        "roles right": share(kept, role_right),
        "doses linked": share(counts.linked, linked_right),
        "performer right": share(performer, performer_right),
        **{label: counts.figures.get(name) for name, label in CASE_LEVEL.items()},
    }


def _coded(confusion: Confusion) -> Confusion:
    return Counter({key: n for key, n in confusion.items() if key[0] not in (NO_CODE, NO_RULE)})


def share(confusion: Confusion, right: Callable[[str, str], bool]) -> float | None:
    """Return the share that is right; None of nothing."""
    told = sum(n for (one, other), n in confusion.items() if right(one, other))
    return round(told / confusion.total(), 4) if confusion else None


def same(labelled: str, made: str) -> bool:
    """Tell whether the reader made of it what is labelled."""
    return labelled == made


def status_right(labelled: str, made: str) -> bool:
    """Tell whether the reader's line has the labelled status, in its own name for it."""
    return made in SAME_STATUS.get(labelled, {labelled})


def given_right(labelled: str, made: str) -> bool:
    """Tell whether what was given stands in a line of what was given, and nothing else does."""
    return (labelled in GIVEN) == (made == "performed")


def role_right(labelled: str, made: str) -> bool:
    """Tell whether a number's role is the labelled one, or at least no minutes where it is labelled none."""
    return made in (MINUTES.get(labelled) or OTHERS.get(labelled, NO_MINUTES))


def linked_right(labelled: str, made: str) -> bool:
    """Tell whether a dose became its own service's minutes, or no one's where that was not given or is the visit's."""
    return made == ("its service's" if labelled == "given" else "no one's")


def performer_right(labelled: str, made: str) -> bool:
    """Tell whether the line is by whom the label says; by someone else, for an aide and for others."""
    return labelled == made or (labelled in ("aide", "other") and made == "other_provider")


# --- reporting -----------------------------------------------------------------------------------


def main() -> None:
    """Measure and print, as tables or as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="parts:\n" + "\n".join(f"  {name:11} {part.about}" for name, part in PARTS.items()),
    )
    parser.add_argument("--split", default="dev", help="train, dev or train,dev (dev)")
    parser.add_argument("--without", default="", metavar="PART[,PART]", help="parts to leave out")
    parser.add_argument("--ablate", action="store_true", help="the whole, then without each part in turn")
    parser.add_argument("--limit", type=int, help="at most so many notes")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    given = parser.parse_args()
    if given.ablate and given.without:
        parser.error("--ablate leaves out each part by itself; give it or --without")
    try:
        tasks, without = tasks_of(check_splits(given.split), given.limit), check_parts(given.without)
    except InputError as problem:
        parser.error(str(problem))
    quiet, engine = Console(stderr=True), Parts(load_settings()).engine
    asked: list[tuple[str, ...]] = [(), *((name,) for name in PARTS)] if given.ablate else [without]
    measured = {", ".join(names) or "nothing": measure(tasks, engine, names, quiet) for names in asked}
    facts = {
        "split": given.split,
        "notes": len(tasks),
        "mentions": sum(len(task.gold.layer.mentions) for task in tasks),
        "numbers": sum(len(task.gold.layer.numbers) for task in tasks),
        "nothing_to_code": sum(task.gold.case.nothing_to_code for task in tasks),
    }
    if given.json:
        told = {name: report_of(counts, whole=not given.ablate) for name, counts in measured.items()}
        print(json.dumps({**facts, "without": told}, indent=1))
        return
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    console.print(
        f"{given.split}: {facts['notes']} notes ({facts['nothing_to_code']} with nothing to code), "
        f"{facts['mentions']} mentions, {facts['numbers']} numbers"
    )
    console.print(table_of_parts(measured))
    if not given.ablate:
        show(next(iter(measured.values())), console)


def report_of(counts: Counts, *, whole: bool = True) -> dict[str, Any]:
    """Return the figures as plain data; the whole with every confusion: label → made of it → count."""
    confusions = ("concept", "given", "service", "status", "role", "linked", "performer") if whole else ()
    return {"figures": headline(counts), **{name: _nested(getattr(counts, name)) for name in confusions}}


def _nested(confusion: Confusion) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = defaultdict(dict)
    for (one, other), n in sorted(confusion.items()):
        rows[one][other] = n
    return dict(rows)


def table_of_parts(measured: Mapping[str, Counts]) -> Table:
    """Return one row for each reader; all but the first with their difference from it."""
    figures = [headline(counts) for counts in measured.values()]
    table = Table("without", *figures[0], title="the reader, and claims made from what it read")
    for name, told in zip(measured, figures, strict=True):
        table.add_row(
            name, *(_beside(told[key], None if told is figures[0] else figures[0][key]) for key in told)
        )
    return table


def _beside(value: float | None, whole: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if whole is None else f"{value:.3f} {value - whole:+.3f}"


def show(counts: Counts, console: Console) -> None:
    """Print the confusions of one reader."""
    _show_concepts(counts, console)
    for confusion, title, right in (
        (counts.status, "status, of mentions with a code", status_right),
        (counts.role, f"numbers by role ({LINKED}: a delivered service's minutes)", role_right),
        (counts.linked, "labelled doses, by what became of their service: whose minutes", linked_right),
        (counts.performer, "performer as the layer has it, of what was given", performer_right),
    ):
        console.print(table_of(confusion, title, right))


def _show_concepts(counts: Counts, console: Console) -> None:
    rows = _nested(counts.concept)
    table = Table("concept of", "mentions", "right", "other concept", UNSEEN, title="concepts")
    groups = {
        "codes": _coded(counts.concept),
        "… given": _coded(counts.given),
        "… not given": _coded(counts.concept) - _coded(counts.given),
        NO_RULE: Counter({k: n for k, n in counts.concept.items() if k[0] == NO_RULE}),
        NO_CODE: Counter({k: n for k, n in counts.concept.items() if k[0] == NO_CODE}),
    }
    for name, told in groups.items():
        right = sum(n for key, n in told.items() if same(*key))
        unseen = sum(n for (_, made), n in told.items() if made == UNSEEN)
        table.add_row(name, *map(str, (told.total(), right, told.total() - right - unseen, unseen)))
    console.print(table)
    table = Table("labelled", "read as", "mentions", title=f"the {COMMONEST} commonest confusions")
    wrong = Counter({k: n for k, n in _coded(counts.concept).items() if not same(*k) and k[1] != UNSEEN})
    for (one, other), n in wrong.most_common(COMMONEST):
        table.add_row(one, other, str(n))
    console.print(table)
    table = Table("concept", "mentions", "right", "other", UNSEEN, "recall", "… given", title="by concept")
    for name, made in sorted(rows.items(), key=lambda row: -sum(row[1].values())):
        if name not in (NO_CODE, NO_RULE):
            total, right, unseen = sum(made.values()), made.get(name, 0), made.get(UNSEEN, 0)
            given = share(Counter({k: n for k, n in counts.given.items() if k[0] == name}), same)
            shares = (f"{right / total:.2f}", "-" if given is None else f"{given:.2f}")
            table.add_row(name, *map(str, (total, right, total - right - unseen, unseen)), *shares)
    console.print(table)


def table_of(confusion: Confusion, title: str, right: Callable[[str, str], bool]) -> Table:
    """Return a confusion as a table, the labels down, what the reader made of them across."""
    rows = _nested(confusion)
    made = [name for name, _ in _across(confusion).most_common()]
    table = Table("labelled", "all", "right", *made, title=title)
    for name, told in sorted(rows.items(), key=lambda row: -sum(row[1].values())):
        good = sum(n for other, n in told.items() if right(name, other))
        cells = (
            f"{n}{'' if right(name, other) else ' ✗'}" if (n := told.get(other)) else "" for other in made
        )
        table.add_row(name, str(sum(told.values())), str(good), *cells)
    return table


def _across(confusion: Confusion) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, made), n in confusion.items():
        found[made] += n
    return found


if __name__ == "__main__":
    main()
