"""A running server answers from the index that another process built, without a restart."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-c", "from citecoder.app.cli import main; main()"]
SECONDS = 2.0

pytestmark = pytest.mark.slow


def test_a_server_answers_from_a_new_index_within_two_seconds(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CITECODER_SITE": str(tmp_path / "site"),
        "CITECODER_CACHE": str(tmp_path / "cache"),
    }
    policy = tmp_path / "acme.md"
    policy.write_text("# Acme\n\n## Flying\n\nTrapeze lessons are gymnastics at Acme.\n", encoding="utf-8")
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert server.stderr is not None
        address = re.search(r"http://\S+", server.stderr.readline())
        assert address
        with httpx.Client(base_url=address[0], trust_env=False, timeout=30) as client:
            assert client.get("/v1/passages/acme/flying").status_code != 200
            subprocess.run(
                [*COMMAND, "ingest", str(policy)], env=environment, check=True, capture_output=True
            )
            ended = time.monotonic()
            while not _finds(client, "acme/flying") and time.monotonic() < ended + SECONDS:
                time.sleep(0.02)
            taken = time.monotonic() - ended
            assert _finds(client, "acme/flying")
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert taken < SECONDS


def _finds(client: httpx.Client, passage: str) -> bool:
    hits = client.post("/v1/passages/search", json={"query": "trapeze gymnastics", "k": 3}).json()["hits"]
    return passage in [hit["passage"]["id"] for hit in hits]
