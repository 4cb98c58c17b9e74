"""The fixture for other people's tests, used as they use it; and what a change does before it is merged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from citecoder.evals.impact import changes, essentials
from citecoder.evals.outcomes import Answer
from tests.conftest import CHECKOUT
from tests.evals.conftest import tell
from tests.evals.making import answer, case, line

pytest_plugins = ["pytester"]


@pytest.mark.slow
def test_a_test_can_gate_on_the_bound_of_an_interval(
    pytester: pytest.Pytester, make_set: Callable[..., Path], script: Callable[[str], str]
) -> None:
    place, good, bad = make_set(*[case(f"c{n:02}") for n in range(30)]), script(tell()), script(tell("97140"))
    pytester.makepyfile(
        f"""
        SET, GOOD, BAD = {str(place)!r}, {good!r}, {bad!r}

        def test_good(citecoder_eval):
            citecoder_eval("coding", arm=GOOD, place=SET).at_least("f1", 0.85)

        def test_too_much_is_asked_of_thirty_notes(citecoder_eval):
            citecoder_eval("coding", arm=GOOD, place=SET).at_least("exact_codes", 0.95)

        def test_less_is_better(citecoder_eval):
            citecoder_eval("coding", arm=GOOD, place=SET).at_least("forbidden_per_case", 0.2)

        def test_worse(citecoder_eval):
            before = citecoder_eval("coding", arm=GOOD, place=SET)
            citecoder_eval("coding", arm=BAD, place=SET).not_worse_than(before, "f1")

        def test_same(citecoder_eval):
            before = citecoder_eval("coding", arm=GOOD, place=SET)
            citecoder_eval("coding", arm=GOOD, place=SET).not_worse_than(before)
        """
    )
    ran = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    ran.assert_outcomes(passed=3, failed=2)
    ran.stdout.fnmatch_lines(
        [
            "*exact_codes is 1.0000; its lower 95 % bound 0.88* misses 0.95*",
            "*worse than the baseline: f1 -1.0000*",
        ]
    )


def test_reviews_are_held_against_each_other_by_what_a_person_acts_on() -> None:
    before = answer(line("97110", 2, status="supported", id="x", rationale="because"))
    same = answer(line("97110", 2, status="supported", id="y", rationale="for another reason"))
    other = answer(line("97110", 3, status="supported"), line("97140", 1, status="supported"))
    told = [Answer("c1", "answered", same), Answer("c2", "answered", other)]
    (changed,) = changes([Answer("c1", "answered", before), Answer("c2", "answered", before)], told)
    assert (changed.case, changed.fields) == ("c2", ("codes", "units", "modifiers", "status"))
    assert essentials(None)["codes"] == []


@pytest.mark.slow
def test_one_rule_off_is_seen_before_it_is_merged_and_stopped(
    tmp_path: Path, make_set: Callable[..., Path]
) -> None:
    """In a clone of its own: ``impact`` shows what a change of knowledge does, ``compare`` stops it with its chance."""
    clone, environment = _clone(tmp_path)
    notes = [
        f"PT daily note. Gait training with cane x {10 + n} min, cues for heel strike. Total {10 + n} min."
        for n in range(12)
    ]
    place = make_set(
        *[
            case(
                f"c{n:02}",
                note=note,
                codes=[{"code": "97116", "units": 1}],
                ask={"payer": "medicare", "discipline": "PT"},
            )
            for n, note in enumerate(notes)
        ]
    )

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-c",
            "from citecoder.app.cli import main; main()",
            "eval",
            *map(str, words),
        ]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=clone, env=environment, check=False
        )

    assert run("run", "--set", place, "--save", tmp_path / "base.json").returncode == 0
    unchanged = run("impact", "--base", "HEAD", "--set", place, "--json")
    assert json.loads(unchanged.stdout)["reviews"] == []

    _switch_off_gait(clone)
    impact = run("impact", "--base", "HEAD", "--set", place, "--json", "--fail-if-worse")
    told = json.loads(impact.stdout)
    assert impact.returncode == 1
    assert len(told["reviews"]) == len(told["broken"]) == 12
    assert told["reviews"][0]["fields"]["codes"] == {"before": ["97116"], "after": []}
    run("run", "--set", place)
    gate = run("compare", tmp_path / "base.json", "latest", "--fail-if-worse", "--metric", "recall")
    assert gate.returncode == 1
    assert "worse: recall -1.0000" in gate.stderr
    assert "p = 0.000" in gate.stderr
    left = subprocess.run(["git", "worktree", "list"], capture_output=True, text=True, cwd=clone, check=True)
    assert len(left.stdout.splitlines()) == 1


def _clone(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Clone the checkout as it is on disk, committed or not, and return the environment that runs the clone."""
    clone = tmp_path / "clone"
    files = subprocess.run(
        [
            "git",
            "ls-files",
            "-co",
            "--exclude-standard",
            "-z",
            "plugin",
            "knowledge",
            "prompts",
            "evals/values.yaml",
        ],
        capture_output=True,
        cwd=CHECKOUT,
        check=True,
    )
    names = [name for name in files.stdout.decode().split("\0") if name and (CHECKOUT / name).is_file()]
    for name in names:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_bytes((CHECKOUT / name).read_bytes())
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "as it is"]):
        subprocess.run(["git", *words], cwd=clone, check=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(clone / "plugin"),
        "CITECODER_CACHE": str(tmp_path / "cache"),
        "CITECODER_SITE": str(tmp_path / "site"),
    }
    return clone, environment


def _switch_off_gait(clone: Path) -> None:
    """Take the rule away that makes gait training 97116."""
    for path in (clone / "knowledge" / "families").glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [
            row for row in lines if not ('code: "97116"' in row and row.lstrip().startswith("- {concept"))
        ]
        path.write_text("".join(kept), encoding="utf-8")
