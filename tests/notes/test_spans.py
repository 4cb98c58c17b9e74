"""Quotes and offsets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from citecoder.notes.spans import cut, fold, locate, verbatim


def test_a_quote_is_found_verbatim_with_its_offsets() -> None:
    span = locate("grade III mobs", "MT 15 min: grade III mobs L4-5")

    assert span is not None
    assert (span.start, span.quote) == (11, "grade III mobs")


def test_white_space_is_folded_and_the_note_s_own_words_come_back() -> None:
    text = "joint\r\n  mobilization R knee"

    span = locate("joint mobilization", text)

    assert span is not None
    assert span.quote == "joint\r\n  mobilization"
    assert verbatim(span, text)


def test_a_quote_that_is_not_there_is_not_found() -> None:
    assert locate("ultrasound", "TE 15 min") is None
    assert locate("   ", "TE 15 min") is None


@given(st.text())
def test_folding_never_moves_an_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(), st.integers(0, 40), st.integers(0, 40))
def test_a_cut_span_is_verbatim_or_empty(text: str, start: int, length: int) -> None:
    first = min(start, len(text))

    span = cut(text, first, min(len(text), first + length))

    assert span.quote == "" or verbatim(span, text)
