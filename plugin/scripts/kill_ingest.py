"""Kills ``citecoder ingest`` at random moments, again and again, and checks that nothing is ever half done.

    python plugin/scripts/kill_ingest.py --tries 50

Each try starts from a complete site, starts an ingest of a changed folder as a process group of its own, and kills the
group with SIGKILL: half of the tries at a moment spread over the whole run, half at a chosen phase. Then `citecoder
search` must work, every article must be the old one or the new one, and the next ingest must end with the very index
that a clean build makes. Ends with 1 when any of that fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from synthetic_articles import write_articles

from citecoder.adapters.chroma import ChromaPassageStore
from citecoder.adapters.embeddings import StaticEmbeddings
from citecoder.paths import DataRoots, packaged_root
from citecoder.retrieval.articles import load_passages

COMMAND = [sys.executable, "-c", "from citecoder.app.cli import main; main()"]
ARTICLES = 40
PHASES = ("reading", "building", "verifying", "switching", "pruning")
SECONDS = 120


class BrokenError(Exception):
    """Something that must hold did not."""


class Bench:
    """The folders of one test, and the states that an article may have.

    Args:
        base: where everything lies.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.model = StaticEmbeddings()
        self.authored = load_passages(DataRoots(packaged_root(), base / "site"))
        self.environment = {
            **os.environ,
            "CITECODER_SITE": str(base / "site"),
            "CITECODER_CACHE": str(base / "cache"),
        }
        for edition in (0, 1):
            write_articles(base / str(edition), ARTICLES, edition)
        self.new_version, _ = self._clean(1)
        self.new = self.state()
        self.old_version, self.seconds = self._clean(0)
        self.old = self.state()
        if self.old.keys() != self.new.keys() or any(self.old[key] == self.new[key] for key in self.old):
            raise BrokenError("the two editions must differ in every article")
        for name in ("site", "cache"):
            shutil.copytree(base / name, base / f"{name}-kept")

    def _clean(self, edition: int) -> tuple[str, float]:
        for name in ("site", "cache"):
            shutil.rmtree(self.base / name, ignore_errors=True)
        began = time.perf_counter()
        return self.ingest(edition), time.perf_counter() - began

    def restore(self) -> None:
        """Put back the complete old site; its index must be taken as it is."""
        for name in ("site", "cache"):
            shutil.rmtree(self.base / name, ignore_errors=True)
            shutil.copytree(self.base / f"{name}-kept", self.base / name)

    def run(self, command: list[str]) -> str:
        """Run a program over these folders.

        Raises:
            BrokenError: it failed.
        """
        done = subprocess.run(  # noqa: S603 - our own program
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BrokenError(f"{command[-3:]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return done.stdout

    def ingest(self, edition: int) -> str:
        """Ingest a whole edition and return the index's version."""
        told = json.loads(self.run([*COMMAND, "ingest", str(self.base / str(edition)), "--json"]))
        return str(told["index"])

    def state(self) -> dict[str, str]:
        """Return the digest of every ingested article as the index serves it."""
        cache, site = self.base / "cache", self.base / "site"
        store = ChromaPassageStore(cache, self.model, self.authored, DataRoots(packaged_root(), site))
        store.refresh()
        texts: dict[str, list[str]] = {}
        for passage in store.passages():
            if passage.ingested:
                texts.setdefault(passage.source.id, []).append(f"{passage.id} {passage.text}")
        store.close()
        return {key: hashlib.sha256("|".join(each).encode()).hexdigest() for key, each in texts.items()}

    def phase(self) -> str:
        """Say what an ingest of the new edition is doing, by what lies in the folders."""
        index = self.base / "cache" / "index"
        if self.new_version in _text(index / "current.json"):
            return "pruning"
        if (index / self.new_version).is_dir():
            return "switching"
        half = next(index.glob(".building-*"), None)
        if half is None:
            return "reading" if self._begun() else "starting"
        if (half / "complete.json").exists():
            return "switching"
        return "verifying" if (half / "keywords" / "params.index.json").exists() else "building"

    def _begun(self) -> bool:
        ingested = self.base / "site" / "ingested"
        kept = self.base / "site-kept" / "ingested" / "policy-00000.json"
        return any(ingested.glob("*.tmp")) or _text(ingested / kept.name) != _text(kept)


def main() -> None:
    """Kill, check and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tries", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311 - repeatable on purpose
    table: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as base:
        bench = Bench(Path(base))
        print(f"a whole run takes {bench.seconds:.1f} s; {ARTICLES} articles", flush=True)
        for number in range(asked.tries):
            aim = PHASES[number // 2 % len(PHASES)] if number % 2 else None
            phase, outcome = one_try(bench, chance, aim)
            table[phase, outcome] += 1
            print(f"{number + 1:>3}  {phase:<10} {outcome}", file=sys.stderr, flush=True)
    print("| killed while | outcome | times |\n|---|---|---|")
    for (phase, outcome), times in sorted(table.items()):
        print(f"| {phase} | {outcome} | {times} |")
    bad = sum(times for (_, outcome), times in table.items() if outcome.startswith("BROKEN"))
    print(f"{asked.tries} tries, {bad} broken")
    sys.exit(1 if bad else 0)


def one_try(bench: Bench, chance: random.Random, aim: str | None) -> tuple[str, str]:
    """Kill one ingest and check what is left; returns the phase and what was seen."""
    bench.restore()
    phase = kill(bench, chance, aim)
    try:
        return phase, check(bench)
    except BrokenError as error:
        return phase, f"BROKEN: {error}"


def kill(bench: Bench, chance: random.Random, aim: str | None) -> str:
    """Start an ingest of the new edition and kill it; returns the phase it was in, or "ended" when it was quicker."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*COMMAND, "ingest", str(bench.base / "1"), "--json"],
        env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    end = time.perf_counter() + (chance.uniform(0, 1.1 * bench.seconds) if aim is None else SECONDS)
    while time.perf_counter() < end and process.poll() is None:
        if aim is not None and bench.phase() == aim:
            time.sleep(chance.choice((0, chance.uniform(0, 0.01), chance.uniform(0, 0.3))))
            break
        time.sleep(0.0005)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return bench.phase() if process.wait() == -signal.SIGKILL else "ended"


def check(bench: Bench) -> str:
    """Search, look at every article, ingest again; returns what was found.

    Raises:
        BrokenError: something that must hold does not.
    """
    hits = json.loads(bench.run([*COMMAND, "search", "therapy policy units", "--json"]))["hits"]
    if not hits:
        raise BrokenError("search finds nothing")
    state = bench.state()
    if state.keys() != bench.old.keys():
        raise BrokenError("an article is missing")
    old = sum(digest == bench.old[key] for key, digest in state.items())
    new = sum(digest == bench.new[key] for key, digest in state.items())
    if old + new != ARTICLES:
        raise BrokenError(f"{ARTICLES - old - new} articles are neither old nor new")
    if bench.ingest(1) != bench.new_version or bench.state() != bench.new:
        raise BrokenError("the next ingest does not give the clean build's index")
    _check_clean(bench.base)
    return "all old" if old == ARTICLES else "all new" if new == ARTICLES else "each old or new"


def _check_clean(base: Path) -> None:
    left = [*(base / "cache" / "index").glob(".*-*"), *(base / "cache" / "index").glob("*.tmp")]
    left += (base / "site" / "ingested").glob("*.tmp")
    if left:
        raise BrokenError(f"left behind: {', '.join(path.name for path in left)}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
