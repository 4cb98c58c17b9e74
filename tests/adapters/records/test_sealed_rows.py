"""Decisions, the reviews they were made on, keys and triggers: what the audit trail says of them must hold."""
# ruff: noqa: S608 - the statements are those of somebody who tampers, and all that is in them stands here

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from citecoder.adapters.records import decision_check
from citecoder.records import Decision, Key
from tests.adapters.records.material import ALICE, everything, rows, tamper, told
from tests.app.sample import NOTE

if TYPE_CHECKING:
    from citecoder.adapters.records import Records
    from tests.adapters.records.conftest import Clock

DECISION = "id, review, line_id, code, action, reason_code, edit, caller, at"


@pytest.fixture
def key(records: Records, clock: Clock) -> Key:
    """A key that was made first, and another that was revoked: entries 1 to 3."""
    made, _ = records.add_key("front desk", ["suggest"], clock.now + timedelta(days=9))
    lost, _ = records.add_key("lost", ["suggest"], None)
    records.revoke_key(lost.id)
    return made


@pytest.fixture
def sealed(records: Records, key: Key) -> Records:
    """Records with two keys (entries 1 to 3), and a review that was rejected and edited (entries 4 to 6)."""
    assert key.revoked is None
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "reject", "wrong_units"), ALICE)
    records.decide(Decision("visit-1", "line-97140", "edit", edit=(("modifiers", ("GP", "59")),)), ALICE)
    return records


def _faults(records: Records) -> str:
    return " | ".join(records.verify_audit().faults)


def test_what_nobody_touched_holds_whatever_becomes_of_it_later(sealed: Records, clock: Clock) -> None:
    sealed.keep_review(told(u97110=3), NOTE, ALICE)
    sealed.keep_review(told("other"), NOTE, ALICE)
    sealed.decide(Decision("visit-1", "gap-1", "dismiss_gap"), ALICE)
    sealed.prune(clock.now + timedelta(days=1))
    assert sealed.verify_audit().faults == ()


def test_rows_of_several_batches_hold(sealed: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 2, 3):
        monkeypatch.setattr(decision_check, "_BATCH", size)
        assert sealed.verify_audit().faults == ()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE decision SET action = 'accept' WHERE number = 5", "entry 5 was changed: action"),
        ("UPDATE decision SET reason_code = NULL WHERE number = 5", "entry 5 was changed: reason_code"),
        ("UPDATE decision SET edit = '{\"units\": 4}' WHERE number = 6", "entry 6 was changed: edit"),
        ("UPDATE decision SET code = '97530' WHERE number = 6", "entry 6 was changed: code"),
        ("UPDATE decision SET line_id = 'line-G0283' WHERE number = 6", "entry 6 was changed: line_id"),
        ("UPDATE decision SET caller = 'mallory' WHERE number = 6", "entry 6 was changed: caller"),
        ("UPDATE decision SET id = 'x' WHERE number = 6", "entry 6 was changed: id"),
        ("UPDATE decision SET at = '2020-01-01 00:00:00.000000' WHERE number = 6", "entry 6 was changed: at"),
        ("UPDATE decision SET number = 4 WHERE number = 6", "decision 4 has no entry"),
        ("DELETE FROM decision WHERE number = 5", "the decision of entry 5 is missing"),
        ("DELETE FROM decision", "the decision of entry 6 is missing"),
    ],
)
def test_a_decision_that_is_not_what_it_was_shows(sealed: Records, statement: str, says: str) -> None:
    tamper(sealed, statement)
    assert says in _faults(sealed)


@pytest.mark.parametrize("number", [-(2**62), 0, 4, 7, 10**12])
def test_an_invented_decision_shows(sealed: Records, number: int) -> None:
    values = f"{number}, 'x', review, line_id, code, action, reason_code, edit, caller, at"
    tamper(
        sealed, f"INSERT INTO decision (number, {DECISION}) SELECT {values} FROM decision WHERE number = 5"
    )
    assert _faults(sealed) == (f"decision {number} has no entry in the audit trail: it was put in or moved")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review SET note_hash = 'another'",
        "UPDATE review SET payer = 'aetna'",
        "UPDATE review SET review_id = 'visit-2'",
        "UPDATE review SET at = '2020-01-01 00:00:00.000000'",
        "UPDATE line SET units = 9 WHERE code = '97110'",
        "UPDATE line SET modifiers = '[]' WHERE code = '97110'",
        "DELETE FROM line WHERE code = 'G0283'",
        "INSERT INTO gap (review, gap_id, element, label) VALUES (1, 'x', 'y', 'z')",
        "UPDATE gap SET element = 'x'",
        "DELETE FROM not_coded",
    ],
)
def test_a_review_that_is_not_what_was_decided_on_shows(sealed: Records, statement: str) -> None:
    tamper(sealed, statement)
    found = _faults(sealed)
    assert "the review that entry 5 decided on was changed" in found
    assert "the review that entry 6 decided on was changed" in found


