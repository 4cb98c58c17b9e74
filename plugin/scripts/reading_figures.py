"""Figures and tables of what was counted of the reader: see ``measure_reading.py``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from reading_counts import (
    GIVEN,
    JUDGED,
    LINKED,
    MINUTES,
    NO_CODE,
    NO_MINUTES,
    NO_RULE,
    OTHERS,
    SAME_STATUS,
    UNSEEN,
    Confusion,
    Counts,
)
from rich.console import Console
from rich.table import Table

COMMONEST = 10
CASE_LEVEL = {"f1": "F1", "units_right": "units right", "no_code_specificity": "no-code specificity"}


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
