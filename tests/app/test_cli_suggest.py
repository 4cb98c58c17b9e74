"""citecoder suggest: one note, several, batches; JSON for programs and a page for people."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.sample import NOTE

if TYPE_CHECKING:
    from tests.app.conftest import Run


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode())
    return path


def lines_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.decode("ascii").split("\n") if line]


def batch(*requests: Any) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in requests)


def test_json_is_all_that_stands_on_standard_output(run: Run, visit: Path) -> None:
    told = run(
        "suggest", str(visit), "--payer", "medicare", "--discipline", "pt", "--date", "2026-05-01", "--json"
    )
    assert (told.code, told.err) == (0, "")
    data = json.loads(told.out)
    assert [line["code"] for line in data["suggestions"]] == ["97110", "97140", "G0283"]
    assert (data["encounter"]["payer"], data["encounter"]["discipline"]) == ("medicare", "PT")
    assert data["encounter"]["date_of_service"] == "2026-05-01"


def test_offsets_count_code_points_of_the_bytes_as_sent(run: Run) -> None:
    data = json.loads(run("suggest", "-", "--json", stdin=NOTE.encode()).out)
    spans = [span for line in data["suggestions"] for span in line["evidence"]]
    assert data["note_length"] == len(NOTE)
    assert all(NOTE[span["start"] : span["end"]] == span["quote"] for span in spans)


def test_without_a_file_standard_input_is_read(run: Run) -> None:
    assert json.loads(run("suggest", "--json", stdin=NOTE.encode()).out)["suggestions"]


def test_what_is_not_utf8_is_bad_input(run: Run) -> None:
    told = run("suggest", "-", stdin=b"Ther ex \xff Jane Roe")
    assert (told.code, told.out) == (2, b"")
    assert "UTF-8" in told.err
    assert "Jane" not in told.err


def test_a_note_over_the_limit_is_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_MAX_NOTE", "10")
    told = run("suggest", "-", "--json", stdin=b"x" * 11)
    assert (told.code, told.out) == (2, b"")
    assert "11 characters" in told.err


def test_several_files_print_a_line_each_and_go_on(run: Run, visit: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    told = run("suggest", str(visit), str(gone), str(visit), "--payer", "medicare")
    first, second, third = lines_of(told.out)
    assert told.code == 1
    assert first["id"] == third["id"] == str(visit)
    assert first["encounter"]["payer"] == "medicare"
    assert second["id"] == str(gone)
    assert second["error"]["code"] == "invalid_request"


def test_a_batch_keeps_order_and_ids_and_goes_on_after_a_bad_line(run: Run) -> None:
    sent = (
        batch({"id": "a", "note": NOTE, "payer": "medicare"})
        + b"{broken\n\n"
        + batch(
            {"id": 7, "note": "x", "nope": 1},
            {"id": ["x"], "note": "please crash: Jane Roe"},
            {"note": "hello"},
        )
        + batch(
            {"id": "big", "note": "y" * 200_001},
            {"id": "f", "note": "please crash: Jane Roe"},
            ["not an object"],
        )
    )
    told = run("suggest", "--jsonl", "-", stdin=sent)
    got = lines_of(told.out)
    assert told.code == 1
    assert [line.get("error", {}).get("code", "answered") for line in got] == [
        "answered", "invalid_json", "invalid_request", "invalid_request", "answered", "too_long", "failed", "invalid_request",
    ]  # fmt: skip
    assert [line["id"] for line in got if line.get("id") != got[4]["id"]] == [
        "a",
        None,
        7,
        ["x"],
        "big",
        "f",
        None,
    ]
    assert b"Jane" not in told.out
    assert "Jane" not in told.err


def test_a_batch_that_is_answered_in_full_is_exit_0(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_bytes(batch({"id": 1, "note": NOTE}, {"id": 2, "note": "x"}))
    told = run("suggest", "--jsonl", str(path))
    assert (told.code, told.err) == (0, "")
    assert [line["id"] for line in lines_of(told.out)] == [1, 2]


def test_options_stand_in_for_what_a_line_leaves_out(run: Run) -> None:
    sent = batch(
        {"id": 1, "note": "x"}, {"id": 2, "note": "x", "payer": "uhc"}, {"id": 3, "note": "x", "payer": None}
    )
    told = run("suggest", "--jsonl", "-", "--payer", "medicare", stdin=sent)
    assert [line["encounter"]["payer"] for line in lines_of(told.out)] == ["medicare", "uhc", None]


def test_equal_requests_give_equal_json_but_for_id_and_time(run: Run) -> None:
    got = lines_of(run("suggest", "--jsonl", "-", stdin=batch({"note": NOTE}, {"note": NOTE})).out)
    for each in got:
        each.pop("id")
        each["engine"].pop("elapsed_ms")
    assert got[0] == got[1]


def test_the_page_follows_the_order_of_attention(run: Run, visit: Path) -> None:
    page = run("suggest", str(visit), "--payer", "medicare", "--discipline", "PT").out.decode()
    order = ["Medicare · PT", "38 timed min", "CODES (3)", "MISSING (1)", "Chart items (1)", "NOT CODED (1)", "WARNINGS (2)", "SOURCES", "a person signs"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_the_page_marks_evidence_without_colour(run: Run, visit: Path) -> None:
    page = run("suggest", str(visit)).out.decode()
    assert "‹Therapeutic exercise x 23 min›ᵃ" in page
    assert "\x1b" not in page
    assert all(len(line) <= 80 for line in page.split("\n"))


def test_the_page_says_status_sources_and_disputes_in_words(run: Run, visit: Path) -> None:
    page = " ".join(run("suggest", str(visit), "--payer", "medicare").out.decode().split())
    assert "! G0283" in page
    assert "✓ 97110" in page
    assert "Where were the electrodes placed?" in page
    assert "our summary of Pub 100-04 ch.5 §20.2" in page
    assert "article says: 97014 is one-on-one in 15-minute units" in page
    assert "✗ disputed by [2]" in page


def test_what_several_lines_rest_on_is_told_once(run: Run, visit: Path) -> None:
    page = run("suggest", str(visit), "--payer", "medicare").out.decode()
    assert page.count("38 timed minutes → 3 units") == 1
    assert "\nab 38 timed minutes" in page


def test_an_empty_review_says_so_and_does_not_call_it_complete(run: Run) -> None:
    page = run("suggest", "-", stdin=b"Called the patient.").out.decode()
    assert "Nothing to bill" in page
    assert "Nothing missing" not in page


def test_control_characters_of_a_note_never_reach_the_terminal(run: Run) -> None:
    page = run("suggest", "-", stdin="evil \x1b[2J\u202e text".encode()).out.decode()
    assert "\x1b" not in page
    assert "\u202e" not in page


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["C", "C.UTF-8"])
def test_as_a_program_json_is_utf8_whatever_the_locale(visit: Path, tmp_path: Path, encoding: str) -> None:
    environment = {
        **os.environ,
        "LC_ALL": encoding,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "CITECODER_SITE": str(tmp_path),
    }
    command = [sys.executable, "-m", "tests.app.fake_citecoder", "suggest", str(visit)]
    root = Path(__file__).parents[2]
    for more in (["--json"], []):
        done = subprocess.run(
            [*command, *more], capture_output=True, check=False, cwd=root, env=environment, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert "→ 3 units" in done.stdout.decode("utf-8")
