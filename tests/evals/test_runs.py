"""Runs: kept, resumed, private, the same again; and the command line over them."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from citecoder.errors import InputError
from citecoder.evals.evaluate import Question, evaluate, find_run, reopen
from citecoder.evals.runner import Ways
from citecoder.evals.runs import RunFolder, runs_in
from citecoder.evals.scores_file import read_scores, scores_of, write_scores
from citecoder.evals.suites.suite import Selection
from tests.evals.conftest import tell
from tests.evals.making import case

MakeSet = Callable[..., Path]
Script = Callable[[str], str]
SLOWLY = "time.sleep(0.15)\n" + tell()


def _cases(count: int) -> list[object]:
    return [case(f"c{n:02}", family=f"f{n // 2}") for n in range(count)]


def _run(place: Path, arm: str, folder: Path, **more: object) -> tuple[RunFolder, object]:
    return evaluate(Question(arm=arm, place=place), Ways(folder, workers=2, **more))  # type: ignore[arg-type]


def test_a_run_is_scored_and_opened_again_with_the_same_figures(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    run, result = evaluate(Question(arm=script(tell()), place=make_set(*_cases(6))), Ways(tmp_path / "evals"))
    again, _ = reopen(find_run(tmp_path / "evals", "latest"))
    assert result.figures["f1"] == 1.0
    assert again.figures == result.figures
    assert find_run(tmp_path / "evals", run.manifest.id[:20]).path == run.path


@pytest.mark.slow
def test_what_was_asked_before_is_not_asked_again(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    place, asked = make_set(*_cases(4)), tmp_path / "asked"
    arm = script(f"open('{asked}', 'a').write('x')\n{tell()}")
    (place / "arms.yaml").write_text(f"ours: {{arm: {arm!r}, depends: [cases]}}\n")
    for expected, more in ((4, {}), (4, {}), (8, {"cached": False})):
        evaluate(Question(arm="ours", place=place), Ways(tmp_path / "evals", **more))
        assert len(asked.read_text()) == expected
    (place / "cases" / "more.yaml").write_text(
        "# changed\n" + (place / "cases" / "c00.yaml").read_text().replace("c00", "more")
    )
    (place / "notes" / "more.txt").write_text("note")
    evaluate(Question(arm="ours", place=place), Ways(tmp_path / "evals"))
    assert len(asked.read_text()) == 8 + 5, "what the arm depends on has changed"


def test_a_command_that_nothing_is_known_of_is_asked_each_time(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place, asked = make_set(*_cases(2)), tmp_path / "asked"
    arm = script(f"open('{asked}', 'a').write('x')\n{tell()}")
    for expected in (2, 4):
        evaluate(Question(arm=arm, place=place), Ways(tmp_path / "evals"))
        assert len(asked.read_text()) == expected


def test_another_command_is_another_arm(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    place = make_set(*_cases(2))
    _, first = evaluate(Question(arm=script(tell()), place=place), Ways(tmp_path / "evals"))
    _, other = evaluate(Question(arm=script(tell("97140")), place=place), Ways(tmp_path / "evals"))
    assert (first.figures["f1"], other.figures["f1"]) == (1.0, 0.0)


def test_a_crash_is_counted_apart_and_scored_by_nothing(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    arm = script(f"if asked['id'] == 'c01': os._exit(3)\n{tell()}")
    _, result = evaluate(Question(arm=arm, place=make_set(*_cases(3))), Ways(tmp_path / "evals"))
    assert result.states() == {
        "answered": 2,
        "refused": 0,
        "invalid": 0,
        "crashed": 1,
        "timed_out": 0,
        "interrupted": 0,
    }
    assert result.figures["f1"] == result.figures["recall"] == 1.0


def test_everything_kept_is_private(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    os.umask(0o000)
    try:
        evaluate(Question(arm=script(tell()), place=make_set(*_cases(2))), Ways(tmp_path / "evals"))
    finally:
        os.umask(0o022)
    found = [tmp_path / "evals", *(tmp_path / "evals").rglob("*")]
    open_to_others = [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert [path for path in open_to_others if path != tmp_path / "evals" / "runs"] == []
    assert stat.S_IMODE((tmp_path / "evals").stat().st_mode) == 0o700


def test_repeats_give_the_chance_that_all_are_right(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    flaky = f"count = '{tmp_path}/n'\nopen(count, 'a').write('x')\nodd = len(open(count).read()) % 2\n{tell()} if odd else print(json.dumps({{'id': asked['id'], 'suggestions': []}}))"
    question = Question(arm=script(flaky), place=make_set(case("c00")), repeat=4)
    _, result = evaluate(question, Ways(tmp_path / "evals", workers=1))
    assert result.pass_k() == {1: 0.5, 2: pytest.approx(1 / 6), 3: 0.0, 4: 0.0}


def test_a_torn_last_line_is_dropped(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    run, _ = evaluate(Question(arm=script(tell()), place=make_set(*_cases(3))), Ways(tmp_path / "evals"))
    file = run.path / "answers.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    assert len(RunFolder.open(run.path).answers()) == 2


def test_labels_that_changed_are_not_scored_by_an_old_run(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place = make_set(*_cases(2))
    run, _ = evaluate(Question(arm=script(tell()), place=place), Ways(tmp_path / "evals"))
    file = place / "cases" / "c00.yaml"
    file.write_text(file.read_text().replace("units: 1", "units: 2"))
    with pytest.raises(InputError, match=r"labels .* have changed since"):
        reopen(run)


def test_scores_without_text_are_the_same_scores(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    _, result = evaluate(Question(arm=script(tell()), place=make_set(*_cases(4))), Ways(tmp_path / "evals"))
    write_scores(tmp_path / "scores.json", result)
    assert "Therapeutic" not in (tmp_path / "scores.json").read_text()
    again = read_scores(tmp_path / "scores.json")
    assert scores_of(again) == json.loads((tmp_path / "scores.json").read_text())


def _start(place: Path, arm: str, cache: Path) -> subprocess.Popen[bytes]:
    words = ["-c", "from citecoder.app.cli import main; main()", "--cache", str(cache), "eval", "run"]
    command = [sys.executable, *words, "--set", str(place), "--arm", arm, "--workers", "2", "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_and_gives_the_same_result(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place, cache = make_set(*_cases(24)), tmp_path / "cache"
    arm = script(f"open('{tmp_path}/asked', 'a').write('x')\n{SLOWLY}")
    killed = _start(place, arm, cache)
    answers = 0
    while answers < 6:
        time.sleep(0.05)
        files = list((cache / "evals" / "runs").glob("*/answers.jsonl"))
        answers = sum(len(file.read_bytes().splitlines()) for file in files)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    (run,) = runs_in(cache / "evals" / "runs")
    before = len(run.answers())
    assert 6 <= before < 24
    assert not run.manifest.finished

    again = _start(place, arm, cache)
    told = json.loads(again.communicate()[0])

    assert again.returncode == 0
    assert told["run"] == run.manifest.id
    assert told["states"]["answered"] == 24
    assert (
        len((tmp_path / "asked").read_text()) <= 24 + 4
    )  # but for those that were under way, none was asked twice
    _, whole = evaluate(Question(arm=arm, place=place), Ways(tmp_path / "other", workers=2))
    assert told["figures"] == whole.figures


@pytest.mark.slow
def test_two_runs_of_the_same_at_once_do_not_meet(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    place, arm = make_set(*_cases(8)), script(SLOWLY)
    both = [_start(place, arm, tmp_path / "cache") for _ in range(2)]
    told = [json.loads(each.communicate()[0]) for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert told[0]["run"] != told[1]["run"]
    assert [each["states"]["answered"] for each in told] == [8, 8]


def test_a_run_that_was_interrupted_does_not_look_whole(
    make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    run, _ = evaluate(Question(arm=script(tell()), place=make_set(*_cases(4))), Ways(tmp_path / "evals"))
    file = run.path / "answers.jsonl"
    file.write_bytes(b"\n".join(file.read_bytes().split(b"\n")[:2]) + b"\n")
    again, _ = reopen(RunFolder.open(run.path))
    assert again.states()["interrupted"] == 2


# --- the command line ----------------------------------------------------------------------------


@pytest.mark.slow
def test_several_arms_stand_in_one_table(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script
) -> None:
    place = make_set(*_cases(3))
    code, out, _ = cli("eval", "run", "--set", place, "--arm", script(tell()), "--arm", script(tell("97140")))
    row = next(row for row in out.splitlines() if row.startswith("codes, F1"))
    assert code == 0
    assert "1.000" in row
    assert "0.000" in row


@pytest.mark.slow
def test_a_gate_lets_the_same_through_and_stops_what_is_worse(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place = make_set(*[case(f"c{n:02}") for n in range(30)])
    worse = script(
        f"asked['id'] < 'c09' and print(json.dumps({{'id': asked['id'], 'suggestions': []}}))\nif asked['id'] >= 'c09': {tell()}"
    )
    cli("eval", "run", "--set", place, "--arm", script(tell()), "--save", tmp_path / "base.json")
    same, out, _ = cli("eval", "compare", tmp_path / "base.json", "latest", "--fail-if-worse")
    assert same == 0
    assert "0.000 to 0.000  1.0000" in out
    cli("eval", "run", "--set", place, "--arm", worse)
    code, out, err = cli(
        "eval", "compare", tmp_path / "base.json", "latest", "--fail-if-worse", "--metric", "f1", "--json"
    )
    told = json.loads(out)
    f1 = next(each for each in told["differences"] if each["metric"] == "f1")
    assert code == 1
    assert f1["p"] == pytest.approx(2 / 2**9)
    assert told["broken"] == [f"c{n:02}" for n in range(9)]
    assert err.startswith("worse: f1 -0.17")


@pytest.mark.slow
def test_a_gate_stops_an_arm_that_no_longer_answers(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place = make_set(*_cases(6))
    cli("eval", "run", "--set", place, "--arm", script(tell()), "--save", tmp_path / "base.json")
    cli(
        "eval",
        "run",
        "--set",
        place,
        "--arm",
        script(
            f"if asked['id'] > 'c01': print(json.dumps({{'id': asked['id'], 'error': {{'code': 'no'}}}}))\nelse: {tell()}"
        ),
    )
    code, _, err = cli("eval", "compare", tmp_path / "base.json", "latest", "--fail-if-worse")
    assert code == 1
    assert "not answered any more: 4 cases, the first c02" in err


@pytest.mark.slow
def test_runs_of_other_labels_are_not_compared(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    place = make_set(*_cases(2))
    cli("eval", "run", "--set", place, "--arm", script(tell()), "--save", tmp_path / "base.json")
    file = place / "cases" / "c01.yaml"
    file.write_text(file.read_text().replace("units: 1", "units: 2"))
    cli("eval", "run", "--set", place, "--arm", script(tell()))
    code, _, err = cli("eval", "compare", tmp_path / "base.json", "latest")
    assert code == 2
    assert "case c01 has other labels" in err


@pytest.mark.slow
def test_a_report_without_text_says_what_was_wrong(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script
) -> None:
    cli("eval", "run", "--set", make_set(*_cases(4)), "--arm", script(tell("97140")))
    _, table, err = cli("eval", "report", "--format", "csv")
    assert err == ""
    _, markdown, _ = cli("eval", "report", "--format", "markdown")
    assert table.splitlines()[1].startswith("c00,f0,,0,answered,0,")
    assert "97110,97140" in table
    assert "| codes, F1 | 0.000 | 0.000 to" in markdown
    assert "Therapeutic" not in table + markdown


def test_cleaning_leaves_nothing(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script, tmp_path: Path
) -> None:
    cli("eval", "run", "--set", make_set(*_cases(1)), "--arm", script(tell()))
    assert (tmp_path / "cache" / "evals").is_dir()
    code, _, err = cli("eval", "clean")
    assert code == 0
    assert err.startswith("removed")
    assert not (tmp_path / "cache" / "evals").exists()


def test_a_case_is_added_labelled_and_exported(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    note = tmp_path / "visit.txt"
    note.write_bytes(b"Gait training x12\r\n(208) 555-9876")
    cli("eval", "init", tmp_path / "mine")
    code, _, err = cli(
        "eval", "add", note, "--set", tmp_path / "mine", "--payer", "medicare", "--discipline", "PT"
    )
    assert code == 0
    assert "look at line 2 of the note: it looks like a telephone number" in err
    assert "wrote" in err
    _, out, _ = cli("eval", "export", "--set", tmp_path / "mine")
    assert json.loads(out)["note"].startswith("Gait training x12\r\n")
    twice, _, err = cli("eval", "add", note, "--set", tmp_path / "mine")
    assert twice == 2
    assert "already" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--suite", "poetry"], "--suite 'poetry' is not known; choose one of coding"),
        (["--arm", "magic"], "--arm 'magic' is not known"),
        (["--case", "nobody"], "--case 'nobody' is not in"),
        (["--split", "holdout"], "--split 'holdout' is not known"),
        (["--split", "test"], "say which with --release VERSION"),
        (["--tag", "none"], "widen --split or --tag"),
    ],
)
def test_what_can_not_be_run_is_said_in_one_line(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, words: list[str], says: str
) -> None:
    code, out, err = cli("eval", "run", "--set", make_set(case("c00")), *words)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_the_test_part_is_measured_once_a_release_and_logged(
    cli: Callable[..., tuple[int, str, str]], make_set: MakeSet, script: Script
) -> None:
    place, arm = make_set(case("c00", split="test"), case("c01")), script(tell())
    measure = ("eval", "run", "--set", place, "--arm", arm, "--split", "test", "--release")
    assert cli(*measure, "1.0")[0] == 0
    logged = [json.loads(row) for row in (place / "releases.jsonl").read_text().splitlines()]
    assert "begun" in logged[0]
    assert "figures" not in logged[0]
    assert [(each["release"], each["cases"], each["figures"]["f1"]) for each in logged[1:]] == [
        ("1.0", 1, 1.0)
    ]
    code, _, err = cli(*measure, "1.0")
    assert code == 2
    assert "the test part is run once" in err
    assert cli(*measure, "1.0", "--reproduce")[0] == 0
    again = json.loads((place / "releases.jsonl").read_text().splitlines()[-1])
    assert again["same_figures"] is True
    assert cli(*measure, "1.1")[0] == 0
    assert cli(*measure[:-1], "--case", "c00", "--release", "1.2")[0] == 2
    code, _, err = cli("eval", "run", "--set", place, "--arm", arm, "--case", "c00")
    assert code == 2
    assert "lies in the test part" in err


@pytest.mark.slow
def test_only_what_was_selected_is_asked(make_set: MakeSet, script: Script, tmp_path: Path) -> None:
    place = make_set(
        case("a", tags=["trap"]),
        case("b"),
        case("c", tags=["trap", "hard"], split="train"),
        case("d", split="test"),
    )
    for selection, wanted in (
        (Selection(), ["a", "b", "c"]),
        (Selection(tags=("trap",)), ["a", "c"]),
        (Selection(splits=("dev",), limit=1), ["a"]),
        (Selection(cases=("b",)), ["b"]),
    ):
        run, _ = evaluate(
            Question(arm=script(tell()), place=place, selection=selection), Ways(tmp_path / "evals")
        )
        assert [answer.task for answer in run.answers()] == wanted
