"""An arm that is a command: requests as JSON lines on its standard input, answers on its standard output.

Each worker is one process over its share of the tasks. A process that dies leaves the first task that it had not
answered under suspicion: the task gets one more try alone, and is ``crashed`` if it dies there again. The rest goes on
in a new process. What the command writes to its standard error may hold note text: it goes to a private file of the
run, and is never shown.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.arms.checked import checked_answer
from citecoder.evals.outcomes import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from citecoder.evals.arms.arm import Tell
    from citecoder.evals.outcomes import Task, Verb

_POLL = 0.2
_END = None


def find_program(words: Sequence[str]) -> str:
    """Return where the program of a command lies.

    Raises:
        InputError: it is not to be found.
    """
    if not words:
        raise InputError("--arm command: names no command; write command:CMD", "--arm")
    found = shutil.which(words[0])
    if found is None:
        raise InputError(
            f"--arm command: {words[0]!r} is not a program that can be found; check its name or path", "--arm"
        )
    return found


@dataclass
class CommandArm:
    """A command that speaks the contract's JSON lines.

    Attributes:
        words: the program and its arguments.
        verbs: whether the verb is to be added as ``VERB --jsonl -``, as our own command line wants it.
        environment: variables that are set for the command, over those of this process.
        errors: an open file that takes the command's standard error; thrown away without one.
    """

    name: str
    words: tuple[str, ...]
    identity: str | None = None
    verbs: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    errors: IO[bytes] | None = field(default=None, compare=False)

    def answer(self, verb: Verb, tasks: Sequence[Task], tell: Tell, *, workers: int, timeout: float) -> None:
        """Answer all tasks; see ``Arm``."""
        words = (*self.words, verb, "--jsonl", "-") if self.verbs else self.words
        shares = [share for n in range(workers) if (share := list(tasks[n::workers]))]
        start = partial(_start, words, self.environment, self.errors)
        with ThreadPoolExecutor(max(1, len(shares))) as pool:
            jobs = [pool.submit(_Share(start, verb, share, tell, timeout).run) for share in shares]
        for job in jobs:
            job.result()


@dataclass
class _Share:
    """What one worker has to answer."""

    start: Callable[[], subprocess.Popen[bytes]]
    verb: Verb
    tasks: list[Task]
    tell: Tell
    timeout: float

    def run(self) -> None:
        """Answer the share, starting a new process after each one that fails."""
        waiting = deque(self.tasks)
        while waiting:
            failed, state, why = self._one_process(list(waiting))
            answered = len(waiting) - len(failed)
            for _ in range(answered):
                waiting.popleft()
            if not waiting:
                return
            waiting = deque(failed)
            if state == "crashed":
                again, state, why = self._one_process([waiting[0]])
                if not again:
                    waiting.popleft()
                    continue
            suspect = waiting.popleft()
            self.tell(Answer(suspect.id, state, why=why))  # type: ignore[arg-type]

    def _one_process(self, tasks: list[Task]) -> tuple[list[Task], str, str]:
        """Run the command over tasks; return those that it left unanswered, and what ended it."""
        process = self.start()
        lines: queue.Queue[bytes | None] = queue.Queue()
        threads = [
            threading.Thread(target=_feed, args=(process, tasks), daemon=True),
            threading.Thread(target=_drain, args=(process, lines), daemon=True),
        ]
        for thread in threads:
            thread.start()
        waiting = {task.id: task for task in tasks}
        try:
            in_time = self._listen(lines, waiting)
        finally:
            _stop(process, threads)
        if not in_time:
            return list(waiting.values()), "timed_out", f"no answer within {self.timeout:g} s"
        why = f"the command ended with code {process.returncode} and no answer"
        return list(waiting.values()), "crashed", why

    def _listen(self, lines: queue.Queue[bytes | None], waiting: dict[str, Task]) -> bool:
        """Tell answers as they come, until none is waited for or the output ends; False if one takes too long."""
        last = time.monotonic()
        while waiting:
            try:
                line = lines.get(timeout=max(0.01, self.timeout - (time.monotonic() - last)))
            except queue.Empty:
                return False
            if line is _END:
                return True
            now = time.monotonic()
            answer = checked_answer(self.verb, line, waiting, measured_ms=1000 * (now - last))
            last = now
            if answer is not None:
                del waiting[answer.task]
                self.tell(answer)
        return True


def _start(
    words: Sequence[str], given: Mapping[str, str], errors: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **given}
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command, split and without a shell
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors if errors is not None else subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise InputError(
            f"--arm command: can't be started ({os.strerror(error.errno or 0).lower()})", "--arm"
        ) from None


def _feed(process: subprocess.Popen[bytes], tasks: Sequence[Task]) -> None:
    """Write the requests; a process that ended early just does not read them."""
    stream: Any = process.stdin
    try:
        for task in tasks:
            stream.write(json.dumps({"id": task.id, **task.request}).encode() + b"\n")
            stream.flush()
        stream.close()
    except (BrokenPipeError, OSError, ValueError):
        return


def _drain(process: subprocess.Popen[bytes], lines: queue.Queue[bytes | None]) -> None:
    stream: Any = process.stdout
    for line in stream:
        if line.strip():
            lines.put(line)
    lines.put(_END)


def _stop(process: subprocess.Popen[bytes], threads: Sequence[threading.Thread]) -> None:
    """End a process and all that it started, and close what led to it."""
    try:
        process.wait(timeout=_POLL)
    except subprocess.TimeoutExpired:
        try:
            os.killpg(process.pid, 9)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
    for thread in threads:
        thread.join(timeout=_POLL)
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            stream.close()  # type: ignore[union-attr]
