"""citecoder serve as a program: it says where it listens, and its log carries no note."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest


@pytest.mark.slow
def test_the_server_tells_its_address_and_logs_nothing_of_what_was_asked(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CITECODER_SITE": str(tmp_path),
        "CITECODER_CACHE": str(tmp_path),
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    }
    command = [sys.executable, "-m", "tests.app.fake_citecoder", "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=environment,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert found, first
    with httpx.Client(base_url=found[0], trust_env=False, timeout=30) as client:
        assert client.post("/v1/suggestions", json={"note": "Jane Roe"}).status_code == 200
        assert client.post("/v1/suggestions", json={"note": "please crash: Jane Roe"}).status_code == 500
        assert (
            client.post(
                "/v1/suggestions?q=Jane", content=b"{Jane", headers={"content-type": "application/json"}
            ).status_code
            == 422
        )
        assert client.get("/Jane?note=Jane").status_code == 404
        assert "server" not in client.get("/").headers
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert out == ""
    assert "POST /v1/suggestions 200" in err
    assert "failed with RuntimeError" in err
    lines = [json.loads(line) for line in err.splitlines()]
    told = next(line for line in lines if line["event"] == "POST /v1/suggestions 200")
    assert (told["method"], told["route"], told["status"], told["caller"]) == (
        "POST",
        "/v1/suggestions",
        200,
        "local",
    )
    assert process.returncode == 0
    assert "Jane" not in err
    assert "Traceback" not in err
