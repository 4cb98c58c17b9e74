"""Suite answers: how questions are read, checked and asked, and what known answers count for."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from citecoder import wire
from citecoder.errors import InputError
from citecoder.evals.arms import find_arm
from citecoder.evals.arms.checked import broken
from citecoder.evals.case_files import CaseSetError
from citecoder.evals.evaluate import Question, evaluate, open_set, reopen
from citecoder.evals.metrics import as_told, table_of
from citecoder.evals.outcomes import Answer, Task
from citecoder.evals.questions import FOLDER, AnswerCase, plain, read_placed, read_topics, to_look_at
from citecoder.evals.reports.data import report_of
from citecoder.evals.results import Result
from citecoder.evals.runner import Plan, Ways, run
from citecoder.evals.runs import RunFolder
from citecoder.evals.scores_file import read_scores, scores_of, write_scores
from citecoder.evals.scoring.direction import Yardstick
from citecoder.evals.suites import find_suite
from citecoder.evals.suites.suite import Selection
from citecoder.evals.validating import validate
from citecoder.evals.writing import QUESTIONS_SCHEMA, questions_schema
from tests.conftest import CHECKOUT

OURS = CHECKOUT / "evals"
DEV = Selection(splits=("dev",))
SUITE = find_suite("answers")
SINGLE: dict[str, Any] = {
    "id": "sand-01",
    "kind": "single",
    "asked": ["is warm sand timed?"],
    "means": "Is a bath of warm sand a timed service?",
    "must": [
        {"fact": "no", "any": [r"\bno\b", "untimed"]},
        {"fact": "one unit a day", "any": [r"one unit", r"\b1 unit"]},
    ],
    "must_not": [{"fact": "it is timed", "any": [r"\bis timed"]}],
}
TURNS: dict[str, Any] = {
    "id": "sand-02",
    "kind": "turns",
    "asked": ["is warm sand timed?", "and the cold one?", "for tricare?"],
    "means": "Is a bath of cold sand a timed service for TRICARE?",
    "must": [{"fact": "no", "any": [r"\bno\b"]}],
}
DECLINE: dict[str, Any] = {
    "id": "sand-03",
    "kind": "decline",
    "asked": ["is warm sand paid?"],
    "means": "Is a bath of warm sand paid? (No payer is told.)",
    "decline": ["needs_payer", "needs_more"],
    "must_not": [{"fact": "flat yes", "any": [r"^yes\b"]}],
}
CONFLICT: dict[str, Any] = {
    "id": "sand-04",
    "kind": "conflict",
    "asked": ["a site says sand is paid twice, true?"],
    "means": "Is a bath of warm sand paid twice a day?",
    "must": [{"fact": "no", "any": [r"\bno\b"]}],
    "conflict": {"says": "an article", "claim": "sand is paid twice"},
}
EVERY = [SINGLE, TURNS, DECLINE, CONFLICT]
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write questions as a topic of a set, and return the set's folder."""

    def write(*questions: dict[str, Any], topic: str = "sand", split: str = "dev", **more: Any) -> Path:
        folder = tmp_path / "set" / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        raw = {"topic": topic, "split": split, "questions": list(questions), **more}
        (folder / f"{topic}.yaml").write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
        return tmp_path / "set"

    return write


def said(text: str, **more: Any) -> dict[str, Any]:
    """Return an answer as an arm tells it: one sentence, cited."""
    told = {
        "answer": f"{text} [1]",
        "abstained": False,
        "reason": None,
        "sentences": [{"text": text, "citations": ["p1"]}],
        "passages": [{"id": "p1", "text": "…"}],
        "conflicts": [],
    }
    return told | more


def declined(reason: str | None, text: str = "Which payer is it?") -> dict[str, Any]:
    return said(text, abstained=True, reason=reason, sentences=[{"text": text, "citations": []}], passages=[])


def figures(of: Path, told: dict[str, dict[str, Any]], by: Yardstick) -> dict[str, float | None]:
    tasks = SUITE.tasks(open_set(of), DEV)
    rows = [
        SUITE.score(task, Answer(task.id, "answered", told.get(task.id, said("ok"))), by) for task in tasks
    ]
    sums = table_of(rows).total()
    return as_told({metric.name: float(metric(sums)[0]) for metric in SUITE.metrics(sums)})


