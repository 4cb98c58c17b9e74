"""Whatever the text: it comes back exactly, offsets lead back to it, and no placeholder is mistaken for its words."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citecoder.model import Span
from citecoder.redaction import Names, Redacted, Wording, redact, redact_all
from tests.redaction.texts import WORDING, notes


@given(text=notes() | st.text(max_size=300))
def test_a_text_comes_back_exactly(text: str) -> None:
    redacted = redact(text, WORDING)
    assert redacted.restore(redacted.text) == text


@given(text=notes() | st.text(max_size=300))
def test_marks_lead_from_each_placeholder_to_its_words(text: str) -> None:
    redacted = redact(text, WORDING)
    for mark in redacted.marks:
        assert redacted.text[mark.redacted_start : mark.redacted_end] == mark.placeholder
        assert redacted.restore(mark.placeholder) == text[mark.start : mark.end]
    ends = [(mark.start, mark.end) for mark in redacted.marks]
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@given(text=notes(), data=st.data())
def test_every_span_maps_to_words_that_restore_from_it(text: str, data: st.DataObject) -> None:
    redacted = redact(text, WORDING)
    start = data.draw(st.integers(0, len(redacted.text)))
    end = data.draw(st.integers(start, len(redacted.text)))
    there = redacted.original(Span(start, end, redacted.text[start:end]))
    assert there.quote == text[there.start : there.end]
    cut = [m for m in redacted.marks if m.redacted_start < end and start < m.redacted_end]
    whole_start = min([start, *(m.redacted_start for m in cut)])
    whole_end = max([end, *(m.redacted_end for m in cut)])
    if end > start:
        assert there.quote == redacted.restore(redacted.text[whole_start:whole_end])


def test_a_span_inside_a_placeholder_is_the_whole_identifier(wording: Wording) -> None:
    redacted = redact("Patient: Maria Alvarez walked 150 ft.", wording)
    at = redacted.text.index("AME")
    assert redacted.original(Span(at, at + 2, "AM")).quote == "Maria Alvarez"


def test_a_span_outside_of_the_text_is_refused(wording: Wording) -> None:
    with pytest.raises(ValueError, match="is not in a text"):
        redact("short", wording).original(Span(2, 99, ""))


@pytest.mark.parametrize(
    "taken",
    [
        "[NAME-1]",
        "[NAME-1] ⟦NAME-1⟧",
        "[NAME-1] ⟦NAME ⟧ {NAME-2} <NAME-3>",
        "[DATE+3d] [R1-NAME-1] ⟦ID{ID<ID",
    ],
)
def test_a_text_that_holds_our_placeholders_survives(wording: Wording, taken: str) -> None:
    text = f"{taken} Patient: Maria Alvarez, seen 3/14/2026. {taken}"
    redacted = redact(text, wording)
    assert "Maria" not in redacted.text
    assert redacted.restore(redacted.text) == text


def test_the_same_words_get_the_same_placeholder_in_all_texts(wording: Wording) -> None:
    told = redact_all({"note": "Pt Maria Alvarez walked.", "question": "did Maria Alvarez walk?"}, wording)
    placeholders = {mark.placeholder for text in told.texts.values() for mark in text.marks}
    assert placeholders == {"[NAME-1]"}


def test_a_name_that_one_text_tells_is_taken_out_of_the_others(wording: Wording) -> None:
    told = redact_all(
        {"note": "Patient: Young, Grace\nWalked 100 ft.", "question": "can Grace be billed?"}, wording
    )
    assert told.texts["question"].text == "can [NAME-1.2] be billed?"
    assert told.restore("[NAME-1.2] can.") == "Grace can."


def test_a_part_of_a_name_shares_its_number(wording: Wording) -> None:
    assert redact("Patient: Maria Alvarez. Mrs. Alvarez walked.", wording).text == (
        "Patient: [NAME-1]. Mrs. [NAME-1.2] walked."
    )


def test_who_is_known_beforehand_is_taken_out(wording: Wording) -> None:
    assert "quenby" not in redact("quenby did 3x10 bridges", wording, Names(("Quenby Thistlewood",))).text


def test_what_is_no_placeholder_of_ours_stays(wording: Wording) -> None:
    redacted = redact("Patient: Maria Alvarez.", wording)
    assert redacted.restore("[NAME-7] and [x] and [NAME-1]") == "[NAME-7] and [x] and Maria Alvarez"


def test_the_way_back_does_not_show_itself(wording: Wording) -> None:
    shown = repr(redact("Patient: Maria Alvarez.", wording))
    assert "Maria" not in shown
    assert "Alvarez" not in shown


# --- dates ---------------------------------------------------------------------------------------


def _told(text: str, wording: Wording, day: date | None = None) -> Redacted:
    return redact(text, wording, date_of_service=day)


def test_days_are_told_from_the_date_of_service(wording: Wording) -> None:
    told = _told("DOS: 3/14/2026. Onset 3/1. Next visit March 18. Recert due 4/13/26.", wording)
    assert told.text == "DOS: [DATE+0d]. Onset [DATE-13d]. Next visit [DATE+4d]. Recert due [DATE+30d]."


def test_a_given_date_of_service_comes_first(wording: Wording) -> None:
    assert "[DATE-2d]" in _told("Fell on 3/12/2026.", wording, date(2026, 3, 14)).text


def test_a_date_without_a_year_is_the_nearest(wording: Wording) -> None:
    assert "[DATE-5d]" in _told("DOS 1/3/2026, fell on 12/29.", wording).text


def test_long_ago_is_told_in_years(wording: Wording) -> None:
    assert "[DATE-9y]" in _told("DOS 3/14/2026. TKA on 3/10/2017.", wording).text


def test_a_birth_date_tells_no_distance(wording: Wording) -> None:
    assert "[BIRTH-DATE-1]" in _told("DOB: 3/4/1931. DOS 3/14/2026.", wording).text


@given(day=st.dates(date(2000, 1, 1), date(2049, 12, 31)), apart=st.integers(-700, 700))
def test_order_and_distance_survive(day: date, apart: int) -> None:
    other = date.fromordinal(day.toordinal() + apart)
    told = _told(f"DOS: {day:%m/%d/%Y}. Last visit {other:%m/%d/%Y}.", WORDING)
    assert f"[DATE{apart:+d}d" in told.text
