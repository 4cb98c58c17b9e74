"""A conversation as a Markdown file, every answer with its sources. The note itself is never written."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from citecoder import __version__
from citecoder.app.cli.answer_view import FOOT, REASONS, conflict_line, numbers_of
from citecoder.app.cli.markdown import code, escaped
from citecoder.app.cli.source_view import payer_name, source_line
from citecoder.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citecoder import wire
    from citecoder.app.cli.chat.conversation import Conversation, Exchange

_PRIVATE = "Questions may hold words about a patient: keep this file where notes are kept."


def save(path: Path, conversation: Conversation, *, again: Path | None = None) -> None:
    """Write the conversation to a file that only this user can read.

    Args:
        path: a file that is not there yet.
        conversation: what was asked and answered.
        again: the one file that may be there already, because this conversation wrote it.

    Raises:
        InputError: nothing was answered yet, or the file can't be written.
    """
    _ = conversation.last
    text = as_markdown(conversation)
    fresh = os.O_TRUNC if path.resolve() == again else os.O_EXCL
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | fresh, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError("/save: that file is there already; give another name") from None
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        raise InputError(f"/save: {why}; give a file that can be written") from None


def as_markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown; words of questions and sources are escaped and stay text."""
    today = datetime.now(UTC).date()
    lines = ["# Coding questions", "", f"citecoder {__version__}, {today}. {FOOT} {_PRIVATE}", ""]
    for number, exchange in enumerate(conversation.exchanges, start=1):
        lines += [f"## {number}. {escaped(' '.join(exchange.asked.question.split()))}", ""]
        lines += _told(exchange)
    return "\n".join(lines)


def _told(exchange: Exchange) -> Iterator[str]:
    told, numbers = exchange.told, numbers_of(exchange.told)
    yield from (f"*{escaped(_asked_with(exchange.asked))}*", "")
    if told.reason is not None:
        yield from (f"**{REASONS[told.reason]}**", "")
    yield from (escaped(told.answer), "", f"Rules as of {told.as_of}.", "")
    if told.conflicts:
        yield from ("Sources disagree:", "")
        yield from (
            f"- {escaped(conflict_line(each, told.answer, numbers).plain)}" for each in told.conflicts
        )
        yield ""
    if told.passages:
        yield from ("Nearest passages:" if told.abstained else "Sources:", "")
        yield from (_source(number, each, told) for number, each in enumerate(told.passages, start=1))
        yield ""


def _asked_with(asked: wire.AskRequest) -> str:
    day = f"date of service {asked.date_of_service}" if asked.date_of_service else "no date of service"
    note = "about a note, which is not kept here" if asked.note else ""
    return " · ".join(part for part in (payer_name(asked.payer), asked.discipline, day, note) if part)


def _source(number: int, passage: wire.Passage, told: wire.AskResponse) -> str:
    return f"- \\[{number}\\] {escaped(source_line(passage, numbers_of(told)).plain)} — `{code(passage.id)}`"
