"""What is kept of a review, and how a newer one takes the place of the former."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from citecoder import model, wire
from citecoder.adapters.records import Records, database
from citecoder.adapters.records.reviews import kept_id
from citecoder.errors import RecordsUnavailableError
from citecoder.records import Decision
from tests.adapters.records.material import ALICE, BOB, SECRET, everything, rows, told
from tests.app.sample import NOTE, review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.adapters.records.conftest import Clock


def test_a_review_is_kept_by_line_gap_and_what_was_not_coded(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    (kept,) = rows(records, "review")
    assert (kept["review_id"], kept["caller"], kept["revision"]) == ("visit-1", ALICE.id, 1)
    assert (kept["payer"], kept["discipline"], kept["visit_type"]) == ("medicare", "PT", "daily")
    assert (kept["knowledge"], kept["editions"]) == ("abc123", {"ncci": "2024-07-01"})
    lines = [
        (each["line_id"], each["code"], each["units"], each["modifiers"]) for each in rows(records, "line")
    ]
    assert lines[0] == ("line-97110", "97110", 2, ["GP"])
    assert len(lines) == 3
    gaps = {(each["gap_id"], each["code"], each["element"]) for each in rows(records, "gap")}
    assert gaps == {("gap-1", "G0283", "G0283.area"), ("gap-2", None, "cert.current")}
    assert [(each["code"], each["reason"]) for each in rows(records, "not_coded")] == [("97035", "deferred")]


def test_no_word_of_the_note_and_no_date_of_service_is_kept(records: Records) -> None:
    request = model.Request(NOTE, payer="medicare", discipline="PT", date_of_service=date(2026, 5, 17))
    answer = wire.review_to_wire(review(request), "visit-1", 3.0)
    records.keep_review(answer, NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "accept"), ALICE)
    kept = everything(records)
    quotes = [span.quote for line in answer.suggestions for span in line.evidence]
    assert quotes
    for words in (
        *quotes,
        "Knee",
        "stiff",
        "quad sets",
        "patellar",
        "2026-05-17",
        "2026, 5, 17",
        "38 timed minutes",
    ):
        assert words not in kept


def test_a_note_is_hashed_with_the_sites_secret(records: Records) -> None:
    records.keep_review(told("one"), NOTE, ALICE)
    records.keep_review(told("two"), NOTE, ALICE)
    records.keep_review(told("three"), NOTE + " ", ALICE)
    one, two, three = (each["note_hash"] for each in rows(records, "review"))
    assert one == two != three
    assert one != hashlib.sha256(NOTE.encode()).hexdigest()


def test_a_payer_that_is_no_id_is_not_kept(records: Records) -> None:
    records.keep_review(told(payer="Jane Roe's plan"), NOTE, ALICE)
    assert rows(records, "review")[0]["payer"] is None
    assert "Jane" not in everything(records)


def test_reviews_of_one_note_take_each_others_place(records: Records) -> None:
    for units in range(1, 6):
        records.keep_review(told(u97110=units), NOTE + "x" * units, ALICE)
    assert len(rows(records, "review")) == 1
    assert [each["units"] for each in rows(records, "line")] == [5, 1, 1]
    assert len(rows(records, "gap")) == 2
    assert [each["action"] for each in rows(records, "audit")] == ["review_kept"]


def test_a_review_that_was_decided_on_stays_and_a_new_one_stands_beside_it(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "accept"), ALICE)
    records.keep_review(told(u97110=3), NOTE, ALICE)
    records.keep_review(told(u97110=4), NOTE, ALICE)
    assert [each["revision"] for each in rows(records, "review")] == [1, 2]
    assert [each["units"] for each in rows(records, "line") if each["code"] == "97110"] == [2, 4]
    assert [each["action"] for each in rows(records, "audit")] == [
        "review_kept",
        "decision_kept",
        "review_kept",
    ]


def test_two_callers_may_use_the_same_id(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.keep_review(told(), NOTE, BOB)
    assert {(each["caller"], each["revision"]) for each in rows(records, "review")} == {
        (ALICE.id, 1),
        (BOB.id, 1),
    }


def test_a_review_without_lines_is_kept(records: Records) -> None:
    records.keep_review(told(note="Nothing was done."), "Nothing was done.", ALICE)
    assert len(rows(records, "review")) == 1
    assert rows(records, "line") == []


@pytest.mark.parametrize("odd", ["x" * 5000, "a\x00b", "two\nlines", 7, "", "Zoë-7"])
def test_any_id_that_the_contract_takes_is_kept_and_can_be_decided_on(
    records: Records, odd: str | int
) -> None:
    records.keep_review(told(odd), NOTE, ALICE)
    assert records.decide(Decision(str(odd), "line-97110", "accept"), ALICE).code == "97110"


def test_ids_that_are_hashed_stay_apart() -> None:
    assert kept_id("a\x00") != kept_id("b\x00")
    assert kept_id("plain") == "plain"


def test_the_notes_text_is_kept_exactly_where_the_site_wants_it(address: str, clock: Clock) -> None:
    records = Records(address, SECRET, keep_notes=True, clock=clock)
    odd = NOTE + "\x00\r\n\U0001f9b5"
    records.keep_review(told(), "first", ALICE)
    records.keep_review(told(), odd, ALICE)
    assert [each["text"].decode() for each in rows(records, "note_text")] == [odd]
    records.close()


def test_prune_deletes_undecided_reviews_and_all_notes_from_before_a_time(address: str, clock: Clock) -> None:
    records = Records(address, SECRET, keep_notes=True, keep_comments=True, clock=clock)
    for name in ("undecided", "decided"):
        records.keep_review(told(name), NOTE, ALICE)
    records.decide(Decision("decided", "line-97110", "accept", comment="seen"), ALICE)
    clock.now += timedelta(days=10)
    middle = clock.now
    records.keep_review(told("new"), NOTE, ALICE)
    pruned = records.prune(middle)
    assert (pruned.reviews, pruned.notes, pruned.comments) == (1, 2, 1)
    assert {each["review_id"] for each in rows(records, "review")} == {"decided", "new"}
    assert len(rows(records, "note_text")) == 1
    assert len(rows(records, "line")) == 6
    assert len(rows(records, "decision")) == 1
    assert [each["action"] for each in rows(records, "audit")][-1] == "records_pruned"
    assert records.verify_audit().faults == ()
    records.close()


@pytest.fixture
def kept_on_disk(filled_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Records]:
    """Records of a server that keeps notes and stays open."""
    path = tmp_path / "records.sqlite"
    shutil.copy(filled_file, path)
    records = Records(f"sqlite:///{path}", SECRET, keep_notes=True, clock=clock)
    yield records
    records.close()


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("records.sqlite*"))


def test_no_word_of_a_pruned_note_stays_on_disk_while_a_server_runs(
    kept_on_disk: Records, tmp_path: Path, clock: Clock
) -> None:
    kept_on_disk.keep_review(told(), "Quail ate the thistles.", ALICE)
    assert b"thistles" in _on_disk(tmp_path)
    command = Records(f"sqlite:///{tmp_path / 'records.sqlite'}", SECRET)
    assert command.prune(clock.now + timedelta(days=1)).notes == 1
    assert b"thistles" not in _on_disk(tmp_path)
    command.close()
    assert kept_on_disk.stats(None).reviews == 0


def test_no_word_of_a_replaced_note_stays_on_disk(kept_on_disk: Records, tmp_path: Path) -> None:
    kept_on_disk.keep_review(told(), "Quail ate the thistles.", ALICE)
    kept_on_disk.keep_review(told(), "Quail ate.", ALICE)
    assert b"Quail ate." in _on_disk(tmp_path)
    assert b"thistles" not in _on_disk(tmp_path)


def test_a_reader_that_keeps_pruned_words_in_the_log_is_told_and_the_next_prune_removes_them(
    kept_on_disk: Records, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_on_disk.check()
    with kept_on_disk.database.reading() as connection:
        connection.execute(text("SELECT count(*) FROM review"))
        kept_on_disk.keep_review(told(), "Quail ate the thistles.", ALICE)
        monkeypatch.setattr(database, "_WAIT_SECONDS", 0)
        with pytest.raises(RecordsUnavailableError, match=r"records\.sqlite-wal still holds .* again"):
            kept_on_disk.prune(clock.now + timedelta(days=1))
        assert b"thistles" in _on_disk(tmp_path)
    assert kept_on_disk.prune(clock.now + timedelta(days=1)).notes == 0
    assert b"thistles" not in _on_disk(tmp_path)
