"""A real server on a free port, over the sample engine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from citecoder.app.server import create_app, server_config
from citecoder.app.settings import Settings
from tests.app.fake_citecoder import SampleParts
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.applications import Starlette

    from citecoder.app.wiring import Parts

SAMPLE = ("-m", "tests.app.fake_citecoder")
REAL = ("-c", "from citecoder.app.cli import main; main()")


@contextmanager
def served(folder: Path, **choices: Any) -> Iterator[str]:
    """Serve until the block is left; yields the address.

    Args:
        folder: where site and cache lie.
        choices: settings that differ from the defaults.
    """
    settings = Settings(site=folder / "site", cache=folder / "cache", **choices)
    with serving(SampleParts(settings)) as address:
        yield address


@contextmanager
def serving(parts: SampleParts, make: Callable[[Parts], Starlette] = create_app) -> Iterator[str]:
    """Serve these parts, configured as ``citecoder serve`` does, on a free port."""
    app = make(parts)
    server = uvicorn.Server(server_config(app, parts.settings))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        app.state.door.stop()
        if parts.records is not None:
            parts.records.close()


@contextmanager
def running(
    folder: Path, *arguments: str, program: tuple[str, str] = SAMPLE, **choices: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run ``citecoder serve`` as a program of its own; yields its address and the process.

    Args:
        folder: where site and cache lie, and its standard error (``err``).
        arguments: more of them.
        program: ``SAMPLE`` (the sample engine) or ``REAL``.
        choices: settings, by their environment variables.
    """
    environment = {
        **os.environ,
        "CITECODER_SITE": str(folder / "site"),
        "CITECODER_CACHE": str(folder / "cache"),
        **choices,
    }
    command = [sys.executable, *program, "serve", "--port", "0", *arguments]
    with (folder / "err").open("w+") as err:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=err, text=True, cwd=CHECKOUT, env=environment
        )
        try:
            yield _address(folder / "err", process), process
        finally:
            process.kill()
            process.communicate(timeout=30)


def _address(told: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://(?:127\.0\.0\.1|0\.0\.0\.0):\d+", told.read_text()):
            return found[0].replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - an address that is told, not listened at
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {told.read_text()}")
