"""Conversations of several turns: a turn is asked when those before it are answered, with what the arm itself said then.

A task that has turns before it holds them in ``history`` with the asker's words alone, so that what is asked is the
same for every arm; the arm's own answers are put between them when it is asked. A turn that was not answered leaves
the asker's words standing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from citecoder.evals.outcomes import Answer, Task


def turns(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Yield the first turns of all conversations together, then the second ones, and so on."""
    for before in sorted({len(task.after) for task in tasks}):
        yield [task for task in tasks if len(task.after) == before]


def continued(task: Task, told: Mapping[str, Answer]) -> Task:
    """Return a task with the answers to the turns before it in its history."""
    if not task.after:
        return task
    history: list[dict[str, Any]] = []
    for turn, before in zip(task.request["history"], task.after, strict=True):
        history.append(turn)
        answer = told.get(before)
        if answer is not None and answer.response is not None:
            history.append({"role": "assistant", "content": answer.response["answer"]})
    return replace(task, request={**task.request, "history": history})
