"""The script that measures the reader on the mention layer: its sums, what leaving a part out does, and what it refuses."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from rich.console import Console

from citecoder.app.wiring import Parts
from citecoder.coding.engine import Engine
from citecoder.errors import InputError
from citecoder.evals.mentions import Number
from citecoder.evals.outcomes import Task
from citecoder.model import Request
from citecoder.notes.times import TimeMention
from tests.conftest import CHECKOUT

SCRIPTS = CHECKOUT / "plugin" / "scripts"
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def measuring() -> ModuleType:
    """The script as a module."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        return importlib.import_module("measure_reading")
    finally:
        sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def counting(measuring: ModuleType) -> ModuleType:
    """What the script counts with."""
    return sys.modules[measuring.Counts.__module__]


@pytest.fixture(scope="module")
def tasks(measuring: ModuleType) -> list[Task]:
    """A few notes of dev."""
    return measuring.tasks_of(("dev",), 4)


@pytest.fixture(scope="module")
def whole(measuring: ModuleType, tasks: list[Task], parts: Parts) -> Any:
    """What was counted with the whole reader."""
    return measuring.measure(tasks, parts.engine, console=QUIET)


def test_every_labelled_mention_and_number_is_counted_once(tasks: list[Task], whole: Any) -> None:
    layers = [task.gold.layer for task in tasks]
    mentions = [m for layer in layers for m in layer.mentions]
    assert whole.concept.total() == len(mentions) > 20
    assert whole.status.total() == sum(m.code is not None for m in mentions)
    given = [m for m in mentions if m.status in {"performed", "caregiver_taught"}]
    assert whole.given.total() == len(given)
    assert whole.performer.total() == sum(m.code is not None for m in given)
    numbers = [n for layer in layers for n in layer.numbers]
    assert whole.role.total() == len(numbers) > 20
    assert whole.linked.total() == sum(n.role == "dose_minutes" and n.of is not None for n in numbers)


def test_a_label_is_counted_under_what_it_says(whole: Any, tasks: list[Task]) -> None:
    labelled = [n.role for task in tasks for n in task.gold.layer.numbers]
    for role in set(labelled):
        told = sum(n for (label, _), n in whole.role.items() if label == role)
        assert told == labelled.count(role), role


def test_what_the_lexicon_alone_knows_is_less(
    measuring: ModuleType, tasks: list[Task], parts: Parts, whole: Any
) -> None:
    untrained = measuring.measure(tasks, parts.engine, ("learned",), QUIET)
    assert untrained.concept.total() == whole.concept.total()
    figures, without = (
        measuring.report_of(counted, whole=False)["figures"] for counted in (whole, untrained)
    )
    assert without["concept right"] < figures["concept right"]
    assert without["services found"] < figures["services found"]
    assert without["F1"] < figures["F1"]


@pytest.mark.slow
def test_a_part_is_left_out_for_a_while_only(
    measuring: ModuleType, tasks: list[Task], parts: Parts, whole: Any
) -> None:
    for name in measuring.PARTS:
        told = measuring.measure(tasks[:1], parts.engine, (name,), QUIET)
        assert told.concept.total() == len(tasks[0].gold.layer.mentions), name
    again = measuring.measure(tasks, parts.engine, console=QUIET)
    assert (again.concept, again.status, again.role) == (whole.concept, whole.status, whole.role)
    assert again.figures == whole.figures


@pytest.mark.slow
def test_without_any_part_some_note_is_read_otherwise(measuring: ModuleType, parts: Parts) -> None:
    lexicon = parts.engine.lexicon
    requests = [
        Request(t.gold.case.note, **t.gold.case.ask.model_dump()) for t in measuring.tasks_of(("dev",))
    ]
    read = [measuring.read_with_times(request, lexicon) for request in requests]
    for name in measuring.PARTS:
        with measuring.left_out([name], lexicon) as other:
            assert any(
                measuring.read_with_times(request, other) != whole
                for request, whole in zip(requests, read, strict=True)
            ), name


