"""One line of a person in, an answer or a command's doing out; what goes wrong is said and the talk goes on."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from citecoder import wire
from citecoder.app.cli import answer_view
from citecoder.app.cli.batch import answer_or_tell
from citecoder.app.cli.chat.conversation import request
from citecoder.app.cli.terminal import say, write_out
from citecoder.app.verbs.ask import ask

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from citecoder.app.cli.chat.conversation import Conversation
    from citecoder.app.wiring import Parts


@dataclass
class Session:
    """A talk at one terminal.

    Attributes:
        console: where words to a person go; standard error while standard output carries JSON.
        as_json: whether answers are the contract's JSON, one line each.
        watched: whether a person waits for the answers.
        saved: the file that this talk was saved to, which it may write again.
        left: whether the person wants to leave.
    """

    parts: Parts
    console: Console
    conversation: Conversation
    as_json: bool = False
    watched: bool = False
    saved: Path | None = None
    left: bool = False


def answer(session: Session, question: str) -> bool:
    """Answer a question and keep the exchange; one that is stopped half-way is not kept.

    Returns:
        Whether it was answered; if not, the reason was told.
    """
    asked: list[wire.AskRequest] = []

    def answered() -> wire.AskResponse:
        asked.append(request(session.conversation, question))
        return ask(session.parts, asked[0])

    waiting = session.watched and session.console.is_terminal
    with session.console.status("looking it up …") if waiting else nullcontext():
        told = answer_or_tell(None, answered)
    if isinstance(told, wire.AskResponse):
        _show(session, told)
        session.conversation = session.conversation.with_exchange(asked[0], told)
        return True
    if session.as_json:
        write_out(wire.to_json(told, lines=True))
    elif isinstance(told, wire.LineFailure):
        say(f"citecoder: {told.error.message}")
    return False


def _show(session: Session, told: wire.AskResponse) -> None:
    """Print the answer short: the sentences, what contradicts them, and how many sources there are to see."""
    if session.as_json:
        write_out(wire.to_json(told, lines=True))
        return
    console = session.console
    answer_view.show_answer(console, told)
    answer_view.show_conflicts(console, told)
    if told.abstained:
        answer_view.show_sources(console, told, text=False)
    console.print(Text(f"Rules as of {told.as_of}{_on_demand(told)}", "dim"))
    console.print()


def _on_demand(told: wire.AskResponse) -> str:
    count = len(told.passages)
    if not count:
        return "."
    if told.abstained:
        return " · /source 1 shows a passage"
    return f" · {count} source{'' if count == 1 else 's'}: /sources, or /source 1 for the words"
