"""What answers the cases: the rules of this installation, any command, or any service that speaks the contract.

An arm is written ``rules``, ``llm:PROVIDER:MODEL``, ``command:…`` or ``http:URL``, or is a name in a set's ``arms.yaml``. A kind of arm is one
entry of ``KINDS``: a function from what stands after the colon to an ``Arm``.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from citecoder.errors import InputError
from citecoder.evals.arms.arm import Arm
from citecoder.evals.arms.command import CommandArm, find_program
from citecoder.evals.arms.http import HttpArm
from citecoder.evals.arms.identity import engine_identity, files_identity
from citecoder.evals.arms.named import named_arms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OURS = (sys.executable, "-P", "-c", "from citecoder.app.cli import main; main()")

__all__ = ["KINDS", "Arm", "find_arm"]


def _rules(rest: str) -> Arm:
    if rest:
        raise InputError("--arm rules takes nothing after it", "--arm")
    return CommandArm(
        "rules", OURS, identity=engine_identity(), verbs=True, environment={"CITECODER_LLM": ""}
    )


def _llm(rest: str) -> Arm:
    """Return the rules with a language model beside them, as ``CITECODER_LLM`` sets it; nothing of it is kept."""
    provider, _, model = rest.partition(":")
    if not provider or not model:
        raise InputError("--arm llm: names no model; write llm:PROVIDER:MODEL, as in CITECODER_LLM", "--arm")
    return CommandArm(f"llm:{rest}", OURS, verbs=True, environment={"CITECODER_LLM": rest})


def _command(rest: str) -> Arm:
    try:
        words = shlex.split(rest)
    except ValueError:
        raise InputError(
            "--arm command: has a quotation mark that is not closed; close it", "--arm"
        ) from None
    find_program(words)
    return CommandArm(f"command:{rest}", tuple(words))


def _http(rest: str) -> Arm:
    return HttpArm(rest)


KINDS: dict[str, Callable[[str], Arm]] = {
    "rules": _rules,
    "llm": _llm,
    "command": _command,
    "http": _http,
    "https": _http,
}


def find_arm(text: str, folder: Path | None = None) -> Arm:
    """Return the arm that a text names.

    Args:
        text: ``rules``, ``llm:PROVIDER:MODEL``, ``command:CMD``, ``http:URL``, an URL, or a name of ``arms.yaml``.
        folder: the set's folder, where ``arms.yaml`` may lie.

    Raises:
        InputError: no such arm, or its command is not to be found.
    """
    known = named_arms(folder) if folder else {}
    if text in known:
        arm = find_arm(known[text].arm)
        arm.name = text
        if known[text].depends:
            arm.identity = files_identity(known[text].arm, known[text].depends)
        return arm
    kind, _, rest = text.partition(":")
    if kind not in KINDS:
        names = ", ".join(sorted(known)) or "none"
        raise InputError(
            f"--arm {text[:60]!r} is not known; write rules, llm:PROVIDER:MODEL, command:CMD or http:URL, or a name of arms.yaml ({names})",
            "--arm",
        )
    return KINDS[kind](f"{kind}:{rest}" if rest.startswith("//") else rest)
