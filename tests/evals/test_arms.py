"""Arms: real commands and a real server, well-behaved and not. Whatever happens to a case is a state of its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from citecoder.errors import InputError
from citecoder.evals.arms import find_arm
from citecoder.evals.arms.checked import broken
from citecoder.evals.arms.command import CommandArm
from citecoder.evals.outcomes import Answer, Task
from tests.adapters.language_model.stub_server import answer, serving
from tests.evals.conftest import tell

Script = Callable[[str], str]


def _tasks(count: int) -> list[Task]:
    return [Task(f"c{n}", f"c{n}", f"c{n}", "suggest", {"note": f"note {n}"}) for n in range(count)]


def _ask(arm: str, count: int = 6, *, workers: int = 2, timeout: float = 20.0) -> dict[str, Answer]:
    told: list[Answer] = []
    find_arm(arm).answer("suggest", _tasks(count), told.append, workers=workers, timeout=timeout)
    assert sorted(each.task for each in told) == sorted(f"c{n}" for n in range(count))
    return {each.task: each for each in told}


def _states(told: dict[str, Answer]) -> dict[str, str]:
    return {task: each.state for task, each in told.items() if each.state != "answered"}


def test_a_command_answers_every_case_once(script: Script) -> None:
    told = _ask(script(tell()))
    assert _states(told) == {}
    assert all(each.ms is not None and each.response for each in told.values())


def test_a_case_that_kills_the_command_is_crashed_and_the_others_are_answered(script: Script) -> None:
    told = _ask(script(f"if asked['id'] == 'c2': os._exit(9)\n{tell()}"), workers=1)
    assert _states(told) == {"c2": "crashed"}
    assert told["c2"].why == "the command ended with code 9 and no answer"


def test_a_command_that_answers_nothing_is_not_started_for_every_case(script: Script, tmp_path: Path) -> None:
    told = _ask(script(f"open('{tmp_path}/starts', 'a').write('x'); os._exit(1)"), 40, workers=1)
    assert set(_states(told).values()) == {"crashed"}
    assert told["c9"].why == "the command has answered nothing at all; try it by hand"
    assert len((tmp_path / "starts").read_text()) == 6


@pytest.mark.slow
def test_a_command_that_dies_now_and_then_loses_nothing(script: Script, tmp_path: Path) -> None:
    """It dies once at each case; asked again, it answers."""
    body = f"mark = '{tmp_path}/' + asked['id']\nif not os.path.exists(mark):\n    open(mark, 'w').close(); os._exit(1)\n{tell()}"
    assert _states(_ask(script(body), 4, workers=1)) == {}


@pytest.mark.slow
def test_a_case_that_takes_too_long_is_timed_out_and_the_others_are_answered(script: Script) -> None:
    told = _ask(script(f"if asked['id'] == 'c1': time.sleep(60)\n{tell()}"), 4, workers=1, timeout=1.5)
    assert _states(told) == {"c1": "timed_out"}


def test_an_error_for_a_case_is_a_refusal_whose_words_are_not_shown(script: Script) -> None:
    body = "print(json.dumps({'id': asked['id'], 'error': {'code': 'too_long', 'message': asked['note']}}))"
    told = _ask(script(body), 2)
    assert set(_states(told).values()) == {"refused"}
    assert told["c1"].why == "the arm answered with error too_long"


def test_an_answer_that_breaks_the_contract_is_invalid(script: Script) -> None:
    told = _ask(script("print(json.dumps({'id': asked['id'], 'suggestions': [{'units': 1}]}))"), 2)
    assert {each.why for each in told.values()} == {"suggestions[0]: no code"}


def test_what_is_no_json_and_answers_nobody_is_passed_over(script: Script) -> None:
    body = f"print('hello'); print(json.dumps({{'id': 'nobody', 'suggestions': []}}))\n{tell()}"
    assert _states(_ask(script(body))) == {}


def test_what_a_command_says_on_its_standard_error_is_kept_private(script: Script, tmp_path: Path) -> None:
    from citecoder.evals.runner import Plan, Ways, run

    arm = find_arm(script(f"print('PHI', file=sys.stderr)\n{tell()}"))
    done = run(Plan("coding", _tasks(1), "-"), arm, Ways(tmp_path / "evals"))
    file = done.path / "arm.stderr"
    assert "PHI" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_no_answer_is_no_sign_of_life(script: Script) -> None:
    told = _ask(script("while True: print('still here')"), 1, timeout=1)
    assert _states(told) == {"c0": "timed_out"}


def test_a_child_that_holds_the_output_open_does_not_hold_the_run(script: Script) -> None:
    begun = time.monotonic()
    told = _ask(script(f"import subprocess; subprocess.Popen(['sleep', '30'])\n{tell()}"), 2, workers=1)
    assert _states(told) == {}
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize("line", ["{'id': []}", "{'id': None, 'suggestions': []}"])
def test_an_odd_id_answers_nobody(script: Script, line: str) -> None:
    assert _states(_ask(script(f"print(json.dumps({line}))\n{tell()}"), 2)) == {}


def test_note_text_in_the_name_of_an_error_is_not_shown(script: Script) -> None:
    body = "print(json.dumps({'id': asked['id'], 'error': {'code': 'Patient ' + asked['note']}}))"
    assert _ask(script(body), 1)["c0"].why == "the arm answered with error unnamed"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"suggestions": "none"}, "no list suggestions"),
        ({"suggestions": [{"code": "97110", "units": 1.5}]}, "units is neither"),
        ({"suggestions": [{"code": "97110", "units": True}]}, "units is neither"),
        ({"suggestions": [{"code": "97110", "confidence": 7}]}, "confidence"),
        ({"suggestions": [{"code": "97110", "evidence": [{"start": 1}]}]}, "start and end"),
        ({"suggestions": [{"code": "97110", "missing": [{}]}]}, "missing without a kind"),
        ({"suggestions": [{"code": "97110", "units": 10**400}]}, "units is not between"),
        ({"suggestions": [], "missing": [{}]}, "missing without a kind"),
        ({"suggestions": [], "engine": {"usage": "x"}}, "usage"),
        ({"suggestions": [], "passages": {}}, None),
        ({"suggestions": [], "passages": {"a": 1}}, "passages is no list of objects"),
    ],
)
def test_what_can_not_be_scored_is_named(told: dict[str, object], wrong: str | None) -> None:
    found = broken("suggest", told)
    assert (wrong or "") in (found or "")
    assert (found is None) == (wrong is None)


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        ("magic", "is not known; write rules, llm:PROVIDER:MODEL, command:CMD or http:URL"),
        ("command:no-such-program", "is not a program that can be found"),
        ("command:", "names no command"),
        ("command:python 'x", "quotation mark that is not closed"),
        ("http:nowhere", "is not a URL"),
        ("rules:x", "takes nothing after it"),
    ],
)
def test_an_arm_that_is_missing_is_told_before_anything_runs(arm: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        find_arm(arm)


def test_a_set_names_arms(tmp_path: Path, script: Script) -> None:
    (tmp_path / "arms.yaml").write_text(f"ours:\n  arm: {script(tell())!r}\n")
    assert find_arm("ours", tmp_path).name == "ours"


class _Service(BaseHTTPRequestHandler):
    """Answers like the contract's service; some notes make it misbehave."""

    tries: dict[str, int] = {}  # noqa: RUF012 - shared by the handlers of one test

    def do_POST(self) -> None:
        note = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["note"]
        self.tries[note] = self.tries.get(note, 0) + 1
        busy = note == "note 1" and self.tries[note] == 1
        status = {"note 2": 422, "note 3": 500}.get(note, 503 if busy else 200)
        body = (
            b"[]"
            if note == "note 4"
            else json.dumps({"suggestions": [], "engine": {"elapsed_ms": 7}}).encode()
        )
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    _Service.tries.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_service_is_asked_again_when_busy_and_its_failures_have_states(service: str) -> None:
    told = _ask(f"http:{service}", 6)
    assert _states(told) == {"c2": "refused", "c3": "crashed", "c4": "invalid"}
    assert told["c1"].ms == 7
    assert _Service.tries["note 1"] == 2
    assert find_arm(service).name == f"http:{service}"


