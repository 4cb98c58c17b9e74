"""Answers by content: the same arm asked the same question need not be asked again.

The key is the arm's identity, the verb, the request and which repeat it is. One private file an answer; the folder
can be deleted at any time (``citecoder eval clean``). Only answers are kept: what failed is tried again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citecoder.evals.outcomes import Answer
from citecoder.evals.private import private_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.evals.outcomes import Task


@dataclass(frozen=True)
class AnswerCache:
    """Kept answers of one arm.

    Attributes:
        folder: where they lie; None keeps nothing.
        identity: the arm's; None keeps nothing.
    """

    folder: Path | None
    identity: str | None

    def get(self, task: Task, repeat: int) -> Answer | None:
        """Return the kept answer to a task, if there is one that can be read."""
        path = self._path(task, repeat)
        if path is None or not path.is_file():
            return None
        try:
            kept = json.loads(path.read_bytes())
            return Answer(
                task.id, "answered", {**kept["response"], "id": task.id}, ms=kept["ms"], repeat=repeat
            )
        except (ValueError, KeyError, TypeError):
            return None

    def put(self, task: Task, answer: Answer) -> None:
        """Keep an answer."""
        path = self._path(task, answer.repeat)
        if path is not None and answer.state == "answered":
            private_folder(path.parent)
            write_whole(path, json.dumps({"response": answer.response, "ms": answer.ms}).encode())

    def _path(self, task: Task, repeat: int) -> Path | None:
        if self.folder is None or self.identity is None:
            return None
        asked = json.dumps([self.identity, task.verb, task.request, repeat], sort_keys=True)
        name = hashlib.sha256(asked.encode()).hexdigest()
        return self.folder / name[:2] / f"{name}.json"
