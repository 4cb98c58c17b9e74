"""Suite ``mentions``: where an error comes from. Each labelled mention of a service is looked for in the review.

A mention of a service that was performed is *found* where a line of its code has evidence that overlaps it or stands
in the same service's other mentions; else *refused* (with the answer's reason), *taken for another code*, or *unseen*.
A mention of one that was not performed is *billed* where a line rests on it, else *left out*. It needs no more than
the contract's JSON, so that any arm can be looked into.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from citecoder.errors import InputError
from citecoder.evals.cases import Case
from citecoder.evals.mentions import Mention, Mentions, read_mentions
from citecoder.evals.metrics import Metric, ratio
from citecoder.evals.outcomes import Row, Task
from citecoder.evals.scoring import tables
from citecoder.evals.suites.notes import request_of
from citecoder.evals.suites.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citecoder.evals.metrics import Sums
    from citecoder.evals.outcomes import Answer
    from citecoder.evals.scoring.direction import Yardstick
    from citecoder.evals.suites.suite import EvalSet, Extras, Selection


class Marked(NamedTuple):
    """A case with its layer."""

    case: Case
    layer: Mentions

    def model_dump(self, mode: str = "json") -> dict[str, Any]:
        """Return it as plain data, for the hash of what was asked."""
        return {"case": self.case.model_dump(mode=mode), "layer": self.layer.model_dump(mode=mode)}


def tasks(of: EvalSet, selection: Selection) -> list[Task]:
    """Ask for a review of every case that has a layer."""
    layers = read_mentions(of.place)
    chosen = [case for case in of.select(selection) if case.id in layers]
    if not chosen:
        raise InputError(
            "no case that was chosen has a mention layer; suite mentions reads mentions/*.jsonl of the set",
            "--suite",
        )
    return [
        Task(c.id, c.id, c.family, "suggest", request_of(c), gold=Marked(c, layers[c.id]), tags=c.tags)
        for c in chosen
    ]


def score(task: Task, answer: Answer, by: Yardstick) -> Row:
    """Look for every service of the layer in a review."""
    told = answer.response or {}
    marked: Marked = task.gold
    wanted = {code for line in marked.case.codes for code in (line.code, *line.alt_codes)}
    services: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in marked.layer.mentions:
        if mention.code is not None:
            services[mention.service, mention.status].append(mention)
    counts: Counter[str] = Counter()
    where = []
    for (service, status), mentions in services.items():
        delivered = status == "performed" and mentions[0].code in wanted
        outcome = _delivered(mentions, told) if delivered else _other(mentions, told)
        kind = "performed" if delivered else status if status != "performed" else "not_billable"
        counts[f"services@{kind}"] += 1
        counts["delivered" if delivered else "other"] += 1
        counts[f"{'delivered' if delivered else 'other'}:{outcome.split(':')[0]}"] += 1
        counts[f"{outcome.split(':')[0]}@{kind}"] += 1
        if outcome not in {"found", "left_out"}:
            where.append({"service": service, "status": status, "code": mentions[0].code, "outcome": outcome})
    return Row(
        task.id, task.case, task.family, dict(counts), detail={"located": where}, passed=not where,
        ms=answer.ms, repeat=answer.repeat, tags=task.tags,
    )  # fmt: skip


def _delivered(mentions: Sequence[Mention], told: Mapping[str, Any]) -> str:
    """Say what became of a service that was performed."""
    codes = {mention.code for mention in mentions}
    rests = [line["code"] for line in told.get("suggestions") or () if _rests_on(line, mentions)]
    if codes & set(rests):
        return "found"
    if any(line["code"] in codes for line in told.get("suggestions") or ()):
        return "found"  # the code stands there on other words of the same service
    for each in told.get("not_coded") or ():
        if _rests_on(each, mentions):
            return f"refused:{each.get('reason')}"
    return f"taken_for:{rests[0]}" if rests else "unseen"


def _other(mentions: Sequence[Mention], told: Mapping[str, Any]) -> str:
    """Say whether a line rests on a service that was not performed."""
    return (
        "billed" if any(_rests_on(line, mentions) for line in told.get("suggestions") or ()) else "left_out"
    )


def _rests_on(holder: Mapping[str, Any], mentions: Sequence[Mention]) -> bool:
    return any(
        span["start"] < mention.end and mention.start < span["end"]
        for span in holder.get("evidence") or ()
        for mention in mentions
    )


def metrics(sums: Sums) -> tuple[Metric, ...]:
    """Return the shares of what was performed and found, and of what was not and was billed all the same."""
    statuses = [kind for kind in sums.suffixes("services@") if kind != "performed"]
    return (
        Metric("found", "performed services found", ratio("delivered:found", "delivered")),
        Metric("refused", "… refused", ratio("delivered:refused", "delivered"), "lower"),
        Metric("taken_for", "… taken for another code", ratio("delivered:taken_for", "delivered"), "lower"),
        Metric("unseen", "… unseen", ratio("delivered:unseen", "delivered"), "lower"),
        Metric("billed", "not performed, but billed", ratio("other:billed", "other"), "lower"),
        *(
            Metric(
                f"billed~{kind}",
                f"billed though: {kind}",
                ratio(f"billed@{kind}", f"services@{kind}"),
                "lower",
            )
            for kind in statuses
        ),
    )


def extras(rows: Sequence[Row]) -> Extras:
    """Return how fast it was."""
    return {"speed": tables.speed(rows)}


SUITE = Suite(
    "mentions",
    "where errors come from: services found, refused, unseen, billed in vain",
    tasks,
    score,
    metrics,
    extras=extras,
)
