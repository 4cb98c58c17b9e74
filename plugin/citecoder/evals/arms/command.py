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
import signal
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
    from citecoder.evals.outcomes import State, Task, Verb

_POLL, _SOON = 0.2, 2.0
_WAITING = 1000
_HOPELESS = 3
"""Cases that a command fails on, without a single answer, after which it is not started again."""
_LONGEST = 64 * 1024 * 1024
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
        start = partial(_start, words, self.environment, self.errors)
        given_up = threading.Event()
        shares = [share for n in range(workers) if (share := list(tasks[n::workers]))]
        with ThreadPoolExecutor(max(1, len(shares))) as pool:
            jobs = [pool.submit(_Share(start, verb, share, tell, timeout, given_up).run) for share in shares]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                given_up.set()  # Ctrl-C, or one worker failed: the others end their processes too
                raise


@dataclass
class _Share:
    """What one worker has to answer."""

    start: Callable[[], subprocess.Popen[bytes]]
    verb: Verb
    tasks: list[Task]
    tell: Tell
    timeout: float
    given_up: threading.Event
    alive: bool = False

    def run(self) -> None:
        """Answer the share, starting a new process after each one that fails."""
        waiting = deque(self.tasks)
        failures = 0
        while waiting and not self.given_up.is_set():
            failed, state, why = self._one_process(list(waiting))
            waiting = deque(failed)
            if not waiting or self.given_up.is_set():
                return
            if state == "crashed":
                again, state, why = self._one_process([waiting[0]])
                if not again:
                    waiting.popleft()
                    continue
            self.tell(Answer(waiting.popleft().id, state, why=why))
            failures += 1
            if not self.alive and failures >= _HOPELESS:
                for task in waiting:
                    self.tell(
                        Answer(task.id, state, why="the command has answered nothing at all; try it by hand")
                    )
                return

    def _one_process(self, tasks: list[Task]) -> tuple[list[Task], State, str]:
        """Run the command over tasks; return those that it left unanswered, and what ended it."""
        process = self.start()
        lines: queue.Queue[bytes | None] = queue.Queue(maxsize=_WAITING)
        over = threading.Event()
        threads = [
            threading.Thread(target=_feed, args=(process, tasks), daemon=True),
            threading.Thread(target=_drain, args=(process, lines, over), daemon=True),
        ]
        for thread in threads:
            thread.start()
        waiting = {task.id: task for task in tasks}
        try:
            in_time = self._listen(lines, waiting)
        finally:
            over.set()
            _stop(process, threads)
        if not in_time:
            return list(waiting.values()), "timed_out", f"no answer within {self.timeout:g} s"
        why = f"the command ended with code {process.returncode} and no answer"
        return list(waiting.values()), "crashed", why

    def _listen(self, lines: queue.Queue[bytes | None], waiting: dict[str, Task]) -> bool:
        """Tell answers as they come, until none is waited for or the output ends; False if one takes too long."""
        last = time.monotonic()
        while waiting and not self.given_up.is_set():
            if time.monotonic() - last > self.timeout:  # what is no answer is no sign of life
                return False
            try:
                line = lines.get(timeout=_POLL)
            except queue.Empty:
                continue
            if line is _END:
                return True
            answer = checked_answer(self.verb, line, waiting, measured_ms=1000 * (time.monotonic() - last))
            if answer is not None:
                last, self.alive = time.monotonic(), True
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


def _drain(process: subprocess.Popen[bytes], lines: queue.Queue[bytes | None], over: threading.Event) -> None:
    """Hand the lines of the output on, no faster than they are taken; a line without end is cut into pieces."""
    stream: Any = process.stdout
    with suppress(OSError, ValueError):
        while (line := stream.readline(_LONGEST)) and not over.is_set():
            if line.strip():
                _put(lines, line, over)
    _put(lines, _END, over)


def _put(lines: queue.Queue[bytes | None], line: bytes | None, over: threading.Event) -> None:
    while not over.is_set():
        with suppress(queue.Full):
            lines.put(line, timeout=_POLL)
            return


def _stop(process: subprocess.Popen[bytes], threads: Sequence[threading.Thread]) -> None:
    """End a process and all that it started, and close what led to it."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_POLL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # its children may hold the output open though it has ended
    process.wait()
    for thread in threads:
        thread.join(timeout=_SOON)
    for stream, thread in ((process.stdin, threads[0]), (process.stdout, threads[1])):
        if not thread.is_alive():  # a thread that hangs in a pipe would make closing it hang too
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
