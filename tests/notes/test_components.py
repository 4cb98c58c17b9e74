"""Named components of an evaluation."""

from __future__ import annotations

import pytest

from citecoder.notes.components import find_components


def _levels(text: str, discipline: str) -> dict[str, str]:
    return {name: level for name, level, _ in find_components(text, discipline)}


def test_all_four_pt_components_are_read() -> None:
    text = "2 personal factors, 3 body structures examined, evolving presentation, moderate complexity decision making."

    assert _levels(text, "PT") == {
        "history": "moderate",
        "exam": "moderate",
        "presentation": "moderate",
        "decision": "moderate",
    }


def test_findings_alone_name_no_component() -> None:
    assert _levels("Diabetes, hypertension. ROM, strength and gait limited.", "PT") == {}


@pytest.mark.parametrize(
    ("count", "level"), [("2", "low"), ("3", "low"), ("4", "moderate"), ("5", "moderate"), ("6", "high")]
)
def test_a_shared_ot_count_is_read_as_the_lower_tier_s(count: str, level: str) -> None:
    assert _levels(f"{count} performance deficits", "OT")["deficits"] == level
