"""What every suite is: which tasks a set gives, how an answer is scored, which figures come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.case_files import load_cases
from citecoder.evals.cases import SPLITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from citecoder.evals.cases import Case
    from citecoder.evals.metrics import Metric, Sums
    from citecoder.evals.outcomes import Answer, Row, Task
    from citecoder.evals.scoring.direction import Yardstick


@dataclass(frozen=True)
class Selection:
    """What of a set is asked.

    Attributes:
        splits: the parts; the test part only for a release.
        cases: only these ids, if any are named.
        tags: only cases with all of these tags.
        limit: at most so many cases, whole families first come first.
    """

    splits: tuple[str, ...] = ("train", "dev")
    cases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class EvalSet:
    """A set of cases and what lies beside it.

    Attributes:
        place: a folder with ``cases/``, or a file of JSON lines.
        packaged: the evaluation folder that ships: queries, worked days and values come from it where the set has none.
    """

    place: Path
    packaged: Path

    @cached_property
    def cases(self) -> list[Case]:
        """Every case of the set."""
        return load_cases(self.place)

    def folder(self, name: str) -> Path:
        """Return a file or folder of the set, or the one that ships."""
        own = self.place / name
        return own if self.place.is_dir() and own.exists() else self.packaged / name

    def select(self, selection: Selection) -> list[Case]:
        """Return the cases that are asked.

        Raises:
            InputError: an id is not in the set, or nothing is left.
        """
        splits = {case.id: case.split for case in self.cases}
        for case in selection.cases:
            check_named(case, splits.get(case), selection, self.place)
        found = [case for case in self.cases if _is_wanted(case, selection)]
        if not found:
            raise InputError(
                f"{self.place} holds no case of split {' or '.join(selection.splits)}"
                f"{' with tag ' + ' and '.join(selection.tags) if selection.tags else ''}; widen --split or --tag"
            )
        return found[: selection.limit]


def check_named(name: str, split: str | None, selection: Selection, place: Path) -> None:
    """Let a case be asked by its name only where its part is: the test part is measured whole or not at all.

    Raises:
        InputError: there is no such case, or it lies in a part that was not chosen.
    """
    if split is None:
        raise InputError(
            f"--case {name[:60]!r} is not in {place}; see `citecoder eval list --cases`", "--case"
        )
    if split not in selection.splits:
        raise InputError(
            f"--case {name[:60]!r} lies in the {split} part; choose of {', '.join(selection.splits)}",
            "--case",
        )


def _is_wanted(case: Case, selection: Selection) -> bool:
    if selection.cases:
        return case.id in selection.cases
    return case.split in selection.splits and set(selection.tags) <= set(case.tags)


def check_splits(text: str) -> tuple[str, ...]:
    """Read ``--split``: one part, several with commas, or ``all``.

    Raises:
        InputError: no such part.
    """
    parts = SPLITS if text == "all" else tuple(part.strip() for part in text.split(","))
    if wrong := [part for part in parts if part not in SPLITS]:
        raise InputError(
            f"--split {wrong[0][:20]!r} is not known; choose of {', '.join(SPLITS)}, all", "--split"
        )
    return parts


Extras = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """A suite.

    Attributes:
        name: as in ``--suite``.
        about: one line for people.
        tasks: what it asks of a set.
        score: one answer to one task → its row; only called for answers that are there.
        metrics: the figures, the headline first; given the sums, so that a suite may have one for each kind it saw.
        relate: a last look at all rows together (pairs of variants); leaves them as they are by default.
        extras: what else the report shows: tables by name.
    """

    name: str
    about: str
    tasks: Callable[[EvalSet, Selection], list[Task]]
    score: Callable[[Task, Answer, Yardstick], Row]
    metrics: Callable[[Sums], tuple[Metric, ...]]
    relate: Callable[[Sequence[Row]], list[Row]] = list
    extras: Callable[[Sequence[Row]], Extras] = field(default=lambda _rows: {})
