"""Measure how soon the sidebar shows lines after the last key, in Chromium, over the real engine.

    python plugin/scripts/measure_sidebar.py
    python plugin/scripts/measure_sidebar.py --words 300 --edits 60 --json

A note of about so many words is opened on our own page. Then sentences are typed into it, key by key as a person does,
each of which changes what is billed. A time runs from the last key down to the frame after the review was drawn. It
holds the pause that the sidebar waits for more typing (told apart), the request, the reading of the note, and the
drawing. ``in the server`` is what the service itself says of each review. Needs Chromium (``--chromium``).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SENTENCES = (
    "Neuromuscular re-education x {n} min: tandem stance on foam with cues for weight shift.",
    "Manual therapy L shoulder x {n} min: grade III inferior glides.",
    "Therapeutic activities x {n} min: lifting a crate from floor to waist, cues for hip hinge.",
    "Gait training x {n} min with single-point cane, cues for heel strike.",
    "Ultrasound R shoulder x {n} min, 1 MHz, 1.2 W/cm2, continuous.",
)
WATCH = """
() => {
  window.measured = { key: 0, times: [], server: [], asked: [] };
  const told = window.measured;
  addEventListener("keydown", () => { told.key = performance.now(); }, true);
  addEventListener("review", (event) => {
    const key = told.key;
    told.server.push(event.detail.review.engine.elapsed_ms);
    requestAnimationFrame(() => requestAnimationFrame(() => told.times.push(performance.now() - key)));
  }, true);
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.name.endsWith("/v1/suggestions")) told.asked.push(each.startTime - told.key);
  }).observe({ type: "resource" });
}
"""


def main() -> None:
    """Start the service, type, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=300, help="about how long the note is")
    parser.add_argument("--edits", type=int, default=40, help="sentences to type")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    note = note_of(told.words)
    with tempfile.TemporaryDirectory() as folder:
        process, address = start(Path(folder))
        try:
            figures = measure(address, note, told.edits, told.chromium)
        finally:
            process.terminate()
            process.wait(timeout=20)
    figures = {"words": len(note.split()), **figures}
    if told.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        show(figures)


def note_of(words: int) -> str:
    """Return the shipped note whose length is nearest."""
    notes = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "evals" / "notes").glob("*.txt"))]
    return min(notes, key=lambda text: abs(len(text.split()) - words))


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the service on a free port; returns it with its address."""
    environment = {
        **os.environ,
        "CITECODER_SITE": str(folder / "site"),
        "CITECODER_CACHE": str(folder / "cache"),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from citecoder.app.cli import main; main()", "serve", "--port", "0"],
        stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return process, found[0]
    sys.exit("the service did not start; run `citecoder serve` to see why")


def measure(address: str, note: str, edits: int, chromium: str) -> dict[str, object]:
    """Type so many sentences and return the times in milliseconds."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address)
        editor = page.locator("[contenteditable], textarea").first
        editor.click()
        page.keyboard.insert_text(note)
        wait_until(page, "document.querySelector('citecoder-sidebar').review !== null")
        page.evaluate(WATCH)
        for number in range(edits):
            type_one(page, number)
        told = page.evaluate("window.measured")
        browser.close()
    asked = [each for each in told["asked"] if each > 0]
    return {
        "edits": edits,
        "key to lines": summary(told["times"]),
        "pause before asking": summary(asked),
        "in the server": summary(told["server"]),
    }


def type_one(page: Page, number: int) -> None:
    """Type a sentence at a person's pace, wait for its lines, and take it back out."""
    pace = random.Random(number)  # noqa: S311 - a pace of typing, no secret
    before = page.evaluate("window.measured.times.length")
    sentence = "\n" + SENTENCES[number % len(SENTENCES)].format(n=10 + number % 13)
    for letter in sentence:
        page.keyboard.press("Enter" if letter == "\n" else "Space" if letter == " " else letter)
        page.wait_for_timeout(pace.uniform(15, 90))
    wait_until(page, f"window.measured.times.length > {before}")
    page.wait_for_timeout(500)
    for _ in sentence:
        page.keyboard.press("Backspace")
    page.wait_for_timeout(900)


def wait_until(page: Page, condition: str) -> None:
    """Wait for something in the page; its content policy forbids Playwright's own way, which evaluates a string."""
    for _ in range(1000):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(10)
    sys.exit("the sidebar did not answer within ten seconds")


def summary(times: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    p50, p95 = np.percentile(times, [50, 95])
    return {"n": len(times), "p50 ms": round(float(p50), 1), "p95 ms": round(float(p95), 1)}


def show(figures: dict[str, object]) -> None:
    """Print the figures as a table."""
    table = Table("", "readings", "p50 ms", "p95 ms", title=f"a note of {figures['words']} words")
    for name, told in figures.items():
        if isinstance(told, dict):
            table.add_row(name, *(str(told[key]) for key in ("n", "p50 ms", "p95 ms")))
    Console().print(table)


if __name__ == "__main__":
    main()
