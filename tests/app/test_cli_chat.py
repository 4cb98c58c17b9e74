"""citecoder chat: a conversation by lines from a pipe, and typed at a terminal."""

from __future__ import annotations

import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.runnables import RunnableLambda
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from citecoder.app.cli import chat
from citecoder.app.cli.chat.commands import COMMANDS
from citecoder.app.cli.chat.lines import typed_lines
from tests.app.fake_citecoder import SampleParts
from tests.app.sample import NOTE
from tests.app.sample_answers import answer
from tests.app.sample_code_answers import UNKNOWN
from tests.contract import conforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citecoder.answers import Answer, Question
    from tests.app.conftest import Ran, Run

QUESTION = "Does Medicare take 97014?"
CONTROL_C, CONTROL_D = "\x03", "\x04"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """The questions that reach the engine."""
    heard: list[Question] = []

    def told(question: Question) -> Answer:
        heard.append(question)
        if "stop me" in question.text:
            raise KeyboardInterrupt
        return answer(question)

    monkeypatch.setattr(SampleParts, "answers", RunnableLambda(told))
    return heard


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode())
    return path


def said(run: Run, *lines: object, options: tuple[str, ...] = ()) -> Ran:
    return run("chat", *options, stdin="\n".join(map(str, lines)).encode())


# --- lines from a pipe ---------------------------------------------------------------------------


def test_each_line_is_a_question_and_the_blank_ones_are_not(run: Run) -> None:
    told = said(run, QUESTION, "", "  ", UNKNOWN)
    assert (told.code, told.err) == (0, "")
    page = told.out.decode()
    assert page.count("> ") == 2
    assert "Medicare takes G0283 for unattended stimulation. [1]" in page
    assert "3 sources: /sources" in page
    assert "No answer: the sources here do not say." in page
    assert page.index("SOURCES DISAGREE (1)") < page.index("NEAREST PASSAGES (2)")


def test_what_was_said_goes_along(run: Run, asked: list[Question]) -> None:
    said(run, QUESTION, "And the area?", "/new", "And now?")
    assert [len(each.history) for each in asked] == [0, 2, 0]
    question, told = asked[1].history
    assert (question.role, question.content) == ("user", QUESTION)
    assert (told.role, told.content) == ("assistant", answer(asked[0]).text)


def test_only_the_latest_exchanges_go_along(run: Run, asked: list[Question]) -> None:
    said(run, *(f"Question {n}?" for n in range(30)))
    assert len(asked[-1].history) == 40
    assert asked[-1].history[0].content == "Question 9?"


def test_a_real_conversation_goes_on(real: Run) -> None:
    told = said(real, "Can a PTA do an evaluation?", "and for Medicare?", options=("--json",))
    first, second = (json.loads(line) for line in told.out.splitlines())
    assert (told.code, told.err) == (0, "")
    assert {each["id"] for each in first["passages"]} & {each["id"] for each in second["passages"]}


def test_json_is_one_response_a_line_and_nothing_else(run: Run) -> None:
    lines = (QUESTION, "/sources", "/payer medicare", "x" * 8001, "/bogus", "please crash: Jane Roe", UNKNOWN)
    told = said(run, *lines, options=("--json",))
    data: list[dict[str, Any]] = [json.loads(line) for line in told.out.decode("ascii").splitlines()]
    assert told.code == 1
    assert [each.get("error", {}).get("code") for each in data] == [None, "invalid_request", "failed", None]
    for each in (data[0], data[-1]):
        conforms(each, "ask")
    assert "SOURCES (3)" in told.err
    assert "Payer: Medicare." in told.err
    assert "Jane" not in told.out.decode() + told.err


def test_a_line_that_is_not_utf8_is_told_and_the_talk_goes_on(run: Run) -> None:
    plain = run("chat", stdin=b"Jane \xff\n" + QUESTION.encode())
    assert plain.code == 1
    assert "line 1 is not UTF-8" in plain.err
    assert b"G0283" in plain.out
    first = run("chat", "--json", stdin=b"Jane \xff\n").out
    assert json.loads(first)["error"]["code"] == "invalid_request"


