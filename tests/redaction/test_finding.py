"""What is taken out, and what has to stay."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given

from citecoder.redaction import Wording, redact
from tests.redaction.marked import marked_notes
from tests.redaction.texts import WORDING, days, names

NOTES = marked_notes()
_SECONDS = 5  # of the processor, for _LONG characters: two to three at rest, and room for a busy machine
_LONG = 100_000


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note["id"])
def test_every_marked_identifier_is_taken_out(wording: Wording, note: dict[str, object]) -> None:
    text = str(note["text"])
    covered = bytearray(len(text))
    for mark in redact(text, wording).marks:
        covered[mark.start : mark.end] = b"\x01" * (mark.end - mark.start)
    left = [
        one["text"]
        for one in note["identifiers"]  # type: ignore[attr-defined]
        if not all(covered[at] for at in range(one["start"], one["end"]) if text[at].isalnum())
    ]
    assert left == []


def test_the_words_of_the_visit_stay(wording: Wording) -> None:
    words = touched = 0
    for note in NOTES:
        text, inside = note["text"], set()
        for one in note["identifiers"]:
            inside |= set(range(one["start"], one["end"]))
        taken = {at for mark in redact(text, wording).marks for at in range(mark.start, mark.end)}
        for match in re.finditer(r"[^\W_]+", text):
            if match.start() not in inside:
                words += 1
                touched += match.start() in taken
    assert touched <= 0.005 * words


@pytest.mark.parametrize(
    "text",
    [
        "97110 x 2, 97140-59, G0283, L3906, 0552T; M54.50, S83.511A, Z96.651.",
        "Berg 42/56, Tinetti 18/28, MMT 4/5, pain 6/10, 5/5 strength, LEFS 52/80, 14/20 trials.",
        "Manual therapy 10:15-10:30 AM, total 38 min; 3 sets x 10 reps, 2x/wk x 4 wks.",
        "Spurling neg, Lachman +, Phalen +, Thomas test -, Hawkins-Kennedy +, Neer +, Dix-Hallpike L, Epley x 2.",
        "Parkinson's, Alzheimer's, Bell's palsy; Bobath, Maitland, Mulligan, McKenzie, Graston; Oswestry 44%.",
        "Nustep L5 x 10 min, Theraband red, Biodex, BOSU, Lokomat, TheraPutty, Kinesiotape.",
        "Medicare, Aetna, BCBS, UnitedHealthcare, Humana and Tricare cover it.",
        "May progress as tolerated. March in place 2x20. She may need cues; patient will continue.",
        "L upper trapezius, R quadriceps, bilateral hamstrings, C5-C6, grade III PA mobs L4-L5.",
        "Pt reports pain. Patient: tolerated well. PT: skilled cueing. Dr. said ok. Therapist: will reassess.",
        "BP 128/76, HR 72, SpO2 96%, temp 98.6 F, pool at 92 F, 150 ft with FWW, 1/2 mile, 3/4 inch.",
        "89 y/o F, 1990 s/p MVA, in 2019, visit 6/12, Ohio, group of 4, room air, auth 12 visits.",
    ],
)
def test_nothing_of_a_visit_is_touched(wording: Wording, text: str) -> None:
    assert redact(text, wording).text == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Electronically signed by Kim Nguyen, PT, DPT", "Kim Nguyen"),
        ("ALVAREZ, MARIA 72F here for OT", "ALVAREZ, MARIA"),
        ("Patient: maria alvarez", "maria alvarez"),
        ("Her daughter Elena helps.", "Elena"),
        ("Pt. J.D. reports pain.", "J.D."),
        ("Patient: Thomas Berg. Thomas test +. Mr. Berg agrees", "Berg agrees"),
        ("is a 92 y/o male", "92"),
        ("a ninety-one year old woman", "ninety-one"),
        ("lives in Kettering with", "Kettering"),
        ("412 Maple Street, Apt 3B, Dayton, OH 45402", "45402"),
        ("Call 415-555-0132 ext. 4", "555"),
        ("MBI 1EG4-TE5-MK73", "MK73"),
        ("VIN 1HGCM82633A004352", "1HGCM"),
        ("walker serial # RW-88120", "88120"),
        ("see http://203.0.113.9/x and 203.0.113.47", "203"),
        ("seen March fourteenth", "fourteenth"),
        ("since late October", "October"),
        ("surgery on 3/14", "3/14"),
        ("photo: IMG_2093.jpg", "2093"),
        ("fingerprint ID 88-2210", "88-2210"),
        ("case no. 24-CV-00871", "00871"),
    ],
)
def test_it_is_taken_out(wording: Wording, text: str, gone: str) -> None:
    assert gone not in redact(text, wording).text


def test_a_test_keeps_its_name_though_the_patient_shares_it(wording: Wording) -> None:
    told = redact("Patient: Thomas Berg. Berg Balance 42/56. Thomas test +.", wording).text
    assert told == "Patient: [NAME-1]. Berg Balance 42/56. Thomas test +."


@given(name=names())
def test_a_name_in_a_field_is_taken_out(name: str) -> None:
    told = redact(f"Patient: {name}\nWalked 150 ft.", WORDING).text
    parts = [part for part in re.findall(r"[^\W\d_]+", name) if len(part) > 1 and part != "Dr"]
    assert not [part for part in parts if part in told]


@given(day=days())
def test_a_date_is_taken_out(day: str) -> None:
    assert day not in redact(f"Seen on {day} for gait.", WORDING).text


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [*"aA1 \n-./@[:=('#_", "a ", "A ", "1-", "1/", "A.", "a@", "http", "Mr. ", "Dr ", "9 ", "1.1.", "a.a", "Jan ", "01/",
     "x:", "Aa ", "(555) ", "0:", "a-", "Aa-", "MRN ", "Signed by ", "lives in ", "A, ", "1 Main ", "3/1, ", "PT, ", "İ", "’s "],
)  # fmt: skip
def test_hostile_text_takes_linear_time(wording: Wording, piece: str) -> None:
    text = (piece * (_LONG // len(piece) + 1))[:_LONG]
    started = time.process_time()
    redacted = redact(text, wording)
    assert time.process_time() - started < _SECONDS
    assert redacted.restore(redacted.text) == text


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["MRN {n} ", "Dr. A{n} ", "a{n}@b.org ", "Maria{n} said ", "3/1/{n} "])
def test_many_identifiers_take_linear_time(wording: Wording, piece: str) -> None:
    text = "".join(piece.format(n=n) for n in range(10_000, 30_000))[:_LONG]
    started = time.process_time()
    redact(text, wording)
    assert time.process_time() - started < _SECONDS


@pytest.mark.slow
def test_many_names_take_linear_time(wording: Wording) -> None:
    surnames = sorted(wording.surnames)[:4_500]
    text = "".join(f"Mr. {name.title()} said so. " for name in surnames)
    started = time.process_time()
    redact(text, wording)
    assert time.process_time() - started < _SECONDS
