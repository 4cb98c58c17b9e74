"""The measure: what counts as found, as touched, and when it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

SCRIPT = CHECKOUT / "plugin" / "scripts" / "measure_redaction.py"


def _measure(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, file, *options],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(CHECKOUT / "plugin"), "PATH": ""},
    )


def _line(text: str, kind: str, words: str) -> str:
    start = text.index(words)
    marked = {"kind": kind, "start": start, "end": start + len(words), "text": words}
    return json.dumps({"id": "a", "text": text, "identifiers": [marked]}) + "\n"


def test_a_set_that_is_all_found_passes(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(_line("Patient: Maria Alvarez\nWalked.", "name", "Maria Alvarez"))
    done = _measure(file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "come back exactly: 1 of 1" in done.stdout


def test_a_miss_fails(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(_line("the walked 150 ft today", "other", "walked"))
    assert _measure(file).returncode == 1


def test_a_false_touch_fails(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(_line("Patient: Maria Alvarez. Mrs. Alvarez walked.", "name", "Maria Alvarez"))
    assert _measure(file).returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("held", "structured", "names", "touched"),
    [("held_third", "0.95", "0.93", "0.0085"), ("held_fourth", "0.92", "0.93", "0.006")],
)
def test_notes_that_nothing_was_learned_from_are_as_well_redacted_as_they_were(
    held: str, structured: str, names: str, touched: str
) -> None:
    bounds = ("--structured", structured, "--names", names, "--touched", touched)
    done = _measure(CHECKOUT / "evals" / "redaction" / f"{held}.jsonl", *bounds)
    assert done.returncode == 0, done.stdout
    assert "come back exactly: 60 of 60" in done.stdout
