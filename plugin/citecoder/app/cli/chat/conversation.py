"""What a conversation holds: what was set, what was asked and what was answered. It is in memory and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from citecoder import wire
from citecoder.app.cli.note_view import clean
from citecoder.app.cli.source_view import payer_name
from citecoder.errors import InputError

if TYPE_CHECKING:
    from datetime import date

MOST_EXCHANGES = 20
"""Exchanges that go along with a question, the latest ones: what is older is no longer spoken of."""


@dataclass(frozen=True)
class Exchange:
    """One question as it was sent, and its answer."""

    asked: wire.AskRequest
    told: wire.AskResponse


@dataclass(frozen=True)
class Conversation:
    """What is said so far, the oldest first, and what holds for the next question.

    Attributes:
        note_name: what the person calls the note; its file's name.
    """

    payer: str | None = None
    discipline: str | None = None
    date_of_service: date | None = None
    note: str | None = None
    note_name: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def last(self) -> wire.AskResponse:
        """The latest answer.

        Raises:
            InputError: nothing was answered yet.
        """
        if not self.exchanges:
            raise InputError("nothing was answered yet; ask a question first")
        return self.exchanges[-1].told

    def with_exchange(self, asked: wire.AskRequest, told: wire.AskResponse) -> Conversation:
        """Return the conversation with one more exchange."""
        return replace(self, exchanges=(*self.exchanges, Exchange(asked, told)))

    def anew(self) -> Conversation:
        """Return a conversation in which nothing was said; the note, which speaks of one patient, is gone."""
        return replace(self, exchanges=(), note=None, note_name="")


def request(conversation: Conversation, question: str) -> wire.AskRequest:
    """Put a question with what was said before into a request.

    Raises:
        InputError: the question is too long.
    """
    fields: dict[str, Any] = {
        "question": question,
        "payer": conversation.payer,
        "discipline": conversation.discipline,
        "date_of_service": conversation.date_of_service,
        "note": conversation.note,
        "history": [
            turn
            for each in conversation.exchanges[-MOST_EXCHANGES:]
            for turn in (
                {"role": "user", "content": each.asked.question},
                {"role": "assistant", "content": each.told.answer},
            )
        ],
    }
    return wire.read(wire.AskRequest, fields)


def state(conversation: Conversation) -> str:
    """Say in a few words what holds for the next question; empty where nothing was set."""
    payer = payer_name(conversation.payer) if conversation.payer else ""
    day = str(conversation.date_of_service or "")
    note = f"note {clean(conversation.note_name)}".strip() if conversation.note else ""
    return " · ".join(part for part in (payer, conversation.discipline or "", day, note) if part)
