"""Where a person's lines come from: typed, with editing and recall, or one after the other from a pipe or a file.

What was typed can be recalled with the arrow keys as long as the talk goes on; it is in memory and in no file.
"""
# ruff: noqa: PLC0415 - a terminal's library is loaded only where there is a terminal

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def typed_lines(
    before: Callable[[], str], words: Mapping[str, list[str] | None], *, aside: bool
) -> Iterator[str]:
    """Yield the lines that a person types, until Ctrl-D; Ctrl-C drops the line.

    Args:
        before: says what stands before the line, asked anew for each.
        words: the commands, each with the words that may follow; None where a file follows.
        aside: write to standard error, for standard output carries JSON or is no terminal.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import NestedCompleter, PathCompleter, WordCompleter
    from prompt_toolkit.history import InMemoryHistory
    from prompt_toolkit.output import create_output
    from prompt_toolkit.shortcuts import CompleteStyle

    completer = NestedCompleter(
        {
            name: PathCompleter(expanduser=True) if after is None else WordCompleter(after)
            for name, after in words.items()
        }
    )
    prompt: PromptSession[str] = PromptSession(
        history=InMemoryHistory(),
        completer=completer,
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        reserve_space_for_menu=0,
        output=create_output(stdout=sys.stderr) if aside else None,
    )
    while True:
        try:
            yield prompt.prompt(before)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def given_lines() -> Iterator[tuple[int, bytes]]:
    """Yield the lines of standard input that say something, each as soon as it is there, with its number."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            yield number, line
