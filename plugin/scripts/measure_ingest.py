"""Measures ingestion and search over thousands of made-up articles, with the real command line.

    python plugin/scripts/measure_ingest.py 1000 5000 10000

Prints one row a size. ``unchanged`` is a second run over the same folder, ``one changed`` a run after one article was
edited, ``search`` the whole command in a process of its own, and the queries are asked within one process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from synthetic_articles import CODES, TOPICS, article, write_articles

COMMAND = [sys.executable, "-c", "from citecoder.app.cli import main; main()"]
ASK = """
import json, resource, sys, time
from citecoder.app.settings import load_settings
from citecoder.app.wiring import Parts
began = time.perf_counter()
store = Parts(load_settings(None, None)).store
opened = time.perf_counter() - began
times = []
for query in json.loads(sys.argv[1]):
    began = time.perf_counter()
    assert store.search(query)
    times.append(1000 * (time.perf_counter() - began))
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"opened": opened, "times": times, "passages": len(store.passages()), "rss": rss}))
"""
COLUMNS = (
    "articles", "passages", "ingest s", "articles/s", "reading s", "index s", "peak MB", "check MB",
    "unchanged s", "one changed s", "search s", "open s", "p50 ms", "p95 ms", "ask MB", "disk MB",
)  # fmt: skip


class Ran(NamedTuple):
    """What a command took: seconds in all, seconds until it began to build, and the most memory in MB."""

    seconds: float
    reading: float
    peak: int
    child_peak: int
    out: str


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 5000, 10000])
    sizes = parser.parse_args().sizes
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    with tempfile.TemporaryDirectory() as base:
        for size in sizes:
            print("| " + " | ".join(map(str, measure(Path(base) / str(size), size))) + " |", flush=True)


def measure(base: Path, size: int) -> list[object]:
    """Return one row of the table."""
    documents = base / "documents"
    write_articles(documents, size)
    os.environ.update(CITECODER_SITE=str(base / "site"), CITECODER_CACHE=str(base / "cache"))
    first = run(base, "ingest", str(documents), "--json")
    again = run(base, "ingest", str(documents), "--json")
    if json.loads(first.out)["index"] != json.loads(again.out)["index"]:
        raise SystemExit("a second run over the same bytes made another index")
    (documents / "policy-00000.md").write_text(article(0, 1), encoding="utf-8")
    changed = run(base, "ingest", str(documents), "--json")
    search = run(base, "search", "hot packs reported with 97010", "--json")
    asked = ask()
    times = asked["times"]
    disk = sum(path.stat().st_size for path in (base / "cache").rglob("*") if path.is_file()) // 2
    return [
        size, asked["passages"], round(first.seconds, 1), round(size / first.seconds), round(first.reading, 1),
        round(first.seconds - first.reading, 1), first.peak, first.child_peak, round(again.seconds, 1),
        round(changed.seconds, 1), round(search.seconds, 2), round(asked["opened"], 2), round(median(times), 1),
        round(quantiles(times, n=20)[18], 1), asked["rss"], disk // 1_000_000,
    ]  # fmt: skip


def run(base: Path, *arguments: str) -> Ran:
    """Run citecoder and watch it."""
    began = time.perf_counter()
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE)  # noqa: S603 - our own program
    seen = {"reading": 0.0, "own": 0, "child": 0}
    watcher = threading.Thread(target=_watch, args=(process, base / "cache" / "index", began, seen))
    watcher.start()
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return Ran(seconds, seen["reading"], seen["own"], seen["child"], out.decode())


def _watch(process: subprocess.Popen[bytes], index: Path, began: float, seen: dict[str, float]) -> None:
    while process.poll() is None:
        seen["own"] = max(seen["own"], _peak(process.pid))
        for child in _children(process.pid):
            seen["child"] = max(seen["child"], _peak(child))
        if not seen["reading"] and any(index.glob(".building-*")):
            seen["reading"] = time.perf_counter() - began
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def ask() -> dict[str, object]:
    """Ask many different queries in one fresh process."""
    queries = [f"{topic} {code} units" for topic in TOPICS for code in CODES]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", ASK, json.dumps(queries)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
