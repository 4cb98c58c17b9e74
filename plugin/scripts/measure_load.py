"""How much a server bears: clients that write notes for a while, its errors and times, and how its memory grows.

Starts `citecoder serve` over a throw-away site, lets locust's clients send the notes of `evals/notes` (short and long,
one in ten followed by a decision), and watches the server's memory from outside. Needs the extra `load`:

    pip install -e '.[load]'
    python plugin/scripts/measure_load.py --clients 32 --seconds 120
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import gevent
import numpy as np
import psutil
from locust import FastHttpUser, constant, task
from locust.env import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[2]
START = "from citecoder.app.cli import main; main()"
MEGABYTE = 1024 * 1024
WARM = 0.25  # of the time, in which a server may still grow: caches fill


class Memory(NamedTuple):
    """Resident memory at a moment."""

    seconds: float
    megabytes: float


class Client(FastHttpUser):
    """Somebody who sends notes, waits a little, and decides on a line now and then."""

    wait_time = constant(0)
    notes: tuple[str, ...] = ()

    @task
    def review(self) -> None:
        """Send a note; its answer must be a review of all of it."""
        note = random.choice(self.notes)  # noqa: S311 - no secret
        asked = {"note": note, "payer": "medicare", "discipline": "PT"}
        with self.client.post("/v1/suggestions", json=asked, catch_response=True) as answer:
            if answer.status_code != 200:
                return
            told = answer.json()
            if told["note_length"] != len(note):
                answer.failure("another note's review")
        if told["suggestions"] and random.random() < 0.1:  # noqa: S311 - no secret
            line = told["suggestions"][0]["id"]
            decision = {"suggestion_id": told["id"], "line_id": line, "action": "accept"}
            self.client.post("/v1/decisions", json=decision)


@contextmanager
def served(log: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run the server in a site of its own; yields its address and process."""
    with tempfile.TemporaryDirectory() as folder, log.open("w") as err:
        environment = {**os.environ, "CITECODER_SITE": f"{folder}/site", "CITECODER_CACHE": f"{folder}/cache"}
        command = [sys.executable, "-c", START, "serve", "--port", "0", "--log-format", "json"]
        process = subprocess.Popen(command, stderr=err, env=environment)  # noqa: S603 - our own program
        try:
            yield _address(log, process), psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
            print(f"stopped with exit code {code}")


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        if found := re.search(r'"address": "(http://[^"]+)"', log.read_text()):
            return found[1]
        time.sleep(0.2)
    sys.exit(f"the server did not start; see {log}")


def load(
    address: str, clients: int, seconds: float, server: psutil.Process
) -> tuple[Environment, list[Memory]]:
    """Let the clients work; returns locust's figures and the memory second by second."""
    environment = Environment(user_classes=[Client], host=address)
    runner = environment.create_local_runner()
    runner.start(clients, spawn_rate=clients)
    begun, seen = time.monotonic(), []
    while (now := time.monotonic() - begun) < seconds:
        seen.append(Memory(now, server.memory_info().rss / MEGABYTE))
        gevent.sleep(1)
    runner.quit()
    return environment, seen


def growth(seen: list[Memory], seconds: float) -> float:
    """Return the slope of memory after the warm-up, by least squares, in megabytes an hour."""
    settled = [each for each in seen if each.seconds >= WARM * seconds]
    slope, _ = np.polyfit([each.seconds for each in settled], [each.megabytes for each in settled], 1)
    return float(slope) * 3600


def tell(environment: Environment, seen: list[Memory], seconds: float) -> None:
    """Print what was measured."""
    for entry in sorted(environment.stats.entries.values(), key=lambda each: each.name):
        times = [entry.get_response_time_percentile(part) for part in (0.5, 0.95, 0.99)]
        print(
            f"{entry.method} {entry.name}: {entry.num_requests} requests, {entry.num_failures} errors, "
            f"{entry.num_requests / seconds:.1f}/s, p50 {times[0]:.0f} ms, p95 {times[1]:.0f} ms, p99 {times[2]:.0f} ms"
        )
    for error in environment.stats.errors.values():
        print(f"error: {error.method} {error.name}: {error.error} ({error.occurrences} times)")
    for part in (0, 0.25, 0.5, 0.75, 1):
        at = seen[min(int(part * len(seen)), len(seen) - 1)]
        print(f"memory after {at.seconds:.0f} s: {at.megabytes:.0f} MB")
    print(f"growth after the first quarter: {growth(seen, seconds):+.1f} MB an hour")


def main() -> None:
    """Start, load, tell."""
    wanted = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted.add_argument("--clients", type=int, default=32)
    wanted.add_argument("--seconds", type=float, default=120)
    wanted.add_argument("--notes", type=Path, default=CHECKOUT / "evals" / "notes")
    wanted.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "citecoder-load.log")
    told = wanted.parse_args()
    Client.notes = tuple(file.read_text(encoding="utf-8") for file in sorted(told.notes.rglob("*.txt")))
    lengths = sorted(map(len, Client.notes))
    print(
        f"{told.clients} clients for {told.seconds:g} s; {len(lengths)} notes of {lengths[0]} to {lengths[-1]} characters"
    )
    with served(told.log) as (address, server):
        environment, seen = load(address, told.clients, told.seconds, server)
        tell(environment, seen, told.seconds)


if __name__ == "__main__":
    main()
