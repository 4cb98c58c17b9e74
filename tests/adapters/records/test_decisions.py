"""Which decisions are taken, on what, and what becomes of one that is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from citecoder.adapters.records import Records
from citecoder.errors import InputError, RecordsUnavailableError
from citecoder.records import Decision, UnknownReviewError
from tests.adapters.records.material import ALICE, BOB, SECRET, everything, rows, told, without
from tests.app.sample import NOTE

if TYPE_CHECKING:
    from tests.adapters.records.conftest import Clock

ACCEPT = Decision("visit-1", "line-97110", "accept")
EDIT = (("code", "97530"), ("units", 1), ("modifiers", ("GP", "59")))


def test_a_decision_is_kept_with_the_code_of_its_line(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    kept = records.decide(Decision("visit-1", "line-97140", "edit", edit=EDIT), ALICE)
    assert (kept.code, kept.caller, kept.decision.edit) == ("97140", ALICE.id, EDIT)
    (row,) = rows(records, "decision")
    assert (row["id"], row["at"]) == (kept.id, kept.at)
    assert row["edit"] == {"code": "97530", "units": 1, "modifiers": ["GP", "59"]}


def test_a_gap_of_a_line_or_of_the_visit_is_dismissed(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    assert (
        records.decide(Decision("visit-1", "gap-1", "dismiss_gap", "documented_elsewhere"), ALICE).code
        == "G0283"
    )
    assert records.decide(Decision("visit-1", "gap-2", "dismiss_gap"), ALICE).code is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Decision("visit-1", "line-97110", "reject"), "reason_code"),
        (Decision("visit-1", "line-97110", "edit"), "edit"),
        (Decision("visit-1", "line-97110", "accept", edit=EDIT), "edit"),
        (Decision("visit-1", "line-97110", "accept", comment="for Jane Roe"), "comment"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_by_field(
    records: Records, wrong: Decision, field: str
) -> None:
    records.keep_review(told(), NOTE, ALICE)
    with pytest.raises(InputError, match=f"^{field}") as refused:
        records.decide(wrong, ALICE)
    assert refused.value.field == field
    assert "Jane" not in str(refused.value)
    assert rows(records, "decision") == []


@pytest.mark.parametrize(
    "unknown",
    [
        Decision("another", "line-97110", "accept"),
        Decision("visit-1", "line-99999", "accept"),
        Decision("visit-1", "gap-1", "accept"),
        Decision("visit-1", "line-97110", "dismiss_gap"),
        Decision("visit-1", "line-97110\x00", "accept"),
        Decision("visit-1", "x" * 5000, "accept"),
    ],
)
def test_a_decision_on_what_is_not_there_says_what_to_do(records: Records, unknown: Decision) -> None:
    records.keep_review(told(), NOTE, ALICE)
    with pytest.raises(UnknownReviewError, match="ask for suggestions again"):
        records.decide(unknown, ALICE)


def test_nobody_decides_on_the_reviews_of_another_key(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    with pytest.raises(UnknownReviewError) as others:
        records.decide(ACCEPT, BOB)
    with pytest.raises(UnknownReviewError) as nobodys:
        records.decide(Decision("visit-2", "line-97110", "accept"), BOB)
    assert str(others.value) == str(nobodys.value)


def test_a_decision_sent_again_returns_the_first_and_adds_nothing(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    first = records.decide(Decision("visit-1", "line-97140", "edit", edit=EDIT), ALICE)
    again = records.decide(Decision("visit-1", "line-97140", "edit", edit=EDIT), ALICE)
    assert again == first
    assert len(rows(records, "decision")) == 1
    assert records.verify_audit().entries == 2


def test_a_retry_that_arrives_after_a_newer_review_of_the_same_line_returns_the_first(
    records: Records,
) -> None:
    records.keep_review(told(), NOTE, ALICE)
    first = records.decide(ACCEPT, ALICE)
    records.keep_review(told(), NOTE + "more", ALICE)
    assert records.decide(ACCEPT, ALICE) == first


def test_the_same_word_on_a_line_that_changed_is_a_new_decision(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    first = records.decide(ACCEPT, ALICE)
    records.keep_review(told(u97110=3), NOTE + "more", ALICE)
    second = records.decide(ACCEPT, ALICE)
    assert second.id != first.id
    assert [each["review"] for each in rows(records, "decision")] == [1, 2]


def test_going_back_to_an_earlier_decision_is_a_decision(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    reject = Decision("visit-1", "line-97110", "reject", "wrong_units")
    ids = [records.decide(each, ALICE).id for each in (ACCEPT, reject, ACCEPT)]
    assert len(set(ids)) == 3


def test_a_line_that_the_newest_review_lost_is_found_where_it_stood(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.decide(ACCEPT, ALICE)
    records.keep_review(without("visit-1", "97140"), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97140", "reject", "not_performed"), ALICE)
    records.decide(Decision("visit-1", "line-G0283", "accept"), ALICE)
    assert [each["review"] for each in rows(records, "decision")] == [1, 1, 2]


def test_comments_are_kept_apart_where_the_site_takes_them(address: str, clock: Clock) -> None:
    records = Records(address, SECRET, keep_comments=True, clock=clock)
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "accept", comment="discussed\x00 twice"), ALICE)
    assert [each["text"].decode() for each in rows(records, "comment_text")] == ["discussed\x00 twice"]
    assert "discussed" not in str(rows(records, "audit")) + str(rows(records, "decision"))
    records.close()


def test_a_kept_decision_can_be_neither_changed_nor_deleted(records: Records) -> None:
    from sqlalchemy import text

    records.keep_review(told(), NOTE, ALICE)
    records.decide(ACCEPT, ALICE)
    before = everything(records)
    for statement in ("UPDATE decision SET action = 'reject'", "DELETE FROM decision", "DELETE FROM review"):
        with pytest.raises(RecordsUnavailableError), records.database.writing() as connection:
            connection.execute(text(statement))
    assert everything(records) == before
