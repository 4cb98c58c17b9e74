"""The audit trail: what is done to it behind citecoder's back shows."""
# ruff: noqa: S608 - the statements are those of somebody who tampers, and all that is in them stands here

from __future__ import annotations

import hashlib
import json
import re

import pytest
from sqlalchemy import text

from citecoder.adapters.records import Records, audit_check
from citecoder.adapters.records.audit import Seal
from citecoder.adapters.records.reviews import sealed_id
from citecoder.errors import InputError, RecordsUnavailableError
from citecoder.records import Decision
from tests.adapters.records.material import ALICE, SECRET, rows, tamper, told
from tests.app.sample import NOTE

ENTRIES = 8


@pytest.fixture
def trail(records: Records) -> Records:
    """Records with a trail of eight entries."""
    for number in range(ENTRIES // 2):
        records.keep_review(told(f"visit-{number}"), NOTE, ALICE)
        records.decide(Decision(f"visit-{number}", "line-97110", "accept"), ALICE)
    return records


def _faults(records: Records, head: str | None = None) -> str:
    return " | ".join(records.verify_audit(head).faults)


def test_an_untouched_trail_holds_and_tells_its_head(trail: Records) -> None:
    report = trail.verify_audit()
    assert (report.entries, report.faults) == (ENTRIES, ())
    assert re.fullmatch(rf"{ENTRIES}:[0-9a-f]{{64}}", report.head)
    assert trail.verify_audit(report.head) == report


def test_an_empty_trail_holds(records: Records) -> None:
    report = records.verify_audit()
    assert (report.entries, report.head, report.faults) == (0, "0:", ())
    assert records.verify_audit("0:") == report


def test_an_earlier_head_still_fits_after_more_entries(trail: Records) -> None:
    head = trail.verify_audit().head
    trail.add_key("more", ["suggest"], None)
    report = trail.verify_audit(head)
    assert (report.entries, report.faults) == (ENTRIES + 1, ())


def test_a_head_is_seen_in_a_trail_of_several_batches(
    trail: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = trail.verify_audit().head
    monkeypatch.setattr(audit_check, "_BATCH", 3)
    assert trail.verify_audit(head).faults == ()
    monkeypatch.setattr(audit_check, "_BATCH", ENTRIES)
    assert trail.verify_audit(head).entries == ENTRIES


def test_entries_tell_who_did_what_to_what(trail: Records) -> None:
    first, second = rows(trail, "audit")[:2]
    assert (first["action"], first["caller"]) == ("review_kept", ALICE.id)
    assert first["subject"] == second["subject"] == sealed_id(Seal(SECRET), "visit-0")
    detail = json.loads(second["detail"])
    assert (second["action"], detail["line_id"], detail["action"]) == (
        "decision_kept",
        "line-97110",
        "accept",
    )
    assert detail["note_hash"] == rows(trail, "review")[0]["note_hash"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET caller = 'mallory'", "DELETE FROM audit", "DELETE FROM audit WHERE number = 8"],
)
def test_the_database_refuses_to_change_it(trail: Records, statement: str) -> None:
    before = rows(trail, "audit")
    with pytest.raises(RecordsUnavailableError), trail.database.writing() as connection:
        connection.execute(text(statement))
    assert rows(trail, "audit") == before


@pytest.mark.parametrize(
    ("column", "value"),
    [("caller", "'mallory'"), ("action", "'nothing'"), ("subject", "'visit-9'"), ("at", "'2020-01-01T00:00:00+00:00'"), ("detail", "'{}'")],
)  # fmt: skip
def test_a_changed_field_shows_by_its_number(trail: Records, column: str, value: str) -> None:
    tamper(trail, f"UPDATE audit SET {column} = {value} WHERE number = 4")
    assert _faults(trail).startswith("entry 4 was changed")


def test_a_changed_hash_shows(trail: Records) -> None:
    tamper(trail, f"UPDATE audit SET hash = '{'0' * 64}' WHERE number = 4")
    assert "entry 4 was changed" in _faults(trail)
    assert "entry 5 does not follow entry 4" in _faults(trail)


def test_an_entry_deleted_from_the_middle_shows(trail: Records) -> None:
    tamper(trail, "DELETE FROM audit WHERE number = 4")
    assert _faults(trail) == (
        "entry 4 is missing | decision 4 has no entry in the audit trail: it was put in or moved"
    )


def test_entries_deleted_from_the_beginning_show(trail: Records) -> None:
    tamper(trail, "DELETE FROM audit WHERE number < 4")
    assert _faults(trail).startswith("entries 1 to 3 are missing | decision 2 has no entry")


def test_numbers_closed_up_after_a_deletion_show(trail: Records) -> None:
    tamper(
        trail,
        "DELETE FROM audit WHERE number = 4",
        *(
            f"UPDATE audit SET number = {number - 1} WHERE number = {number}"
            for number in range(5, ENTRIES + 1)
        ),
    )
    assert "entry 4 was changed" in _faults(trail)
    assert "entry 4 does not follow entry 3" in _faults(trail)


def test_two_entries_that_changed_places_show(trail: Records) -> None:
    tamper(
        trail,
        "UPDATE audit SET number = -1 WHERE number = 3",
        "UPDATE audit SET number = 3 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = -1",
    )
    found = _faults(trail)
    assert "entry 3 was changed, moved" in found
    assert "entry 4 was changed, moved" in found


def test_an_entry_put_in_again_shows(trail: Records) -> None:
    copy = "SELECT 9, at, caller, action, subject, detail, previous, hash FROM audit WHERE number = 4"
    tamper(trail, f"INSERT INTO audit (number, at, caller, action, subject, detail, previous, hash) {copy}")
    assert "entry 9 was changed, moved" in _faults(trail)
    assert "entry 9 does not follow entry 8" in _faults(trail)


def test_an_entry_before_the_first_shows(trail: Records) -> None:
    copy = "SELECT 0, at, caller, action, subject, detail, previous, hash FROM audit WHERE number = 1"
    tamper(trail, f"INSERT INTO audit (number, at, caller, action, subject, detail, previous, hash) {copy}")
    assert "entry 0 is out of order" in _faults(trail)


@pytest.mark.parametrize("number", [-1, -(2**31), -3_000_000_000, -(2**63)])
def test_an_entry_numbered_below_every_other_shows(trail: Records, number: int) -> None:
    copy = f"SELECT {number}, at, caller, action, subject, detail, previous, hash FROM audit WHERE number = 1"
    tamper(trail, f"INSERT INTO audit (number, at, caller, action, subject, detail, previous, hash) {copy}")
    assert f"entry {number} is out of order" in _faults(trail)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", ["at", "caller", "subject", "detail", "previous", "hash"])
def test_a_field_that_is_no_longer_text_shows(trail: Records, column: str) -> None:
    tamper(trail, f"UPDATE audit SET {column} = CAST({column} AS BLOB) WHERE number = 4")
    assert "entry 4 was changed" in _faults(trail)


def test_a_hash_that_is_not_ascii_shows(trail: Records) -> None:
    tamper(trail, "UPDATE audit SET hash = 'ééé' WHERE number = 4", "UPDATE audit_head SET hash = 'é'")
    assert "entry 4 was changed" in _faults(trail)
    assert "the trail ends at entry 8" in _faults(trail)


def test_a_second_head_shows(trail: Records) -> None:
    tamper(trail, "INSERT INTO audit_head (\"only\", number, hash, secret_mark) VALUES (2, 0, '', '')")
    assert "a second row" in _faults(trail)


def test_a_secret_mark_that_is_not_ascii_is_told(trail: Records) -> None:
    tamper(trail, "UPDATE audit_head SET secret_mark = 'é'")
    assert "the secret of this site" in _faults(trail)
    with pytest.raises(RecordsUnavailableError, match=r"secret\.key"):
        trail.check()


def test_a_cut_off_end_shows_by_the_head_in_the_database(trail: Records) -> None:
    tamper(trail, "DELETE FROM audit WHERE number > 6")
    assert _faults(trail).startswith("the trail ends at entry 6, but its head is entry 8")


def test_a_cut_off_end_with_its_head_set_back_shows_by_a_head_kept_elsewhere(trail: Records) -> None:
    kept = trail.verify_audit().head
    sixth = next(row for row in rows(trail, "audit") if row["number"] == 6)
    tamper(
        trail,
        "DELETE FROM audit WHERE number > 6",
        "DELETE FROM decision WHERE number > 6",
        f"UPDATE audit_head SET number = 6, hash = '{sixth['hash']}'",
    )
    assert _faults(trail) == ""
    assert _faults(trail, kept) == (
        "the trail ends at entry 6, but the head kept elsewhere is entry 8: the end was cut off"
    )


def test_an_emptied_trail_shows_by_a_head_kept_elsewhere(trail: Records) -> None:
    kept = trail.verify_audit().head
    tamper(trail, "DELETE FROM audit", "UPDATE audit_head SET number = 0, hash = ''")
    assert "the end was cut off" in _faults(trail, kept)


def test_a_trail_rebuilt_without_the_secret_shows(trail: Records) -> None:
    _rebuild(trail, Seal(hashlib.sha256(b"a guess").digest()))
    found = trail.verify_audit().faults
    assert [each.split(" was ")[0] for each in found] == [
        f"entry {number}" for number in range(1, ENTRIES + 1)
    ]


def test_history_rewritten_with_the_secret_shows_by_a_head_kept_elsewhere(trail: Records) -> None:
    kept = trail.verify_audit().head
    _rebuild(trail, Seal(SECRET))
    assert _faults(trail) == ""
    assert "history was rewritten" in _faults(trail, kept)


def test_another_secret_is_told_as_such_and_adds_nothing(trail: Records, address: str) -> None:
    other = Records(address, bytes(32))
    report = other.verify_audit()
    assert report.faults[0].startswith("the secret of this site is not the one")
    assert len(report.faults) == 1 + ENTRIES
    for use in (other.check, lambda: other.keep_review(told("new"), NOTE, ALICE)):
        with pytest.raises(RecordsUnavailableError, match=r"secret\.key"):
            use()
    other.close()
    assert trail.verify_audit().faults == ()
    assert len(rows(trail, "review")) == ENTRIES // 2


def test_more_than_a_hundred_faults_are_counted(trail: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_check, "_MOST_FAULTS", 2)
    tamper(trail, "UPDATE audit SET caller = 'mallory'")
    assert trail.verify_audit().faults[-1] == f"and {ENTRIES - 2} more faults"


@pytest.mark.parametrize("head", ["", "8", "8:", "x:1", "8:" + "z" * 64, "0:" + "0" * 64, "-1:" + "0" * 64])
def test_a_head_that_is_none_is_refused(trail: Records, head: str) -> None:
    with pytest.raises(InputError, match="NUMBER:HASH"):
        trail.verify_audit(head)


def _rebuild(records: Records, seal: Seal) -> None:
    """Change the third entry and seal everything anew."""
    previous, statements = "", []
    for row in rows(records, "audit"):
        entry = audit_check.Entry(
            row["number"], row["at"], "mallory" if row["number"] == 3 else row["caller"],
            row["action"], row["subject"], row["detail"], previous,
        )  # fmt: skip
        sealed = seal.of(entry)
        change = f"caller = '{entry.caller}', previous = '{previous}', hash = '{sealed}'"
        statements.append(f"UPDATE audit SET {change} WHERE number = {entry.number}")
        previous = sealed
    tamper(records, *statements, f"UPDATE audit_head SET hash = '{previous}'")
