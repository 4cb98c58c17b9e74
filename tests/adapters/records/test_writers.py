"""Several writers at once: the trail stays one chain, and a note stays one row."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from citecoder.adapters.records import Records
from citecoder.records import Caller, Decision
from tests.adapters.records.material import ALICE, SECRET, rows, told
from tests.app.sample import NOTE
from tests.conftest import CHECKOUT

THREADS = 6
EACH = 8
WRITER = """
import sys
from citecoder.adapters.records import Records
from tests.adapters.records.material import ALICE, SECRET, told
from tests.app.sample import NOTE

records = Records(sys.argv[1], SECRET)
for number in range(40):
    records.keep_review(told(f"{sys.argv[2]}-{number}"), NOTE, ALICE)
"""


def test_threads_append_one_chain(records: Records) -> None:
    def write(thread: int) -> None:
        caller = Caller(f"key-{thread}", frozenset({"suggest"}))
        for number in range(EACH):
            records.keep_review(told(f"visit-{number}"), NOTE, caller)
            records.decide(Decision(f"visit-{number}", "line-97110", "accept"), caller)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    report = records.verify_audit()
    assert (report.entries, report.faults) == (2 * THREADS * EACH, ())


def test_threads_that_keep_the_same_review_leave_one(records: Records) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda units: records.keep_review(told(u97110=units), NOTE, ALICE), range(1, 30)))
    assert len(rows(records, "review")) == 1
    assert len(rows(records, "line")) == 3
    assert records.verify_audit().entries == 1


def test_a_decision_and_its_retry_at_the_same_moment_are_one(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)
    accept = Decision("visit-1", "line-97110", "accept")
    with ThreadPoolExecutor(THREADS) as pool:
        kept = list(pool.map(lambda _: records.decide(accept, ALICE), range(THREADS)))
    assert len({each.id for each in kept}) == 1
    assert len(rows(records, "decision")) == 1


def test_what_is_decided_on_is_never_replaced_meanwhile(records: Records) -> None:
    records.keep_review(told(), NOTE, ALICE)

    def write(turn: int) -> None:
        if turn % 3:
            records.keep_review(told(u97110=turn), NOTE, ALICE)
        else:
            records.decide(Decision("visit-1", "line-97110", "edit", edit=(("units", turn),)), ALICE)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(30)))
    lines = {(each["review"], each["line_id"]) for each in rows(records, "line")}
    assert {(each["review"], each["line_id"]) for each in rows(records, "decision")} <= lines
    assert records.verify_audit().faults == ()


@pytest.mark.slow
def test_processes_that_start_at_once_upgrade_once_and_append_one_chain(empty: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{CHECKOUT / 'plugin'}{os.pathsep}{CHECKOUT}"}
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, empty, name], env=environment)
        for name in ("one", "two", "three")
    ]
    assert [each.wait(timeout=120) for each in started] == [0, 0, 0]
    records = Records(empty, SECRET)
    report = records.verify_audit()
    assert (report.entries, report.faults) == (120, ())
    assert len(rows(records, "review")) == 120
    records.close()
