"""A run on disk: what was asked of which arm, and every answer as soon as it came.

``run.json`` says what the run is; ``answers.jsonl`` grows by one line an answer, each line written and synced whole,
so that a run that is killed goes on where it stopped. A torn last line is dropped. All of it is private.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from citecoder.errors import InputError
from citecoder.evals.outcomes import Answer
from citecoder.evals.private import private_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from citecoder.evals.outcomes import Task

MANIFEST, ANSWERS, ERRORS, LOCK = "run.json", "answers.jsonl", "arm.stderr", "lock"


@dataclass(frozen=True)
class Manifest:
    """What a run is.

    Attributes:
        id: the folder's name.
        suite: the suite's name; ``arm`` the arm's.
        identity: the arm's identity when the run began, if it has one.
        place: the set that was asked; ``split`` and ``tags`` what of it.
        asked: a hash of all that was asked and of all labels: runs with the same one are of the same cases.
        tasks: how many; ``repeat`` how often each.
        resumed: when it went on after an interruption; ``begun`` when it began.
        finished: whether all were told.
    """

    id: str
    suite: str
    arm: str
    identity: str | None
    place: str
    asked: str
    tasks: int
    repeat: int
    begun: str
    version: str
    selection: dict[str, Any]
    resumed: str = ""
    finished: bool = False
    seconds: float | None = None


def hash_of(tasks: Sequence[Task]) -> str:
    """Hash what is asked and what is wanted."""
    return hashlib.sha256("".join(map(hash_of_task, tasks)).encode()).hexdigest()


def hash_of_task(task: Task) -> str:
    """Hash what one task asks and wants."""
    gold = task.gold.model_dump(mode="json") if hasattr(task.gold, "model_dump") else task.gold
    told = json.dumps([task.id, task.family, task.verb, task.request, gold], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class RunFolder:
    """One run's folder."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Take the folder and what it is; nothing is written yet."""
        self.path = path
        self.manifest = manifest
        self._lock = threading.Lock()
        self._stream: IO[bytes] | None = None
        self._owned = FileLock(path / LOCK, timeout=0, mode=0o600)

    @classmethod
    def make(cls, path: Path, manifest: Manifest) -> RunFolder:
        """Begin a run."""
        private_folder(path)
        run = cls(path, manifest)
        run.own()
        run._write_manifest()
        return run

    def own(self) -> bool:
        """Take the run for this process alone; False where another one is at it."""
        try:
            self._owned.acquire()
        except Timeout:
            return False
        return True

    def go_on(self, now: str) -> RunFolder:
        """Say that an interrupted run goes on."""
        self.manifest = replace(self.manifest, resumed=now)
        self._write_manifest()
        return self

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open a run.

        Raises:
            InputError: the folder holds no run that can be read.
        """
        try:
            raw = json.loads((path / MANIFEST).read_bytes())
            return cls(path, Manifest(**raw))
        except (OSError, ValueError, TypeError):
            raise InputError(f"{path} holds no run; name a run that `citecoder eval list` shows") from None

    def answers(self) -> list[Answer]:
        """Return what was told so far; of two answers to one question, which a kill can leave, the first."""
        try:
            data = (self.path / ANSWERS).read_bytes()
        except FileNotFoundError:
            return []
        found: dict[tuple[str, int], Answer] = {}
        for line in data.split(b"\n"):
            answer = _answer(line)
            if answer is not None:
                found.setdefault((answer.task, answer.repeat), answer)
        return [found[key] for key in sorted(found)]

    def tell(self, answer: Answer) -> None:
        """Write one answer, whole and synced; safe to call from any thread."""
        line = json.dumps(answer.as_json()).encode() + b"\n"
        with self._lock:
            if self._stream is None:
                self._stream = self._append()
            self._stream.write(line)
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def _append(self) -> IO[bytes]:
        """Open the answers for appending; a line that a kill has torn is cut off first."""
        path = self.path / ANSWERS
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        stream = os.fdopen(handle, "r+b")
        data = stream.read()
        stream.seek(data.rfind(b"\n") + 1)
        stream.truncate()
        return stream

    def errors(self) -> IO[bytes]:
        """Open the private file that takes what a command writes to its standard error."""
        handle = os.open(self.path / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "ab")

    def close(self) -> None:
        """Close the answers and let the run go; the next answer opens them again."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._owned.release()

    def finish(self, seconds: float) -> None:
        """Say that every answer is there, and let the run go."""
        self.manifest = replace(self.manifest, finished=True, seconds=round(seconds, 3))
        self._write_manifest()
        self.close()

    def _write_manifest(self) -> None:
        write_whole(self.path / MANIFEST, json.dumps(asdict(self.manifest), indent=1).encode())


def _answer(line: bytes) -> Answer | None:
    try:
        return Answer(**json.loads(line))
    except (ValueError, TypeError):
        return None


def runs_in(folder: Path) -> list[RunFolder]:
    """Return the runs of a folder, the newest last; what is no run is passed over."""
    found = []
    for path in sorted(folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else ():
        try:
            found.append(RunFolder.open(path.parent))
        except InputError:
            continue
    return sorted(found, key=lambda run: (run.manifest.resumed or run.manifest.begun, run.manifest.id))


def interrupted(folder: Path, like: Manifest) -> RunFolder | None:
    """Return the newest run that asked the same of the same arm and was interrupted; it is this process's then.

    Where it can't be known what decides an arm's answers, a run that is older than a day is left alone.
    """
    same = ("suite", "arm", "identity", "asked", "repeat")
    for run in reversed(runs_in(folder)):
        old = run.manifest
        fresh = old.identity is not None or (old.resumed or old.begun)[:10] == like.begun[:10]
        if (
            not old.finished
            and fresh
            and all(getattr(old, k) == getattr(like, k) for k in same)
            and run.own()
        ):
            return run
    return None
