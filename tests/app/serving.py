"""A real server on a free port, over the sample engine."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from citecoder.app.server import create_app
from citecoder.app.settings import Settings
from tests.app.fake_citecoder import SampleParts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve until the block is left; yields the address."""
    settings = Settings(site=folder / "site", cache=folder / "cache")
    config = uvicorn.Config(
        create_app(SampleParts(settings)), host="127.0.0.1", port=0, access_log=False, log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
