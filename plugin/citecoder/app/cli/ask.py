"""citecoder ask: one question, answered from the sources."""
# ruff: noqa: PLC0415 - heavy imports wait until the verb runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from citecoder.app.cli.options import (
    DateOption,
    Discipline,
    DisciplineOption,
    JsonOption,
    PayerOption,
    iso_date,
    open_parts,
)
from citecoder.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from citecoder.app.wiring import Parts

HELP = """
Answer a question about coding, units or documentation; every sentence cites a dated source, or nothing is answered
and the reason is told.

QUESTION stands in quotes, or is - for standard input: what stands on a command line is kept by shells, so give
words about a patient by standard input or --note.

Examples:

  citecoder ask "Can a PTA do an evaluation?" --payer medicare

  citecoder ask "How many units are 33 minutes of 97110 and 7 of 97140?" --payer medicare --json

  citecoder ask "What is missing in this note for 97140?" --note visit.txt

  citecoder ask --jsonl questions.jsonl > answers.jsonl

A line of --jsonl: {"id": 1, "question": "…", "payer": "medicare", "history": [{"role": "user", "content": "…"}]};
options given here stand in for fields a line leaves out. For a conversation: citecoder chat.
Exit code: 0 answered (that nothing is known is an answer), 1 something was not answered, 2 bad usage or input.
"""

NoteOption = Annotated[
    str | None,
    typer.Option("--note", metavar="FILE|-", help="The note that the question is about, in UTF-8."),
]


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("ask", help=HELP, short_help="Answer a question from the sources.")(run)


def run(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(metavar="[QUESTION|-]", show_default=False)] = None,
    payer: PayerOption = None,
    discipline: DisciplineOption = None,
    date: DateOption = None,
    note: NoteOption = None,
    as_json: JsonOption = False,
    jsonl: Annotated[
        str | None,
        typer.Option("--jsonl", metavar="FILE|-", help="One question a line in, one answer a line out."),
    ] = None,
) -> None:
    """Answer the question."""
    if jsonl is not None and question is not None:
        raise InputError("give QUESTION or --jsonl, not both")
    if jsonl is None and question is None:
        raise InputError("no question was given; write it in quotes, or - to read standard input")
    if [question, note, jsonl].count("-") > 1:
        raise InputError("standard input can be read once; give a FILE for the others")
    given = fields(payer, discipline, date, note)
    parts = open_parts(context)
    if jsonl is not None:
        raise typer.Exit(0 if _answer_jsonl(parts, jsonl, given) else 1)
    _answer(parts, {**given, "question": _words(question or "")}, as_json=as_json)


def fields(
    payer: str | None, discipline: Discipline | None, date: str | None, note: str | None
) -> dict[str, Any]:
    """Return what the options say, as fields of a request; what was not given is left out.

    Raises:
        InputError: the date is none, or the note can't be read.
    """
    told = {
        "payer": payer,
        "discipline": discipline.value if discipline else None,
        "date_of_service": iso_date(date),
        "note": None if note is None else read_words(note),
    }
    return {name: value for name, value in told.items() if value is not None}


def read_words(name: str) -> str:
    """Read a text file, or standard input for ``-``, exactly as it stands.

    Raises:
        InputError: it can't be read, or is not UTF-8.
    """
    from citecoder import wire
    from citecoder.app.cli.batch import read_bytes

    return wire.read_text(read_bytes(name), "standard input" if name == "-" else name)


def _words(question: str) -> str:
    """Return the question; one that says nothing is refused here, where the next step can be told."""
    words = read_words("-").strip() if question == "-" else question
    if not words.strip():
        raise InputError("the question is empty; write it in quotes, or - to read standard input", "question")
    return words


def warn_of_payer(parts: Parts, payer: str | None) -> str | None:
    """Return what is to be said of a payer id that is not known, else None."""
    if payer is None or payer in parts.payers:
        return None
    return f"the payer id is not known and counts as no payer; known are {', '.join(sorted(parts.payers))}"


def _answer_jsonl(parts: Parts, name: str, given: dict[str, Any]) -> bool:
    from citecoder import wire
    from citecoder.app.cli.batch import answer_lines, open_bytes
    from citecoder.app.verbs.ask import ask

    def answer(raw: object) -> BaseModel:
        return ask(parts, wire.read(wire.AskRequest, _merged(given, raw)))

    with open_bytes(name):
        _ = parts.answers  # what stops every line should be told once, before the first
    return answer_lines(name, answer, "questions")


def _merged(given: dict[str, Any], raw: object) -> object:
    """Return a line's request with the options where it says nothing; ``date`` is another name of a field."""
    if not isinstance(raw, dict):
        return raw
    return {
        **{name: value for name, value in given.items() if name != "date_of_service" or "date" not in raw},
        **raw,
    }


def _answer(parts: Parts, given: dict[str, Any], *, as_json: bool) -> None:
    from citecoder import wire
    from citecoder.app.cli.answer_view import show
    from citecoder.app.cli.terminal import page, say, write_out
    from citecoder.app.verbs.ask import ask

    told = ask(parts, wire.read(wire.AskRequest, given))
    if warning := warn_of_payer(parts, given.get("payer")):
        say(f"citecoder: {warning}")
    if as_json:
        write_out(wire.to_json(told))
    else:
        show(page(), told)
