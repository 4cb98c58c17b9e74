"""What leaves the machine when a language model is asked: the real redaction, the real adapter, a socket."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citecoder.answers import Question
from citecoder.app.settings import Settings
from citecoder.app.wiring import Parts
from citecoder.model import Request
from tests.adapters.language_model.stub_server import Stub, answer, serving

NOTE = """Patient: Maribel Okonkwo-Reyes   DOB: 03/14/1931   MRN: 00482913
Referred by Dr. Theodore Blankenship, phone (555) 014-2297, fax 555-014-2298
Date of service: 05/04/2026. PT daily note.
S: Ms. Okonkwo-Reyes reports less pain on the stairs at 1420 Larkspur Lane, Dunmore 18512.
O: Therapeutic exercise x 24 min: heel slides, SLR 3x10 for L quad strength, cues for extensor lag.
Cupping by hand over the calf with Maribel prone 9 min, gliding cups to loosen the gastroc fascia.
A: Flexion 108 to 114 degrees. P: Continue 2x/week.
Electronically signed by Anselm Pettibone, PT, DPT, license PT-0098231, a.pettibone@clinic.example"""
PLANTED = (
    "Maribel", "Okonkwo", "Reyes", "03/14/1931", "00482913", "Theodore", "Blankenship", "014-2297", "014-2298", "Larkspur",
    "Dunmore", "18512", "Anselm", "Pettibone", "0098231", "clinic.example", "05/04/2026",
)  # fmt: skip
OFFER = {
    "code": "97140", "quote": "Cupping by hand over the calf with [NAME-1] prone 9 min", "minutes_quote": "9 min",
    "status": "performed", "performer": "therapist", "region": None,
}  # fmt: skip


def parts_at(stub: Stub, place: Path) -> Parts:
    return Parts(
        Settings(
            site=place / "site",
            cache=place / "cache",
            llm="openai:stub",
            llm_base_url=f"{stub.address}/v1",
            llm_timeout=5,
        )
    )


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")


@pytest.mark.slow
def test_no_identifier_reaches_the_socket_and_quotes_come_back_as_the_note_has_them(tmp_path: Path) -> None:
    with serving() as stub:
        stub.script = [answer(json.dumps({"services": [OFFER]})), answer(json.dumps({"answers": []}))]
        review = parts_at(stub, tmp_path).chain.invoke(Request(NOTE, payer="medicare", discipline="PT"))

    assert len(stub.arrived) >= 1
    assert "heel slides" in stub.arrived[0].decode()
    for raw in stub.arrived:
        assert [planted for planted in PLANTED if planted in raw.decode()] == []
    offered = [
        span.quote
        for line in (*review.suggestions, *review.not_coded)
        for span in line.evidence
        if "Cupping by hand" in span.quote
    ]
    assert any("Maribel prone" in quote for quote in offered)
    assert review.engine["llm"] == "openai:stub"
    kept = (tmp_path / "site" / "egress.jsonl").read_text(encoding="utf-8")
    assert [planted for planted in PLANTED if planted in kept] == []
    assert json.loads(kept.splitlines()[0])["redacted"]["name"] >= 3


@pytest.mark.slow
def test_a_question_with_a_patient_in_it_is_redacted_too(tmp_path: Path) -> None:
    with serving() as stub:
        stub.script = [answer(json.dumps({"sentences": []}))]
        told = parts_at(stub, tmp_path).answers.invoke(
            Question("For my patient Maribel Okonkwo-Reyes: does Medicare cover dry needling by a PT?")
        )
    assert told.sentences
    for raw in stub.arrived:
        assert [planted for planted in PLANTED if planted in raw.decode()] == []


def test_nothing_is_sent_where_no_model_is_set(tmp_path: Path) -> None:
    with serving() as stub:
        site = Settings(site=tmp_path / "site", cache=tmp_path / "cache", llm_base_url=f"{stub.address}/v1")
        assert Parts(site).language_model is None
    assert stub.arrived == []
