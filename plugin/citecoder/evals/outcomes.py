"""What an arm is asked and what became of it: tasks, answers and their states.

A crash, a timeout or an answer that breaks the contract is a state of its own. It is counted and shown, and never
scored as an empty answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Verb = Literal["suggest", "units", "search", "ask"]
State = Literal["answered", "refused", "invalid", "crashed", "timed_out", "interrupted"]
STATES: tuple[State, ...] = get_args(State)
"""``refused``: the arm said that it can't answer this case. ``invalid``: it said something that is not the contract's.
``interrupted``: the run ended before it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question to an arm.

    Attributes:
        id: unique in the run; ``<case>`` or ``<case>~<variant>``.
        case: the case it comes from.
        family: what intervals are clustered by.
        verb: which verb of the contract is asked.
        request: the contract's request, without an id.
        gold: what the suite scores the answer by; never sent.
        variant: the name of the change that was made to the note, or None.
        tags: what ``--tag`` selects by.
        after: the tasks whose answers were said before this one is asked, the oldest first.
    """

    id: str
    case: str
    family: str
    verb: Verb
    request: dict[str, Any]
    gold: Any = None
    variant: str | None = None
    tags: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one task.

    Attributes:
        task: the task's id.
        state: one of ``STATES``.
        response: the contract's response; None unless ``answered``.
        why: what went wrong, in our own words and without note text.
        ms: milliseconds: what the arm itself reports, else what was measured around it.
        repeat: which of the repeats, from 0.
    """

    task: str
    state: State
    response: dict[str, Any] | None = None
    why: str = ""
    ms: float | None = None
    repeat: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a line of a results file."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Line:
    """A predicted line, with what a threshold on its confidence would need: was it right."""

    code: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What one answer counts for.

    Attributes:
        counts: sums that every figure is made of; they add over rows.
        lines: predicted lines with their confidence.
        detail: what the report shows of the case: codes missed, extra, units wrong, gaps wrong.
        passed: whether the case as a whole is right; None where the suite has no such notion.
        labels: a hash of what was asked and wanted, so that only rows of the same labels are compared.
    """

    task: str
    case: str
    family: str
    counts: dict[str, float] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    passed: bool | None = None
    ms: float | None = None
    repeat: int = 0
    tags: tuple[str, ...] = ()
    variant: str | None = None
    labels: str = ""
