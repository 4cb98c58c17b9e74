"""JSON lines: one request a line in, one answer a line out, same order, same id; a bad line is told and the rest goes on."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from citecoder import wire
from citecoder.app.cli.terminal import progress_bar, write_out
from citecoder.errors import CitecoderError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

    Answer = Callable[[object], BaseModel]


@contextmanager
def open_bytes(name: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``, as bytes.

    Raises:
        InputError: the file can't be opened; the message says why.
    """
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = Path(name).open("rb")  # noqa: SIM115 - it is closed below, outside the handler
    except OSError as error:
        raise InputError(
            f"{name}: {os.strerror(error.errno or 0).lower()}; give a file that can be read"
        ) from None
    with opened:
        yield opened


def read_bytes(name: str) -> bytes:
    """Read a whole file, or standard input for ``-``.

    Raises:
        InputError: the file can't be read.
    """
    with open_bytes(name) as stream:
        return stream.read()


def answer_lines(name: str, answer: Answer, what: str = "notes") -> bool:
    """Answer every line of a file, each as soon as it is read, so that a caller may talk line by line.

    Args:
        name: a file of JSON lines, or ``-``.
        answer: makes the response from one decoded request; may raise.
        what: what the lines hold, for the progress bar.

    Returns:
        Whether every line was answered.
    """
    good = True
    with open_bytes(name) as stream, progress_bar(what, _count_lines(stream)) as step:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                told = answer_line(line, number, answer)
                good = good and not isinstance(told, wire.LineFailure)
                write_out(wire.to_json(told, lines=True))
            step()
    return good


def answer_line(line: bytes, number: int, answer: Answer) -> BaseModel:
    """Answer one line; whatever goes wrong becomes a failure that names no note text."""
    try:
        raw = wire.read_json(line, f"line {number}")
    except InputError as error:
        return failure(None, "invalid_json", error)
    line_id = raw.get("id") if isinstance(raw, dict) else None
    return answer_or_tell(line_id, lambda: answer(raw))


def answer_or_tell(line_id: object, answer: Callable[[], BaseModel]) -> BaseModel:
    """Return the answer, or why there is none."""
    try:
        return answer()
    except wire.TooLongError as error:
        return failure(line_id, "too_long", error)
    except InputError as error:
        return failure(line_id, "invalid_request", error)
    except Exception as error:  # noqa: BLE001 - one note must not stop the batch
        return failure(line_id, "failed", error)


def failure(line_id: object, code: str, error: Exception) -> wire.LineFailure:
    """Say why a line has no answer. Only our own messages are shown: a vendor's may carry note text."""
    message = str(error) if isinstance(error, CitecoderError) else f"failed with {type(error).__name__}"
    return wire.LineFailure.model_validate({"id": line_id, "error": {"code": code, "message": message}})


def _count_lines(stream: BinaryIO) -> int | None:
    """Count the lines of a real file for the progress bar; a pipe has no length."""
    if not sys.stderr.isatty() or not stream.seekable():
        return None
    total = sum(1 for _ in stream)
    stream.seek(0)
    return total
