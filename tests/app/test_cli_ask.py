"""citecoder ask: one question or a batch; JSON for programs and a page for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.sample import NOTE
from tests.app.sample_code_answers import UNKNOWN
from tests.contract import conforms

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Ask, Run

ASSISTANT = "Can a PTA do an evaluation?"
PAGE = """\
Medicare takes G0283 for unattended stimulation. [1] The area treated is written
down. [2][1] 0 turns were said before. [2] The payer is medicare. [3]

Rules as of 2026-05-01.

SOURCES DISAGREE (1)
 ≠ article says: 97014 is one-on-one in 15-minute units [3]. Not followed: the
   regulator says otherwise [1]: It is untimed and unattended.

IN THE NOTE (1)
 “unattended”

SOURCES (3)
 [1] Physician Fee Schedule 2026 › unattended-stimulation · regulator · our
     summary of CMS PFS RVU26D · in force 2026-01-01
 [2] Contractor billing articles › unattended-stimulation · Medicare contractor
     · our summary of A57067 · checked 2026-11-21
 [3] An article about 97014 › one-on-one-fifteen-minutes · article · our summary
     · published 2023-05-04 ✗ disputed by [1]

Not legal or billing advice; a person signs.
"""
ABSTENTION = """\
No answer: the sources here do not say.
The sources here do not answer this. Name a code, or ask the payer.

Rules as of 2026-11-21.

NEAREST PASSAGES (2)
 [1] Unattended stimulation is untimed; Medicare takes G0283.
     cms-pfs-2026/unattended-stimulation · Physician Fee Schedule 2026 ›
     unattended-stimulation · regulator · our summary of CMS PFS RVU26D · in
     force 2026-01-01
 [2] The area treated is recorded.
     mac-billing-articles/unattended-stimulation · Contractor billing articles ›
     unattended-stimulation · Medicare contractor · our summary of A57067 ·
     checked 2026-11-21

Not legal or billing advice; a person signs.
"""


@pytest.fixture
def visit(tmp_path: Path) -> str:
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode())
    return str(path)


def page(out: bytes) -> str:
    return "\n".join(line.rstrip() for line in out.decode().split("\n"))


def lines_of(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.decode("ascii").split("\n") if line]


# --- for people ----------------------------------------------------------------------------------


def test_the_page_of_an_answer(run: Run, visit: str) -> None:
    told = run("ask", "97014?", "--payer", "medicare", "--date", "2026-05-01", "--note", visit)
    assert (told.code, told.err) == (0, "")
    assert page(told.out) == PAGE


def test_the_page_of_an_abstention_has_the_reason_what_to_do_and_the_nearest_passages(run: Run) -> None:
    told = run("ask", UNKNOWN)
    assert (told.code, told.err) == (0, "")
    assert page(told.out) == ABSTENTION


def test_a_real_conflict_is_told_with_both_ends(real: Run) -> None:
    told = page(real("ask", "Is 97162 therapeutic exercise?", "--payer", "medicare").out)
    answer, rest = told.split("\nSOURCES DISAGREE", 1)
    assert answer.startswith("No. ")
    assert "≠ article says: The article says that 97162 describes therapeutic exercise" in rest
    assert "the regulator says" in " ".join(rest.split())


def test_control_characters_never_reach_the_terminal(run: Run) -> None:
    told = run("ask", "97014?", "--payer", "evil\x1b[2J\u202e")
    assert b"\x1b" not in told.out
    assert "\u202e" not in told.out.decode()
    assert "\x1b" not in told.err


def test_a_question_may_come_by_standard_input(run: Run) -> None:
    assert page(run("ask", "-", stdin=UNKNOWN.encode() + b"\n").out) == ABSTENTION


def test_an_unknown_payer_is_said_beside_the_answer(run: Run) -> None:
    told = run("ask", "97014?", "--payer", "zork", "--json")
    assert told.code == 0
    assert "counts as no payer" in told.err
    conforms(json.loads(told.out), "ask")


@pytest.mark.parametrize(("words", "code"), [("please crash: Jane Roe", 1), ("please be offline Jane", 1)])
def test_a_failure_is_one_line_without_words_of_the_question(run: Run, words: str, code: int) -> None:
    told = run("ask", words)
    assert (told.code, told.out, told.err.count("\n")) == (code, b"", 1)
    assert "Jane" not in told.err


# --- for programs --------------------------------------------------------------------------------


def test_the_real_answer_keeps_the_contract_and_rests_on_its_passages(ask: Ask) -> None:
    data = ask("ask", ASSISTANT, "--payer", "medicare", "--date", "2026-05-01")
    conforms(data, "ask")
    known = [passage["id"] for passage in data["passages"]]
    assert (data["abstained"], data["reason"], data["as_of"]) == (False, None, "2026-05-01")
    assert data["sentences"]
    assert all(each["citations"] and set(each["citations"]) <= set(known) for each in data["sentences"])
    assert all(f"[{number}]" in data["answer"] for number in range(1, len(known) + 1))


def test_the_real_engine_abstains_with_a_reason(ask: Ask) -> None:
    data = ask("ask", "What is the weather today?")
    conforms(data, "ask")
    assert (data["abstained"], data["reason"]) == (True, "out_of_scope")


def test_a_batch_keeps_order_and_ids_and_goes_on_after_a_bad_line(run: Run) -> None:
    sent = [
        b'{"id": "a", "question": "97014?", "payer": "medicare", "history": [{"role": "user", "content": "Jane"}]}',
        b'{"id": "b", "question": ',
        b'{"id": "c"}',
        b'{"id": "d", "question": "97014?", "history": [{"role": "system", "content": "Jane Roe"}]}',
        b'{"id": "e", "question": "please crash: Jane Roe"}',
        b'{"id": "f", "question": "97014?", "note": "' + b"x" * 200_001 + b'"}',
        b'{"id": 7, "question": "' + UNKNOWN.encode() + b'", "date_of_service": "2026-01-02"}',
        b'["Jane"]',
    ]
    ran = run("ask", "--jsonl", "-", stdin=b"\n".join(sent))
    told = lines_of(ran.out)
    assert ran.code == 1
    assert [each["id"] for each in told] == ["a", None, "c", "d", "e", "f", 7, None]
    wrong = [each.get("error", {}).get("code") for each in told]
    assert wrong == [
        None, "invalid_json", "invalid_request", "invalid_request", "failed", "too_long", None, "invalid_request",
    ]  # fmt: skip
    conforms(told[0], "ask")
    assert "1 turns were said before. [2] The payer is medicare." in told[0]["answer"]
    assert (told[6]["reason"], told[6]["as_of"]) == ("not_in_sources", "2026-01-02")
    assert b"Jane" not in ran.out


def test_options_stand_in_for_what_a_line_leaves_out(run: Run, tmp_path: Path, visit: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"id": 1, "question": "97014?"}\n{"id": 2, "question": "97014?", "payer": "aetna", "date": "2026-03-04", "note": null}\n'
    )
    given = ("--payer", "medicare", "--date", "2026-05-01", "--note", visit)
    ran = run("ask", "--jsonl", str(path), *given)
    first, second = lines_of(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert ("payer is medicare" in first["answer"], first["as_of"]) == (True, "2026-05-01")
    assert [span["quote"] for span in first["evidence"]] == ["unattended"]
    assert ("payer is aetna" in second["answer"], second["as_of"]) == (True, "2026-03-04")
    assert second["evidence"] == []


def test_what_stops_every_line_is_told_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITECODER_MAX_NOTE", "many")
    ran = run("ask", "--jsonl", "-", stdin=b'{"question": "97014?"}\n' * 3)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, b"", 1)
