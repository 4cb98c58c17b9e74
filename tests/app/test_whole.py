"""The real engine behind the real doors, once: that they are wired together as the contract says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from citecoder.app import wiring
from tests.app.sample import NOTE
from tests.contract import conforms

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Run

RealParts = wiring.Parts


@pytest.fixture
def told(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The real review of the sample note."""
    monkeypatch.setattr(wiring, "Parts", RealParts)
    monkeypatch.setenv("CITECODER_EMBEDDINGS", "tests.app.word_embeddings:WordEmbeddings")
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode())
    ran = run(
        "suggest", str(path), "--payer", "medicare", "--discipline", "PT", "--date", "2026-05-01", "--json"
    )
    assert (ran.code, ran.err) == (0, "")
    data: dict[str, Any] = json.loads(ran.out)
    return data


@pytest.mark.slow
def test_the_real_review_keeps_the_contract_and_every_claim_has_two_ends(told: dict[str, Any]) -> None:
    conforms(told, "suggest")
    assert {line["code"]: line["units"] for line in told["suggestions"]} == {
        "97110": 2,
        "97140": 1,
        "G0283": 1,
    }
    assert "97035" in [each["code"] for each in told["not_coded"]]

    known = {passage["id"] for passage in told["passages"]}
    spans = [span for line in told["suggestions"] for span in line["evidence"]]
    assert spans
    assert all(NOTE[span["start"] : span["end"]] == span["quote"] for span in spans)
    assert all(line["citations"] and set(line["citations"]) <= known for line in told["suggestions"])
    cited = {cite for line in told["suggestions"] for gap in line["missing"] for cite in gap["citations"]}
    assert cited <= known
    assert told["engine"]["version"]
    assert told["engine"]["knowledge"]