def test_a_decision_moved_to_another_review_shows(sealed: Records) -> None:
    sealed.keep_review(told(), NOTE, ALICE)
    tamper(sealed, "UPDATE decision SET review = 2 WHERE number = 5")
    assert "the decision of entry 5 was changed: review" in _faults(sealed)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET edit = 'no json' WHERE number = 5",
        "UPDATE decision SET edit = CAST(edit AS BLOB) WHERE number = 5",
        "UPDATE decision SET at = 'noon' WHERE number = 5",
        "UPDATE review SET editions = '{'",
        "UPDATE review SET at = X'00'",
        "UPDATE line SET units = 'many', modifiers = X'FF'",
        "UPDATE key SET scopes = 'all', expires = 'never', secret_hash = X'00'",
        "UPDATE key SET revoked = 'no' WHERE name = 'lost'",
    ],
)
def test_what_is_not_of_its_columns_type_is_a_fault_and_no_failure(sealed: Records, statement: str) -> None:
    tamper(sealed, statement)
    assert "was changed" in _faults(sealed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('scopes = \'["decide","metrics","sources","suggest"]\' WHERE name = \'front desk\'', "scopes"),
        ("expires = NULL WHERE name = 'front desk'", "expires"),
        ("name = 'back desk' WHERE name = 'front desk'", "name"),
        ("created = '2020-01-01 00:00:00.000000' WHERE name = 'front desk'", "created"),
        ("secret_hash = 'another' WHERE name = 'front desk'", "secret_hash"),
        ("revoked = NULL WHERE name = 'lost'", "revoked"),
        ("revoked = created WHERE name = 'front desk'", "revoked"),
    ],
)
def test_a_key_that_is_not_what_was_made_shows(sealed: Records, change: str, says: str) -> None:
    tamper(sealed, f"UPDATE key SET {change}")
    found = _faults(sealed)
    assert f"was changed: {says};" in found
    assert found.count("was changed") == 1


def test_a_forged_and_a_deleted_key_show(sealed: Records, key: Key) -> None:
    values = "'f00000000000', name, scopes, secret_hash, created, expires, revoked, last_used"
    columns = "id, name, scopes, secret_hash, created, expires, revoked, last_used"
    tamper(
        sealed,
        f"INSERT INTO key ({columns}) SELECT {values} FROM key WHERE name = 'front desk'",
        f"DELETE FROM key WHERE id = '{key.id}'",
    )
    found = _faults(sealed)
    assert "key 'f00000000000' has no entry in the audit trail" in found
    assert f"key '{key.id}' is missing" in found


def test_using_a_key_is_no_fault(records: Records) -> None:
    _, token = records.add_key("front desk", ["suggest"], None)
    assert records.key_of(token) is not None
    assert records.keys()[0].last_used is not None
    assert records.verify_audit().faults == ()


def test_the_trail_holds_neither_an_id_of_a_review_nor_a_keys_hash(records: Records) -> None:
    records.keep_review(told("Jane Roe 1950"), NOTE, ALICE)
    records.decide(Decision("Jane Roe 1950", "line-97110", "accept"), ALICE)
    records.keep_review(told("Jane Doe"), NOTE, ALICE)
    records.prune(rows(records, "review")[1]["at"] + timedelta(days=1))
    records.add_key("front desk", ["suggest"], None)
    assert "Jane" not in str(rows(records, "audit"))
    assert "Jane Doe" not in everything(records)
    assert rows(records, "key")[0]["secret_hash"] not in str(rows(records, "audit"))


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["DROP TRIGGER audit_no_update"], "trigger audit_no_update is missing"),
        (
            [
                "DROP TRIGGER decision_no_delete",
                "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision WHEN 0 BEGIN SELECT RAISE(ABORT, 'table decision is append-only'); END",
            ],
            "trigger decision_no_delete is missing, off or changed",
        ),
        (
            ["CREATE TRIGGER back AFTER UPDATE ON key BEGIN UPDATE key SET revoked = NULL; END"],
            "trigger back on the table key is none",
        ),
    ],
)
def test_sqlites_triggers_are_looked_at(sealed: Records, statements: list[str], says: str) -> None:
    with sealed.database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    assert says in _faults(sealed)
    assert len(sealed.verify_audit().faults) == 1


@pytest.mark.parametrize("empty", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DROP TRIGGER audit_append_only ON audit", "trigger audit_append_only is missing"),
        ("ALTER TABLE decision DISABLE TRIGGER decision_append_only", "trigger decision_append_only is"),
        (
            "CREATE OR REPLACE FUNCTION citecoder_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "trigger audit_not_emptied is",
        ),
        (
            "CREATE TRIGGER back BEFORE UPDATE ON key FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "trigger back on the table key is none",
        ),
    ],
)
def test_postgresqls_triggers_are_looked_at(sealed: Records, statement: str, says: str) -> None:
    assert sealed.verify_audit().faults == ()
    with sealed.database.writing() as connection:
        connection.exec_driver_sql(statement.replace("%", "%%"))
    assert says in _faults(sealed)