def test_a_failure_is_one_line_and_the_talk_goes_on(run: Run, asked: list[Question]) -> None:
    told = said(run, "please be offline", "please crash: Jane Roe", QUESTION)
    assert told.code == 1
    assert "delete the cache folder" in told.err
    assert "RuntimeError" in told.err
    assert "Jane" not in told.err
    assert asked[-1].history == ()


def test_control_characters_never_reach_the_terminal(run: Run) -> None:
    told = said(run, "evil \x1b[2J\u202e", "/bogus\x1b[2J")
    assert b"\x1b" not in told.out
    assert "\u202e" not in told.out.decode()
    assert "\x1b" not in told.err


# --- commands ------------------------------------------------------------------------------------


def test_what_is_set_holds_for_the_next_questions(run: Run, asked: list[Question], visit: Path) -> None:
    settings = ("/payer Medicare Advantage", "/discipline pt", "/date 2026-05-01", f"/note {visit}")
    told = said(run, QUESTION, *settings, "What now?", *(f"/{each} none" for each in ("payer", "discipline", "date", "note")), "And now?")  # fmt: skip
    assert (told.code, told.err) == (0, "")
    fields = [(each.payer, each.discipline, str(each.date_of_service), each.note) for each in asked]
    assert fields == [
        (None, None, "None", None),
        ("medicare_advantage", "PT", "2026-05-01", NOTE),
        (None, None, "None", None),
    ]


def test_options_hold_from_the_start_and_a_new_talk_forgets_the_note(
    run: Run, asked: list[Question], visit: Path
) -> None:
    told = said(
        run, QUESTION, "/new", "And now?", options=("--payer", "medicare", "--date", "2026-05-01", "--note", str(visit))
    )  # fmt: skip
    assert [(each.payer, each.note) for each in asked] == [("medicare", NOTE), ("medicare", None)]
    assert "Still set: Medicare · 2026-05-01." in told.out.decode()


def test_sources_come_on_demand(run: Run) -> None:
    page = said(run, QUESTION, "/sources", "/source 2").out.decode()
    listed, words = page.split("> /sources", 1)[1].split("> /source 2", 1)
    assert "[3] An article about 97014" in listed
    assert "The area treated is recorded." not in listed
    assert "[2] The area treated is recorded." in words
    assert "mac-billing-articles/unattended-stimulation · Contractor billing" in words


def test_help_names_every_command(run: Run) -> None:
    page = said(run, "/help").out.decode()
    assert all(f" {name} " in page for name in COMMANDS)


def test_quit_leaves(run: Run, asked: list[Question]) -> None:
    assert said(run, "/quit", QUESTION).code == 0
    assert asked == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/bogus", "/help"),
        ("/sources", "ask a question first"),
        ("/source 1", "ask a question first"),
        ("/payer zork", "medicare"),
        ("/discipline MD", "SLP"),
        ("/date 5/1/2026", "YYYY-MM-DD"),
        ("/note /no/such/file", "no such file"),
        ("/note -", "FILE"),
        ("/note {folder}/empty", "empty"),
        ("/note {folder}/long", "200,000"),
        ("/save", "/save answers.md"),
        ("/save {folder}/new.md", "ask a question first"),
    ],
)
def test_a_wrong_command_says_what_to_do_and_changes_nothing(
    run: Run, tmp_path: Path, asked: list[Question], line: str, told: str
) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "long").write_text("x" * 200_001)
    ran = said(run, line.format(folder=tmp_path), QUESTION)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert told in ran.err
    assert [(each.payer, each.discipline, each.date_of_service, each.note) for each in asked] == [
        (None, None, None, None)
    ]


@pytest.mark.parametrize("number", ["", "0", "4", "x", "²"])
def test_a_source_that_is_not_there_is_refused(run: Run, number: str) -> None:
    assert "from 1 to 3" in said(run, QUESTION, f"/source {number}").err


# --- saving --------------------------------------------------------------------------------------


