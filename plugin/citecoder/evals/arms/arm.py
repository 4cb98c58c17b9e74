"""What every arm is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from citecoder.evals.outcomes import Answer, Task, Verb

    Tell = Callable[[Answer], None]


class Arm(Protocol):
    """Something that answers tasks.

    Attributes:
        name: what tables call it.
        identity: a hash of what decides its answers; None where that can't be known from here, and then nothing
            of it is cached from one run to the next.
    """

    name: str
    identity: str | None

    def answer(self, verb: Verb, tasks: Sequence[Task], tell: Tell, *, workers: int, timeout: float) -> None:
        """Answer all tasks of one verb, telling each answer as soon as it is there, from any thread.

        Args:
            verb: which verb of the contract.
            tasks: what to answer; every one of them is told exactly once, whatever happens to it.
            tell: takes an answer.
            workers: how many may be worked on at a time.
            timeout: seconds after which a case is given up.
        """
