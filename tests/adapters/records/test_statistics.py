"""What the reviews came to, counted by hand beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from citecoder.records import CodeStats, Decision, GapStats
from tests.adapters.records.material import ALICE, BOB, told, without
from tests.app.sample import NOTE

if TYPE_CHECKING:
    from citecoder.adapters.records import Records
    from tests.adapters.records.conftest import Clock


def test_nothing_kept_counts_nothing(records: Records) -> None:
    found = records.stats(None)
    assert (found.reviews, found.decisions, found.codes, found.gaps) == (0, 0, (), ())


def test_each_line_counts_by_its_last_decision(records: Records) -> None:
    for caller in (ALICE, BOB):
        for name in ("one", "two"):
            records.keep_review(told(name), NOTE, caller)
    records.keep_review(told("empty", note="Nothing."), "Nothing.", ALICE)
    records.decide(Decision("one", "line-97110", "accept"), ALICE)
    records.decide(Decision("one", "line-97110", "reject", "wrong_units"), ALICE)
    records.decide(Decision("two", "line-97110", "reject", "not_performed"), ALICE)
    records.decide(Decision("one", "line-97110", "accept"), BOB)
    records.decide(Decision("one", "line-97140", "edit", edit=(("units", 2),)), BOB)
    records.decide(Decision("two", "gap-1", "dismiss_gap", "documented_elsewhere"), BOB)
    found = records.stats(None)
    assert (found.reviews, found.without_lines, found.decisions) == (5, 1, 5)
    assert found.codes == (
        CodeStats("97110", 4, 1, 0, 2, 1, (("not_performed", 1), ("wrong_units", 1))),
        CodeStats("97140", 4, 0, 1, 0, 3, ()),
        CodeStats("G0283", 4, 0, 0, 0, 4, ()),
    )
    assert found.gaps == (
        GapStats("G0283.area", "Area treated", 4, 1),
        GapStats("cert.current", "Certified plan of care", 4, 0),
    )


def test_a_note_reviewed_again_counts_once_with_what_was_decided_before(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97110", "accept"), ALICE)
    records.keep_review(told(u97110=3), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97140", "reject", "payer_rule"), ALICE)
    records.keep_review(told(u97110=4), NOTE, ALICE)
    found = records.stats(None)
    assert (found.reviews, found.decisions) == (1, 2)
    assert [(each.code, each.suggested, each.accepted, each.rejected) for each in found.codes] == [
        ("97110", 1, 1, 0),
        ("97140", 1, 0, 1),
        ("G0283", 1, 0, 0),
    ]


def test_a_rejected_line_counts_after_the_note_was_changed_for_it(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    records.decide(Decision("visit-1", "line-97140", "reject", "not_performed"), ALICE)
    records.keep_review(without("visit-1", "97140", "G0283"), NOTE, ALICE)
    found = records.stats(None)
    assert [(each.code, each.suggested, each.rejected, each.undecided) for each in found.codes] == [
        ("97110", 1, 0, 1),
        ("97140", 1, 1, 0),
    ]
    assert [each.element for each in found.gaps] == ["cert.current"]


def test_since_counts_reviews_that_stood_on_that_day_or_later(records: Records, clock: Clock) -> None:
    records.keep_review(told("old"), NOTE, ALICE)
    records.decide(Decision("old", "line-97110", "accept"), ALICE)
    clock.now += timedelta(days=5)
    records.keep_review(told("new"), NOTE, ALICE)
    assert records.stats(date(2026, 11, 22)).reviews == 2
    assert records.stats(date(2026, 11, 23)).reviews == 1
    assert records.stats(date(2026, 11, 27)).reviews == 1
    assert records.stats(date(2026, 11, 28)).reviews == 0
    assert records.stats(date(2026, 11, 23)).decisions == 0
