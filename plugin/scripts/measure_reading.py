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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

from reading_counts import Counts
from reading_figures import report_of, show, table_of_parts
from rich.console import Console
from rich.progress import track

from citecoder import wire
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
from citecoder.codes import CodeSet
from citecoder.coding.engine import STEPS, Engine, State, read_note
from citecoder.errors import InputError
from citecoder.evals.evaluate import open_set, yardstick
from citecoder.evals.outcomes import Answer, Task
from citecoder.evals.results import score
from citecoder.evals.runs import Manifest
from citecoder.evals.suites import coding, mentions
from citecoder.evals.suites.notes import task_of
from citecoder.evals.suites.suite import Selection, check_splits
from citecoder.model import Note, Request, Review
from citecoder.notes import delivered, features, reader, services, spoken
from citecoder.notes.learned import UNTRAINED, ReadingModel
from citecoder.notes.terms import Lexicon
from citecoder.notes.times import TimeMention

WIDE = 170  # characters of a line in a file
MANIFEST = Manifest("-", "coding", "the reader in this process", None, "-", "-", 0, 1, "-", "-", {}, finished=True)  # fmt: skip


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


# --- reading and counting ------------------------------------------------------------------------


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


# --- the command ---------------------------------------------------------------------------------


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


if __name__ == "__main__":
    main()
