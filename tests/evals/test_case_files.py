"""Sets of cases: what is read, and how whatever is wrong is named by file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from citecoder.app.wiring import Parts
from citecoder.evals.case_files import CaseSetError, from_row, load_cases, to_row
from citecoder.evals.cases import Case
from citecoder.evals.phi import suspicions
from citecoder.evals.validating import Checked, validate
from citecoder.evals.writing import case_yaml, make_set, schema
from tests.evals.making import case

MakeSet = Callable[..., Path]


def _check(place: Path, parts: Parts) -> Checked:
    return validate(place, parts.codes.codes)


def test_a_set_is_read_as_it_was_written_byte_for_byte(make_set: MakeSet) -> None:
    note = "S: ok 🙂\r\nTherapeutic exercise x15\r\n\t| a | b |\n"
    of = case("odd", note=note, codes=[], tags=["trap"], split="train", why="Nothing: two\nlines.")
    assert load_cases(make_set(of)) == [of]


def test_the_schema_for_editors_takes_every_case_file(make_set: MakeSet) -> None:
    import yaml

    place = make_set(case("one"), case("two", codes=[]))
    checker = Draft202012Validator(json.loads(schema()))
    for path in (place / "cases").glob("*.yaml"):
        checker.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert list(checker.iter_errors({"id": "x", "family": "x", "cods": []}))


def test_an_id_that_stands_twice_is_named_in_both_places(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    (place / "cases" / "two.yaml").write_text(case_yaml(case("one")).replace("family", "# again\nfamily"))
    (fault,) = _check(place, parts).faults
    assert str(fault).endswith("two.yaml:2: id one stands twice, first in cases/one.yaml:2")
    with pytest.raises(CaseSetError, match="stands twice"):
        load_cases(place)


def test_a_quote_that_is_not_in_its_note_is_named_by_its_line(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    file = place / "cases" / "one.yaml"
    file.write_text(file.read_text().replace("- Therapeutic exercise", "- therapeutic exercise"))
    line = 1 + file.read_text().splitlines().index("  - therapeutic exercise")
    (fault,) = _check(place, parts).faults
    assert str(fault) == f"{file}:{line}: one: this quote is not in its note, word for word"


def test_an_unknown_code_is_named_by_its_line(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one", codes=[{"code": "97110"}, {"code": "97999"}]))
    (fault,) = _check(place, parts).faults
    assert fault.what == "one: 97999 is not a code that citecoder knows"
    assert (place / "cases" / "one.yaml").read_text().splitlines()[
        fault.line - 1
    ].strip() == '- code: "97999"'


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("id: one\nfamily: [", 3, "is not YAML"),
        ("- a\n- b\n", 1, "is not a case"),
        ("id: one\nfamily: f\nspilt: dev\n", 3, "spilt: is not a field"),
        ("id: one\nfamily: f\nid: two\n", 3, "a key that stands twice"),
        ("id: one\nask: {date_of_service: 2026-02-30}\n", 1, "holds a value that can't be read"),
        ("id: one\nfamily: f\ncodes:\n  - code: '97110'\n    units: many\n", 5, "codes.0.units"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_read(
    make_set: MakeSet, parts: Parts, text: str, line: int, what: str
) -> None:
    place = make_set(case("good"))
    (place / "cases" / "bad.yaml").write_text(text)
    (place / "notes" / "one.txt").write_text("n")
    checked = _check(place, parts)
    fault = next(each for each in checked.faults if each.file.endswith("bad.yaml"))
    assert (checked.cases, fault.line) == (1, line)
    assert what in fault.what


def test_a_broken_line_of_rows_is_named(tmp_path: Path, parts: Parts) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        json.dumps(to_row(case("one"))) + "\n{broken\n\n" + json.dumps(to_row(case("two"))) + "\n"
    )
    checked = _check(rows, parts)
    assert checked.cases == 2
    assert [str(fault) for fault in checked.faults] == [f"{rows}:2: is not JSON; mend or delete this line"]


def test_an_arm_that_is_missing_is_named_where_it_stands(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    (place / "arms.yaml").write_text("# names\ntheirs:\n  arm: command:no-such-program --x\n")
    (place / "leaderboard.yaml").write_text(
        "- {arm: rules, suite: coding, split: dev, release: '1', measured: '2026-01-01', command: c, figures: {f1: 1.0}}\n"
        "- {arm: nobody, suite: coding, split: dev, release: '1', measured: '2026-01-01', command: c, figures: {f1: 1.0}}\n"
    )
    told = [f"{Path(fault.file).name}:{fault.line}: {fault.what}" for fault in _check(place, parts).faults]
    assert told[0].startswith("arms.yaml:2: theirs: --arm command: 'no-such-program' is not a program")
    assert told[1].startswith("leaderboard.yaml:2: arm nobody is missing")


def test_a_family_lies_in_one_split(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one", family="f", split="dev"), case("two", family="f", split="test"))
    (fault,) = _check(place, parts).faults
    assert "family f lies in dev and test" in fault.what


def test_an_id_that_stands_in_two_folders_is_told(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    (place / "cases" / "more").mkdir()
    (place / "cases" / "more" / "one.yaml").write_text((place / "cases" / "one.yaml").read_text())
    (fault,) = _check(place, parts).faults
    assert "id one stands twice" in fault.what


def test_a_note_that_is_not_utf8_is_told(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    (place / "notes" / "one.txt").write_bytes(b"caf\xe9")
    assert any(fault.what.startswith("is not UTF-8 text (byte 3)") for fault in _check(place, parts).faults)


def test_a_note_without_a_case_is_told(make_set: MakeSet, parts: Parts) -> None:
    place = make_set(case("one"))
    (place / "notes" / "lost.txt").write_text("note")
    (fault,) = _check(place, parts).faults
    assert fault.file.endswith("lost.txt")


def test_a_code_is_not_both_wanted_and_forbidden() -> None:
    with pytest.raises(ValueError, match="97110 is among the codes and among the forbidden"):
        case(forbidden=["97110"])


def test_an_empty_set_can_be_filled(tmp_path: Path, parts: Parts) -> None:
    make_set(tmp_path / "mine")
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {
        "cases",
        "notes",
        "arms.yaml",
        "case.schema.json",
        "README.md",
    }
    assert _check(tmp_path / "mine", parts).faults == ()
    assert make_set(tmp_path / "mine") == []


def test_rows_and_cases_say_the_same() -> None:
    of = case(gaps=[{"code": "97110", "kind": "minutes", "verdict": "met"}], acceptable=["97112"])
    again = Case.model_validate(from_row(to_row(of)))
    assert to_row(again) == to_row(of)


@pytest.mark.parametrize(
    "text",
    ["SSN 123-45-6789", "call (208) 555-7788", "jo.smith@gmail.com", "see https://clinic.com/p", "MRN 1234567",
     "lives at 12 Oak Street, Boise, ID 83702", "MBI 1EG4-TE5-MK73".replace("-", "")],
)  # fmt: skip
def test_what_looks_like_a_real_person_is_told(text: str) -> None:
    assert suspicions(f"line one\n{text}")[0].line == 2


@pytest.mark.parametrize(
    "text",
    [
        "call 208-555-0123",
        "pat@example.org",
        "https://www.example.org/x",
        "MRN TEST-0042",
        "97110 x 2, 120/80",
    ],
)
def test_what_is_plainly_made_up_is_let_be(text: str) -> None:
    assert suspicions(text) == []