def test_a_claim_is_the_one_that_the_product_makes(
    measuring: ModuleType, tasks: list[Task], parts: Parts
) -> None:
    engine: Engine = parts.engine
    for task in tasks:
        request = Request(task.gold.case.note, **task.gold.case.ask.model_dump())
        note, _ = measuring.read_with_times(request, engine.lexicon)
        assert measuring.review_of(request, note, engine) == parts.chain.invoke(request)


def test_minutes_have_the_role_that_the_reader_used(
    measuring: ModuleType, counting: ModuleType, parts: Parts
) -> None:
    note, times = measuring.read_with_times(
        Request("Tx: ultrasound R knee 8 min. Gait training x 15, TE 20. Total 43 min.", discipline="PT"),
        parts.engine.lexicon,
    )

    def role(quote: str, labelled: str = "dose_minutes") -> str:
        start = note.text.index(quote)
        number = Number(start=start, end=start + len(quote), quote=quote, role=labelled)
        return counting.role_of(number, [number], note, times)

    assert role("8 min") == role("15") == role("20") == counting.LINKED
    assert role("43 min") == "grand_total"
    assert role("R knee", "other") == counting.UNSEEN


def test_a_number_that_was_taken_back_is_not_held_against_the_one_that_stands(
    measuring: ModuleType, counting: ModuleType, parts: Parts
) -> None:
    text = "ten minutes, scratch that, make it twelve"
    first = Number(start=0, end=11, quote="ten minutes", role="corrected")
    second = Number(start=35, end=41, quote="twelve", role="dose_minutes")
    note, _ = measuring.read_with_times(Request(text), parts.engine.lexicon)
    times = [TimeMention(12, 0, 41, "dose")]
    assert counting.role_of(first, [first, second], note, times) == "corrected"
    assert counting.role_of(second, [first, second], note, times) == "dose"


def test_a_payers_own_code_is_the_same_service(measuring: ModuleType, parts: Parts) -> None:
    concepts = measuring.concepts_of(parts.codes)
    assert concepts["G0283"] == concepts["97014"] == ("electrical_stimulation",)
    assert concepts["97552"] == ("caregiver_training", "group_caregiver_training")


@pytest.mark.parametrize("splits", [("test",), ("dev", "test")])
def test_the_test_part_is_refused(measuring: ModuleType, splits: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="never looked into"):
        measuring.tasks_of(splits)


def test_an_unknown_part_is_named(measuring: ModuleType) -> None:
    assert measuring.check_parts("learned, path,learned") == ("learned", "path")
    with pytest.raises(InputError, match="lexicon"):
        measuring.check_parts("lexicon")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (("--split", "test"), "never looked into"),
        (("--split", "all"), "never looked into"),
        (("--split", "tset"), "not known"),
        (("--without", "lexicon"), "not known"),
        (("--ablate", "--without", "path"), "by itself"),
    ],
)
def test_the_command_line_refuses_what_it_cannot_measure(
    measuring: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    told: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["measure_reading.py", *told])
    with pytest.raises(SystemExit) as ended:
        measuring.main()
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


def test_tables_and_json_tell_the_same(
    measuring: ModuleType, whole: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    measuring.show(whole, Console(width=measuring.WIDE))
    shown = capsys.readouterr().out
    told = measuring.report_of(whole)
    assert sum(n for row in told["concept"].values() for n in row.values()) == whole.concept.total()
    assert all(name in shown for name in told["status"])
    assert json.loads(json.dumps(told)) == told
    assert list(measuring.report_of(whole, whole=False)) == ["figures"]


@pytest.mark.slow
def test_the_script_runs() -> None:
    script = SCRIPTS / "measure_reading.py"
    ran = subprocess.run(
        [sys.executable, script, "--split", "dev", "--limit", "2", "--ablate", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ran.stdout)
    assert told["notes"] == 2
    assert list(told["without"])[:2] == ["nothing", "learned"]
