"""Fixtures for the evaluation harness."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from citecoder.app.cli import main
from citecoder.evals.cases import Case
from citecoder.evals.evaluate import open_set, yardstick
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.writing import write_case


@pytest.fixture(scope="session")
def by() -> Yardstick:
    """What direction is measured with."""
    return yardstick(open_set())


@pytest.fixture
def make_set(tmp_path: Path) -> Callable[..., Path]:
    """Write cases as a set and return its folder."""

    def make(*cases: Case) -> Path:
        for each in cases:
            write_case(tmp_path / "set", each)
        return tmp_path / "set"

    return make


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """Write a Python arm and return the text of ``--arm`` for it: the body sees each request as ``asked``."""

    def make(body: str) -> str:
        path = tmp_path / f"arm{len(list(tmp_path.glob('arm*.py')))}.py"
        indented = "\n".join("    " + row for row in body.strip().splitlines())
        path.write_text(
            f"import json, os, sys, time\nfor row in sys.stdin:\n    asked = json.loads(row)\n{indented}\n"
        )
        return f"command:python3 {path}"

    return make


@pytest.fixture
def cli(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line with a cache and a site of its own; returns exit code, output and messages."""

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["--cache", str(tmp_path / "cache"), "--site", str(tmp_path / "site"), *map(str, words)])
        out, err = capsysbinary.readouterr()
        return int(left.value.code or 0), out.decode(), err.decode()

    return call


def tell(code: str = "97110", units: int = 1) -> str:
    """Return the body of an arm that always suggests one line."""
    suggested = [
        {"code": code, "units": units, "modifiers": [], "evidence": [], "citations": [], "missing": []}
    ]
    return f"print(json.dumps({{'id': asked['id'], 'suggestions': {json.dumps(suggested)}, 'missing': [], 'passages': []}}))"
