"""citecoder prompts: the versioned words that a language model is asked with, and what changed between them."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.options import open_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from citecoder.prompts import Prompt, PromptVersion

HELP = """
Show the prompts, their versions, and what changed between two of them.

Examples:

  citecoder prompts list

  citecoder prompts diff suggest
"""
LIST = """
List the prompts, each with its mark (name@version#hash, as reviews and answers record it) and its history.

Examples:

  citecoder prompts list
"""
DIFF = """
Show what changed between two versions of a prompt: by default between the one in use and the one before it.

Examples:

  citecoder prompts diff suggest

  citecoder prompts diff suggest 1

  citecoder prompts diff suggest 1 2
"""
_COLOURS = (("+++", "bold"), ("---", "bold"), ("@@", "cyan"), ("+", "green"), ("-", "red"))


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    group = typer.Typer(name="prompts", help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help=LIST, short_help="List the prompts with their history.")(list_prompts)
    group.command("diff", help=DIFF, short_help="What changed between two versions.")(diff)
    app.add_typer(group, short_help="The prompts that a language model is asked with.")


def list_prompts(context: typer.Context) -> None:
    """Print every prompt with its versions."""
    from citecoder.app.cli.terminal import page
    from citecoder.prompts import history, load_prompt, prompt_names

    roots, console = open_parts(context).roots, page()
    for name in prompt_names(roots):
        _show(console, load_prompt(roots, name), history(roots, name))


def _show(console: Console, prompt: Prompt, versions: Sequence[PromptVersion]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text(prompt.mark, "bold"))
    for each in versions:
        line = Text(f"{each.version}  {each.on or '          '}  ", "dim").append(each.change, "default")
        console.print(Padding(line, (0, 0, 0, 2)))


def diff(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name that `citecoder prompts list` shows.")],
    before: Annotated[
        str | None, typer.Argument(metavar="[FROM]", help="A version; by default the one before TO.")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="[TO]", help="A version; by default the one in use.")
    ] = None,
) -> None:
    """Print the changed lines."""
    from rich.text import Text

    from citecoder.app.cli.terminal import page, say
    from citecoder.prompts import difference, load_prompt

    roots = open_parts(context).roots
    second = load_prompt(roots, name, after)
    first = load_prompt(roots, name, before or _before(context, name, second.version))
    lines = difference(first, second)
    if not lines:
        say(f"{first.mark} and {second.mark} have the same words")
    console = page()
    for line in lines:
        console.print(Text(line, next((c for sign, c in _COLOURS if line.startswith(sign)), "default")))


def _before(context: typer.Context, name: str, version: str) -> str:
    """Return the version before another, or that one where it is the first."""
    from citecoder.prompts import history

    known = [v.version for v in history(open_parts(context).roots, name)]
    return known[max(0, known.index(version) - 1)]
