"""Suite ``answers``: questions of coders, asked with the verb ``ask``, held against keys written from the sources.

A question of several turns is played turn by turn, each turn with the arm's own answers before it; the key is for the
last, and what was said before it is in no figure but the time. Intervals are over questions: they speak of other
questions on the same topics. How far topics differ is in the figures by topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.evals.metrics import Metric, ratio
from citecoder.evals.outcomes import Row, Task
from citecoder.evals.questions import FOLDER, read_topics
from citecoder.evals.scoring import facts, tables
from citecoder.evals.suites.suite import Suite, check_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Answer
    from citecoder.evals.questions import AnswerCase
    from citecoder.evals.scoring.direction import Yardstick
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection

METRICS = (
    Metric("facts_all", "every fact stated", ratio("all_facts", "to_answer")),
    Metric("facts", "facts stated", ratio("facts_stated", "facts")),
    Metric("facts_when_answered", "every fact stated, where it answers", ratio("all_facts", "to_answer_answered")),
    Metric("wrong", "answers with a wrong statement", ratio("wrong", "could_be_wrong"), "lower"),
    Metric("declined_rightly", "declined, for a right reason", ratio("declined_rightly", "to_decline")),
    Metric("declined", "… for any reason", ratio("declined", "to_decline")),
    Metric("declined_wrongly", "declined though it has an answer", ratio("declined_wrongly", "to_answer"), "lower"),
    Metric("conflicts_flagged", "conflicts of sources flagged", ratio("flagged", "with_conflict")),
    Metric("flagged_in_vain", "… flagged where the key has none", ratio("flagged_in_vain", "without_conflict"), "neither"),
    Metric("sentences_cited", "sentences cited", ratio("sentences_cited", "sentences")),
    Metric("answers_cited", "answers cited in every sentence", ratio("whole_cited", "answered")),
    Metric("turns_facts", "every fact stated, after other turns", ratio("all_facts~kind:turns", "to_answer~kind:turns")),
    Metric("right", "right in every respect", ratio("right", "asked")),
    Metric("words", "words an answer", ratio("words", "answered"), "neither", "count"),
    Metric("sentences", "sentences an answer", ratio("sentences", "answered"), "neither", "count"),
)  # fmt: skip
PARTS = ("topic", "kind")
"""What the two tags of a task are."""


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask every question; each of its turns is a task."""
    questions = [(topic, case) for topic in read_topics(of.folder(FOLDER)) for case in topic.questions]
    splits = {case.id: topic.split for topic, case in questions}
    for name in selection.cases:
        check_named(name, splits.get(name), selection, of.place)
    found = [
        list(_turns(topic.topic, case))
        for topic, case in questions
        if topic.split in selection.splits and (not selection.cases or case.id in selection.cases)
        if set(selection.tags) <= {topic.topic, case.kind}
    ]
    if not found:
        raise InputError("no question was chosen; widen --split, --tag or --case", "--split")
    return [task for turns in found[: selection.limit] for task in turns]


def _turns(topic: str, case: AnswerCase) -> Iterator[Task]:
    """Yield the turns of a question: the last bears its id and its key, those before it ``<id>~1`` and on."""
    before = tuple(f"{case.id}~{turn}" for turn in range(1, len(case.asked)))
    for turn, (name, words) in enumerate(zip((*before, case.id), case.asked, strict=True)):
        last = name == case.id
        request: dict[str, object] = {"question": words}
        if turn:
            request["history"] = [{"role": "user", "content": each} for each in case.asked[:turn]]
        yield Task(
            name, case.id, case.id, "ask", request, gold=case if last else None, tags=(topic, case.kind),
            variant=None if last else f"turn {turn + 1}", after=before[:turn],
        )  # fmt: skip


def score(task: Task, answer: Answer, by: Yardstick) -> Row:
    """Hold an answer against its key; a turn that has none counts for nothing."""
    case: AnswerCase | None = task.gold
    counts, detail = facts.judge(case, answer.response or {}) if case is not None else ({}, {})
    for part in zip(PARTS, task.tags, strict=True):
        counts |= {f"{key}~{':'.join(part)}": counts[key] for key in tables.OF_PART if key in counts}
    return Row(
        task.id, task.case, task.family, counts, detail=detail, passed=bool(counts["right"]) if counts else None,
        ms=answer.ms, repeat=answer.repeat, tags=task.tags, variant=task.variant,
    )  # fmt: skip


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the figures, and how many answers are right for each kind of question and each topic."""
    parts = sums.suffixes("asked~")
    return (
        *METRICS,
        *(Metric(f"right~{p}", f"right: {p}", ratio(f"right~{p}", f"asked~{p}")) for p in parts),
    )


def extras(rows: Sequence[Row]) -> Extras:
    """Return the figures by topic and by kind, and how fast it was."""
    return {"parts": [tables.by_part(rows, name) for name in PARTS], "speed": tables.speed(rows)}


SUITE = Suite(
    "answers",
    "questions of coders: facts, wrong statements, declines, conflicts, citations",
    tasks,
    score,
    metrics,
    extras=extras,
)
