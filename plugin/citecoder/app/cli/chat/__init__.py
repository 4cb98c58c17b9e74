"""citecoder chat: a conversation in the terminal."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from citecoder.app.cli.ask import NoteOption, fields, warn_of_payer
from citecoder.app.cli.options import DateOption, DisciplineOption, PayerOption, open_parts
from citecoder.errors import InputError

if TYPE_CHECKING:
    from citecoder.app.cli.chat.session import Session
    from citecoder.app.wiring import Parts

HELP = """
Talk about coding, units and documentation: each answer cites dated sources and may go on with what was said before.

Type a question, or a command: /sources and /source N show what the last answer rests on; /payer, /discipline, /date
and /note FILE set what holds for the next questions; /new begins anew, /save FILE writes Markdown with the
citations, /help lists them all. Ctrl-C stops an answer, Ctrl-D leaves. Nothing is kept but what you /save.

Examples:

  citecoder chat

  citecoder chat --payer medicare --discipline PT --note visit.txt

  citecoder chat < questions.txt

  citecoder chat --json < questions.txt

Where standard input is no terminal, each line is a question or a command. Exit code: 0 answered,
1 a line was not answered (piped lines only), 2 bad usage or input.
"""

JsonLines = Annotated[bool, typer.Option("--json", help="Print one JSON response a line and nothing else.")]


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("chat", help=HELP, short_help="Talk about coding questions.")(run)


def run(
    context: typer.Context,
    payer: PayerOption = None,
    discipline: DisciplineOption = None,
    date: DateOption = None,
    note: NoteOption = None,
    as_json: JsonLines = False,
) -> None:
    """Talk until there is nothing more to say."""
    from citecoder.app.cli.chat.conversation import Conversation
    from citecoder.app.cli.chat.session import Session
    from citecoder.app.cli.terminal import page

    if note == "-":
        raise InputError("--note takes a FILE here; standard input is the conversation", "--note")
    told = fields(payer, discipline, date, note)
    parts = open_parts(context)
    _get_ready(parts, payer)
    watched = sys.stdin.isatty()
    conversation = Conversation(**told, note_name="" if note is None else note.rsplit("/", 1)[-1])
    session = Session(parts, page(aside=as_json), conversation, as_json=as_json, watched=watched)
    if watched:
        _talk(session)
    elif not _hear_all(session):
        raise typer.Exit(1)


def _get_ready(parts: Parts, payer: str | None) -> None:
    """Load what answers, before the first question and not after it."""
    from citecoder.app.cli.terminal import say

    if sys.stdin.isatty() and sys.stderr.isatty():
        say("reading the sources …")
    _ = parts.answers
    if warning := warn_of_payer(parts, payer):
        say(f"citecoder: {warning}")


def _talk(session: Session) -> None:
    """Talk with a person who types."""
    from rich.text import Text

    from citecoder.app.cli.answer_view import FOOT
    from citecoder.app.cli.chat.commands import COMMANDS, NONE
    from citecoder.app.cli.chat.conversation import state
    from citecoder.app.cli.chat.lines import typed_lines
    from citecoder.app.cli.options import Discipline

    session.console.print(Text(f"Ask a question; /help lists commands, Ctrl-D leaves. {FOOT}", "dim"))
    after: dict[str, list[str] | None] = {
        **{name: [] for name in COMMANDS},
        "/payer": [*sorted(session.parts.payers), NONE],
        "/discipline": [*(each.value for each in Discipline), NONE],
        "/note": None,
        "/save": None,
    }

    def before() -> str:
        said = state(session.conversation)
        return f"[{said}] > " if said else "> "

    for line in typed_lines(before, after, aside=session.as_json or not sys.stdout.isatty()):
        try:
            _hear(session, line)
        except KeyboardInterrupt:
            session.console.print(Text("Stopped.", "dim"))
        if session.left:
            return


def _hear_all(session: Session) -> bool:
    """Answer every line of standard input; return whether each was."""
    from rich.text import Text

    from citecoder import wire
    from citecoder.app.cli.batch import failure
    from citecoder.app.cli.chat.lines import given_lines
    from citecoder.app.cli.note_view import clean
    from citecoder.app.cli.terminal import say, write_out

    good = True
    for number, line in given_lines():
        try:
            words = wire.read_text(line, f"line {number}").strip()
        except InputError as error:
            good = False
            if session.as_json:
                write_out(wire.to_json(failure(None, "invalid_request", error), lines=True))
            else:
                say(f"citecoder: {error}")
            continue
        if not session.as_json:
            session.console.print(Text(f"> {clean(words)}", "bold"))
        good = _hear(session, words) and good
        if session.left:
            break
    return good


def _hear(session: Session, line: str) -> bool:
    """Do what a command says, or answer a question; return whether that was done."""
    from citecoder.app.cli.chat.commands import obey
    from citecoder.app.cli.chat.session import answer
    from citecoder.app.cli.terminal import say

    if not line.strip():
        return True
    if not line.lstrip().startswith("/"):
        return answer(session, line.strip())
    try:
        obey(session, line)
    except InputError as error:
        say(f"citecoder: {error}")
        return False
    return True
