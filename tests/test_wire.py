"""The contract's JSON: what is let in, what goes out, and that the published schema says the same."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citecoder import model, wire
from citecoder.errors import InputError
from tests.app.sample import NOTE, review
from tests.contract import conforms

SCHEMA = Path(__file__).parent.parent / "plugin" / "docs" / "contract.schema.json"
PRIVATE = "Jane Roe, born 1950-02-03"

FULL = {
    "note": "Ther ex x 15 min",
    "payer": "medicare",
    "discipline": "PT",
    "date_of_service": "2026-05-01",
    "stage": "draft",
    "billed": [{"code": "97110", "units": 2, "modifiers": ["GP"]}],
    "context": {"signed": None, "performed_by": "PTA"},
    "episode": {
        "visit_number": 9,
        "start": "2026-04-01",
        "certified_through": "2026-06-30",
        "last_progress_report": None,
        "charges_to_date": 1900.0,
    },
}


def told(**request: Any) -> wire.SuggestResponse:
    asked = model.Request(NOTE, **request)
    return wire.review_to_wire(review(asked), "7", 4.1234)


def test_a_full_request_becomes_the_frozen_noun() -> None:
    got = wire.read_request(FULL)
    assert got == model.Request(
        note="Ther ex x 15 min",
        payer="medicare",
        discipline="PT",
        date_of_service=date(2026, 5, 1),
        stage="draft",
        billed=(model.BilledLine("97110", 2, ("GP",)),),
        signed=None,
        performed_by="PTA",
        episode=model.Episode(9, date(2026, 4, 1), date(2026, 6, 30), None, 1900.0),
    )


def test_only_the_note_is_needed_and_nothing_is_invented() -> None:
    assert wire.read_request({"note": "x"}) == model.Request("x")


@pytest.mark.parametrize(
    "absent",
    [
        {"payer": None},
        {"payer": "  "},
        {"discipline": None},
        {"stage": None},
        {"billed": None},
        {"context": None},
        {"episode": None},
        {"id": 4},
    ],
    ids=str,
)
def test_null_is_the_same_as_absent(absent: dict[str, Any]) -> None:
    assert wire.read_request({"note": "x", **absent}) == model.Request("x")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "note"),
        ({"note": None}, "note"),
        ({"note": 5}, "note"),
        ({"note": "half \ud800 pair"}, "note"),
        ({"note": "x", "notes": "y"}, "notes"),
        ({"note": "x", "discipline": "DPT"}, "discipline"),
        ({"note": "x", "stage": "done"}, "stage"),
        ({"note": "x", "date_of_service": "05/01/2026"}, "date_of_service"),
        ({"note": "x", "date_of_service": "2026-02-30"}, "date_of_service"),
        ({"note": "x", "date_of_service": 20260501}, "date_of_service"),
        ({"note": "x", "date_of_service": "2026-05-01T10:00:00"}, "date_of_service"),
        ({"note": "x", "billed": [{"code": "971100"}]}, "billed"),
        ({"note": "x", "billed": [{"code": "97110", "units": True}]}, "billed"),
        ({"note": "x", "billed": [{"code": "97110", "units": -1}]}, "billed"),
        ({"note": "x", "context": {"signed": "yes"}}, "context"),
        ({"note": "x", "episode": {"charges_to_date": float("nan")}}, "episode"),
        ({"note": "x", "id": [1]}, "id"),
        ({"note": "x", "id": "x" * 201}, "id"),
        ({"note": "x", "billed": [{"code": "97110", "modifiers": ["GP"] * 9}]}, "billed"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError, match=field) as caught:
        wire.read_request(wrong)
    assert caught.value.field == field


def test_a_heap_of_fields_is_one_mistake() -> None:
    with pytest.raises(InputError, match=r"^the request has more than 64 fields; [^;]+$") as caught:
        wire.read_request({"note": "x", **{f"k{number}": 1 for number in range(70)}})
    assert caught.value.field is None


@pytest.mark.parametrize(
    "leaky",
    [
        {"note": "x", PRIVATE: 1},
        {"note": "x", "discipline": PRIVATE},
        {"note": "x", "date_of_service": PRIVATE},
        {"note": "x", "billed": [{"code": PRIVATE}]},
        {"note": {PRIVATE: PRIVATE}},
        [PRIVATE],
    ],
    ids=["key", "choice", "date", "code", "note", "list"],
)
def test_an_error_never_repeats_what_was_sent(leaky: Any) -> None:
    with pytest.raises(InputError) as caught:
        wire.read_request(leaky)
    assert "Jane" not in f"{caught.value} {caught.value.field}"


def test_a_note_is_measured_in_code_points() -> None:
    assert wire.read_request({"note": "\U0001f9b5" * 5}, limit=5).note == "\U0001f9b5" * 5
    with pytest.raises(wire.TooLongError, match="6 characters"):
        wire.read_request({"note": "x" * 6}, limit=5)


def test_the_default_limit_is_two_hundred_thousand() -> None:
    assert len(wire.read_request({"note": "x" * 200_000}).note) == 200_000
    with pytest.raises(wire.TooLongError):
        wire.read_request({"note": "x" * 200_001})


@pytest.mark.parametrize(
    "text", ["{", "", "nope", '{"note": NaN}', "[" * 100_000], ids=["cut", "empty", "word", "nan", "deep"]
)
def test_what_is_not_json_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match="line 3 is not JSON") as caught:
        wire.read_json(text, "line 3")
    assert "\n" not in str(caught.value)


def test_text_is_decoded_as_it_was_sent() -> None:
    assert wire.read_text(b"a\r\nb\rc\xc2\x85\n", "x") == "a\r\nb\rc\x85\n"


def test_what_is_not_utf8_is_refused_by_its_place() -> None:
    with pytest.raises(InputError, match=r"visit\.txt is not UTF-8 text \(byte 3\)"):
        wire.read_text(b"abc\xff", "visit.txt")


def test_a_review_keeps_everything_the_contract_names() -> None:
    data = json.loads(wire.to_json(told(payer="medicare", discipline="PT")))
    assert data["id"] == "7"
    assert data["engine"]["contract"] == "1"
    assert data["engine"]["elapsed_ms"] == 4.1
    assert data["encounter"]["read_from"] == {"payer": "request"}
    assert data["units"]["by_method"]["midpoint"] == {"97110": 2, "97140": 1}
    line = data["suggestions"][1]
    assert line["rationale"] == line["reasons"][0]["text"]
    assert line["met"][0]["from"] == "note"
    disputed = data["passages"][4]["disputed"]
    assert disputed == {
        "by": "cms-pfs-2026/unattended-stimulation",
        "because": "The fee schedule makes it untimed and unattended.",
    }


def test_evidence_is_what_stands_in_the_note() -> None:
    data = json.loads(wire.to_json(told(payer="medicare")))
    spans = [span for line in data["suggestions"] for span in line["evidence"]]
    assert spans
    assert all(NOTE[span["start"] : span["end"]] == span["quote"] for span in spans)


def test_a_response_survives_the_round_trip() -> None:
    response = told(payer="medicare", billed=(model.BilledLine("97110", 3),))
    assert wire.SuggestResponse.model_validate_json(wire.to_json(response)) == response


def test_equal_reviews_give_equal_json() -> None:
    assert wire.to_json(told(payer="medicare")) == wire.to_json(told(payer="medicare"))


def test_a_value_outside_a_closed_list_does_not_go_out() -> None:
    broken = model.NotCoded("97035", "because", "no such reason")
    with pytest.raises(ValueError, match="reason"):
        wire.NotCoded.model_validate(broken)


@given(st.text())
def test_a_line_of_a_batch_is_one_line_to_every_reader(quote: str) -> None:
    whole = quote.encode("utf-8", "replace").decode("utf-8")
    line = wire.to_json(wire.Span(start=0, end=len(whole), quote=whole), lines=True)
    assert line.splitlines() == [line]
    assert json.loads(line)["quote"] == whole


def test_the_published_schema_is_current() -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    hint = f"run: python -c \"from citecoder.wire import write_schema; from pathlib import Path; write_schema(Path('{SCHEMA.name}'))\""
    assert published == wire.schema(), hint


def test_the_schema_is_valid_and_names_every_verb() -> None:
    schema = wire.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["x-verbs"].keys() == wire.VERBS.keys()
    for sides in schema["x-verbs"].values():
        assert all(side["$ref"].removeprefix("#/$defs/") in schema["$defs"] for side in sides.values())


def test_a_response_and_a_request_satisfy_the_published_schema() -> None:
    for side, instance in (("request", FULL), ("response", json.loads(wire.to_json(told(payer="medicare"))))):
        conforms(instance, "suggest", side)
