"""What a change does to the reviews of known cases, before it is merged: the checkout as it is against a revision.

The revision is checked out beside the repository by git, and answers the same cases with its own code, knowledge and
prompts. Reviews are held against each other field by field; labels then say which way each change goes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citecoder.errors import InputError
from citecoder.evals.arms import OURS
from citecoder.evals.arms.command import CommandArm
from citecoder.evals.arms.identity import tree_identity

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
    root = root_of(checkout)
    wrong = f"has no revision {revision[:60]!r} with {', '.join(DECIDING)}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", wrong=wrong)
    for part in DECIDING:
        _git(root, "rev-parse", "--verify", "--quiet", f"{commit}:{part}", wrong=wrong)
    folder = Path(tempfile.mkdtemp(prefix="citecoder-base-"))
    try:
        tree = folder / "tree"
        _git(root, "worktree", "add", "--detach", "--force", str(tree), commit, wrong="can't check it out")
        yield tree_arm(tree, f"base {revision}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(InputError):
            _git(root, "worktree", "prune", wrong="can't forget the base")


def root_of(checkout: Path) -> Path:
    """Return the root of the repository that a folder lies in.

    Raises:
        InputError: it lies in none.
    """
    return Path(_git(checkout, "rev-parse", "--show-toplevel", wrong="is no git checkout of citecoder"))


def tree_arm(tree: Path, name: str) -> CommandArm:
    """Return our command line over a checkout: its package first on the path, its data beside its package."""
    paths = [str(tree / "plugin"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"PYTHONPATH": os.pathsep.join(paths), "CITECODER_DATA": str(tree)}
    identity = tree_identity(tree / "plugin" / "citecoder", tree)
    return CommandArm(name, OURS, identity=identity, verbs=True, environment=environment)


def _git(where: Path, *words: str, wrong: str) -> str:
    """Run git, whatever repository a hook's environment may name, and return what it printed.

    Raises:
        InputError: it failed; ``wrong`` says what that means.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        ran = subprocess.run(  # noqa: S603
            ["git", "-C", str(where), *words],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
    except OSError:
        raise InputError("git is not to be found; `eval impact` needs it to check the base out") from None
    if ran.returncode:
        raise InputError(
            f"{where} {wrong}; run it in a clone of the repository, with --base REV of its history", "--base"
        )
    return ran.stdout.strip()