def test_a_saved_talk_is_markdown_with_citations_for_its_user_alone(
    run: Run, visit: Path, tmp_path: Path
) -> None:
    path = tmp_path / "talk.md"
    lines = ("Is <b>97014</b> [taken](http://evil.example)?", f"/save {path}", UNKNOWN, f"/save {path}")
    told = said(run, *lines, options=("--payer", "medicare", "--note", str(visit)))
    assert (told.code, told.err) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "## 1. Is &lt;b&gt;97014&lt;/b&gt; \\[taken\\](http:\u200b//evil.example)?" in text
    assert "Medicare takes G0283 for unattended stimulation. \\[1\\]" in text
    assert "- \\[1\\] Physician Fee Schedule 2026 › unattended-stimulation · regulator" in text
    assert "`cms-pfs-2026/unattended-stimulation`" in text
    assert "- article says: 97014 is one-on-one in 15-minute units \\[3\\]" in text
    assert "## 2. What is the moon made of?" in text
    assert "**No answer: the sources here do not say.**" in text
    assert "about a note, which is not kept here" in text
    assert "quad sets" not in text


def test_a_file_that_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text("mine")
    told = said(run, QUESTION, f"/save {path}")
    assert (told.code, path.read_text()) == (1, "mine")
    assert "another name" in told.err
    assert "directory" in said(run, QUESTION, f"/save {tmp_path}/no/such.md").err


# --- typed ---------------------------------------------------------------------------------------


def typed(keys: str) -> Iterator[str]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        yield from typed_lines(lambda: "> ", {"/payer": ["medicare", "aetna"], "/quit": []}, aside=False)


def test_typed_lines_are_edited_and_completed_and_end_with_control_d() -> None:
    to_the_start, tab = "\x01", "\t"
    assert list(typed(f"two{to_the_start}one \r/payer ae{tab}\r{CONTROL_D}")) == ["one two", "/payer aetna"]


def test_control_c_drops_the_line_and_no_more() -> None:
    assert list(typed(f"half a{CONTROL_C}whole\r{CONTROL_D}")) == ["whole"]


def test_control_c_stops_an_answer_which_is_then_not_part_of_the_talk(
    run: Run, asked: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    def person_types() -> bool:
        return True

    class Typing:
        """Standard input that is a terminal."""

        isatty = staticmethod(person_types)

    def talk() -> Iterator[str]:
        yield from ("stop me, please", QUESTION, "/quit", "never asked")

    monkeypatch.setattr("citecoder.app.cli.chat.lines.typed_lines", lambda *_, **__: talk())
    monkeypatch.setattr(
        chat, "sys", type("Sys", (), {"stdin": Typing, "stdout": sys.stdout, "stderr": sys.stderr})
    )
    told = run("chat")
    page = told.out.decode()
    assert told.code == 0
    assert page.index("Stopped.") < page.index("G0283")
    assert [len(each.history) for each in asked] == [0, 0]


READY = "\x1b[?2004h"
"""What stands before every line that may be typed: a paste is told from keys from here on."""


def screen(terminal: int, until: str, seconds: float = 60) -> str:
    """Read what a program shows on its terminal until some words stand there, or it has left, or time is up."""
    shown, end = b"", time.monotonic() + seconds
    while (
        until.encode() not in shown and select.select([terminal], [], [], max(end - time.monotonic(), 0))[0]
    ):
        try:
            shown += os.read(terminal, 1)
        except OSError:  # what Linux says when the program has left
            break
    return shown.decode(errors="replace")


@pytest.mark.slow
def test_at_a_real_terminal(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "CITECODER_SITE": str(tmp_path),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    command = [sys.executable, "-m", "tests.app.fake_citecoder", "chat"]
    root = Path(__file__).parents[2]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    # Tests that run in the background are started deaf to interrupts, and what they start would be, too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    talk = subprocess.Popen(command, cwd=root, env=environment, **streams)
    signal.signal(signal.SIGINT, before)
    try:
        os.close(theirs)
        assert "Ctrl-D leaves" in screen(ours, READY)
        os.write(ours, b"please take seconds: 60\r")
        assert "looking it up" in screen(ours, "looking it up")
        time.sleep(1)  # as long as a person takes to want it stopped: the question is under way
        talk.send_signal(signal.SIGINT)
        assert "Stopped." in screen(ours, READY)
        os.write(ours, QUESTION.encode() + b"\r")
        assert "0 turns were said before" in screen(ours, READY)
        os.write(ours, b"\x1b[A\r")  # the arrow recalls the last line
        assert "2 turns were said before" in screen(ours, READY)
        os.write(ours, CONTROL_D.encode())
        screen(ours, "nothing more", 20)
        assert talk.wait(20) == 0
    finally:
        talk.kill()
        talk.wait()
        os.close(ours)