# --- what an answer counts for ---------------------------------------------------------------------


def test_good_answers_are_right_in_every_respect(make: Make, by: Yardstick) -> None:
    told = {
        "sand-01": said("No, one unit a day."),
        "sand-02": said("No."),
        "sand-03": declined("needs_more"),
        "sand-04": said("No.", conflicts=[{"claim": "sand is paid twice"}]),
    }
    found = figures(make(*EVERY), told, by)
    ones = (
        "facts_all",
        "facts",
        "declined_rightly",
        "declined",
        "conflicts_flagged",
        "sentences_cited",
        "right",
    )
    assert {found[name] for name in (*ones, "turns_facts", "answers_cited")} == {1.0}
    assert (found["wrong"], found["declined_wrongly"], found["flagged_in_vain"]) == (0.0, 0.0, 0.0)
    assert found["right~kind:decline"] == found["right~topic:sand"] == 1.0


def test_every_way_of_being_wrong_is_counted_by_itself(make: Make, by: Yardstick) -> None:
    told = {
        "sand-01": said("Sand is timed, one unit a day."),
        "sand-02": declined("needs_payer", "No."),
        "sand-03": said("Yes, it is paid."),
        "sand-04": said("No."),
    }
    found = figures(make(*EVERY), told, by)
    assert found["facts_all"] == round(1 / 3, 4)
    assert found["facts"] == 0.5  # of four: the unit of the first, the one of the last
    assert found["facts_when_answered"] == 0.5
    assert found["wrong"] == 1.0
    assert (found["declined_rightly"], found["declined"]) == (0.0, 0.0)
    assert found["declined_wrongly"] == round(1 / 3, 4)
    assert (found["turns_facts"], found["conflicts_flagged"], found["right"]) == (0.0, 0.0, 0.0)


def test_a_decline_for_another_reason_is_a_decline_and_not_a_right_one(make: Make, by: Yardstick) -> None:
    for reason in ("unsafe", None):
        found = figures(make(DECLINE), {"sand-03": declined(reason)}, by)
        assert (found["declined"], found["declined_rightly"], found["right"]) == (1.0, 0.0, 0.0)
    found = figures(make(DECLINE), {"sand-03": declined("needs_payer", "Yes, for some payers.")}, by)
    assert (found["wrong"], found["right"]) == (1.0, 0.0)


def test_marks_are_no_words(make: Make, by: Yardstick) -> None:
    assert plain("No [1][2], one [3, 4] unit. [5]") == "No, one unit."
    found = figures(make(SINGLE), {"sand-01": said("x", answer="No [1]: one [2] unit.")}, by)
    assert found["facts_all"] == 1.0
    assert found["words"] == 3


@pytest.mark.parametrize(
    ("changed", "cited"),
    [
        ({}, 1.0),
        ({"sentences": [{"text": "No.", "citations": []}]}, 0.0),
        ({"sentences": [{"text": "No.", "citations": ["p1", "p9"]}]}, 0.0),
        ({"answer": "No. [1] It is free, too."}, 0.5),
        ({"sentences": []}, 0.0),
        ({"sentences": [{"text": "No.", "citations": ["p1"]}, {"text": "Ask.", "citations": []}]}, 0.5),
    ],
)
def test_a_sentence_is_cited_where_all_that_it_cites_is_shown(
    make: Make, by: Yardstick, changed: dict[str, Any], cited: float
) -> None:
    found = figures(make(TURNS), {"sand-02": said("No.", **changed)}, by)
    assert found["sentences_cited"] == cited
    assert found["answers_cited"] == float(cited == 1.0)


def test_a_conflict_where_the_key_has_none_is_told_and_not_judged(make: Make, by: Yardstick) -> None:
    told = {"sand-01": said("No, one unit a day.", conflicts=[{"claim": "sand is paid twice"}])}
    found = figures(make(SINGLE), told, by)
    assert (found["flagged_in_vain"], found["right"]) == (1.0, 1.0)


