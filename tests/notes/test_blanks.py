"""A field that nobody filled in shows nothing, least of all one that the sidebar put there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from citecoder.notes.blanks import unfilled_fields
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from citecoder.model import Gap, Review

NOTES = {
    "PT": "Therapeutic exercise x 23 min: quad sets. Manual therapy x 15 min. IFC x 15 min. Ultrasound 8 min.",
    "OT": "OT evaluation, 45 min. ADL training x 12 min. Orthotic fitting 20 min.",
    "SLP": "Speech treatment for naming. Swallowing treatment. Cognitive evaluation 60 min.",
    "DC": "CMT to three regions, 98941. Mechanical traction.",
}


def prompts() -> dict[str, str]:
    """What the sidebar puts before the blank, by kind of element."""
    table = re.search(
        r"const BLANKS = \{(.*?)\};", (CHECKOUT / "plugin/sidebar/words.js").read_text("utf-8"), re.DOTALL
    )
    assert table
    return dict(re.findall(r"(\w+): \"([^\"]+)\"", table[1]))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Response: ___", ["Response: ___"]),
        ("Region treated: ___ Response: ___", ["Region treated: ___", "Response: ___"]),
        ("Therapeutic exercise 15 min. Response: ......", ["Response: ......"]),
        ("Pain: ___/10", ["Pain: ___/10"]),
        ("Response: ___ pain 3/10, no soreness", []),
        ("Tolerated well ... no pain", []),
        ("Response: good", []),
    ],
)
def test_a_blank_without_content_is_a_field_that_nobody_filled_in(text: str, fields: list[str]) -> None:
    assert [text[a:b] for a, b in unfilled_fields(text, 0, len(text))] == fields


@pytest.mark.parametrize("discipline", NOTES)
@pytest.mark.parametrize("place", ["{note}\n{prompt}", "{note} {prompt}", "{prompt}\n{note}"])
def test_a_prompt_that_was_inserted_and_not_filled_leaves_its_question_open(
    suggest: Callable[..., Review], discipline: str, place: str
) -> None:
    note, before = NOTES[discipline], prompts()
    asked = open_gaps(suggest(note, payer="medicare", discipline=discipline))
    assert asked
    for gap in asked.values():
        text = place.format(note=note, prompt=f"{before.get(gap.kind, gap.label)}: ___")
        after = open_gaps(suggest(text, payer="medicare", discipline=discipline))
        assert gap.element in {each.element for each in after.values()}, text


def open_gaps(review: Review) -> dict[str, Gap]:
    """The questions to the note, of its lines and of the visit."""
    gaps = [*review.missing, *(gap for line in review.suggestions for gap in line.missing)]
    return {gap.id: gap for gap in gaps if gap.where == "note"}
