"""prompts at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Run


def test_the_list_names_every_prompt_with_its_mark_and_history(run: Run) -> None:
    told = run("prompts", "list")

    assert told.code == 0
    out = told.out.decode()
    assert "suggest@2#" in out
    assert "2026-11-21" in out
    assert "check_before_signing@1#" in out
    assert "README" not in out


def test_a_difference_is_by_default_with_the_version_before(run: Run) -> None:
    named, default = run("prompts", "diff", "suggest", "1", "2"), run("prompts", "diff", "suggest")

    assert named.code == default.code == 0
    assert named.out == default.out
    assert b"--- suggest@1#" in named.out
    assert b"+++ suggest@2#" in named.out


def test_versions_with_the_same_words_are_said_to_be(run: Run) -> None:
    told = run("prompts", "diff", "judge")

    assert (told.code, told.out) == (0, b"")
    assert "same words" in told.err


@pytest.mark.parametrize(
    ("arguments", "says"), [(("suggest", "9"), "has 1, 2"), (("nothing",), "prompts list")]
)
def test_what_is_not_there_is_named_in_one_line(run: Run, arguments: tuple[str, ...], says: str) -> None:
    told = run("prompts", "diff", *arguments)

    assert told.code in (1, 2)
    assert says in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("command", [("prompts",), ("prompts", "list"), ("prompts", "diff")])
def test_help_gives_examples(run: Run, command: tuple[str, ...]) -> None:
    assert "Examples:" in run(*command, "--help").out.decode()