@pytest.mark.slow
def test_a_service_that_is_not_there_is_crashed_and_says_so(service: str) -> None:
    told = _ask("http:http://127.0.0.1:9", 1, timeout=1)
    assert told["c0"].why.startswith("the service can't be reached")


def test_a_language_model_is_an_arm_of_its_own_and_the_rules_stay_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITECODER_LLM", "openai:of-the-site")
    arm, rules = find_arm("llm:openai:gpt-5:mini"), find_arm("rules")
    assert isinstance(arm, CommandArm)
    assert isinstance(rules, CommandArm)
    assert (arm.name, arm.environment, arm.identity) == (
        "llm:openai:gpt-5:mini", {"CITECODER_LLM": "openai:gpt-5:mini"}, None,
    )  # fmt: skip
    assert rules.environment == {"CITECODER_LLM": ""}
    for unfinished in ("llm:", "llm:openai", "llm:openai:"):
        with pytest.raises(InputError, match="llm:PROVIDER:MODEL"):
            find_arm(unfinished)


@pytest.mark.slow
def test_the_arm_of_a_language_model_tells_what_it_took(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving() as stub:
        stub.script = [answer('{"services": []}')]
        for name, value in {
            "CITECODER_LLM_BASE_URL": f"{stub.address}/v1", "CITECODER_LLM_REDACT": "unless-local", "OPENAI_API_KEY": "x",
            "CITECODER_LLM_PRICE_IN": "1", "CITECODER_LLM_PRICE_OUT": "2", "CITECODER_SITE": str(tmp_path),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        told: list[Answer] = []
        task = Task("c1", "c1", "c1", "suggest", {"note": "Therapeutic exercise x 15 min: SLR 3x10."})
        find_arm("llm:openai:stub").answer("suggest", [task], told.append, workers=1, timeout=60)
        assert stub.arrived
    (only,) = told
    assert only.response is not None
    assert only.response["engine"]["llm"] == "openai:stub"
    usage = only.response["engine"]["usage"]
    assert usage["input_tokens"] >= 70
    assert usage["cost"] > 0
