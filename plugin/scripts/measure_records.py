"""Measure the records: how long it takes to keep a review, to decide, to find a key, and to verify the audit trail.

    python plugin/scripts/measure_records.py
    .ci/postgres sh -c 'python plugin/scripts/measure_records.py --url "$CITECODER_TEST_POSTGRES"'

Reviews are those of a sample note. ``again`` keeps a review in place of the former one, as a sidebar does at each pause
of typing; ``new`` keeps the first of a note, with its entry of the audit trail.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert, update

from citecoder import Review, suggest
from citecoder.adapters.records import Records
from citecoder.adapters.records.audit import Entry, Seal
from citecoder.adapters.records.audit_check import Head, read_head
from citecoder.adapters.records.tables import audit, audit_head
from citecoder.records import LOCAL, Decision
from citecoder.wire import SuggestResponse, review_to_wire

CHECKOUT = Path(__file__).resolve().parents[2]
NOTE = (CHECKOUT / "plugin" / "examples" / "knee-daily-note.txt").read_text(encoding="utf-8")
THREADS = 8
SECRET = bytes(32)


def measure(url: str, times: int, entries: int) -> None:
    """Print the figures of one database, which must be empty."""
    review: Review = suggest(NOTE, payer="medicare", discipline="PT")
    records = Records(url, SECRET)
    records.check()
    told = {name: review_to_wire(review, name) for name in map(str, range(times))}
    first = review.suggestions[0].id
    _, token = records.add_key("measured", ["suggest"], None)
    print(records.database.place)
    _print("keep_review, new", times, lambda name: records.keep_review(told[name], NOTE, LOCAL))
    _print("keep_review, again", times, lambda name: records.keep_review(told[name], NOTE, LOCAL))
    _print("decide", times, lambda name: records.decide(Decision(name, first, "accept"), LOCAL))
    _print("decide, sent again", times, lambda name: records.decide(Decision(name, first, "accept"), LOCAL))
    _print("key_of", times, lambda _: records.key_of(token))
    _print("check", times, lambda _: records.check())
    _together(records, told)
    begun = time.perf_counter()
    found = records.stats(None)
    print(f"  stats of {found.reviews} reviews: {(time.perf_counter() - begun) * 1000:.0f} ms")
    _verify(records, entries)
    records.close()


def _print(title: str, times: int, run: Callable[[str], object]) -> None:
    taken = []
    for name in map(str, range(times)):
        begun = time.perf_counter()
        run(name)
        taken.append((time.perf_counter() - begun) * 1000)
    cuts = quantiles(taken, n=100)
    print(f"  {title}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms")


def _together(records: Records, told: dict[str, SuggestResponse]) -> None:
    """Keep reviews from several threads at once."""
    taken = []

    def keep(name: str) -> None:
        begun = time.perf_counter()
        records.keep_review(told[name], NOTE, LOCAL)
        taken.append((time.perf_counter() - begun) * 1000)

    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(keep, told))
    cuts = quantiles(taken, n=100)
    rate = len(told) / (time.perf_counter() - begun)
    print(f"  keep_review, {THREADS} threads: {rate:.0f}/s, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms")


def _verify(records: Records, entries: int) -> None:
    """Fill the trail, then verify it twice: for its time, and for its memory."""
    _fill(records, entries)
    begun = time.perf_counter()
    report = records.verify_audit()
    taken = time.perf_counter() - begun
    tracemalloc.start()
    records.verify_audit(report.head)
    most = tracemalloc.get_traced_memory()[1] / 1e6
    print(
        f"  verify_audit: {report.entries} entries in {taken:.2f} s, {most:.1f} MB, {len(report.faults)} faults"
    )


def _fill(records: Records, entries: int) -> None:
    """Append entries at once: one by one, the head's row would be written as often within one transaction."""
    seal, rows = Seal(SECRET), []
    last = read_head(records.verify_audit().head)
    while last.number < entries:
        at = datetime.now(UTC).isoformat()
        entry = Entry(last.number + 1, at, LOCAL.id, "review_kept", str(last.number), "{}", last.hash)
        last = Head(entry.number, seal.of(entry))
        rows.append({**entry._asdict(), "hash": last.hash})
    with records.database.writing() as connection:
        connection.execute(insert(audit), rows)
        connection.execute(update(audit_head).values(number=last.number, hash=last.hash))


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", help="an empty database; SQLite in a throw-away folder without it")
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.url or f"sqlite:///{folder}/records.sqlite", given.times, given.entries)


if __name__ == "__main__":
    main()
