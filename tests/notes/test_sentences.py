"""Sentences with their features, and how many things they count."""

from __future__ import annotations

import pytest

from citecoder.notes.sentences import blank_unticked, count_items, describe_sentences


def test_unticked_options_are_blanked_and_offsets_kept() -> None:
    text = "Course: [ ] stable  [x] changing  [ ] unstable\nGrip 40"
    left = blank_unticked(text)
    assert len(left) == len(text)
    assert left.split() == ["Course:", "[x]", "changing", "Grip", "40"]


def test_a_form_where_nothing_is_ticked_stays() -> None:
    assert blank_unticked("[ ] stable [ ] unstable") == "[ ] stable [ ] unstable"


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("Seven limits: grip, reach and others", 7),
        ("Limitations identified (7):", 7),
        ("| Performance deficits | 8 identified |", 8),
        ("Limits: (1) grip (2) reach (3) sleep", 3),
        ("Areas: [x] bathing [x] dressing", 2),
        ("To address: neck range, head control, tolerance for tummy time", 3),
        ("shaving, keys, phone: all slow", 3),
        ("one kind only", 1),
        ("Knee flexion 3+, extension 4-", 2),
    ],
)
def test_things_are_counted(words: str, count: int) -> None:
    assert count_items(words) == count


def test_sentences_stand_in_the_text_and_titles_tell_nothing() -> None:
    text = "EXAMINATION\nHx: none. Dr. Vale sent him.\n- Stable course\n"
    found = [text[s.start : s.end].strip() for s in describe_sentences(text)]
    assert found == ["Hx: none.", "Dr. Vale sent him.", "- Stable course"]
    assert "h:hx" in describe_sentences(text)[0].features


def test_a_run_on_is_cut() -> None:
    text = "he is better and " * 60
    assert all(s.end - s.start <= 260 for s in describe_sentences(text))
