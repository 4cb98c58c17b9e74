"""Documentation elements: the format is held strictly, and the shipped visit files keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from citecoder.elements import KINDS, Element, load_visit_elements, parse_element
from citecoder.errors import KnowledgeError
from citecoder.paths import DataRoots, packaged_root

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = DataRoots(packaged_root())
PRACTICE = ("practice-norms/", "coding-principles/", "article-")


@pytest.fixture
def raw() -> dict[str, Any]:
    return {
        "id": "note.response",
        "kind": "patient_response",
        "severity": "recommended",
        "where": "note",
        "applies": ["daily", "progress"],
        "label": "Response to treatment",
        "why": "It shows what the treatment did.",
        "query": "How did the patient respond?",
        "confidence": "medium",
        "cites": ["practice-norms/response"],
    }


def write(root: Path, name: str, elements: list[dict[str, Any]]) -> Path:
    file = root / "knowledge" / "visits" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({"elements": elements}), encoding="utf-8")
    return file


def test_an_entry_becomes_a_typed_element(raw: dict[str, Any], tmp_path: Path) -> None:
    element = parse_element(raw, tmp_path / "daily.yaml")
    assert element == Element(
        id="note.response",
        kind="patient_response",
        severity="recommended",
        where="note",
        label="Response to treatment",
        why="It shows what the treatment did.",
        query="How did the patient respond?",
        confidence="medium",
        cites=("practice-norms/response",),
        applies=("daily", "progress"),
    )


def test_what_is_left_out_means_always_and_for_everybody(raw: dict[str, Any], tmp_path: Path) -> None:
    del raw["applies"]
    element = parse_element(raw, tmp_path / "97110.yaml")
    assert (element.applies, element.when, element.payers) == ((), None, ())


def test_circumstance_and_payers_are_kept(raw: dict[str, Any], tmp_path: Path) -> None:
    element = parse_element(raw | {"when": "timed", "payers": ["medicare"]}, tmp_path / "daily.yaml")
    assert (element.when, element.payers) == ("timed", ("medicare",))


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"colour": "red"}, ["colour", "allowed", "payers"]),
        ({"kind": "smell"}, ["kind 'smell'", "body_region", "wound_measurement"]),
        ({"severity": "optional"}, ["severity 'optional'", "recommended, required"]),
        ({"where": "elsewhere"}, ["where 'elsewhere'", "chart, metadata, note"]),
        ({"confidence": "sure"}, ["confidence 'sure'", "high, low, medium"]),
        ({"applies": ["weekly"]}, ["applies 'weekly'", "reevaluation"]),
        ({"applies": "daily"}, ["applies must be a list"]),
        ({"when": "raining"}, ["when 'raining'", "timed"]),
        ({"when": ["timed"]}, ["when must be text"]),
        ({"query": ""}, ["query must be text"]),
        ({"id": 97110}, ["id must be text", "quote it"]),
        ({"cites": []}, ["cites is empty"]),
        ({"cites": [3]}, ["cites must be text"]),
        ({"severity": "required", "confidence": "low"}, ["required but confidence is low"]),
        (
            {"query": "Was the therapist present?"},
            ["note.response: query leads", "'Was the therapist present'", "yes or no"],
        ),
        ({"query": "What supports billing it?"}, ["query leads", "'billing'", "payment"]),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_a_broken_entry_names_file_key_and_allowed_values(
    raw: dict[str, Any], tmp_path: Path, change: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(KnowledgeError) as caught:
        parse_element(raw | change, tmp_path / "daily.yaml")
    message = str(caught.value)
    assert "daily.yaml" in message
    assert [name for name in names if name not in message] == []


@pytest.mark.parametrize(
    "key", ["id", "kind", "severity", "where", "label", "why", "query", "confidence", "cites"]
)
def test_a_missing_key_is_named(raw: dict[str, Any], tmp_path: Path, key: str) -> None:
    del raw[key]
    with pytest.raises(KnowledgeError, match=rf"daily\.yaml.*missing key {key}"):
        parse_element(raw, tmp_path / "daily.yaml")


def test_an_entry_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="must be a mapping"):
        parse_element("note.response", tmp_path / "daily.yaml")  # type: ignore[arg-type]


def test_visit_files_are_read_in_order_of_name_and_the_site_wins(raw: dict[str, Any], tmp_path: Path) -> None:
    packaged, site = tmp_path / "packaged", tmp_path / "site"
    write(packaged, "daily.yaml", [raw | {"id": "note.b"}, raw | {"id": "note.a"}])
    write(packaged, "any.yaml", [raw | {"id": "note.c"}])
    write(site, "daily.yaml", [raw | {"id": "note.d"}])
    assert [e.id for e in load_visit_elements(DataRoots(packaged))] == ["note.c", "note.b", "note.a"]
    assert [e.id for e in load_visit_elements(DataRoots(packaged, site))] == ["note.c", "note.d"]


def test_an_id_used_twice_names_both_files(raw: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, "any.yaml", [raw])
    write(tmp_path, "daily.yaml", [raw])
    with pytest.raises(KnowledgeError, match=r"daily\.yaml.*note\.response.*any\.yaml"):
        load_visit_elements(DataRoots(tmp_path))


def test_a_visit_element_without_visit_types_is_refused(raw: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, "daily.yaml", [raw | {"applies": []}])
    with pytest.raises(KnowledgeError, match="applies is empty"):
        load_visit_elements(DataRoots(tmp_path))


@pytest.mark.parametrize(
    "text", ["elements: {", "- a\n- b\n", "elements: []\nother: 1\n", "elements: text\n", ""]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, "daily.yaml", []).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"daily\.yaml"):
        load_visit_elements(DataRoots(tmp_path))


def test_shipped_elements_ask_questions_that_name_no_code_and_no_money() -> None:
    words = {"bill", "billed", "billing", "pay", "paid", "payment", "code", "codes", "reimburse"}
    for element in load_visit_elements(SHIPPED):
        assert element.query.endswith("?"), element.id
        assert not words & set(element.query.lower().rstrip("?").replace(",", " ").split()), element.id


def test_nothing_required_rests_on_custom_alone() -> None:
    custom = [
        element.id
        for element in load_visit_elements(SHIPPED)
        if element.severity == "required" and all(cite.startswith(PRACTICE) for cite in element.cites)
    ]
    assert custom == []


def test_shipped_elements_say_what_a_medicare_treatment_note_has_to_show() -> None:
    required = {
        element.kind
        for element in load_visit_elements(SHIPPED)
        if "daily" in element.applies and element.severity == "required" and element.where == "note"
    }
    assert {"interventions", "total_timed_minutes", "total_treatment_minutes"} <= required
    assert required <= KINDS


def test_total_treatment_time_is_asked_for_medicare_only_and_timed_time_when_timed() -> None:
    by_id = {element.id: element for element in load_visit_elements(SHIPPED)}
    assert by_id["note.total_treatment_minutes"].payers == ("medicare", "medicare_advantage")
    assert by_id["note.total_timed_minutes"].when == "timed"


def test_what_lives_outside_the_note_is_marked_so() -> None:
    by_id = {element.id: element for element in load_visit_elements(SHIPPED)}
    assert by_id["note.signature"].where == "metadata"
    elsewhere = {"certification", "progress_report", "plan_of_care", "referral"}
    assert elsewhere <= {element.kind for element in by_id.values() if element.where == "chart"}