# --- what is asked -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked() -> dict[str, list[Task]]:
    """The tasks of the set that ships, by part."""
    return {split: SUITE.tasks(open_set(OURS), Selection(splits=(split,))) for split in ("dev", "test")}


def test_every_request_is_one_of_the_contract_and_holds_nothing_of_its_key(
    asked: dict[str, list[Task]],
) -> None:
    for task in asked["dev"]:
        read = wire.read(wire.AskRequest, {"id": task.id, **task.request})
        assert set(task.request) <= {"question", "history"}
        assert len(read.history) == len(task.after)


def test_the_parts_are_asked_apart_and_a_topic_lies_in_one(asked: dict[str, list[Task]]) -> None:
    dev, test = asked["dev"], asked["test"]
    assert (len({task.case for task in dev}), len({task.case for task in test})) == (175, 200)
    assert not {task.tags[0] for task in dev} & {task.tags[0] for task in test}


def test_what_is_not_there_or_in_another_part_is_not_asked(make: Make) -> None:
    place = open_set(make({**SINGLE, "id": "clay-01"}, topic="clay", split="test"))
    make(*EVERY)
    assert {task.case for task in SUITE.tasks(place, Selection())} == {case["id"] for case in EVERY}
    assert [task.id for task in SUITE.tasks(place, Selection(limit=2))] == [
        "sand-01", "sand-02~1", "sand-02~2", "sand-02",
    ]  # fmt: skip
    assert [task.case for task in SUITE.tasks(place, Selection(tags=("sand", "conflict")))] == ["sand-04"]
    with pytest.raises(InputError, match="lies in the test part"):
        SUITE.tasks(place, Selection(cases=("clay-01",)))
    with pytest.raises(InputError, match="no question was chosen"):
        SUITE.tasks(place, Selection(tags=("mud",)))


def test_the_test_part_is_asked_for_a_release_alone_and_whole(
    make: Make, cli: Callable[..., tuple[int, str, str]], script: Callable[[str], str]
) -> None:
    place, arm = make(SINGLE, split="test"), script(_telling(said("No, one unit a day.")))
    ask = ("eval", "run", "--suite", "answers", "--set", place, "--arm", arm, "--split", "test")
    assert "say which with --release" in cli(*ask)[2]
    assert "measured whole" in cli(*ask, "--release", "1.0", "--case", "sand-01")[2]
    assert cli(*ask, "--release", "1.0")[0] == 0
    logged = [json.loads(line) for line in (place / "releases.jsonl").read_text().splitlines()]
    assert [(each.get("cases"), each.get("figures", {}).get("facts_all")) for each in logged] == [
        (None, None),
        (1, 1.0),
    ]
    assert "the test part is run once" in cli(*ask, "--release", "1.0")[2]


def _telling(told: dict[str, Any]) -> str:
    return f"print(json.dumps({{**json.loads({json.dumps(told)!r}), 'id': asked['id']}}))"


ECHO = """
said = [each['role'][0] + ':' + each['content'] for each in asked.get('history', [])]
text = 'No. ' + ' | '.join([*said, asked['question']])
print(json.dumps({'id': asked['id'], 'answer': text, 'abstained': False, 'sentences': []}))
"""


def played(place: Path, arm: str, folder: Path) -> tuple[RunFolder, dict[str, Answer]]:
    """Ask all of a set, and return the run with its answers by task."""
    tasks = SUITE.tasks(open_set(place), DEV)
    ran = run(Plan("answers", tasks, str(place)), find_arm(arm), Ways(folder, workers=1))
    return ran, {answer.task: answer for answer in ran.answers()}


def test_a_conversation_is_played_with_what_the_arm_itself_said(
    make: Make, script: Callable[[str], str], tmp_path: Path
) -> None:
    ran, told = played(make(SINGLE, TURNS), script(ECHO), tmp_path / "evals")
    first = "No. is warm sand timed?"
    second = f"No. u:is warm sand timed? | a:{first} | and the cold one?"
    third = f"No. u:is warm sand timed? | a:{first} | u:and the cold one? | a:{second} | for tricare?"
    names = ("sand-02~1", "sand-02~2", "sand-02")
    assert [(told[name].response or {})["answer"] for name in names] == [first, second, third]
    assert ran.manifest.tasks == len(told) == 4


