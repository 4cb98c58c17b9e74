"""Standard output and standard error: what goes where, in which encoding, and in how many columns."""
# ruff: noqa: PLC0415 - heavy imports wait until something is shown, so that --help is instant

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import Progress


def write_out(text: str) -> None:
    """Write one line to standard output as UTF-8, whatever the locale says, and let it go at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """Write one line to standard error; what its encoding can't show becomes a question mark."""
    line = "".join(char for char in " ".join(text.split()) if char.isprintable())
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stderr.flush()


class Work:
    """Shows what takes a moment as a bar on standard error, but only to a person. Call it as ``wiring.Progress``."""

    def __init__(self) -> None:
        self._title: str | None = None
        self._end: Callable[[], None] = lambda: None
        self._show: Callable[[int], None] = lambda _: None

    def __call__(self, title: str, done: int, total: int) -> None:
        """Show how much of something is done; the bar goes away with the last step."""
        if not sys.stderr.isatty():
            return
        if title != self._title:
            self._end()
            self._begin(title, total)
        self._show(done)
        if done >= total:
            self._end()
            self._title = None

    def _begin(self, title: str, total: int) -> None:
        bar = _bar(title)
        task = bar.add_task(title, total=total)
        bar.start()
        self._title, self._end = title, bar.stop
        self._show = lambda done: bar.update(task, completed=done)


def page(*, aside: bool = False) -> Console:
    """Return the console that a person reads: at most 100 columns, 80 where no terminal tells its width.

    Args:
        aside: standard error, for words to a person while standard output carries JSON.
    """
    from rich.console import Console

    stream = sys.stderr if aside else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    console = Console(stderr=aside, highlight=False, soft_wrap=False, emoji=False, markup=False)
    known = console.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    console.width = min(console.width, 100) if known else 80
    return console


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Show a bar with count and time left on standard error where a person watches; yields what moves it on by one."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with _bar(title) as bar:
        task = bar.add_task(title, total=total)

        def step() -> None:
            bar.advance(task)
            if bar.finished:  # what comes after may show a bar of its own
                bar.stop()

        yield step


def _bar(title: str) -> Progress:
    """Make a bar that tells the time taken and the time left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"))
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
