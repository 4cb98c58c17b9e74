"""The test part is measured once a release and arm, and every measurement is logged: ``releases.jsonl`` of the set.

Looking at it more often would tune on it. A second run of the same release is refused; a new release is a new line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from citecoder import __version__
from citecoder.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from citecoder.evals.evaluate import Question
    from citecoder.evals.results import Result
    from citecoder.evals.suites.suite import EvalSet

FILE = "releases.jsonl"


@dataclass(frozen=True)
class ReleaseLog:
    """Where a measurement of the test part will be written.

    Attributes:
        path: the log.
        release: what is measured.
        before: the measurement that is to be reproduced, if this is no first one.
    """

    path: Path
    release: str
    before: dict[str, Any] | None = None

    def begin(self, question: Question) -> None:
        """Log that the measurement begins: what is looked at is logged though it never ends."""
        what = "begun" if self.before is None else "reproducing"
        self._add({"release": self.release, "suite": question.suite, "arm": question.arm, what: _today()})

    def write(self, result: Result) -> None:
        """Log the figures: release, arm, suite, what was asked. No text of a note."""
        manifest = result.manifest
        if self.before is not None:
            same = self.before["figures"] == result.figures
            told = {"release": self.release, "suite": manifest.suite, "arm": manifest.arm}
            self._add({**told, "reproduced": _today(), "same_figures": same})
            return
        self._add(
            {
                "release": self.release,
                "suite": manifest.suite,
                "arm": manifest.arm,
                "measured": _today(),
                "version": __version__,
                "asked": manifest.asked,
                "cases": manifest.tasks,
                "states": result.states(),
                "figures": result.figures,
                "f1_95": _interval(result),
            }
        )

    def _add(self, line: dict[str, Any]) -> None:
        try:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, sort_keys=True) + "\n")
        except OSError as error:
            raise InputError(
                f"{self.path}: can't be written ({type(error).__name__}); the test part is measured where it is logged"
            ) from None


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _interval(result: Result) -> list[float] | None:
    found = result.estimates(("f1",)).get("f1")
    return None if found is None else [round(found.low, 4), round(found.high, 4)]


def for_question(
    of: EvalSet, question: Question, release: str | None, *, reproduce: bool = False
) -> ReleaseLog | None:
    """Return the log for a question that touches the test part, or None for one that does not.

    Raises:
        InputError: the test part without a release, or one that was measured already and is not to be reproduced.
    """
    if "test" not in question.selection.splits or question.suite == "units":
        return None
    if not of.place.is_dir():
        return None  # a file of labelled rows is not a published set: its owner guards its test part
    if question.selection.cases or question.selection.tags or question.selection.limit:
        raise InputError("the test part is measured whole; leave out --case, --tag and --limit", "--split")
    if release is None:
        raise InputError(
            "the test part is measured once a release: say which with --release VERSION, or use --split train,dev",
            "--split",
        )
    path = of.place / FILE
    key = (release, question.suite, question.arm)
    found = (e for e in logged(path) if (e["release"], e["suite"], e["arm"]) == key and "figures" in e)
    before = next(found, None)
    if before is not None and not reproduce:
        raise InputError(
            f"release {release} of {question.arm} was measured on {before['measured']} (see {path}); "
            "the test part is run once: --reproduce runs it again to check those figures, and logs that",
            "--release",
        )
    return ReleaseLog(path, release, before)


def logged(path: Path) -> list[dict[str, Any]]:
    """Return the measurements so far.

    Raises:
        InputError: a line is broken; the message names it.
    """
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict) or not {"release", "suite", "arm"} <= set(told):
            raise InputError(f"{path}:{number}: is no line of this log; restore the file from the repository")
        found.append(told)
    return found