def test_a_conversation_that_was_interrupted_goes_on_with_what_was_said(
    make: Make, script: Callable[[str], str], tmp_path: Path
) -> None:
    place, arm = make(TURNS), script(ECHO)
    ran, whole = played(place, arm, tmp_path / "evals")
    lines = (ran.path / "answers.jsonl").read_bytes().splitlines(keepends=True)
    (ran.path / "answers.jsonl").write_bytes(lines[0])
    manifest = json.loads((ran.path / "run.json").read_bytes())
    (ran.path / "run.json").write_text(json.dumps({**manifest, "finished": False}))
    again, told = played(place, arm, tmp_path / "evals")
    assert again.path == ran.path
    assert {name: each.response for name, each in told.items()} == {
        n: each.response for n, each in whole.items()
    }


def test_a_turn_that_was_not_answered_leaves_the_askers_words(
    make: Make, script: Callable[[str], str], tmp_path: Path
) -> None:
    body = "if not asked.get('history'):\n    print(json.dumps({'id': asked['id'], 'error': {'code': 'failed'}}))\n    continue"
    _, told = played(make(TURNS), script(body + ECHO), tmp_path / "evals")
    assert told["sand-02~1"].state == "refused"
    assert (told["sand-02~2"].response or {})["answer"] == "No. u:is warm sand timed? | and the cold one?"
    assert told["sand-02"].state == "answered"


