"""What a change does to the reviews of known cases, before it is merged: the checkout as it is against a revision.

The revision is checked out beside the repository by git, and answers the same cases with its own code, knowledge and
prompts. Reviews are held against each other field by field; labels then say which way each change goes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.arms import OURS
from citecoder.evals.arms.command import CommandArm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from citecoder.evals.outcomes import Answer

DECIDING = ("plugin/citecoder", "knowledge", "prompts")
FIELDS = ("codes", "units", "modifiers", "status", "gaps", "not_coded", "warnings")


@dataclass(frozen=True)
class Changed:
    """A case whose review would change.

    Attributes:
        fields: which of ``FIELDS`` differ.
        before: the review's fields at the base; ``after`` as the checkout is.
    """

    case: str
    fields: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def essentials(response: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what of a review a person acts on: no ids, no words, no times."""
    told = response or {}
    lines = told.get("suggestions") or ()
    gaps = {
        (line["code"], gap["kind"], gap["verdict"]) for line in lines for gap in line.get("missing") or ()
    }
    gaps |= {("note", gap["kind"], gap["verdict"]) for gap in told.get("missing") or ()}
    return {
        "codes": sorted(line["code"] for line in lines),
        "units": sorted((line["code"], -1 if line["units"] is None else line["units"]) for line in lines),
        "modifiers": sorted((line["code"], tuple(line["modifiers"])) for line in lines),
        "status": sorted((line["code"], line["status"]) for line in lines),
        "gaps": sorted(gaps),
        "not_coded": sorted((each.get("code") or "", each["reason"]) for each in told.get("not_coded") or ()),
        "warnings": sorted((each["kind"], tuple(each["codes"])) for each in told.get("warnings") or ()),
    }


def changes(before: Sequence[Answer], after: Sequence[Answer]) -> list[Changed]:
    """Return the cases whose reviews differ, those that change codes or units first."""
    old = {answer.task: essentials(answer.response) for answer in before}
    found = []
    for answer in after:
        new = essentials(answer.response)
        was = old.get(answer.task, essentials(None))
        fields = tuple(field for field in FIELDS if was[field] != new[field])
        if fields:
            found.append(Changed(answer.task, fields, was, new))
    return sorted(found, key=lambda each: (FIELDS.index(each.fields[0]), each.case))


@contextmanager
def base_arm(revision: str, checkout: Path) -> Iterator[CommandArm]:
    """Check a revision out for a while and yield the arm that runs it.

    Raises:
        InputError: there is no git, no repository, or no such revision.
    """
    root = _git(checkout, "rev-parse", "--show-toplevel", wrong="is not a git checkout of citecoder")
    commit = _git(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        f"{revision}^{{commit}}",
        wrong=f"has no revision {revision[:60]!r}",
    )
    trees = [
        _git(root, "rev-parse", f"{commit}:{part}", wrong=f"has no {part} at {revision[:60]!r}")
        for part in DECIDING
    ]
    folder = Path(tempfile.mkdtemp(prefix="citecoder-base-"))
    try:
        _git(
            root,
            "worktree",
            "add",
            "--detach",
            "--force",
            str(folder / "tree"),
            str(commit),
            wrong="can't check it out",
        )
        yield _arm_of(folder / "tree", f"base {revision}", "base:" + ":".join(map(str, trees)))
    finally:
        _git(root, "worktree", "remove", "--force", str(folder / "tree"), wrong="can't remove the base again")
        shutil.rmtree(folder, ignore_errors=True)


def _arm_of(tree: Path, name: str, identity: str) -> CommandArm:
    """Return our command line over another checkout: its package first on the path, its data beside its package."""
    paths = [str(tree / "plugin"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"PYTHONPATH": os.pathsep.join(paths), "CITECODER_DATA": str(tree)}
    return CommandArm(
        name, OURS, identity=f"{identity}:{sys.version_info[:2]}", verbs=True, environment=environment
    )


def _git(where: Path | str, *words: str, wrong: str) -> Path | str:
    """Run git and return what it printed.

    Raises:
        InputError: it failed; ``wrong`` says what that means.
    """
    try:
        ran = subprocess.run(["git", "-C", str(where), *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        raise InputError("git is not to be found; `eval impact` needs it to check the base out") from None
    if ran.returncode:
        raise InputError(
            f"{where} {wrong}; run it in a clone of the repository, with --base REV of its history", "--base"
        )
    return ran.stdout.strip()
