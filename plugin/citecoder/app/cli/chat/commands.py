"""What a line that begins with a slash does: one row of ``COMMANDS`` each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from citecoder.app.cli import answer_view
from citecoder.app.cli.ask import read_words
from citecoder.app.cli.chat.conversation import state
from citecoder.app.cli.chat.saving import save
from citecoder.app.cli.note_view import clean
from citecoder.app.cli.options import Discipline, iso_date
from citecoder.app.cli.rows import item
from citecoder.app.cli.source_view import payer_name
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.app.cli.chat.session import Session

NONE = "none"
"""What a command takes to forget what was set."""


@dataclass(frozen=True)
class Command:
    """A command: what it takes, what it is for, and what it does with the words behind its name.

    Attributes:
        act: may raise InputError, which is told to the person; nothing has changed then.
    """

    takes: str
    says: str
    act: Callable[[Session, str], None]


def obey(session: Session, line: str) -> None:
    """Do what a line such as ``/payer medicare`` says.

    Raises:
        InputError: there is no such command, or what stands behind it is wrong.
    """
    name, _, rest = line.strip().partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        raise InputError(f"there is no command {clean(name)[:20]!r}; /help lists them")
    command.act(session, rest.strip())


def _sources(session: Session, rest: str) -> None:
    told = session.conversation.last
    if not told.passages:
        raise InputError("the last answer has no sources; its words say why")
    answer_view.show_sources(session.console, told, text=False)


def _source(session: Session, rest: str) -> None:
    told = session.conversation.last
    if not rest.isdecimal() or not 1 <= int(rest) <= len(told.passages):
        many = f"from 1 to {len(told.passages)}" if told.passages else "but the last answer has none"
        raise InputError(f"/source takes the number of a source, {many}; /sources lists them")
    number = int(rest)
    passage = told.passages[number - 1]
    answer_view.show_passage(session.console, number, passage, answer_view.numbers_of(told))


def _payer(session: Session, rest: str) -> None:
    payer = "_".join(rest.lower().split())
    known = sorted(session.parts.payers)
    if payer not in ("", NONE, *known):
        raise InputError(f"/payer: not a payer id that is known; write one of {', '.join(known)}, or none")
    if payer:
        session.conversation = replace(session.conversation, payer=None if payer == NONE else payer)
    session.console.print(f"Payer: {payer_name(session.conversation.payer)}.")


def _discipline(session: Session, rest: str) -> None:
    if rest:
        known = [each.value for each in Discipline]
        if rest.upper() not in known and rest.lower() != NONE:
            raise InputError(f"/discipline takes one of {', '.join(known)}, or none")
        value = None if rest.lower() == NONE else rest.upper()
        session.conversation = replace(session.conversation, discipline=value)
    session.console.print(f"Discipline: {session.conversation.discipline or 'unknown'}.")


def _date(session: Session, rest: str) -> None:
    if rest:
        day = None if rest.lower() == NONE else iso_date(rest, "/date")
        session.conversation = replace(session.conversation, date_of_service=day)
    session.console.print(
        f"Date of service: {session.conversation.date_of_service or 'none, the rules of today'}."
    )


def _note(session: Session, rest: str) -> None:
    if rest.lower() == NONE:
        session.conversation = replace(session.conversation, note=None, note_name="")
    elif rest == "-":
        raise InputError("/note takes a FILE; standard input is this conversation")
    elif rest:
        note = _fitting(read_words(str(Path(rest).expanduser())), session.parts.settings.max_note)
        session.conversation = replace(session.conversation, note=note, note_name=Path(rest).name)
    told = session.conversation
    session.console.print(
        Text(f"Note: {clean(told.note_name)}, {len(told.note):,} characters." if told.note else "Note: none.")
    )


def _fitting(note: str, most: int) -> str:
    if not note.strip():
        raise InputError("/note: the file is empty; give the note of one visit")
    if len(note) > most:
        raise InputError(
            f"/note: {len(note):,} characters, and at most {most:,} are read; give one visit at a time"
        )
    return note


def _new(session: Session, rest: str) -> None:
    session.conversation = session.conversation.anew()
    session.saved = None
    stays = state(session.conversation)
    session.console.print(Text("Forgotten, the note too." + (f" Still set: {stays}." if stays else "")))


def _save(session: Session, rest: str) -> None:
    if not rest:
        raise InputError("/save takes a FILE, such as /save answers.md")
    path = Path(rest).expanduser()
    save(path, session.conversation, again=session.saved)
    session.saved = path.resolve()
    session.console.print(Text(f"Saved to {clean(str(path))}, for your user alone."))


def _help(session: Session, rest: str) -> None:
    width = max(len(f"{name} {command.takes}") for name, command in COMMANDS.items())
    for name, command in COMMANDS.items():
        item(session.console, Text(command.says), f"{f'{name} {command.takes}':<{width}}  ", 1, "bold")
    session.console.print(Text(" Anything else is a question. Ctrl-C stops an answer, Ctrl-D leaves.", "dim"))


def _quit(session: Session, rest: str) -> None:
    session.left = True


COMMANDS = {
    "/sources": Command("", "the sources of the last answer", _sources),
    "/source": Command("N", "the words of its source N", _source),
    "/payer": Command("[ID|none]", "say or set the payer, such as medicare", _payer),
    "/discipline": Command("[PT|OT|SLP|DC|none]", "say or set who treats", _discipline),
    "/date": Command("[YYYY-MM-DD|none]", "say or set the date of service", _date),
    "/note": Command("[FILE|none]", "say or set the note that questions are about", _note),
    "/new": Command("", "begin anew: forget what was said, and the note", _new),
    "/save": Command("FILE", "save the conversation as Markdown with its citations", _save),
    "/help": Command("", "list these commands", _help),
    "/quit": Command("", "leave", _quit),
}