class _Service(BaseHTTPRequestHandler):
    """Answers like the contract's service, with the path that it was asked on."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said(f"No, one unit: {self.path} {asked['question']}")).encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_service_is_asked_on_its_route(make: Make, service: str, tmp_path: Path) -> None:
    _, told = played(make(SINGLE), service, tmp_path / "evals")
    answer = told["sand-01"].response or {}
    assert answer["answer"] == "No, one unit: /v1/answers is warm sand timed? [1]"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, None),
        ({"answer": None}, "answer is no text"),
        ({"answer": "a" * 100_001}, "answer is no text"),
        ({"abstained": "no"}, "abstained is neither"),
        ({"sentences": "none"}, "sentences is no list"),
        ({"sentences": [{"citations": []}]}, "sentences without text"),
        ({"sentences": [{"text": "No.", "citations": [1]}]}, "citations is no list of ids"),
        ({"passages": [{"text": "…"}]}, "passages without id"),
        ({"conflicts": [1]}, "conflicts is no list"),
    ],
)
def test_what_can_not_be_scored_is_named(changed: dict[str, Any], wrong: str | None) -> None:
    found = broken("ask", said("No.", **changed))
    assert (found is None) == (wrong is None)
    assert (wrong or "") in (found or "")


# --- results -------------------------------------------------------------------------------------------


@pytest.fixture
def result(make: Make, script: Callable[[str], str], tmp_path: Path) -> tuple[Result, dict[str, Any]]:
    arm = script(_telling(said("No, one unit a day.")))
    ran, found = evaluate(Question("answers", arm, make(*EVERY), DEV), Ways(tmp_path / "evals"))
    return found, report_of(*reopen(ran), ran.answers())


def test_the_report_shows_each_question_with_its_key_and_what_was_judged(
    result: tuple[Result, dict[str, Any]],
) -> None:
    cases = {case["id"]: case for case in result[1]["cases"]}
    assert cases["sand-01"]["gold"]["must state"] == ["no", "one unit a day"]
    assert cases["sand-01"]["answer"] == {"answer": "No, one unit a day. [1]", "passages": ["[1] p1"]}
    assert cases["sand-04"]["detail"]["conflict_flagged"] is False
    assert (cases["sand-02~1"]["gold"], cases["sand-02~1"]["passed"]) == ({}, None)
    by_topic, by_kind = result[1]["extras"]["parts"]
    assert by_topic["values"][0] | {"value": "sand", "asked": 4, "right": 2} == by_topic["values"][0]
    assert {each["value"]: each["right"] for each in by_kind["values"]} == {
        "conflict": 0, "decline": 0, "single": 1, "turns": 1,
    }  # fmt: skip


def test_a_baseline_holds_figures_and_no_word_of_question_or_answer(
    result: tuple[Result, dict[str, Any]], tmp_path: Path
) -> None:
    write_scores(tmp_path / "base.json", result[0])
    text = (tmp_path / "base.json").read_text()
    assert "sand timed" not in text
    assert "one unit" not in text
    assert read_scores(tmp_path / "base.json").figures == scores_of(result[0])["figures"]


# --- what a file may hold ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "line", "wrong"),
    [
        ({"must": [{"fact": "no", "any": ["(no"]}]}, 12, "is no expression"),
        ({"must": [{"fact": "no", "any": ["no", "x*"]}]}, 13, "found in an empty answer"),
        ({"must": []}, 4, "facts that it must state, or reasons to be declined"),
        ({"decline": ["unsafe"]}, 4, "facts that it must state, or reasons to be declined"),
        ({"kind": "turns"}, 4, "is of kind turns, and has not"),
        ({"asked": ["one", "two"]}, 4, "what makes it one of kind turns"),
        ({"conflict": CONFLICT["conflict"]}, 4, "what makes it one of kind conflict"),
        ({"answer": "no"}, 22, "is not a field"),
    ],
)
def test_a_fault_is_named_by_file_and_line(
    make: Make, changed: dict[str, Any], line: int, wrong: str
) -> None:
    place = make({**SINGLE, **changed})
    (fault,) = validate(place, {}).faults
    text = Path(fault.file).read_text().splitlines()
    assert fault.file.endswith("sand.yaml")
    assert wrong in fault.what
    assert fault.line == line, text[fault.line - 1]
    with pytest.raises(CaseSetError, match=r"sand\.yaml"):
        read_topics(place / FOLDER)


def test_an_id_stands_once_in_all_files_and_a_file_bears_the_name_of_its_topic(make: Make) -> None:
    make(SINGLE)
    place = make({**DECLINE, "id": "sand-01"}, topic="mud")
    faults = validate(place, {}).faults
    assert [fault.what for fault in faults] == ["id sand-01 stands twice, first in mud.yaml:4"]
    (place / FOLDER / "mud.yaml").rename(place / FOLDER / "clay.yaml")
    assert "call both the same" in validate(place, {}).faults[0].what


def test_what_a_person_should_look_at(make: Make) -> None:
    means = "A site says that sand is timed. Is it so?"
    place = make({**SINGLE, "means": means}, {**DECLINE, "asked": ["Call 617-867-5309, is it paid?"]})
    told = [warning.what for warning in validate(place, {}).warnings]
    assert told == [
        "sand-01: what must not be stated is found in the question's own words",
        "sand-03: the question looks as if it held a telephone number that is not 555-01xx",
    ]
    asked_only = make({**SINGLE, "means": "So is it that sand is timed?"})
    assert validate(asked_only, {}).warnings == ()


def test_the_questions_that_ship_are_as_their_page_says() -> None:
    placed, faults = read_placed(OURS / FOLDER)
    assert faults == []
    assert list(to_look_at(placed)) == []
    by_split: dict[str, Counter[str]] = defaultdict(Counter)
    for topic, path, _ in placed:
        by_split[topic.split].update(question.kind for question in topic.questions)
        assert "answers.schema.json" in path.read_text(encoding="utf-8").splitlines()[0]
        assert "canary" in path.read_text(encoding="utf-8").splitlines()[1]
    assert by_split == {
        "dev": {"single": 119, "turns": 21, "decline": 21, "conflict": 14},
        "test": {"single": 136, "turns": 24, "decline": 24, "conflict": 16},
    }
    assert (OURS / QUESTIONS_SCHEMA).read_text(encoding="utf-8") == questions_schema()


def test_an_echo_of_the_question_is_seldom_right(asked: dict[str, list[Task]]) -> None:
    """A key that its own question fulfils measures nothing."""
    cases = [task.gold for task in asked["dev"] if isinstance(task.gold, AnswerCase) and task.gold.must]
    echoes = [case for case in cases if all(fact.stated_in(case.asked[-1]) for fact in case.must)]
    assert len(echoes) / len(cases) < 0.05
