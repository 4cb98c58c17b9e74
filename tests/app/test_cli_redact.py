"""citecoder redact: shows what would leave, and the identifiers only where they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import Run

NOTE = "Patient: Maria Alvarez  DOS: 3/14/2026\nMrs. Alvarez did 97110 x 15 min. Next visit 3/18.\n"


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "visit.txt"
    path.write_text(NOTE, encoding="utf-8")
    return str(path)


def test_the_text_and_its_counts_are_shown(run: Run, note: str) -> None:
    told = run("redact", note)
    shown = told.out.decode()
    assert told.code == 0
    assert "Patient: [NAME-1]  DOS: [DATE+0d]" in shown
    assert "97110 x 15 min" in shown
    assert "names" in shown
    assert "Alvarez" not in shown


def test_the_map_is_shown_where_it_is_asked_for(run: Run, note: str) -> None:
    assert "[NAME-1]  Maria Alvarez" in run("redact", note, "--map").out.decode()


def test_json_has_marks_and_no_identifiers(run: Run, note: str) -> None:
    out = run("redact", note, "--json").out.decode()
    told = json.loads(out)
    assert "Alvarez" not in out
    assert told["counts"] == {"name": 2, "date": 2}
    first = told["marks"][0]
    assert NOTE[first["start"] : first["end"]] == "Maria Alvarez"
    assert told["text"][first["redacted_start"] : first["redacted_end"]] == first["placeholder"]


def test_json_has_the_map_where_it_is_asked_for(run: Run, note: str) -> None:
    told = json.loads(run("redact", note, "--json", "--map").out)
    assert told["map"]["[NAME-1]"] == "Maria Alvarez"


def test_somebody_who_is_known_is_taken_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("quenby walked", encoding="utf-8")
    assert run("redact", str(path), "--name", "Quenby Moss").out.decode().startswith("[NAME-1] walked")


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    told = run("redact", "nowhere.txt")
    assert told.code == 2
    assert "nowhere.txt" in told.err


def test_the_help_has_an_example(run: Run) -> None:
    assert "citecoder redact" in run("redact", "--help").out.decode().split("Examples:")[1]
