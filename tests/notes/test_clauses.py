"""Sentences → clauses, scanner's errors, and who was in the room."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citecoder.model import Block, Minutes, Note, Span, Visit
from citecoder.notes.blocks import Segment
from citecoder.notes.clauses import parse_clauses
from citecoder.notes.company import find_company
from citecoder.notes.scans import mend, quoted_from
from citecoder.notes.words import stem, tokens

WORDS = frozenset({"shoulder", "skin", "time", "home", "from", "heel", "turn", "learn"})


def _clauses(text: str) -> list[str]:
    return [text[c.start : c.end] for c in parse_clauses(text, Segment(0, len(text), "unknown", 0))]


def test_a_list_is_cut_at_what_divides_it() -> None:
    assert _clauses("bridges 3x10, clams; wall sits and step-ups + bike | 12 min") == [
        "bridges 3x10", "clams", "wall sits", "step-ups", "bike", "12 min",
    ]  # fmt: skip


def test_numbers_with_a_comma_and_clock_times_stay_whole() -> None:
    assert _clauses("walked 1,200 ft from 8:05") == ["walked 1,200 ft from 8:05"]


@given(st.text(alphabet="ab, ;\n", max_size=900))
def test_clauses_lie_in_order_in_the_text_and_are_never_long(text: str) -> None:
    found = parse_clauses(text, Segment(0, len(text), "unknown", 0))
    assert all(c.end - c.start <= 240 for c in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[c.start : c.end].strip() == text[c.start : c.end] != "" for c in found)


def test_words_lose_their_endings_and_numbers_become_kinds() -> None:
    assert stem("walked") == stem("walking") == stem("walks")
    assert tokens("3x10 w/ 5 lb for 12 min, 4/5") == ["#sets", "w", "#load", "for", "#minutes", "#score"]


def test_a_scanned_note_is_read_as_it_was_written_without_moving_an_offset() -> None:
    sent = "R sh0ulder glides l5 rnin, sk1n ok. Hee1 rocks 2O reps frorn the chair, next tirne more"
    read = mend(sent, WORDS.__contains__)
    assert len(read) == len(sent)
    assert "R shoulder glides 15 min " in read
    assert "skin ok. Heel rocks 20 reps from  the chair" in read


@pytest.mark.parametrize(
    "text", ["T1-T3, C5 and L4 adjusted, 97110 x2, O2 98%, 10x3", "turn and learn, 1st visit, B12, H2O, 5x"]
)
def test_a_typed_note_is_left_as_it_is(text: str) -> None:
    assert mend(text, WORDS.__contains__) is text


def test_quotes_are_cut_from_what_was_sent() -> None:
    note = Note(
        text="15 min ", visit=Visit(type_span=Span(0, 2, "15")), blocks=(Block("unknown", 0, 7, Span(3, 6, "min")),),
        stated_total=Minutes(15, Span(0, 6, "15 min")),
    )  # fmt: skip
    told = quoted_from("l5 rnin", note)
    assert told.visit.type_span == Span(0, 2, "l5")
    assert told.blocks[0].header == Span(3, 6, "rni")
    assert told.stated_total == Minutes(15, Span(0, 6, "l5 rni"))


@pytest.mark.parametrize(
    ("words", "kind", "count"),
    [
        ("balance circuit, pt + 3 others, me leading", "patients", 4),
        ("Knee class, 5 pts", "patients", 5),
        ("five women, on chairs in a ring", "patients", 5),
        ("joined two other people at the table", "patients", 3),
        ("Six partners of several patients", "families", 6),
        ("parents - 4, together", "families", 4),
        ("wife alone w/ me 9:00-9:40", "absent", None),
        ("no pts in rm", "absent", None),
        ("Teo not in room", "absent", None),
        ("took the daughter on her own for half an hour", "absent", None),
    ],
)
def test_words_tell_who_was_in_the_room(words: str, kind: str, count: int | None) -> None:
    assert (kind, count) in [(c.kind, c.heads) for c in find_company(words)]


@pytest.mark.parametrize(
    "words",
    [
        "10 reps with 3 lb",
        "6/26 PT visit",
        "seen by the PT alone",
        "2 people noted her limp is an aside: no",
        "4 weeks",
    ],
)
def test_counts_of_other_things_are_no_company(words: str) -> None:
    found = [c for c in find_company(words) if c.kind != "patients" or c.heads not in (None, 2)]
    assert found == []
