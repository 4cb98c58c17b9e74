"""The command line as a whole: help, version, errors, and that it starts at once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from citecoder import __version__

if TYPE_CHECKING:
    from tests.app.conftest import Run

VERBS = ["suggest", "ask", "chat", "search", "lookup", "units", "ingest", "status", "serve"]


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.decode().strip() == f"citecoder {__version__}"


def test_help_lists_every_verb_with_examples(run: Run) -> None:
    told = run("--help")
    assert told.code == 0
    assert all(f"  {verb} " in told.out.decode() for verb in VERBS)
    assert "Examples:" in told.out.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example(run: Run, verb: str) -> None:
    told = run(verb, "--help")
    assert told.code == 0
    assert f"citecoder {verb}" in told.out.decode().split("Examples:")[1]


@pytest.mark.parametrize("verb", ["suggest", "chat"])
def test_help_loads_no_vendor(verb: str) -> None:
    heavy = (
        "chromadb langchain langchain_core fastapi uvicorn numpy rich.console prompt_toolkit citecoder.wire"
    )
    program = (
        "import sys\nfrom citecoder.app.cli import main\n"
        "try:\n    main([sys.argv[1], '--help'])\nexcept SystemExit:\n"
        f"    sys.exit(' '.join(n for n in {heavy.split()!r} if n in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, verb], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "bogus"),
        (["suggest", "--payr", "x"], "--payr"),
        (["suggest", "-", "--date", "5/1/2026"], "YYYY-MM-DD"),
        (["suggest", "-", "--date", "2026-02-30"], "YYYY-MM-DD"),
        (["suggest", "-", "--discipline", "MD"], "MD"),
        (["suggest", "/no/such/file"], "no such file"),
        (["suggest", "/"], "directory"),
        (["suggest", "a.txt", "--jsonl", "-"], "not both"),
        (["suggest", "--jsonl", "/no/such/file"], "no such file"),
        (["lookup", "99999"], "99999"),
        (["units"], "CODE=MINUTES"),
        (["units", "97110"], "CODE=MINUTES"),
        (["units", "97110=1", "97110=2"], "stands twice"),
        (["units", "97110=10", "--assistant", "97110=11"], "more than its minutes"),
        (["units", "97110=10", "--assistant", "97140=1"], "more than its minutes"),
        (["ingest"], "--remove"),
        (["ingest", "/no/such/folder"], "no such file"),
        (["ingest", "--remove", "nothing"], "nothing"),
        (["serve", "--host", "10.0.0.1"], "keys create"),
        (["search", ""], "query"),
        (["ask"], "standard input"),
        (["ask", " "], "empty"),
        (["ask", "-"], "empty"),
        (["ask", "?", "--jsonl", "-"], "not both"),
        (["ask", "-", "--note", "-"], "once"),
        (["ask", "?", "--date", "5/1/2026"], "YYYY-MM-DD"),
        (["ask", "?", "--note", "/no/such/file"], "no such file"),
        (["ask", "--jsonl", "/no/such/file"], "no such file"),
        (["ask", "x" * 8001], "question"),
        (["chat", "--note", "-"], "FILE"),
        (["chat", "--note", "/no/such/file"], "no such file"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else value,
)
def test_bad_usage_is_one_line_and_exit_2(run: Run, arguments: list[str], said: str) -> None:
    told = run(*arguments)
    assert told.code == 2
    assert told.out == b""
    assert said in told.err
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


def test_a_bad_setting_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_MAX_NOTE", "many")
    told = run("status")
    assert told.code == 2
    assert "CITECODER_MAX_NOTE" in told.err


def test_our_own_mistake_is_one_line_without_note_text(run: Run) -> None:
    told = run("suggest", "-", stdin=b"please crash: Jane Roe")
    assert told.code == 1
    assert "RuntimeError" in told.err
    assert "Jane" not in told.err
    assert told.err.count("\n") == 1


def test_debug_shows_the_traceback(run: Run) -> None:
    assert "Traceback" in run("--debug", "suggest", "-", stdin=b"please crash: Jane Roe").err


def test_a_failure_of_the_index_is_exit_1(run: Run) -> None:
    told = run("suggest", "-", stdin=b"please be offline")
    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "delete the cache folder" in told.err
